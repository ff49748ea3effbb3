"""Rows as the public dicts that REST, sockets and templates share (docs/protocol.md,
"Payloads")."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TypedDict

from accounts.models import User
from rooms.models import Message, Room


class UserPayload(TypedDict):
    id: int
    username: str
    display_name: str


class ReplyPayload(TypedDict):
    id: int
    seq: int


class MessagePayload(TypedDict):
    id: int
    room: str
    seq: int
    changed_seq: int
    user: UserPayload
    content: str
    created_at: str
    edited_at: str | None
    deleted: bool
    reply_to: ReplyPayload | None
    reactions: dict[str, list[str]]
    client_id: str | None


class RoomPayload(TypedDict):
    name: str
    title: str
    topic: str
    kind: str
    archived: bool
    seq: int
    created_at: str


def rfc3339(moment: datetime) -> str:
    """UTC with milliseconds, as in `2026-11-22T14:05:09.120Z`."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def user_payload(user: User) -> UserPayload:
    return {"id": user.pk, "username": user.username, "display_name": user.display_name}


def users_by_id(ids: Iterable[int]) -> dict[int, UserPayload]:
    """These people as they are called now, in one query."""
    return {user.pk: user_payload(user) for user in User.objects.filter(pk__in=list(ids))}


def message_payload(message: Message) -> MessagePayload:
    """Needs the relations of `MessageQuerySet.with_payload`."""
    reactions: dict[str, list[str]] = {}
    for reaction in message.reactions.all():
        reactions.setdefault(reaction.emoji, []).append(reaction.user.username)
    answered = message.reply_to
    return {
        "id": message.pk,
        "room": message.room.name,
        "seq": message.seq,
        "changed_seq": message.changed_seq,
        "user": user_payload(message.author),
        "content": message.content,
        "created_at": rfc3339(message.created_at),
        "edited_at": rfc3339(message.edited_at) if message.edited_at else None,
        "deleted": message.is_deleted,
        "reply_to": {"id": answered.pk, "seq": answered.seq} if answered else None,
        "reactions": reactions,
        "client_id": message.client_id,
    }


def room_payload(room: Room, seq: int) -> RoomPayload:
    """`seq` is the room's counter, which lives in a row of its own."""
    return {
        "name": room.name,
        "title": room.title,
        "topic": room.topic,
        "kind": room.kind,
        "archived": room.is_archived,
        "seq": seq,
        "created_at": rfc3339(room.created_at),
    }
