"""For a database put back from a copy: tells every client to read its rooms anew."""

from typing import Any

from django.core.management.base import BaseCommand

from rooms.models import Site


class Command(BaseCommand):
    help = "Gives the site a new epoch, after its database was put back from a copy."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"The epoch is {Site.renew_epoch()}; clients read their rooms anew.")
