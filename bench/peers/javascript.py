"""Node's `ws` and socket.io, in the versions that the folder `node` locks."""

import hashlib
import shutil
import subprocess
from pathlib import Path
from typing import Literal

from bench.peers.peer import end_server, start_server
from bench.speech import Caller, Speech
from tests.faults.server import free_port
from tests.running import Running

_HERE = Path(__file__).resolve().parent / "node"
Library = Literal["ws", "socketio"]

_SPEECHES: dict[Library, Speech] = {
    "ws": Speech(post=('{"message":"', '"}'), delivery='{"message"'),
    "socketio": Speech(
        post=('42["message","', '"]'),
        steps=[("0{", "40"), ("40{", "")],
        delivery='42["message"',
        replies={"2": "3"},
    ),
}
_PATHS: dict[Library, str] = {"ws": "hall", "socketio": "socket.io/?EIO=4&transport=websocket"}


class Javascript:
    """A broadcast without any storage."""

    def __init__(self, library: Library) -> None:
        self.speech = _SPEECHES[library]
        self._library = library
        self._port = free_port()
        self._running: Running | None = None

    @property
    def pids(self) -> list[int]:
        assert self._running is not None
        return [self._running.process.pid]

    def start(self) -> None:
        node = shutil.which("node")
        assert node, "Node is missing: apt-get install nodejs npm"
        _install()
        command = [node, f"{self._library}.mjs", str(self._port)]
        self._running = start_server(command, "Listening", {"NODE_ENV": "production"}, _HERE)

    def stop(self) -> None:
        end_server(self._running)
        self._running = None

    def callers(self, count: int) -> list[Caller]:
        path = _PATHS[self._library]
        return [Caller(f"ws://127.0.0.1:{self._port}/{path}")] * count


def _install() -> None:
    """As the lock file says, once for each of its contents."""
    lock = hashlib.sha256((_HERE / "package-lock.json").read_bytes()).hexdigest()
    stamp = _HERE / "node_modules" / ".lock"
    if stamp.exists() and stamp.read_text(encoding="ascii") == lock:
        return
    npm = shutil.which("npm")
    assert npm, "npm is missing: apt-get install npm"
    install = [npm, "ci", "--silent", "--no-audit", "--no-fund"]
    subprocess.run(install, cwd=_HERE, check=True)  # noqa: S603 - npm itself
    stamp.write_text(lock, encoding="ascii")
