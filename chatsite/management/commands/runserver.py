"""Daphne's `runserver`, which listens where the settings say and knows that it does."""

from typing import Any

from daphne.management.commands.runserver import Command as DaphneCommand
from django.conf import settings

from accounts.setup import setup_link
from chatsite.listening import address_at, take_host


class Command(DaphneCommand):
    def handle(self, *args: Any, **options: Any) -> None:
        host = f"[{settings.HOST}]" if ":" in settings.HOST else settings.HOST
        options["addrport"] = options["addrport"] or f"{host}:{settings.PORT}"
        super().handle(*args, **options)

    def inner_run(self, *args: Any, **options: Any) -> None:
        take_host(self.addr)
        super().inner_run(*args, **options)

    def check_migrations(self) -> None:
        super().check_migrations()
        # The last step before the server, which does not return.
        if link := setup_link(address_at(self.addr, int(self.port))):
            self.stdout.write(f"Who registers here first becomes its administrator: {link}")
