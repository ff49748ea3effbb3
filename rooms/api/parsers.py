"""JSON bodies: bounded, UTF-8, and read as strictly as a socket's frames."""

from collections.abc import Mapping
from typing import IO, Any

from django.conf import settings
from django.utils.translation import gettext as _
from rest_framework.parsers import BaseParser

from rooms.inputs import read_json
from rooms.refusals import BadJson, TooLong


class StrictJSONParser(BaseParser):
    """REST framework's own believes any charset, reads any size and falls over deep nesting."""

    media_type = "application/json"

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        body = stream.read(settings.MAX_FRAME + 1)
        if len(body) > settings.MAX_FRAME:
            raise TooLong(_("A body has at most %(count)s bytes.") % {"count": settings.MAX_FRAME})
        try:
            return read_json(body.decode("utf-8"))
        except UnicodeDecodeError:
            raise BadJson from None
