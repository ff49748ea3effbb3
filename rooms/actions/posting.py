"""How a batch of posts becomes rows: what each is worth, then all of a room's together."""

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from rooms import access
from rooms.actions.memberships import seat_author
from rooms.broadcast import publish, room_topic
from rooms.events import MessagePosted
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


def prepare(post: Post) -> str | Refusal:
    """The message's HTML, made before any lock is taken, or why it is refused."""
    if post.client_id is not None and not _CLIENT_ID.fullmatch(post.client_id):
        return BadFrame()
    try:
        return render_content(post.content)
    except Refusal as refusal:
        return refusal


@dataclass(slots=True)
class _Sorted:
    """The posts of a batch by what becomes of them; all by their place in the batch."""

    answers: dict[int, Posted | Refusal]
    accepted: dict[int, list[int]] = field(default_factory=dict)  # by room id
    repeats: dict[int, int] = field(default_factory=dict)  # → the first of the same client_id


@dataclass(slots=True)
class _Known:
    """What the rows say of a batch, each by one query."""

    first_sent: dict[tuple[int, str], Message]  # by author id and client_id
    memberships: dict[tuple[int, int], Membership]  # by room id and user id
    rooms: dict[int, Room]
    answered: dict[int, Message]  # the messages that posts reply to, by id

    @classmethod
    def about(cls, posts: Sequence[Post]) -> "_Known":
        rooms = Room.objects.in_bulk({post.room.pk for post in posts})
        return cls(_first_sent(posts), _memberships(posts), rooms, _answered(posts))


def post_together(
    posts: Sequence[Post], prepared: Sequence[str | Refusal]
) -> list[Posted | Refusal]:
    """Posts what may be posted in one transaction. Raises IntegrityError when another was
    faster."""
    with transaction.atomic():
        known = _Known.about(posts)
        batch = _sort(posts, prepared, known)
        # Ascending, because two processes that take the same rooms in other orders deadlock.
        for room_id in sorted(batch.accepted):
            places = batch.accepted[room_id]
            for place, message in zip(
                places, _insert(room_id, places, posts, prepared, known), strict=True
            ):
                seat_author(message, known.memberships.get((room_id, message.author_id)))
                batch.answers[place] = Posted(message)
                publish(room_topic(room_id), MessagePosted.of(message))
    for place, first in batch.repeats.items():
        answer = batch.answers[first]
        assert isinstance(answer, Posted)
        batch.answers[place] = _answer_again(posts[place], answer.message, None)
    return [batch.answers[place] for place in range(len(posts))]


def _sort(posts: Sequence[Post], prepared: Sequence[str | Refusal], known: _Known) -> _Sorted:
    batch = _Sorted({place: it for place, it in enumerate(prepared) if isinstance(it, Refusal)})
    claimed: dict[tuple[int, str], int] = {}
    for place, post in enumerate(posts):
        if place in batch.answers:
            continue
        key = (post.author.pk, post.client_id or "")
        refusal = _refusal(post, known)
        if post.client_id and key in known.first_sent:
            batch.answers[place] = _answer_again(post, known.first_sent[key], refusal)
        elif refusal is not None:
            batch.answers[place] = refusal
        elif post.client_id and claimed.setdefault(key, place) != place:
            batch.repeats[place] = claimed[key]
        else:
            batch.accepted.setdefault(post.room.pk, []).append(place)
    return batch


def _insert(
    room_id: int,
    places: Sequence[int],
    posts: Sequence[Post],
    prepared: Sequence[str | Refusal],
    known: _Known,
) -> list[Message]:
    """The new rows of one room, numbered in the order of the batch."""
    last_seq, last_number = RoomHead.objects.take(room_id, len(places))
    now = timezone.now()
    rows = []
    for back, place in enumerate(places, start=1 - len(places)):
        post, html = posts[place], prepared[place]
        assert isinstance(html, str)
        message = Message(
            room=known.rooms[room_id],
            author=post.author,
            seq=last_seq + back,
            changed_seq=last_seq + back,
            number=last_number + back,
            client_id=post.client_id,
            posted_digest=post.digest,
            content=post.content,
            html=html,
            reply_to=known.answered.get(post.reply_to or 0),
            created_at=now,
        )
        # A new message has no reactions: spares its payload the query.
        message._prefetched_objects_cache = {"reactions": Reaction.objects.none()}  # type: ignore[attr-defined]
        rows.append(message)
    return Message.objects.bulk_create(rows)


def _refusal(post: Post, known: _Known) -> Refusal | None:
    room = known.rooms.get(post.room.pk)
    if room is None:
        return NotFound()
    membership = known.memberships.get((room.pk, post.author.pk))
    refusal = access.writing_refusal(post.author, room, membership)
    if refusal is not None:
        return refusal
    if post.reply_to is not None:
        message = known.answered.get(post.reply_to)
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
