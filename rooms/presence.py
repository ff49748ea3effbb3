"""Who is here now: leases that run out by themselves, never counters."""

import json
import logging
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from threading import Lock
from typing import Protocol, cast

import redis
from django.conf import settings

from rooms.payloads import UserPayload

LEASE = 40.0  # seconds; renewed every RENEWAL
RENEWAL = 15.0

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Lease:
    """One process holds that a person is in a room. Times are unix seconds."""

    person: UserPayload
    came: float
    until: float


class Presence(Protocol):
    """Where leases are kept. `process` is the holder's id."""

    is_local: bool  # calls return at once and need no thread

    def enter(self, process: str, room_id: int, person: UserPayload) -> None: ...

    def leave(self, process: str, room_id: int, user_id: int) -> None: ...

    def renew(self, process: str, rooms: Mapping[int, Iterable[UserPayload]]) -> None: ...

    def people(self, room_id: int) -> list[UserPayload]: ...

    def stamps(self, room_ids: Iterable[int]) -> dict[int, str]: ...

    def expired(self, now: float) -> list[int]: ...


class MemoryPresence:
    """For one process: leases in its memory."""

    is_local = True

    def __init__(self) -> None:
        self._rooms: dict[int, dict[tuple[str, int], Lease]] = {}
        self._lock = Lock()

    def enter(self, process: str, room_id: int, person: UserPayload) -> None:
        now = time.time()
        with self._lock:
            leases = self._rooms.setdefault(room_id, {})
            held = leases.get((process, person["id"]))
            came = held.came if held and held.until > now else now
            leases[process, person["id"]] = Lease(person, came, now + LEASE)

    def leave(self, process: str, room_id: int, user_id: int) -> None:
        with self._lock:
            leases = self._rooms.get(room_id, {})
            leases.pop((process, user_id), None)
            if not leases:
                self._rooms.pop(room_id, None)

    def renew(self, process: str, rooms: Mapping[int, Iterable[UserPayload]]) -> None:
        for room_id, people in rooms.items():
            for person in people:
                self.enter(process, room_id, person)

    def people(self, room_id: int) -> list[UserPayload]:
        with self._lock:
            leases = list(self._rooms.get(room_id, {}).values())
        return latest_first(leases, time.time())

    def stamps(self, room_ids: Iterable[int]) -> dict[int, str]:
        return {}

    def expired(self, now: float) -> list[int]:
        return []


class RedisPresence:
    """For several processes: one hash a room, one field a process and person.

    While Redis is away the last answer stands, and what was to be told it is made good by the next
    renewal.
    """

    is_local = False

    def __init__(self, url: str) -> None:
        self._redis = redis.Redis.from_url(
            url, socket_timeout=1, socket_connect_timeout=1, decode_responses=True
        )
        self._came: dict[tuple[int, int], float] = {}
        self._known: dict[int, list[UserPayload]] = {}
        self._first_to_end: dict[int, float] = {}  # by room: when a lease that was read ends

    def enter(self, process: str, room_id: int, person: UserPayload) -> None:
        self._write(process, {room_id: [person]})

    def leave(self, process: str, room_id: int, user_id: int) -> None:
        self._came.pop((room_id, user_id), None)
        try:
            with self._redis.pipeline(transaction=False) as pipe:
                pipe.hdel(_key(room_id), f"{process}:{user_id}")
                pipe.incr(_stamp(room_id))
                pipe.expire(_stamp(room_id), 86400)
                pipe.execute()
        except redis.RedisError as problem:
            logger.warning("presence: leaving not told: %s", type(problem).__name__)

    def renew(self, process: str, rooms: Mapping[int, Iterable[UserPayload]]) -> None:
        """Also makes good what Redis forgot: whoever had no lease there counts as having come."""
        self._write(process, rooms)

    def people(self, room_id: int) -> list[UserPayload]:
        try:
            rows = cast("dict[str, str]", self._redis.hgetall(_key(room_id)))
        except redis.RedisError as problem:
            logger.warning("presence: last known shown: %s", type(problem).__name__)
            return self._known.get(room_id, [])
        now = time.time()
        leases = []
        for holder, row in rows.items():
            lease = Lease(**json.loads(row))
            leases.append(lease)
            if lease.until < now - LEASE:
                self._forget(room_id, holder)  # its process died
        holding = [lease.until for lease in leases if lease.until > now]
        if holding:
            self._first_to_end[room_id] = min(holding)
        people = latest_first(leases, now)
        self._known[room_id] = people
        return people

    def stamps(self, room_ids: Iterable[int]) -> dict[int, str]:
        """A mark a room that changes whenever somebody comes or leaves; empty while Redis is
        away."""
        wanted = list(room_ids)
        if not wanted:
            return {}
        try:
            marks = cast("list[str | None]", self._redis.mget([_stamp(each) for each in wanted]))
        except redis.RedisError:
            return {}
        return {room_id: mark or "" for room_id, mark in zip(wanted, marks, strict=True)}

    def expired(self, now: float) -> list[int]:
        """The rooms in which a lease that was read before has ended since: a process may have
        died."""
        ends = list(self._first_to_end.items())
        found = [room_id for room_id, until in ends if until <= now]
        for room_id in found:
            del self._first_to_end[room_id]
        return found

    def _write(self, process: str, rooms: Mapping[int, Iterable[UserPayload]]) -> None:
        now = time.time()
        leases = []  # room id, field, value
        for room_id, people in rooms.items():
            for person in people:
                came = self._came.setdefault((room_id, person["id"]), now)
                lease = json.dumps({"person": person, "came": came, "until": now + LEASE})
                leases.append((room_id, f"{process}:{person['id']}", lease))
        try:
            with self._redis.pipeline(transaction=False) as pipe:
                for room_id, holder, lease in leases:
                    pipe.hset(_key(room_id), holder, lease)
                added = pipe.execute()
                for room_id in rooms:
                    pipe.expire(_key(room_id), int(2 * LEASE))
                for room_id in {each[0] for each, new in zip(leases, added, strict=True) if new}:
                    pipe.incr(_stamp(room_id))
                    pipe.expire(_stamp(room_id), 86400)
                pipe.execute()
        except redis.RedisError as problem:
            logger.warning("presence: not told: %s", type(problem).__name__)

    def _forget(self, room_id: int, holder: str) -> None:
        with suppress(redis.RedisError):
            self._redis.hdel(_key(room_id), holder)


def latest_first(leases: Iterable[Lease], now: float) -> list[UserPayload]:
    """Each person with a lease that still holds, once, who came last first."""
    first_came: dict[int, Lease] = {}
    for lease in leases:
        held = first_came.get(lease.person["id"])
        if lease.until > now and (held is None or lease.came < held.came):
            first_came[lease.person["id"]] = lease
    ordered = sorted(first_came.values(), key=lambda lease: (lease.came, lease.person["id"]))
    return [lease.person for lease in reversed(ordered)]


def _key(room_id: int) -> str:
    return f"chatsite:here:{room_id}"


def _stamp(room_id: int) -> str:
    return f"chatsite:here-stamp:{room_id}"


backend: Presence = RedisPresence(settings.REDIS_URL) if settings.REDIS_URL else MemoryPresence()


def people_here(room_id: int) -> list[UserPayload]:
    """Everyone with an open socket in the room now, who came last first."""
    return backend.people(room_id)
