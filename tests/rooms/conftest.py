"""A room besides general, which may be renamed and archived."""

import pytest

from accounts.models import User
from rooms.actions.memberships import join_room
from rooms.actions.rooms import create_room
from rooms.models import Room


@pytest.fixture
def lounge(mod: User, ada: User, bob: User) -> Room:
    """A public room of mod's with ada and bob in it."""
    room = create_room(mod, name="lounge", title="Lounge")
    for user in (ada, bob):
        join_room(user, room)
    return room
