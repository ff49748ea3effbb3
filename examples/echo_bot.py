"""Repeats what begins with "echo ", once each, whatever breaks. Arguments: site, room, name,
password."""

import asyncio
import json
import sys
import urllib.request

import websockets


def access_token(site: str, username: str, password: str) -> str:
    body = json.dumps({"username": username, "password": password}).encode()
    address, kind = f"{site}/api/auth/jwt/create/", {"Content-Type": "application/json"}
    with urllib.request.urlopen(urllib.request.Request(address, body, kind)) as answer:
        return str(json.load(answer)["access"])


async def run(site: str, room: str, username: str, password: str) -> None:
    since = ""  # once we know where we are, the server tells what we missed
    while True:
        try:
            token = await asyncio.to_thread(access_token, site, username, password)
            address = f"{site.replace('http', 'ws', 1)}/ws/chat/{room}/?token={token}{since}"
            async with websockets.connect(address) as socket:
                async for text in socket:
                    frame = json.loads(text)
                    told = frame.get("message") or frame.get("ready") or {}
                    words = told.get("content", "")
                    if words.startswith("echo "):  # the same client_id twice is one message
                        reply = {"message": words[5:], "client_id": f"echo-{told['id']}"}
                        await socket.send(json.dumps(reply))
                    since = f"&since={told['seq']}" if told else since
        except (OSError, websockets.WebSocketException) as problem:
            print(f"{problem}; trying again", file=sys.stderr)
        await asyncio.sleep(1)


asyncio.run(run(*sys.argv[1:5]))
