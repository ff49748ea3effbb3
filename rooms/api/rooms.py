"""The rooms that one may see, and each of them."""

from rest_framework.request import Request
from rest_framework.response import Response

from rooms import access, history
from rooms.actions.rooms import change_room, create_room, open_direct_room
from rooms.api.door import Door
from rooms.api.paging import page_by_name
from rooms.api.schema import RoomSerializer, describe, page_of
from rooms.api.shapes import NamesQuery, NewRoom, RoomChange, read
from rooms.models import Room
from rooms.payloads import RoomPayload, room_payload


class Rooms(Door):
    @describe("list_rooms", {200: page_of(RoomSerializer)}, query=NamesQuery)
    def get(self, request: Request) -> Response:
        """The rooms that one may see, by name."""
        return page_by_name(
            request,
            access.visible_rooms(self.person).select_related("head"),
            "name",
            lambda room: room.name,
            lambda room: room_payload(room, room.head.seq),
        )

    @describe("create_room", {201: RoomSerializer, 200: RoomSerializer}, body=NewRoom)
    def post(self, request: Request) -> Response:
        """Makes a room of one's own, or opens the direct one with `members` (200: an old one)."""
        given = read(NewRoom, request.data)
        if given["kind"] == Room.Kind.DIRECT:
            room, is_new = open_direct_room(self.person, given["members"])
        else:
            given.pop("members", None)
            room, is_new = create_room(self.person, **given), True
        return Response(_payload(room), 201 if is_new else 200)


class OneRoom(Door):
    @describe("read_room", {200: RoomSerializer})
    def get(self, request: Request, name: str) -> Response:
        """A room. One that one may not see answers like one that does not exist."""
        return Response(_payload(self.find_room(name)))

    @describe("change_room", {200: RoomSerializer}, body=RoomChange)
    def patch(self, request: Request, name: str) -> Response:
        """Changes what is given. An archived room can only be brought back: `archived: false`."""
        room = self.find_room(name)
        given = read(RoomChange, request.data)
        return Response(_payload(change_room(self.person, room, **given)))

    @describe("archive_room", {204: None})
    def delete(self, request: Request, name: str) -> Response:
        """Archives the room: it reads as before, and nothing in it changes any more."""
        change_room(self.person, self.find_room(name), archived=True)
        return Response(status=204)


def _payload(room: Room) -> RoomPayload:
    return room_payload(room, history.read_counter(room.pk))
