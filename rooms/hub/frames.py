"""One event's texts, each made at most once however many sockets get it."""

import json
import re
from collections.abc import Sequence
from typing import Literal, Protocol

from rooms.events import Event
from rooms.wire import text_frame

Form = Literal["json", "html"]

_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


class Frame:
    """A text, its size in bytes and, once it is asked for, the frame on the wire."""

    __slots__ = ("_wire", "size", "text")

    def __init__(self, text: str, size: int | None = None) -> None:
        self.text = text
        self.size = len(text.encode()) if size is None else size
        self._wire: bytes | None = None

    @property
    def wire(self) -> bytes:
        if self._wire is None:
            self._wire = text_frame(self.text)
        return self._wire


class Delivery(Protocol):
    """What a socket is handed at once: one frame or several, in its form."""

    def forms(self, form: Form, language: str) -> Sequence[Frame]:
        """In order; `language` matters to HTML alone."""

    def wire(self, form: Form, language: str) -> bytes:
        """The same, as they go over the wire."""


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
            made = self._made[key] = Frame(text)
        return made

    def forms(self, form: Form, language: str) -> Sequence[Frame]:
        return (self.form(form, language),)

    def wire(self, form: Form, language: str) -> bytes:
        return self.form(form, language).wire


class Joined:
    """Several events for the same sockets, which go out in one piece."""

    __slots__ = ("_wires", "parts")

    def __init__(self, events: Sequence[Frames]) -> None:
        self.parts = events
        self._wires: dict[str, bytes] = {}

    def forms(self, form: Form, language: str) -> Sequence[Frame]:
        return [frames.form(form, language) for frames in self.parts]

    def wire(self, form: Form, language: str) -> bytes:
        key = "" if form == "json" else language
        made = self._wires.get(key)
        if made is None:
            made = b"".join(frames.wire(form, language) for frames in self.parts)
            self._wires[key] = made
        return made


def as_json(event: Event) -> str:
    """The event's JSON frame. An echo may hold lone surrogates, which UTF-8 has no place for.

    They alone are escaped: an echo that is all escapes would be six times as long as what came.
    """
    text = json.dumps(event.public(), separators=(",", ":"), ensure_ascii=False)
    if event.key != "pong":
        return text
    return _LONE_SURROGATE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
