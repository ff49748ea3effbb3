"""JSON bodies, read as strictly as a socket's frames and refused in the same words."""

from typing import Any

from django.utils.translation import gettext as _

from accounts.api.parsers import BoundedJSONParser
from rooms.inputs import read_json
from rooms.refusals import BadJson, TooLong


class StrictJSONParser(BoundedJSONParser):
    """The bounded parser with the refusals of rooms."""

    def read(self, text: str) -> Any:
        """The value. Raises BadJson."""
        return read_json(text)

    def too_long(self, limit: int) -> Exception:
        return TooLong(_("A body has at most %(count)s bytes.") % {"count": limit})

    def not_json(self) -> Exception:
        return BadJson()
