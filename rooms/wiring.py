"""Plugs rooms into the hooks that accounts offers."""

from accounts import arrivals, authority
from rooms.actions.memberships import seat_newcomer
from rooms.broadcast import publish, user_topic
from rooms.events import AuthorityLost


def connect() -> None:
    """Called once, when the apps are ready."""
    arrivals.listeners.append(seat_newcomer)
    authority.listeners.append(_tell_hubs)


def _tell_hubs(user_id: int, session: str | None, except_session: str | None) -> None:
    publish(user_topic(user_id), AuthorityLost(user_id, session, except_session))
