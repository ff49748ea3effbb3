"""Posting, editing and deleting messages."""

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from rooms import access
from rooms.actions.memberships import seat_author
from rooms.broadcast import publish, room_topic
from rooms.events import MessageDeleted, MessageEdited, MessagePosted
from rooms.models import Membership, Message, Reaction, Room, RoomHead
from rooms.refusals import BadFrame, IdConflict, NotFound, Refusal
from rooms.rendering import render_content

_CLIENT_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


@dataclass(frozen=True, slots=True)
class Post:
    """A message that somebody wants to post. `reply_to` is the id of a message of the same room."""

    author: User
    room: Room
    content: str
    client_id: str | None = None
    reply_to: int | None = None

    @property
    def digest(self) -> str:
        """Tells an honest resend from another message under the same `client_id`."""
        told = f"{self.room.pk}\n{self.reply_to or ''}\n{self.content}"
        return hashlib.sha256(told.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Posted:
    """The committed message; `duplicate` when its `client_id` had posted it before."""

    message: Message
    duplicate: bool = False


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

    A refused post harms no other. When the rows clash (the same `client_id` twice, at once), each post is
    tried alone.
    """
    prepared = [_prepare(post) for post in posts]
    try:
        return _post_together(posts, prepared)
    except IntegrityError:
        # Whoever clashed has committed by now, so that its row answers the second try.
        return [
            answer
            for post, ready in zip(posts, prepared, strict=True)
            for answer in _post_together([post], [ready])
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


def _prepare(post: Post) -> str | Refusal:
    """The message's HTML, made before any lock is taken, or why it is refused."""
    if post.client_id is not None and not _CLIENT_ID.fullmatch(post.client_id):
        return BadFrame()
    try:
        return render_content(post.content)
    except Refusal as refusal:
        return refusal


def _post_together(
    posts: Sequence[Post], prepared: Sequence[str | Refusal]
) -> list[Posted | Refusal]:
    answers: dict[int, Posted | Refusal] = {
        index: ready for index, ready in enumerate(prepared) if isinstance(ready, Refusal)
    }
    with transaction.atomic():
        first_sent = _first_sent(posts)
        memberships = _memberships(posts)
        rooms = Room.objects.in_bulk({post.room.pk for post in posts})
        answered = _answered(posts)
        accepted: dict[int, list[int]] = {}
        claimed: dict[tuple[int, str], int] = {}
        repeats: dict[int, int] = {}
        for index, post in enumerate(posts):
            if index in answers:
                continue
            key = (post.author.pk, post.client_id or "")
            refusal = _refusal(post, rooms, memberships, answered)
            if key in first_sent:
                answers[index] = _answer_again(post, first_sent[key], refusal)
            elif refusal is not None:
                answers[index] = refusal
            elif post.client_id and key in claimed:
                repeats[index] = claimed[key]
            else:
                if post.client_id:
                    claimed[key] = index
                accepted.setdefault(post.room.pk, []).append(index)
        # Ascending, because two processes that take the same rooms in other orders deadlock.
        for room_id in sorted(accepted):
            indexes = accepted[room_id]
            seq, number = RoomHead.objects.take(room_id, len(indexes))
            now = timezone.now()
            rows = []
            for place, index in enumerate(indexes, start=1 - len(indexes)):
                post, html = posts[index], prepared[index]
                assert isinstance(html, str)
                rows.append(
                    Message(
                        room=rooms[room_id],
                        author=post.author,
                        seq=seq + place,
                        changed_seq=seq + place,
                        number=number + place,
                        client_id=post.client_id,
                        posted_digest=post.digest,
                        content=post.content,
                        html=html,
                        reply_to=answered.get(post.reply_to or 0),
                        created_at=now,
                    )
                )
            for index, message in zip(indexes, Message.objects.bulk_create(rows), strict=True):
                seat_author(message, memberships.get((room_id, message.author_id)))
                # A new message has no reactions: spares its payload the query.
                message._prefetched_objects_cache = {"reactions": Reaction.objects.none()}  # type: ignore[attr-defined]
                answers[index] = Posted(message)
                publish(room_topic(room_id), MessagePosted.of(message))
    for index, first in repeats.items():
        answer = answers[first]
        assert isinstance(answer, Posted)
        answers[index] = _answer_again(posts[index], answer.message, None)
    return [answers[index] for index in range(len(posts))]


def _refusal(
    post: Post,
    rooms: dict[int, Room],
    memberships: dict[tuple[int, int], Membership],
    answered: dict[int, Message],
) -> Refusal | None:
    room = rooms.get(post.room.pk)
    if room is None:
        return NotFound()
    refusal = access.writing_refusal(
        post.author, room, memberships.get((room.pk, post.author.pk))
    )
    if refusal is not None:
        return refusal
    if post.reply_to is not None:
        message = answered.get(post.reply_to)
        if message is None or message.room_id != room.pk:
            return NotFound()
    return None


def _answer_again(post: Post, first: Message, refusal: Refusal | None) -> Posted | Refusal:
    if first.posted_digest != post.digest:
        return IdConflict()
    # Whoever may no longer see the room is told nothing of what they once wrote there.
    if isinstance(refusal, NotFound):
        return refusal
    return Posted(first, duplicate=True)


def _first_sent(posts: Iterable[Post]) -> dict[tuple[int, str], Message]:
    ids = {post.client_id for post in posts if post.client_id}
    if not ids:
        return {}
    authors = {post.author.pk for post in posts}
    found = Message.objects.with_payload().filter(author__in=authors, client_id__in=ids)
    return {(message.author_id, message.client_id or ""): message for message in found}


def _memberships(posts: Iterable[Post]) -> dict[tuple[int, int], Membership]:
    found = Membership.objects.filter(
        room__in={post.room.pk for post in posts}, user__in={post.author.pk for post in posts}
    )
    return {(row.room_id, row.user_id): row for row in found}


def _answered(posts: Iterable[Post]) -> dict[int, Message]:
    ids = {post.reply_to for post in posts if post.reply_to is not None}
    return Message.objects.select_related("author").in_bulk(ids) if ids else {}
