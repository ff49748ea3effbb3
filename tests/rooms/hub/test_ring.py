"""The last changes, from memory."""

from typing import Any

from rooms.events import MessageDeleted, MessageEdited, MessageEvent, MessagePosted
from rooms.hub.frames import Frames
from rooms.hub.ring import Ring


def message(seq: int, changed_seq: int = 0, **fields: Any) -> Any:
    base = {"id": seq * 10, "seq": seq, "changed_seq": changed_seq or seq, "content": f"m{seq}"}
    return {**base, "deleted": False, **fields}


def add(ring: Ring, event: MessageEvent) -> None:
    ring.add(Frames(event), event)


def told(ring: Ring, since: int, upto: int) -> list[tuple[str, int]] | None:
    frames = ring.replay(since, upto)
    if frames is None:
        return None
    return [(each.event.key, each.event.message["seq"]) for each in frames]  # type: ignore[attr-defined]


def test_memory_tells_what_came_after_a_number_it_reaches() -> None:
    ring = Ring(floor=4)
    add(ring, MessagePosted(message(5), "m5"))
    add(ring, MessagePosted(message(6), "m6"))

    assert told(ring, 4, 6) == [("message", 5), ("message", 6)]
    assert told(ring, 5, 6) == [("message", 6)]
    assert told(ring, 6, 6) == []
    assert told(ring, 3, 6) is None


def test_a_message_is_told_once_as_it_is_now() -> None:
    ring = Ring(floor=0)
    add(ring, MessagePosted(message(1), "m1"))
    add(ring, MessagePosted(message(2), "m2"))
    add(ring, MessageEdited(message(1, 3, content="better"), "better"))

    assert told(ring, 0, 3) == [("message", 1), ("message", 2)]
    assert told(ring, 1, 3) == [("message", 2), ("edited", 1)]
    replayed = ring.replay(0, 3)
    assert replayed is not None
    assert replayed[0].form("json", "").text.count("better") == 1


def test_a_deleted_text_is_told_to_nobody_again() -> None:
    ring = Ring(floor=0)
    add(ring, MessagePosted(message(1, content="secret"), "secret"))
    add(ring, MessageDeleted(message(1, 2, content="", deleted=True), ""))

    for since in (0, 1):
        frames = ring.replay(since, 2)
        assert frames is not None
        assert "secret" not in "".join(each.form("json", "").text for each in frames)
    assert told(ring, 1, 2) == [("deleted", 1)]


def test_what_falls_out_raises_the_floor() -> None:
    ring = Ring(floor=0, size=2)
    for seq in (1, 2, 3):
        add(ring, MessagePosted(message(seq), "m"))

    assert told(ring, 0, 3) is None
    assert told(ring, 1, 3) == [("message", 2), ("message", 3)]


def test_a_state_told_ahead_of_the_count_is_left_to_the_rows() -> None:
    ring = Ring(floor=0)
    add(ring, MessagePosted(message(1), "m1"))
    add(ring, MessageEdited(message(1, 9), "later"))

    assert told(ring, 0, 5) == [("message", 1)]
    assert told(ring, 1, 5) is None


def test_who_goes_on_talking_is_told_so_from_memory_too() -> None:
    ring = Ring(floor=0)
    add(ring, MessagePosted(message(1), "m1"))
    add(ring, MessageEdited(message(2, 3), "better", follows=True))

    for since in (0, 2):
        frames = ring.replay(since, 3)
        assert frames is not None
        event = frames[-1].event
        assert isinstance(event, MessageEvent)
        assert event.follows
