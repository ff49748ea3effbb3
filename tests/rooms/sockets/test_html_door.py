"""Who may open the browser's sockets."""

from datetime import timedelta
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.utils import timezone
from pytest_django import Settings

from accounts.actions import deactivate, end_session
from accounts.models import User
from rooms.actions.rooms import change_room, create_room
from rooms.models import Membership, Room
from tests.rooms.sockets.conftest import Enter, sign_in
from tests.rooms.sockets.pieces import facts_of

pytestmark = pytest.mark.django_db(transaction=True)

ME = "/ws/me/"


async def test_it_opens_for_a_session_from_the_sites_own_pages(ada: User, browse: Enter) -> None:
    hers = await browse(ada)

    ready = await hers.until("ready")
    assert facts_of(ready)["seq"] == "0"
    assert facts_of(ready)["epoch"]
    assert f'data-user="{ada.pk}"' in await hers.until("users")


@pytest.mark.parametrize("path", ["/ws/rooms/general/", ME])
@pytest.mark.parametrize(
    "origin",
    [
        None,
        "",
        "null",
        "http://evil.example",
        "http://localhost",
        "http://localhost:8001",
        "https://localhost:8000",
        "http://localhost:8000.evil.example",
        "http://127.0.0.1:8000",
        "localhost:8000",
        "http://localhost:x",
    ],
)
async def test_another_origin_is_4403(
    ada: User, browse: Enter, path: str, origin: str | None
) -> None:
    assert await (await browse(ada, path, origin=origin)).closed() == 4403


async def test_a_host_that_is_not_ours_is_4403_though_origin_and_host_agree(
    ada: User, browse: Enter
) -> None:
    hers = await browse(ada, origin="http://evil.example", host="evil.example")

    assert await hers.closed() == 4403


async def test_allowed_origins_open_the_json_socket_alone(
    ada: User, browse: Enter, settings: Settings
) -> None:
    settings.ALLOWED_ORIGINS = ["https://app.example"]

    assert await (await browse(ada, origin="https://app.example")).closed() == 4403


async def test_behind_a_proxy_the_sites_own_address_decides(
    ada: User, browse: Enter, settings: Settings
) -> None:
    settings.CHAT_URL = "https://chat.example"

    assert await (await browse(ada)).closed() == 4403
    hers = await browse(ada, origin="https://chat.example", host="127.0.0.1:8000")
    await hers.until("ready")


async def test_the_default_port_need_not_be_named(ada: User, browse: Enter) -> None:
    hers = await browse(ada, origin="http://localhost", host="localhost:80")

    await hers.until("ready")


@pytest.mark.parametrize("path", ["/ws/rooms/general/", ME])
@pytest.mark.parametrize("session", [None, "", "x", "a" * 32, "a" * 5000, "ü", "%00", "'; --"])
async def test_without_a_good_session_it_is_4401(
    general: Room, browse: Enter, path: str, session: str | None
) -> None:
    assert await (await browse(None, path, session=session)).closed() == 4401


async def test_an_ended_session_and_one_of_somebody_deactivated_are_4401(
    ada: User, bob: User, browse: Enter
) -> None:
    hers, his = await sign_in(ada), await sign_in(bob)
    await sync_to_async(end_session)(ada, hers)
    await sync_to_async(deactivate)(bob)

    assert await (await browse(None, session=hers)).closed() == 4401
    assert await (await browse(None, session=his)).closed() == 4401


async def test_a_token_opens_no_browsers_socket(
    ada: User, browse: Enter, token: Any, the_hub: object
) -> None:
    hers = await browse(None, f"/ws/rooms/general/?token={token(ada)}")

    assert await hers.closed() == 4401


async def test_a_session_opens_no_json_socket(ada: User, browse: Enter) -> None:
    assert await (await browse(ada, "/ws/chat/general/")).closed() == 4401


async def test_rooms_that_are_not_there_or_not_ones_own_are_4404(
    ada: User, bob: User, browse: Enter
) -> None:
    await sync_to_async(create_room)(bob, name="den", kind="private")

    for name in ("nowhere", "den"):
        assert await (await browse(ada, f"/ws/rooms/{name}/")).closed() == 4404


@pytest.mark.parametrize("path", ["/ws/rooms/general/", ME])
async def test_a_page_that_somebody_else_opened_is_4401(
    ada: User, bob: User, browse: Enter, path: str
) -> None:
    for stranger in (str(ada.pk), "", "x", f"{bob.pk}&me={ada.pk}"):
        assert await (await browse(bob, f"{path}?me={stranger}")).closed() == 4401


@pytest.mark.parametrize("path", ["/ws/rooms/general/", ME])
async def test_ones_own_page_opens_and_so_does_one_that_does_not_say_whose_it_is(
    ada: User, browse: Enter, path: str
) -> None:
    for query in ("", f"?me={ada.pk}"):
        await (await browse(ada, path + query)).so_far()


async def test_a_page_of_a_room_whose_name_is_anothers_now_is_4404(
    ada: User, browse: Enter
) -> None:
    lab = await sync_to_async(create_room)(ada, name="lab")
    path = f"/ws/rooms/lab/?room={lab.pk}"
    await (await browse(ada, path)).until("ready")
    await sync_to_async(change_room)(ada, lab, name="old-lab")
    await sync_to_async(create_room)(ada, name="lab")

    assert await (await browse(ada, path)).closed() == 4404
    await (await browse(ada, f"/ws/rooms/old-lab/?room={lab.pk}")).until("ready")


@pytest.mark.parametrize("room", ["0", "", "x", "999999"])
async def test_a_page_of_no_room_is_4404(ada: User, browse: Enter, room: str) -> None:
    assert await (await browse(ada, f"/ws/rooms/general/?room={room}")).closed() == 4404


async def test_the_banned_are_4403(ada: User, browse: Enter) -> None:
    later = timezone.now() + timedelta(hours=1)
    await Membership.objects.filter(user=ada).aupdate(banned_until=later)

    assert await (await browse(ada)).closed() == 4403


async def test_the_twenty_first_socket_is_4409_whatever_its_form(
    ada: User, browse: Enter, enter: Enter
) -> None:
    session = await sign_in(ada)
    for number in range(20):
        if number % 2:
            await enter(ada)
        else:  # a socket counts from when it is known whose it is
            await (await browse(ada, ME, session=session)).so_far()

    assert await (await browse(ada, session=session)).closed() == 4409
