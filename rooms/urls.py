"""The pages' addresses."""

from django.urls import path

from rooms.views import lists, message, room

urlpatterns = [
    path("", lists.home, name="home"),
    path("rooms/", lists.rooms, name="rooms"),
    path("rooms/new/", lists.new_room, name="new-room"),
    path("rooms/<str:name>/", room.room, name="room"),
    path("rooms/<str:name>/join/", room.join, name="join-room"),
    path("rooms/<str:name>/leave/", room.leave, name="leave-room"),
    path("rooms/<str:name>/messages/", room.post, name="post-message"),
    path("rooms/<str:name>/messages/<int:message_id>/", message.message, name="message"),
    path("rooms/<str:name>/messages/<int:message_id>/edit/", message.edit, name="edit-message"),
    path(
        "rooms/<str:name>/messages/<int:message_id>/delete/", message.delete, name="delete-message"
    ),
    path("rooms/<str:name>/messages/<int:message_id>/react/", message.react, name="react"),
]
