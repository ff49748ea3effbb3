"""A changed password ends everything but the session that changed it."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from pytest_django import Settings

from accounts import actions
from accounts.models import User
from tests.accounts.conftest import Lost
from tests.accounts.wire import Api

pytestmark = pytest.mark.django_db(transaction=True)

PASSWORD = "four odd words work"
NEW = "five quite new odd words"


@pytest.mark.parametrize("storage", ["fallback.FallbackStorage", "session.SessionStorage"])
def test_this_session_stays_and_every_other_ends(
    client: Client, ada: User, lost: Lost, settings: Settings, storage: str
) -> None:
    # The second one writes the session again at the request's end.
    settings.MESSAGE_STORAGE = f"django.contrib.messages.storage.{storage}"
    phone = Client()
    for browser in (client, phone):
        browser.post("/accounts/login/", {"username": "ada", "password": PASSWORD})
    key = client.session.session_key

    form = {"current_password": PASSWORD, "new_password": NEW}
    response: Any = client.post("/accounts/password/", form)

    assert (response.status_code, response.url) == (302, "/accounts/profile/")
    assert lost == [(ada.pk, None, key)]
    assert client.session.session_key == key
    assert client.get("/accounts/profile/").status_code == 200
    assert phone.get("/accounts/profile/").status_code == 302
    ada.refresh_from_db()
    assert ada.check_password(NEW)


def test_tokens_of_both_kinds_die_with_it(api: Api, ada: User) -> None:
    tokens = api.post("/api/auth/jwt/create/", {"username": "ada", "password": PASSWORD}).json()
    actions.change_password(ada, NEW)
    assert Api(tokens["access"]).get("/api/auth/users/me/").status_code == 401
    for token in tokens.values():
        assert api.post("/api/auth/jwt/verify/", {"token": token}).status_code == 401
    assert api.post("/api/auth/jwt/refresh/", {"refresh": tokens["refresh"]}).status_code == 401


@pytest.mark.parametrize(
    ("current", "new", "field"),
    [
        ("wrong", NEW, "current_password"),
        (PASSWORD, "12345", "new_password"),
        ("", "", "new_password"),
    ],
)
def test_a_refused_change_ends_nothing(
    client: Client, ada: User, lost: Lost, current: str, new: str, field: str
) -> None:
    client.force_login(ada)
    response: Any = client.post(
        "/accounts/password/", {"current_password": current, "new_password": new}
    )
    assert response.status_code == 422
    assert response.context["form"].errors[field]
    assert lost == []
    assert client.get("/accounts/profile/").status_code == 200


def test_a_key_of_no_session_or_of_somebody_elses_stays_as_it_is(ada: User, bob: User) -> None:
    his = Client()
    his.force_login(bob)
    for key in (his.session.session_key, "nosuchsession"):
        actions.change_password(ada, NEW, keep_session=key)
    assert his.get("/accounts/profile/").status_code == 200


def test_a_weak_one_is_refused_at_its_field(ada: User) -> None:
    with pytest.raises(ValidationError) as refusal:
        actions.change_password(ada, "ada")
    assert list(refusal.value.message_dict) == ["new_password"]


def test_deactivation_ends_all_and_letting_in_again_is_possible(
    client: Client, ada: User, lost: Lost
) -> None:
    client.force_login(ada)
    actions.deactivate(ada)
    assert lost == [(ada.pk, None, None)]
    assert client.get("/accounts/profile/").status_code == 302
