"""How a batch of posts becomes rows: what each is worth, then all of a room's together."""

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from django.db.models import F
from django.utils import timezone

from accounts.models import User
from rooms import access
from rooms.actions.memberships import seat_author
from rooms.broadcast import publish, room_topic
from rooms.events import MessagePosted
from rooms.models import Membership, Message, Reaction, Room, RoomHead
from rooms.refusals import BadFrame, IdConflict, NotFound, Refusal
from rooms.rendering import render_content
from rooms.turns import changing

FOLLOWS_WITHIN = timedelta(minutes=5)
_CLIENT_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


@dataclass(frozen=True, slots=True)
class Post:
    """A message that somebody wants to post. `reply_to` is the id of a message of the same room."""

    author_id: int
    room_id: int
    content: str
    client_id: str | None = None
    reply_to: int | None = None

    @property
    def digest(self) -> str:
        """Tells an honest resend from another message under the same `client_id`."""
        told = f"{self.room_id}\n{self.reply_to or ''}\n{self.content}"
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
    authors: dict[int, User]
    answered: dict[int, Message]  # the messages that posts reply to, by id

    @classmethod
    def about(cls, posts: Sequence[Post]) -> "_Known":
        rooms = Room.objects.in_bulk({post.room_id for post in posts})
        authors = User.objects.in_bulk({post.author_id for post in posts})
        return cls(_first_sent(posts), _memberships(posts), rooms, authors, _answered(posts))


def post_together(
    posts: Sequence[Post], prepared: Sequence[str | Refusal]
) -> list[Posted | Refusal]:
    """Posts what may be posted in one transaction. Raises IntegrityError when another was
    faster."""
    with changing(is_next=True):
        # What is known then holds until the end: nobody is put out, nothing archived in between.
        RoomHead.objects.lock_all({post.room_id for post in posts})
        known = _Known.about(posts)
        batch = _sort(posts, prepared, known)
        rows = _numbered(batch.accepted, posts, prepared, known)
        Message.objects.bulk_create(rows.values())
        for place, message in rows.items():
            seat_author(message, known.memberships.get((message.room_id, message.author_id)))
            batch.answers[place] = Posted(message)
            publish(room_topic(message.room_id), MessagePosted.of(message))
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
        key = (post.author_id, post.client_id or "")
        refusal = _refusal(post, known)
        if post.client_id and key in known.first_sent:
            batch.answers[place] = _answer_again(post, known.first_sent[key], refusal)
        elif refusal is not None:
            batch.answers[place] = refusal
        elif post.client_id and claimed.setdefault(key, place) != place:
            batch.repeats[place] = claimed[key]
        else:
            batch.accepted.setdefault(post.room_id, []).append(place)
    return batch


def _numbered(
    accepted: Mapping[int, Sequence[int]],
    posts: Sequence[Post],
    prepared: Sequence[str | Refusal],
    known: _Known,
) -> dict[int, Message]:
    """The new rows by their place in the batch, numbered room by room in the order of the batch."""
    last = _last_messages(accepted)
    # A new message has no reactions: spares its payload the query.
    nothing = Reaction.objects.none()
    nothing._result_cache = []
    now = timezone.now()
    rows = {}
    for room_id, places in sorted(accepted.items()):
        last_seq, last_number = RoomHead.objects.take(room_id, len(places))
        previous = last.get(room_id)
        for back, place in enumerate(places, start=1 - len(places)):
            post, html = posts[place], prepared[place]
            assert isinstance(html, str)
            message = Message(
                room=known.rooms[room_id],
                author=known.authors[post.author_id],
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
            message.follows = previous is not None and _follows(message, previous)
            message._prefetched_objects_cache = {"reactions": nothing}  # type: ignore[attr-defined]
            rows[place] = previous = message
    return rows


def _last_messages(room_ids: Iterable[int]) -> dict[int, Message]:
    """Each room's last message, before it is given new numbers."""
    last = Message.objects.filter(room__in=list(room_ids), number=F("room__head__number"))
    return {message.room_id: message for message in last}


def _follows(message: Message, previous: Message) -> bool:
    """Whether both read as one: same author, soon after, and nothing to say in a head."""
    return (
        message.author_id == previous.author_id
        and message.reply_to is None
        and not previous.is_deleted
        and message.created_at - previous.created_at < FOLLOWS_WITHIN
    )


def _refusal(post: Post, known: _Known) -> Refusal | None:
    room, author = known.rooms.get(post.room_id), known.authors.get(post.author_id)
    if room is None or author is None:
        return NotFound()
    membership = known.memberships.get((room.pk, author.pk))
    refusal = access.writing_refusal(author, room, membership)
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
    keys = {(post.author_id, post.client_id) for post in posts if post.client_id}
    if not keys:
        return {}
    # All authors' with all ids are looked up, and few of them are these pairs.
    crossed = Message.objects.filter(
        author__in={author for author, _id in keys}, client_id__in={id_ for _author, id_ in keys}
    ).values_list("pk", "author_id", "client_id")
    wanted = [pk for pk, *key in crossed if tuple(key) in keys]
    found = Message.objects.with_payload().filter(pk__in=wanted) if wanted else ()
    return {(message.author_id, message.client_id or ""): message for message in found}


def _memberships(posts: Iterable[Post]) -> dict[tuple[int, int], Membership]:
    found = Membership.objects.filter(
        room__in={post.room_id for post in posts}, user__in={post.author_id for post in posts}
    )
    return {(row.room_id, row.user_id): row for row in found}


def _answered(posts: Iterable[Post]) -> dict[int, Message]:
    ids = {post.reply_to for post in posts if post.reply_to is not None}
    return Message.objects.select_related("author").in_bulk(ids) if ids else {}
