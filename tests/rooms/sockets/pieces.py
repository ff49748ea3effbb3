"""Reads the HTML frames: which are pieces, and the facts in their `data-` attributes."""

import re
from typing import Any


def is_piece(frame: Any) -> bool:
    """Whether the frame carries a message."""
    return isinstance(frame, str) and "data-changed-seq=" in frame


def facts_of(frame: str) -> dict[str, str]:
    """The first of each `data-` attribute in a frame."""
    facts: dict[str, str] = {}
    for name, value in re.findall(r'\bdata-([a-z-]+)="([^"]*)"', frame):
        facts.setdefault(name, value)
    return facts
