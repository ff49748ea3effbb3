"""Bodies of requests: one that is too long is answered 413 before it is taken in."""

import asyncio
import json
from collections.abc import Mapping
from typing import Any

from chatsite.headers import STATIC_HEADERS

# Bytes. A page's form and a REST call are far below.
MAX_BODY = 1024 * 1024

# Without gettext: a server says this before it is known who asks, and in which language.
_TITLE = "Content Too Large"


class BoundedBodies:
    """An ASGI application around `pages` that hands on no body beyond `limit` bytes."""

    def __init__(self, pages: Any, limit: int) -> None:
        self.pages = pages
        self.limit = limit

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if _declared(scope) > self.limit:
            await self._refuse(scope, send)
            return
        taken = 0
        is_answered = False
        is_whole = False

        async def take() -> Any:
            nonlocal taken, is_whole
            if is_whole:
                # Django would leave a request whose client goes half done, with its body closed
                # under the view that reads it. They are short: they end, and nobody listens.
                await asyncio.Future()
            message = await receive()
            is_whole = message["type"] == "http.request" and not message.get("more_body")
            taken += len(message.get("body", b""))
            # Whoever reads a body gives up when its client is gone.
            return {"type": "http.disconnect"} if taken > self.limit else message

        async def answer(message: Any) -> None:
            nonlocal is_answered
            # An answer that has begun goes on: a second one cannot be sent.
            if taken <= self.limit or is_answered:
                is_answered = True
                await send(message)

        await self.pages(scope, take, answer)
        if not is_answered and taken > self.limit:
            await self._refuse(scope, send)

    async def _refuse(self, scope: Any, send: Any) -> None:
        headers, body = too_large(scope["path"], self.limit)
        encoded = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
        await send({"type": "http.response.start", "status": 413, "headers": encoded})
        await send({"type": "http.response.body", "body": body})


def too_large(path: str, limit: int) -> tuple[Mapping[str, str], bytes]:
    """Headers and body of a 413; the connection ends with it, since the rest stays unread."""
    detail = f"A body has at most {limit} bytes."
    if path.startswith("/api/") and not path.startswith("/api/auth/"):
        media = "application/problem+json"
        problem = {"type": "about:blank", "title": _TITLE, "status": 413, "detail": detail}
        body = json.dumps({**problem, "code": "too_long"}).encode()
    else:
        media = "text/plain; charset=utf-8"
        body = detail.encode()
    return {
        **STATIC_HEADERS,
        "Content-Type": media,
        "Content-Length": str(len(body)),
        "Connection": "close",
    }, body


def _declared(scope: Any) -> int:
    """The Content-Length; 0 when there is none that can be read."""
    for name, value in scope["headers"]:
        if name == b"content-length":
            return int(value) if value.isdigit() else 0
    return 0
