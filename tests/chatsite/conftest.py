"""The site in a process of its own, as its owner starts it."""

import json
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest

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
