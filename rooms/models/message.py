"""Messages and what people put on them."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from rooms.models.room import Room


class MessageQuerySet(models.QuerySet["Message"]):
    def with_payload(self) -> "MessageQuerySet":
        """With everything that its public form needs, in three queries whatever their number."""
        return self.select_related("author", "room", "reply_to__author").prefetch_related(
            models.Prefetch(
                "reactions", queryset=Reaction.objects.select_related("user").order_by("pk")
            )
        )


class Message(models.Model):
    """What somebody wrote. `seq` places it for ever; `changed_seq` numbers its last change."""

    room = models.ForeignKey(
        Room, on_delete=models.PROTECT, related_name="messages", verbose_name=_("room")
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="messages",
        verbose_name=_("author"),
    )
    seq = models.BigIntegerField(_("place"))
    changed_seq = models.BigIntegerField()
    number = models.BigIntegerField()  # dense: the room's nth message
    client_id = models.CharField(max_length=64, null=True, blank=True)
    # Of room, text and reply_to as first sent: tells an honest resend from a conflict after an edit
    # too.
    posted_digest = models.CharField(max_length=64)
    content = models.TextField(_("text"), blank=True)
    html = models.TextField(blank=True)  # the content, rendered once
    # Shown under its author's message before it, without a head of its own; decided at posting.
    follows = models.BooleanField(default=False)
    reply_to = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="replies",
        verbose_name=_("answers"),
    )
    created_at = models.DateTimeField(_("posted"), default=timezone.now)
    edited_at = models.DateTimeField(_("edited"), null=True, blank=True)
    deleted_at = models.DateTimeField(_("deleted"), null=True, blank=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        constraints = [
            models.UniqueConstraint(fields=["room", "seq"], name="one_message_a_seq"),
            models.UniqueConstraint(fields=["room", "number"], name="one_message_a_number"),
            models.UniqueConstraint(
                fields=["author", "client_id"],
                condition=Q(client_id__isnull=False),
                name="one_message_a_client_id",
            ),
            models.CheckConstraint(
                condition=Q(changed_seq__gte=F("seq"), seq__gte=F("number"), number__gte=1),
                name="message_numbers_agree",
            ),
            models.CheckConstraint(
                condition=Q(deleted_at__isnull=True) | Q(content="", html=""),
                name="deleted_messages_are_empty",
            ),
        ]
        indexes = [
            models.Index(
                fields=["room", "changed_seq"],
                condition=Q(changed_seq__gt=F("seq")),
                name="changed_messages",
            )
        ]

    def __str__(self) -> str:
        return f"{self.room_id}/{self.seq}"

    @property
    def is_deleted(self) -> bool:
        return self.deleted_at is not None


class Reaction(models.Model):
    """One person's emoji on one message."""

    message = models.ForeignKey(
        Message, on_delete=models.CASCADE, related_name="reactions", verbose_name=_("message")
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="reactions",
        verbose_name=_("person"),
    )
    emoji = models.CharField(_("emoji"), max_length=64)
    created_at = models.DateTimeField(_("made"), default=timezone.now)

    class Meta:
        verbose_name = _("reaction")
        verbose_name_plural = _("reactions")
        constraints = [
            models.UniqueConstraint(
                fields=["message", "user", "emoji"], name="one_reaction_of_a_kind"
            )
        ]

    def __str__(self) -> str:
        return self.emoji
