"""How a token is shown to the JSON socket, which ones are refused, and that none is in a log."""

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import jwt
import pytest
from asgiref.sync import sync_to_async
from django.conf import settings
from django.utils import timezone
from rest_framework_simplejwt.tokens import AccessToken, RefreshToken

from accounts.actions import change_password, deactivate
from accounts.models import User
from rooms import access
from rooms.hub import sweeps
from rooms.models import Room
from tests.rooms.sockets.conftest import Enter
from tests.sockets import Client, chat

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("no_second_look", "the_hub"),
]

PATH = "/ws/chat/general/"
MakeToken = Callable[[User], str]


@pytest.fixture
def no_second_look(monkeypatch: pytest.MonkeyPatch) -> None:
    """The sweep that reads everybody's authority anew, and would find expired tokens too, rests."""
    monkeypatch.setattr(sweeps, "AUTHORITY_EVERY", 3600.0)


async def test_a_token_in_the_query(ada: User, token: MakeToken) -> None:
    client = await Client(f"{PATH}?since=0&token={token(ada)}&beat=0").connect()

    assert (await client.until("ready"))["seq"] == 0
    assert client.subprotocol is None
    await client.disconnect()


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER"])
async def test_a_token_in_the_header(ada: User, token: MakeToken, scheme: str) -> None:
    headers = [(b"authorization", f"{scheme} {token(ada)}".encode())]

    client = await Client(PATH, headers).connect()

    await client.until("ready")
    await client.disconnect()


async def test_a_token_as_a_subprotocol_which_is_answered_by_its_name(
    ada: User, token: MakeToken
) -> None:
    client = await Client(PATH, subprotocols=["bearer", token(ada)]).connect()

    await client.until("ready")
    assert client.subprotocol == "bearer"
    await client.disconnect()


async def test_other_subprotocols_are_not_taken_for_tokens(ada: User, token: MakeToken) -> None:
    client = await Client(PATH, subprotocols=["chat", token(ada)]).connect()

    assert await client.closed() == 4401


@pytest.mark.parametrize(
    "shown", ["", "x", "a.b.c", "%00", "%ED%A0%80", "x" * 5000, "null", "%FF%FE"]
)
async def test_what_is_no_token_is_closed_with_4401(general: Room, shown: str) -> None:
    assert await (await chat(shown).connect()).closed() == 4401


@pytest.mark.parametrize("path", [PATH, f"{PATH}?token", f"{PATH}?since=0"])
async def test_without_a_token_it_is_4401(general: Room, path: str) -> None:
    assert await (await Client(path).connect()).closed() == 4401


async def test_an_expired_token_is_4401(ada: User) -> None:
    token = AccessToken.for_user(ada)
    token.set_exp(lifetime=-timedelta(seconds=1))

    assert await (await chat(str(token)).connect()).closed() == 4401


async def test_a_refresh_token_is_4401(ada: User) -> None:
    refresh = await sync_to_async(RefreshToken.for_user)(ada)

    assert await (await chat(str(refresh)).connect()).closed() == 4401


@pytest.mark.parametrize(
    "claims",
    [
        {"exp": 10**20},
        {"exp": "soon"},
        {"exp": None},
        {"user_id": 10**6},
        {"user_id": 10**30},
        {"user_id": "x"},
        {"user_id": None},
        {"user_id": []},
        {"token_type": "refresh"},
        {"token_type": []},
    ],
    ids=str,
)
async def test_odd_claims_under_our_own_signature_are_4401(
    ada: User, claims: dict[str, Any]
) -> None:
    payload = {**AccessToken.for_user(ada).payload, **claims}
    forged = jwt.encode(payload, settings.JWT_SIGNING_KEY, "HS256")

    assert await (await chat(forged).connect()).closed() == 4401


async def test_another_signature_and_none_at_all_are_4401(ada: User) -> None:
    payload = AccessToken.for_user(ada).payload

    for forged in (
        jwt.encode(payload, "x" * 64, "HS256"),
        jwt.encode(payload, "", "none"),
    ):
        assert await (await chat(forged).connect()).closed() == 4401


async def test_a_token_from_before_a_password_change_is_4401(ada: User, token: MakeToken) -> None:
    old = token(ada)

    await sync_to_async(change_password)(ada, "five quite other words there")

    assert await (await chat(old).connect()).closed() == 4401
    fresh = await chat(token(ada)).connect()
    await fresh.until("ready")
    await fresh.disconnect()


async def test_the_token_of_somebody_deactivated_or_gone_is_4401(
    ada: User, eve: User, token: MakeToken
) -> None:
    hers, eves = token(ada), token(eve)
    await sync_to_async(deactivate)(ada)
    await User.objects.filter(pk=eve.pk).adelete()

    for shown in (hers, eves):
        assert await (await chat(shown).connect()).closed() == 4401


async def test_a_socket_ends_with_4401_when_its_token_expires(
    ada: User, bob: User, enter: Enter
) -> None:
    his = await enter(bob)
    token = AccessToken.for_user(ada)
    token.set_exp(lifetime=timedelta(seconds=2))
    hers = await chat(str(token)).connect()
    await hers.until("ready")

    assert await hers.closed() == 4401

    assert 0 <= timezone.now().timestamp() - token["exp"] < 5
    assert [list(frame) for frame in await his.so_far()] == []


async def test_a_token_is_in_no_log_whatever_happens(
    ada: User,
    eve: User,
    token: MakeToken,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("", "django", "rooms", "accounts", "chatsite", "channels", "daphne", "asyncio"):
        caplog.set_level(logging.DEBUG, logger=name or None)
        monkeypatch.setattr(logging.getLogger(name), "propagate", True)
    canary = token(ada)
    expired = AccessToken.for_user(eve)
    expired.set_exp(lifetime=-timedelta(seconds=1))

    client = await chat(canary).connect()
    await client.until("ready")
    await client.send("not JSON")
    await client.until("error")
    await client.disconnect()
    for path in (PATH, "/ws/chat/nowhere/", "/ws/nowhere/"):
        for shown in (canary, str(expired)):
            ways = (
                Client(f"{path}?token={shown}", [(b"origin", b"http://evil.example")]),
                Client(path, [(b"authorization", f"Bearer {shown}".encode())]),
                Client(path, subprotocols=["bearer", shown]),
            )
            for way in ways:
                await (await way.connect()).disconnect()
    monkeypatch.setattr(access, "find_room", _fail)
    broken = await chat(canary).connect()
    assert await broken.closed() == 1011

    assert "ended by a fault" in caplog.text
    for shown in (canary, str(expired)):
        for part in (shown, shown.split(".")[1], shown.split(".")[2]):
            assert part not in caplog.text


def _fail(*_arguments: object) -> None:
    raise RuntimeError("planted")
