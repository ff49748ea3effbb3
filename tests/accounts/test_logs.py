"""No password and no token is in any log, at any level."""

import logging

import pytest
from django.test import Client

from accounts.asgi import TokenOutOfSight
from accounts.models import User
from accounts.socket_auth import identify_token
from tests.accounts.wire import Api

pytestmark = pytest.mark.django_db

PASSWORD = "canary words that nobody may read"


async def _nothing(*args: object) -> None:
    return None


async def _log_scope(scope: object, receive: object, send: object) -> None:
    logging.getLogger("daphne").warning("%r", {k: v for k, v in _items(scope) if "token" not in k})


def _items(scope: object) -> list[tuple[str, object]]:
    assert isinstance(scope, dict)
    return list(scope.items())


async def _open_socket(token: str) -> None:
    for scope in (
        {"query_string": f"token={token}".encode(), "headers": [], "subprotocols": []},
        {"query_string": b"", "headers": [(b"authorization", f"Bearer {token}".encode())]},
        {
            "query_string": b"",
            "headers": [(b"sec-websocket-protocol", f"bearer, {token}".encode())],
            "subprotocols": ["bearer", token],
        },
    ):
        await TokenOutOfSight(_log_scope)({"type": "websocket", **scope}, _nothing, _nothing)


def test_canaries_are_in_no_log(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    for name in ("django", "daphne", "uvicorn"):
        logging.getLogger(name).addHandler(caplog.handler)
    try:
        secrets = _live()
        client.get(f"/accounts/register/?setup_token={PASSWORD}")
        client.get(f"/nowhere/?token={secrets[0]}")
    finally:
        for name in ("django", "daphne", "uvicorn"):
            logging.getLogger(name).removeHandler(caplog.handler)
    assert "registered" in caplog.text
    assert "Unauthorized" in caplog.text
    for secret in (*secrets, PASSWORD):
        assert secret not in caplog.text


def _live() -> list[str]:
    """Does with passwords and tokens all that one can, well and badly; tells the tokens."""
    from asgiref.sync import async_to_sync  # noqa: PLC0415 - the one place without a loop

    api, page = Api(), Client()
    body = {"username": "ada", "password": PASSWORD}
    api.post("/api/auth/users/", body)
    api.post("/api/auth/users/", body)
    page.post("/accounts/login/", body)
    page.post("/accounts/login/", {"username": PASSWORD, "password": PASSWORD})
    tokens: dict[str, str] = api.post("/api/auth/jwt/create/", body).json()
    api.post("/api/auth/jwt/create/", {"username": "nobody", "password": PASSWORD})
    for token in tokens.values():
        Api(token).get("/api/auth/users/me/")
        Api(token + "x").get("/api/auth/users/me/")
        identify_token(token)
        api.post("/api/auth/jwt/verify/", {"token": token})
        api.post("/api/auth/jwt/refresh/", {"refresh": token})
        api.post("/api/auth/jwt/refresh/", {"refresh": token})
        async_to_sync(_open_socket)(token)
    User.objects.update(is_active=False)
    Api(tokens["access"]).get("/api/auth/users/me/")
    return list(tokens.values())
