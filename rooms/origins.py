"""From which pages a socket may be opened."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http.request import split_domain_port, validate_host


def header(scope: Mapping[str, Any], name: bytes) -> str | None:
    """The first header of this name (lower case), or None."""
    for key, value in scope["headers"]:
        if key == name:
            return str(value.decode("latin-1"))
    return None


def is_own_origin(scope: Mapping[str, Any]) -> bool:
    """Whether the Origin header is there and is the site's own scheme, host and port."""
    origin = header(scope, b"origin")
    if origin is None or _normal(origin) is None:
        return False
    if settings.CHAT_URL:
        return _normal(origin) == _normal(settings.CHAT_URL)
    host = header(scope, b"host") or ""
    domain, _port = split_domain_port(host)
    if not domain or not validate_host(domain, settings.ALLOWED_HOSTS):
        return False
    scheme = "https" if scope.get("scheme") in {"wss", "https"} else "http"
    return _normal(origin) == _normal(f"{scheme}://{host}")


def is_allowed_origin(scope: Mapping[str, Any]) -> bool:
    """For clients that show a token: no Origin at all, the site's own, or one in
    ALLOWED_ORIGINS."""
    origin = header(scope, b"origin")
    if origin is None or is_own_origin(scope):
        return True
    known = {_normal(allowed) for allowed in settings.ALLOWED_ORIGINS} - {None}
    return _normal(origin) in known


def _normal(origin: str) -> tuple[str, str, int | None] | None:
    try:
        parts = urlsplit(origin)
        port = parts.port or {"http": 80, "https": 443}.get(parts.scheme)
    except ValueError:
        return None
    if not parts.hostname:
        return None
    return parts.scheme, parts.hostname, port
