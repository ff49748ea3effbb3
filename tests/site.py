"""The whole site as a process of its own, for tests that talk to it over the network."""

import json
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.running import Running, running

PASSWORD = "four odd words work"


class Site:
    """A running site. `url` is without a slash at its end."""

    def __init__(self, process: Running, url: str) -> None:
        self.process = process
        self.url = url

    def post(self, path: str, body: Any, token: str = "") -> Any:
        """What the API answers to a JSON body. Raises HTTPError."""
        headers = {"Content-Type": "application/json"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        request = urllib.request.Request(self.url + path, json.dumps(body).encode(), headers)
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)

    def get(self, path: str, token: str) -> Any:
        """What the API answers. Raises HTTPError."""
        request = urllib.request.Request(
            self.url + path, headers={"Authorization": f"Bearer {token}"}
        )
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)

    def register(self, username: str) -> str:
        """Makes an account; its access token."""
        person = {"username": username, "password": PASSWORD}
        self.post("/api/auth/users/", person)
        return str(self.post("/api/auth/jwt/create/", person)["access"])

    def chat(self, token: str, room: str = "general", **query: Any) -> str:
        """The address of a bot's socket."""
        options = "".join(f"&{key}={value}" for key, value in query.items())
        return f"{self.url.replace('http', 'ws', 1)}/ws/chat/{room}/?token={token}{options}"


@contextmanager
def serving(folder: Path, *, server: str = "daphne", **environment: str) -> Iterator[Site]:
    """The site with its data in `folder`, on a free port, ended with the block."""
    port = environment.pop("PORT", "0")
    arguments = ("manage.py", "serve", "--port", port, "--server", server)
    with running(*arguments, DATA_DIR=str(folder), **environment) as process:
        url = process.wait_for("Chatsite is on ").rstrip("/")
        yield Site(process, url)
