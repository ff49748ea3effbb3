"""Everything that can happen: its JSON is its public fields, its HTML its template fed with all of
them."""

import dataclasses
from dataclasses import dataclass, field
from typing import Any, ClassVar, Self

from django.template.loader import render_to_string
from django.utils import translation
from django.utils.safestring import SafeString

from rooms.models import Message
from rooms.payloads import MessagePayload, RoomPayload, UserPayload, message_payload
from rooms.pieces import message_html

# Fields that HTML needs and JSON does not show.
_DERIVED = {"derived": True}


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened. `key` is its name on the wire and its template's."""

    key: ClassVar[str]

    def public(self) -> dict[str, Any]:
        """The JSON frame: one key with the public fields that are set."""
        return {self.key: self._fields(public=True)}

    def context(self) -> dict[str, Any]:
        """What the template gets."""
        return self._fields(public=False)

    def html(self, language: str) -> str:
        """The HTML frame in one language; the same for every viewer."""
        with translation.override(language):
            return render_to_string(f"rooms/events/{self.key}.html", self.context())

    def _fields(self, *, public: bool) -> dict[str, Any]:
        values = {}
        for each in dataclasses.fields(self):
            value = getattr(self, each.name)
            if public and (each.metadata.get("derived") or value is None):
                continue
            values[each.name] = value
        return values


@dataclass(frozen=True, slots=True)
class MessageEvent(Event):
    """A message as it is now. `number` is the change's place in the room's count."""

    message: MessagePayload
    rendered: str = field(metadata=_DERIVED)
    reply_author: str = field(default="", metadata=_DERIVED)
    follows: bool = field(default=False, metadata=_DERIVED)

    @classmethod
    def of(cls, message: Message) -> Self:
        """From a row with the relations of `with_payload`."""
        answered = message.reply_to
        return cls(
            message_payload(message),
            message.html,
            answered.author.get_full_name() if answered else "",
            message.follows,
        )

    @property
    def number(self) -> int:
        return self.message["changed_seq"]

    def public(self) -> dict[str, Any]:
        return {self.key: self.message}

    def context(self) -> dict[str, Any]:
        return {"message": self.message, "piece": self.piece(self.message["client_id"])}

    def piece(self, client_id: str | None = None) -> SafeString:
        """The message as it stands in the log, in the language that is active."""
        return message_html(
            self.message,
            self.rendered,
            reply_author=self.reply_author,
            follows=self.follows,
            client_id=client_id,
        )


@dataclass(frozen=True, slots=True)
class MessagePosted(MessageEvent):
    key = "message"


@dataclass(frozen=True, slots=True)
class MessageEdited(MessageEvent):
    key = "edited"


@dataclass(frozen=True, slots=True)
class MessageDeleted(MessageEvent):
    key = "deleted"


@dataclass(frozen=True, slots=True)
class ReactionsChanged(MessageEvent):
    key = "reactions"


@dataclass(frozen=True, slots=True)
class RoomChanged(Event):
    key = "room"
    room: RoomPayload
    version: int = field(metadata=_DERIVED)

    def public(self) -> dict[str, Any]:
        return {self.key: self.room}


@dataclass(frozen=True, slots=True)
class UsersChanged(Event):
    """Who is here: those who came last first, at most 100, and how many there are."""

    key = "users"
    users: list[UserPayload]
    count: int

    def public(self) -> dict[str, Any]:
        return {"users": self.users, "count": self.count}


@dataclass(frozen=True, slots=True)
class PersonTyping(Event):
    key = "typing"
    user: UserPayload
    ago: int = field(default=0, metadata=_DERIVED)  # milliseconds since the last key

    def public(self) -> dict[str, Any]:
        return {self.key: self.user}


@dataclass(frozen=True, slots=True)
class ReadMoved(Event):
    """One's own read position, moved by another of one's devices."""

    key = "read"
    room: str
    seq: int
    room_id: int = field(metadata=_DERIVED)
    device: str = field(default="", metadata=_DERIVED)


@dataclass(frozen=True, slots=True)
class Ready(Event):
    key = "ready"
    room: RoomPayload
    seq: int
    epoch: str


@dataclass(frozen=True, slots=True)
class Reset(Event):
    key = "reset"
    reason: str
    seq: int


@dataclass(frozen=True, slots=True)
class Beat(Event):
    key = "beat"
    seq: int


@dataclass(frozen=True, slots=True)
class Pong(Event):
    key = "pong"
    echo: Any

    def public(self) -> dict[str, Any]:
        return {self.key: self.echo}


@dataclass(frozen=True, slots=True)
class Ack(Event):
    key = "ack"
    client_id: str
    id: int | None = None
    seq: int | None = None
    duplicate: bool | None = None


@dataclass(frozen=True, slots=True)
class Refused(Event):
    key = "error"
    code: str
    detail: str
    client_id: str | None = None
    retry_after: int | None = None


@dataclass(frozen=True, slots=True)
class AuthorityLost(Event):
    """Between processes only: sockets of this person end, as `accounts.authority` says."""

    key = ""
    user_id: int
    session: str | None = None
    except_session: str | None = None


@dataclass(frozen=True, slots=True)
class StandingChanged(Event):
    """Between processes only: this person's sockets in the room are to be looked at again or
    dropped."""

    key = ""
    user_id: int
    room_id: int
    dropped: bool


@dataclass(frozen=True, slots=True)
class PeopleMoved(Event):
    """Between processes only: somebody came into a room or left it."""

    key = ""
    room_id: int


_BY_NAME: dict[str, type[Event]] = {
    each.__name__: each
    for each in (
        MessagePosted, MessageEdited, MessageDeleted, ReactionsChanged, RoomChanged, PersonTyping,
        ReadMoved, AuthorityLost, StandingChanged, PeopleMoved,
    )
}  # fmt: skip


def to_notice(event: Event) -> dict[str, Any]:
    """The event as plain data for the channel layer."""
    values = {each.name: getattr(event, each.name) for each in dataclasses.fields(event)}
    return {"event": type(event).__name__, **values}


def from_notice(notice: dict[str, Any]) -> Event:
    """The event that `to_notice` wrote. Raises KeyError, TypeError for anything else."""
    values = dict(notice)
    return _BY_NAME[values.pop("event")](**values)
