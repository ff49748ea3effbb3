"""The wire contract over the network, the same on every server."""

import asyncio
import urllib.error
import urllib.request
import uuid
from typing import Any

import pytest

from tests.site import Site
from tests.wire.lines import line


def room_of(site: Site, token: str) -> str:
    """A room of the test's own."""
    name = f"r{uuid.uuid4().hex[:12]}"
    site.post("/api/rooms/", {"name": name, "title": "A room"}, token)
    return name


def is_plain_daphne(site: Site) -> bool:
    return "chatsite.asgi:application" in site.process.arguments


async def test_a_message_goes_round(site: Site, ada: str, bob: str) -> None:
    room = room_of(site, ada)
    async with line(site.chat(ada, room)) as hers, line(site.chat(bob, room)) as his:
        assert "ready" in await hers.next()
        if len((await hers.next())["users"]) == 1:  # a newer list replaces one that waits
            await hers.until("users", lambda users: len(users) == 2)
        await his.until("ready")

        await his.send({"message": "hello", "client_id": "a"})

        assert (await his.until("ack"))["seq"] == 1
        told = await hers.until("message")
        assert (told["content"], told["user"]["username"], told["seq"]) == ("hello", "bob", 1)


async def test_each_command_has_its_effect(site: Site, ada: str, bob: str) -> None:
    room = room_of(site, ada)
    async with line(site.chat(ada, room)) as hers, line(site.chat(bob, room)) as his:
        await hers.until("ready")
        await his.until("ready")
        await hers.send({"message": "one"})
        first = (await his.until("message"))["id"]
        await his.send({"message": "two", "reply_to": first})
        assert (await hers.until("message", lambda m: m["content"] == "two"))["reply_to"] == {
            "id": first,
            "seq": 1,
        }
        await hers.send({"edit": {"id": first, "content": "better"}})
        assert (await his.until("edited"))["content"] == "better"
        await his.send({"react": {"id": first, "emoji": "👍"}})
        assert (await hers.until("reactions"))["reactions"] == {"👍": ["bob"]}
        await his.send({"unreact": {"id": first, "emoji": "👍"}})
        assert (await hers.until("reactions"))["reactions"] == {}
        await his.send({"typing": True})
        assert (await hers.until("typing"))["username"] == "bob"
        await hers.send({"delete": {"id": first}})
        assert (await his.until("deleted"))["content"] == ""
        await his.send({"ping": [1, None]})
        assert await his.until("pong") == [1, None]
        await his.send({"read": 3, "client_id": "r"})
        assert (await his.until("ack"))["seq"] == 3


async def test_what_was_missed_is_told_before_ready(site: Site, ada: str) -> None:
    room = room_of(site, ada)
    for number in range(3):
        site.post(f"/api/rooms/{room}/messages/", {"content": f"m{number}"}, ada)
    async with line(site.chat(ada, room, since=1)) as hers:
        frames = [await hers.next() for _each in range(4)]

    assert [next(iter(frame)) for frame in frames] == ["message", "message", "ready", "users"]


async def test_a_number_from_nowhere_is_reset(site: Site, ada: str) -> None:
    room = room_of(site, ada)
    async with line(site.chat(ada, room, since=99)) as hers:
        assert (await hers.next())["reset"] == {"reason": "unknown", "seq": 0}
        assert (await hers.next())["ready"]["seq"] == 0


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        ("no json", "bad_json"),
        (b"\x00\x01", "bad_frame"),
        ("[]", "bad_frame"),
        ("{}", "bad_frame"),
        ({"nothing": "known"}, "bad_frame"),
        ({"message": "a", "ping": 1}, "bad_frame"),
        ({"message": "  "}, "empty"),
        ({"message": "x" * 4001}, "too_long"),
        ({"message": "x" * 100_000}, "too_long"),
        ({"message": "a\x00b"}, "bad_text"),
        ('{"message": "\\ud800"}', "bad_text"),
        ("[" * 10_000 + "]" * 10_000, "bad_json"),
        ('{"read": ' + "9" * 5_000 + "}", "bad_json"),
        ({"edit": {"id": 10**9, "content": "a"}}, "not_found"),
    ],
)
async def test_bad_input_gets_a_coded_error_and_harms_nobody(
    site: Site, ada: str, frame: Any, code: str
) -> None:
    async with line(site.chat(ada)) as hers:
        await hers.until("ready")
        await hers.send(frame)
        assert (await hers.until("error"))["code"] == code
        await hers.send({"ping": "still here"})
        assert await hers.until("pong") == "still here"


