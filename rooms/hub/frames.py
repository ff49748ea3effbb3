"""One event's texts, each made at most once however many sockets get it."""

import json
import re
from typing import Literal, NamedTuple

from rooms.events import Event

Form = Literal["json", "html"]

_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


class Frame(NamedTuple):
    """A text frame and its size in bytes on the wire."""

    text: str
    size: int


class Frames:
    """The forms of one event: JSON, and HTML per language in use."""

    __slots__ = ("_made", "event")

    def __init__(self, event: Event) -> None:
        self.event = event
        self._made: dict[str, Frame] = {}

    def form(self, form: Form, language: str) -> Frame:
        """The text for sockets of this form; `language` matters to HTML alone."""
        key = "" if form == "json" else language
        made = self._made.get(key)
        if made is None:
            text = self.event.html(language) if form == "html" else as_json(self.event)
            made = self._made[key] = Frame(text, len(text.encode()))
        return made


def as_json(event: Event) -> str:
    """The event's JSON frame. An echo may hold lone surrogates, which UTF-8 has no place for.

    They alone are escaped: an echo that is all escapes would be six times as long as what came.
    """
    text = json.dumps(event.public(), separators=(",", ":"), ensure_ascii=False)
    if event.key != "pong":
        return text
    return _LONE_SURROGATE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
