"""Tokens are out of sight before anybody can log them."""

from typing import Any

import pytest

from accounts.asgi import TokenOutOfSight


async def _pass(scope: dict[str, Any]) -> dict[str, Any]:
    seen: list[Any] = []

    async def inner(scope: Any, receive: Any, send: Any) -> None:
        seen.append(scope)

    async def nothing(*args: Any) -> None:
        return None

    await TokenOutOfSight(inner)(scope, nothing, nothing)
    assert seen == [scope]
    return scope


def _scope(
    query: bytes = b"", headers: list[tuple[bytes, bytes]] | None = None, protocols: str = ""
) -> dict[str, Any]:
    offered = protocols.split(", ") if protocols else []
    sent = [(b"host", b"x"), *(headers or [])]
    if protocols:
        sent.append((b"sec-websocket-protocol", protocols.encode()))
    return {"type": "websocket", "query_string": query, "headers": sent, "subprotocols": offered}


@pytest.mark.parametrize(
    ("scope", "token", "subprotocol"),
    [
        (_scope(), None, None),
        (_scope(b"token=canary"), "canary", None),
        (_scope(b"since=7&token=canary&epoch=a"), "canary", None),
        (_scope(b"%74oken=canary"), "canary", None),
        (_scope(b"token=canary&token=canary"), "canary", None),
        (_scope(b"token="), None, None),
        (_scope(headers=[(b"authorization", b"Bearer canary")]), "canary", None),
        (_scope(headers=[(b"Authorization", b"bearer  canary ")]), "canary", None),
        (_scope(headers=[(b"authorization", b"Basic canary")]), None, None),
        (_scope(protocols="bearer, canary"), "canary", "bearer"),
        (_scope(protocols="chat, bearer, canary, more"), "canary", "bearer"),
        (_scope(protocols="bearer"), None, "bearer"),
        (_scope(protocols="chat, more"), None, None),
        (_scope(b"token=first", [(b"authorization", b"Bearer canary")]), "first", None),
    ],
)
async def test_the_token_is_found_and_nothing_else_holds_it(
    scope: dict[str, Any], token: str | None, subprotocol: str | None
) -> None:
    passed = await _pass(scope)
    assert passed.pop("chatsite.token") == token
    assert passed.pop("chatsite.subprotocol") == subprotocol
    assert "canary" not in repr(passed)
    assert (b"host", b"x") in passed["headers"]


async def test_what_else_was_asked_stays_to_the_byte() -> None:
    passed = await _pass(_scope(b"since=7&token=canary&epoch=a%20b&odd", protocols="chat, more"))
    assert passed["query_string"] == b"since=7&epoch=a%20b&odd"
    assert passed["subprotocols"] == ["chat", "more"]
    assert (b"sec-websocket-protocol", b"chat, more") in passed["headers"]


async def test_the_other_subprotocols_stay_on_offer() -> None:
    passed = await _pass(_scope(protocols="chat, bearer, canary, more"))
    assert passed["subprotocols"] == ["chat", "bearer", "more"]


async def test_http_is_left_alone() -> None:
    scope = {"type": "http", "query_string": b"token=x", "headers": []}
    assert await _pass(dict(scope)) == scope
