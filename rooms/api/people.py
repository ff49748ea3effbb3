"""Who is in a room now."""

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from rooms.api.door import Door
from rooms.api.schema import PersonSerializer, describe, page_of
from rooms.presence import people_here


class PeopleHere(Door):
    @describe(
        "list_people_here", {200: page_of(PersonSerializer, count=serializers.IntegerField())}
    )
    def get(self, request: Request, name: str) -> Response:
        """Everyone who is in the room now, on one page, who came last first."""
        here = people_here(self.find_room(name).pk)
        return Response({"results": here, "count": len(here), "next": None, "previous": None})
