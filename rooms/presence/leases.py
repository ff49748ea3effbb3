"""Leases, and where a single process keeps them."""

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Protocol

from rooms.payloads import UserPayload

LEASE = 40.0  # seconds; renewed every RENEWAL
RENEWAL = 15.0


@dataclass(slots=True)
class Lease:
    """One process holds that a person is in a room. Times are seconds of whoever keeps it: of
    Redis' clock where several processes do."""

    person: UserPayload
    came: float
    until: float


class Presence(Protocol):
    """Where leases are kept. `process` is the holder's id."""

    is_local: bool  # calls return at once and need no thread
    is_behind: bool  # it missed something and would hear it now: a renewal is due at once

    def enter(self, process: str, room_id: int, person: UserPayload) -> None: ...

    def leave(self, process: str, room_id: int, user_id: int) -> None: ...

    def renew(self, process: str, rooms: Mapping[int, Iterable[UserPayload]]) -> None: ...

    def people(self, room_id: int) -> list[UserPayload]: ...

    def stamps(self, room_ids: Iterable[int]) -> dict[int, str]: ...

    def expired(self) -> list[int]: ...


class MemoryPresence:
    """For one process: leases in its memory, by a clock that nobody can set."""

    is_local = True
    is_behind = False

    def __init__(self) -> None:
        self._rooms: dict[int, dict[tuple[str, int], Lease]] = {}
        self._lock = Lock()

    def enter(self, process: str, room_id: int, person: UserPayload) -> None:
        now = time.monotonic()
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
        return latest_first(leases, time.monotonic())

    def stamps(self, room_ids: Iterable[int]) -> dict[int, str]:
        return {}

    def expired(self) -> list[int]:
        return []


def latest_first(leases: Iterable[Lease], now: float) -> list[UserPayload]:
    """Each person with a lease that still holds, once, who came last first."""
    first_came: dict[int, Lease] = {}
    for lease in leases:
        held = first_came.get(lease.person["id"])
        if lease.until > now and (held is None or lease.came < held.came):
            first_came[lease.person["id"]] = lease
    ordered = sorted(first_came.values(), key=lambda lease: (lease.came, lease.person["id"]))
    return [lease.person for lease in reversed(ordered)]
