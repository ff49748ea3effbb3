"""Coming in, leaving, being put in or out, and the read position."""

import pytest

from accounts.actions import register
from accounts.models import User
from rooms.actions.memberships import (
    add_member,
    join_room,
    leave_room,
    move_read_position,
    remove_member,
)
from rooms.actions.messages import delete_message, post_message
from rooms.actions.rooms import change_room, create_room, open_direct_room
from rooms.events import ReadMoved, StandingChanged
from rooms.models import Membership, Room
from rooms.refusals import Archived, Forbidden, NotFound
from tests.conftest import PASSWORD
from tests.rooms.actions.conftest import Heard

pytestmark = pytest.mark.django_db(transaction=True)

Role = Membership.Role


def seated(user: User, room: Room) -> bool:
    return Membership.objects.current().filter(user=user, room=room).exists()


# --- coming and going -------------------------------------------------------------------------


def test_whoever_registers_is_a_member_of_general_alone(general: Room, mod: User) -> None:
    create_room(mod, name="den")

    newcomer = register(username="zoe", password=PASSWORD)

    assert [m.room for m in Membership.objects.filter(user=newcomer)] == [general]


def test_joining_and_posting_make_a_member_and_looking_does_not(
    eve: User, bob: User, general: Room
) -> None:
    Membership.objects.filter(user=bob).delete()

    join_room(eve, general)
    post_message(bob, general, "hello")

    assert seated(eve, general)
    assert seated(bob, general)


def test_joining_twice_changes_nothing(ada: User, general: Room) -> None:
    before = Membership.objects.get(user=ada)

    assert join_room(ada, general).joined_at == before.joined_at


def test_leaving_holds_until_one_joins_or_posts_again(ada: User, bob: User, general: Room) -> None:
    for user in (ada, bob):
        leave_room(user, general)
        assert not seated(user, general)

    join_room(ada, general)
    post_message(bob, general, "I am back")

    assert seated(ada, general)
    assert seated(bob, general)


def test_who_comes_back_keeps_what_they_had_read(ada: User, general: Room) -> None:
    post_message(ada, general, "one")
    move_read_position(ada, general, 1)
    leave_room(ada, general)

    membership = join_room(ada, general)

    assert (membership.read_seq, membership.read_number) == (1, 1)


def test_a_moderator_who_comes_back_is_a_plain_member_and_a_reader_stays_one(
    ada: User, mod: User, general: Room
) -> None:
    Membership.objects.filter(user=ada).update(role=Role.READ_ONLY)
    for user in (ada, mod):
        leave_room(user, general)

    assert join_room(mod, general).role == Role.MEMBER
    assert join_room(ada, general).role == Role.READ_ONLY


def test_leaving_is_told_to_the_persons_own_sockets_once(
    ada: User, general: Room, heard: Heard
) -> None:
    leave_room(ada, general)
    leave_room(ada, general)

    assert heard == [(f"user.{ada.pk}", StandingChanged(ada.pk, general.pk, dropped=True))]


def test_a_direct_room_is_not_left(ada: User, bob: User) -> None:
    room, _made = open_direct_room(ada, ["bob"])

    with pytest.raises(Forbidden):
        leave_room(ada, room)
    assert seated(ada, room)


def test_a_private_room_is_not_joined_and_once_left_it_is_gone(ada: User, eve: User) -> None:
    den = create_room(ada, name="den", kind="private")

    with pytest.raises(NotFound):
        join_room(eve, den)
    leave_room(ada, den)
    with pytest.raises(NotFound):
        join_room(ada, den)


def test_an_archived_room_is_not_joined_and_may_be_left(
    ada: User, eve: User, mod: User, lounge: Room
) -> None:
    lounge = change_room(mod, lounge, archived=True)

    with pytest.raises(Archived):
        join_room(eve, lounge)
    with pytest.raises(Archived):
        add_member(mod, lounge, "eve")
    leave_room(ada, lounge)
    assert not seated(ada, lounge)


