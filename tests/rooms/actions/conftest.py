"""What the actions publish, as a hub would hear it."""

from collections.abc import Iterator

import pytest

from rooms import broadcast
from rooms.events import Event, MessageEvent

Heard = list[tuple[str, Event]]


@pytest.fixture
def heard() -> Iterator[Heard]:
    """Everything that was published, with its topic, in order."""
    told: Heard = []

    def listen(topic: str, event: Event) -> None:
        told.append((topic, event))

    broadcast.listeners.append(listen)
    yield told
    broadcast.listeners.remove(listen)


def message_events(heard: Heard) -> list[MessageEvent]:
    """Those that are about messages."""
    return [event for _topic, event in heard if isinstance(event, MessageEvent)]
