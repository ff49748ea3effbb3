"""How soon everybody is told: bursts whose last change no other follows, and the record of them."""

import asyncio
import contextlib
import time
from collections import defaultdict
from typing import NamedTuple

from tests.faults.claims.facts import Key, hearings
from tests.faults.load import Load
from tests.faults.record import Acked, Changed, Record
from tests.faults.rounds import LONG, Round

# Seconds within which everyone shows every change. Where the short form runs, others run beside it,
# and what a lost notice costs is a sweep or two on whatever they leave.
WITHIN = 2.0 if LONG else 4.0
BURSTS = 10 if LONG else 1


class Span(NamedTuple):
    """When a fault, and what came of it, lasted; seconds of the monotonic clock."""

    fault: str
    began: float
    ended: float


async def bursts(load: Load) -> None:
    """Whoever was not told the last of a burst is told it by nobody's next notice."""
    for _time in range(BURSTS):
        await load.until_acked(load.acknowledged + 20)
        await load.pause()
        # What is late is for the record to say.
        with contextlib.suppress(TimeoutError):
            await load.until(lambda: _all_were_told(load), 3 * WITHIN)
        load.go_on()


async def talk_at_ease(load: Load, fault: str, seconds: float) -> Span:
    """So few things at a time, and for so long, that nobody waits for anybody else's."""
    await load.pause()
    load.keep_to(3.0)
    load.go_on()
    began = time.monotonic()
    await asyncio.sleep(seconds)
    ended = time.monotonic()
    load.keep_to(None)
    return Span(fault, began, ended)


# --- what the record says --------------------------------------------------------------


def assert_told_in_time(round_: Round, spans: list[Span]) -> None:
    """What was acknowledged while it lasted was told to each reader of its room, over the one
    line that they had."""
    load = round_.load
    assert not load.record.gone
    assert len(load.record.live) == len(load.readers)
    for span in spans:
        seconds, what = slowest(load.record, span)
        print(f"{span.fault}: {seconds:.2f} s, {what}")  # noqa: T201
        assert seconds <= WITHIN, f"{span.fault}: {seconds:.2f} s, {what}"


def slowest(record: Record, span: Span) -> tuple[float, str]:
    """The longest time from the acknowledgement of a post or another change to a reader's being
    told it, or a later one of the same message; and which that was."""
    answers: list[Acked | Changed] = [*record.acked, *record.changed]
    first: dict[tuple[str, int, int], float] = {}
    for each in answers:
        key = each.room, each.id, each.seq
        first[key] = min(each.at, first.get(key, each.at))
    longest, what = 0.0, "nothing was told late"
    for hearing in hearings(record):
        told: defaultdict[int, list[tuple[int, float]]] = defaultdict(list)
        for connection in hearing.connections:
            for each_told in connection.told:
                told[each_told.state.id].append((each_told.state.changed_seq, each_told.at))
        start = hearing.connections[0].base or 0  # up to there it was read, not told
        for (room, message_id, number), at in first.items():
            if room != hearing.room or number <= start or not span.began <= at <= span.ended:
                continue
            came = (when for changed, when in told[message_id] if changed >= number)
            seconds = next(came, float("inf")) - at
            if seconds > longest:
                longest, what = seconds, f"number {number} of {room} to {hearing.reader}"
    return longest, what


def longest_wait(record: Record, spans: list[Span]) -> float:
    """The longest time from a post's first sending, in one of these times, to its answer."""
    sent: dict[Key, float] = {}
    for post in record.sent:
        sent.setdefault((post.author, post.client_id), post.at)
    acked: dict[Key, float] = {}
    for ack in record.acked:
        acked.setdefault((ack.author, ack.client_id), ack.at)
    waits = [
        acked[key] - at
        for key, at in sent.items()
        if any(span.began <= at <= span.ended for span in spans)
    ]
    assert len(waits) > 5 * len(spans)
    return max(waits)


def _all_were_told(load: Load) -> bool:
    newest: defaultdict[str, int] = defaultdict(int)
    answers: list[Acked | Changed] = [*load.record.acked, *load.record.changed]
    for each in answers:
        newest[each.room] = max(newest[each.room], each.seq)
    return all(reader.newest >= newest[reader.door.room] for reader in load.readers)
