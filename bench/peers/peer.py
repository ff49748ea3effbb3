"""What every contestant can do, and the process that most of them are."""

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

from bench.cores import on_core
from bench.speech import Caller, Speech
from tests.running import ROOT, Running


class Peer(Protocol):
    """A server with one room. It may be started again after it was stopped."""

    @property
    def speech(self) -> Speech: ...

    @property
    def pids(self) -> list[int]:
        """The processes whose trees do the work, whatever the work needs besides a server."""
        ...

    def start(self) -> None:
        """Returns when it takes connections."""
        ...

    def stop(self) -> None: ...

    def callers(self, count: int) -> list[Caller]:
        """So many clients of that room."""
        ...


def start_server(
    command: Sequence[str], ready: str, environment: Mapping[str, str], folder: Path = ROOT
) -> Running:
    """A process on the server's core that has printed `ready`."""
    process = subprocess.Popen(  # noqa: S603 - our own commands
        [*on_core("server"), *command],
        cwd=folder,
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    started = Running(process)
    try:
        started.wait_for(ready)
    except BaseException:
        started.cut()
        raise
    return started


def end_server(server: Running | None) -> None:
    """SIGTERM, and SIGKILL to who does not obey; harmless where there is none."""
    if server is None:
        return
    try:
        server.end()
    except subprocess.TimeoutExpired:
        pass
    finally:
        server.cut()
