"""Who is here now: leases that run out by themselves, never counters."""

from django.conf import settings

from rooms.payloads import UserPayload
from rooms.presence.leases import RENEWAL, MemoryPresence, Presence
from rooms.presence.shared import RedisPresence

backend: Presence = RedisPresence(settings.REDIS_URL) if settings.REDIS_URL else MemoryPresence()


def people_here(room_id: int) -> list[UserPayload]:
    """Everyone with an open socket in the room now, who came last first."""
    return backend.people(room_id)


__all__ = ["RENEWAL", "MemoryPresence", "Presence", "RedisPresence", "backend", "people_here"]
