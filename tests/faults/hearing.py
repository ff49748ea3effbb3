"""What a frame says, whichever form it came in: JSON, or the HTML of a browser's socket."""

import json
import re
from dataclasses import dataclass
from html import unescape
from typing import Any, get_args

from tests.faults.record import Kind, State, Way

KINDS: tuple[Kind, ...] = get_args(Kind.__value__)
_NAMES = frozenset({*KINDS, "ready", "reset", "ack", "error", "pong", "users", "beat"})

_ITEM = re.compile(
    r'<li class="msg" id="m(\d+)" data-id="\1" data-author="\d+" data-seq="(\d+)"'
    r' data-changed-seq="(\d+)"(?: data-client-id="([^"]*)")?'
)
# The title is the username where the person also has a name to be shown.
_AUTHOR = re.compile(r'<bdi class="author"(?: title="([^"]*)")?>([^<]*)</bdi>')
_TEXT = re.compile(r'<div class="prose" dir="auto">([^<]*)</div>')
_REACTION = re.compile(r' data-react="([^"]*)" data-by="([^"]*)"')
_GONE = '<p class="gone">'
_FRAME = re.compile(r'<data hidden data-frame="([a-z]+)"([^>]*)>')
_FACT = re.compile(r' data-([a-z-]+)(?:="([^"]*)")?')
_NUMBERS = frozenset({"id", "seq", "retry_after"})


@dataclass(frozen=True, slots=True)
class Heard:
    """A frame: its name in docs/protocol.md, and what it holds; of a message its `state`."""

    name: str
    told: dict[str, Any]
    state: State | None = None

    @property
    def number(self) -> int:
        """Up to which its reader has everything now ("Numbers"); 0 where a frame says nothing."""
        if self.state is not None:
            return self.state.seq if self.name == "message" else self.state.changed_seq
        return int(self.told["seq"]) if self.name == "ready" else 0


def hear(text: str, way: Way) -> Heard:
    return hear_html(text) if way == "html" else hear_json(text)


def hear_json(text: str) -> Heard:
    frame = json.loads(text)
    name = next((key for key in frame if key in _NAMES), "")
    told = frame.get(name)
    if name in KINDS:
        return Heard(name, {}, State.of(told))
    return Heard(name, told if isinstance(told, dict) else {"told": told})


def hear_html(text: str) -> Heard:
    """Edits and reactions look alike, and both are heard as `edited`."""
    if (item := _ITEM.search(text)) is not None:
        state = _state(text, item)
        if 'hx-target="#log"' in text:
            return Heard("message", {}, state)
        return Heard("deleted" if state.deleted else "edited", {}, state)
    frame = _FRAME.search(text)
    if frame is None:
        return Heard("", {})
    facts = {name.replace("-", "_"): unescape(value) for name, value in _FACT.findall(frame[2])}
    told = {name: int(value) if name in _NUMBERS else value for name, value in facts.items()}
    if "duplicate" in told:
        told["duplicate"] = True
    return Heard(frame[1], told)


def is_for_me(text: str, way: Way) -> bool:
    """Whether a frame is its receiver's own, and no news of the room; a cheap look."""
    if way == "html":
        return text.startswith("<data hidden data-frame=")
    return text.startswith(('{"ack"', '{"error"', '{"ready"', '{"reset"', '{"pong"'))


def _state(text: str, item: re.Match[str]) -> State:
    author, words = _AUTHOR.search(text), _TEXT.search(text)
    assert author is not None, text
    deleted = _GONE in text
    assert deleted == (words is None), text
    return State(
        int(item[1]),
        int(item[2]),
        int(item[3]),
        unescape(author[1] or author[2]),
        None if item[4] is None else unescape(item[4]),
        "" if words is None else unescape(words[1]),
        deleted,
        tuple(
            sorted(
                (unescape(emoji), name)
                for emoji, names in _REACTION.findall(text)
                for name in unescape(names).split(" ")
            )
        ),
    )
