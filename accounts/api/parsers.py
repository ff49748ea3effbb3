"""JSON bodies: UTF-8, of a bounded size, and never a 500."""

import json
from collections.abc import Mapping
from typing import IO, Any

from django.conf import settings
from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser


class BoundedJSONParser(BaseParser):
    """REST framework's parser believes any charset, reads any size and falls over deep nesting."""

    media_type = "application/json"

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        limit = self.limit()
        try:
            body = stream.read(limit + 1)
        except ValueError:
            # Closed while it was read: the request was given up, and nobody hears the answer.
            raise self.not_json() from None
        if len(body) > limit:
            raise self.too_long(limit)
        try:
            return self.read(body.decode("utf-8"))
        except (ValueError, RecursionError):
            raise self.not_json() from None

    def limit(self) -> int:
        """Bytes."""
        return int(settings.MAX_FRAME)

    def read(self, text: str) -> Any:
        """The value. Raises ValueError or RecursionError."""
        return json.loads(text, parse_constant=_refuse_constant)

    def too_long(self, limit: int) -> Exception:
        return ParseError(_("That is too long."))

    def not_json(self) -> Exception:
        return ParseError(_("That is not JSON."))


def _refuse_constant(name: str) -> None:
    # NaN and the infinities are JavaScript, not JSON.
    raise ValueError(name)
