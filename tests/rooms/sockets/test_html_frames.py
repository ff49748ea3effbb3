"""The browser's sockets: commands as form fields in, HTML out, the same for every viewer."""

import json

import pytest
from asgiref.sync import sync_to_async
from pytest_django import Settings

from accounts.models import User
from rooms import limits
from rooms.actions.messages import post_message
from rooms.actions.rooms import change_room
from rooms.models import Message, Room
from tests.rooms.sockets.conftest import Enter
from tests.rooms.sockets.pieces import facts_of, is_piece

pytestmark = pytest.mark.django_db(transaction=True)

ME = "/ws/me/"


async def test_a_composers_fields_post_a_message_that_comes_as_a_piece(
    ada: User, bob: User, browse: Enter, enter: Enter
) -> None:
    hers, hals = await browse(ada), await enter(bob)
    await hers.until("ready")

    await hers.send({"message": "1 < 2 & 👍", "client_id": "c1", "reply_to": "", "HEADERS": {}})

    piece = await hers.until(is_piece)
    message = await hals.until("message")
    stored = await Message.objects.aget()
    facts = facts_of(piece)
    assert facts["id"] == str(stored.pk) == str(message["id"])
    assert (facts["seq"], facts["changed-seq"]) == ("1", "1")
    assert facts["author"] == str(ada.pk)
    assert facts["client-id"] == "c1"
    assert "1 &lt; 2 &amp; 👍" in piece
    assert message["content"] == "1 < 2 & 👍"
    ack = facts_of(await hers.until("ack"))
    assert (ack["client-id"], ack["id"], ack["seq"]) == ("c1", str(stored.pk), "1")


async def test_the_same_piece_goes_to_everybody(ada: User, mod: User, browse: Enter) -> None:
    hers, theirs = await browse(ada), await browse(mod)
    await hers.until("ready")
    await theirs.until("ready")

    await hers.send({"message": "hello"})

    assert await hers.until(is_piece) == await theirs.until(is_piece)


async def test_every_command_works_with_flat_text_fields(
    ada: User, bob: User, browse: Enter, enter: Enter
) -> None:
    hers, his = await browse(ada), await enter(bob)
    await hers.until("ready")
    await hers.send({"message": "hello", "client_id": "a"})
    number = facts_of(await hers.until("ack"))["id"]

    await hers.send({"message": "again", "reply_to": number})
    answer = await his.until(lambda frame: "again" in str(frame))
    assert answer["message"]["reply_to"] == {"id": int(number), "seq": 1}
    await hers.send({"edit": number, "content": "hello all"})
    assert (await his.until("edited"))["content"] == "hello all"
    await hers.send({"react": number, "emoji": "👍"})
    assert (await his.until("reactions"))["reactions"] == {"👍": ["ada"]}
    await hers.send({"unreact": number, "emoji": "👍"})
    assert (await his.until("reactions"))["reactions"] == {}
    await hers.send({"typing": "true"})
    assert (await his.until("typing"))["username"] == "ada"
    await hers.send({"read": "2", "client_id": "r"})
    assert facts_of(await hers.until(lambda f: 'data-client-id="r"' in f))["seq"] == "2"
    await hers.send({"delete": number})
    assert (await his.until("deleted"))["id"] == int(number)
    await hers.send({"ping": "x"})
    await hers.until("pong")
    assert not [frame for frame in hers.frames if 'data-frame="error"' in frame]


async def test_every_change_comes_as_html_with_its_numbers(
    ada: User, bob: User, mod: User, general: Room, browse: Enter, enter: Enter
) -> None:
    hers, her_other, his = await browse(ada), await browse(ada), await enter(bob)
    await hers.until("ready")
    await her_other.until("ready")

    await his.send({"message": "secret words"})
    number = (await his.until("message"))["id"]
    await hers.until(is_piece)
    await his.send({"edit": {"id": number, "content": "other words"}})
    edited = await hers.until(is_piece)
    assert facts_of(edited)["changed-seq"] == "2"
    assert "other words" in edited
    await his.send({"react": {"id": number, "emoji": "👍"}})
    reacted = await hers.until(is_piece)
    assert facts_of(reacted)["changed-seq"] == "3"
    assert 'data-react="👍"' in reacted
    await his.send({"delete": {"id": number}})
    deleted = await hers.until(is_piece)
    assert (facts_of(deleted)["seq"], facts_of(deleted)["changed-seq"]) == ("1", "4")
    assert "words" not in deleted
    assert "data-react=" not in deleted
    await his.send({"typing": True, "ago": 1_500})
    told = facts_of(await hers.until("typing"))
    assert (told["user"], told["ago"]) == (str(bob.pk), "1500")
    await her_other.send({"read": "4"})
    read = facts_of(await hers.until("read"))
    assert (read["room"], read["seq"]) == ("general", "4")
    await sync_to_async(change_room)(mod, general, title="<Lounge>")
    assert "&lt;Lounge&gt;" in await hers.until("room")


