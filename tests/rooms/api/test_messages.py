"""Messages by REST: pages by keyset, exactly once, and who may do what."""

from typing import Any

import pytest
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries, Settings

from accounts.models import User
from rooms.actions.messages import delete_message, post_message
from rooms.actions.reactions import add_reaction
from rooms.models import Membership, Message, Room
from tests.accounts.wire import Api
from tests.rooms.api.conftest import problem

pytestmark = pytest.mark.django_db

POST = "/api/rooms/general/messages/"


@pytest.fixture(autouse=True)
def unhurried(settings: Settings) -> None:
    settings.RATE_LIMITS = False


def _say(author: User, room: Room, *contents: str) -> list[Message]:
    return [post_message(author, room, content).message for content in contents]


def _contents(page: Any) -> list[str]:
    return [message["content"] for message in page.json()["results"]]


def test_a_post_answers_with_the_whole_message(ada_api: Api, ada: User, general: Room) -> None:
    answer = ada_api.post(POST, {"content": "hello", "client_id": "one"})
    assert answer.status_code == 201
    message = answer.json()
    assert ada_api.get(f"{POST}{message['id']}/").json() == message
    assert message.pop("created_at").endswith("Z")
    assert message == {
        "id": Message.objects.get().pk,
        "room": "general",
        "seq": 1,
        "changed_seq": 1,
        "user": {"id": ada.pk, "username": "ada", "display_name": "Ada"},
        "content": "hello",
        "edited_at": None,
        "deleted": False,
        "reply_to": None,
        "reactions": {},
        "client_id": "one",
    }


def test_head_answers_like_get_without_a_body(ada_api: Api, general: Room) -> None:
    answer = ada_api.send("HEAD", POST, b"")
    assert (answer.status_code, answer.content) == (200, b"")


def test_text_is_kept_as_it_was_written(ada_api: Api) -> None:
    written = "  <b>bold</b> & \r\n\tспасибо 👍🏽  "
    assert ada_api.post(POST, {"content": written}).json()["content"] == written


def test_a_reply_names_what_it_answers(ada_api: Api, bob: User, general: Room, den: Room) -> None:
    (first,) = _say(bob, general, "first")
    reply = ada_api.post(POST, {"content": "yes", "reply_to": first.pk}).json()
    assert reply["reply_to"] == {"id": first.pk, "seq": first.seq}
    elsewhere = ada_api.post("/api/rooms/den/messages/", {"content": "no", "reply_to": first.pk})
    problem(elsewhere, 404, "not_found")
    assert (
        ada_api.post(POST, {"content": "a", "reply_to": None, "client_id": None}).status_code == 201
    )


def test_the_same_post_again_is_200_with_the_first_message(ada_api: Api, ada: User) -> None:
    sent = {"content": "once", "client_id": "a-1"}
    first = ada_api.post(POST, sent)
    again = ada_api.post(POST, sent)
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == first.json()
    assert Message.objects.count() == 1


def test_an_edited_message_still_answers_its_own_resend(ada_api: Api, general: Room) -> None:
    sent = {"content": "once", "client_id": "a-1"}
    first = ada_api.post(POST, sent).json()
    ada_api.patch(f"{POST}{first['id']}/", {"content": "twice"})
    again = ada_api.post(POST, sent)
    assert again.status_code == 200
    assert (again.json()["id"], again.json()["content"]) == (first["id"], "twice")


@pytest.mark.parametrize("other", ["text", "room", "reply"])
def test_another_post_under_the_same_id_is_a_conflict(
    other: str, ada_api: Api, bob_api: Api, ada: User, den: Room
) -> None:
    sent = {"content": "once", "client_id": "a-1"}
    first = ada_api.post(POST, sent).json()["id"]
    path = "/api/rooms/den/messages/" if other == "room" else POST
    changes = {"text": {"content": "more"}, "room": {}, "reply": {"reply_to": first}}[other]
    problem(ada_api.post(path, {**sent, **changes}), 409, "id_conflict")
    assert bob_api.post(POST, sent).status_code == 201, "ids are each author's own"


def test_without_a_query_the_newest_page_comes(ada_api: Api, ada: User, general: Room) -> None:
    _say(ada, general, *"abcde")
    page = ada_api.get(f"{POST}?limit=2")
    assert _contents(page) == ["d", "e"]
    assert page.json()["next"] is None
    assert page.json()["previous"] == f"http://testserver{POST}?before=4&limit=2"


def test_pages_back_and_forth_are_whole_while_people_write(
    ada_api: Api, ada: User, general: Room
) -> None:
    _say(ada, general, *"abcdefg")
    page = ada_api.get(f"{POST}?limit=2")
    seen = _contents(page)
    while page.json()["previous"]:
        _say(ada, general, "later")
        page = ada_api.get(page.json()["previous"])
        seen = _contents(page) + seen
    assert seen == list("abcdefg")
    while page.json()["next"]:
        page = ada_api.get(page.json()["next"])
        seen += _contents(page)
    assert seen == [*"abcdefg", *"bcdefg", *["later"] * 3]


def test_after_goes_on_behind_a_number(ada_api: Api, ada: User, general: Room) -> None:
    _say(ada, general, *"abcde")
    page = ada_api.get(f"{POST}?after=2&limit=2")
    assert _contents(page) == ["c", "d"]
    assert page.json()["next"].endswith("?after=4&limit=2")
    assert page.json()["previous"].endswith("?before=3&limit=2")
    assert _contents(ada_api.get(page.json()["next"])) == ["e"]
    assert _contents(ada_api.get(f"{POST}?after=1&before=4")) == ["b", "c"]
    whole = ada_api.get(f"{POST}?after=0").json()
    assert (len(whole["results"]), whole["next"], whole["previous"]) == (5, None, None)
    nothing = ada_api.get(f"{POST}?after=5").json()
    assert nothing == {"results": [], "next": None, "previous": None}


