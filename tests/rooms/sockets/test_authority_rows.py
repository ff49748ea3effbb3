"""Authority that was taken away in the rows alone is missed by nobody: the hub looks again."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest
from asgiref.sync import sync_to_async
from django.contrib.sessions.models import Session
from django.utils import timezone

from accounts.models import User
from rooms.actions.rooms import open_direct_room
from rooms.hub import sweeps
from rooms.models import Membership, Room
from tests.conftest import MakeUser
from tests.rooms.sockets.conftest import Enter, sign_in

pytestmark = pytest.mark.django_db(transaction=True)

NEW_PASSWORD = "five quite other words there"


Act = Callable[[User, Room, str], Awaitable[object]]


async def _leave(user: User, room: Room, session: str) -> None:
    await Membership.objects.filter(user=user, room=room).aupdate(left_at=timezone.now())


async def _unseat(user: User, room: Room, session: str) -> None:
    await Membership.objects.filter(user=user, room=room).adelete()


async def _ban(user: User, room: Room, session: str) -> None:
    later = timezone.now() + timedelta(days=1)
    await Membership.objects.filter(user=user, room=room).aupdate(banned_until=later)


async def _deactivate(user: User, room: Room, session: str) -> None:
    await User.objects.filter(pk=user.pk).aupdate(is_active=False)


async def _set_password(user: User, room: Room, session: str) -> None:
    fresh = await User.objects.aget(pk=user.pk)
    fresh.set_password(NEW_PASSWORD)
    await fresh.asave(update_fields=["password"])


async def _delete(user: User, room: Room, session: str) -> None:
    await User.objects.filter(pk=user.pk).adelete()


async def _end_session(user: User, room: Room, session: str) -> None:
    await Session.objects.filter(session_key=session).adelete()


async def _outdate_session(user: User, room: Room, session: str) -> None:
    await Session.objects.filter(session_key=session).aupdate(expire_date=timezone.now())


@pytest.mark.parametrize(
    ("act", "codes"),
    [
        (_leave, {4404}),
        (_unseat, {4404}),
        (_ban, {4404}),
        (_deactivate, {4401}),
        (_set_password, {4401}),
        # Person and memberships are read one after the other; either way it is the end.
        (_delete, {4401, 4404}),
        (_end_session, {4401}),
        (_outdate_session, {4401}),
    ],
)
async def test_what_is_changed_in_the_rows_alone_is_found_soon(
    quick_sweeps: None,
    ada: User,
    bob: User,
    den: Room,
    enter: Enter,
    browse: Enter,
    act: Act,
    codes: set[int],
) -> None:
    session = await sign_in(ada)
    page = await browse(None, "/ws/rooms/den/", session=session)
    bot, his = await enter(ada, "den"), await enter(bob, "den")
    await page.until("ready")

    await act(ada, den, session)

    assert await page.closed() in codes
    if act in (_end_session, _outdate_session):
        assert await bot.so_far() == []
    else:
        assert await bot.closed() in codes
    await his.send({"message": "I am still here", "client_id": "x"})
    await his.until("ack")


def test_it_is_looked_at_often_enough_for_the_promise() -> None:
    assert sweeps.AUTHORITY_EVERY < 5


async def test_a_ban_from_a_public_room_is_4403(
    quick_sweeps: None, ada: User, bob: User, general: Room, enter: Enter
) -> None:
    hers, his = await enter(ada), await enter(bob)

    await _ban(ada, general, "")

    assert await hers.closed() == 4403
    assert await his.so_far() == []


async def test_a_room_that_becomes_private_keeps_its_members_alone(
    quick_sweeps: None, ada: User, eve: User, general: Room, enter: Enter
) -> None:
    hers, eves = await enter(ada), await enter(eve)

    await Room.objects.filter(pk=general.pk).aupdate(kind=Room.Kind.PRIVATE)

    assert await eves.closed() == 4404
    assert await hers.so_far() == []


async def test_a_direct_room_is_its_peoples_alone_however_they_are_asked(
    ada: User, bob: User, mod: User, make_user: MakeUser, enter: Enter, browse: Enter
) -> None:
    admin = await sync_to_async(make_user)("boss", is_staff=True, is_superuser=True)
    room, _made = await sync_to_async(open_direct_room)(ada, ["bob"])
    await enter(ada, room.name)
    await enter(bob, room.name)

    for outsider in (mod, admin):
        assert await (await browse(outsider, f"/ws/rooms/{room.name}/")).closed() == 4404
