"""A request whose body has come in is done to its end, also when its client has gone."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from chatsite.bodies import BoundedBodies

SCOPE: dict[str, Any] = {"type": "http", "path": "/", "headers": []}


async def read_body(receive: Any) -> bytes:
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ConnectionError
        body += message["body"]
        if not message.get("more_body"):
            return bytes(body)


async def run(pages: Any, messages: list[dict[str, Any]]) -> None:
    async def told() -> AsyncIterator[dict[str, Any]]:
        for message in messages:
            yield message

    coming = told()

    async def send(_message: Any) -> None: ...

    await BoundedBodies(pages, 100)(SCOPE, coming.__anext__, send)


async def test_who_has_sent_all_and_goes_is_not_told_of() -> None:
    done = []

    async def pages(_scope: Any, receive: Any, _send: Any) -> None:
        body = await read_body(receive)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(receive(), 0.05)
        done.append(body)

    whole: list[dict[str, Any]] = [
        {"type": "http.request", "body": b"a", "more_body": True},
        {"type": "http.request", "body": b"b"},
        {"type": "http.disconnect"},
    ]
    await run(pages, whole)
    assert done == [b"ab"]


async def test_who_goes_half_way_is_told_of() -> None:
    async def pages(_scope: Any, receive: Any, _send: Any) -> None:
        with pytest.raises(ConnectionError):
            await read_body(receive)

    half: list[dict[str, Any]] = [
        {"type": "http.request", "body": b"a", "more_body": True},
        {"type": "http.disconnect"},
    ]
    await run(pages, half)
