"""A legal run in which everything happens that may, and how to find one's way in it."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from tests.faults.claims.facts import number_of
from tests.faults.planted.pretend import Pretend
from tests.faults.record import Acked, Ending, Kind, Record, State, Told

GENERAL = "general"


def a_run() -> Pretend:
    """Ids count from 100 in the order of posts; the comments give the numbers of general."""
    site = Pretend(GENERAL, "garden")
    site.come("hal", GENERAL)
    site.come("bob", GENERAL)
    site.come("ada", "garden")
    site.post("ada", GENERAL, "a0", "hello")  # 100: 1
    site.post("ada", GENERAL, "a0", "hello")
    site.post("bob", GENERAL, "b0", "hi", answered=False)  # 101: 2
    site.post("bob", "garden", "b1", "roses")  # 102
    site.post("ada", GENERAL, "a1", "news")  # 103: 3
    site.post("ada", GENERAL, "a1", "no news")  # a conflict
    site.edit(GENERAL, 103, "good news")  # 4
    site.react("bob", GENERAL, 103, "🎉")  # 5
    site.leave("bob", GENERAL)
    site.post("ada", GENERAL, "a2", "away")  # 104: 6
    site.post("ada", GENERAL, "a3", "gone")  # 105: 7
    site.delete("mod", GENERAL, 105)  # 8
    site.edit(GENERAL, 105, "back?")  # refused
    site.react("hal", GENERAL, 103, "👍")  # 9
    site.edit(GENERAL, 100, "hello all", answered=False)  # 10, in nobody's sight once 11 is there
    site.edit(GENERAL, 100, "hello you")  # 11
    site.come("bob", GENERAL, cut_after=3)  # it tells 6, 7 and 9
    site.come("bob", GENERAL)
    site.come("eve", GENERAL, anew=True)
    site.post("bob", GENERAL, "b2", "seen")  # 106: 12
    site.die("eve", GENERAL)
    site.deafen(GENERAL)
    site.post("ada", GENERAL, "a4", "unheard")  # 107: 13
    site.react("bob", GENERAL, 107, "👍")  # 14
    site.post("bob", GENERAL, "b3", "after")  # 108: 15
    site.mend(GENERAL)
    site.leave("hal", GENERAL)
    site.post("ada", GENERAL, "a5", "skipped")  # 109: 16
    site.come("hal", GENERAL, reset=True)
    site.post("ada", GENERAL, "a6", "nearly last")  # 110: 17
    site.post("bob", GENERAL, "b4", "last")  # 111: 18
    return site


def frame_of(record: Record, reader: str, number: int) -> Told:
    """The frame that told a reader in general of this change."""
    return next(
        told
        for told in record.told
        if (told.reader, told.room, number_of(told)) == (reader, GENERAL, number)
    )


def ack_of(record: Record, client_id: str) -> Acked:
    return next(ack for ack in record.acked if ack.client_id == client_id)


def state_of(states: list[State], message_id: int) -> State:
    return next(state for state in states if state.id == message_id)


def lists_of(ending: Ending) -> Iterator[list[State]]:
    """The rows, REST and every client's list of general."""
    yield ending.rows[GENERAL]
    yield ending.rest[GENERAL]
    yield from (shown for (_reader, room), shown in ending.shown.items() if room == GENERAL)


def put[T](things: list[T], old: T, *new: T) -> None:
    """Replaces one thing by these, in its place."""
    place = things.index(old)
    things[place : place + 1] = new


def rewrite(record: Record, ending: Ending, message_id: int, **fields: Any) -> None:
    """Changes a message of general wherever it is seen."""
    for states in lists_of(ending):
        states[:] = [replace(s, **fields) if s.id == message_id else s for s in states]
    record.told[:] = [
        replace(told, state=replace(told.state, **fields)) if told.state.id == message_id else told
        for told in record.told
    ]


def remove(ending: Ending, message_id: int) -> None:
    """Takes a message out of every list and the rows."""
    for states in lists_of(ending):
        states[:] = [state for state in states if state.id != message_id]


def insert(ending: Ending, state: State) -> None:
    """Puts a message at the end of every list and the rows."""
    for states in lists_of(ending):
        states.append(state)


def change(record: Record, ending: Ending, kind: Kind, message_id: int, **fields: Any) -> None:
    """Commits one more change of a message and tells bob and hal."""
    ending.counters[GENERAL] += 1
    number = ending.counters[GENERAL]
    row = state_of(ending.rows[GENERAL], message_id)
    state = replace(row, changed_seq=number, **fields)
    for states in lists_of(ending):
        put(states, state_of(states, message_id), state)
    for reader in ("bob", "hal"):
        last = frame_of(record, reader, 18)
        record.told.append(replace(last, kind=kind, state=state))
