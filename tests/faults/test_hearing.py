"""Both forms of a frame say the same, whatever the words in it are."""

import pytest

from accounts.models import User
from rooms.actions.messages import delete_message, edit_message, post_message
from rooms.actions.reactions import add_reaction
from rooms.events import (
    Ack,
    Event,
    MessageDeleted,
    MessageEdited,
    MessagePosted,
    Ready,
    Refused,
    Reset,
)
from rooms.hub.frames import as_json
from rooms.models import Message, Room
from rooms.payloads import room_payload
from tests.faults.hearing import Heard, hear, is_for_me
from tests.faults.record import State

pytestmark = pytest.mark.django_db

WORDS = 'a <b> & "c" isn\'t &amp;\n\n  </div> 日本 שלום 🙂'


def both(event: Event) -> tuple[Heard, Heard]:
    return hear(as_json(event), "json"), hear(event.html("en"), "html")


def again(message: Message) -> Message:
    return Message.objects.with_payload().get(pk=message.pk)


def test_a_message_is_one_state_in_both_forms(
    ada: User, bob: User, hal: User, general: Room
) -> None:
    first = post_message(hal, general, WORDS, client_id="x-1_y").message
    for person, emoji in ((bob, "👍"), (hal, "❤️"), (ada, "👍")):
        add_reaction(person, general, first.pk, emoji)
    reply = post_message(ada, general, "so?", reply_to=first.pk).message
    told = State(
        first.pk, 1, 4, "hal", "x-1_y", WORDS, False, (("❤️", "hal"), ("👍", "ada"), ("👍", "bob"))
    )
    answer = State(reply.pk, 5, 5, "ada", None, "so?", False)

    assert both(MessagePosted.of(again(first))) == (Heard("message", {}, told),) * 2
    assert both(MessageEdited.of(again(first))) == (Heard("edited", {}, told),) * 2
    assert both(MessagePosted.of(again(reply))) == (Heard("message", {}, answer),) * 2


def test_what_was_edited_and_what_was_deleted(ada: User, general: Room) -> None:
    message = post_message(ada, general, "once", client_id="x").message
    edit_message(ada, general, message.pk, WORDS)

    edited = State(message.pk, 1, 2, "ada", "x", WORDS, False)
    assert both(MessageEdited.of(again(message))) == (Heard("edited", {}, edited),) * 2

    delete_message(ada, general, message.pk)

    gone = State(message.pk, 1, 3, "ada", "x", "", True)
    assert both(MessageDeleted.of(again(message))) == (Heard("deleted", {}, gone),) * 2
    assert both(MessagePosted.of(again(message))) == (Heard("message", {}, gone),) * 2


@pytest.mark.parametrize(
    "event",
    [
        Ack("x-1", 7, 8, True),
        Ack("x-1", 7, 8),
        Refused("rate_limited", 'Wait "a" <moment>.', "x-1", 3),
        Reset("epoch", 12),
    ],
)
def test_answers_and_resets(event: Event) -> None:
    json, html = both(event)

    assert json == html
    assert is_for_me(as_json(event), "json")
    assert is_for_me(event.html("en"), "html")


def test_ready_and_the_number_that_concerns_its_reader(ada: User, general: Room) -> None:
    json, html = both(Ready(room_payload(general, 9), 9, "e"))

    assert (json.name, json.told["seq"], json.told["epoch"], json.number) == ("ready", 9, "e", 9)
    assert (html.name, html.told["seq"], html.told["epoch"], html.number) == ("ready", 9, "e", 9)
    state = State(1, 2, 5, "ada", "x", "…", False)
    assert [Heard(name, {}, state).number for name in ("message", "edited")] == [2, 5]
    assert not is_for_me(as_json(MessagePosted.of(posted(ada, general))), "json")
    assert not is_for_me(MessagePosted.of(posted(ada, general)).html("en"), "html")


def posted(author: User, room: Room) -> Message:
    return again(post_message(author, room, "hello").message)
