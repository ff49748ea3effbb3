"""Posting, editing and deleting messages."""

import logging
from collections.abc import Sequence

from django.db import IntegrityError, InterfaceError, OperationalError
from django.utils import timezone

from accounts.models import User
from rooms import access
from rooms.actions.posting import Post, Posted, post_together, prepare
from rooms.broadcast import publish, room_topic
from rooms.events import MessageDeleted, MessageEdited
from rooms.models import Message, Reaction, Room, RoomHead
from rooms.refusals import Internal, Refusal, StorageUnavailable
from rooms.rendering import render_content
from rooms.turns import changing

__all__ = [
    "Post",
    "Posted",
    "delete_message",
    "edit_message",
    "post_message",
    "post_messages",
    "post_prepared",
]

logger = logging.getLogger(__name__)


def post_message(
    author: User,
    room: Room,
    content: str,
    *,
    client_id: str | None = None,
    reply_to: int | None = None,
) -> Posted:
    """Posts one message. Raises a Refusal; a DatabaseError means that nothing was stored."""
    (outcome,) = post_messages([Post(author.pk, room.pk, content, client_id, reply_to)])
    if isinstance(outcome, Refusal):
        raise outcome
    return outcome


def post_messages(posts: Sequence[Post]) -> list[Posted | Refusal]:
    """Posts several in one transaction; each answer stands where its post stood.

    A refused post harms no other. When the rows clash (the same `client_id` twice, at once) or
    will not hold one of the posts, each is tried alone, and what fails then is answered in its
    place. Raises what a single post raises, and OperationalError or InterfaceError when nothing at
    all was stored.
    """
    return post_prepared(posts, [prepare(post) for post in posts])


def post_prepared(
    posts: Sequence[Post], prepared: Sequence[str | Refusal]
) -> list[Posted | Refusal]:
    """As `post_messages`, of posts that were made ready (`prepare`) before."""
    try:
        return post_together(posts, prepared)
    except (OperationalError, InterfaceError):
        raise
    except IntegrityError:
        if len(posts) == 1:
            # Whoever clashed has committed by now, so that its row answers the second try.
            return post_together(posts, prepared)
    except Exception:
        if len(posts) == 1:
            raise
    return _post_each_alone(posts, prepared)


def _post_each_alone(
    posts: Sequence[Post], prepared: Sequence[str | Refusal]
) -> list[Posted | Refusal]:
    """Each in a transaction of its own; raises nothing, for what is committed must not be tried
    again with the rest."""
    answers: list[Posted | Refusal] = []
    for post, ready in zip(posts, prepared, strict=True):
        try:
            answers += post_prepared([post], [ready])
        except (OperationalError, InterfaceError) as problem:
            # The next would wait as long.
            logger.warning("%d posts not stored: %s", len(posts) - len(answers), problem)
            answers += [StorageUnavailable() for _ in posts[len(answers) :]]
            break
        except Exception:
            logger.exception("room %s: a post failed", post.room_id)
            answers.append(Internal())
    return answers


def edit_message(actor: User, room: Room, message_id: int, content: str) -> Message:
    """Replaces the text of one's own message; the same text again changes nothing."""
    message = access.find_message(actor, room, message_id)
    access.require_may_edit(actor, message)
    html = render_content(content)
    with changing():
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
    with changing():
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
