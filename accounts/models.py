"""People."""

from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, PermissionsMixin
from django.contrib.auth.models import UserManager as DjangoUserManager
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.names import check_username, normalise_username


class UserManager(DjangoUserManager["User"]):
    """Finds people by name whatever its case and width."""

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(username=normalise_username(username or ""))


class User(AbstractBaseUser, PermissionsMixin):
    """A person or, later, a bot. The name is stored normalised; the display name is free text."""

    username = models.CharField(
        _("name"),
        max_length=40,
        unique=True,
        validators=[check_username],
        error_messages={"unique": _("That name is taken.")},
    )
    display_name = models.CharField(_("display name"), max_length=60, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    is_staff = models.BooleanField(_("administrator"), default=False)
    is_active = models.BooleanField(_("active"), default=True)
    date_joined = models.DateTimeField(_("joined"), default=timezone.now)

    objects = UserManager()

    EMAIL_FIELD = "email"
    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")

    def __str__(self) -> str:
        return self.username

    @classmethod
    def normalize_username(cls, username: str | None) -> str:
        """What Django's own ways of making accounts (forms, `createsuperuser`) call."""
        return normalise_username(username or "")

    def get_full_name(self) -> str:
        return self.display_name or self.username

    def get_short_name(self) -> str:
        return self.username


class Administrator(models.Model):
    """The one row that decides who came first: of any number at once exactly one makes it."""

    slot = models.PositiveSmallIntegerField(primary_key=True, default=1)
    user = models.OneToOneField(User, on_delete=models.PROTECT, verbose_name=_("person"))
    claimed_at = models.DateTimeField(_("claimed"), default=timezone.now)

    class Meta:
        verbose_name = _("first administrator")
        verbose_name_plural = _("first administrators")
        constraints = [
            models.CheckConstraint(condition=models.Q(slot=1), name="only_one_first_administrator")
        ]
