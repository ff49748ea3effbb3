"""The house that fault runs happen in: its lives, its people, its rows."""

import json
import resource
import sqlite3
import time
import urllib.error
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from statistics import median

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from tests import needs
from tests.faults.house import House, housing
from tests.faults.people import Person
from tests.faults.record import State
from tests.faults.redis import Redis
from tests.faults.server import tracebacks_in
from tests.site import PASSWORD

pytestmark = pytest.mark.timeout(120)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[House, list[Person]]]:
    with housing(tmp_path_factory.mktemp("house")) as house:
        yield house, house.people(2, rooms=["red", "blue"])


@pytest.fixture
def house(filled: tuple[House, list[Person]]) -> House:
    """One for all, and up."""
    filled[0].start()
    return filled[0]


@pytest.fixture
def ada(filled: tuple[House, list[Person]]) -> Person:
    return filled[1][0]


@pytest.fixture
def bob(filled: tuple[House, list[Person]]) -> Person:
    return filled[1][1]


def test_it_is_at_the_same_port_in_every_life_and_keeps_what_was_there(
    house: House, ada: Person
) -> None:
    site, url = house.site(), house.url
    site.post("/api/rooms/general/messages/", {"content": "before"}, ada.token)

    house.kill()
    assert not house.is_up
    with pytest.raises(urllib.error.URLError):
        site.get("/api/rooms/general/", ada.token)
    house.start()

    assert house.url == url
    kept = house.site().get("/api/rooms/general/messages/", ada.token)["results"]
    assert kept[-1]["content"] == "before"
    assert house.log.count("Chatsite is on ") == len(house.servers[0].lives) >= 2


def test_a_stop_says_how_it_went(house: House) -> None:
    before = len(house.servers[0].lives)
    ended = house.stop()
    house.start()
    assert ended.code == 0
    assert 0 < ended.seconds < 10
    assert len(house.servers[0].lives) == before + 1


def test_its_people_come_in_by_token_by_session_and_by_password(
    house: House, ada: Person, bob: Person
) -> None:
    assert (ada.name, bob.name) == ("p1", "p2")
    site = house.site()
    assert site.get("/api/auth/users/me/", bob.token)["id"] == bob.id
    for room in ("general", "red", "blue"):
        members = site.get(f"/api/rooms/{room}/members/?limit=200", ada.token)["results"]
        assert {"p1", "p2"} <= {person["username"] for person in members}
    site.post("/api/auth/jwt/create/", {"username": "p1", "password": PASSWORD})
    address = f"{house.url.replace('http', 'ws')}/ws/rooms/red/"
    for session, comes_in in ((ada.session, True), ("nobodys", False)):
        headers = {"Origin": house.url, "Cookie": f"sessionid={session}"}
        with connect(address, additional_headers=headers) as line:
            if comes_in:
                assert 'data-frame="ready"' in str(line.recv(timeout=20))
            else:
                with pytest.raises(ConnectionClosed):
                    line.recv(timeout=20)


def test_five_thousand_people_are_made_in_twenty_seconds(house: House) -> None:
    before = seconds_of_children()
    crowd = house.people(5_000, rooms=["red"])
    # What else this machine does meanwhile is not what is measured.
    assert seconds_of_children() - before < 20
    assert crowd[0].name == "p3"
    assert len({person.token for person in crowd}) == len({p.session for p in crowd}) == 5_000


