"""Members by REST, and who is here."""

from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries, Settings

from accounts.models import User
from rooms import presence
from rooms.actions.memberships import join_room
from rooms.models import Membership, Room
from rooms.payloads import user_payload
from tests.accounts.wire import Api
from tests.conftest import MakeUser
from tests.rooms.api.conftest import problem

pytestmark = pytest.mark.django_db

MEMBERS = "/api/rooms/general/members/"
DEN = "/api/rooms/den/members/"


@pytest.fixture(autouse=True)
def unhurried(settings: Settings) -> None:
    settings.RATE_LIMITS = False


def _names(page: Any) -> list[str]:
    return [member["username"] for member in page.json()["results"]]


def test_members_are_listed_with_their_roles(ada_api: Api, ada: User, bob: User, mod: User) -> None:
    (first, *others) = ada_api.get(MEMBERS).json()["results"]
    assert first.pop("joined_at").endswith("Z")
    assert first == {"id": ada.pk, "username": "ada", "display_name": "Ada", "role": "member"}
    assert [(each["username"], each["role"]) for each in others] == [
        ("bob", "member"),
        ("mod", "moderator"),
    ]


def test_the_list_goes_on_by_username(ada_api: Api, make_user: MakeUser, general: Room) -> None:
    for name in ("bea", "cem", "dan", "zoë"):
        join_room(make_user(name), general)
    page = ada_api.get(f"{MEMBERS}?limit=2")
    assert _names(page) == ["ada", "bea"]
    join_room(make_user("abe"), general)
    page = ada_api.get(page.json()["next"])
    assert _names(page) == ["cem", "dan"]
    last = ada_api.get(page.json()["next"])
    assert (_names(last), last.json()["next"]) == (["zoë"], None)
    assert _names(ada_api.get(last.json()["previous"])) == ["cem", "dan"]
    assert _names(ada_api.get(page.json()["previous"])) == ["ada", "bea"]


def test_the_list_costs_four_queries_however_long(
    ada_api: Api,
    make_user: MakeUser,
    general: Room,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    # The person, the room, their standing, the members with their names.
    for number in range(10):
        join_room(make_user(f"person-{number}"), general)
    with django_assert_num_queries(4):
        assert len(_names(ada_api.get(MEMBERS))) == 11


def test_a_member_lets_people_into_a_public_room(ada_api: Api, eve_api: Api, eve: User) -> None:
    answer = ada_api.post(MEMBERS, {"username": "EVE"})
    assert answer.status_code == 201
    assert (answer.json()["username"], answer.json()["role"]) == ("eve", "member")
    assert _names(eve_api.get(MEMBERS)) == ["ada", "eve"]


def test_one_joins_and_leaves_by_ones_own_name(eve_api: Api, eve: User, general: Room) -> None:
    assert eve_api.post(MEMBERS, {"username": "eve"}).status_code == 201
    assert Membership.objects.get(user=eve).is_current
    assert eve_api.send("DELETE", f"{MEMBERS}eve/", b"").status_code == 204
    assert not Membership.objects.get(user=eve).is_current


def test_only_those_who_are_in_let_others_in(eve_api: Api, bob: User, make_user: MakeUser) -> None:
    make_user("zoe")
    problem(eve_api.post(MEMBERS, {"username": "zoe"}), 403, "forbidden")


def test_only_its_owner_lets_people_into_a_private_room(
    ada_api: Api, bob_api: Api, eve_api: Api, bob: User, eve: User, den: Room
) -> None:
    problem(eve_api.post(DEN, {"username": "eve"}), 404, "not_found")
    assert ada_api.post(DEN, {"username": "bob"}).status_code == 201
    assert bob_api.get(DEN).status_code == 200
    problem(bob_api.post(DEN, {"username": "eve"}), 403, "forbidden")
    problem(bob_api.send("DELETE", f"{DEN}ada/", b""), 403, "forbidden")
    problem(eve_api.send("DELETE", f"{DEN}bob/", b""), 404, "not_found")
    assert ada_api.send("DELETE", f"{DEN}bob/", b"").status_code == 204
    problem(bob_api.get(DEN), 404, "not_found")


def test_a_direct_room_keeps_its_people(ada_api: Api, eve: User, bob: User) -> None:
    room = ada_api.post("/api/rooms/", {"kind": "direct", "members": ["bob"]}).json()["name"]
    path = f"/api/rooms/{room}/members/"
    problem(ada_api.post(path, {"username": "eve"}), 403, "forbidden")
    problem(ada_api.send("DELETE", f"{path}bob/", b""), 403, "forbidden")
    problem(ada_api.send("DELETE", f"{path}ada/", b""), 403, "forbidden")


def test_nobody_and_odd_names_are_told_so(ada_api: Api, mod_api: Api) -> None:
    problem(ada_api.post(MEMBERS, {"username": "nobody"}), 404, "not_found")
    problem(ada_api.post(MEMBERS, {}), 400, "bad_fields")
    problem(ada_api.post(MEMBERS, {"username": 5}), 400, "bad_fields")
    problem(ada_api.post(MEMBERS, {"username": "\x00"}), 400, "bad_text")
    problem(mod_api.send("DELETE", f"{MEMBERS}nobody/", b""), 404, "not_found")
    problem(mod_api.send("DELETE", f"{MEMBERS}%00/", b""), 400, "bad_text")
    problem(ada_api.get(f"{MEMBERS}?after=%00"), 400, "bad_text")


def test_an_archived_room_lets_nobody_in(
    ada_api: Api, eve_api: Api, eve: User, attic: Room
) -> None:
    path = "/api/rooms/attic/members/"
    problem(ada_api.post(path, {"username": "eve"}), 403, "archived")
    problem(eve_api.post(path, {"username": "eve"}), 403, "archived")
    assert _names(ada_api.get(path)) == ["ada"]


def test_strangers_learn_no_names(stranger: Api, ada: User) -> None:
    for path in (MEMBERS, "/api/rooms/general/users/"):
        problem(stranger.get(path), 401, "not_authenticated")
    problem(stranger.post(MEMBERS, {"username": "ada"}), 401, "not_authenticated")
    problem(stranger.send("DELETE", f"{MEMBERS}ada/", b""), 401, "not_authenticated")


def test_users_are_those_who_are_here_now(
    ada_api: Api, eve_api: Api, ada: User, bob: User, general: Room, den: Room
) -> None:
    presence.backend.enter("here", general.pk, user_payload(ada))
    presence.backend.enter("here", general.pk, user_payload(bob))
    assert ada_api.get("/api/rooms/general/users/").json() == {
        "results": [user_payload(bob), user_payload(ada)],
        "count": 2,
        "next": None,
        "previous": None,
    }
    assert ada_api.get("/api/rooms/den/users/").json()["results"] == []
    problem(eve_api.get("/api/rooms/den/users/"), 404, "not_found")
