"""The five endpoints' views: djoser's and simplejwt's, with only what is asked for left open."""

from collections.abc import Callable
from typing import Any

from djoser.views import UserViewSet
from rest_framework.exceptions import Throttled
from rest_framework.response import Response
from rest_framework.views import APIView, exception_handler
from rest_framework_simplejwt.views import (
    TokenObtainPairView,
    TokenRefreshView,
    TokenVerifyView,
)

from accounts.api.parsers import BoundedJSONParser
from accounts.api.serializers import RefreshSerializer, TokenPairSerializer, VerifySerializer
from accounts.throttle import TooMany


class _Door(APIView):
    """What the five have in common: how bodies are read and how refusals look."""

    parser_classes = [BoundedJSONParser]

    def get_exception_handler(self) -> Callable[[Exception, dict[str, Any]], Response | None]:
        # The rest of the API answers problem+json; these keep the bodies that their clients know.
        return exception_handler

    def handle_exception(self, exc: Exception) -> Response:
        if isinstance(exc, TooMany):
            exc = Throttled(wait=exc.wait)
        return super().handle_exception(exc)


class PeopleView(_Door, UserViewSet):
    """Registering and oneself. urls.py maps two of djoser's many actions."""


class TokenPairView(_Door, TokenObtainPairView):
    serializer_class = TokenPairSerializer


class TokenRefresh(_Door, TokenRefreshView):
    serializer_class = RefreshSerializer


class TokenVerify(_Door, TokenVerifyView):
    serializer_class = VerifySerializer
