"""A tiny application on a real server, whose path says what it does: `python -m … daphne`."""

import asyncio
import json
import sys
import time
from typing import Any

from chatsite import daphne, uvicorn_protocols
from chatsite.bodies import MAX_BODY, BoundedBodies
from chatsite.daphne import HardenedServer
from chatsite.listening import address_of, listen
from chatsite.uvicorn import run_uvicorn

PIECE = b"x" * 65_536
state: dict[str, Any] = {"sent": 0, "received": 0, "last": "", "is_blocked": False}
go = asyncio.Event()


async def application(scope: Any, receive: Any, send: Any) -> None:
    deed = scope["path"].strip("/").split("/")
    if scope["type"] == "http":
        await pages(scope, receive, send)
        return
    await receive()
    if deed[0] == "late":
        await asyncio.sleep(6)
    await send({"type": "websocket.accept"})
    await DEEDS[deed[0]](deed, scope, receive, send)


async def answer(scope: Any, receive: Any, send: Any) -> None:
    deed = scope["path"].strip("/").split("/")
    if deed[0] == "go":
        go.set()
    if deed[0] == "slow":
        await asyncio.sleep(4)
    if deed[0] == "body":
        await take_body(receive)
    body = json.dumps({**state, "root_path": scope.get("root_path", "")}).encode()
    await send({"type": "http.response.start", "status": 200, "headers": []})
    if deed[0] == "flood":
        body = b""
        await flood(lambda: send({"type": "http.response.body", "body": PIECE, "more_body": True}))
    await send({"type": "http.response.body", "body": body})


async def take_body(receive: Any) -> None:
    while (message := await receive())["type"] == "http.request":
        state["received"] += len(message["body"])
        if not message["more_body"]:
            return


pages = BoundedBodies(answer, MAX_BODY)


async def flood(send: Any) -> None:
    """Sends half a gigabyte, or until a send has waited for a second."""
    for _ in range(8192):
        try:
            async with asyncio.timeout(1):
                await send()
        except TimeoutError:
            state["is_blocked"] = True
            return
        state["sent"] += len(PIECE)


async def close(deed: list[str], scope: Any, receive: Any, send: Any) -> None:
    await send({"type": "websocket.close", "code": int(deed[1]), "reason": deed[2]})
    await listen_to_the_end(deed, scope, receive, send)


async def flood_socket(deed: list[str], scope: Any, receive: Any, send: Any) -> None:
    await flood(lambda: send({"type": "websocket.send", "bytes": PIECE}))
    await listen_to_the_end(deed, scope, receive, send)


async def listen_to_the_end(deed: list[str], scope: Any, receive: Any, send: Any) -> None:
    if deed[0] == "busy":
        await go.wait()
    while (message := await receive())["type"] != "websocket.disconnect":
        state["received"] += 1
        state["last"] = message.get("text") or ""
    print("disconnect", message["code"])  # noqa: T201 (the test reads it)


async def tell_root_path(deed: list[str], scope: Any, receive: Any, send: Any) -> None:
    await send({"type": "websocket.send", "text": f"[{scope.get('root_path', '')}]"})
    await listen_to_the_end(deed, scope, receive, send)


async def crash(deed: list[str], scope: Any, receive: Any, send: Any) -> None:
    raise RuntimeError("a planted fault")


async def leave(deed: list[str], scope: Any, receive: Any, send: Any) -> None:
    """Returns although the socket is open."""


async def stick(deed: list[str], scope: Any, receive: Any, send: Any) -> None:
    """Neither hears the end nor can be cancelled: a thread holds it."""
    await asyncio.to_thread(time.sleep, 60)


DEEDS = {
    "close": close,
    "flood": flood_socket,
    "late": listen_to_the_end,
    "listen": listen_to_the_end,
    "busy": listen_to_the_end,
    "root": tell_root_path,
    "crash": crash,
    "leave": leave,
    "stick": stick,
}

if __name__ == "__main__":
    if len(sys.argv) > 2:
        daphne.REQUEST = uvicorn_protocols.REQUEST = int(sys.argv[2])
    listener = listen("127.0.0.1", 0)
    address = address_of("127.0.0.1", listener)

    def announce() -> None:
        print("on", address)  # noqa: T201 (the test reads it)

    if sys.argv[1] == "uvicorn":
        run_uvicorn(application, listener, announce)
    else:
        HardenedServer(application, listener).run(announce)
