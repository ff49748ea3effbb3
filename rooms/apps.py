"""Rooms and what happens in them."""

from django.apps import AppConfig


class RoomsConfig(AppConfig):
    name = "rooms"

    def ready(self) -> None:
        from rooms import wiring

        wiring.connect()
