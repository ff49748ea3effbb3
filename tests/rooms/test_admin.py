"""The admin shows rooms and ends what must end; what others see changes by the actions alone."""

import pytest
from django.test import Client

from accounts.models import User
from rooms.actions.messages import post_message
from rooms.actions.rooms import change_room, create_room
from rooms.models import Membership, Message, Room

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(general: Room) -> Client:
    """The administrator's browser."""
    browser = Client()
    browser.force_login(User.objects.create_superuser("chief", password="four odd words work"))
    return browser


def _do(desk: Client, kind: str, action: str, row: Room | Message | Membership) -> str:
    form = {"action": action, "_selected_action": [row.pk]}
    return desk.post(f"/admin/rooms/{kind}/", form, follow=True).content.decode()


@pytest.mark.parametrize("kind", ["room", "message", "membership"])
def test_rows_are_listed_and_opened_but_neither_made_changed_nor_deleted(
    kind: str, desk: Client, ada: User, general: Room
) -> None:
    message = post_message(ada, general, "hello").message
    pk = {"room": general, "message": message, "membership": ada.memberships.get()}[kind].pk
    assert desk.get(f"/admin/rooms/{kind}/", {"q": "general"}).status_code == 200
    page = desk.get(f"/admin/rooms/{kind}/{pk}/change/")
    assert page.status_code == 200
    assert 'name="_save"' not in page.content.decode()
    assert desk.post(f"/admin/rooms/{kind}/{pk}/change/", {"title": "x"}).status_code == 403
    assert desk.get(f"/admin/rooms/{kind}/add/").status_code == 403
    assert desk.post(f"/admin/rooms/{kind}/{pk}/delete/", {"post": "yes"}).status_code == 403
    assert "delete_selected" not in desk.get(f"/admin/rooms/{kind}/").content.decode()


def test_rooms_are_archived_and_brought_back(desk: Client, ada: User) -> None:
    den = create_room(ada, name="den")
    for action, archived in (("archive", True), ("bring_back", False)):
        _do(desk, "room", action, den)
        den.refresh_from_db()
        assert den.is_archived == archived
    assert den.version == 2, "by the action, which tells the room's people"


def test_what_the_action_refuses_is_said(desk: Client, ada: User) -> None:
    den = create_room(ada, name="den", kind="private")
    assert "not yours to see" in _do(desk, "room", "archive", den)
    den.refresh_from_db()
    assert not den.is_archived


def test_a_message_is_emptied_for_everybody(desk: Client, ada: User, general: Room) -> None:
    message = post_message(ada, general, "rude words").message
    _do(desk, "message", "empty", message)
    message.refresh_from_db()
    assert (message.content, message.is_deleted, message.changed_seq) == ("", True, 2)


def test_words_of_rooms_that_one_may_not_open_are_not_shown(desk: Client, ada: User) -> None:
    den = create_room(ada, name="den", kind="private")
    message = post_message(ada, den, "secret").message
    assert "secret" not in desk.get("/admin/rooms/message/").content.decode()
    assert desk.get(f"/admin/rooms/message/{message.pk}/change/").status_code == 302
    _do(desk, "message", "empty", message)
    message.refresh_from_db()
    assert message.content == "secret"


def test_a_person_is_put_out_of_a_room(desk: Client, ada: User) -> None:
    seat = ada.memberships.get()
    _do(desk, "membership", "put_out", seat)
    seat.refresh_from_db()
    assert not seat.is_current


def test_text_in_the_lists_is_escaped(desk: Client, ada: User, general: Room) -> None:
    post_message(ada, general, "<script>alert(1)</script>")
    change_room(User.objects.get(username="chief"), general, title="<b>bold</b>")
    for kind in ("message", "room", "membership"):
        html = desk.get(f"/admin/rooms/{kind}/").content.decode()
        assert "<script>alert" not in html
        assert "<b>bold" not in html


def test_whoever_is_no_administrator_gets_nowhere(client: Client, ada: User) -> None:
    client.force_login(ada)
    for kind in ("room", "message", "membership"):
        assert client.get(f"/admin/rooms/{kind}/").status_code in {302, 403}
