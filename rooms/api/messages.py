"""A room's messages, and each of them."""

from rest_framework.request import Request
from rest_framework.response import Response

from rooms import access
from rooms.actions.messages import Post, delete_message, edit_message
from rooms.api.door import Door
from rooms.api.paging import answer_page
from rooms.api.schema import MessageSerializer, describe, page_of
from rooms.api.shapes import MessageChange, MessagesQuery, NewMessage, read
from rooms.history import page_of_messages
from rooms.payloads import message_payload
from rooms.writer import post_and_wait


class Messages(Door):
    @describe("list_messages", {200: page_of(MessageSerializer)}, query=MessagesQuery)
    def get(self, request: Request, name: str) -> Response:
        """Ascending by `seq`; without a query the newest. `previous` is older, `next` newer."""
        room = self.find_room(name)
        page = page_of_messages(room, **read(MessagesQuery, request.query_params))
        return answer_page(
            request, map(message_payload, page.messages), previous=page.older, next=page.newer
        )

    @describe("post_message", {201: MessageSerializer, 200: MessageSerializer}, body=NewMessage)
    def post(self, request: Request, name: str) -> Response:
        """Posts once: the same again, by its `client_id`, is 200; another under that id is 409."""
        room = self.find_room(name)
        posted = post_and_wait(Post(self.person.pk, room.pk, **read(NewMessage, request.data)))
        return Response(message_payload(posted.message), 200 if posted.duplicate else 201)


class OneMessage(Door):
    @describe("read_message", {200: MessageSerializer})
    def get(self, request: Request, name: str, message_id: int) -> Response:
        """One message, also a deleted one."""
        message = access.find_message(self.person, self.find_room(name), message_id)
        return Response(message_payload(message))

    @describe("edit_message", {200: MessageSerializer}, body=MessageChange)
    def patch(self, request: Request, name: str, message_id: int) -> Response:
        """Replaces the text of one's own message."""
        room = self.find_room(name)
        given = read(MessageChange, request.data)
        return Response(
            message_payload(edit_message(self.person, room, message_id, given["content"]))
        )

    @describe("delete_message", {204: None})
    def delete(self, request: Request, name: str, message_id: int) -> Response:
        """Empties one's own message, or as a moderator anybody's; its place stays."""
        delete_message(self.person, self.find_room(name), message_id)
        return Response(status=204)
