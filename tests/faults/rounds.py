"""A round: the load runs, a fault strikes it again and again, and then the checker has its say."""

import asyncio
import os
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from random import Random
from typing import Any

from tests.faults.checker import Summary, check, summary
from tests.faults.healing import healing
from tests.faults.house import House, housing
from tests.faults.load import PEOPLE, ROOMS, SEED, Load
from tests.faults.people import Person
from tests.faults.senders import Habits
from tests.faults.server import Kind
from tests.faults.table import Line, noting

# The long form is `make faults`; the short one runs with all tests, beside others and on whatever
# machine, so that how many a second it takes is not asked there.
LONG = bool(os.environ.get("FAULTS_LONG"))
MESSAGES = 10_000 if LONG else 300
STEADY = 2.0  # seconds
BACK_WITHIN = 60.0

SERVER: Kind = "uvicorn" if Random(f"{SEED}/server").random() < 0.5 else "daphne"  # noqa: S311


class Round:
    """One line of the table, while it is being made. `runs` is how often the fault struck."""

    def __init__(self, fault: str, house: House, load: Load) -> None:
        self.fault = fault
        self.house = house
        self.load = load
        self.chance = Random(f"{SEED}/{fault}")  # noqa: S311 - not secret, and to be repeated
        self.runs = 0
        self._struck_at: list[float] = []
        self._counted: Summary | None = None

    @property
    def is_finished(self) -> bool:
        return self._counted is not None

    async def newcomers(
        self, count: int, prefix: str, *, rooms: Sequence[str] = ()
    ) -> list[Person]:
        """More people, made while the load is silent: it leaves the lock to no other process."""
        await self.load.pause()
        try:
            return await asyncio.to_thread(self.house.people, count, rooms=rooms, prefix=prefix)
        finally:
            self.load.go_on()

    @asynccontextmanager
    async def strike(self) -> AsyncIterator[None]:
        """Around a fault and its end: enough is acknowledged before it and again after it."""
        await self._steady()
        self.runs += 1
        self._struck_at.append(time.monotonic())
        yield
        await self.load.until_acked(self.load.acknowledged + 50, BACK_WITHIN)
        await self._steady()

    async def _steady(self) -> None:
        if LONG:
            await self.load.steady(STEADY)
        else:
            await self.load.until_acked(self.load.acknowledged + 30, BACK_WITHIN)

    async def finish(self) -> None:
        """Until MESSAGES are acknowledged and everybody has caught up. Fails for each breach."""
        await self.load.until_acked(MESSAGES, 600)
        await self.load.settle()
        record, ending = self.load.record, await self.load.ending()
        breaches = await asyncio.to_thread(check, record, ending)
        self._counted = summary(record, breaches)
        assert not breaches, "\n".join(map(str, breaches[:20]))
        assert not self.house.tracebacks(), self.house.tracebacks()[0]
        assert self._counted.acknowledged >= MESSAGES

    def line(self) -> Line:
        """Where it did not finish, nobody has looked for breaches yet."""
        counted = self._counted or Summary(self.load.acknowledged, 0, 0, 0, 0)
        heal = max((healing(self.load.record, at) for at in self._struck_at), default=0.0)
        return Line(
            self.fault,
            SEED,
            self.house.servers[0].kind,
            self.runs,
            counted.acknowledged,
            counted.lost,
            counted.doubled,
            counted.out_of_order,
            counted.others,
            round(heal, 2),
        )


@asynccontextmanager
async def under_load(
    folder: Path,
    fault: str,
    *,
    server: Kind = SERVER,
    processes: int = 1,
    habits: Habits | None = None,
    urls: Callable[[House], Any] | None = None,
    under: Sequence[str] = (),
    **environment: str,
) -> AsyncIterator[Round]:
    """A house with its load running."""
    with housing(
        folder, server=server, processes=processes, seed=SEED, under=under, **environment
    ) as house:
        people = await asyncio.to_thread(house.people, PEOPLE, rooms=ROOMS)
        through = await urls(house) if urls else ()
        async with loading(house, fault, people, habits=habits, urls=through) as round_:
            yield round_


@asynccontextmanager
async def loading(
    house: House,
    fault: str,
    people: Sequence[Person],
    *,
    habits: Habits | None = None,
    urls: Sequence[str] = (),
    pace: float | None = None,
) -> AsyncIterator[Round]:
    """The load of these PEOPLE running in that house. What is asserted of the whole run comes after
    `finish`, in the block, so that the line is noted as failed; a block without it is finished at
    its end."""
    load = Load(house, people, urls=urls, habits=habits, pace=pace)
    round_ = Round(fault, house, load)
    try:
        with noting(round_.line):
            await load.start()
            yield round_
            if not round_.is_finished:
                await round_.finish()
    finally:
        await load.close()
