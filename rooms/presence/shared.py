"""Leases that several processes share, in Redis."""

import json
import logging
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any

import redis

from rooms.payloads import UserPayload
from rooms.presence.leases import LEASE, Lease, latest_first

AWAY = 1.0  # seconds for which a Redis that failed is not asked again
JUMP = 5.0  # seconds beyond which the clock of Redis has been set, and not only drifted

Command = tuple[str | int, ...]

logger = logging.getLogger(__name__)


class RedisPresence:
    """For several processes: one hash a room, one field a process and person.

    Leases end by Redis' clock: those of the machines differ, and can be set. While Redis is away
    the last answer stands, and what was to be told it is made good by the next renewal.
    """

    is_local = False

    def __init__(self, url: str) -> None:
        self.is_behind = False
        self._redis = redis.Redis.from_url(
            url, socket_timeout=1, socket_connect_timeout=1, decode_responses=True
        )
        self._came: dict[tuple[int, int], float] = {}  # by the monotonic clock
        # Room and holder of leases that were to end while Redis was away. No more than people times
        # rooms, and none of those who came back.
        self._untold: set[tuple[int, str]] = set()
        self._known: dict[int, list[UserPayload]] = {}
        self._first_to_end: dict[int, float] = {}  # by room: when a lease that was read ends
        self._ahead: float | None = None  # of the monotonic clock, by what Redis answered last
        self._is_away = False
        self._away_until = 0.0  # by the monotonic clock

    def enter(self, process: str, room_id: int, person: UserPayload) -> None:
        self._untold.discard((room_id, _holder(process, person["id"])))
        self._write(process, {room_id: [person]})

    def leave(self, process: str, room_id: int, user_id: int) -> None:
        self._came.pop((room_id, user_id), None)
        holder = _holder(process, user_id)
        try:
            self._reach([("HDEL", _key(room_id), holder), *_mark(room_id)])
        except redis.RedisError as problem:
            self._untold.add((room_id, holder))
            logger.warning("presence: leaving not told: %s", type(problem).__name__)

    def renew(self, process: str, rooms: Mapping[int, Iterable[UserPayload]]) -> None:
        """Also makes good what Redis forgot or was not told: whoever had no lease there counts as
        having come, and who left meanwhile leaves now."""
        was_behind, self.is_behind = self.is_behind, False
        untold = tuple(self._untold)
        # Others may have seen leases run out; that they hold again leaves no mark by itself.
        marked = {*rooms, *(room_id for room_id, _holder in untold)} if was_behind else ()
        if self._write(process, rooms, untold, marked):
            self._untold.difference_update(untold)

    def people(self, room_id: int) -> list[UserPayload]:
        try:
            rows = self._reach([("HGETALL", _key(room_id))])[0]
            now = self._now()
        except redis.RedisError as problem:
            logger.warning("presence: last known shown: %s", type(problem).__name__)
            return self._known.get(room_id, [])
        leases = {holder: Lease(**json.loads(row)) for holder, row in rows.items()}
        dead = [holder for holder, lease in leases.items() if lease.until < now - LEASE]
        if dead:
            with suppress(redis.RedisError):
                self._reach([("HDEL", _key(room_id), *dead)])
        # One that ends later than any can was written before the clock was set back.
        holding = [each for each in leases.values() if now < each.until < now + LEASE + JUMP]
        if holding:
            self._first_to_end[room_id] = min(lease.until for lease in holding)
        people = latest_first(holding, now)
        self._known[room_id] = people
        return people

    def stamps(self, room_ids: Iterable[int]) -> dict[int, str]:
        """A mark a room that changes whenever somebody comes or leaves; empty while Redis is
        away. Redis is asked for none too, so that its return is noticed."""
        wanted = list(room_ids)
        try:
            answers = self._reach([("MGET", *map(_stamp, wanted))] if wanted else [])
        except redis.RedisError:
            return {}
        return {room_id: mark or "" for room_id, mark in zip(wanted, *answers, strict=True)}

    def expired(self) -> list[int]:
        """The rooms in which a lease that was read before has ended since: a process may have
        died."""
        if not self._first_to_end:
            return []
        now = self._now()
        found = [room_id for room_id, until in list(self._first_to_end.items()) if until <= now]
        for room_id in found:
            del self._first_to_end[room_id]
        return found

    def _write(
        self,
        process: str,
        rooms: Mapping[int, Iterable[UserPayload]],
        gone: Iterable[tuple[int, str]] = (),
        marked: Iterable[int] = (),
    ) -> bool:
        changes: list[tuple[int, Command]] = [
            (room_id, ("HDEL", _key(room_id), holder)) for room_id, holder in gone
        ]
        try:
            now, begun = self._now(), time.monotonic()
            for room_id, people in rooms.items():
                for person in people:
                    came = now - begun + self._came.setdefault((room_id, person["id"]), begun)
                    lease = json.dumps({"person": person, "came": came, "until": now + LEASE})
                    holder = _holder(process, person["id"])
                    changes.append((room_id, ("HSET", _key(room_id), holder, lease)))
            kept = [("EXPIRE", _key(room_id), int(2 * LEASE)) for room_id in rooms]
            answers = self._reach([*(command for _room, command in changes), *kept])
            # 1 for a field that was not there, or no longer is.
            moved = {change[0] for change, new in zip(changes, answers, strict=False) if new}
            moved.update(marked)
            if moved:
                self._reach([command for room_id in moved for command in _mark(room_id)])
        except redis.RedisError as problem:
            logger.warning("presence: not told: %s", type(problem).__name__)
            return False
        return True

    def _now(self) -> float:
        """Seconds by Redis' clock. Raises RedisError if it never answered."""
        while (ahead := self._ahead) is None:
            self._reach([])
        return time.monotonic() + ahead

    def _reach(self, commands: Iterable[Command]) -> list[Any]:
        """What Redis answers, all in one round trip. Raises RedisError.

        One that failed has the others fail at once for a moment: each would wait as long, and with
        a frozen Redis they would wait for each other.
        """
        if time.monotonic() < self._away_until:
            raise redis.ConnectionError("away a moment ago")
        try:
            pipe: Any = self._redis.pipeline(transaction=False)
            with pipe:
                pipe.execute_command("TIME")
                for command in commands:
                    pipe.execute_command(*command)
                answers: list[Any] = pipe.execute()
        except redis.RedisError:
            self._is_away, self._away_until = True, time.monotonic() + AWAY
            raise
        seconds, micros = answers.pop(0)
        before, self._ahead = self._ahead, seconds + micros / 1e6 - time.monotonic()
        if self._is_away or (before is not None and abs(self._ahead - before) > JUMP):
            self._is_away, self.is_behind = False, True
        return answers


def _key(room_id: int) -> str:
    return f"chatsite:here:{room_id}"


def _holder(process: str, user_id: int) -> str:
    return f"{process}:{user_id}"


def _stamp(room_id: int) -> str:
    return f"chatsite:here-stamp:{room_id}"


def _mark(room_id: int) -> list[Command]:
    return [("INCR", _stamp(room_id)), ("EXPIRE", _stamp(room_id), 86400)]
