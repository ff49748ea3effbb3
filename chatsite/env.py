"""Typed readers of environment variables; a value that cannot be meant stops the start."""

import os
from pathlib import Path
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

_TRUE = {"1", "true", "yes", "on"}
_FALSE = {"0", "false", "no", "off", ""}


def text(name: str, default: str) -> str:
    """The variable's text without surrounding space, or `default` when unset or empty."""
    return os.environ.get(name, "").strip() or default


def boolean(name: str, default: bool) -> bool:
    """1/true/yes/on or 0/false/no/off, in any case."""
    if name not in os.environ:
        return default
    value = os.environ[name].strip().lower()
    if value in _TRUE:
        return True
    if value in _FALSE:
        return False
    raise ImproperlyConfigured(f"{name}={value!r} is neither on nor off.")


def integer(name: str, default: int, *, at_least: int, at_most: int) -> int:
    """A whole number within the two bounds, both allowed."""
    value = text(name, str(default))
    try:
        number = int(value)
    except ValueError:
        raise ImproperlyConfigured(f"{name}={value!r} is not a whole number.") from None
    if not at_least <= number <= at_most:
        raise ImproperlyConfigured(f"{name}={number} is not within {at_least} and {at_most}.")
    return number


def folder(name: str, default: Path) -> Path:
    """An absolute path; `~` is expanded and a relative one starts at the working folder."""
    return Path(text(name, str(default))).expanduser().resolve()


def words(name: str) -> list[str]:
    """A list written with commas; empty when unset."""
    return [word.strip() for word in os.environ.get(name, "").split(",") if word.strip()]


def url(name: str, *, schemes: tuple[str, ...]) -> str:
    """A URL with one of `schemes` and a host, without a trailing slash; empty when unset."""
    value = text(name, "")
    if not value:
        return ""
    parts = urlsplit(value)
    if parts.scheme not in schemes or not parts.netloc:
        wanted = " or ".join(f"{scheme}://…" for scheme in schemes)
        raise ImproperlyConfigured(f"{name} is not a URL of the form {wanted}.")
    return value.rstrip("/")
