"""Which messages are shown under the one before them, as its author went on."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from rooms import history
from rooms.actions.messages import delete_message, edit_message, post_message, post_messages
from rooms.actions.posting import FOLLOWS_WITHIN, Post
from rooms.actions.reactions import add_reaction
from rooms.actions.rooms import create_room
from rooms.events import from_notice, to_notice
from rooms.models import Message, Room
from rooms.payloads import message_payload
from tests.rooms.actions.conftest import Heard, message_events

pytestmark = pytest.mark.django_db(transaction=True)


def follows(room: Room) -> list[bool]:
    return list(room.messages.order_by("seq").values_list("follows", flat=True))


def test_who_goes_on_follows_and_who_answers_somebody_does_not(
    ada: User, bob: User, general: Room
) -> None:
    post_message(ada, general, "one")
    post_message(ada, general, "two")
    theirs = post_message(bob, general, "three").message
    post_message(ada, general, "four")
    post_message(ada, general, "five", reply_to=theirs.pk)
    post_message(ada, general, "six")

    assert follows(general) == [False, True, False, False, False, True]


def test_it_is_the_same_within_a_batch_and_across_two(ada: User, bob: User, general: Room) -> None:
    den = create_room(ada, name="den")
    first = post_message(ada, general, "one").message
    post_messages(
        [
            Post(ada.pk, general.pk, "two"),
            Post(bob.pk, den.pk, "elsewhere"),
            Post(ada.pk, general.pk, ""),
            Post(ada.pk, general.pk, "three"),
            Post(ada.pk, general.pk, "four", reply_to=first.pk),
            Post(bob.pk, general.pk, "five"),
            Post(ada.pk, den.pk, "elsewhere"),
            Post(bob.pk, general.pk, "six"),
        ]
    )

    assert follows(general) == [False, True, True, False, False, True]
    assert follows(den) == [False, False]


@pytest.mark.parametrize(("ago", "expected"), [(timedelta(seconds=5), True), (timedelta(), False)])
def test_after_five_minutes_a_head_says_the_time(
    ada: User, general: Room, ago: timedelta, expected: bool
) -> None:
    first = post_message(ada, general, "one").message
    Message.objects.filter(pk=first.pk).update(created_at=timezone.now() - FOLLOWS_WITHIN + ago)

    assert post_message(ada, general, "two").message.follows == expected
    assert timedelta(minutes=5) == FOLLOWS_WITHIN


def test_nothing_follows_what_was_deleted(ada: User, general: Room) -> None:
    first = post_message(ada, general, "one").message
    second = post_message(ada, general, "two").message
    delete_message(ada, general, second.pk)
    third = post_message(ada, general, "three").message

    assert not third.follows
    # What was decided stays so: who changes something moves nothing else.
    delete_message(ada, general, first.pk)
    assert follows(general) == [False, True, False]


def test_it_is_told_with_every_change_and_between_processes_and_not_to_programs(
    ada: User, bob: User, general: Room, heard: Heard
) -> None:
    post_message(ada, general, "one")
    second = post_message(ada, general, "two").message
    edit_message(ada, general, second.pk, "two, better")
    add_reaction(bob, general, second.pk, "👍")
    delete_message(ada, general, second.pk)

    told = message_events(heard)
    assert [event.follows for event in told] == [False, True, True, True, True]
    for event in told:
        assert "follows" not in event.public()[event.key]
        assert ("data-follow" in event.html("en")) is event.follows
        assert from_notice(to_notice(event)) == event
    assert "follows" not in message_payload(second)


def test_it_is_told_to_who_comes_later(ada: User, general: Room) -> None:
    for words in ("one", "two"):
        post_message(ada, general, words)
    second = Message.objects.get(seq=2)

    posted = history.changes_since(general.pk, 0, upto=2).events
    edit_message(ada, general, second.pk, "two, better")
    changed = history.changes_since(general.pk, 2, upto=3).events

    for events in (posted[1:], changed):
        assert [event.follows for event in events] == [True]
