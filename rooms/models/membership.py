"""Who belongs to a room."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from rooms.models.room import Room


class MembershipQuerySet(models.QuerySet["Membership"]):
    def current(self) -> "MembershipQuerySet":
        """Those who have not left. A banned member is still one; access decides what that is
        worth."""
        return self.filter(left_at__isnull=True)


class Membership(models.Model):
    """A person's place in a room; it stays, marked, after they leave, with what they had read."""

    class Role(models.TextChoices):
        OWNER = "owner", _("owner")
        MODERATOR = "moderator", _("moderator")
        MEMBER = "member", _("member")
        READ_ONLY = "read_only", _("reader")

    room = models.ForeignKey(
        Room, on_delete=models.CASCADE, related_name="memberships", verbose_name=_("room")
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="memberships",
        verbose_name=_("person"),
    )
    role = models.CharField(_("role"), max_length=10, choices=Role.choices, default=Role.MEMBER)
    joined_at = models.DateTimeField(_("joined"), default=timezone.now)
    left_at = models.DateTimeField(_("left"), null=True, blank=True)
    banned_until = models.DateTimeField(_("banned until"), null=True, blank=True)
    read_seq = models.BigIntegerField(default=0)
    read_number = models.BigIntegerField(default=0)
    read_at = models.DateTimeField(null=True, blank=True)  # when the position last moved

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.UniqueConstraint(fields=["room", "user"], name="one_membership_a_person"),
            models.CheckConstraint(
                condition=models.Q(read_number__gte=0, read_seq__gte=models.F("read_number")),
                name="read_position_counts_messages",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.room_id}"

    @property
    def is_current(self) -> bool:
        return self.left_at is None

    @property
    def is_banned(self) -> bool:
        return self.banned_until is not None and self.banned_until > timezone.now()
