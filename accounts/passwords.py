"""What a password may be, looked at before anything is hashed."""

from typing import TYPE_CHECKING

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from accounts.models import User

MAX_PASSWORD = 1_000


def check_password(password: str, user: "User") -> None:
    """Raises ValidationError for a password that cannot be hashed or is easily guessed."""
    if len(password) > MAX_PASSWORD:
        raise ValidationError(_("At most 1,000 characters."), "too_long")
    if "\0" in password or any("\ud800" <= letter <= "\udfff" for letter in password):
        raise ValidationError(_("It holds characters that cannot be typed."), "bad_text")
    validate_password(password, user)
