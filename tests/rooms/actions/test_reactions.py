"""Emoji on messages: one form for each, one of each person, twenty kinds."""

import pytest

from accounts.models import User
from rooms.actions.messages import delete_message, post_message
from rooms.actions.reactions import add_reaction, remove_reaction
from rooms.actions.rooms import change_room
from rooms.events import ReactionsChanged
from rooms.models import Membership, Message, Reaction, Room, RoomHead
from rooms.refusals import Archived, BadText, Forbidden, NotFound, ReadOnly
from tests.rooms.actions.conftest import Heard

pytestmark = pytest.mark.django_db(transaction=True)

KINDS = "😀 😁 😂 😃 😄 😅 😆 😇 😈 😉 😊 😋 😌 😍 😎 😏 😐 😑 😒 😓".split()


@pytest.fixture
def hello(ada: User, general: Room) -> Message:
    return post_message(ada, general, "hello").message


def test_a_reaction_is_told_with_the_whole_message(
    bob: User, general: Room, hello: Message, heard: Heard
) -> None:
    message = add_reaction(bob, general, hello.pk, "👍")

    assert (message.seq, message.changed_seq) == (1, 2)
    topic, event = heard[-1]
    assert topic == f"room.{general.pk}"
    assert isinstance(event, ReactionsChanged)
    assert event.message["reactions"] == {"👍": ["bob"]}
    assert event.message["content"] == "hello"


def test_the_same_again_and_taking_back_what_is_not_there_change_nothing(
    bob: User, general: Room, hello: Message, heard: Heard
) -> None:
    add_reaction(bob, general, hello.pk, "👍")
    add_reaction(bob, general, hello.pk, "👍")
    remove_reaction(bob, general, hello.pk, "🎉")

    assert RoomHead.objects.get(room=general).seq == 2
    assert len(heard) == 1


def test_kinds_and_names_are_in_the_order_in_which_they_came(
    ada: User, bob: User, general: Room, hello: Message, heard: Heard
) -> None:
    for user, emoji in ((bob, "🎉"), (ada, "👍"), (ada, "🎉")):
        add_reaction(user, general, hello.pk, emoji)

    event = heard[-1][1]
    assert isinstance(event, ReactionsChanged)
    assert list(event.message["reactions"].items()) == [("🎉", ["bob", "ada"]), ("👍", ["ada"])]


def test_taking_back_the_last_of_a_kind_ends_the_kind(
    bob: User, general: Room, hello: Message, heard: Heard
) -> None:
    add_reaction(bob, general, hello.pk, "👍")

    message = remove_reaction(bob, general, hello.pk, "👍")

    assert message.changed_seq == 3
    event = heard[-1][1]
    assert isinstance(event, ReactionsChanged)
    assert event.message["reactions"] == {}


def test_the_twenty_first_kind_is_forbidden_and_more_of_a_kind_that_is_there_is_not(
    ada: User, bob: User, general: Room, hello: Message
) -> None:
    assert len(set(KINDS)) == 20
    for number, emoji in enumerate(KINDS):
        add_reaction(ada if number % 2 else bob, general, hello.pk, emoji)

    with pytest.raises(Forbidden):
        add_reaction(ada, general, hello.pk, "👍")
    add_reaction(ada, general, hello.pk, KINDS[0])
    remove_reaction(ada, general, hello.pk, KINDS[1])
    add_reaction(ada, general, hello.pk, "👍")

    assert Reaction.objects.values("emoji").distinct().count() == 20


@pytest.mark.parametrize(
    ("one", "other"),
    [("❤", "❤\ufe0f"), ("☺", "☺\ufe0f"), ("🏳\u200d🌈", "🏳\ufe0f\u200d🌈")],
)
def test_one_emoji_in_two_spellings_is_one_kind(
    ada: User, bob: User, general: Room, hello: Message, one: str, other: str
) -> None:
    add_reaction(ada, general, hello.pk, one)
    add_reaction(bob, general, hello.pk, other)
    add_reaction(ada, general, hello.pk, other)
    assert Reaction.objects.values("emoji").distinct().count() == 1
    assert Reaction.objects.count() == 2

    remove_reaction(ada, general, hello.pk, other)
    assert Reaction.objects.count() == 1


@pytest.mark.parametrize(
    "emoji", ["👩\u200d👩\u200d👧\u200d👦", "👍🏽", "🇩🇪", "1\ufe0f\u20e3", "🏴󠁧󠁢󠁳󠁣󠁴󠁿"]
)
def test_emoji_of_several_characters_are_kept_whole(
    bob: User, general: Room, hello: Message, emoji: str
) -> None:
    add_reaction(bob, general, hello.pk, emoji)

    assert Reaction.objects.get().emoji == emoji


@pytest.mark.parametrize(
    "emoji",
    ["", " ", "x", "+1", ":thumbsup:", "👍👍", "👍 ", " 👍", "👍x", "1", "#", "\u200d", "\ufe0f",
     "\x00", "\ud83d", "🇩", "x" * 100_000, "<script>"],
    ids=lambda value: ascii(value)[:20],
)  # fmt: skip
def test_anything_but_one_emoji_is_refused(
    bob: User, general: Room, hello: Message, emoji: str
) -> None:
    with pytest.raises(BadText):
        add_reaction(bob, general, hello.pk, emoji)
    with pytest.raises(BadText):
        remove_reaction(bob, general, hello.pk, emoji)
    assert not Reaction.objects.exists()


def test_outsiders_may_react_in_a_public_room_and_stay_outsiders(
    eve: User, general: Room, hello: Message
) -> None:
    add_reaction(eve, general, hello.pk, "👍")

    assert not Membership.objects.filter(user=eve).exists()


def test_readers_archived_rooms_and_deleted_messages_take_none(
    ada: User, bob: User, mod: User, lounge: Room
) -> None:
    hello = post_message(ada, lounge, "hello").message
    add_reaction(bob, lounge, hello.pk, "👍")
    Membership.objects.filter(user=bob).update(role=Membership.Role.READ_ONLY)
    with pytest.raises(ReadOnly):
        add_reaction(bob, lounge, hello.pk, "🎉")
    with pytest.raises(ReadOnly):
        remove_reaction(bob, lounge, hello.pk, "👍")
    change_room(mod, lounge, archived=True)
    with pytest.raises(Archived):
        add_reaction(ada, lounge, hello.pk, "👍")
    change_room(mod, lounge, archived=False)
    delete_message(ada, lounge, hello.pk)
    with pytest.raises(NotFound):
        add_reaction(ada, lounge, hello.pk, "👍")
