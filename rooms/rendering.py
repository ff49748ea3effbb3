"""The one seam that text passes before it is stored: checked, then made HTML."""

import unicodedata

from django.conf import settings
from django.utils.html import escape
from django.utils.translation import gettext as _

from rooms.refusals import BadText, Empty, TooLong


def render_content(content: str) -> str:
    """The HTML of a message's text, line breaks left to the style sheet.

    Raises BadText for what no database stores (NUL, lone surrogates), TooLong, and Empty for a text
    that shows nothing.
    """
    check_characters(content)
    if len(content) > settings.MAX_CONTENT:
        raise TooLong(_("At most %(count)s characters.") % {"count": settings.MAX_CONTENT})
    if not shows_something(content):
        raise Empty
    return str(escape(content))


def check_characters(text: str) -> None:
    """Raises BadText for NUL and for lone surrogates."""
    if "\x00" in text:
        raise BadText
    try:
        text.encode()
    except UnicodeEncodeError:
        raise BadText from None


def shows_something(text: str) -> bool:
    """Whether a reader would see any of it: spaces and control characters alone show nothing."""
    return any(unicodedata.category(character)[0] not in "ZC" for character in text)
