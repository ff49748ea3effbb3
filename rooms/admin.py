"""Rooms in the admin: to look at, and to end what must end; every change goes through an action."""

from collections.abc import Callable
from typing import cast

from django.contrib import admin, messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from rooms import access
from rooms.actions.memberships import remove_member
from rooms.actions.messages import delete_message
from rooms.actions.rooms import change_room
from rooms.models import Membership, Message, Room
from rooms.refusals import Refusal


class LookOnly[Row: Model](admin.ModelAdmin[Row]):
    """Nothing is added, edited or deleted behind the backs of those who see it."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Row | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Row | None = None) -> bool:
        return False

    def act(
        self, request: HttpRequest, rows: QuerySet[Row], action: Callable[[User, Row], object]
    ) -> None:
        """Does it to each row as the administrator themselves, and says what was refused."""
        person, done = cast("User", request.user), 0
        for row in rows:
            try:
                action(person, row)
                done += 1
            except Refusal as refusal:
                self.message_user(request, f"{row}: {refusal.detail}", messages.ERROR)
        self.message_user(request, gettext("Done: %(count)s.") % {"count": done})


@admin.register(Room)
class RoomAdmin(LookOnly[Room]):
    list_display = ("name", "title", "kind", "archived_at", "created_by", "created_at")
    list_filter = ("kind", ("archived_at", admin.EmptyFieldListFilter))
    list_select_related = ("created_by",)
    search_fields = ("name", "title")
    ordering = ("name",)
    fields = ("name", "title", "topic", "kind", "archived_at", "created_by", "created_at")
    actions = ("archive", "bring_back")

    @admin.action(description=_("Archive"), permissions=["view"])
    def archive(self, request: HttpRequest, rows: QuerySet[Room]) -> None:
        self.act(request, rows, lambda person, room: change_room(person, room, archived=True))

    @admin.action(description=_("Bring back from the archive"), permissions=["view"])
    def bring_back(self, request: HttpRequest, rows: QuerySet[Room]) -> None:
        self.act(request, rows, lambda person, room: change_room(person, room, archived=False))


@admin.register(Message)
class MessageAdmin(LookOnly[Message]):
    """Messages of the rooms that the administrator may open: the others' words are not for them."""

    list_display = ("room", "seq", "author", "content", "created_at", "deleted_at")
    list_display_links = ("seq",)
    list_filter = (("deleted_at", admin.EmptyFieldListFilter),)
    list_select_related = ("room", "author")
    search_fields = ("content", "author__username", "room__name")
    ordering = ("-pk",)
    fields = (
        "room", "seq", "author", "content", "reply_to", "created_at", "edited_at", "deleted_at",
    )  # fmt: skip
    actions = ("empty",)
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Message]:
        rooms = access.visible_rooms(cast("User", request.user))
        return super().get_queryset(request).filter(room__in=rooms)

    @admin.action(description=_("Delete for everybody"), permissions=["view"])
    def empty(self, request: HttpRequest, rows: QuerySet[Message]) -> None:
        self.act(
            request, rows, lambda person, message: delete_message(person, message.room, message.pk)
        )


@admin.register(Membership)
class MembershipAdmin(LookOnly[Membership]):
    list_display = ("user", "room", "role", "joined_at", "left_at", "banned_until")
    list_filter = ("role", ("left_at", admin.EmptyFieldListFilter))
    list_select_related = ("user", "room")
    search_fields = ("user__username", "room__name")
    ordering = ("room__name", "user__username")
    fields = ("user", "room", "role", "joined_at", "left_at", "banned_until")
    actions = ("put_out",)

    @admin.action(description=_("Put out of the room"), permissions=["view"])
    def put_out(self, request: HttpRequest, rows: QuerySet[Membership]) -> None:
        self.act(
            request,
            rows,
            lambda person, seat: remove_member(person, seat.room, seat.user.username),
        )
