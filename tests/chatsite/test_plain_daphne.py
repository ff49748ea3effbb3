"""Plain `python -m daphne` speaks the same protocol, save the codes and bounds named in 0002."""

import json
import socket
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.error import HTTPError

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from chatsite.listening import listen
from tests.conftest import PASSWORD
from tests.running import Running, running, wait_until


def free_port() -> str:
    with listen("127.0.0.1", 0) as listener:
        return str(listener.getsockname()[1])


def listens(port: str) -> bool:
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", int(port))) == 0


def code_of(client: ClientConnection) -> int | None:
    """The close code; nothing when the connection was just cut."""
    try:
        while True:
            client.recv(timeout=10)
    except ConnectionClosed as closed:
        return closed.rcvd.code if closed.rcvd else None


@pytest.fixture
def tiny() -> Iterator[str]:
    port = free_port()
    with running("-m", "daphne", "-p", port, "tests.chatsite.tiny:application"):
        wait_until(lambda: listens(port))
        yield f"ws://127.0.0.1:{port}/"


@pytest.fixture
def site(prepared: Path) -> Iterator[tuple[Running, str]]:
    """The real site, with its room."""
    port = free_port()
    with running(
        "-m", "daphne", "-p", port, "chatsite.asgi:application", DATA_DIR=str(prepared)
    ) as process:
        wait_until(lambda: listens(port))
        yield process, f"127.0.0.1:{port}/"


def token_of(address: str, username: str) -> str:
    for path in ("users", "jwt/create"):
        request = urllib.request.Request(
            f"http://{address}api/auth/{path}/",
            json.dumps({"username": username, "password": PASSWORD}).encode(),
            {"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=15) as answer:
            told = json.load(answer)
    return str(told["access"])


def test_it_speaks_the_protocol_but_does_not_say_that_it_restarts(
    site: tuple[Running, str],
) -> None:
    process, address = site
    token = token_of(address, "ada")
    with connect(f"ws://{address}ws/chat/general/?token={token}") as ada:
        assert "ready" in json.loads(ada.recv(timeout=10))
        ada.send(json.dumps({"message": "hello", "client_id": "a1"}))
        heard: set[str] = set()
        while not {"users", "message", "ack"} <= heard:
            heard |= set(json.loads(ada.recv(timeout=10)))
        process.process.terminate()
        assert code_of(ada) is None


def test_of_what_the_site_closes_with_1001_1012_and_1013_become_1011(tiny: str) -> None:
    codes = {1000: 1000, 4404: 4404, 1001: 1011, 1011: 1011, 1012: 1011, 1013: 1011}
    for asked, told in codes.items():
        with connect(f"{tiny}close/{asked}/why") as client:
            assert code_of(client) == told, asked


def test_for_a_frame_that_is_no_good_it_cuts_the_connection_without_a_code(tiny: str) -> None:
    bad = {
        1002: b"\xf1\x80\0\0\0\0",
        1007: b"\x81\x81\0\0\0\0\xff",
        1009: b"\x81\xff" + (2**20 + 1).to_bytes(8) + b"\0\0\0\0",
    }
    for meant, frame in bad.items():
        with connect(f"{tiny}listen") as client:
            client.socket.sendall(frame)
            assert code_of(client) is None, meant


def test_a_body_is_refused_when_it_has_been_taken(site: tuple[Running, str]) -> None:
    _, address = site
    request = urllib.request.Request(f"http://{address}accounts/login/", b"x" * (2**20 + 1))
    with pytest.raises(HTTPError) as refused:
        urllib.request.urlopen(request, timeout=15)
    assert refused.value.code == 413