def seconds_of_children() -> float:
    """What processes that have ended, and were waited for, have computed."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def test_rows_are_what_the_tables_hold_now(house: House, ada: Person, bob: Person) -> None:
    site, path = house.site(), "/api/rooms/blue/messages/"
    texts = [{"content": f"text {n}", "client_id": f"c{n}"} for n in range(3)]
    kept, edited, deleted = [site.post(path, text, ada.token) for text in texts]
    _ask(house, "PATCH", f"{path}{edited['id']}/", ada.token, {"content": "other"})
    _ask(house, "DELETE", f"{path}{deleted['id']}/", ada.token)
    for person, emoji in ((bob, "%F0%9F%91%8D"), (ada, "%F0%9F%8E%89")):
        _ask(house, "PUT", f"{path}{kept['id']}/reactions/{emoji}/", person.token)

    shown = site.get(path, ada.token)["results"]
    assert house.rows()["blue"] == [State.of(each) for each in shown]
    assert house.rows()["blue"][0].reactions == (("🎉", ada.name), ("👍", bob.name))
    assert house.rows()["blue"][2].deleted is True
    assert house.counters()["blue"] == 7
    assert house.row_is(edited["id"], 4)
    assert not house.row_is(edited["id"], 5)
    assert not house.row_is(10**9, 1)


def _ask(house: House, method: str, path: str, token: str, body: object = None) -> None:
    request = urllib.request.Request(
        house.url + path,
        json.dumps(body).encode() if body else None,
        {"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
        method=method,
    )
    urllib.request.urlopen(request, timeout=15).close()


def test_a_row_that_is_not_committed_is_not_there(house: House, ada: Person) -> None:
    posted = house.site().post("/api/rooms/general/messages/", {"content": "here"}, ada.token)
    with closing(sqlite3.connect(house.database, isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        writer.execute(
            "UPDATE rooms_message SET changed_seq = changed_seq + 1 WHERE id = ?", [posted["id"]]
        )
        assert not house.row_is(posted["id"], posted["changed_seq"] + 1)
        writer.execute("COMMIT")
        assert house.row_is(posted["id"], posted["changed_seq"] + 1)
        # And no look at the rows holds the writer up, or the file's growth back.
        assert writer.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0


def test_a_look_at_a_row_takes_microseconds(house: House) -> None:
    house.row_is(1, 1)
    taken = []
    for _time in range(2_000):
        began = time.perf_counter()
        house.row_is(1, 1)
        taken.append(time.perf_counter() - began)
    assert median(taken) < 30e-6


def test_a_frozen_house_says_nothing_and_loses_nothing(house: House, ada: Person) -> None:
    site = house.site()
    house.freeze()
    try:
        with pytest.raises(TimeoutError):
            urllib.request.urlopen(f"{house.url}/accounts/login/", timeout=0.5)
    finally:
        house.thaw()
    assert site.get("/api/auth/users/me/", ada.token)["username"] == ada.name


def test_memory_and_computing_are_the_servers(house: House, ada: Person) -> None:
    assert 20 << 20 < house.memory() < 1 << 30
    before = house.cpu_seconds()
    for _time in range(5):
        house.site().get("/api/rooms/", ada.token)
    assert before < house.cpu_seconds() < before + 10


def test_a_traceback_is_found_whole() -> None:
    log = """
2026 WARNING rooms one
2026 ERROR rooms two
Traceback (most recent call last):
  File "a.py", line 1, in a

ValueError: first

The above exception was the direct cause of the following exception:

Traceback (most recent call last):
  File "b.py", line 2, in b
KeyError: 'second'
2026 WARNING rooms three
"""
    first, second = tracebacks_in(iter(log.split("\n")))
    assert first.endswith("ValueError: first")
    assert second.startswith("Traceback")
    assert second.endswith("KeyError: 'second'")
    assert tracebacks_in(iter(["2026 WARNING rooms one"])) == []


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[Redis]:
    server = Redis(tmp_path)
    server.start()
    yield server
    server.kill()


@needs.redis_server
def test_two_processes_are_one_site_and_what_is_between_them_is_spoilt_too(
    tmp_path: Path, redis: Redis
) -> None:
    with housing(tmp_path, processes=2, REDIS_URL=redis.url) as house:
        ada, bob = house.people(2)
        house.sabotage(notices={"drop": 0.5})
        texts = [f"text {number}" for number in range(20)]
        with connect(house.site(1).chat(bob.token), compression=None) as his:
            for text in texts:
                house.site(0).post("/api/rooms/general/messages/", {"content": text}, ada.token)
            told: list[str] = []
            while len(told) < len(texts):
                frame = json.loads(his.recv(timeout=20))
                told += [frame["message"]["content"]] if "message" in frame else []
        assert told == texts
        struck = house.struck()
        assert struck["own.drop"] + struck["layer.drop"] < len(texts)
        assert struck["own.drop"] > 0
        assert struck["layer.drop"] > 0

        house.servers[1].kill()
        assert [server.is_up for server in house.servers] == [True, False]
        house.start()
        assert [server.is_up for server in house.servers] == [True, True]
        assert [len(server.lives) for server in house.servers] == [1, 2]
