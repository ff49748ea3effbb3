"""Expected refusals: what an action or a lookup raises; each door translates them once."""

from typing import ClassVar

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise


class Refusal(Exception):
    """A request that was understood and refused. `code` is stable (docs/protocol.md), `detail` is
    for people."""

    code: ClassVar[str] = "forbidden"
    detail: StrOrPromise = _("You may not do that.")

    def __init__(
        self, detail: StrOrPromise | None = None, *, retry_after: int | None = None
    ) -> None:
        if detail is not None:
            self.detail = detail
        self.retry_after = retry_after  # seconds
        super().__init__(self.code)


class BadJson(Refusal):
    code = "bad_json"
    detail = _("That is not JSON.")


class BadFrame(Refusal):
    code = "bad_frame"
    detail = _("That is not a command.")


class Empty(Refusal):
    code = "empty"
    detail = _("There are no words in it.")


class TooLong(Refusal):
    code = "too_long"
    detail = _("That is too long.")


class BadText(Refusal):
    code = "bad_text"
    detail = _("That text holds characters that cannot be stored.")


class NotFound(Refusal):
    code = "not_found"
    detail = _("There is no such thing, or it is not yours to see.")


class Forbidden(Refusal):
    code = "forbidden"


class Banned(Forbidden):
    """Banned from a room that one may see: doors that stream close instead of answering."""

    detail = _("You are banned from this room.")


class Archived(Refusal):
    code = "archived"
    detail = _("This room is archived.")


class ReadOnly(Refusal):
    code = "read_only"
    detail = _("You may only read in this room.")


class RateLimited(Refusal):
    code = "rate_limited"
    detail = _("Too fast.")


class IdConflict(Refusal):
    code = "id_conflict"
    detail = _("That client_id was used for another message.")


class StorageUnavailable(Refusal):
    code = "storage_unavailable"
    detail = _("It could not be stored. Try again.")


class Internal(Refusal):
    """A fault of ours; it is in the log."""

    code = "internal"
    detail = _("Something went wrong here. Try again.")


class Taken(Refusal):
    """A name that somebody else has; only creation and renaming answer it."""

    code = "taken"
    detail = _("That name is taken.")


class BadFields(Refusal):
    """Fields that a form or a body got wrong: `errors` maps each to its messages."""

    code = "bad_fields"
    detail = _("Some fields are wrong.")

    def __init__(self, errors: dict[str, list[str]]) -> None:
        super().__init__()
        self.errors = errors
