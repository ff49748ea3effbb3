"""Who belongs to a room."""

from rest_framework.request import Request
from rest_framework.response import Response

from rooms.actions.memberships import add_member, remove_member
from rooms.api.door import Door
from rooms.api.paging import page_by_name
from rooms.api.schema import MemberSerializer, describe, page_of
from rooms.api.shapes import NamesQuery, NewMember, read
from rooms.models import Membership
from rooms.payloads import UserPayload, rfc3339, user_payload
from rooms.rendering import check_characters


class MemberPayload(UserPayload):
    role: str
    joined_at: str


def member_payload(membership: Membership) -> MemberPayload:
    return {
        **user_payload(membership.user),
        "role": membership.role,
        "joined_at": rfc3339(membership.joined_at),
    }


class Members(Door):
    @describe("list_members", {200: page_of(MemberSerializer)}, query=NamesQuery)
    def get(self, request: Request, name: str) -> Response:
        """The room's members, by username."""
        room = self.find_room(name)
        return page_by_name(
            request,
            Membership.objects.current().filter(room=room).select_related("user"),
            "user__username",
            lambda membership: membership.user.username,
            member_payload,
        )

    @describe("add_member", {201: MemberSerializer}, body=NewMember)
    def post(self, request: Request, name: str) -> Response:
        """Lets a person in; with one's own name, joins. Whoever is in already stays as they are."""
        room = self.find_room(name)
        given = read(NewMember, request.data)
        return Response(member_payload(add_member(self.person, room, given["username"])), 201)


class OneMember(Door):
    @describe("remove_member", {204: None})
    def delete(self, request: Request, name: str, username: str) -> Response:
        """Puts a person out; with one's own name, leaves."""
        room = self.find_room(name)
        check_characters(username)
        remove_member(self.person, room, username)
        return Response(status=204)
