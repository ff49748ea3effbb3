"""Real threads on a real database: numbers without gaps, each post once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier
from typing import Any

import pytest
from django.db import OperationalError, connection

from accounts.models import User
from rooms.actions.memberships import join_room
from rooms.actions.messages import delete_message, edit_message, post_message
from rooms.actions.reactions import add_reaction
from rooms.actions.rooms import create_room, open_direct_room
from rooms.models import Membership, Message, Reaction, Room, RoomHead
from rooms.refusals import IdConflict, Refusal, Taken
from tests.rooms.actions.conftest import Heard, message_events

pytestmark = pytest.mark.django_db(transaction=True)

THREADS = 8


def at_once(*works: Callable[[], Any]) -> list[Any]:
    """What each returned, or the refusal that it raised; all begin together."""
    barrier = Barrier(len(works))

    def run(work: Callable[[], Any]) -> Any:
        try:
            barrier.wait(timeout=10)
            return work()
        except Refusal as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        return [future.result() for future in [pool.submit(run, work) for work in works]]


def post_at_last(author: User, room: Room, content: str, client_id: str) -> None:
    """Posts as clients do: the same again when a busy machine could not store it."""
    for _try in range(10):
        try:
            post_message(author, room, content, client_id=client_id)
            return
        except OperationalError:
            connection.close()
    raise AssertionError("not stored in ten tries")


def test_eight_writers_get_the_numbers_one_to_n_and_nothing_is_lost(
    ada: User, bob: User, general: Room, heard: Heard
) -> None:
    each = 20

    def write(thread: int) -> Callable[[], None]:
        author = ada if thread % 2 else bob

        def work() -> None:
            for number in range(each):
                post_at_last(author, general, f"{thread} {number}", f"{thread}-{number}")

        return work

    at_once(*(write(thread) for thread in range(THREADS)))

    rows = list(Message.objects.order_by("seq").values_list("seq", "number", "content"))
    total = THREADS * each
    assert [row[0] for row in rows] == list(range(1, total + 1))
    assert [row[1] for row in rows] == list(range(1, total + 1))
    for thread in range(THREADS):
        own = [content for _s, _n, content in rows if content.startswith(f"{thread} ")]
        assert own == [f"{thread} {number}" for number in range(each)]
    head = RoomHead.objects.get(room=general)
    assert (head.seq, head.number) == (total, total)
    numbers = [event.number for event in message_events(heard)]
    assert sorted(numbers) == list(range(1, total + 1))


def test_the_same_post_from_eight_threads_is_one_message(
    ada: User, general: Room, heard: Heard
) -> None:
    answers = at_once(
        *[lambda: post_message(ada, general, "one", client_id="a") for _thread in range(THREADS)]
    )

    assert len({answer.message.pk for answer in answers}) == 1
    assert sorted(answer.duplicate for answer in answers) == [False] + [True] * (THREADS - 1)
    assert Message.objects.count() == 1
    assert len(heard) == 1


def test_of_two_texts_under_one_client_id_one_wins_and_the_other_is_a_conflict(
    ada: User, general: Room
) -> None:
    answers = at_once(
        *[partial(post_message, ada, general, text, client_id="a") for text in ("one", "two")]
    )

    assert sum(isinstance(answer, IdConflict) for answer in answers) == 1
    assert Message.objects.count() == 1


def test_changes_and_posts_at_once_each_take_a_number_of_their_own(
    ada: User, bob: User, general: Room, heard: Heard
) -> None:
    messages = [post_message(ada, general, f"{number}").message for number in range(4)]

    at_once(
        lambda: [edit_message(ada, general, m.pk, f"edited {m.pk}") for m in messages],
        lambda: [add_reaction(bob, general, m.pk, "👍") for m in messages],
        lambda: [add_reaction(ada, general, m.pk, "👍") for m in messages],
        lambda: [post_message(bob, general, "more") for _m in messages],
    )

    numbers = sorted(event.number for event in message_events(heard))
    assert numbers == list(range(1, 21))
    assert RoomHead.objects.get(room=general).seq == 20
    assert Reaction.objects.count() == 8


def test_an_edit_and_a_deletion_at_once_never_bring_the_text_back(ada: User, general: Room) -> None:
    for number in range(5):
        message = post_message(ada, general, "one").message
        at_once(
            partial(edit_message, ada, general, message.pk, "two"),
            partial(delete_message, ada, general, message.pk),
        )
        stored = Message.objects.get(pk=message.pk)
        assert (stored.content, stored.html, stored.is_deleted) == ("", "", True), number


def test_the_same_reaction_twice_at_once_is_one(bob: User, general: Room) -> None:
    message = post_message(bob, general, "one").message

    at_once(*[lambda: add_reaction(bob, general, message.pk, "👍") for _thread in range(4)])

    assert Reaction.objects.count() == 1
    assert RoomHead.objects.get(room=general).seq == 2


def test_of_rooms_of_the_same_name_one_is_made(ada: User) -> None:
    answers = at_once(*[lambda: create_room(ada, name="den") for _thread in range(4)])

    assert sum(isinstance(answer, Taken) for answer in answers) == 3
    assert Room.objects.filter(name="den").count() == 1


def test_direct_rooms_opened_from_both_sides_at_once_are_one(ada: User, bob: User) -> None:
    answers = at_once(
        lambda: open_direct_room(ada, ["bob"]),
        lambda: open_direct_room(bob, ["ada"]),
        lambda: open_direct_room(ada, ["ada", "bob"]),
    )

    assert len({room.pk for room, _made in answers}) == 1
    assert sum(made for _room, made in answers) == 1


def test_joining_and_posting_for_the_first_time_at_once_is_one_membership(
    eve: User, general: Room
) -> None:
    at_once(
        lambda: join_room(eve, general),
        lambda: post_message(eve, general, "one"),
        lambda: post_message(eve, general, "two"),
    )

    assert Membership.objects.filter(user=eve).count() == 1
    assert Message.objects.count() == 2
