"""The hub: delivers, never acts."""

import asyncio
from weakref import WeakKeyDictionary

from rooms.hub.hub import Hub

_hubs: WeakKeyDictionary[asyncio.AbstractEventLoop, Hub] = WeakKeyDictionary()


def hub_here() -> Hub:
    """The running loop's hub; the first caller starts it."""
    loop = asyncio.get_running_loop()
    hub = _hubs.get(loop)
    if hub is None or hub.is_closed:
        hub = _hubs[loop] = Hub()
        hub.start()
    return hub


__all__ = ["Hub", "hub_here"]
