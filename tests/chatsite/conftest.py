"""The site in a process of its own, as its owner starts it, and a tiny application likewise."""

import json
import socket
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from websockets.sync.client import ClientConnection, connect

from tests.conftest import PASSWORD
from tests.running import Running, running


class Site:
    """One start of the site."""

    def __init__(self, process: Running, folder: Path) -> None:
        self.process = process
        self.folder = folder
        self.address = process.wait_for("Chatsite is on ")

    def token(self, username: str) -> str:
        """Registers a person and signs them in."""
        self.post("api/auth/users/", username=username, password=PASSWORD)
        return str(
            self.post("api/auth/jwt/create/", username=username, password=PASSWORD)["access"]
        )

    def post(self, path: str, **body: Any) -> Any:
        request = urllib.request.Request(
            self.address + path, json.dumps(body).encode(), {"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=15) as answer:
            return json.load(answer)

    def socket_address(self, path: str) -> str:
        return self.address.replace("http", "ws", 1) + path


@dataclass(frozen=True, slots=True)
class Tiny:
    """The tiny application of tiny.py on a real server."""

    process: Running
    address: str

    def open(self, path: str, **options: Any) -> ClientConnection:
        address = self.address.replace("http", "ws") + path
        client: ClientConnection = connect(address, compression=None, **options)
        return client

    def get(self, path: str = "state", **headers: str) -> dict[str, Any]:
        request = urllib.request.Request(self.address + path, headers=headers)
        with urllib.request.urlopen(request, timeout=10) as response:
            return dict(json.load(response))

    @contextmanager
    def deaf(self, path: str, upgrade: bool = True) -> Iterator[socket.socket]:
        """A client that asks for `path` and then reads nothing by itself."""
        host, port = self.address.removeprefix("http://").strip("/").split(":")
        upgrade_lines = (
            "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
        )
        with socket.create_connection((host, int(port)), timeout=5) as client:
            client.sendall(
                f"GET /{path} HTTP/1.1\r\nHost: {host}\r\n"
                f"{upgrade_lines if upgrade else ''}\r\n".encode()
            )
            if upgrade:
                # Frames may be sent when the server has agreed, not before.
                head = b""
                while not head.endswith(b"\r\n\r\n"):
                    head += client.recv(1)
            yield client


@pytest.fixture(params=["daphne", "uvicorn"])
def tiny(request: pytest.FixtureRequest) -> Iterator[Tiny]:
    with running("-m", "tests.chatsite.tiny", request.param) as process:
        yield Tiny(process, process.wait_for("on "))


@pytest.fixture(scope="module", params=["daphne", "uvicorn"])
def lasting(request: pytest.FixtureRequest) -> Iterator[Tiny]:
    """For tests that count nothing, end nothing and read no output."""
    with running("-m", "tests.chatsite.tiny", request.param) as process:
        yield Tiny(process, process.wait_for("on "))


@pytest.fixture(params=["daphne", "uvicorn"])
def hasty(request: pytest.FixtureRequest) -> Iterator[Tiny]:
    """Waits for no request longer than 2 s."""
    with running("-m", "tests.chatsite.tiny", request.param, "2") as process:
        yield Tiny(process, process.wait_for("on "))


@pytest.fixture
def daphne() -> Iterator[Tiny]:
    with running("-m", "tests.chatsite.tiny", "daphne") as process:
        yield Tiny(process, process.wait_for("on "))


Start = Callable[..., AbstractContextManager[Site]]


@pytest.fixture(scope="session")
def start(tmp_path_factory: pytest.TempPathFactory) -> Start:
    """Starts the site, in the same data folder unless another one is given."""
    usual = tmp_path_factory.mktemp("site") / "data"

    @contextmanager
    def begin(*options: str, folder: Path = usual, **environment: str) -> Iterator[Site]:
        with running(
            *("manage.py", "serve", "--port", "0", *options),
            DATA_DIR=str(folder),
            **{"HOST": "127.0.0.1", **environment},
        ) as process:
            yield Site(process, folder)

    return begin
