"""The admin can do what it offers, and cannot forget to end what it ends."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from rooms.models import Room
from tests.accounts.conftest import Lost

pytestmark = pytest.mark.django_db(transaction=True)

NEW = "five quite new odd words"


@pytest.fixture
def chief(general: Room) -> User:
    return User.objects.create_superuser("chief", password="four odd words work")


@pytest.fixture
def desk(chief: User) -> Client:
    """The administrator's browser."""
    browser = Client()
    browser.force_login(chief)
    return browser


def _form(person: User, **changes: Any) -> dict[str, Any]:
    values = {"username": person.username, "display_name": person.display_name, "is_active": "on"}
    return {key: value for key, value in {**values, **changes}.items() if value is not None}


def test_people_are_listed_and_found(desk: Client, ada: User, bob: User) -> None:
    page = desk.get("/admin/accounts/user/", {"q": "ada"}).content.decode()
    assert ">ada<" in page
    assert ">bob<" not in page


def test_a_person_is_added_normalised_and_seated(desk: Client, general: Room) -> None:
    form = {"username": "Zoe", "usable_password": "true", "password1": NEW, "password2": NEW}
    assert desk.get("/admin/accounts/user/add/").status_code == 200
    assert desk.post("/admin/accounts/user/add/", form).status_code == 302
    zoe = User.objects.get(username="zoe")
    assert zoe.check_password(NEW)
    assert general.memberships.filter(user=zoe).exists()


@pytest.mark.parametrize("name", ["ADA", "admin", "a b"])
def test_names_are_as_strict_as_elsewhere(desk: Client, ada: User, name: str) -> None:
    form = {"username": name, "usable_password": "true", "password1": NEW, "password2": NEW}
    response: Any = desk.post("/admin/accounts/user/add/", form)
    assert response.status_code == 200
    assert response.context["adminform"].form.errors["username"]


def test_deactivating_ends_the_persons_sockets(desk: Client, ada: User, lost: Lost) -> None:
    page = f"/admin/accounts/user/{ada.pk}/change/"
    assert desk.post(page, _form(ada, display_name="Other")).status_code == 302
    assert lost == []
    assert desk.post(page, _form(ada, is_active=None)).status_code == 302
    ada.refresh_from_db()
    assert (ada.is_active, ada.display_name) == (False, "Ada")
    assert lost == [(ada.pk, None, None)]


def test_a_new_password_ends_the_persons_sockets(desk: Client, ada: User, lost: Lost) -> None:
    page = f"/admin/accounts/user/{ada.pk}/password/"
    assert desk.get(page).status_code == 200
    weak = {"usable_password": "true", "password1": "ada", "password2": "ada"}
    assert desk.post(page, weak).status_code == 200
    assert lost == []
    form = {"usable_password": "true", "password1": NEW, "password2": NEW}
    assert desk.post(page, form).status_code == 302
    ada.refresh_from_db()
    assert ada.check_password(NEW)
    assert lost == [(ada.pk, None, None)]


def test_a_password_taken_away_ends_them_too(desk: Client, ada: User, lost: Lost) -> None:
    form = {"usable_password": "false", "unset-password": "1"}
    assert desk.post(f"/admin/accounts/user/{ada.pk}/password/", form).status_code == 302
    ada.refresh_from_db()
    assert not ada.has_usable_password()
    assert lost == [(ada.pk, None, None)]


def test_ones_own_password_goes_by_the_sites_page(desk: Client, chief: User) -> None:
    response: Any = desk.get(f"/admin/accounts/user/{chief.pk}/password/")
    assert response.url == "/accounts/password/"
    response = desk.get("/admin/password_change/")
    assert response.url == "/accounts/password/"


def test_people_are_never_deleted(desk: Client, ada: User) -> None:
    assert desk.get(f"/admin/accounts/user/{ada.pk}/delete/").status_code == 403
    desk.post(
        "/admin/accounts/user/",
        {"action": "delete_selected", "_selected_action": [ada.pk], "post": "yes"},
    )
    assert User.objects.filter(pk=ada.pk).exists()


def test_nobody_locks_themselves_out(desk: Client, chief: User) -> None:
    desk.post(f"/admin/accounts/user/{chief.pk}/change/", _form(chief, is_active=None))
    chief.refresh_from_db()
    assert (chief.is_active, chief.is_superuser) == (True, True)


def test_the_admin_is_entered_by_the_sites_login(client: Client, ada: User, desk: Client) -> None:
    response: Any = client.get("/admin/login/", {"next": "/admin/accounts/"})
    assert response.url == f"{reverse('login')}?next=/admin/accounts/"
    assert client.post("/admin/login/", {"username": "ada", "password": "x"}).status_code == 302
    client.force_login(ada)
    assert client.get("/admin/login/").status_code == 403
    response = desk.get("/admin/login/", {"next": "//evil.example/"})
    assert response.url == "/admin/"


def test_leaving_the_admin_ends_the_session(desk: Client, chief: User, lost: Lost) -> None:
    key = desk.session.session_key
    assert desk.post("/admin/logout/").status_code == 302
    assert lost == [(chief.pk, key, None)]


def test_refresh_tokens_are_not_shown(desk: Client) -> None:
    assert desk.get("/admin/token_blacklist/outstandingtoken/").status_code == 404


def test_staff_makes_nobody_administrator(ada: User, bob: User, chief: User) -> None:
    ada.is_staff = True
    ada.save(update_fields=["is_staff"])
    ada.user_permissions.add(*_permissions("view_user", "change_user"))
    hers = Client()
    hers.force_login(ada)
    for person in (ada, bob):
        change = _form(person, display_name="New", is_superuser="on", is_staff="on")
        assert hers.post(f"/admin/accounts/user/{person.pk}/change/", change).status_code == 302
        person.refresh_from_db()
        assert (person.display_name, person.is_superuser) == ("New", False)
    assert not bob.is_staff
    form = {"usable_password": "true", "password1": NEW, "password2": NEW}
    assert hers.post(f"/admin/accounts/user/{chief.pk}/password/", form).status_code == 403


def _permissions(*names: str) -> Any:
    from django.contrib.auth.models import Permission  # noqa: PLC0415 - only these two need it

    return Permission.objects.filter(codename__in=names, content_type__app_label="accounts")
