"""Socket addresses: JSON for programs, HTML for browsers."""

from django.urls import path

from rooms.consumers import HtmlRoomSocket, JsonRoomSocket, PersonSocket

websocket_urlpatterns = [
    path("ws/chat/<str:room_name>/", JsonRoomSocket.as_asgi()),
    path("ws/rooms/<str:room_name>/", HtmlRoomSocket.as_asgi()),
    path("ws/me/", PersonSocket.as_asgi()),
]
