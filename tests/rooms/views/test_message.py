"""One message by its own address."""

import re
from typing import cast

import pytest

from accounts.models import User
from rooms.actions.messages import post_message
from rooms.actions.reactions import add_reaction
from rooms.actions.rooms import create_room
from rooms.models import Message, Reaction, Room
from rooms.payloads import MessagePayload, message_payload
from rooms.pieces import message_html
from tests.rooms.views.conftest import Browse, prose, words_of


@pytest.fixture
def message(ada: User, general: Room) -> Message:
    return post_message(ada, general, "the draft is at handbok").message


def _address(message: Message, verb: str = "") -> str:
    return f"/rooms/{message.room.name}/messages/{message.pk}/{verb}"


def test_its_author_may_edit_and_delete(browse: Browse, ada: User, message: Message) -> None:
    page = browse(ada).get(_address(message)).content
    assert b'name="content"' in page
    assert "Delete message" in words_of(page)


def test_others_may_reply_and_react_alone(browse: Browse, bob: User, message: Message) -> None:
    page = browse(bob).get(_address(message)).content
    assert b'name="content"' not in page
    assert "Delete message" not in words_of(page)
    assert "Send reply" in words_of(page)


def test_moderators_may_delete_and_not_edit(browse: Browse, mod: User, message: Message) -> None:
    page = browse(mod).get(_address(message)).content
    assert b'name="content"' not in page
    assert "Delete message" in words_of(page)


def test_editing(browse: Browse, ada: User, message: Message) -> None:
    browser = browse(ada)
    answer = browser.post(_address(message, "edit/"), {"content": "the draft\r\nis at handbook"})
    assert answer.status_code == 303
    assert answer.headers["Location"] == f"/rooms/general/#m{message.pk}"
    page = browser.get("/rooms/general/").content
    assert prose(page) == ["the draft\nis at handbook"]
    assert "edited" in words_of(page)


def test_the_text_area_keeps_a_first_empty_line(browse: Browse, ada: User, general: Room) -> None:
    message = post_message(ada, general, "\nsecond line").message
    assert b"required>\n\nsecond line</textarea>" in browse(ada).get(_address(message)).content


def test_a_refused_edit_says_why_and_keeps_the_words(
    browse: Browse, ada: User, message: Message
) -> None:
    answer = browse(ada).post(_address(message, "edit/"), {"content": "y" * 4001})
    assert answer.status_code == 422
    assert "At most 4000 characters." in words_of(answer.content)
    assert b"yyyy" in answer.content
    message.refresh_from_db()
    assert message.content == "the draft is at handbok"


def test_nobody_edits_others_words(browse: Browse, bob: User, mod: User, message: Message) -> None:
    for person in (bob, mod):
        answer = browse(person).post(_address(message, "edit/"), {"content": "mine"})
        assert answer.status_code == 403
        assert "Only its author may edit a message." in words_of(answer.content)
    message.refresh_from_db()
    assert message.content == "the draft is at handbok"


def test_deleting(browse: Browse, ada: User, message: Message) -> None:
    browser = browse(ada)
    answer = browser.post(_address(message, "delete/"))
    assert answer.status_code == 303
    page = browser.get(_address(message)).content
    assert "This message was deleted." in words_of(page)
    assert b'name="content"' not in page
    assert b"handbok" not in page


def test_nobody_deletes_others_words(browse: Browse, bob: User, message: Message) -> None:
    answer = browse(bob).post(_address(message, "delete/"))
    assert answer.status_code == 403
    message.refresh_from_db()
    assert not message.is_deleted


def test_a_button_puts_a_reaction_there_and_then_takes_it_back(
    browse: Browse, bob: User, message: Message
) -> None:
    browser = browse(bob)
    page = browser.get(_address(message)).content.decode()
    assert 'name="add" value="👍" aria-pressed="false"' in page
    answer = browser.post(_address(message, "react/"), {"add": "👍"})
    assert answer.status_code == 303
    assert answer.headers["Location"] == _address(message)
    page = browser.get(_address(message)).content.decode()
    assert 'data-by="bob"' in page
    assert 'name="remove" value="👍" aria-pressed="true"' in page
    assert browser.post(_address(message, "react/"), {"remove": "👍"}).status_code == 303
    assert not Reaction.objects.exists()


