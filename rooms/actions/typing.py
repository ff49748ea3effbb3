"""Telling the room that somebody is writing."""

from accounts.models import User
from rooms import access
from rooms.broadcast import publish, room_topic
from rooms.events import PersonTyping
from rooms.models import Room
from rooms.payloads import user_payload


def announce_typing(user: User, room: Room, *, ago: int = 0) -> None:
    """Tells everybody else in the room; the last key was `ago` milliseconds before. Raises what
    posting there would."""
    access.require_may_write(user, room)
    publish(room_topic(room.pk), PersonTyping(user_payload(user), ago))
