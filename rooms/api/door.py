"""What every door of the API has in common: who asks, and how fast they may change things."""

from typing import Any

from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.models import User
from rooms import access
from rooms.limits import check_rate
from rooms.models import Room
from rooms.refusals import NotFound

_CHANGING = frozenset({"POST", "PUT", "PATCH", "DELETE"})


class Door(APIView):
    """A resource. Every change counts against its person's rate, so that no door can forget it."""

    # OPTIONS would tell the names and docstrings of classes; the schema tells it better.
    http_method_names = ["get", "head", "post", "put", "patch", "delete"]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if request.method in _CHANGING and request.method in self.allowed_methods:
            check_rate(self.person.pk)

    @property
    def person(self) -> User:
        """Who asks."""
        user = self.request.user
        assert isinstance(user, User)  # by the permission that every view has
        return user

    def find_room(self, name: str) -> Room:
        """The room at this address. Raises NotFound, Banned."""
        return access.find_room(self.person, name)


class Nowhere(APIView):
    """Every address under /api/ where nothing is, by whatever method."""

    authentication_classes = ()
    permission_classes = ()
    schema = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        raise NotFound
