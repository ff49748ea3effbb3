"""The same message said again and again is one message, and is answered as it was at first."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from tests.faults.door import Door
from tests.faults.house import House, housing
from tests.faults.load import SEED, SENDERS
from tests.faults.mouths import Command, Mouth, Reply, RestMouth, SocketMouth
from tests.faults.people import Person
from tests.faults.record import Kind, Record, Way
from tests.faults.rounds import LONG, SERVER, Round, under_load
from tests.faults.senders import Habits

# Alone in the long form: each post is three or four commands, and 100 posts a second are asked for.
pytestmark = [pytest.mark.timeout(900), *([pytest.mark.alone] if LONG else [])]

# In the long form each happens often enough with fewer: all of it is commands to be answered.
OFTEN = (
    Habits(edit=0.04, delete=0.02, react=0.01, again=0.05, conflict=0.03, several=0.8)
    if LONG
    else Habits(edit=0.1, delete=0.05, react=0.02, again=0.2, conflict=0.1, several=0.8)
)
WAYS: tuple[Way, ...] = ("json", "html", "rest")
POST = Command("message", "the-one", text="as it was first sent")


async def test_everything_is_said_again_under_load(tmp_path: Path) -> None:
    name = "each sent one to five times, also after changes, kills and cuts"
    async with under_load(tmp_path, name, habits=OFTEN) as round_:
        house = round_.house
        for end in (house.kill, house.stop) * 3 if LONG else (house.kill,):
            async with round_.strike():
                await asyncio.to_thread(end)
                await asyncio.to_thread(house.start)
            async with round_.strike():
                round_.load.cut()
        await round_.finish()
        assert_it_was_said_again(round_)


def assert_it_was_said_again(round_: Round) -> None:
    """More answers repeat the first than are it; over each door, after an edit and a deletion."""
    record, load = round_.load.record, round_.load
    ways = {sender.author: way for sender, way in zip(load.senders, SENDERS, strict=True)}
    repeated = Counter(ways[ack.author] for ack in record.acked if ack.duplicate)
    refused = Counter(ways[each.author] for each in record.refused if each.code == "id_conflict")
    assert set(repeated) == set(refused) == set(WAYS), (repeated, refused)
    assert repeated.total() > load.acknowledged
    for kind in ("edited", "deleted"):
        assert said_after(record, kind) > 0, kind


def said_after(record: Record, kind: Kind) -> int:
    """How many posts were sent once more after a change of this kind was acknowledged."""
    kinds = {(each.actor, each.client_id): each.kind for each in record.asked}
    changed = {
        done.id: done.at for done in record.changed if kinds[done.actor, done.client_id] == kind
    }
    when = {
        (ack.author, ack.client_id): changed[ack.id] for ack in record.acked if ack.id in changed
    }
    return sum(post.at > when.get((post.author, post.client_id), post.at) for post in record.sent)


async def test_whatever_became_of_it_a_message_is_answered_as_at_first(tmp_path: Path) -> None:
    with housing(tmp_path, server=SERVER, seed=SEED) as house:
        (ada,) = await asyncio.to_thread(house.people, 1, rooms=["den"])
        async with (
            speaking(house, ada, "general") as here,
            speaking(house, ada, "den") as elsewhere,
        ):
            first = await post_at_once(here)
            await assert_answered_as(first, here, elsewhere)
            for change in (
                Command("edit", "e", first.id, "edited"),
                Command("delete", "d", first.id),
            ):
                assert not (await answer(here[0], change)).code
                await assert_answered_as(first, here, elsewhere)
            await asyncio.to_thread(house.kill)
            await asyncio.to_thread(house.start)
            await assert_answered_as(first, here, elsewhere)
        rows = await asyncio.to_thread(house.rows)
        assert [row.id for row in rows["general"]] == [first.id]
        assert not rows["den"]
        assert not house.tracebacks()


async def post_at_once(mouths: list[Mouth]) -> Reply:
    """All say the same at the same time, and one is the first."""
    replies = await asyncio.gather(*(answer(mouth, POST) for mouth in mouths))
    (first,) = (reply for reply in replies if not reply.duplicate)
    assert Counter(replies) == {first: 1, replace(first, duplicate=True): len(mouths) - 1}
    return first


async def assert_answered_as(first: Reply, here: list[Mouth], elsewhere: list[Mouth]) -> None:
    """The same is, another text is not, and the same in another room is not either."""
    same, other, there = await asyncio.gather(
        asyncio.gather(*(answer(mouth, POST) for mouth in here)),
        asyncio.gather(*(answer(mouth, replace(POST, text="another")) for mouth in here)),
        asyncio.gather(*(answer(mouth, POST) for mouth in elsewhere)),
    )
    assert set(same) == {replace(first, duplicate=True)}
    assert {reply.code for reply in [*other, *there]} == {"id_conflict"}


async def answer(mouth: Mouth, command: Command) -> Reply:
    """Asks until it is answered."""
    while True:
        await mouth.live()
        if (reply := await mouth.ask(command)) is not None:
            return reply


@asynccontextmanager
async def speaking(house: House, person: Person, room: str) -> AsyncIterator[list[Mouth]]:
    """Two lines into that room by each way."""
    mouths: list[Mouth] = []
    for way in WAYS * 2:
        door, chance = Door(house.url, room, person, way), Random(f"{SEED}/{way}")  # noqa: S311
        mouths.append(RestMouth(door, chance) if way == "rest" else SocketMouth(way, door, chance))
    lines = [asyncio.create_task(mouth.run()) for mouth in mouths]
    try:
        yield mouths
    finally:
        for line in lines:
            line.cancel()
        await asyncio.gather(*lines, return_exceptions=True)
