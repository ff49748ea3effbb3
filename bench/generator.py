"""The harness's end of the load generator."""

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any

from bench.cores import on_core
from bench.speech import Caller, Pattern, Speech
from tests.running import ROOT


class Generator:
    """A running load generator. Its methods block."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def connect(self, speech: Speech, callers: Sequence[Caller]) -> float:
        """Returns when all are in their room; the seconds that it took."""
        answer = self._ask({"speech": asdict(speech), "connect": [asdict(c) for c in callers]})
        return float(answer["seconds"])

    def post(self, pattern: Pattern) -> dict[str, Any]:
        """What `bench.load.Room.post` tells."""
        return self._ask({"post": asdict(pattern)})

    def _ask(self, command: dict[str, Any]) -> dict[str, Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(command) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("the load generator ended; what it said stands above")
        answer: dict[str, Any] = json.loads(line)
        return answer


@contextmanager
def generating() -> Iterator[Generator]:
    """A load generator on its own core, ended with the block."""
    process = subprocess.Popen(  # noqa: S603 - our own command
        [*on_core("load"), sys.executable, "-m", "bench.load"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield Generator(process)
    finally:
        process.kill()
        process.communicate()
