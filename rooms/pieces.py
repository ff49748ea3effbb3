"""The HTML of messages, by a template that is run once for each shape of message and language.

A message's template costs as much as storing the message; what differs between two messages of one
shape (with a reply or without, edited or not …) is only what is filled in.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from django.template.loader import render_to_string
from django.urls import get_script_prefix, reverse
from django.utils import translation
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString

from rooms.payloads import MessagePayload

TEMPLATE = "rooms/_message.html"
REACTIONS = "rooms/_reactions.html"

# A hole is made of characters that no text has a meaning for. They are looked for in the template's
# output alone, never in what is filled in.
_HOLE = re.compile("\ue000([a-z_]+)\ue001")
_NUMBER = 987_654_321_012


def message_html(
    message: MessagePayload,
    rendered: str,
    *,
    reply_author: str = "",
    follows: bool = False,
    client_id: str | None = None,
) -> SafeString:
    """One message in the language that is active, the same for every viewer.

    `rendered` is what `rendering.render_content` made of its text; `client_id` stands in frames
    alone, where its sender waits for it.
    """
    values = _values(message, rendered, reply_author)
    values["client_id"] = client_id or ""
    shape = frozenset(name for name, value in values.items() if value)
    facts = frozenset(
        fact
        for fact, holds in (
            ("deleted", message["deleted"]),
            ("edited", message["edited_at"]),
            ("follows", follows),
        )
        if holds
    )
    pieces = []
    for text, name in _parts(shape, facts, translation.get_language()):
        pieces.append(text)
        if name:
            pieces.append(conditional_escape(values[name]))
    return SafeString("".join(pieces))


def _values(message: MessagePayload, rendered: str, reply_author: str) -> dict[str, Any]:
    user, reply = message["user"], message["reply_to"]
    name = user["display_name"] or user["username"]
    room, before, behind = _addresses(message["room"], get_script_prefix())
    address = f"{before}{message['id']}{behind}"
    return {
        "id": str(message["id"]),
        "seq": str(message["seq"]),
        "changed_seq": str(message["changed_seq"]),
        "author_id": str(user["id"]),
        "hue": str(user["id"])[-1],
        "initial": name[0].upper(),
        "name": name,
        "username": user["username"] if user["display_name"] else "",
        "written": message["created_at"][:16],
        "time": message["created_at"][11:16],
        "room_address": room,
        "address": address,
        "reply_id": str(reply["id"]) if reply else "",
        "reply_address": f"{before}{reply['id']}{behind}" if reply else "",
        "reply_author": reply_author if reply else "",
        # Made by `rendering.render_content`, the one place that escapes.
        "html": SafeString(rendered),
        "reactions": _reactions(message["reactions"], address),
    }


def _reactions(reactions: Mapping[str, list[str]], address: str) -> str:
    if not reactions:
        return ""
    return render_to_string(REACTIONS, {"reactions": reactions, "address": address})


@lru_cache(1000)
def _addresses(room: str, _prefix: str) -> tuple[str, str, str]:
    """The room's, and what stands before and behind the number in a message's."""
    before, _number, behind = reverse("message", args=[room, _NUMBER]).rpartition(str(_NUMBER))
    return reverse("room", args=[room]), before, behind


@lru_cache(1000)
def _parts(
    shape: frozenset[str], facts: frozenset[str], _language: str | None
) -> tuple[tuple[str, str], ...]:
    """The template's output as texts, each with the name of what follows it; the last with none."""
    holes = {name: SafeString(f"\ue000{name}\ue001") for name in shape}
    made = render_to_string(TEMPLATE, {**holes, **dict.fromkeys(facts, True)}).strip()
    texts = [*_HOLE.split(made), ""]
    return tuple(zip(texts[::2], texts[1::2], strict=True))
