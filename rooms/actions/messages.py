"""Posting, editing and deleting messages."""

from collections.abc import Sequence

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from rooms import access
from rooms.actions.posting import Post, Posted, post_together, prepare
from rooms.broadcast import publish, room_topic
from rooms.events import MessageDeleted, MessageEdited
from rooms.models import Message, Reaction, Room, RoomHead
from rooms.refusals import Refusal
from rooms.rendering import render_content

__all__ = ["Post", "Posted", "delete_message", "edit_message", "post_message", "post_messages"]


def post_message(
    author: User,
    room: Room,
    content: str,
    *,
    client_id: str | None = None,
    reply_to: int | None = None,
) -> Posted:
    """Posts one message. Raises a Refusal; a DatabaseError means that nothing was stored."""
    (outcome,) = post_messages([Post(author, room, content, client_id, reply_to)])
    if isinstance(outcome, Refusal):
        raise outcome
    return outcome


def post_messages(posts: Sequence[Post]) -> list[Posted | Refusal]:
    """Posts several in one transaction; each answer stands where its post stood.

    A refused post harms no other. When the rows clash (the same `client_id` twice, at once), each
    post is
    tried alone.
    """
    prepared = [prepare(post) for post in posts]
    try:
        return post_together(posts, prepared)
    except IntegrityError:
        # Whoever clashed has committed by now, so that its row answers the second try.
        return [
            answer
            for post, ready in zip(posts, prepared, strict=True)
            for answer in post_together([post], [ready])
        ]


def edit_message(actor: User, room: Room, message_id: int, content: str) -> Message:
    """Replaces the text of one's own message; the same text again changes nothing."""
    message = access.find_message(actor, room, message_id)
    access.require_may_edit(actor, message)
    html = render_content(content)
    with transaction.atomic():
        RoomHead.objects.lock(room.pk)
        message = access.find_message(actor, room, message_id)
        access.require_may_edit(actor, message)
        if message.content == content:
            return message
        message.content = content
        message.html = html
        message.edited_at = timezone.now()
        message.changed_seq = RoomHead.objects.take_change(room.pk)
        message.save(update_fields=["content", "html", "edited_at", "changed_seq"])
        publish(room_topic(room.pk), MessageEdited.of(message))
    return message


def delete_message(actor: User, room: Room, message_id: int) -> Message:
    """Empties a message and keeps its place; deleting twice changes nothing."""
    message = access.find_message(actor, room, message_id)
    access.require_may_delete(actor, message)
    with transaction.atomic():
        RoomHead.objects.lock(room.pk)
        message = access.find_message(actor, room, message_id)
        access.require_may_delete(actor, message)
        if message.is_deleted:
            return message
        Reaction.objects.filter(message=message).delete()
        message.content = message.html = ""
        message.deleted_at = timezone.now()
        message.changed_seq = RoomHead.objects.take_change(room.pk)
        message.save(update_fields=["content", "html", "deleted_at", "changed_seq"])
        message = Message.objects.with_payload().get(pk=message.pk)
        publish(room_topic(room.pk), MessageDeleted.of(message))
    return message
