"""The socket vocabulary: key → (input, action), a table."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from accounts.models import User
from rooms import inputs, limits
from rooms.actions.memberships import move_read_position
from rooms.actions.messages import Post, Posted, delete_message, edit_message
from rooms.actions.reactions import add_reaction, remove_reaction
from rooms.actions.typing import announce_typing
from rooms.events import Ack
from rooms.models import Message, Room
from rooms.refusals import BadFrame, TooLong


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks, where, and from which of their sockets."""

    user: User
    room: Room
    device: str


@dataclass(frozen=True, slots=True)
class Done:
    """What an acknowledgement tells besides the `client_id`."""

    id: int | None = None
    seq: int | None = None
    duplicate: bool | None = None


@dataclass(frozen=True, slots=True)
class Command:
    """One word of the vocabulary. `act` is None where the door does it: posts go to the writer
    (`as_post`), pings to their socket. `changes`: counts against the person's rate."""

    read: inputs.Reader
    act: Callable[[Asker, Any], Done] | None
    changes: bool = True


@dataclass(frozen=True, slots=True)
class Asked:
    """A command as it came, read and checked for shape."""

    name: str
    input: inputs.Input
    client_id: str | None


def read_frame(frame: str | bytes | None) -> tuple[dict[str, Any], str | None]:
    """The frame's object and its `client_id`. Raises BadFrame, TooLong, BadJson."""
    if not isinstance(frame, str):
        raise BadFrame(_("Frames are text."))
    if len(frame) > settings.MAX_FRAME or len(frame.encode(errors="replace")) > settings.MAX_FRAME:
        raise TooLong(_("A frame has at most %(count)s bytes.") % {"count": settings.MAX_FRAME})
    values = inputs.read_json(frame)
    if not isinstance(values, dict):
        raise BadFrame
    return values, inputs.client_id(values)


def read_command(values: Mapping[str, Any], client_id: str | None) -> Asked:
    """The one command in a frame's object. Raises BadFrame."""
    names = [name for name in values if name in COMMANDS]
    if len(names) != 1:
        raise BadFrame(_("A frame holds exactly one command."))
    (name,) = names
    return Asked(name, COMMANDS[name].read(values[name], values), client_id)


def obey(asked: Asked, asker: Asker) -> Done:
    """Carries the command out. Raises a Refusal, or DatabaseError when nothing was stored."""
    command = COMMANDS[asked.name]
    assert command.act is not None
    if command.changes:
        limits.check_rate(asker.user.pk)
    return command.act(asker, asked.input)


def as_post(asked: Asked, user_id: int, room_id: int) -> Post | None:
    """The post that is asked for, to be handed to the writer; None for every other command. Raises
    RateLimited."""
    if not isinstance(asked.input, inputs.PostInput):
        return None
    limits.check_rate(user_id)
    return Post(user_id, room_id, asked.input.content, asked.client_id, asked.input.reply_to)


def posted(answer: Posted) -> Done:
    """What the acknowledgement of a post tells."""
    return Done(answer.message.pk, answer.message.seq, answer.duplicate or None)


def ack(asked: Asked, done: Done) -> Ack | None:
    """The acknowledgement, for a command that carries a `client_id`."""
    if asked.client_id is None:
        return None
    return Ack(asked.client_id, done.id, done.seq, done.duplicate)


def _edit(asker: Asker, given: inputs.EditInput) -> Done:
    return _changed(edit_message(asker.user, asker.room, given.id, given.content))


def _delete(asker: Asker, given: inputs.DeleteInput) -> Done:
    return _changed(delete_message(asker.user, asker.room, given.id))


def _react(asker: Asker, given: inputs.ReactionInput) -> Done:
    return _changed(add_reaction(asker.user, asker.room, given.id, given.emoji))


def _unreact(asker: Asker, given: inputs.ReactionInput) -> Done:
    return _changed(remove_reaction(asker.user, asker.room, given.id, given.emoji))


def _changed(message: Message) -> Done:
    return Done(message.pk, message.changed_seq)


def _typing(asker: Asker, given: inputs.TypingInput) -> Done:
    announce_typing(asker.user, asker.room, ago=given.ago)
    return Done()


def _read(asker: Asker, given: inputs.ReadInput) -> Done:
    membership = move_read_position(asker.user, asker.room, given.seq, device=asker.device)
    return Done(seq=membership.read_seq)


COMMANDS: dict[str, Command] = {
    "message": Command(inputs.PostInput.read, None),
    "edit": Command(inputs.EditInput.read, _edit),
    "delete": Command(inputs.DeleteInput.read, _delete),
    "react": Command(inputs.ReactionInput.read, _react),
    "unreact": Command(inputs.ReactionInput.read, _unreact),
    "typing": Command(inputs.TypingInput.read, _typing, changes=False),
    "read": Command(inputs.ReadInput.read, _read, changes=False),
    "ping": Command(inputs.PingInput.read, None, changes=False),
}
