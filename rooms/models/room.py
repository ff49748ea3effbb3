"""Rooms, their counters, and the site's epoch."""

import secrets
from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import connection, models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from accounts.models import User

GENERAL = "general"


class RoomQuerySet(models.QuerySet["Room"]):
    def visible_to(self, user: "User") -> "RoomQuerySet":
        """The rooms that `user` may see: the public ones, and the others that they are a member
        of."""
        return self.filter(
            models.Q(kind=Room.Kind.PUBLIC)
            | models.Q(models.Exists(user.memberships.current().filter(room=models.OuterRef("pk"))))
        )

    def named(self, name: str) -> "RoomQuerySet":
        """By address, whatever its case."""
        return self.filter(name=name.lower())


class Room(models.Model):
    """A place where messages are. `name` is its address, `title` what people call it."""

    class Kind(models.TextChoices):
        PUBLIC = "public", _("public")
        PRIVATE = "private", _("private")
        DIRECT = "direct", _("direct")

    name = models.CharField(_("name"), max_length=40, unique=True)
    title = models.CharField(_("title"), max_length=100, blank=True)
    topic = models.CharField(_("topic"), max_length=250, blank=True)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.PUBLIC)
    # One direct room per set of people: their ids, ascending, hashed.
    direct_key = models.CharField(max_length=64, unique=True, null=True, blank=True)
    # Counts changes of title, topic, name and archiving, so that a lost notice of them is noticed.
    version = models.PositiveIntegerField(default=0)
    archived_at = models.DateTimeField(_("archived"), null=True, blank=True)
    created_at = models.DateTimeField(_("made"), default=timezone.now)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("made by"),
    )

    objects = RoomQuerySet.as_manager()

    class Meta:
        verbose_name = _("room")
        verbose_name_plural = _("rooms")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(name__regex=r"^[a-z0-9_-]{1,40}$"),
                name="room_name_is_an_address",
            ),
            models.CheckConstraint(
                condition=models.Q(kind="direct", direct_key__isnull=False)
                | (~models.Q(kind="direct") & models.Q(direct_key__isnull=True)),
                name="direct_rooms_have_a_key",
            ),
        ]

    def __str__(self) -> str:
        return self.title or self.name

    @property
    def is_archived(self) -> bool:
        return self.archived_at is not None


class RoomHeadQuerySet(models.QuerySet["RoomHead"]):
    def take(self, room_id: int, count: int) -> tuple[int, int]:
        """Gives `count` new messages their numbers; returns the room's last `seq` and `number`.

        One statement under the row's lock, so that the order of commits is the order of numbers.
        """
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE rooms_roomhead SET seq = seq + %s, number = number + %s"
                " WHERE room_id = %s RETURNING seq, number",
                [count, count, room_id],
            )
            row = cursor.fetchone()
        if row is None:
            raise RoomHead.DoesNotExist(room_id)
        return row[0], row[1]

    def take_change(self, room_id: int) -> int:
        """The next `seq` for a change of a message that is there already."""
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE rooms_roomhead SET seq = seq + 1 WHERE room_id = %s RETURNING seq",
                [room_id],
            )
            row = cursor.fetchone()
        if row is None:
            raise RoomHead.DoesNotExist(room_id)
        return int(row[0])

    def lock_all(self, room_ids: Iterable[int]) -> None:
        """The same of several rooms; ascending, because two processes that take the same rooms in
        other orders deadlock. SQLite's transactions hold everything anyway."""
        if connection.features.has_select_for_update:
            heads = self.select_for_update().filter(room_id__in=list(room_ids))
            list(heads.order_by("room_id").values_list("room_id"))

    def lock(self, room_id: int) -> "RoomHead":
        """Holds the room's changes until the transaction ends."""
        return self.select_for_update().get(room_id=room_id)


class RoomHead(models.Model):
    """A room's counters, in a row of their own so that no stale save of a room can write them
    back."""

    room = models.OneToOneField(
        Room, on_delete=models.CASCADE, primary_key=True, related_name="head"
    )
    seq = models.BigIntegerField(default=0)  # the last change's number
    number = models.BigIntegerField(default=0)  # how many messages were posted

    objects = RoomHeadQuerySet.as_manager()

    class Meta:
        verbose_name = _("room's counter")
        verbose_name_plural = _("rooms' counters")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(number__gte=0, seq__gte=models.F("number")),
                name="head_counts_every_message",
            )
        ]

    def __str__(self) -> str:
        return f"{self.room_id}@{self.seq}"


def _new_epoch() -> str:
    return secrets.token_hex(8)


class Site(models.Model):
    """The one row about the site. A restored backup gets a new `epoch`, so that no client resumes
    across it."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    epoch = models.CharField(max_length=32, default=_new_epoch)

    class Meta:
        verbose_name = _("site")
        verbose_name_plural = _("sites")
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="only_one_site")]

    def __str__(self) -> str:
        return self.epoch

    @classmethod
    def current_epoch(cls) -> str:
        """The epoch; the first caller makes it."""
        return cls.objects.get_or_create(pk=1)[0].epoch

    @classmethod
    def renew_epoch(cls) -> str:
        """A new epoch, from now on the site's."""
        return cls.objects.update_or_create(pk=1, defaults={"epoch": _new_epoch()})[0].epoch