# --- being put in or out ----------------------------------------------------------------------


def test_members_let_others_into_a_public_room_and_outsiders_do_not(
    ada: User, eve: User, bob: User, general: Room
) -> None:
    Membership.objects.filter(user=bob).delete()

    with pytest.raises(Forbidden):
        add_member(eve, general, "bob")
    add_member(ada, general, "BOB")

    assert seated(bob, general)


def test_into_a_private_room_only_who_manages_it_lets_others(
    ada: User, bob: User, mod: User, eve: User
) -> None:
    den = create_room(mod, name="den", kind="private")
    with pytest.raises(NotFound):
        add_member(ada, den, "ada")
    add_member(mod, den, "ada")

    with pytest.raises(Forbidden):
        add_member(ada, den, "bob")
    with pytest.raises(NotFound):
        add_member(mod, den, "nobody-of-that-name")
    assert not seated(bob, den)


def test_into_a_direct_room_nobody_lets_anybody(ada: User, bob: User, eve: User) -> None:
    room, _made = open_direct_room(ada, ["bob"])

    with pytest.raises(Forbidden):
        add_member(ada, room, "eve")


def test_nobody_inactive_is_let_in(ada: User, eve: User, general: Room) -> None:
    User.objects.filter(pk=eve.pk).update(is_active=False)

    with pytest.raises(NotFound):
        add_member(ada, general, "eve")


def test_moderators_put_people_out_and_members_only_themselves(
    ada: User, bob: User, mod: User, general: Room, heard: Heard
) -> None:
    with pytest.raises(Forbidden):
        remove_member(ada, general, "bob")
    remove_member(ada, general, "ada")
    remove_member(mod, general, "bob")

    assert not seated(ada, general)
    assert not seated(bob, general)
    assert [topic for topic, _event in heard] == [f"user.{ada.pk}", f"user.{bob.pk}"]


def test_the_owner_is_put_out_by_nobody_but_themselves(ada: User, mod: User) -> None:
    den = create_room(ada, name="den")
    Membership.objects.create(room=den, user=mod, role=Role.MODERATOR)

    with pytest.raises(Forbidden):
        remove_member(mod, den, "ada")
    remove_member(ada, den, "ada")
    assert not seated(ada, den)


def test_who_is_no_member_cannot_be_put_out(mod: User, eve: User, general: Room) -> None:
    for name in ("eve", "nobody-of-that-name"):
        with pytest.raises(NotFound):
            remove_member(mod, general, name)


# --- the read position ------------------------------------------------------------------------


def test_a_read_position_counts_messages_and_moves_forward_only(
    ada: User, bob: User, general: Room, heard: Heard
) -> None:
    first = post_message(bob, general, "one").message
    post_message(bob, general, "two")
    delete_message(bob, general, first.pk)
    post_message(bob, general, "three")
    heard.clear()

    for asked, seq, number in ((1, 1, 1), (3, 3, 2), (2, 3, 2), (9, 4, 3)):
        membership = move_read_position(ada, general, asked, device="phone")
        assert (membership.read_seq, membership.read_number) == (seq, number), asked

    assert heard == [
        (f"user.{ada.pk}", ReadMoved("general", seq, general.pk, "phone")) for seq in (1, 3, 4)
    ]


def test_who_is_no_member_has_no_read_position(ada: User, eve: User, general: Room) -> None:
    leave_room(ada, general)

    for user in (ada, eve):
        with pytest.raises(Forbidden):
            move_read_position(user, general, 1)


def test_readers_and_members_of_archived_rooms_move_theirs(
    ada: User, mod: User, lounge: Room
) -> None:
    post_message(ada, lounge, "one")
    Membership.objects.filter(user=ada).update(role=Role.READ_ONLY)
    change_room(mod, lounge, archived=True)

    assert move_read_position(ada, lounge, 1).read_seq == 1
