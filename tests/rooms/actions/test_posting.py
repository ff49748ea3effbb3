"""Posting: numbers, exactly once, and what is refused."""

from collections.abc import Sequence

import pytest
from django.db import transaction

from accounts.models import User
from rooms.actions import posting
from rooms.actions.memberships import leave_room
from rooms.actions.messages import delete_message, edit_message, post_message
from rooms.actions.posting import Post
from rooms.actions.rooms import change_room, create_room
from rooms.events import MessagePosted
from rooms.models import Membership, Message, Room, RoomHead
from rooms.refusals import (
    Archived,
    BadFrame,
    BadText,
    Empty,
    IdConflict,
    NotFound,
    ReadOnly,
    TooLong,
)
from tests.rooms.actions.conftest import Heard

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_post_takes_the_rooms_next_number_and_is_told_to_its_room(
    ada: User, general: Room, heard: Heard
) -> None:
    first = post_message(ada, general, "one").message
    second = post_message(ada, general, "two").message

    assert [(m.seq, m.changed_seq, m.number) for m in (first, second)] == [(1, 1, 1), (2, 2, 2)]
    topic, event = heard[1]
    assert topic == f"room.{general.pk}"
    assert isinstance(event, MessagePosted)
    assert event.message["content"] == "two"


def test_changes_leave_holes_in_seq_and_none_in_number(ada: User, general: Room) -> None:
    first = post_message(ada, general, "one").message
    edit_message(ada, general, first.pk, "ONE")
    second = post_message(ada, general, "two").message

    assert (second.seq, second.number) == (3, 2)


def test_a_post_that_is_rolled_back_is_told_to_nobody_and_takes_no_number(
    ada: User, general: Room, heard: Heard
) -> None:
    with transaction.atomic():
        post_message(ada, general, "one")
        transaction.set_rollback(True)

    assert heard == []
    assert post_message(ada, general, "two").message.seq == 1


def test_the_same_again_is_the_first_message_and_is_told_once(
    ada: User, general: Room, heard: Heard
) -> None:
    first = post_message(ada, general, "one", client_id="a")
    again = post_message(ada, general, "one", client_id="a")

    assert (first.duplicate, again.duplicate) == (False, True)
    assert again.message.pk == first.message.pk
    assert len(heard) == 1
    assert RoomHead.objects.get(room=general).seq == 1


def test_it_stays_the_first_message_after_an_edit_and_after_a_deletion(
    ada: User, general: Room
) -> None:
    first = post_message(ada, general, "one", client_id="a").message
    edit_message(ada, general, first.pk, "ONE")
    edited = post_message(ada, general, "one", client_id="a")
    delete_message(ada, general, first.pk)
    deleted = post_message(ada, general, "one", client_id="a")

    assert edited.duplicate
    assert edited.message.content == "ONE"
    assert deleted.duplicate
    assert deleted.message.is_deleted
    assert deleted.message.pk == first.pk


def test_the_edited_text_under_the_old_client_id_is_a_conflict(ada: User, general: Room) -> None:
    first = post_message(ada, general, "one", client_id="a").message
    edit_message(ada, general, first.pk, "ONE")

    with pytest.raises(IdConflict):
        post_message(ada, general, "ONE", client_id="a")


def test_another_text_room_or_reply_is_a_conflict(ada: User, general: Room) -> None:
    den = create_room(ada, name="den")
    question = post_message(ada, general, "who?").message
    post_message(ada, general, "one", client_id="a")
    post_message(ada, general, "two", client_id="b", reply_to=question.pk)

    for room, content, client_id, reply_to in (
        (general, "two", "a", None),
        (general, "one ", "a", None),
        (den, "one", "a", None),
        (general, "one", "a", question.pk),
        (general, "two", "b", None),
    ):
        with pytest.raises(IdConflict):
            post_message(ada, room, content, client_id=client_id, reply_to=reply_to)
    assert Message.objects.count() == 3


def test_two_authors_may_use_the_same_client_id(ada: User, bob: User, general: Room) -> None:
    hers = post_message(ada, general, "one", client_id="a")
    his = post_message(bob, general, "two", client_id="a")

    assert not his.duplicate
    assert hers.message.pk != his.message.pk


def test_without_a_client_id_the_same_text_is_another_message(ada: User, general: Room) -> None:
    assert post_message(ada, general, "one").message.seq == 1
    assert post_message(ada, general, "one").message.seq == 2


def test_who_may_write_no_more_still_hears_of_what_they_posted(
    ada: User, mod: User, lounge: Room
) -> None:
    first = post_message(ada, lounge, "one", client_id="a").message
    change_room(mod, lounge, archived=True)

    assert post_message(ada, lounge, "one", client_id="a").message.pk == first.pk
    with pytest.raises(Archived):
        post_message(ada, lounge, "two", client_id="b")


def test_who_may_not_see_the_room_any_more_hears_nothing(ada: User, bob: User) -> None:
    den = create_room(bob, name="den", kind="private")
    Membership.objects.create(room=den, user=ada)
    post_message(ada, den, "one", client_id="a")
    leave_room(ada, den)

    with pytest.raises(NotFound):
        post_message(ada, den, "one", client_id="a")


def test_a_clash_with_somebody_who_was_faster_answers_with_their_row(
    ada: User, general: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = post_message(ada, general, "one", client_id="a").message
    real = posting._first_sent
    blind = iter([True])

    def first_sent(posts: Sequence[Post]) -> dict[tuple[int, str], Message]:
        # On PostgreSQL the other's row may be committed between the look and the insert.
        return {} if next(blind, False) else real(posts)

    monkeypatch.setattr(posting, "_first_sent", first_sent)

    again = post_message(ada, general, "one", client_id="a")

    assert again.duplicate
    assert again.message.pk == first.pk
    assert RoomHead.objects.get(room=general).seq == 1


@pytest.mark.parametrize(
    ("content", "refusal"),
    [("", Empty), ("\n ", Empty), ("x" * 4001, TooLong), ("\x00", BadText), ("\ud800", BadText)],
)
def test_texts_that_are_none_are_refused_on_post_and_on_edit(
    ada: User, general: Room, content: str, refusal: type[Exception]
) -> None:
    kept = post_message(ada, general, "kept").message

    with pytest.raises(refusal):
        post_message(ada, general, content)
    with pytest.raises(refusal):
        edit_message(ada, general, kept.pk, content)
    assert RoomHead.objects.get(room=general).seq == 1


def test_a_client_id_of_a_wrong_shape_is_refused(ada: User, general: Room) -> None:
    for client_id in ("", "a b", "x" * 65, "é"):
        with pytest.raises(BadFrame):
            post_message(ada, general, "one", client_id=client_id)


def test_a_reader_may_not_write_and_does_not_become_a_member_by_trying(
    ada: User, general: Room
) -> None:
    Membership.objects.filter(user=ada).update(role=Membership.Role.READ_ONLY)

    with pytest.raises(ReadOnly):
        post_message(ada, general, "one")


def test_an_answer_may_be_to_a_deleted_message_of_the_same_room_only(
    ada: User, general: Room
) -> None:
    den = create_room(ada, name="den")
    elsewhere = post_message(ada, den, "x").message
    question = post_message(ada, general, "who?").message
    delete_message(ada, general, question.pk)

    answer = post_message(ada, general, "me", reply_to=question.pk).message

    assert answer.reply_to == question
    with pytest.raises(NotFound):
        post_message(ada, general, "me", reply_to=elsewhere.pk)
