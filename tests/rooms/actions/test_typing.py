"""Telling that one types is held to the rules of posting."""

import pytest

from accounts.models import User
from rooms.actions.rooms import change_room, create_room
from rooms.actions.typing import announce_typing
from rooms.events import PersonTyping
from rooms.models import Membership, Room
from rooms.payloads import user_payload
from rooms.refusals import Archived, NotFound, ReadOnly
from tests.rooms.actions.conftest import Heard

pytestmark = pytest.mark.django_db(transaction=True)


def test_it_is_told_to_the_room(ada: User, general: Room, heard: Heard) -> None:
    announce_typing(ada, general, ago=1_500)

    assert heard == [(f"room.{general.pk}", PersonTyping(user_payload(ada), 1_500))]


def test_an_outsider_may_in_a_public_room_and_not_in_a_private_one(
    ada: User, eve: User, general: Room, heard: Heard
) -> None:
    den = create_room(ada, name="den", kind="private")

    announce_typing(eve, general)
    with pytest.raises(NotFound):
        announce_typing(eve, den)

    assert len(heard) == 1
    assert not Membership.objects.filter(user=eve).exists()


def test_readers_and_archived_rooms_tell_nothing(
    ada: User, bob: User, mod: User, lounge: Room, heard: Heard
) -> None:
    Membership.objects.filter(user=ada).update(role=Membership.Role.READ_ONLY)
    with pytest.raises(ReadOnly):
        announce_typing(ada, lounge)
    lounge = change_room(mod, lounge, archived=True)
    heard.clear()

    with pytest.raises(Archived):
        announce_typing(bob, lounge)

    assert heard == []
