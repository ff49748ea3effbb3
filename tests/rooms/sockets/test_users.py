"""`users`: who is in the room now, told on joining and whenever it changes."""

import time
from typing import Any

import pytest
from asgiref.sync import sync_to_async

from accounts.models import User
from rooms import presence
from rooms.actions.rooms import create_room
from rooms.hub import attendance, sweeps
from rooms.models import Membership, Room
from tests.rooms.sockets.conftest import Enter
from tests.sockets import Client

pytestmark = pytest.mark.django_db(transaction=True)


async def test_everybody_is_told_who_comes_and_who_leaves(
    ada: User, bob: User, enter: Enter
) -> None:
    hers = await enter(ada)
    his = await enter(bob)
    await hers.until(_shows("bob", "ada"))

    await his.disconnect()

    gone = await hers.until(_shows("ada"))
    assert gone["count"] == 1


async def test_two_tabs_are_one_person_and_closing_one_changes_nothing(
    ada: User, bob: User, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attendance, "USERS_EVERY", 0.0)
    hers = await enter(ada)
    one, other = await enter(bob), await enter(bob)
    assert _names(other.frames[-1]) == ["bob", "ada"]
    await hers.until(_shows("bob", "ada"))

    await one.disconnect()
    await enter(bob)
    assert await _users_told(hers) == []
    await other.disconnect()
    assert await _users_told(hers) == []


async def test_an_outsider_is_present_while_they_read_and_is_no_member(
    ada: User, eve: User, enter: Enter
) -> None:
    hers = await enter(ada)

    await enter(eve)

    await hers.until(_shows("eve", "ada"))
    assert not await Membership.objects.filter(user=eve).aexists()


async def test_each_room_has_its_own_people(ada: User, bob: User, enter: Enter) -> None:
    await sync_to_async(create_room)(ada, name="den")

    await enter(ada, "den")
    his = await enter(bob)

    assert _names(his.frames[-1]) == ["bob"]


async def test_a_room_is_told_at_most_once_a_second(
    ada: User, bob: User, hal: User, eve: User, enter: Enter
) -> None:
    assert attendance.USERS_EVERY == 1.0
    hers = await enter(ada)
    await hers.so_far()
    before = len(_lists(hers))
    began = time.monotonic()

    for user in (bob, hal, eve):
        await enter(user)
    await hers.until(_shows("eve", "hal", "bob", "ada"))
    took = time.monotonic() - began

    assert len(_lists(hers)) - before <= 1 + took


async def test_beyond_a_hundred_the_last_hundred_and_the_count_are_told(
    ada: User, general: Room, enter: Enter
) -> None:
    for number in range(120):
        presence.backend.enter(
            "elsewhere",
            general.pk,
            {"id": 1000 + number, "username": f"p{number}", "display_name": ""},
        )

    hers = await enter(ada)

    people = hers.frames[-1]
    assert people["count"] == 121
    assert len(people["users"]) == 100
    assert [user["username"] for user in people["users"][:2]] == ["ada", "p119"]


async def test_who_is_cut_is_gone(
    quick_sweeps: None, ada: User, bob: User, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attendance, "USERS_EVERY", 0.0)
    hers, his = await enter(ada), await enter(bob)
    await hers.until(_shows("bob", "ada"))

    await User.objects.filter(pk=bob.pk).aupdate(is_active=False)

    assert await his.closed() == 4401
    await hers.until(_shows("ada"))


async def test_who_comes_alone_is_told_once(ada: User, enter: Enter) -> None:
    hers = await enter(ada)

    assert await _users_told(hers) == []


async def test_who_was_told_on_coming_what_is_no_longer_so_is_told_again(
    ada: User, bob: User, enter: Enter
) -> None:
    hers, her_phone, his = await enter(ada), await enter(ada), await enter(bob)
    await hers.until(_shows("bob", "ada"))
    await his.disconnect()
    await hers.until(_shows("ada"))

    # Within the second in which nothing is told, bob comes, ada's other socket comes, and bob goes.
    his = await enter(bob)
    tablet = await enter(ada)
    assert _names(_lists(tablet)[-1]) == ["bob", "ada"]
    await his.disconnect()

    await tablet.until(_shows("ada"))
    await her_phone.so_far()
    assert _names(_lists(her_phone)[-1]) == ["ada"]


@pytest.fixture
def quick_renewal(monkeypatch: pytest.MonkeyPatch) -> None:
    """To be named before whatever starts the hub."""
    monkeypatch.setattr(sweeps, "RENEWAL", 0.05)


async def test_a_new_display_name_is_shown_with_the_next_renewal(
    ada: User, quick_renewal: None, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attendance, "USERS_EVERY", 0.0)
    hers = await enter(ada)

    await User.objects.filter(pk=ada.pk).aupdate(display_name="Countess")

    await hers.until(lambda f: "users" in f and f["users"][0]["display_name"] == "Countess")


def _names(frame: Any) -> list[str]:
    return [user["username"] for user in frame["users"]]


def _shows(*names: str) -> Any:
    return lambda frame: "users" in frame and _names(frame) == list(names)


def _lists(client: Client) -> list[Any]:
    return [frame for frame in client.frames if "users" in frame]


async def _users_told(client: Client) -> list[Any]:
    before = len(_lists(client))
    await client.so_far()
    return _lists(client)[before:]
