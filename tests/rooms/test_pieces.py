"""Messages' pieces: every value in its place and escaped, whatever shape was made first."""

import itertools
import re
from typing import Any, cast

import pytest
from django.utils import translation

from rooms.payloads import MessagePayload
from rooms.pieces import message_html


def message(**changed: Any) -> MessagePayload:
    user = {"id": 17, "username": "ada", "display_name": "Ada"}
    made: dict[str, Any] = {
        "id": 12, "room": "general", "seq": 55, "changed_seq": 66, "number": 5, "user": user,
        "content": "hi", "created_at": "2026-11-22T14:05:09.120Z", "edited_at": None,
        "deleted": False, "reply_to": None, "reactions": {}, "client_id": None,
    }  # fmt: skip
    return cast(MessagePayload, {**made, **changed})


def test_each_value_stands_in_its_place() -> None:
    html = message_html(message(), "hi <b>", client_id="c-1", follows=True)

    for part in (
        'id="m12" data-id="12" data-author="17" data-seq="55" data-changed-seq="66"',
        'data-client-id="c-1" data-follow tabindex',
        'data-hue="7" aria-hidden="true">A</span>',
        'title="ada">Ada</bdi>',
        '<time datetime="2026-11-22T14:05Z">14:05 UTC</time>',
        '<div class="prose" dir="auto">hi <b></div>',
        'href="/rooms/general/?reply_to=12#composer"',
    ):
        assert part in html, part


def test_two_of_one_shape_share_nothing_but_the_shape() -> None:
    first = message_html(message(), "one")
    second = message_html(message(id=13, room="hall", user={**message()["user"], "id": 4}), "two")

    assert "one" not in second
    assert 'id="m13" data-id="13" data-author="4"' in second
    assert "/rooms/hall/" in second
    assert "general" not in second
    assert first == message_html(message(), "one")


def test_names_are_escaped() -> None:
    user = {"id": 1, "username": "ada", "display_name": "<b>&\"'"}
    reply = {"id": 3, "seq": 1}
    html = message_html(message(user=user, reply_to=reply), "", reply_author="<i>x</i>")

    assert ">&lt;b&gt;&amp;&quot;&#x27;</bdi>" in html
    assert "<b>&lt;i&gt;x&lt;/i&gt;</b>" in html
    assert 'data-jump="m3"' in html


@pytest.mark.parametrize("mark", ["\ue000name\ue001", "\ue000html\ue001", "%(x)s{{ x }}"])
def test_what_looks_like_a_hole_is_text(mark: str) -> None:
    user = {"id": 1, "username": "ada", "display_name": mark}
    html = message_html(message(user=user), f"text {mark}")

    assert f">{mark}</bdi>" in html
    assert f">text {mark}</div>" in html


def test_every_shape_is_whole() -> None:
    names = [{"id": 17, "username": "ada", "display_name": name} for name in ("", "Ada")]
    replies = [None, {"id": 3, "seq": 1}]
    reactions = [{}, {"👍": ["bob", "cy"], "🎉": [f"u{number}" for number in range(25)]}]
    edits = [None, "2026-11-22T15:00:00.000Z"]
    shapes = itertools.product(names, replies, reactions, edits, (False, True), (False, True))
    for user, reply, reacted, edited, deleted, follows in shapes:
        shown = message(
            user=user, reply_to=reply, reactions={} if deleted else reacted, edited_at=edited,
            deleted=deleted,
        )  # fmt: skip
        html = message_html(shown, "words", reply_author="Bob", follows=follows)

        assert not re.search("[\ue000\ue001]", html)
        assert ("words" in html) is not deleted
        assert ("was deleted" in html) is deleted
        assert ("answers <b>Bob</b>" in html) is (reply is not None and not deleted)
        assert ('title="ada"' in html) is (user["display_name"] != "")
        assert html.count(">edited<") == (edited is not None and not deleted)
        assert html.count('class="react"') == (0 if deleted else len(reacted))
        assert html.startswith("<li ")
        assert html.rstrip().endswith("</li>")


def test_each_language_has_parts_of_its_own() -> None:
    with translation.override("en"):
        english = message_html(message(edited_at="2026-11-22T15:00:00.000Z"), "hi")
    with translation.override("de"):
        message_html(message(edited_at="2026-11-22T15:00:00.000Z"), "hi")
    with translation.override("en"):
        assert message_html(message(edited_at="2026-11-22T15:00:00.000Z"), "hi") == english
