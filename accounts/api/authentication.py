"""`Authorization: Bearer <access>`: the API's one way to tell who is asking."""

from rest_framework_simplejwt.authentication import JWTAuthentication
from rest_framework_simplejwt.exceptions import TokenError
from rest_framework_simplejwt.tokens import AccessToken, Token

from accounts.api.tokens import person_of, read_token, refuse_token
from accounts.models import User


class BearerAuthentication(JWTAuthentication):
    """simplejwt's, except that an odd token is always a 401 and never a 500."""

    def get_validated_token(self, raw_token: bytes) -> Token:
        try:
            return read_token(AccessToken, raw_token)
        except TokenError as refusal:
            raise refuse_token(refusal) from None

    def get_user(self, validated_token: Token) -> User:  # type: ignore[override]  # a variable of theirs
        return person_of(validated_token)
