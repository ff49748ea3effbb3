"""Writing in a room without a script."""

import pytest
from django.db import OperationalError
from django.test import Client
from pytest_django import Settings

from accounts.models import User
from rooms import limits
from rooms.actions.messages import post_message
from rooms.models import Membership, Message, Room
from rooms.views import room as room_view
from tests.rooms.views.conftest import Browse, hidden_value, prose, words_of

ROOM = "/rooms/general/"
POST = ROOM + "messages/"


def test_words_for_another_room_stay_in_the_composer(
    browse: Browse, ada: User, general: Room
) -> None:
    answer = browse(ada).post(POST, {"message": "for the old one", "room_id": general.pk + 1})
    assert answer.status_code == 404
    assert b"for the old one</textarea>" in answer.content
    assert not Message.objects.exists()
    answer = browse(ada).post(POST, {"message": "for this one", "room_id": general.pk})
    assert answer.status_code == 303


def test_a_post_leads_back_to_the_room(browse: Browse, ada: User) -> None:
    browser = browse(ada)
    client_id = hidden_value(browser.get(ROOM).content, "client_id")
    answer = browser.post(POST, {"message": "hello", "client_id": client_id, "reply_to": ""})
    assert answer.status_code == 303
    assert answer.headers["Location"] == ROOM
    assert prose(browser.get(ROOM).content) == ["hello"]


def test_a_double_click_posts_once(browse: Browse, ada: User) -> None:
    browser = browse(ada)
    form = {
        "message": "hello",
        "client_id": hidden_value(browser.get(ROOM).content, "client_id"),
    }
    assert [browser.post(POST, form).status_code for _ in range(3)] == [303, 303, 303]
    assert Message.objects.count() == 1


def test_every_page_has_an_id_of_its_own(browse: Browse, ada: User) -> None:
    browser = browse(ada)
    ids = {hidden_value(browser.get(ROOM).content, "client_id") for _ in range(3)}
    assert len(ids) == 3


def test_other_words_with_a_used_id_are_a_conflict_that_the_next_try_cures(
    browse: Browse, ada: User
) -> None:
    browser = browse(ada)
    browser.post(POST, {"message": "hello", "client_id": "one"})
    answer = browser.post(POST, {"message": "other words", "client_id": "one"})
    assert answer.status_code == 409
    assert "other words" in words_of(answer.content)
    fresh = hidden_value(answer.content, "client_id")
    assert fresh != "one"
    again = browser.post(POST, {"message": "other words", "client_id": fresh})
    assert again.status_code == 303


def test_line_ends_are_stored_as_they_were_typed(browse: Browse, ada: User) -> None:
    browse(ada).post(POST, {"message": "  one\r\ntwo\r\n\r\nthree "})
    assert Message.objects.get().content == "  one\ntwo\n\nthree "


def test_the_first_post_makes_a_member(browse: Browse, eve: User, general: Room) -> None:
    browser = browse(eve)
    browser.get(ROOM)
    assert not Membership.objects.filter(user=eve).exists()
    browser.post(POST, {"message": "hello"})
    assert Membership.objects.current().filter(user=eve, room=general).exists()


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("", "There are no words in it."),
        (" \r\n ", "There are no words in it."),
        ("x" * 4001, "At most 4000 characters."),
        ("a\x00b", "That text holds characters that cannot be stored."),
    ],
)
def test_a_refused_post_says_why_and_keeps_the_words(
    browse: Browse, ada: User, words: str, says: str
) -> None:
    answer = browse(ada).post(POST, {"message": words, "client_id": "one"})
    assert answer.status_code == 422
    assert says in words_of(answer.content)
    assert not Message.objects.exists()


@pytest.mark.parametrize(
    "fields",
    [
        {"client_id": "not an id"},
        {"client_id": "x" * 65},
        {"reply_to": "nobody"},
        {"reply_to": "9" * 5000},
    ],
)
def test_fields_without_sense_are_refused(
    browse: Browse, ada: User, fields: dict[str, str]
) -> None:
    answer = browse(ada).post(POST, {"message": "hello", **fields})
    assert answer.status_code == 422
    assert "hello" in words_of(answer.content)


def test_an_answer_to_nothing_is_not_found(browse: Browse, ada: User) -> None:
    answer = browse(ada).post(POST, {"message": "hello", "reply_to": "999"})
    assert answer.status_code == 404
    assert not Message.objects.exists()


def test_a_reply_is_posted(browse: Browse, ada: User, bob: User, general: Room) -> None:
    first = post_message(bob, general, "who has the key").message
    browse(ada).post(POST, {"message": "I have", "reply_to": str(first.pk)})
    assert Message.objects.latest("pk").reply_to == first


def test_readers_may_not_write(browse: Browse, eve: User, general: Room) -> None:
    Membership.objects.create(room=general, user=eve, role=Membership.Role.READ_ONLY)
    answer = browse(eve).post(POST, {"message": "hello"})
    assert answer.status_code == 403
    assert "You may only read in this room." in words_of(answer.content)


def test_too_fast_says_when_to_come_back(browse: Browse, ada: User, settings: Settings) -> None:
    settings.MESSAGES_PER_SECOND = 1
    limits.reset_rates()
    for _ in range(settings.MESSAGE_BURST):
        limits.check_rate(ada.pk)
    refused = browse(ada).post(POST, {"message": "one more"})
    assert refused.status_code == 429
    assert refused.headers["Retry-After"] == "1"
    assert "Too fast." in words_of(refused.content)


def test_a_store_that_fails_says_so_and_keeps_nothing(
    browse: Browse, ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*args: object, **options: object) -> None:
        raise OperationalError("database or disk is full")

    monkeypatch.setattr(room_view, "post_and_wait", full)
    answer = browse(ada).post(POST, {"message": "hello"})
    assert answer.status_code == 503
    assert "It could not be stored. Try again." in words_of(answer.content)


def test_a_form_from_another_site_is_refused(ada: User) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(ada)
    answer = browser.post(POST, {"message": "hello"})
    assert answer.status_code == 403
    assert "This form is too old" in words_of(answer.content)
    assert not Message.objects.exists()


def test_joining_and_leaving(browse: Browse, eve: User, general: Room) -> None:
    browser = browse(eve)
    assert browser.get(ROOM + "join/").status_code == 405
    assert browser.post(ROOM + "join/").headers["Location"] == ROOM
    assert b'data-member="yes"' in browser.get(ROOM).content
    assert browser.post(ROOM + "leave/").headers["Location"] == "/rooms/"
    assert b'data-member="no"' in browser.get(ROOM).content
