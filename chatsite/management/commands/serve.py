"""Starts the site: prepares its data folder and database, then serves until it is told to stop."""

import os
import socket
import sys
from argparse import ArgumentParser
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.checks import Tags
from django.core.management.base import BaseCommand
from django.utils.module_loading import import_string

from accounts.setup import setup_link
from accounts.tasks import flush_expired
from chatsite.daphne import HardenedServer
from chatsite.jobs import Jobs
from chatsite.listening import CannotListen, address_of, allow_many_connections, listen, take_host
from chatsite.upgrade import upgrade_database
from chatsite.uvicorn import run_uvicorn
from rooms.actions.rooms import ensure_general


class Command(BaseCommand):
    help = "Prepares the data folder and the database, then serves the site."
    # They run when it is known where the site listens.
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default=settings.HOST)
        parser.add_argument("--port", type=int, default=settings.PORT, help="0 takes a free one")
        parser.add_argument("--server", choices=["daphne", "uvicorn"], default="daphne")

    def handle(self, *args: Any, host: str, port: int, server: str, **options: Any) -> None:
        # The database and its copies are nobody else's to read, whatever the folder's own rights.
        os.umask(0o077)
        take_host(host)
        # The other checks may ask the database, which is in that folder.
        self.check(tags=[Tags.files])
        self.check()
        _prepare_folders()
        allow_many_connections()
        try:
            listener = listen(host, port)
        except CannotListen as problem:
            self.stderr.write(str(problem))
            sys.exit(1)
        address = address_of(host, listener)
        upgrade_database(self.stdout.write)
        ensure_general()
        jobs = Jobs(daily=[flush_expired])

        def announce() -> None:
            self._announce(address)
            jobs.start()

        try:
            _serve(server, listener, announce)
        finally:
            jobs.stop()

    def _announce(self, address: str) -> None:
        self.stdout.write(f"Chatsite is on {address}")
        if link := setup_link(address):
            self.stdout.write(f"Who registers here first becomes its administrator: {link}")
        self.stdout.flush()


def _prepare_folders() -> None:
    for folder in (settings.DATA_DIR, settings.MEDIA_ROOT):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)


def _serve(server: str, listener: socket.socket, announce: Callable[[], None]) -> None:
    application = import_string(settings.ASGI_APPLICATION)
    if server == "uvicorn":
        run_uvicorn(application, listener, announce)
    else:
        HardenedServer(application, listener, settings.MAX_BODY).run(announce)
