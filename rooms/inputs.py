"""JSON in, for REST and sockets: shapes are checked here, meaning in the actions."""

import json
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Self

from django.utils.translation import gettext as _

from rooms.refusals import BadFrame, BadJson

MAX_NUMBER = 2**53 - 1  # what JavaScript still counts exactly
_CLIENT_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_DIGITS = re.compile(r"[0-9]{1,16}")


def read_json(text: str | bytes) -> Any:
    """The value of a JSON text. Raises BadJson, also for what JSON has no word for and for depth
    without end."""
    try:
        return json.loads(text, parse_constant=_no_constant, parse_float=_finite)
    except (ValueError, RecursionError):
        raise BadJson from None


def _no_constant(name: str) -> Any:
    raise ValueError(name)


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise ValueError(digits)
    return number


# A typing notice waits no longer than for the one before it; in milliseconds.
MAX_AGO = 3_500


def number(value: Any) -> int:
    """A whole number from 0 on that JavaScript can count. Raises BadFrame."""
    if isinstance(value, str) and _DIGITS.fullmatch(value):
        value = int(value)  # a form's field
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MAX_NUMBER:
        raise BadFrame(_("That is not a number that was given out."))
    return value


def text(value: Any) -> str:
    """Raises BadFrame for anything but text."""
    if not isinstance(value, str):
        raise BadFrame(_("That is not text."))
    return value


def client_id(values: Mapping[str, Any]) -> str | None:
    """The command's `client_id`, when it has one. Raises BadFrame for a wrong one."""
    found = values.get("client_id")
    if found is None:
        return None
    if not isinstance(found, str) or not _CLIENT_ID.fullmatch(found):
        raise BadFrame(_("A client_id is 1 to 64 of A-Z, a-z, 0-9, dash and underscore."))
    return found


@dataclass(frozen=True, slots=True)
class PostInput:
    content: str
    reply_to: int | None = None

    @classmethod
    def read(cls, content: Any, options: Mapping[str, Any]) -> Self:
        answered = options.get("reply_to")
        return cls(text(content), None if answered in (None, "") else number(answered))


@dataclass(frozen=True, slots=True)
class EditInput:
    id: int
    content: str

    @classmethod
    def read(cls, value: Any, options: Mapping[str, Any]) -> Self:
        values = _nested(value, options)
        return cls(number(values.get("id")), text(values.get("content")))


@dataclass(frozen=True, slots=True)
class DeleteInput:
    id: int

    @classmethod
    def read(cls, value: Any, options: Mapping[str, Any]) -> Self:
        return cls(number(_nested(value, options).get("id")))


@dataclass(frozen=True, slots=True)
class ReactionInput:
    id: int
    emoji: str

    @classmethod
    def read(cls, value: Any, options: Mapping[str, Any]) -> Self:
        values = _nested(value, options)
        return cls(number(values.get("id")), text(values.get("emoji")))


@dataclass(frozen=True, slots=True)
class TypingInput:
    ago: int  # milliseconds since the last key

    @classmethod
    def read(cls, value: Any, options: Mapping[str, Any]) -> Self:
        if value not in (True, "true"):
            raise BadFrame
        ago = number(options.get("ago", 0))
        if ago > MAX_AGO:
            raise BadFrame
        return cls(ago)


@dataclass(frozen=True, slots=True)
class ReadInput:
    seq: int

    @classmethod
    def read(cls, value: Any, options: Mapping[str, Any]) -> Self:
        return cls(number(value))


@dataclass(frozen=True, slots=True)
class PingInput:
    echo: Any

    @classmethod
    def read(cls, value: Any, options: Mapping[str, Any]) -> Self:
        return cls(value)


Input = PostInput | EditInput | DeleteInput | ReactionInput | TypingInput | ReadInput | PingInput
Reader = Callable[[Any, Mapping[str, Any]], Input]


def _nested(value: Any, options: Mapping[str, Any]) -> Mapping[str, Any]:
    """`{"edit": {"id", …}}` as programs write it, or flat, as a form's fields come: `{"edit": id,
    …}`."""
    if isinstance(value, dict):
        return value
    if isinstance(value, str):
        return {**options, "id": value}
    raise BadFrame
