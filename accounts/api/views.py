"""The five endpoints' views: djoser's and simplejwt's, with only what is asked for left open."""

from collections.abc import Callable
from typing import Any

from django.db import InterfaceError, OperationalError
from djoser.views import UserViewSet
from rest_framework import status
from rest_framework.exceptions import APIException, Throttled
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView, exception_handler
from rest_framework_simplejwt.views import (
    TokenObtainPairView,
    TokenRefreshView,
    TokenVerifyView,
)

from accounts.api.parsers import BoundedJSONParser
from accounts.api.serializers import RefreshSerializer, TokenPairSerializer, VerifySerializer
from accounts.away import STORAGE_AWAY, log_away
from accounts.throttle import TooMany


class StorageAway(APIException):
    """The database does not answer."""

    status_code = status.HTTP_503_SERVICE_UNAVAILABLE
    default_detail = {"detail": STORAGE_AWAY, "code": "storage_unavailable"}


class _Door(APIView):
    # What the five have in common. A docstring here would stand in the OpenAPI document.
    parser_classes = [BoundedJSONParser]
    # Without OPTIONS: REST framework would tell fields and limits, and nobody needs it.
    http_method_names = ["get", "head", "post", "patch"]

    def get_exception_handler(self) -> Callable[[Exception, dict[str, Any]], Response | None]:
        # The rest of the API answers problem+json; these keep the bodies that their clients know.
        return exception_handler

    def handle_exception(self, exc: Exception) -> Response:
        if isinstance(exc, TooMany):
            exc = Throttled(wait=exc.wait)
        if not isinstance(exc, (OperationalError, InterfaceError)):
            return super().handle_exception(exc)
        response = super().handle_exception(StorageAway())
        log_away(self.request, response, exc)
        return response

    def finalize_response(
        self, request: Request, response: Response, *args: Any, **kwargs: Any
    ) -> Response:
        answer: Response = super().finalize_response(request, response, *args, **kwargs)
        # Tokens and addresses: no cache on the way may keep them.
        answer.headers["Cache-Control"] = "no-store"
        return answer


class PeopleView(_Door, UserViewSet):  # type: ignore[misc]  # djoser ships no types
    """Registering, and oneself."""

    def get_permissions(self) -> Any:
        # A method that is mapped to nothing is refused as such (405) before asking who it is.
        return super().get_permissions() if self.action in self.action_map.values() else []

    def me(self, request: Request, *args: Any, **kwargs: Any) -> Any:
        """Oneself. djoser answers HEAD with nothing at all, which is an error of the server."""
        if request.method == "HEAD":
            self.get_object = self.get_instance
            return self.retrieve(request, *args, **kwargs)
        return super().me(request, *args, **kwargs)


# Of djoser's many actions only these. APIView's annotation does not know view sets' mappings.
register = PeopleView.as_view({"post": "create"})  # type: ignore[call-arg]
me = PeopleView.as_view({"get": "me", "patch": "me"})  # type: ignore[call-arg]


class TokenPairView(_Door, TokenObtainPairView):
    """A pair of tokens for a name and its password."""

    serializer_class = TokenPairSerializer


class TokenRefresh(_Door, TokenRefreshView):
    """Another pair of tokens for a refresh token, which is good for this once."""

    serializer_class = RefreshSerializer


class TokenVerify(_Door, TokenVerifyView):
    """Whether a token would be accepted now."""

    serializer_class = VerifySerializer
