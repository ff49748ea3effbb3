"""The consumer of Channels' tutorial on Daphne, with the layer in memory or in Redis."""

import shutil
import sys
from pathlib import Path

from bench.peers.peer import end_server, start_server
from bench.speech import Caller, Speech
from tests.faults.server import free_port
from tests.running import Running


class Tutorial:
    """The project in the folder `tutorial`; with Redis, that counts as part of the server."""

    speech = Speech(post=('{"message":"', '"}'), delivery='{"message"')

    def __init__(self, folder: Path, *, with_redis: bool = False) -> None:
        self._folder = folder
        self._with_redis = with_redis
        self._port, self._redis_port = free_port(), free_port()
        self._redis: Running | None = None
        self._running: Running | None = None

    @property
    def pids(self) -> list[int]:
        return [each.process.pid for each in (self._running, self._redis) if each is not None]

    def start(self) -> None:
        environment = {"DJANGO_SETTINGS_MODULE": "bench.peers.tutorial.settings", "REDIS_URL": ""}
        if self._with_redis:
            self._start_redis()
            environment["REDIS_URL"] = f"redis://127.0.0.1:{self._redis_port}/0"
        daphne = [sys.executable, "-u", "-m", "daphne", "-b", "127.0.0.1", "-p", str(self._port)]
        self._running = start_server(
            [*daphne, "bench.peers.tutorial.asgi:application"], "Listening on TCP", environment
        )

    def stop(self) -> None:
        end_server(self._running)
        end_server(self._redis)
        self._running = self._redis = None

    def callers(self, count: int) -> list[Caller]:
        host = f"127.0.0.1:{self._port}"
        return [Caller(f"ws://{host}/ws/chat/hall/", {"Origin": f"http://{host}"})] * count

    def _start_redis(self) -> None:
        program = shutil.which("redis-server")
        assert program, "redis-server is missing: apt-get install redis-server"
        options = f"--port {self._redis_port} --bind 127.0.0.1 --save  --appendonly no".split(" ")
        self._redis = start_server(
            [program, *options, "--dir", str(self._folder)], "Ready to accept connections", {}
        )
