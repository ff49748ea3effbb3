"""The hook by which accounts announces that somebody has registered."""

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from accounts.models import User

# Called inside the transaction that makes the account.
listeners: "list[Callable[[User], None]]" = []


def announce_arrival(user: "User") -> None:
    """Lets the layers above give the new account what it starts with; their failure undoes it."""
    for listener in listeners:
        listener(user)
