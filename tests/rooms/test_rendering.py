"""The seam that text passes before it is stored."""

import pytest
from pytest_django import Settings

from rooms.refusals import BadText, Empty, TooLong
from rooms.rendering import check_characters, render_content, shows_something


@pytest.mark.parametrize(
    ("content", "html"),
    [
        ("hello", "hello"),
        ("<script>alert('x')</script>", "&lt;script&gt;alert(&#x27;x&#x27;)&lt;/script&gt;"),
        ('" & <', "&quot; &amp; &lt;"),
        ("&amp;", "&amp;amp;"),
        ("one\ntwo", "one\ntwo"),
        (" spaces stay ", " spaces stay "),
        ("{{ settings.SECRET_KEY }} {% debug %}", "{{ settings.SECRET_KEY }} {% debug %}"),
        ("👩\u200d👧 é e\u0301 \u202eabc", "👩\u200d👧 é e\u0301 \u202eabc"),
        ("x" * 4000, "x" * 4000),
        ("👋" * 4000, "👋" * 4000),
        (".", "."),
        ("\U0010ffff.", "\U0010ffff."),
    ],
    ids=lambda value: ascii(value)[:20],
)
def test_text_is_escaped_and_otherwise_kept_as_written(content: str, html: str) -> None:
    rendered = render_content(content)

    assert rendered == html


@pytest.mark.parametrize("content", ["\x00", "a\x00b", "\ud800", "a\udfff", "\udc00\ud800"])
def test_what_no_database_stores_is_refused(content: str) -> None:
    with pytest.raises(BadText):
        render_content(content)
    with pytest.raises(BadText):
        check_characters(content)


@pytest.mark.parametrize("content", ["", " ", "\n\t", "\u00a0\u2003", "\u200b\u200d\ufeff", "\x07"])
def test_what_shows_nothing_is_empty(content: str) -> None:
    assert not shows_something(content)
    with pytest.raises(Empty):
        render_content(content)


def test_the_limit_counts_characters_and_can_be_set(settings: Settings) -> None:
    with pytest.raises(TooLong):
        render_content("x" * 4001)
    with pytest.raises(TooLong):
        render_content(" " * 4001)
    settings.MAX_CONTENT = 3
    assert render_content("👋👋👋") == "👋👋👋"
    with pytest.raises(TooLong):
        render_content("👋👋👋👋")
