"""What the hub looks at again and again, in its rhythm and past those who wait."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event
from types import SimpleNamespace
from typing import Any

import pytest
from asgiref.sync import sync_to_async

from accounts.models import User
from accounts.socket_auth import Identity
from rooms import broadcast
from rooms.actions.messages import post_message
from rooms.events import MessageEvent
from rooms.hub import Hub, sweeps
from rooms.hub.frames import Frames
from rooms.models import Room


class Listener:
    """Collects what it is handed."""

    room_id = None

    def __init__(self, user: User) -> None:
        self.identity = Identity(user.pk, user.username, "", "another stamp", None, None)
        self.told: list[int] = []
        self.codes: list[int] = []

    def deliver(self, frames: Frames, *, replaces: bool = False) -> None:
        if isinstance(frames.event, MessageEvent):
            self.told.append(frames.event.number)

    def cut(self, code: int) -> None:
        self.codes.append(code)


@contextmanager
def a_herd(hub: Hub) -> Iterator[None]:
    """More pages are asked for than the hub has threads, and none is ready."""
    made = Event()
    pages = [asyncio.ensure_future(hub.ask(made.wait, 10)) for _page in range(50)]
    try:
        yield
    finally:
        made.set()
        for page in pages:
            page.cancel()


@pytest.mark.django_db(transaction=True)
async def test_authority_is_looked_at_while_a_herd_asks_for_pages(the_hub: Hub, ada: User) -> None:
    hers: Any = Listener(ada)
    the_hub.sockets.add(hers)

    with a_herd(the_hub):
        await asyncio.sleep(0)
        async with asyncio.timeout(5):
            await sweeps.check_authority(the_hub)

    assert hers.codes == [4401]


@pytest.mark.django_db(transaction=True)
async def test_a_lost_last_notice_is_made_good_while_a_herd_asks_for_pages(
    the_hub: Hub, ada: User, general: Room
) -> None:
    hers: Any = Listener(ada)
    topic = await the_hub.open(general.pk)
    topic.subscribers.add(hers)
    broadcast.listeners.remove(the_hub.hear)
    await sync_to_async(post_message)(ada, general, "unheard")

    with a_herd(the_hub):
        await asyncio.sleep(0)
        async with asyncio.timeout(5):
            await sweeps.compare_counters(the_hub)
            await topic.settled()

    assert hers.told == [1]


def test_authority_is_read_soon_enough_to_be_acted_on_in_time() -> None:
    assert sweeps.AUTHORITY_EVERY <= 3  # of 5, by docs/protocol.md, promise 9


@pytest.mark.parametrize(
    ("takes", "begun"), [(0.0, [3, 6, 9]), (2.0, [3, 6, 9]), (4.0, [3, 7, 11])]
)
async def test_a_sweep_begins_at_a_fixed_rate_however_long_it_takes(
    monkeypatch: pytest.MonkeyPatch, takes: float, begun: list[float]
) -> None:
    clock = SimpleNamespace(now=0.0)
    hub: Any = SimpleNamespace(loop=SimpleNamespace(time=lambda: clock.now))
    begins: list[float] = []

    async def sleep(seconds: float) -> None:
        assert seconds >= 0
        clock.now += seconds

    async def sweep(_hub: Hub) -> None:
        begins.append(clock.now)
        if len(begins) == 3:
            raise asyncio.CancelledError
        clock.now += takes
        raise OSError  # which ends no sweep

    monkeypatch.setattr(sweeps, "asyncio", SimpleNamespace(sleep=sleep))
    with pytest.raises(asyncio.CancelledError):
        await sweeps._forever(hub, 3.0, sweep)

    assert begins == begun
