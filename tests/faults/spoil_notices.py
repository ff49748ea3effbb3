"""Failpoints between a commit and the hubs: notices are lost, doubled and overtaken."""

import asyncio
from collections.abc import Callable
from typing import Any
from weakref import WeakKeyDictionary

from rooms.events import Event, MessageEvent
from rooms.hub.hub import Hub
from rooms.hub.layer import LayerListener
from tests.faults.failpoints import Failpoints, Notices

FOLLOWS_WITHIN = 0.05  # seconds
LATE = 0.06  # at most; the hub's patience with what was overtaken is half of it

_KINDS = {"MessagePosted", "MessageEdited", "MessageDeleted", "ReactionsChanged"}

type Deliver = Callable[[], None]


def plant(failpoints: Failpoints) -> None:
    """Stands before every hub: what its own process tells it, and what the layer does."""
    hub_class: Any = Hub
    layer_class: Any = LayerListener
    hear, take = hub_class.hear, layer_class._take
    gates: WeakKeyDictionary[Any, Gate] = WeakKeyDictionary()

    def spoilt_hear(hub: Any, topic: str, event: Event) -> None:
        notices = failpoints.now().get("notices")
        if not notices or not (notices.get("every") or isinstance(event, MessageEvent)):
            hear(hub, topic, event)
            return
        gate = gates.setdefault(hub, Gate(failpoints, "own"))
        try:
            # This is the thread that committed; the gate lives on the hub's loop.
            hub.loop.call_soon_threadsafe(gate.come, topic, lambda: hear(hub, topic, event))
        except RuntimeError:
            hear(hub, topic, event)  # the loop is gone, which the hub knows what to do about

    def spoilt_take(layer: Any, notice: dict[str, Any]) -> None:
        notices = failpoints.now().get("notices")
        is_own = notice.get("from") == layer._process
        if not notices or is_own or not (notices.get("every") or notice["event"] in _KINDS):
            take(layer, notice)
            return
        gate = gates.setdefault(layer, Gate(failpoints, "layer"))
        # Taking it empties it: who is told twice needs two.
        gate.come(notice["topic"], lambda: take(layer, dict(notice)))

    hub_class.hear, layer_class._take = spoilt_hear, spoilt_take


class Gate:
    """What comes here goes on once, twice, late or never. Lives on one event loop."""

    def __init__(self, failpoints: Failpoints, name: str) -> None:
        self._failpoints = failpoints
        self._name = name
        self._held: dict[str, tuple[Deliver, asyncio.TimerHandle]] = {}

    def come(self, topic: str, deliver: Deliver) -> None:
        """A notice of `topic`; `deliver` hands it on."""
        if topic in self._held:
            before, timer = self._held.pop(topic)
            timer.cancel()
            self._pass_on(before)
        if self._faults().get("drop_last"):
            timer = asyncio.get_running_loop().call_later(FOLLOWS_WITHIN, self._drop_held, topic)
            self._held[topic] = deliver, timer
        else:
            self._pass_on(deliver)

    def _faults(self) -> Notices:
        return self._failpoints.now().get("notices", {})

    def _drop_held(self, topic: str) -> None:
        del self._held[topic]
        self._failpoints.note(f"{self._name}.drop_last")

    def _pass_on(self, deliver: Deliver) -> None:
        faults = self._faults()
        loop, dice = asyncio.get_running_loop(), self._failpoints.dice(f"{self._name}.late")
        if self._strikes("drop", faults.get("drop", 0.0)):
            return
        if self._strikes("double", faults.get("double", 0.0)):
            loop.call_later(dice.uniform(0, FOLLOWS_WITHIN), deliver)
        if self._strikes("reorder", faults.get("reorder", 0.0)):
            loop.call_later(dice.uniform(0.001, LATE), deliver)
        else:
            deliver()

    def _strikes(self, fault: str, probability: float) -> bool:
        return self._failpoints.strikes(f"{self._name}.{fault}", probability)
