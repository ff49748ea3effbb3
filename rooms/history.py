"""What was said: pages of messages, and the net effect of the changes after a number."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import F, Q, Subquery

from rooms.events import MessageDeleted, MessageEdited, MessageEvent, MessagePosted, RoomChanged
from rooms.models import Message, Room, RoomHead, Site
from rooms.payloads import room_payload

PAGE = 50
SCROLLED_PAGE = 100  # what a page loads at once while its reader scrolls up
MAX_PAGE = 200
READ_AGAIN = 3  # times at most


@dataclass(frozen=True, slots=True)
class Page:
    """Messages ascending by `seq`. `older` is the `before` of the older page, `newer` the `after`
    of the newer."""

    messages: Sequence[Message]
    older: int | None
    newer: int | None


@dataclass(frozen=True, slots=True)
class Head:
    """Where a room's counts stand: the last change, the version of its details, the site's
    epoch."""

    seq: int
    version: int
    epoch: str


@dataclass(frozen=True, slots=True)
class Changes:
    """A page of them in their order. Who was told these has every change up to `reached`; behind
    it there may be `more`, also when the page is short or empty."""

    events: Sequence[MessageEvent]
    reached: int
    more: bool


def page_of_messages(
    room: Room, *, before: int | None = None, after: int | None = None, limit: int = PAGE
) -> Page:
    """The newest messages before one `seq`, or the oldest after another, or the newest of all."""
    limit = max(1, min(limit, MAX_PAGE))
    everything = Message.objects.filter(room=room)
    messages = everything.with_payload()
    if before is not None:
        messages = messages.filter(seq__lt=before)
    if after is not None:
        messages = messages.filter(seq__gt=after)
    upwards = after is not None and before is None
    found = list(messages.order_by("seq" if upwards else "-seq")[: limit + 1])
    more = len(found) > limit
    found = found[:limit]
    if not upwards:
        found.reverse()
    if not found:
        return Page((), older=None, newer=None)
    has_older, has_newer = more, before is not None
    if upwards:
        # No message has a number below 1.
        has_older = bool(after) and everything.filter(seq__lt=found[0].seq).exists()
        has_newer = more
    return Page(
        found,
        older=found[0].seq if has_older else None,
        newer=found[-1].seq if has_newer else None,
    )


def read_counter(room_id: int) -> int:
    """The number of the room's last change."""
    return RoomHead.objects.values_list("seq", flat=True).get(room_id=room_id)


def current_epoch() -> str:
    """Changes when a backup was restored."""
    return Site.current_epoch()


def read_heads(room_ids: Iterable[int]) -> dict[int, Head]:
    """The heads of these rooms in one query."""
    epoch = Site.objects.values("epoch")[:1]
    rows = RoomHead.objects.filter(room_id__in=list(room_ids)).values_list(
        "room_id", "seq", "room__version", Subquery(epoch)
    )
    return {room_id: Head(seq, version, found or "") for room_id, seq, version, found in rows}


def changes_since(
    room_id: int, since: int, *, upto: int, after: int | None = None, limit: int = MAX_PAGE
) -> Changes:
    """What happened to whoever has every change up to `since`, up to the change `upto`.

    Each message once, as it is now, ordered by the number that concerns this reader: `seq` for a
    message posted after `since`, else `changed_seq` (docs/protocol.md, "Numbers"). `after` goes on
    behind that number. A message that changed again beyond `upto` is left to the next call with
    `since=upto`: so a reader who is cut anywhere has every change up to the greatest number seen.
    """
    floor = since if after is None else max(since, after)
    posted = _posted(room_id, floor, upto, limit)
    changed = _changed(room_id, since, floor, upto, limit)
    # As far as both ranges were read. What is left of them does not tell: a message that changes
    # while it is read leaves its page, which then looks like the last one.
    reached = upto
    if len(posted) == limit:
        reached = min(reached, posted[-1].seq)
    if len(changed) == limit:
        reached = min(reached, changed[-1].changed_seq)
    now = _of_one_moment([*posted, *changed])
    events = merge_changes(
        [message for message in now if since < message.seq <= reached],
        [message for message in now if message.seq <= since and message.changed_seq <= reached],
        since,
    )
    if len(events) > limit:
        events = events[:limit]
        reached = concerning_number(events[-1])
    return Changes(events, reached, more=reached < upto)


def merge_changes(
    posted: Iterable[Message], changed: Iterable[Message], since: int
) -> list[MessageEvent]:
    """The two ranges of `changes_since` in one order."""
    events: list[tuple[int, MessageEvent]] = [(m.seq, MessagePosted.of(m)) for m in posted]
    events += [(m.changed_seq, change_of(m)) for m in changed]
    events.sort(key=lambda pair: pair[0])
    return [event for _number, event in events]


def change_of(message: Message) -> MessageEvent:
    """An older message, changed: as `deleted` if it is deleted, else as `edited`."""
    return MessageDeleted.of(message) if message.is_deleted else MessageEdited.of(message)


def concerning_number(event: MessageEvent) -> int:
    """The number that a reader of this frame has then reached."""
    return event.message["seq"] if isinstance(event, MessagePosted) else event.number


def room_changed(room_id: int) -> RoomChanged:
    """The room's details as they are now, as an event."""
    room = Room.objects.select_related("head").get(pk=room_id)
    return RoomChanged(room_payload(room, room.head.seq), room.version)


def _posted(room_id: int, floor: int, upto: int, limit: int) -> list[Message]:
    """Messages whose posting is in (floor, upto]: the index on (room, seq)."""
    messages = Message.objects.with_payload().filter(room_id=room_id)
    return list(messages.filter(seq__gt=floor, seq__lte=upto).order_by("seq")[:limit])


def _changed(room_id: int, since: int, floor: int, upto: int, limit: int) -> list[Message]:
    """Messages up to `since` whose last change is in (floor, upto]: the partial index of
    changes."""
    messages = Message.objects.with_payload().filter(room_id=room_id)
    # The first condition is the partial index's own.
    changed = Q(changed_seq__gt=F("seq")) & Q(
        changed_seq__gt=floor, changed_seq__lte=upto, seq__lte=since
    )
    return list(messages.filter(changed).order_by("changed_seq")[:limit])


def _of_one_moment(found: list[Message]) -> list[Message]:
    """Reactions are read after their messages: what changed in between is read again, so that no
    state is told under an older one's number."""
    for _ in range(READ_AGAIN):
        if not found:
            break
        now = dict(
            Message.objects.filter(pk__in=[each.pk for each in found]).values_list(
                "pk", "changed_seq"
            )
        )
        moved = {each.pk for each in found if now.get(each.pk) != each.changed_seq}
        if not moved:
            break
        again = Message.objects.with_payload().in_bulk(moved)
        found = [again.get(each.pk, each) for each in found]
    return found
