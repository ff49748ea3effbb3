"""One's own rooms, beside every page."""

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from accounts.models import User
from rooms.models import Room
from rooms.views.order import called

LISTED = 200


def sidebar(request: HttpRequest) -> dict[str, object]:
    """A context processor; nothing is read unless a template shows it."""
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return {"sidebar_rooms": ()}
    return {"sidebar_rooms": SimpleLazyObject(lambda: _own_rooms(user))}


def _own_rooms(user: User) -> list[Room]:
    memberships = user.memberships.current().filter(room__archived_at=None).select_related("room")
    listed = memberships.order_by(called("room__"), "room__name")[:LISTED]
    return [each.room for each in listed if not each.is_banned]
