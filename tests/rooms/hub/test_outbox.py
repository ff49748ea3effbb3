"""What waits for one socket."""

import asyncio

from rooms.hub.frames import Frame
from rooms.hub.outbox import Outbox


async def test_frames_leave_in_their_order() -> None:
    outbox = Outbox(100)
    assert outbox.put(Frame("a", 1))
    assert outbox.put(Frame("b", 1))

    assert [(await outbox.get()).text, (await outbox.get()).text] == ["a", "b"]


async def test_a_frame_beyond_the_limit_is_refused_and_costs_nothing() -> None:
    outbox = Outbox(10)
    assert outbox.put(Frame("a", 10))
    assert not outbox.put(Frame("b", 1))

    assert (await outbox.get()).text == "a"
    waiting = asyncio.create_task(outbox.get())
    await asyncio.sleep(0)  # the first has left
    assert outbox.put(Frame("c", 10))
    assert (await waiting).text == "c"


async def test_a_frame_that_is_alone_beyond_the_limit_goes_when_nothing_waits() -> None:
    outbox = Outbox(10)
    assert outbox.put(Frame("a", 11))
    assert not outbox.put(Frame("b", 1))

    assert (await outbox.get()).text == "a"


async def test_what_is_on_its_way_counts_until_the_next_is_asked_for() -> None:
    outbox = Outbox(10)
    outbox.put(Frame("a", 10))
    outbox.put(Frame("b", 0))
    await outbox.get()
    assert not outbox.put(Frame("c", 1))

    await outbox.get()
    assert outbox.put(Frame("c", 1))


async def test_a_newer_users_frame_takes_the_place_of_one_that_waits() -> None:
    outbox = Outbox(10)
    outbox.put(Frame("old", 9), replaces=True)
    assert outbox.put(Frame("new", 10), replaces=True)
    assert len(outbox) == 1

    assert (await outbox.get()).text == "new"
    outbox.put(Frame("next", 4), replaces=True)
    assert (await outbox.get()).text == "next"


async def test_whoever_waits_is_woken() -> None:
    outbox = Outbox(10)
    waiting = asyncio.create_task(outbox.get())
    await asyncio.sleep(0)

    outbox.put(Frame("a", 1))

    assert (await asyncio.wait_for(waiting, 1)).text == "a"
