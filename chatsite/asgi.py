"""The site as one ASGI application: pages and REST by Django, sockets by Channels."""

import os
from typing import Any, cast

from channels.routing import ProtocolTypeRouter, URLRouter
from django.conf import settings
from django.core.asgi import get_asgi_application
from django.urls import re_path

from chatsite.bodies import BoundedBodies

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chatsite.settings")
pages = get_asgi_application()

# What follows imports models, which Django allows only now.
from accounts.asgi import TokenOutOfSight  # noqa: E402
from rooms.hub import hub_here  # noqa: E402
from rooms.routing import websocket_urlpatterns  # noqa: E402


async def close_unknown(scope: Any, receive: Any, send: Any) -> None:
    """A socket to nowhere: accepted first, since a refused handshake can carry no code."""
    await receive()
    await send({"type": "websocket.accept"})
    await send({"type": "websocket.close", "code": 4404})


async def live_quietly(scope: Any, receive: Any, send: Any) -> None:
    """Lifespan, for the servers that ask: nothing here has to start before the first connection."""
    while True:
        event = (await receive())["type"]
        await send({"type": f"{event}.complete"})
        if event == "lifespan.shutdown":
            return


protocols = ProtocolTypeRouter(
    {
        "http": BoundedBodies(pages, settings.MAX_BODY),
        "websocket": TokenOutOfSight(
            URLRouter([*websocket_urlpatterns, re_path(r"", cast(Any, close_unknown))])
        ),
        "lifespan": live_quietly,
    }
)


async def application(scope: Any, receive: Any, send: Any) -> None:
    """What the servers run. The first scope of any kind starts the hub: what a page or REST posts
    in a process without sockets must reach the sockets of the others."""
    hub_here()
    await protocols(scope, receive, send)
