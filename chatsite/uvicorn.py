"""uvicorn, set up to keep the same promises as the hardened Daphne."""

import signal
import socket
from collections.abc import Callable
from typing import Any

import uvicorn

from chatsite.frames import MAX_MESSAGE
from chatsite.stopping import GRACE, exit_at_the_latest, leave_no_thread
from chatsite.uvicorn_protocols import Request, Socket


class AnnouncingServer(uvicorn.Server):
    """Calls `announce` once connections are taken."""

    def __init__(self, config: uvicorn.Config, announce: Callable[[], None]) -> None:
        super().__init__(config)
        self.announce = announce

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        self.announce()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        exit_at_the_latest()
        await super().shutdown(sockets=sockets)
        leave_no_thread()


def run_uvicorn(application: Any, listener: socket.socket, announce: Callable[[], None]) -> None:
    """Serves `application` on a socket that listens already, until SIGTERM or SIGINT."""
    config = uvicorn.Config(
        application,
        http=Request,
        ws=Socket,
        ws_max_size=MAX_MESSAGE,
        ws_ping_interval=10,
        ws_ping_timeout=10,
        ws_per_message_deflate=False,
        lifespan="off",
        # settings.LOGGING speaks for every server; addresses may hold tokens: no access log.
        log_config=None,
        access_log=False,
        # Who trusts a proxy reads its headers where it needs them (settings.TRUSTED_PROXIES).
        proxy_headers=False,
        server_header=False,
        backlog=1024,
        timeout_graceful_shutdown=GRACE,
    )
    # uvicorn raises the signal again when it has stopped; it has been obeyed by then.
    signal.signal(signal.SIGTERM, lambda *_: None)
    signal.signal(signal.SIGINT, lambda *_: None)
    AnnouncingServer(config, announce).run(sockets=[listener])
