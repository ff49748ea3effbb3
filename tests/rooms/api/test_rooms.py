"""Rooms by REST: which there are, making, changing and archiving them."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from accounts.models import User
from rooms.actions.messages import post_message
from rooms.actions.rooms import create_room
from rooms.models import Membership, Room
from tests.accounts.wire import Api
from tests.rooms.api.conftest import problem

pytestmark = pytest.mark.django_db

ROOMS = "/api/rooms/"


@pytest.fixture(autouse=True)
def unhurried(settings: Settings) -> None:
    settings.RATE_LIMITS = False


def _names(page: Any) -> list[str]:
    return [room["name"] for room in page.json()["results"]]


def test_a_room_is_told_whole(ada_api: Api, ada: User, general: Room) -> None:
    post_message(ada, general, "first")
    room = ada_api.get(f"{ROOMS}general/").json()
    assert room.pop("created_at").endswith("Z")
    assert room == {
        "name": "general",
        "title": "General",
        "topic": "",
        "kind": "public",
        "archived": False,
        "seq": 1,
    }
    assert ada_api.get(ROOMS).json()["results"][0]["seq"] == 1
    assert ada_api.get(f"{ROOMS}GENERAL/").json()["name"] == "general"


def test_each_person_sees_their_own_list(
    ada_api: Api, bob_api: Api, eve_api: Api, stranger: Api, den: Room, attic: Room, bob: User
) -> None:
    ada_api.post(ROOMS, {"kind": "direct", "members": ["bob"]})
    direct = Room.objects.get(kind="direct").name
    assert _names(ada_api.get(ROOMS)) == ["attic", "den", direct, "general"]
    assert _names(bob_api.get(ROOMS)) == ["attic", direct, "general"]
    assert _names(eve_api.get(ROOMS)) == ["attic", "general"]
    problem(stranger.get(ROOMS), 401, "not_authenticated")


def test_a_banned_person_is_shown_no_room_that_they_are_banned_from(
    bob_api: Api, bob: User, den: Room, general: Room
) -> None:
    until = timezone.now() + timedelta(hours=1)
    Membership.objects.create(room=den, user=bob, banned_until=until)
    Membership.objects.filter(room=general, user=bob).update(banned_until=until)
    assert _names(bob_api.get(ROOMS)) == []
    problem(bob_api.get(f"{ROOMS}den/"), 404, "not_found")
    problem(bob_api.get(f"{ROOMS}general/"), 403, "forbidden")
    Membership.objects.update(banned_until=timezone.now())
    assert _names(bob_api.get(ROOMS)) == ["den", "general"]


def test_the_list_goes_on_by_name_while_rooms_come(ada_api: Api, ada: User, general: Room) -> None:
    for name in ("b", "d", "f", "h"):
        create_room(ada, name=name)
    page = ada_api.get(f"{ROOMS}?limit=2")
    assert (_names(page), page.json()["previous"]) == (["b", "d"], None)
    create_room(ada, name="a")
    create_room(ada, name="e")
    page = ada_api.get(page.json()["next"])
    assert _names(page) == ["e", "f"]
    page = ada_api.get(page.json()["next"])
    assert (_names(page), page.json()["next"]) == (["general", "h"], None)
    back = ada_api.get(page.json()["previous"])
    assert _names(back) == ["e", "f"]
    back = ada_api.get(back.json()["previous"])
    assert _names(back) == ["b", "d"]
    back = ada_api.get(back.json()["previous"])
    assert (_names(back), back.json()["previous"]) == (["a"], None)
    assert back.json()["next"] == f"http://testserver{ROOMS}?after=a&limit=2"
    whole = ada_api.get(f"{ROOMS}?after=0").json()
    assert (len(whole["results"]), whole["next"], whole["previous"]) == (7, None, None)


def test_the_list_costs_two_queries_however_long(
    ada_api: Api, ada: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    # The person; the rooms with their counters.
    for number in range(20):
        create_room(ada, name=f"room-{number}")
    with django_assert_num_queries(2):
        assert len(ada_api.get(ROOMS).json()["results"]) == 21


@pytest.mark.parametrize("query", ["limit=0", "limit=x", "limit=201"])
def test_a_bad_limit_is_400(ada_api: Api, query: str) -> None:
    problem(ada_api.get(f"{ROOMS}?{query}"), 400, "bad_fields")


def test_a_name_that_no_database_stores_is_400(ada_api: Api) -> None:
    problem(ada_api.get(f"{ROOMS}?after=%00"), 400, "bad_text")


def test_whoever_makes_a_room_owns_it(ada_api: Api, bob_api: Api, bob: User, ada: User) -> None:
    sent = {"name": "Plans", "title": "Our plans", "topic": "What next", "kind": "private"}
    answer = ada_api.post(ROOMS, sent)
    assert answer.status_code == 201
    room = answer.json()
    assert (room["name"], room["title"], room["kind"], room["seq"]) == (
        "plans", "Our plans", "private", 0,
    )  # fmt: skip
    assert Membership.objects.get(room__name="plans").role == Membership.Role.OWNER
    problem(bob_api.get(f"{ROOMS}plans/"), 404, "not_found")


def test_a_taken_name_is_refused_in_the_same_words_for_every_kind(
    bob_api: Api, den: Room, attic: Room, general: Room
) -> None:
    answers = [bob_api.post(ROOMS, {"name": name}) for name in ("den", "attic", "GENERAL", "new")]
    for answer in answers:
        problem(answer, 409, "taken")
    assert len({answer.content for answer in answers}) == 1


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "name"),
        ({"name": ""}, "name"),
        ({"name": "a b"}, "name"),
        ({"name": "x" * 41}, "name"),
        ({"name": "é"}, "name"),
        ({"name": 5}, "name"),
        ({"name": None}, "name"),
        ({"name": "a", "title": 5}, "title"),
        ({"name": "a", "title": "x" * 101}, "title"),
        ({"name": "a", "topic": "x" * 251}, "topic"),
        ({"name": "a", "kind": "secret"}, "kind"),
        ({"name": "a", "kind": ["public"]}, "kind"),
        ({"kind": "direct"}, "members"),
        ({"kind": "direct", "members": "bob"}, "members"),
        ({"kind": "direct", "members": [5]}, "members"),
        ({"kind": "direct", "members": []}, "members"),
        ({"kind": "direct", "members": ["ada"]}, "members"),
        ({"kind": "direct", "members": ["nobody-here"]}, "members"),
        ({"kind": "direct", "members": ["x"] * 101}, "members"),
    ],
)
def test_a_wrong_room_is_told_what_is_wrong(ada_api: Api, body: Any, field: str) -> None:
    before = Room.objects.count()
    assert list(problem(ada_api.post(ROOMS, body), 400, "bad_fields")["errors"]) == [field]
    assert Room.objects.count() == before


@pytest.mark.parametrize("text", ["\x00", "\ud800"])
def test_texts_that_no_database_stores_are_refused(ada_api: Api, text: str) -> None:
    for body in (
        {"name": text},
        {"name": "a", "topic": text},
        {"kind": "direct", "members": [text]},
    ):
        problem(ada_api.post(ROOMS, body), 400, "bad_text")


def test_there_is_one_direct_room_per_set_of_people(
    ada_api: Api, bob_api: Api, eve_api: Api, bob: User, eve: User
) -> None:
    first = ada_api.post(ROOMS, {"kind": "direct", "members": ["Bob"]})
    again = bob_api.post(ROOMS, {"kind": "direct", "members": ["ada", "bob"]})
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == first.json()
    assert first.json()["kind"] == "direct"
    problem(eve_api.get(f"{ROOMS}{first.json()['name']}/"), 404, "not_found")
    three = ada_api.post(ROOMS, {"kind": "direct", "members": ["bob", "eve"]})
    assert three.status_code == 201
    assert three.json()["name"] != first.json()["name"]


def test_a_moderator_changes_what_is_given_and_nothing_else(mod_api: Api, general: Room) -> None:
    answer = mod_api.patch(f"{ROOMS}general/", {"topic": "All and nothing"})
    assert (answer.status_code, answer.json()["topic"]) == (200, "All and nothing")
    assert answer.json()["title"] == "General"
    assert mod_api.patch(f"{ROOMS}general/", {}).json() == answer.json()


def test_a_renamed_room_moves(ada_api: Api, den: Room) -> None:
    assert ada_api.patch(f"{ROOMS}den/", {"name": "Cave"}).json()["name"] == "cave"
    problem(ada_api.get(f"{ROOMS}den/"), 404, "not_found")
    assert ada_api.get(f"{ROOMS}cave/").status_code == 200
    problem(ada_api.patch(f"{ROOMS}cave/", {"name": "general"}), 409, "taken")


@pytest.mark.parametrize(
    "body",
    [{"title": None}, {"archived": "yes"}, {"archived": 1}, {"archived": None}, {"name": "a b"}],
)
def test_a_wrong_change_is_refused(ada_api: Api, den: Room, body: Any) -> None:
    problem(ada_api.patch(f"{ROOMS}den/", body), 400, "bad_fields")


def test_deleting_archives_and_patching_brings_back(ada_api: Api, ada: User, den: Room) -> None:
    gone = ada_api.send("DELETE", f"{ROOMS}den/", b"")
    assert (gone.status_code, gone.content) == (204, b"")
    assert ada_api.send("DELETE", f"{ROOMS}den/", b"").status_code == 204
    assert ada_api.get(f"{ROOMS}den/").json()["archived"] is True
    problem(ada_api.patch(f"{ROOMS}den/", {"title": "x"}), 403, "archived")
    assert ada_api.patch(f"{ROOMS}den/", {"archived": False}).json()["archived"] is False
    assert ada_api.patch(f"{ROOMS}den/", {"title": "x"}).json()["title"] == "x"


@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
def test_members_outsiders_and_strangers_change_no_room(
    method: str, bob_api: Api, eve_api: Api, stranger: Api, general: Room, den: Room
) -> None:
    body = b'{"title": "Mine"}'
    problem(bob_api.send(method, f"{ROOMS}general/", body), 403, "forbidden")
    problem(eve_api.send(method, f"{ROOMS}general/", body), 403, "forbidden")
    problem(eve_api.send(method, f"{ROOMS}den/", body), 404, "not_found")
    problem(stranger.send(method, f"{ROOMS}general/", body), 401, "not_authenticated")
    problem(stranger.post(ROOMS, {"name": "mine"}), 401, "not_authenticated")