async def test_a_frame_beyond_the_hard_limit_closes_with_1009(site: Site, ada: str) -> None:
    async with line(site.chat(ada)) as hers:
        await hers.until("ready")
        await hers.send("x" * (1024 * 1024 + 1))
        assert await hers.code() == (1006 if is_plain_daphne(site) else 1009)


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/ws/chat/general/", 4401),
        ("/ws/chat/general/?token=wrong", 4401),
        ("/ws/chat/nowhere/?token={token}", 4404),
        ("/ws/nowhere/?token={token}", 4404),
        ("/ws/rooms/general/", 4403),
    ],
)
async def test_refusals_close_with_their_code(site: Site, ada: str, path: str, code: int) -> None:
    address = site.url.replace("http", "ws", 1) + path.format(token=ada)
    async with line(address) as refused:
        assert await refused.code() == code


async def test_only_pages_of_the_site_open_it_in_a_browser(site: Site, ada: str) -> None:
    async with line(site.chat(ada), origin="http://evil.example") as refused:
        assert await refused.code() == 4403
    async with line(site.chat(ada), origin=site.url) as own:
        assert await own.until("ready")


async def test_the_token_may_come_by_header_or_subprotocol(site: Site, ada: str) -> None:
    address = site.url.replace("http", "ws", 1) + "/ws/chat/general/"
    async with line(address, additional_headers={"Authorization": f"Bearer {ada}"}) as hers:
        assert await hers.until("ready")
    async with line(address, subprotocols=["bearer", ada]) as hers:
        assert await hers.until("ready")
        assert hers.connection.subprotocol == "bearer"


async def test_a_client_that_goes_is_gone_from_the_list(site: Site, ada: str, bob: str) -> None:
    room = room_of(site, ada)
    async with line(site.chat(ada, room)) as hers:
        async with line(site.chat(bob, room)):
            await hers.until("users", lambda users: len(users) == 2)
        await hers.until("users", lambda users: len(users) == 1)


async def test_many_at_once_keep_one_order(site: Site, ada: str, bob: str) -> None:
    room = room_of(site, ada)
    async with line(site.chat(ada, room)) as hers, line(site.chat(bob, room)) as his:
        await hers.until("ready")
        await his.until("ready")
        await asyncio.gather(
            *(sender.send({"message": f"m{n}"}) for n in range(9) for sender in (hers, his))
        )
        seen = [[(await each.until("message"))["seq"] for _n in range(18)] for each in (hers, his)]

    assert seen[0] == seen[1] == list(range(1, 19))


async def test_no_token_is_in_any_log(site: Site, ada: str) -> None:
    canary = "canary-7d1f"
    if not is_plain_daphne(site):  # it writes its own lines, query and all
        for path in (f"/api/rooms/?token={canary}", f"/accounts/login/?access={canary}"):
            visit(site.url + path, canary)
    async with line(site.chat(canary)) as refused:
        assert await refused.code() == 4401
    async with line(site.chat(ada)) as hers:
        await hers.until("ready")

    assert canary not in site.process.output
    assert ada not in site.process.output


def visit(address: str, token: str) -> None:
    """Asks for a page, whatever the answer."""
    request = urllib.request.Request(address, headers={"Authorization": f"Bearer {token}"})
    try:
        urllib.request.urlopen(request).close()
    except urllib.error.HTTPError as refusal:
        refusal.close()
