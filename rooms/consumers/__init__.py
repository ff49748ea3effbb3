"""The sockets' doors."""

from rooms.consumers.room import HtmlRoomSocket, JsonRoomSocket, PersonSocket

__all__ = ["HtmlRoomSocket", "JsonRoomSocket", "PersonSocket"]
