"""Each failpoint strikes in a running server, strikes what it names alone, and is gone when it is
switched off."""

import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from tests.faults.house import House, housing
from tests.faults.people import Person
from tests.running import ROOT

pytestmark = pytest.mark.timeout(120)

KILLED = -9
SWEEP = 1.0  # seconds between two looks of the hub for what no notice told it


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[House, list[Person]]]:
    with housing(tmp_path_factory.mktemp("sabotage"), seed=1) as house:
        yield house, house.people(2)


@pytest.fixture
def house(running: tuple[House, list[Person]]) -> Iterator[House]:
    """Up and without faults before and after."""
    house = running[0]
    house.sabotage()
    house.start()
    yield house
    house.sabotage()


@pytest.fixture
def ada(running: tuple[House, list[Person]]) -> Person:
    return running[1][0]


@pytest.fixture
def bob(running: tuple[House, list[Person]]) -> Person:
    return running[1][1]


@contextmanager
def chatting(house: House, person: Person) -> Iterator[ClientConnection]:
    """A live socket."""
    with connect(house.site().chat(person.token), compression=None) as line:
        next_of(line, "users")
        yield line


def next_of(line: ClientConnection, name: str) -> Any:
    while True:
        frame = json.loads(line.recv(timeout=20))
        if name in frame:
            return frame[name]


def until_closed(line: ClientConnection) -> list[dict[str, Any]]:
    """All that still comes."""
    frames: list[dict[str, Any]] = []
    with suppress(ConnectionClosed):
        while True:
            frames.append(json.loads(line.recv(timeout=20)))
    return frames


def post(house: House, person: Person, text: str, client_id: str | None = None) -> Any:
    body = {"content": text} | ({"client_id": client_id} if client_id else {})
    return house.site().post("/api/rooms/general/messages/", body, person.token)


def stored(house: House) -> list[str]:
    return [row.content for row in house.rows()["general"]]


def test_before_the_commit_it_dies_and_nothing_is_kept(house: House, ada: Person) -> None:
    struck = house.struck()["kill_before_commit"]
    house.sabotage(kill_before_commit=1.0)
    with pytest.raises(OSError):
        post(house, ada, "never kept")
    assert house.servers[0].wait_for_end() == KILLED
    house.sabotage()
    house.start()
    assert "never kept" not in stored(house)
    assert house.struck()["kill_before_commit"] == struck + 1


def test_after_the_commit_it_dies_and_nobody_was_told(
    house: House, ada: Person, bob: Person
) -> None:
    post(house, ada, "before")
    with chatting(house, bob) as his, chatting(house, ada) as hers:
        house.sabotage(kill_after_commit=1.0)
        hers.send(json.dumps({"message": "kept untold", "client_id": "untold"}))
        assert house.servers[0].wait_for_end() == KILLED
        for frame in [*until_closed(his), *until_closed(hers)]:
            assert not frame.keys() & {"message", "ack"}
    house.sabotage()
    house.start()
    assert stored(house).count("kept untold") == 1
    assert house.struck()["kill_after_commit"] == 1


def test_no_other_commit_is_one_to_die_at(house: House, ada: Person) -> None:
    house.sabotage(kill_before_commit=1.0, kill_after_commit=1.0)
    house.site().register("lives")
    house.site().post("/api/rooms/", {"name": "lives"}, ada.token)
    assert house.is_up


def test_what_was_rolled_back_does_not_count_for_the_next_commit(house: House) -> None:
    """Here the faults come from the environment, and another command than `serve` is run."""
    ran = subprocess.run(
        [sys.executable, "-m", "tests.faults.sabotage", "shell", "--no-imports", "-c", ROLLED_BACK],
        cwd=ROOT,
        env={
            **os.environ,
            **house.environment,
            "FAILPOINTS": '{"kill_after_commit": 1}',
            "FAILPOINTS_FILE": "",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.stdout.split() == ["rolled-back", "committed"], ran.stderr
    assert ran.returncode == KILLED


ROLLED_BACK = """
from django.db import transaction
from rooms.models import Message, Room
with transaction.atomic():
    Message.objects.update(follows=False)
    transaction.set_rollback(True)
print("rolled-back", flush=True)
with transaction.atomic():
    Room.objects.update(topic="other")
print("committed", flush=True)
with transaction.atomic():
    Message.objects.update(follows=False)
print("not reached", flush=True)
"""


def test_a_change_is_one_to_die_at(house: House, ada: Person) -> None:
    message = post(house, ada, "to be changed")
    house.sabotage(kill_before_commit=1.0)
    with chatting(house, ada) as hers:
        hers.send(json.dumps({"edit": {"id": message["id"], "content": "changed"}}))
        assert house.servers[0].wait_for_end() == KILLED
    assert stored(house)[-1] == "to be changed"


def test_a_slow_commit_takes_its_time(house: House, ada: Person) -> None:
    house.sabotage(slow_commit=0.7)
    assert seconds_to_post(house, ada) >= 0.7
    house.sabotage()
    assert min(seconds_to_post(house, ada) for _time in range(5)) < 0.7


def seconds_to_post(house: House, person: Person) -> float:
    began = time.monotonic()
    post(house, person, "slow")
    return time.monotonic() - began


@pytest.mark.parametrize("where", [True, "commit"])
def test_on_a_full_disk_nothing_is_stored_and_all_is_read(
    house: House, ada: Person, where: bool | str
) -> None:
    before, struck = stored(house), house.struck()["disk_full"]
    house.sabotage(disk_full=where)
    with pytest.raises(urllib.error.HTTPError) as refused:
        post(house, ada, "too much")
    assert refused.value.code == 503
    assert json.load(refused.value)["code"] == "storage_unavailable"
    page = house.site().get("/api/rooms/general/messages/?limit=200", ada.token)
    assert [each["content"] for each in page["results"]] == before == stored(house)
    assert house.struck()["disk_full"] > struck
    house.sabotage()
    post(house, ada, f"room again {where}")
    assert stored(house)[-1] == f"room again {where}"


@pytest.mark.parametrize("fault", ["drop", "drop_last"])
def test_what_no_notice_tells_is_told_by_the_sweep(
    house: House, ada: Person, bob: Person, fault: str
) -> None:
    struck = house.struck()[f"own.{fault}"]
    house.sabotage(notices={"drop": 1.0} if fault == "drop" else {"drop_last": True})
    with chatting(house, bob) as his:
        began = time.monotonic()
        for number in range(3):
            post(house, ada, f"{fault} {number}")
            assert next_of(his, "message")["content"] == f"{fault} {number}"
        # Each was posted right after a sweep, and so had to wait for the next one.
        assert time.monotonic() - began > 1.8 * SWEEP
    assert house.struck()[f"own.{fault}"] == struck + 3


def test_doubled_and_overtaken_notices_still_tell_each_once_in_order(
    house: House, ada: Person, bob: Person
) -> None:
    house.sabotage(notices={"double": 0.5, "reorder": 0.5})
    texts = [f"shaken {number}" for number in range(30)]
    with chatting(house, bob) as his, chatting(house, ada) as hers:
        for text in texts:
            hers.send(json.dumps({"message": text}))
        assert [next_of(his, "message")["content"] for _text in texts] == texts
    struck = house.struck()
    assert 5 < struck["own.double"] < 25
    assert 5 < struck["own.reorder"] < 25
