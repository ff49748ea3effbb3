"""Authority that an action takes away ends the sockets that stood on it at once, and no others."""

import pytest
from asgiref.sync import sync_to_async

from accounts.actions import change_password, deactivate, end_session
from accounts.models import User
from rooms.actions.memberships import leave_room, remove_member
from rooms.models import Membership, Room
from tests.rooms.sockets.conftest import Enter, sign_in

pytestmark = pytest.mark.django_db(transaction=True)

NEW_PASSWORD = "five quite other words there"


async def test_who_is_put_out_of_a_private_room_is_closed_with_4404(
    ada: User, bob: User, mod: User, den: Room, enter: Enter, browse: Enter
) -> None:
    hers, her_page = await enter(ada, "den"), await browse(ada, "/ws/rooms/den/")
    elsewhere, his = await enter(ada), await enter(bob, "den")
    await her_page.until("ready")

    await sync_to_async(remove_member)(mod, den, "ada")

    assert await hers.closed() == 4404
    assert await her_page.closed() == 4404
    await his.send({"message": "she is gone", "client_id": "x"})
    await his.until("ack")
    assert await elsewhere.so_far() == []
    assert not [frame for frame in hers.frames if "message" in frame]


async def test_who_leaves_a_private_room_is_closed_with_4404(
    ada: User, bob: User, den: Room, enter: Enter
) -> None:
    hers, his = await enter(ada, "den"), await enter(bob, "den")

    await sync_to_async(leave_room)(ada, den)

    assert await hers.closed() == 4404
    assert await his.so_far() == []


async def test_who_leaves_a_public_room_may_come_back_to_read(
    ada: User, bob: User, general: Room, enter: Enter
) -> None:
    hers, his = await enter(ada), await enter(bob)

    await sync_to_async(leave_room)(ada, general)

    assert await hers.closed() == 1012
    assert await his.so_far() == []
    await enter(ada)
    assert not await Membership.objects.current().filter(user=ada, room=general).aexists()


async def test_logging_out_ends_that_sessions_sockets_and_no_others(
    ada: User, bob: User, enter: Enter, browse: Enter
) -> None:
    one, other = await sign_in(ada), await sign_in(ada)
    page, me = await browse(None, session=one), await browse(None, "/ws/me/", session=one)
    kept, bot, his = await browse(None, session=other), await enter(ada), await browse(bob)
    for client in (page, kept, his):
        await client.until("ready")

    await sync_to_async(end_session)(ada, one)

    assert await page.closed() == 4401
    assert await me.closed() == 4401
    for client in (kept, bot, his):
        assert await client.so_far() == []


async def test_a_password_change_ends_all_but_the_session_that_made_it(
    ada: User, bob: User, enter: Enter, browse: Enter
) -> None:
    one, other = await sign_in(ada), await sign_in(ada)
    page, kept = await browse(None, session=one), await browse(None, session=other)
    bot, his = await enter(ada), await enter(bob)
    for client in (page, kept):
        await client.until("ready")

    await sync_to_async(change_password)(ada, NEW_PASSWORD, keep_session=other)

    assert await page.closed() == 4401
    assert await bot.closed() == 4401
    assert await kept.so_far() == []
    assert await his.so_far() == []
    again = await browse(None, session=other)
    await again.until("ready")


async def test_a_password_change_over_the_api_ends_all(
    ada: User, enter: Enter, browse: Enter
) -> None:
    page, bot = await browse(ada), await enter(ada)
    await page.until("ready")

    await sync_to_async(change_password)(ada, NEW_PASSWORD)

    assert await page.closed() == 4401
    assert await bot.closed() == 4401


async def test_deactivation_ends_all(ada: User, bob: User, enter: Enter, browse: Enter) -> None:
    page, me, bot = await browse(ada), await browse(ada, "/ws/me/"), await enter(ada)
    his = await enter(bob)
    await page.until("ready")

    await sync_to_async(deactivate)(ada)

    for client in (page, me, bot):
        assert await client.closed() == 4401
    assert await his.so_far() == []


async def test_who_is_deactivated_may_not_act_even_before_their_socket_ends(
    ada: User, enter: Enter
) -> None:
    hers = await enter(ada)
    await User.objects.filter(pk=ada.pk).aupdate(is_active=False)

    await hers.send({"message": "one more"})

    assert await hers.closed() == 4401
