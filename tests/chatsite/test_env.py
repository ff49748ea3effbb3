"""Settings from the environment: read as meant, or not at all."""

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from chatsite import env


@pytest.fixture
def say(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    monkeypatch.delenv("CHATSITE_X", raising=False)
    return monkeypatch


def test_what_is_not_said_is_the_default(say: pytest.MonkeyPatch) -> None:
    assert env.text("CHATSITE_X", "a") == "a"
    assert env.boolean("CHATSITE_X", True) is True
    assert env.integer("CHATSITE_X", 3, at_least=1, at_most=5) == 3
    assert env.words("CHATSITE_X") == []
    assert env.url("CHATSITE_X", schemes=("https",)) == ""


@pytest.mark.parametrize(
    ("said", "meant"), [("1", True), ("YES", True), (" on ", True), ("off", False), ("", False)]
)
def test_on_and_off(say: pytest.MonkeyPatch, said: str, meant: bool) -> None:
    say.setenv("CHATSITE_X", said)
    assert env.boolean("CHATSITE_X", not meant) is meant


def test_neither_on_nor_off_stops_the_start(say: pytest.MonkeyPatch) -> None:
    say.setenv("CHATSITE_X", "perhaps")
    with pytest.raises(ImproperlyConfigured, match="CHATSITE_X='perhaps' is neither on nor off"):
        env.boolean("CHATSITE_X", False)


@pytest.mark.parametrize("said", ["six", "1.5", "0", "6", "1e3"])
def test_a_number_that_cannot_be_meant_stops_the_start(say: pytest.MonkeyPatch, said: str) -> None:
    say.setenv("CHATSITE_X", said)
    with pytest.raises(ImproperlyConfigured, match="CHATSITE_X="):
        env.integer("CHATSITE_X", 3, at_least=1, at_most=5)


@pytest.mark.parametrize("said", ["chat.example", "ftp://chat.example", "https://", "https:chat"])
def test_an_address_without_scheme_or_host_stops_the_start(
    say: pytest.MonkeyPatch, said: str
) -> None:
    say.setenv("CHATSITE_X", said)
    with pytest.raises(ImproperlyConfigured, match="CHATSITE_X is not a URL"):
        env.url("CHATSITE_X", schemes=("http", "https"))


def test_an_address_loses_its_last_slash(say: pytest.MonkeyPatch) -> None:
    say.setenv("CHATSITE_X", "https://chat.example/")
    assert env.url("CHATSITE_X", schemes=("https",)) == "https://chat.example"


def test_lists_and_folders(say: pytest.MonkeyPatch, tmp_path: Path) -> None:
    say.setenv("CHATSITE_X", " a, ,b,")
    assert env.words("CHATSITE_X") == ["a", "b"]
    say.chdir(tmp_path)
    say.setenv("CHATSITE_X", "here")
    assert env.folder("CHATSITE_X", Path("/")) == tmp_path.resolve() / "here"
