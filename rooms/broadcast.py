"""Tells that something happened, once it is committed."""

from collections.abc import Callable

from django.db import transaction

from rooms.events import Event

# The hubs of this process. Each is told from the thread that committed and must not block it.
Listener = Callable[[str, Event], None]
listeners: list[Listener] = []


def room_topic(room_id: int) -> str:
    return f"room.{room_id}"


def user_topic(user_id: int) -> str:
    return f"user.{user_id}"


def publish(topic: str, event: Event) -> None:
    """Hands `event` to the hubs after the commit; outside a transaction at once.

    Where no hub runs (a shell, a command), nobody is told: the hubs of the serving processes find
    the
    change themselves within a second, because the database is the truth.
    """

    def tell() -> None:
        for listener in list(listeners):
            listener(topic, event)

    transaction.on_commit(tell, robust=True)
