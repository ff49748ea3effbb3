"""Frames after the Autobahn suite's categories: an answer, or a close of the table, on each server
and over each socket; and whatever came, the next is served."""

import asyncio
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from tests.faults.frames import CATEGORIES, Answer, Case, Echo, ping
from tests.faults.house import House, housing
from tests.faults.load import PEOPLE, ROOMS, SEED
from tests.faults.people import Person
from tests.faults.raw import TEXT, Closed, Frame, RawSocket, frame, raw_socket
from tests.faults.record import Way
from tests.faults.rounds import loading
from tests.faults.server import Kind

pytestmark = pytest.mark.timeout(900)

PORCH = "porch"  # where nobody of the load is
PACE = 3.0  # of the load's senders meanwhile: the frames are to have their turn
WAYS: tuple[Way, ...] = ("json", "html")
OFFERS = (
    "permessage-deflate",
    "permessage-deflate; client_max_window_bits; server_no_context_takeover",
    "permessage-deflate; server_max_window_bits=9; client_no_context_takeover, permessage-deflate",
    "permessage-deflate; nonsense=1",
    "x-webkit-deflate-frame, permessage-bzip2",
)


type Ask = Callable[[], str | None]  # what came instead of what was wanted


@pytest.mark.parametrize("server", ["daphne", "uvicorn"])
async def test_each_frame_is_answered_or_closes_with_its_code(tmp_path: Path, server: Kind) -> None:
    with housing(tmp_path, server=server, seed=SEED) as house:
        ada, *people = await asyncio.to_thread(house.people, 1 + PEOPLE, rooms=[*ROOMS, PORCH])
        async with loading(house, "frames, good and bad", people) as round_:
            async with round_.strike():
                round_.load.keep_to(PACE)
                count, wrong = await asyncio.to_thread(_ask_all, house, ada)
                assert not wrong, wrong
                round_.load.keep_to(None)
            round_.runs = count


def _ask_all(house: House, person: Person) -> tuple[int, dict[str, str]]:
    """How many cases there are, and those that went wrong."""
    count, wrong = 0, {}
    for category, asks in _asks(house.url, person):
        before = len(house.tracebacks())
        for name, ask in asks.items():
            count += 1
            try:
                found = ask()
            except (AssertionError, OSError) as problem:
                found = repr(problem)
            if found is not None:
                wrong[f"{category}: {name}"] = found
        for number, traceback in enumerate(house.tracebacks()[before:]):
            wrong[f"{category}: traceback {number}"] = traceback
    return count, wrong


def _asks(url: str, person: Person) -> Iterator[tuple[str, dict[str, Ask]]]:
    """By category."""
    for way in WAYS:
        for cases in CATEGORIES:
            asks: dict[str, Ask] = {
                case.name: partial(_wrong, url, person, way, case) for case in cases()
            }
            yield f"{way}, {cases.__name__}", asks
        asks = {offer: partial(_accepts, url, person, way, offer) for offer in OFFERS}
        yield f"{way}, compression", asks


def _accepts(url: str, person: Person, way: Way, offer: str) -> str | None:
    """12 and 13: what shows that the compression was not declined."""
    with raw_socket(url, person, way, f"Sec-WebSocket-Extensions: {offer}", room=PORCH) as line:
        if b"sec-websocket-extensions" in line.head.lower():
            return f"{line.head!r}"
        line.write(frame(TEXT, ping("plain")))
        if (answer := _next_answer(line)) != _as_told(Echo("plain"), way):
            return f"{answer}"
        line.write(frame(TEXT, b"\xaa\x56\x2a", rsv=4))
        code = line.code()
        return None if code == 1002 else f"closed with {code}"


def _wrong(url: str, person: Person, way: Way, case: Case) -> str | None:
    """What came instead."""
    with raw_socket(url, person, way, room=PORCH) as line:
        for part in case.writes:
            line.write(part)
        if isinstance(case.wanted, frozenset):
            code = line.code()
            return None if code in case.wanted else f"closed with {code}, not {set(case.wanted)}"
        line.write(frame(TEXT, ping("still here")))
        wanted = [_as_told(each, way) for each in [*case.wanted, Echo("still here")]]
        answers: list[Answer] = []
        try:
            while len(answers) < len(wanted):
                answers.append(_next_answer(line))
        except Closed as closed:
            return f"closed with {closed.code} after {answers}"
        except TimeoutError:
            return f"nothing after {answers}"
        return None if _matches(answers, wanted) else f"{answers}"[:300]


def _matches(answers: list[Answer], wanted: list[Answer]) -> bool:
    # A pong overtakes what the site itself has yet to answer; each kind keeps its order.
    def by_kind(given: list[Answer]) -> tuple[list[Answer], list[Answer]]:
        pongs: list[Answer] = [each for each in given if isinstance(each, Frame)]
        return pongs, [each for each in given if not isinstance(each, Frame)]

    return by_kind(answers) == by_kind(wanted)


def _next_answer(line: RawSocket) -> Answer:
    while True:
        heard = line.heard()
        if isinstance(heard, Frame):
            return heard
        if heard.name == "pong":
            return Echo(str(heard.told.get("told", "")))
        if heard.name == "error":
            return str(heard.told["code"])


def _as_told(answer: Answer, way: Way) -> Answer:
    """A page's pong repeats nothing."""
    return Echo("") if way == "html" and isinstance(answer, Echo) else answer
