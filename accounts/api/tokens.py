"""Tokens that come from outside: whatever is in them, the worst answer is 401."""

from typing import Any

from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from rest_framework_simplejwt.exceptions import AuthenticationFailed, InvalidToken, TokenError
from rest_framework_simplejwt.settings import api_settings
from rest_framework_simplejwt.token_blacklist.models import BlacklistedToken
from rest_framework_simplejwt.tokens import Token
from rest_framework_simplejwt.utils import get_md5_hash_password

from accounts.models import User

MAX_TOKEN = 4_096
# What the libraries let through: times beyond any calendar, deeply nested headers, odd claims.
_ODD = (ArithmeticError, LookupError, OSError, RecursionError, TypeError, ValueError)


def read_token[T: Token](kind: type[T], raw: Any) -> T:
    """A token of that kind with a good signature, in its time and not blacklisted.

    Raises TokenError for everything else.
    """
    if isinstance(raw, bytes):
        raw = raw.decode("ascii", errors="replace")
    if not isinstance(raw, str) or len(raw) > MAX_TOKEN:
        raise TokenError(_("Token is invalid"))
    try:
        # simplejwt's annotation asks for a token where it reads the encoded text.
        token = kind(raw)  # type: ignore[arg-type]
        number_of(token.payload)
    except _ODD:
        raise TokenError(_("Token is invalid")) from None
    return token


def number_of(payload: dict[str, Any]) -> int:
    """The person's number in a token's claims. Raises TokenError."""
    number = str(payload.get(api_settings.USER_ID_CLAIM, ""))
    if not number.isdecimal():
        raise TokenError(_("Token contained no recognizable user identification"))
    return int(number)


def person_of(token: Token) -> User:
    """Whose token it is: active, and with the password that they had when it was made.

    Raises AuthenticationFailed (401).
    """
    person = User.objects.filter(pk=number_of(token.payload)).first()
    if person is None:
        raise AuthenticationFailed(_("User not found"), code="user_not_found")
    if not person.is_active:
        raise AuthenticationFailed(_("User is inactive"), code="user_inactive")
    stamp = str(token.get(api_settings.REVOKE_TOKEN_CLAIM, ""))
    if not constant_time_compare(
        stamp.encode(errors="replace"), get_md5_hash_password(person.password)
    ):
        raise AuthenticationFailed(
            _("The user's password has been changed."), code="password_changed"
        )
    return person


def require_unspent(token: Token) -> None:
    """Raises TokenError for a refresh token that was used already."""
    if BlacklistedToken.objects.filter(token__jti=str(token[api_settings.JTI_CLAIM])).exists():
        raise TokenError(_("Token is blacklisted"))


def refuse_token(refusal: TokenError) -> InvalidToken:
    """The answer (401) for a token that could not be read."""
    return InvalidToken(str(refusal))
