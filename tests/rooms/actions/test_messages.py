"""Editing and deleting messages."""

import pytest

from accounts.models import User
from rooms.actions.messages import delete_message, edit_message, post_message
from rooms.actions.reactions import add_reaction
from rooms.actions.rooms import change_room, create_room
from rooms.events import MessageDeleted, MessageEdited
from rooms.models import Message, Reaction, Room, RoomHead
from rooms.refusals import (
    Archived,
    Forbidden,
    NotFound,
)
from tests.rooms.actions.conftest import Heard

pytestmark = pytest.mark.django_db(transaction=True)


def test_an_edit_replaces_text_and_html_and_takes_the_next_number(
    ada: User, general: Room, heard: Heard
) -> None:
    message = post_message(ada, general, "one").message

    edited = edit_message(ada, general, message.pk, "<b>")

    stored = Message.objects.get()
    assert (stored.content, stored.html) == ("<b>", "&lt;b&gt;")
    assert (stored.seq, stored.changed_seq, edited.changed_seq) == (1, 2, 2)
    assert stored.edited_at is not None
    assert isinstance(heard[-1][1], MessageEdited)
    assert heard[-1][1].number == 2


def test_the_same_text_again_is_no_edit(ada: User, general: Room, heard: Heard) -> None:
    message = post_message(ada, general, "one").message
    edit_message(ada, general, message.pk, "two")

    edit_message(ada, general, message.pk, "two")

    assert RoomHead.objects.get(room=general).seq == 2
    assert len(heard) == 2


def test_only_its_author_edits_a_message_and_only_while_it_is_there(
    ada: User, bob: User, mod: User, general: Room
) -> None:
    message = post_message(ada, general, "one").message
    for other in (bob, mod):
        with pytest.raises(Forbidden):
            edit_message(other, general, message.pk, "two")
    delete_message(ada, general, message.pk)

    with pytest.raises(NotFound):
        edit_message(ada, general, message.pk, "two")


def test_deleting_empties_text_html_and_reactions_and_keeps_the_place(
    ada: User, bob: User, general: Room, heard: Heard
) -> None:
    message = post_message(ada, general, "secret", client_id="a").message
    add_reaction(bob, general, message.pk, "👍")

    delete_message(ada, general, message.pk)

    stored = Message.objects.get()
    assert (stored.content, stored.html, stored.seq, stored.changed_seq) == ("", "", 1, 3)
    assert not Reaction.objects.exists()
    event = heard[-1][1]
    assert isinstance(event, MessageDeleted)
    assert event.rendered == ""
    assert (event.message["deleted"], event.message["reactions"]) == (True, {})
    assert "secret" not in str(event)


def test_deleting_twice_takes_one_number(ada: User, general: Room, heard: Heard) -> None:
    message = post_message(ada, general, "one").message
    delete_message(ada, general, message.pk)

    delete_message(ada, general, message.pk)

    assert RoomHead.objects.get(room=general).seq == 2
    assert len(heard) == 2


def test_others_may_not_delete_but_moderators_and_in_public_rooms_administrators_may(
    ada: User, bob: User, mod: User, hal: User, general: Room
) -> None:
    one, two = (post_message(ada, general, text).message for text in ("one", "two"))
    User.objects.filter(pk=hal.pk).update(is_staff=True)
    hal.refresh_from_db()

    with pytest.raises(Forbidden):
        delete_message(bob, general, one.pk)
    delete_message(mod, general, one.pk)
    delete_message(hal, general, two.pk)

    assert not Message.objects.filter(deleted_at=None).exists()


def test_in_an_archived_room_nothing_is_edited_or_deleted(
    ada: User, mod: User, lounge: Room
) -> None:
    message = post_message(ada, lounge, "one").message
    change_room(mod, lounge, archived=True)

    with pytest.raises(Archived):
        edit_message(ada, lounge, message.pk, "two")
    for actor in (ada, mod):
        with pytest.raises(Archived):
            delete_message(actor, lounge, message.pk)


def test_messages_of_another_room_are_not_found_through_this_one(ada: User, general: Room) -> None:
    den = create_room(ada, name="den")
    message = post_message(ada, den, "one").message

    with pytest.raises(NotFound):
        edit_message(ada, general, message.pk, "two")
    with pytest.raises(NotFound):
        delete_message(ada, general, message.pk)
