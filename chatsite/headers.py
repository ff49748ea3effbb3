"""Response headers that Django does not set by itself."""

from collections.abc import Callable
from wsgiref.headers import Headers

from django.http import HttpRequest, HttpResponseBase


class SecurityHeaders:
    """Adds the headers of docs/protocol.md to every response and keeps signed-in pages out of
    caches."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        # What Django's own middlewares set is there already, save where one of them has answered
        # or refused before the next was asked: for a wrong Host, or a missing slash.
        for name, value in STATIC_HEADERS.items():
            response.headers.setdefault(name, value)
        user = getattr(request, "user", None)
        if user is not None and user.is_authenticated:
            response.headers["Cache-Control"] = "no-store"
        return response


def add_static_headers(headers: Headers, path: str, url: str) -> None:
    """WhiteNoise's hook: the headers that the middleware gives to every other response."""
    for name, value in STATIC_HEADERS.items():
        headers[name] = value


STATIC_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "X-Frame-Options": "DENY",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}
