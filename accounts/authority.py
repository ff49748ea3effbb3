"""The one hook by which accounts announces that a person's authority was lost."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from django.db import transaction

if TYPE_CHECKING:
    from accounts.models import User

# Called after commit with the person's id, the session's key when only that session ended, and the
# session's key that stays when all others end.
Listener = Callable[[int, str | None, str | None], None]
listeners: list[Listener] = []


def authority_lost(
    user: "User", *, session: str | None = None, except_session: str | None = None
) -> None:
    """Tells the listeners, once the transaction has committed, that `user` may no longer.

    With `session` only that login ended (log out); with `except_session` every other one did
    (password change); with neither, all (deactivation).
    """
    person = user.pk

    def announce() -> None:
        for listener in listeners:
            listener(person, session, except_session)

    transaction.on_commit(announce)
