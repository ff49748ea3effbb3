"""A Redis of a test's own, and what can happen to it."""

import shutil
import signal
import socket
import subprocess
from pathlib import Path

from tests.faults.server import free_port
from tests.running import wait_until


class Redis:
    """The same port in each of its lives; nothing is kept from one to the next. Its methods block:
    from an event loop call them through `asyncio.to_thread`."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Begins a life; returns when it answers."""
        program = shutil.which("redis-server")
        assert program
        options = f"--port {self.port} --bind 127.0.0.1 --save  --appendonly no".split(" ")
        self._process = subprocess.Popen(
            [program, *options, "--dir", str(self._folder)], stdout=subprocess.DEVNULL
        )
        wait_until(self._answers)

    def kill(self) -> None:
        """SIGKILL, also to who sleeps; harmless to who is dead."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def restart(self) -> None:
        """SIGTERM, and a new life at once."""
        self._signal(signal.SIGTERM)
        assert self._process is not None
        self._process.wait(10)
        self.start()

    def freeze(self) -> None:
        """Stops it as it stands, until `thaw`; its connections stay open."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self._signal(signal.SIGCONT)

    def flush(self) -> None:
        """Forgets all that it was told to keep."""
        assert self._asked("FLUSHALL") == b"+OK\r\n"

    def _signal(self, which: signal.Signals) -> None:
        assert self._process is not None
        self._process.send_signal(which)

    def _answers(self) -> bool:
        try:
            return self._asked("PING") == b"+PONG\r\n"
        except OSError:
            return False

    def _asked(self, command: str) -> bytes:
        with socket.create_connection(("127.0.0.1", self.port), timeout=5) as line:
            line.sendall(f"{command}\r\n".encode())
            return line.recv(100)
