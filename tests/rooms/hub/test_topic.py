"""One room in one process: next, double, missing and late notices."""

import asyncio
from typing import Any

import pytest
from django.db import OperationalError

from rooms import history
from rooms.events import MessageEvent, MessagePosted, RoomChanged
from rooms.hub import topic as topic_module
from rooms.hub.frames import Delivery
from rooms.hub.topic import RoomTopic
from tests.rooms.hub.readers import events_of


def posted(seq: int) -> MessagePosted:
    message: Any = {"id": seq, "seq": seq, "changed_seq": seq, "content": str(seq)}
    return MessagePosted(message, str(seq))


class Listener:
    """Collects what it is handed."""

    def __init__(self) -> None:
        self.told: list[int] = []
        self.codes: list[int] = []
        self.pieces: list[list[int]] = []  # what came together

    def deliver(self, delivery: Delivery, *, replaces: bool = False) -> None:
        numbers = [event.number for event in events_of(delivery) if isinstance(event, MessageEvent)]
        self.told += numbers
        self.pieces.append(numbers)

    def cut(self, code: int) -> None:
        self.codes.append(code)


class Rows:
    """Answers the topic's two questions from a list of numbers."""

    def __init__(self, upto: int) -> None:
        self.upto = upto
        self.fails_beyond = 10**6
        self.asked: list[str] = []

    async def __call__(self, query: Any, *args: Any, **options: Any) -> Any:
        self.asked.append(query.__name__)
        await asyncio.sleep(0)
        if query is history.read_heads:
            return {1: history.Head(self.upto, 0, "e")}
        after, upto, limit = options["after"], options["upto"], options["limit"]
        if after >= self.fails_beyond:
            raise OperationalError
        reached = min(upto, after + limit)
        told = [posted(seq) for seq in range(after + 1, reached + 1)]
        return history.Changes(told, reached, more=reached < upto)


@pytest.fixture
def rows() -> Rows:
    return Rows(10)


@pytest.fixture
def listener() -> Listener:
    return Listener()


@pytest.fixture
def topic(rows: Rows, listener: Listener) -> RoomTopic:
    topic = RoomTopic(1, rows, lambda _room: listener.cut(1012))
    room: Any = {"name": "general", "seq": 10}
    topic.begin(history.Head(10, 0, "e"), RoomChanged(room, 0))
    topic.subscribers.add(listener)  # type: ignore[arg-type]  # as much of one as a topic needs
    return topic


async def test_the_next_is_told_at_once_and_a_double_never(
    topic: RoomTopic, listener: Listener
) -> None:
    topic.hear(posted(11))
    topic.hear(posted(11))
    topic.hear(posted(9))
    topic.flush()

    assert listener.told == [11]
    assert topic.seq == 11


async def test_two_that_changed_places_are_put_right_without_a_query(
    topic: RoomTopic, rows: Rows, listener: Listener
) -> None:
    topic.hear(posted(12))
    topic.hear(posted(11))
    await asyncio.sleep(0)
    topic.flush()

    assert listener.told == [11, 12]
    assert rows.asked == []


async def test_a_hole_is_filled_from_the_rows_the_counter_first(
    topic: RoomTopic, rows: Rows, listener: Listener
) -> None:
    rows.upto = 14
    topic.hear(posted(14))
    await asyncio.sleep(0.05)
    await topic.settled()
    topic.flush()

    assert listener.told == [11, 12, 13, 14]
    assert rows.asked[:2] == ["read_heads", "changes_since"]
    assert topic.seq == 14


