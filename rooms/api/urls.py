"""The API's addresses, save those of /api/auth/."""

from django.urls import path, re_path

from rooms.api.changes import Changes
from rooms.api.docs import Schema, docs
from rooms.api.door import Nowhere
from rooms.api.members import Members, OneMember
from rooms.api.messages import Messages, OneMessage
from rooms.api.people import PeopleHere
from rooms.api.reactions import OneReaction
from rooms.api.rooms import OneRoom, Rooms

urlpatterns = [
    path("rooms/", Rooms.as_view(), name="api-rooms"),
    path("rooms/<str:name>/", OneRoom.as_view(), name="api-room"),
    path("rooms/<str:name>/messages/", Messages.as_view(), name="api-messages"),
    path("rooms/<str:name>/messages/<int:message_id>/", OneMessage.as_view(), name="api-message"),
    path(
        "rooms/<str:name>/messages/<int:message_id>/reactions/<str:emoji>/",
        OneReaction.as_view(),
        name="api-reaction",
    ),
    path("rooms/<str:name>/changes/", Changes.as_view(), name="api-changes"),
    path("rooms/<str:name>/users/", PeopleHere.as_view(), name="api-people"),
    path("rooms/<str:name>/members/", Members.as_view(), name="api-members"),
    path("rooms/<str:name>/members/<str:username>/", OneMember.as_view(), name="api-member"),
    path("schema/", Schema.as_view(), name="api-schema"),
    path("docs/", docs, name="api-docs"),
    # Last: whatever else is asked under /api/ hears in the API's own words that it is not there.
    re_path(r"", Nowhere.as_view()),
]
