"""Takes tokens out of sight before anybody can log them."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import unquote_plus

type Scope = MutableMapping[str, Any]
type Receive = Callable[[], Awaitable[Any]]
type Send = Callable[[Any], Awaitable[None]]
type Application = Callable[[Scope, Receive, Send], Awaitable[None]]


class TokenOutOfSight:
    """Moves a WebSocket's token to `scope["chatsite.token"]` (None when it shows none).

    It comes as `?token=`, as `Authorization: Bearer` or as the subprotocol pair `bearer, <token>`,
    in this order. `scope["chatsite.subprotocol"]` is what to accept with: browsers that offered
    subprotocols give up unless one is taken.
    """

    def __init__(self, inner: Application) -> None:
        self.inner = inner

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            _hide_token(scope)
        await self.inner(scope, receive, send)


def _hide_token(scope: Scope) -> None:
    # In the server's own scope and not in a copy: uvicorn logs from it.
    in_query = _take_from_query(scope)
    in_protocols = _take_from_subprotocols(scope)
    in_header = _take_from_headers(scope, is_in_protocols=in_protocols is not None)
    scope["chatsite.token"] = in_query or in_header or in_protocols or None
    scope["chatsite.subprotocol"] = None if in_protocols is None else "bearer"


def _take_from_query(scope: Scope) -> str | None:
    token, kept = None, []
    for part in scope.get("query_string", b"").split(b"&"):
        name, _, value = part.partition(b"=")
        if _decoded(name) == "token":
            token = token or _decoded(value)
        else:
            kept.append(part)
    scope["query_string"] = b"&".join(kept)
    return token


def _take_from_subprotocols(scope: Scope) -> str | None:
    offered = list(scope.get("subprotocols") or [])
    names = [name.lower() for name in offered]
    if "bearer" not in names:
        return None
    place = names.index("bearer")
    token = offered[place + 1] if place + 1 < len(offered) else ""
    scope["subprotocols"] = offered[: place + 1] + offered[place + 2 :]
    return token


def _take_from_headers(scope: Scope, *, is_in_protocols: bool) -> str | None:
    token, kept = None, []
    for name, value in scope.get("headers", []):
        lower = bytes(name).lower()
        if lower == b"authorization":
            scheme, _, rest = bytes(value).decode("latin-1").strip().partition(" ")
            token = rest.strip() if scheme.lower() == "bearer" else token
        elif lower != b"sec-websocket-protocol" or not is_in_protocols:
            kept.append((name, value))
    scope["headers"] = kept
    return token


def _decoded(part: bytes) -> str:
    return unquote_plus(part.decode("latin-1"), errors="replace")
