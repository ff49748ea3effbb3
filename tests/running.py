"""A process of the project's, started by a test and surely ended."""

import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


class Running:
    """A started process whose output is read as it comes."""

    def __init__(self, process: subprocess.Popen[str], arguments: tuple[str, ...] = ()) -> None:
        self.process = process
        self.arguments = arguments
        self.lines: list[str] = []
        self._news: queue.Queue[str | None] = queue.Queue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    @property
    def output(self) -> str:
        return "\n".join(self.lines)

    def wait_for(self, words: str, seconds: float = 90) -> str:
        """What follows `words` in the first line that has them; fails when none comes."""
        deadline = time.monotonic() + seconds
        for line in self.lines:
            if words in line:
                return line.partition(words)[2]
        while True:
            try:
                news = self._news.get(timeout=max(0.0, deadline - time.monotonic()))
            except queue.Empty:
                raise AssertionError(f"no {words!r} in {seconds} s:\n{self.output}") from None
            if news is None:
                raise AssertionError(f"it ended without {words!r}:\n{self.output}")
            if words in news:
                return news.partition(words)[2]

    def end(self, seconds: float = 15) -> int:
        """Sends SIGTERM; the exit code."""
        self.process.terminate()
        return self.process.wait(seconds)

    def memory(self) -> int:
        """Bytes of memory in use (RSS); only on Linux."""
        status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii")
        found = next(line for line in status.splitlines() if line.startswith("VmRSS:"))
        return int(found.split()[1]) * 1024

    def cpu_seconds(self) -> float:
        """What the process has computed so far; only on Linux."""
        numbers = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(numbers[11]) + int(numbers[12])) / os.sysconf("SC_CLK_TCK")

    def cut(self) -> None:
        """Ends the process at once, whatever it does."""
        self.process.kill()
        self.process.wait()
        self._reader.join()
        assert self.process.stdout is not None
        self.process.stdout.close()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line.rstrip("\n"))
            self._news.put(line.rstrip("\n"))
        self._news.put(None)


@contextmanager
def running(*arguments: str, **environment: str) -> Iterator[Running]:
    """Runs Python with `arguments`; both of its outputs come as one."""
    process = subprocess.Popen(
        [sys.executable, "-u", *arguments],
        cwd=ROOT,
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    started = Running(process, arguments)
    try:
        yield started
    finally:
        started.cut()


def wait_until(claim: Callable[[], bool], seconds: float = 15) -> None:
    """Returns as soon as `claim` holds; fails when it does not within `seconds`."""
    deadline = time.monotonic() + seconds
    while not claim():
        assert time.monotonic() < deadline, f"not within {seconds} s"
        time.sleep(0.01)