async def test_since_replays_pieces_and_an_unknown_number_resets(
    ada: User, general: Room, browse: Enter
) -> None:
    for number in range(3):
        await sync_to_async(post_message)(ada, general, f"{number}")

    late = await browse(ada, "/ws/rooms/general/?since=1")
    await late.until("ready")
    lost = await browse(ada, "/ws/rooms/general/?since=99")
    ready = await lost.until("ready")

    pieces = [frame for frame in late.frames if is_piece(frame)]
    assert [facts_of(piece)["seq"] for piece in pieces] == ["2", "3"]
    reset = facts_of(lost.frames[0])
    assert (reset["frame"], reset["reason"], reset["seq"]) == ("reset", "unknown", "3")
    assert facts_of(ready)["seq"] == "3"


async def test_a_beat_comes_without_being_asked_for(
    quick_sweeps: None, ada: User, general: Room, browse: Enter
) -> None:
    hers, elsewhere = await browse(ada), await browse(ada, ME)
    await sync_to_async(post_message)(ada, general, "x")

    await hers.until(lambda frame: 'data-frame="beat"' in frame and 'data-seq="1"' in frame)
    assert facts_of(await elsewhere.until("beat"))["seq"] == "0"


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        ("hello", "bad_json"),
        ("", "bad_json"),
        ("[" * 10_000, "bad_json"),
        (b"\x00", "bad_frame"),
        ("{}", "bad_frame"),
        ('{"dance": 1}', "bad_frame"),
        ('{"edit": "x", "content": "y"}', "bad_frame"),
        ('{"message": ""}', "empty"),
        ('{"message": "\\u0000"}', "bad_text"),
        ('{"message": "\\ud800"}', "bad_text"),
        ('{"ping": "\\ud800"}', None),
        (json.dumps({"message": "x" * 4001}), "too_long"),
        ("x" * 100_000, "too_long"),
        ('{"edit": "1", "content": "y"}', "not_found"),
    ],
    ids=lambda value: str(value)[:20],
)
async def test_bad_input_is_answered_as_on_the_other_socket(
    ada: User, browse: Enter, frame: str | bytes, code: str | None
) -> None:
    hers = await browse(ada)
    await hers.until("ready")

    await hers.send(frame)

    if code is None:
        await hers.until("pong")
    else:
        assert facts_of(await hers.until("error"))["code"] == code
    await hers.send({"message": "still here", "client_id": "x"})
    await hers.until("ack")


async def test_an_error_repeats_the_client_id_and_tells_when_to_try_again(
    ada: User, browse: Enter, settings: Settings
) -> None:
    settings.MESSAGES_PER_SECOND, settings.MESSAGE_BURST = 0.1, 3
    limits.reset_rates()
    hers = await browse(ada)
    await hers.until("ready")

    for number in range(4):
        await hers.send({"message": f"{number}", "client_id": f"n{number}"})

    error = facts_of(await hers.until("error"))
    assert error["code"] == "rate_limited"
    assert error["client-id"] == "n3"
    assert int(error["retry-after"]) >= 1
    assert error["detail"]


async def test_fifty_bad_frames_are_4400_here_too(ada: User, browse: Enter) -> None:
    hers = await browse(ada, ME)

    for _time in range(50):
        await hers.send("{")

    assert await hers.closed() == 4400


async def test_where_there_is_no_room_a_ping_is_answered_and_the_rest_is_not_found(
    ada: User, general: Room, browse: Enter
) -> None:
    hers = await browse(ada, ME)

    await hers.send({"ping": 1, "client_id": "p"})
    await hers.until("pong")
    assert facts_of(await hers.until("ack"))["client-id"] == "p"
    for command in ({"message": "x"}, {"typing": "true"}, {"read": "1"}, {"delete": "1"}):
        await hers.send({**command, "client_id": "x"})
        error = facts_of(await hers.until("error"))
        assert (error["code"], error["client-id"]) == ("not_found", "x")
    assert await Message.objects.acount() == 0


async def test_where_there_is_no_room_one_is_present_in_none(
    ada: User, bob: User, browse: Enter, enter: Enter
) -> None:
    elsewhere = await browse(ada, ME)

    his = await enter(bob)

    assert his.frames[-1]["count"] == 1
    assert await elsewhere.so_far() == []
