"""Pages of messages, and the net effect of what was missed."""

from typing import Any

import pytest
from django.db import connection
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from rooms import history
from rooms.actions.messages import delete_message, edit_message, post_message
from rooms.actions.reactions import add_reaction
from rooms.actions.rooms import change_room, create_room
from rooms.models import Message, Room, Site

pytestmark = pytest.mark.django_db


@pytest.fixture
def ten(ada: User, general: Room) -> list[Message]:
    """Ten messages with the numbers 1 to 10; another room has some too."""
    den = create_room(ada, name="den")
    messages = []
    for number in range(1, 11):
        post_message(ada, den, "elsewhere")
        messages.append(post_message(ada, general, f"{number}").message)
    return messages


def page(room: Room, **where: Any) -> tuple[list[int], int | None, int | None]:
    found = history.page_of_messages(room, **where)
    return [message.seq for message in found.messages], found.older, found.newer


def test_without_a_place_the_newest_come_ascending(ten: list[Message], general: Room) -> None:
    assert page(general, limit=3) == ([8, 9, 10], 8, None)
    assert page(general) == (list(range(1, 11)), None, None)


def test_before_and_after_compare_seq(ten: list[Message], general: Room) -> None:
    assert page(general, before=8, limit=3) == ([5, 6, 7], 5, 7)
    assert page(general, before=3, limit=3) == ([1, 2], None, 2)
    assert page(general, after=7, limit=2) == ([8, 9], 8, 9)
    assert page(general, after=8, limit=2) == ([9, 10], 9, None)
    assert page(general, after=3, before=6) == ([4, 5], None, 5)
    assert page(general, after=1, limit=2) == ([2, 3], 2, 3)
    assert page(general, before=1) == ([], None, None)
    assert page(general, after=10) == ([], None, None)


