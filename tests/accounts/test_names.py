"""What people may be called."""

import pytest
from django.core.exceptions import ValidationError

from accounts.models import User
from accounts.names import check_display_name, check_username, normalise_username

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


@pytest.mark.parametrize("name", ["", "Ada Lovelace", "Zoë 🌙", "👩‍💻", "x" * 60, "نور"])
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
    ],
)
def test_display_names_that_cannot_be_shown_are_refused(name: str) -> None:
    with pytest.raises(ValidationError):
        check_display_name(name)
