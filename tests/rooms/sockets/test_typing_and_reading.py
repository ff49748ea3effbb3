"""`typing`, `read` and `ping`: what changes no message."""

import pytest
from asgiref.sync import sync_to_async

from accounts.models import User
from rooms.actions.messages import post_message
from rooms.actions.rooms import change_room, create_room
from rooms.consumers import room as room_socket
from rooms.hub import hub as hub_module
from rooms.models import Membership, Room
from tests.rooms.sockets.conftest import Enter

pytestmark = pytest.mark.django_db(transaction=True)


async def test_the_others_are_told_who_types_and_oneself_is_not(
    ada: User, bob: User, enter: Enter
) -> None:
    hers, her_phone, his = await enter(ada), await enter(ada), await enter(bob)

    await hers.send({"typing": True, "client_id": "t"})

    assert await his.until("typing") == {"id": ada.pk, "username": "ada", "display_name": "Ada"}
    assert await hers.so_far() == [{"ack": {"client_id": "t"}}]
    assert await her_phone.so_far() == []


async def test_typing_goes_out_once_in_three_seconds(ada: User, bob: User, enter: Enter) -> None:
    hers, his = await enter(ada), await enter(bob)

    for number in range(5):
        await hers.send({"typing": True, "client_id": f"t{number}"})
        assert (await hers.until("ack")) == {"client_id": f"t{number}"}

    assert len(await his.so_far()) == 1


async def test_typing_goes_out_again_when_its_time_has_passed(
    ada: User, bob: User, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert room_socket.TYPING_EVERY == 3.0
    monkeypatch.setattr(room_socket, "TYPING_EVERY", 0.0)
    monkeypatch.setattr(hub_module, "TYPING_EVERY", 0.0)
    hers, his = await enter(ada), await enter(bob)

    for _time in range(2):
        await hers.send({"typing": True})
        await his.until("typing")


async def test_two_tabs_type_as_one_person(ada: User, bob: User, enter: Enter) -> None:
    hers, her_phone, his = await enter(ada), await enter(ada), await enter(bob)
    await his.so_far()

    await hers.send({"typing": True})
    await his.until("typing")
    await her_phone.send({"typing": True, "client_id": "t"})
    await her_phone.until("ack")

    assert await his.so_far() == []


async def test_typing_that_was_refused_is_refused_again(
    ada: User, mod: User, lounge: Room, enter: Enter
) -> None:
    hers = await enter(ada, "lounge")
    await sync_to_async(change_room)(mod, lounge, archived=True)

    for _time in range(2):
        await hers.send({"typing": True, "client_id": "t"})
        assert (await hers.until("error"))["code"] == "archived"


async def test_a_read_position_is_told_to_ones_other_devices_alone(
    ada: User, bob: User, general: Room, enter: Enter
) -> None:
    hers, her_phone, his = await enter(ada), await enter(ada), await enter(bob)
    for number in range(3):
        await sync_to_async(post_message)(bob, general, f"{number}")
    await hers.until(lambda frame: "2" in str(frame.get("message", {}).get("content")))
    await her_phone.so_far()
    await his.so_far()

    await hers.send({"read": 2, "client_id": "r"})

    assert await her_phone.until("read") == {"room": "general", "seq": 2}
    assert await hers.so_far() == [{"ack": {"client_id": "r", "seq": 2}}]
    assert await his.so_far() == []
    membership = await Membership.objects.aget(user=ada)
    assert (membership.read_seq, membership.read_number) == (2, 2)


async def test_a_read_position_moves_forward_only_and_not_beyond_the_rooms_last_change(
    ada: User, bob: User, general: Room, enter: Enter
) -> None:
    for number in range(3):
        await sync_to_async(post_message)(bob, general, f"{number}")
    hers, her_phone = await enter(ada), await enter(ada)

    for asked, told in ((2, 2), (1, 2), (2, 2), (1000, 3), (0, 3)):
        await hers.send({"read": asked, "client_id": "r"})
        assert await hers.until("ack") == {"client_id": "r", "seq": told}

    assert [frame["read"]["seq"] for frame in await her_phone.so_far()] == [2, 3]


async def test_a_read_position_of_another_room_is_not_shown_in_this_one(
    ada: User, enter: Enter
) -> None:
    den = await sync_to_async(create_room)(ada, name="den")
    await sync_to_async(post_message)(ada, den, "x")
    in_den, in_general = await enter(ada, "den"), await enter(ada)

    await in_den.send({"read": 1, "client_id": "r"})
    await in_den.until("ack")

    assert await in_general.so_far() == []


async def test_outsiders_have_no_read_position(eve: User, general: Room, enter: Enter) -> None:
    hers = await enter(eve)

    await hers.send({"read": 0, "client_id": "r"})

    error = await hers.until("error")
    assert (error["code"], error["client_id"]) == ("forbidden", "r")
    assert not await Membership.objects.filter(user=eve).aexists()


@pytest.mark.parametrize(
    "anything",
    [None, 1, -1.5, "x", "\ud800 \\", [], {"a": [True, None]}],
    ids=["null", "1", "-1.5", "text", "surrogate", "list", "object"],
)
async def test_a_ping_comes_back_as_a_pong(ada: User, enter: Enter, anything: object) -> None:
    hers = await enter(ada)

    await hers.send({"ping": anything, "client_id": "p"})

    assert await hers.until("pong") == anything
    assert await hers.until("ack") == {"client_id": "p"}


@pytest.mark.parametrize("letter", ["\x7f", "é", "👋", "\ud800"], ids=ascii)
async def test_large_pings_at_once_come_back_to_who_reads(
    ada: User, enter: Enter, letter: str
) -> None:
    hers = await enter(ada)
    # As it stands in the frame: only what UTF-8 has no place for is escaped.
    written = letter if letter != "\ud800" else "\\ud800"
    count = 60_000 // len(written.encode())

    for _time in range(8):
        await hers.send(f'{{"ping": "{written * count}"}}')

    for _time in range(8):
        assert await hers.until("pong") == letter * count


async def test_pings_typing_and_reading_do_not_count_against_ones_posts(
    ada: User, enter: Enter
) -> None:
    hers = await enter(ada)

    for number in range(30):
        await hers.send([{"ping": 1}, {"typing": True}, {"read": 0}][number % 3])
    await hers.send({"message": "and now", "client_id": "x"})

    assert (await hers.until("ack"))["client_id"] == "x"
    assert not [frame for frame in hers.frames if "error" in frame]
