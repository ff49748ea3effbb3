"""One's own emoji on a message."""

from rest_framework.request import Request
from rest_framework.response import Response

from rooms.actions.reactions import add_reaction, remove_reaction
from rooms.api.door import Door
from rooms.api.schema import MessageSerializer, describe
from rooms.payloads import message_payload


class OneReaction(Door):
    @describe("add_reaction", {200: MessageSerializer})
    def put(self, request: Request, name: str, message_id: int, emoji: str) -> Response:
        """Puts the emoji on the message; again, nothing changes."""
        message = add_reaction(self.person, self.find_room(name), message_id, emoji)
        return Response(message_payload(message))

    @describe("remove_reaction", {200: MessageSerializer})
    def delete(self, request: Request, name: str, message_id: int, emoji: str) -> Response:
        """Takes one's own emoji back and answers with the message as it then is."""
        message = remove_reaction(self.person, self.find_room(name), message_id, emoji)
        return Response(message_payload(message))