async def test_a_repair_that_fails_half_way_tells_nobody_anything_twice(
    topic: RoomTopic, rows: Rows, listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(topic_module, "REPAIR_PAGE", 2)
    rows.upto = 15
    rows.fails_beyond = 12
    topic.refresh()
    await topic.settled()
    topic.flush()
    assert listener.told == [11, 12]

    rows.fails_beyond = 15
    topic.refresh()
    await topic.settled()
    topic.flush()
    assert listener.told == [11, 12, 13, 14, 15]


async def test_what_arrives_during_a_repair_waits_and_is_told_once(
    topic: RoomTopic, rows: Rows, listener: Listener
) -> None:
    rows.upto = 12
    topic.refresh()
    await asyncio.sleep(0)
    topic.hear(posted(12))
    topic.hear(posted(13))
    rows.upto = 13
    await topic.settled()
    topic.flush()

    assert listener.told == [11, 12, 13]


async def test_a_lost_last_notice_is_found_by_comparing_counters(
    topic: RoomTopic, rows: Rows, listener: Listener
) -> None:
    rows.upto = 11
    topic.compare(history.Head(11, 0, "e"), counted=10)
    await topic.settled()
    topic.flush()

    assert listener.told == [11]


async def test_a_notice_without_a_row_ends_no_repair_for_ever(
    topic: RoomTopic, rows: Rows, listener: Listener
) -> None:
    topic.hear(posted(99))
    await asyncio.sleep(0.05)
    await asyncio.wait_for(topic.settled(), 1)
    topic.flush()

    assert listener.told == []
    assert topic.seq == 10


@pytest.mark.parametrize("head", [history.Head(9, 0, "e"), history.Head(10, 0, "other")])
async def test_a_counter_that_went_back_or_another_epoch_ends_the_sockets(
    topic: RoomTopic, listener: Listener, head: history.Head
) -> None:
    topic.compare(head, counted=10)

    assert listener.codes == [1012]


async def test_what_was_heard_while_the_counter_was_read_is_no_step_back(
    topic: RoomTopic, listener: Listener
) -> None:
    counted = topic.seq
    topic.hear(posted(11))

    topic.compare(history.Head(10, 0, "e"), counted)
    await topic.settled()
    topic.flush()

    assert (listener.told, listener.codes) == ([11], [])


async def test_after_a_room_is_renamed_nothing_is_told_under_its_old_name(
    topic: RoomTopic,
) -> None:
    topic.hear(posted(11))
    assert topic.ring.replay(10, 11)
    renamed: Any = {"name": "lobby", "seq": 11}

    topic.hear_room(RoomChanged(renamed, 1))

    assert topic.ring.replay(10, 11) is None
    assert topic.ring.replay(11, 11) == []


async def test_notices_before_the_counter_is_read_wait_for_it(
    rows: Rows, listener: Listener
) -> None:
    topic = RoomTopic(1, rows, lambda _room: None)
    topic.subscribers.add(listener)  # type: ignore[arg-type]  # as much of one as a topic needs
    topic.hear(posted(10))
    topic.hear(posted(11))
    room: Any = {"name": "general", "seq": 10}
    topic.begin(history.Head(10, 0, "e"), RoomChanged(room, 0))
    topic.flush()

    assert listener.told == [11]


async def test_what_is_heard_in_one_step_goes_out_in_one_piece(
    topic: RoomTopic, listener: Listener
) -> None:
    for number in (11, 12, 13):
        topic.hear(posted(number))
    assert listener.told == []
    await asyncio.sleep(0)

    assert listener.pieces == [[11, 12, 13]]


async def test_a_room_that_was_told_rests_before_it_is_told_more(
    topic: RoomTopic, listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(topic_module, "REST_EACH", 1.0)
    topic.hear(posted(11))
    await asyncio.sleep(0)
    assert listener.pieces == [[11]]

    for number in (12, 13):
        topic.hear(posted(number))
        await asyncio.sleep(0)
    assert listener.pieces == [[11]]
    await asyncio.sleep(1.5 * topic_module.REST)

    assert listener.pieces == [[11], [12, 13]]


async def test_pieces_are_bounded(
    topic: RoomTopic, listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(topic_module, "MAX_JOINED", 2)
    for number in (11, 12, 13):
        topic.hear(posted(number))
    assert listener.pieces == [[11, 12]]

    monkeypatch.setattr(topic_module, "MAX_JOINED_TEXT", 4)
    topic.hear(posted(14))
    assert listener.pieces == [[11, 12], [13, 14]]
