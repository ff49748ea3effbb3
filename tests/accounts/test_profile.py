"""One's own profile."""

from typing import Any

import pytest
from django.test import Client

from accounts.models import User

pytestmark = pytest.mark.django_db

PASSWORD = "four odd words work"


def test_the_page_is_for_people_who_are_logged_in(client: Client) -> None:
    response: Any = client.get("/accounts/profile/")
    assert response.url == "/accounts/login/?next=/accounts/profile/"


def test_the_display_name_changes_without_a_password(client: Client, ada: User) -> None:
    client.force_login(ada)
    assert client.get("/accounts/profile/").status_code == 200
    response: Any = client.post("/accounts/profile/", {"display_name": "Countess", "email": ""})
    assert (response.status_code, response.url) == (302, "/accounts/profile/")
    ada.refresh_from_db()
    assert ada.display_name == "Countess"


@pytest.mark.parametrize("password", ["", "wrong"])
def test_the_email_does_not(client: Client, ada: User, password: str) -> None:
    client.force_login(ada)
    form = {"display_name": "New", "email": "ada@x.example", "current_password": password}
    response: Any = client.post("/accounts/profile/", form)
    assert response.status_code == 422
    assert response.context["form"].errors["current_password"]
    ada.refresh_from_db()
    assert (ada.email, ada.display_name) == ("", "Ada")


def test_with_the_password_the_email_changes_and_goes(client: Client, ada: User) -> None:
    client.force_login(ada)
    for email, stored in [("ada@X.Example", "ada@x.example"), ("", "")]:
        form = {"display_name": "Ada", "email": email, "current_password": PASSWORD}
        assert client.post("/accounts/profile/", form).status_code == 302
        ada.refresh_from_db()
        assert ada.email == stored


def test_a_bad_display_name_changes_nothing(client: Client, ada: User) -> None:
    client.force_login(ada)
    form = {"display_name": "a\u202eb", "email": "a@x.example", "current_password": PASSWORD}
    assert client.post("/accounts/profile/", form).status_code == 422
    ada.refresh_from_db()
    assert ada.email == ""
