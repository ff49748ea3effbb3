"""One event's texts, each made at most once however many sockets get it."""

import json
from typing import Literal, NamedTuple

from rooms.events import Event

Form = Literal["json", "html"]


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
    """The event's JSON frame. An echo may hold lone surrogates, so that everything is escaped."""
    return json.dumps(event.public(), separators=(",", ":"), ensure_ascii=event.key == "pong")
