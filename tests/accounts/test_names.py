"""What people may be called."""

import time
from collections.abc import Callable
from contextlib import suppress

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from accounts.actions import register
from accounts.models import User
from accounts.names import (
    check_display_name,
    check_username,
    normalise_display_name,
    normalise_username,
)
from tests.accounts.wire import Api

FULLWIDTH_ADA = "\uff21\uff44\uff41"
CYRILLIC_A = "\u0430"


@pytest.mark.parametrize("typed", ["ada", "ADA", "Ada", FULLWIDTH_ADA, " ada "])
def test_case_and_width_make_no_other_name(typed: str) -> None:
    assert normalise_username(typed) == "ada"


@pytest.mark.parametrize(
    "name", ["ada", "a", "ada.l-1_x", "жанна", "山田", "김철수", "نور", "a" * 40]
)
def test_names_of_one_alphabet_are_fine(name: str) -> None:
    check_username(name)


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("", "shape"),
        ("a b", "shape"),
        ("-ada", "shape"),
        ("ada-", "shape"),
        ("a" * 41, "shape"),
        ("a\0da", "shape"),
        ("a\ud800", "shape"),
        ("\ufdfa" * 150, "shape"),
        ("x" * 1_000_000, "shape"),
        (f"{CYRILLIC_A}dmin", "script"),
        (f"ad{CYRILLIC_A}", "script"),
        ("ADMIN", "unique"),
        ("\uff41dmin", "unique"),
        ("everyone", "unique"),
        ("admin\u034f", "unique"),
        ("ad\U000e0100min", "unique"),
        ("\u3164", "shape"),
        ("\u115f", "shape"),
        ("a\u2800", "shape"),
        ("\u0301", "shape"),
        ("\u0301ada", "shape"),
    ],
)
def test_names_that_mislead_are_refused(name: str, why: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        check_username(name)
    assert refusal.value.code == why


@pytest.mark.django_db
def test_accounts_made_by_a_command_are_normalised_too() -> None:
    User.objects.create_superuser("Ada", password="four odd words work")
    assert User.objects.get_by_natural_key("ADA").username == "ada"


@pytest.mark.parametrize(
    "name",
    [
        "",
        "Ada Lovelace",
        "Zoë 🌙",
        "👩\u200d💻",
        "\u2764\ufe0f\u200d🔥 👍🏽 1\ufe0f\u20e3",
        "x" * 60,
        "نور",
        "نیم\u200cفاصله",
        "क्\u200dष",
    ],
)
def test_display_names_are_free_text(name: str) -> None:
    check_display_name(name)


@pytest.mark.parametrize(
    "name",
    [
        "x" * 61,
        "x" * 1_000_000,
        "a\0b",
        "a\nb",
        "a\ud800",
        "a\u202eb",
        "\u200b",
        "a\u2028b",
        "\x7f",
        "\u3164",
        "\u2800 \u2800",
        "Ada\u2800",
        "Ada\u200b",
        "A\u034fda",
        "Ada\u200d",
        "A\u00adda",
        "\u061cAda",
        "\u2764\u200d",
        "\U0001d159",
        "Ada\U000e0041",
    ],
)
def test_display_names_that_cannot_be_shown_are_refused(name: str) -> None:
    with pytest.raises(ValidationError):
        check_display_name(name)


@pytest.mark.parametrize("typed", ["ada\u034f", "ada\ufe0f", "a\U000e0100da", "\u200bADA\u00ad"])
def test_what_nobody_sees_makes_no_other_name(typed: str) -> None:
    assert normalise_username(typed) == "ada"


# Each takes a second to normalise, and a body holds many.
BOMB = "a" + "\u0301\u0323" * 16_000


@pytest.mark.parametrize(
    "read", [normalise_username, normalise_display_name, check_username, check_display_name]
)
def test_a_tower_of_marks_costs_nothing(read: Callable[[str], object]) -> None:
    started = time.process_time()
    with suppress(ValidationError):
        read(BOMB)
    assert time.process_time() - started < 0.2


@pytest.mark.django_db
def test_no_door_normalises_a_tower_of_marks(client: Client) -> None:
    person = {"username": BOMB, "display_name": BOMB, "password": "four odd words work"}
    started = time.process_time()
    assert client.post("/accounts/register/", person).status_code == 422
    assert client.post("/accounts/login/", person).status_code == 422
    for path in ("users/", "jwt/create/"):
        assert Api().post(f"/api/auth/{path}", person).status_code == 400
    with pytest.raises(ValidationError):
        register(**person)
    assert time.process_time() - started < 0.8
