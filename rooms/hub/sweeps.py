"""What the hub looks at again and again, because a notice may be lost and an act may bypass the
actions."""

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine, Iterable
from typing import TYPE_CHECKING, Any

from django.db import Error

from accounts import socket_auth
from rooms import access, history, payloads
from rooms.events import Beat
from rooms.hub.frames import Frames
from rooms.presence import RENEWAL

if TYPE_CHECKING:
    from rooms.hub.hub import Hub
    from rooms.hub.topic import Subscriber

logger = logging.getLogger(__name__)

COUNTERS_EVERY = 1.0  # seconds
AUTHORITY_EVERY = 3.0
BEAT_EVERY = 20.0
NAMES_WITHIN = 5.0
TOPIC_KEPT = 60.0  # after the last socket left


async def _forever(
    hub: "Hub", every: float, sweep: Callable[["Hub"], Coroutine[Any, Any, None]]
) -> None:
    await asyncio.sleep(every)
    while True:
        begun = hub.loop.time()
        try:
            await sweep(hub)
        except Exception as problem:
            # The database is away or busy; the next turn looks again.
            logger.warning("sweep %s: %s", sweep.__name__, problem)
        # From one beginning to the next: what a sweep takes must not come on top.
        await asyncio.sleep(max(0.0, begun + every - hub.loop.time()))


async def compare_counters(hub: "Hub") -> None:
    """Finds changes whose last notice was lost: the active rooms' counters in one query."""
    opened = {
        room_id: topic
        for room_id, topic in hub.topics.items()
        if topic.opened is not None and topic.opened.done()
    }
    if not opened:
        return
    counted = {room_id: topic.seq for room_id, topic in opened.items()}
    heads = await hub.look(history.read_heads, list(opened))
    for room_id, topic in opened.items():
        if hub.topics.get(room_id) is topic and room_id in heads:
            topic.compare(heads[room_id], counted[room_id])
        if topic.refs == 0 and hub.loop.time() - topic.idle_since > TOPIC_KEPT:
            hub.drop(topic)


async def watch_progress(hub: "Hub") -> None:
    """Cuts sockets that read nothing, and those whose token has expired."""
    loop_now, unix_now = hub.loop.time(), time.time()
    for socket in tuple(hub.sockets):
        expires = socket.identity.expires_at
        if expires is not None and expires <= unix_now:
            socket.cut(4401)
        elif socket.stalled(loop_now):
            socket.cut(1013)


async def watch_presence(hub: "Hub") -> None:
    """Where several processes share it: has a room told anew whose presence stamp moved. Where it
    was away, what it missed is told first."""
    presence = hub.attendance.presence
    if presence.is_local:
        return
    stamps = await hub.attendance.stamps(list(hub.topics))
    if presence.is_behind:
        await renew_leases(hub)
    for room_id, stamp in stamps.items():
        topic = hub.topics.get(room_id)
        if topic is not None and topic.stamp != stamp:
            topic.stamp = stamp
            hub.attendance.moved(topic)
    for room_id in presence.expired():
        if room_id in hub.topics:
            hub.attendance.moved(hub.topics[room_id])


async def renew_leases(hub: "Hub") -> None:
    """Keeps this process's leases, and notices those that ran out elsewhere."""
    names = None
    try:
        async with asyncio.timeout(NAMES_WITHIN):
            names = await hub.look(payloads.users_by_id, list(hub.people))
    except (Error, TimeoutError) as problem:
        # People are here, whether or not the database is.
        logger.warning("renewal with the last known names: %s", type(problem).__name__)
    await hub.attendance.renew(names)
    for topic in tuple(hub.topics.values()):
        hub.attendance.moved(topic)


async def check_authority(hub: "Hub") -> None:
    """Ends what admin, shell or another process took away without telling."""
    await recheck(hub, tuple(hub.sockets), dropped=False)


async def recheck(hub: "Hub", sockets: Iterable["Subscriber"], *, dropped: bool) -> None:
    """Cuts those sockets that may no longer be here; with `dropped`, the others must come back."""
    sockets = list(sockets)
    if not sockets:
        return
    identities = {socket.identity for socket in sockets}
    valid = await hub.look(socket_auth.still_valid, identities)
    pairs = {(s.identity.user_id, s.room_id) for s in sockets if s.room_id is not None}
    lost = await hub.look(access.lost_access, pairs) if pairs else {}
    for socket in sockets:
        if socket.identity not in valid:
            socket.cut(4401)
        elif (socket.identity.user_id, socket.room_id) in lost:
            socket.cut(lost[socket.identity.user_id, socket.room_id])
        elif dropped:
            socket.cut(1012)


async def beat(hub: "Hub") -> None:
    """Tells the sockets that want it how far their room is, so that a dead line is noticed."""
    frames: dict[int, Frames] = {}
    for socket in tuple(hub.sockets):
        if not socket.wants_beat:
            continue
        topic = hub.topics.get(socket.room_id or 0)
        if topic is None:
            socket.deliver(frames.setdefault(0, Frames(Beat(0))))
        elif socket in topic.subscribers:
            topic.flush()
            socket.deliver(frames.setdefault(topic.room_id, Frames(Beat(topic.seq))))


def all_sweeps(hub: "Hub") -> list[Coroutine[Any, Any, None]]:
    """Each sweep in its rhythm, to be run as tasks."""
    rhythm = (
        (COUNTERS_EVERY, compare_counters),
        (COUNTERS_EVERY, watch_progress),
        (COUNTERS_EVERY, watch_presence),
        (AUTHORITY_EVERY, check_authority),
        (RENEWAL, renew_leases),
        (BEAT_EVERY, beat),
    )
    return [_forever(hub, every, sweep) for every, sweep in rhythm]