def test_a_double_click_counts_once(browse: Browse, bob: User, message: Message) -> None:
    browser = browse(bob)
    for wish, left in (("add", 1), ("remove", 0)):
        for _click in range(2):
            assert browser.post(_address(message, "react/"), {wish: "👍"}).status_code == 303
            assert Reaction.objects.count() == left


def test_others_reactions_stay(browse: Browse, ada: User, bob: User, message: Message) -> None:
    add_reaction(ada, message.room, message.pk, "👍")
    browse(bob).post(_address(message, "react/"), {"add": "👍"})
    assert Reaction.objects.count() == 2


@pytest.mark.parametrize("emoji", ["", "x", "👍👍", "<b>", "a" * 100])
def test_what_is_no_emoji_is_refused(
    browse: Browse, bob: User, message: Message, emoji: str
) -> None:
    for wish in ("add", "remove"):
        answer = browse(bob).post(_address(message, "react/"), {wish: emoji})
        assert answer.status_code == 422
    assert not Reaction.objects.exists()


@pytest.mark.parametrize("wishes", [{}, {"emoji": "👍"}, {"add": "👍", "remove": "👍"}])
def test_a_reaction_without_one_clear_wish_is_refused(
    browse: Browse, bob: User, message: Message, wishes: dict[str, str]
) -> None:
    answer = browse(bob).post(_address(message, "react/"), wishes)
    assert answer.status_code == 422
    assert not Reaction.objects.exists()


@pytest.mark.parametrize("number", ["0", "999", "9" * 19, "9" * 5000])
def test_no_such_message_is_404(browse: Browse, ada: User, number: str) -> None:
    browser = browse(ada)
    assert browser.get(f"/rooms/general/messages/{number}/").status_code == 404
    assert browser.post(f"/rooms/general/messages/{number}/delete/").status_code == 404
    edited = browser.post(f"/rooms/general/messages/{number}/edit/", {"content": "x"})
    assert edited.status_code == 404


def test_a_message_of_another_room_is_not_found_here(
    browse: Browse, ada: User, eve: User, message: Message
) -> None:
    room = create_room(ada, name="den", kind=Room.Kind.PRIVATE)
    secret = post_message(ada, room, "secret").message
    assert browse(ada).get(f"/rooms/general/messages/{secret.pk}/").status_code == 404
    assert browse(eve).get(_address(secret)).status_code == 404
    assert browse(eve).post(_address(secret, "react/"), {"add": "👍"}).status_code == 404


def test_of_many_who_reacted_the_first_twenty_are_named(message: Message) -> None:
    names = [f"person{number:02}" for number in range(30)]
    payload = {**message_payload(message), "reactions": {"👍": names}}

    piece = message_html(cast(MessagePayload, payload), message.html)

    (title,) = re.findall(r'title="(person[^"]*)"', piece)
    assert title == ", ".join(names[:20]) + " …"
    assert "👍, 30: person00" in piece


def test_the_way_back_leads_to_a_page_that_holds_the_message(
    browse: Browse, ada: User, general: Room
) -> None:
    ids = [post_message(ada, general, f"line {number}").message.pk for number in range(80)]
    browser = browse(ada)
    for number, older in ((79, False), (30, False), (29, True), (0, True)):
        page = browser.get(f"/rooms/general/messages/{ids[number]}/").content.decode()
        (place,) = set(re.findall(r'href="([^"]*#m\d+)"', page))
        assert ("?before=" in place) == older
        assert f"line {number}" in prose(browser.get(place).content)


@pytest.mark.parametrize(("verb", "fields"), [("edit/", {"content": "better"}), ("delete/", {})])
def test_who_changed_an_old_message_comes_back_to_it(
    browse: Browse, ada: User, message: Message, verb: str, fields: dict[str, str]
) -> None:
    for number in range(60):
        post_message(ada, message.room, f"line {number}")
    answer = browse(ada).post(_address(message, verb), fields)
    place = answer.headers["Location"]
    assert place.startswith("/rooms/general/?before=")
    assert f'id="m{message.pk}"' in browse(ada).get(place).content.decode()
