"""What threads tell the hub is heard in its loop: all of it, once, in the order of telling."""

import asyncio
from threading import Thread
from typing import Any

import pytest

from rooms.hub import Hub

THREADS, EACH = 8, 200


async def test_what_is_told_at_once_is_heard_in_one_step(
    the_hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[Any] = []
    monkeypatch.setattr(the_hub, "_hear_own", lambda _topic, event: heard.append(event))
    for number in range(3):
        the_hub.hear("room.1", number)  # type: ignore[arg-type]  # whatever it is
    assert heard == []
    await asyncio.sleep(0)
    assert heard == [0, 1, 2]


async def test_one_that_fails_costs_no_other_its_telling(
    the_hub: Hub, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    heard: list[Any] = []

    def hear(_topic: str, event: Any) -> None:
        if event == 1:
            raise ValueError(event)
        heard.append(event)

    monkeypatch.setattr(the_hub, "_hear_own", hear)
    for number in range(3):
        the_hub.hear("room.1", number)  # type: ignore[arg-type]  # whatever it is
    await asyncio.sleep(0)
    assert heard == [0, 2]
    assert "not heard" in caplog.text


async def test_many_threads_lose_nothing(the_hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[tuple[int, int]] = []
    monkeypatch.setattr(the_hub, "_hear_own", lambda _topic, event: heard.append(event))

    def tell(thread: int) -> None:
        for number in range(EACH):
            the_hub.hear("room.1", (thread, number))  # type: ignore[arg-type]  # whatever it is

    threads = [Thread(target=tell, args=[number]) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        await asyncio.to_thread(thread.join)
    await asyncio.sleep(0)

    for teller in range(THREADS):
        assert [number for one, number in heard if one == teller] == list(range(EACH))
    assert len(heard) == THREADS * EACH
