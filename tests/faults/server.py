"""One serving process of a house: the same port in each of its lives, however a life ends."""

import os
import random
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal, NamedTuple

from tests.running import ROOT, Running

Kind = Literal["daphne", "uvicorn"]

READY = "Chatsite is on "
PATIENCE = 90.0  # seconds until a start that does not come is a failure
# Below those that the kernel gives to whoever connects: a client that knocks at a dead server's
# port may else be given that very port, and then talks to itself.
PORTS = range(20_000, 32_000)


class Ended(NamedTuple):
    """How a stop went: the exit code, and the seconds from SIGTERM to it."""

    code: int
    seconds: float


class Server:
    """Its methods block; from an event loop call them through `asyncio.to_thread`."""

    def __init__(
        self, kind: Kind, environment: Mapping[str, str], under: Sequence[str] = ()
    ) -> None:
        self.kind = kind
        self.port = free_port()
        self.lives: list[Running] = []
        self._environment = dict(environment)
        self._under = under  # a command that runs the one after it

    @property
    def running(self) -> Running:
        """The life that is, or was last."""
        return self.lives[-1]

    @property
    def is_up(self) -> bool:
        return bool(self.lives) and self.running.process.poll() is None

    @property
    def url(self) -> str:
        """Without a slash at its end."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Begins a life; returns when connections are taken."""
        assert not self.is_up
        address = ("--host", "127.0.0.1", "--port", str(self.port), "--server", self.kind)
        process = subprocess.Popen(
            [
                *self._under,
                *(sys.executable, "-u", "-m", "tests.faults.sabotage", "serve", *address),
            ],
            cwd=ROOT,
            env={**os.environ, **self._environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.lives.append(Running(process))
        self.running.wait_for(READY, PATIENCE)

    def kill(self) -> None:
        """SIGKILL, also to who sleeps; harmless to who is dead."""
        if self.lives:
            self.running.cut()

    def stop(self, seconds: float = 15) -> Ended:
        """SIGTERM. Raises TimeoutExpired when that does not end it in time."""
        began = time.monotonic()
        code = self.running.end(seconds)
        took = time.monotonic() - began
        self.running.cut()
        return Ended(code, took)

    def wait_for_end(self, seconds: float = 30) -> int:
        """Waits for a life to end by itself, as at a failpoint; its exit code, -9 for SIGKILL."""
        code = self.running.process.wait(seconds)
        self.running.cut()
        return code

    def freeze(self) -> None:
        """Stops it as it stands, until `thaw`; its connections stay open."""
        self.running.process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self.running.process.send_signal(signal.SIGCONT)

    def lines(self) -> Iterator[str]:
        """What it printed in all its lives."""
        for life in self.lives:
            yield from tuple(life.lines)


def free_port() -> int:
    """A port that nobody listens on, and that nobody is given who only connects."""
    while True:
        port = random.choice(PORTS)  # noqa: S311 - not secret
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port


def tracebacks_in(lines: Iterator[str]) -> list[str]:
    """Each traceback in a log, from its first line to the exception's own."""
    found: list[list[str]] = []
    is_inside = False
    for line in lines:
        if "Traceback" in line:
            found.append([])
            is_inside = True
        if is_inside:
            found[-1].append(line)
            is_inside = bool(re.match(r"\s|$|Traceback", line))
    return ["\n".join(each) for each in found]