def test_tombstones_keep_their_place(ada_api: Api, ada: User, general: Room) -> None:
    first, _second = _say(ada, general, "first", "second")
    delete_message(ada, general, first.pk)
    told = ada_api.get(POST).json()["results"]
    assert [(message["content"], message["deleted"]) for message in told] == [
        ("", True),
        ("second", False),
    ]


def test_a_page_costs_five_queries_however_long(
    ada_api: Api,
    ada: User,
    bob: User,
    general: Room,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    # The person, the room, their standing, the messages, the reactions.
    first, *_others = _say(ada, general, *"abcdefghij")
    for number in range(10):
        reply = post_message(bob, general, str(number), reply_to=first.pk).message
        add_reaction(ada, general, reply.pk, "👍")
    counted: CaptureQueriesContext
    with django_assert_num_queries(5) as counted:
        assert len(ada_api.get(POST).json()["results"]) == 20
    assert len(counted) == 5


def test_an_author_edits_and_deletes(ada_api: Api, ada: User, general: Room) -> None:
    (message,) = _say(ada, general, "frist")
    path = f"{POST}{message.pk}/"
    edited = ada_api.patch(path, {"content": "first"}).json()
    assert (edited["content"], edited["seq"], edited["changed_seq"]) == ("first", 1, 2)
    assert edited["edited_at"]
    gone = ada_api.send("DELETE", path, b"")
    assert (gone.status_code, gone.content) == (204, b"")
    assert ada_api.send("DELETE", path, b"").status_code == 204
    told = ada_api.get(path).json()
    assert (told["content"], told["deleted"], told["changed_seq"]) == ("", True, 3)
    problem(ada_api.patch(path, {"content": "again"}), 404, "not_found")


def test_others_edit_nothing_and_only_moderators_delete(
    bob_api: Api, mod_api: Api, ada: User, general: Room
) -> None:
    (message,) = _say(ada, general, "mine")
    path = f"{POST}{message.pk}/"
    problem(bob_api.patch(path, {"content": "yours"}), 403, "forbidden")
    problem(mod_api.patch(path, {"content": "yours"}), 403, "forbidden")
    problem(bob_api.send("DELETE", path, b""), 403, "forbidden")
    assert mod_api.send("DELETE", path, b"").status_code == 204


def test_a_message_is_found_in_its_own_room_only(ada_api: Api, ada: User, den: Room) -> None:
    (message,) = _say(ada, den, "here")
    problem(ada_api.get(f"{POST}{message.pk}/"), 404, "not_found")
    problem(ada_api.patch(f"{POST}{message.pk}/", {"content": "there"}), 404, "not_found")
    assert ada_api.get(f"/api/rooms/den/messages/{message.pk}/").status_code == 200


@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
def test_outsiders_find_no_message_of_a_hidden_room(
    method: str, eve_api: Api, ada: User, den: Room
) -> None:
    (message,) = _say(ada, den, "hidden")
    path = f"/api/rooms/den/messages/{message.pk}/"
    problem(eve_api.send(method, path, b'{"content": "x"}'), 404, "not_found")
    problem(eve_api.post("/api/rooms/den/messages/", {"content": "x"}), 404, "not_found")


@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
def test_strangers_get_nowhere(method: str, stranger: Api, ada: User, general: Room) -> None:
    (message,) = _say(ada, general, "first")
    path = f"{POST}{message.pk}/"
    problem(stranger.send(method, path, b"{}"), 401, "not_authenticated")
    problem(stranger.post(POST, {"content": "x"}), 401, "not_authenticated")
    problem(stranger.get(POST), 401, "not_authenticated")


def test_reading_makes_no_member_and_the_first_post_does(
    eve_api: Api, eve: User, general: Room
) -> None:
    assert eve_api.get(POST).status_code == 200
    assert not Membership.objects.filter(user=eve).exists()
    assert eve_api.post(POST, {"content": "hello"}).status_code == 201
    assert Membership.objects.get(user=eve).room == general


def test_an_archived_room_is_read_and_not_changed(ada_api: Api, ada: User) -> None:
    ada_api.post("/api/rooms/", {"name": "old"})
    first = ada_api.post("/api/rooms/old/messages/", {"content": "first"}).json()["id"]
    assert ada_api.send("DELETE", "/api/rooms/old/", b"").status_code == 204
    messages = "/api/rooms/old/messages/"
    assert _contents(ada_api.get(messages)) == ["first"]
    assert ada_api.get(f"{messages}{first}/").status_code == 200
    problem(ada_api.post(messages, {"content": "second"}), 403, "archived")
    problem(ada_api.patch(f"{messages}{first}/", {"content": "1st"}), 403, "archived")
    problem(ada_api.send("DELETE", f"{messages}{first}/", b""), 403, "archived")


def test_readers_may_not_write(ada_api: Api, ada: User, general: Room) -> None:
    Membership.objects.filter(user=ada).update(role=Membership.Role.READ_ONLY)
    problem(ada_api.post(POST, {"content": "x"}), 403, "read_only")
    assert ada_api.get(POST).status_code == 200
