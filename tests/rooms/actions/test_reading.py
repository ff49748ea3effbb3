"""When one last read on."""

import pytest
from django.utils import timezone

from accounts.models import User
from rooms.actions.memberships import move_read_position
from rooms.actions.messages import post_message
from rooms.models import Membership, Room

pytestmark = pytest.mark.django_db(transaction=True)


def test_when_one_last_read_on_is_kept(ada: User, bob: User, general: Room) -> None:
    for words in ("one", "two"):
        post_message(bob, general, words)
    assert Membership.objects.get(user=ada).read_at is None

    start = timezone.now()
    first = move_read_position(ada, general, 1).read_at
    assert first is not None
    assert start <= first <= timezone.now()
    assert move_read_position(ada, general, 1).read_at == first
    second = move_read_position(ada, general, 2).read_at
    assert second is not None
    assert second > first
    assert Membership.objects.get(user=ada).read_at == second
