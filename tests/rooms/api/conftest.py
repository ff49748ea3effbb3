"""People with tokens, who talk to the API as programs do."""

from collections.abc import Callable
from typing import Any

import pytest
from rest_framework_simplejwt.tokens import AccessToken

from accounts.models import User
from rooms.actions.rooms import change_room, create_room
from rooms.models import Room
from tests.accounts.wire import Api

MakeApi = Callable[[User], Api]


@pytest.fixture
def api() -> MakeApi:
    """The API as a person sees it."""

    def make(user: User) -> Api:
        return Api(str(AccessToken.for_user(user)))

    return make


@pytest.fixture
def ada_api(ada: User, api: MakeApi) -> Api:
    return api(ada)


@pytest.fixture
def bob_api(bob: User, api: MakeApi) -> Api:
    return api(bob)


@pytest.fixture
def eve_api(eve: User, api: MakeApi) -> Api:
    return api(eve)


@pytest.fixture
def mod_api(mod: User, api: MakeApi) -> Api:
    return api(mod)


@pytest.fixture
def stranger() -> Api:
    """Nobody: no token."""
    return Api()


@pytest.fixture
def den(ada: User) -> Room:
    """A private room of ada's, which eve may not see."""
    return create_room(ada, name="den", kind="private")


@pytest.fixture
def attic(ada: User) -> Room:
    """A public room of ada's, archived."""
    return change_room(ada, create_room(ada, name="attic"), archived=True)


def problem(answer: Any, status: int, code: str) -> dict[str, Any]:
    """The problem's body, after a look that it is one."""
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    body: dict[str, Any] = answer.json()
    assert body["status"] == status
    assert body["code"] == code
    assert set(body) - {"errors"} == {"type", "title", "status", "detail", "code"}
    return body