def test_nothing_older_is_promised_where_nothing_is(
    ten: list[Message], general: Room, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    assert page(general, after=0, limit=3) == ([1, 2, 3], None, 3)
    # 1 and 2 were taken by changes in a room whose first message has the number 3.
    Message.objects.filter(room=general, seq__lt=3).delete()
    assert page(general, after=2, limit=3) == ([3, 4, 5], None, 5)
    with django_assert_num_queries(3):  # messages, reactions, whether there is an older one
        assert page(general, after=3, limit=3) == ([4, 5, 6], 4, 6)
    with django_assert_num_queries(2):
        assert page(general, after=0, limit=3) == ([3, 4, 5], None, 5)


def test_paging_to_both_ends_shows_each_message_once(ten: list[Message], general: Room) -> None:
    seen: list[int] = []
    before: int | None = None
    while True:
        found = history.page_of_messages(general, before=before, limit=3)
        seen = [message.seq for message in found.messages] + seen
        before = found.older
        if before is None:
            break
    assert seen == list(range(1, 11))

    seen, after = [], 0
    while True:
        found = history.page_of_messages(general, after=after, limit=3)
        seen += [message.seq for message in found.messages]
        if found.newer is None:
            break
        after = found.newer
    assert seen == list(range(1, 11))


def test_a_page_has_at_least_one_and_at_most_two_hundred(ten: list[Message], general: Room) -> None:
    assert len(page(general, limit=0)[0]) == 1
    assert len(page(general, limit=-5)[0]) == 1
    assert len(page(general, limit=10**9)[0]) == 10
    assert history.MAX_PAGE == 200


def test_a_page_costs_two_queries_whatever_it_holds(
    ten: list[Message],
    ada: User,
    bob: User,
    general: Room,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for message in ten:
        add_reaction(bob, general, message.pk, "👍")
        post_message(ada, general, "answer", reply_to=message.pk)

    with django_assert_num_queries(2):
        for message in history.page_of_messages(general).messages:
            assert message.author.username
            assert message.room.name
            assert message.reply_to is None or message.reply_to.author.username
            names = [reaction.user.username for reaction in message.reactions.all()]
            assert names == ([] if message.reply_to else ["bob"])


def test_tombstones_are_listed(ten: list[Message], ada: User, general: Room) -> None:
    delete_message(ada, general, ten[4].pk)

    assert 5 in page(general)[0]


# --- changes_since ----------------------------------------------------------------------------


def changes(room: Room, since: int, *, upto: int = 10**6, **where: Any) -> list[tuple[str, int]]:
    """What a reader who has all up to `since` is told: the frame's name, and of which seq."""
    events = history.changes_since(room.pk, since, upto=upto, **where).events
    return [(event.key, event.message["seq"]) for event in events]


def by_pages(room: Room, since: int, *, upto: int, limit: int) -> list[tuple[str, int]]:
    """The same, read page by page."""
    told: list[tuple[str, int]] = []
    after, more = since, True
    while more:
        page = history.changes_since(room.pk, since, upto=upto, after=after, limit=limit)
        told += [(event.key, event.message["seq"]) for event in page.events]
        after, more = page.reached, page.more
    return told


def test_the_net_effect_comes_once_a_message_in_the_order_of_the_concerning_numbers(
    ten: list[Message], ada: User, bob: User, general: Room
) -> None:
    edit_message(ada, general, ten[8].pk, "NINE")  # 11
    edit_message(ada, general, ten[1].pk, "two")  # 12
    edit_message(ada, general, ten[1].pk, "TWO")  # 13
    delete_message(ada, general, ten[0].pk)  # 14
    post_message(ada, general, "fifteen")  # 15
    add_reaction(bob, general, ten[2].pk, "👍")  # 16
    delete_message(ada, general, ten[9].pk)  # 17

    assert changes(general, 8) == [
        ("message", 9), ("message", 10), ("edited", 2), ("deleted", 1), ("message", 15),
        ("edited", 3),
    ]  # fmt: skip
    assert changes(general, 10) == [
        ("edited", 9), ("edited", 2), ("deleted", 1), ("message", 15), ("edited", 3),
        ("deleted", 10),
    ]  # fmt: skip
    assert changes(general, 13) == [
        ("deleted", 1), ("message", 15), ("edited", 3), ("deleted", 10),
    ]  # fmt: skip
    assert changes(general, 17) == []
    (last,) = history.changes_since(general.pk, 16, upto=17).events
    assert (last.message["content"], last.rendered, last.message["deleted"]) == ("", "", True)


def test_a_reader_who_is_cut_anywhere_comes_to_hold_all(
    ten: list[Message], ada: User, general: Room
) -> None:
    edit_message(ada, general, ten[8].pk, "NINE")
    edit_message(ada, general, ten[1].pk, "TWO")
    post_message(ada, general, "thirteen")
    delete_message(ada, general, ten[5].pk)
    head = history.read_counter(general.pk)
    whole = history.changes_since(general.pk, 5, upto=head).events

    for cut in range(len(whole) + 1):
        told, number = list(whole[:cut]), 5
        for event in told:
            number = max(number, history.concerning_number(event))
        told += history.changes_since(general.pk, number, upto=head).events
        held = {event.message["id"]: event.message for event in told}
        for message in Message.objects.filter(room=general, changed_seq__gt=5):
            assert held[message.pk]["changed_seq"] == message.changed_seq, cut


def test_pages_of_a_replay_join_without_gap_or_double(
    ten: list[Message], ada: User, general: Room
) -> None:
    for message in ten[:6]:
        edit_message(ada, general, message.pk, f"edited {message.seq}")
    head = history.read_counter(general.pk)
    whole = changes(general, 3, upto=head)

    for limit in (1, 2, 3, 5):
        assert by_pages(general, 3, upto=head, limit=limit) == whole, limit


def test_what_changed_beyond_the_end_is_left_to_the_next_call(
    ten: list[Message], ada: User, general: Room
) -> None:
    edit_message(ada, general, ten[1].pk, "TWO")  # 11
    edit_message(ada, general, ten[1].pk, "two")  # 12

    assert changes(general, 9, upto=11) == [("message", 10)]
    assert changes(general, 11, upto=12) == [("edited", 2)]


def test_other_rooms_are_left_out(ten: list[Message], general: Room) -> None:
    assert len(changes(general, 0)) == 10


def test_a_replay_costs_five_queries_whatever_it_holds(
    ten: list[Message], ada: User, general: Room, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for message in ten[:5]:
        edit_message(ada, general, message.pk, "edited")

    with django_assert_num_queries(5):
        assert len(changes(general, 5)) == 10


@pytest.mark.parametrize("since", [0, 10])
def test_no_state_is_told_under_the_number_of_an_older_one(
    ten: list[Message], ada: User, general: Room, since: int
) -> None:
    edit_message(ada, general, ten[2].pk, "edited")
    late = [ten[2].pk]

    def react_in_between(execute: Any, sql: str, *rest: Any) -> Any:
        # The messages have been read, their reactions have not.
        if late and 'FROM "rooms_reaction"' in sql:
            add_reaction(ada, general, late.pop(), "👍")
        return execute(sql, *rest)

    with connection.execute_wrapper(react_in_between):
        events = history.changes_since(general.pk, since, upto=11).events

    assert not late
    told = {event.message["id"]: event.message for event in events}.get(ten[2].pk)
    # Beyond `upto` a change of an older message is left to the next call.
    assert (told is None) if since else (told and told["changed_seq"] == 12 and told["reactions"])


@pytest.mark.parametrize("moved", [0, 1])
def test_a_page_that_loses_a_message_while_it_is_read_is_not_the_last(
    ten: list[Message], ada: User, general: Room, moved: int
) -> None:
    for message in ten[:4]:
        edit_message(ada, general, message.pk, f"edited {message.seq}")  # 11 to 14
    post_message(ada, general, "fifteen")
    late = [ten[moved].pk]

    def react_in_between(execute: Any, sql: str, *rest: Any) -> Any:
        if late and 'FROM "rooms_reaction"' in sql:
            add_reaction(ada, general, late.pop(), "👍")  # 16: beyond what is asked for
        return execute(sql, *rest)

    with connection.execute_wrapper(react_in_between):
        told = by_pages(general, 10, upto=15, limit=2)

    assert not late
    left = [("edited", seq) for seq in (1, 2, 3, 4) if seq != moved + 1]
    assert told == [*left, ("message", 15)]
    assert changes(general, 15) == [("edited", moved + 1)]


def test_heads_are_read_in_one_query(
    ten: list[Message],
    ada: User,
    mod: User,
    general: Room,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    change_room(mod, general, title="Lounge")
    den = Room.objects.get(name="den")

    with django_assert_num_queries(1):
        heads = history.read_heads([general.pk, den.pk, 10**6])

    epoch = Site.current_epoch()
    assert heads == {
        general.pk: history.Head(10, 1, epoch),
        den.pk: history.Head(10, 0, epoch),
    }
    assert history.read_counter(general.pk) == 10
    assert history.current_epoch() == epoch
