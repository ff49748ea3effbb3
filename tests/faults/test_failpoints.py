"""What is said of failpoints is read, rolled and counted; and what comes to a gate suffers it."""

import asyncio
import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults.failpoints import Failpoints, Faults, read_faults, struck_file, write_faults
from tests.faults.spoil_notices import FOLLOWS_WITHIN, LATE, Gate

TOPIC = "room.1"


def test_what_the_environment_says_holds_until_there_is_a_file(tmp_path: Path) -> None:
    control = tmp_path / "failpoints.json"
    failpoints = Failpoints('{"slow_commit": 1.5}', control)
    assert failpoints.now() == {"slow_commit": 1.5}
    write_faults(control, {"disk_full": True})
    assert failpoints.now() == {"disk_full": True}
    write_faults(control, {})
    assert failpoints.now() == {}


def test_a_file_is_read_again_even_when_its_time_is_the_same(tmp_path: Path) -> None:
    control = tmp_path / "failpoints.json"
    failpoints = Failpoints(file=control)
    for seconds in (1.0, 2.0, 3.0):
        write_faults(control, {"slow_commit": seconds})
        os.utime(control, (1, 1))
        assert failpoints.now() == {"slow_commit": seconds}


@pytest.mark.parametrize("text", ['{"kill": 1}', '{"notices": {"lose": 1}}', "{"])
def test_a_failpoint_that_is_not_there_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        read_faults(text)


def test_the_same_seed_strikes_at_the_same_times(tmp_path: Path) -> None:
    def strikes(seed: int, *names: str) -> list[bool]:
        failpoints = Failpoints(json.dumps({"seed": seed}))
        return [failpoints.strikes(name, 0.5) for _time in range(64) for name in names][
            :: len(names)
        ]

    assert strikes(1, "a") == strikes(1, "a")
    assert strikes(1, "a") != strikes(2, "a")
    assert strikes(1, "a") != strikes(1, "b")
    assert strikes(1, "a", "b") == strikes(1, "a")
    assert 16 < sum(strikes(1, "a")) < 48


def test_another_seed_rolls_other_dice_in_the_same_process(tmp_path: Path) -> None:
    control = tmp_path / "failpoints.json"
    failpoints = Failpoints(file=control)
    rolled = []
    for seed in (1, 2, 1):
        write_faults(control, {"seed": seed})
        failpoints.now()
        rolled.append([failpoints.strikes("a", 0.5) for _time in range(64)])
    assert rolled[0] == rolled[2] != rolled[1]


def test_strikes_are_counted_and_near_misses_are_not(tmp_path: Path) -> None:
    control = tmp_path / "failpoints.json"
    failpoints = Failpoints(file=control)
    struck = [failpoints.strikes("often", 0.5) for _time in range(100)]
    assert not failpoints.strikes("never", 0.0)
    failpoints.note("once")
    counted = struck_file(control).read_text().split()
    assert counted.count("often") == sum(struck)
    assert set(counted) == {"often", "once"}


class Passed:
    """What came through a gate, in its order."""

    def __init__(self, **notices: float) -> None:
        self.notices = dict(notices)
        faults: Faults = {"seed": 3, "notices": self.notices}  # type: ignore[typeddict-item]
        self.gate = Gate(Failpoints(json.dumps(faults)), "own")
        self.numbers: list[int] = []
        self._news = asyncio.Event()

    def send(self, *numbers: int, topic: str = TOPIC) -> None:
        for number in numbers:
            self.gate.come(topic, self._deliver(number))

    async def settled(self) -> list[int]:
        """All that comes at all: nothing is held longer than this."""
        await asyncio.sleep(FOLLOWS_WITHIN + LATE + 0.05)
        return self.numbers

    def _deliver(self, number: int) -> Callable[[], None]:
        return lambda: self.numbers.append(number)


async def test_a_gate_without_faults_passes_everything_at_once() -> None:
    passed = Passed()
    passed.send(*range(10))
    assert passed.numbers == list(range(10))


async def test_dropped_notices_never_come() -> None:
    passed = Passed(drop=0.5)
    passed.send(*range(100))
    here = list(passed.numbers)
    assert here == sorted(here)
    assert 25 < len(here) < 75
    assert await passed.settled() == here


async def test_doubled_notices_come_once_now_and_once_later() -> None:
    passed = Passed(double=1)
    passed.send(*range(10))
    assert passed.numbers == list(range(10))
    assert sorted(await passed.settled()) == sorted([*range(10), *range(10)])


async def test_reordered_notices_all_come_but_not_in_their_order() -> None:
    passed = Passed(reorder=0.5)
    passed.send(*range(50))
    assert 10 < len(passed.numbers) < 40
    came = await passed.settled()
    assert sorted(came) == list(range(50))
    assert came != sorted(came)


async def test_only_the_notice_that_none_follows_is_lost() -> None:
    passed = Passed(drop_last=True)
    passed.send(1, 2, 3)
    passed.send(11, topic="room.2")
    assert passed.numbers == [1, 2]
    assert await passed.settled() == [1, 2]
    passed.send(4, 5)
    assert await passed.settled() == [1, 2, 4]
