"""Reactions by REST: an emoji in the address."""

from urllib.parse import quote

import pytest

from accounts.models import User
from rooms.actions.messages import delete_message, post_message
from rooms.models import Message, Room
from tests.accounts.wire import Api
from tests.rooms.api.conftest import problem

pytestmark = pytest.mark.django_db


@pytest.fixture
def message(ada: User, general: Room) -> Message:
    return post_message(ada, general, "look").message


def _path(message: Message, emoji: str) -> str:
    return f"/api/rooms/{message.room.name}/messages/{message.pk}/reactions/{quote(emoji)}/"


def test_people_react_and_take_it_back(ada_api: Api, bob_api: Api, message: Message) -> None:
    assert ada_api.send("PUT", _path(message, "👍"), b"").status_code == 200
    told = bob_api.send("PUT", _path(message, "👍"), b"").json()
    assert told["reactions"] == {"👍": ["ada", "bob"]}
    assert (told["id"], told["changed_seq"]) == (message.pk, 3)
    back = ada_api.send("DELETE", _path(message, "👍"), b"")
    assert back.status_code == 200
    assert back.json()["reactions"] == {"👍": ["bob"]}


def test_doing_it_twice_changes_nothing(ada_api: Api, message: Message) -> None:
    for method, seq in (("PUT", 2), ("DELETE", 3)):
        for _time in range(2):
            assert ada_api.send(method, _path(message, "❤️"), b"").json()["changed_seq"] == seq


@pytest.mark.parametrize("emoji", ["👩‍👩‍👧‍👦", "👍🏽", "🇫🇷", "#️⃣", "❤️"])
def test_one_emoji_may_be_many_characters(ada_api: Api, message: Message, emoji: str) -> None:
    assert ada_api.send("PUT", _path(message, emoji), b"").json()["reactions"] == {emoji: ["ada"]}


@pytest.mark.parametrize("emoji", ["a", "👍👍", "<b>", "\x00", "👍" * 50, " "])
def test_anything_else_is_refused(ada_api: Api, message: Message, emoji: str) -> None:
    problem(ada_api.send("PUT", _path(message, emoji), b""), 400, "bad_text")
    problem(ada_api.send("DELETE", _path(message, emoji), b""), 400, "bad_text")


@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_outsiders_strangers_and_the_archive(
    method: str, ada: User, ada_api: Api, eve_api: Api, stranger: Api, den: Room, message: Message
) -> None:
    hidden = post_message(ada, den, "hidden").message
    problem(eve_api.send(method, _path(hidden, "👍"), b""), 404, "not_found")
    problem(stranger.send(method, _path(message, "👍"), b""), 401, "not_authenticated")
    ada_api.send("DELETE", "/api/rooms/den/", b"")
    problem(ada_api.send(method, _path(hidden, "👍"), b""), 403, "archived")


def test_a_deleted_message_takes_none(ada: User, ada_api: Api, message: Message) -> None:
    delete_message(ada, message.room, message.pk)
    problem(ada_api.send("PUT", _path(message, "👍"), b""), 404, "not_found")
