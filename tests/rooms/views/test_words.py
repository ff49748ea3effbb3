"""Every word that a page shows of its own can be translated."""

import re
from collections.abc import Callable, Iterator
from html.parser import HTMLParser

import pytest
from django.apps import apps
from django.http import HttpResponse
from django.test import Client
from django.utils.functional import Promise
from pytest_django import Settings

from accounts.models import User
from rooms import pieces
from rooms.actions.messages import delete_message, edit_message, post_message
from rooms.actions.reactions import add_reaction
from rooms.actions.rooms import change_room, create_room
from rooms.models import Membership, Room
from tests.rooms.views.conftest import Browse

# What people wrote, what the site is called, and what stands for a name in an avatar.
NAMES = {"Chatsite", "Ada", "Bob", "General", "ada", "bob", "A", "B", "hello", "attic", "general"}
SHOWN = {"aria-label", "title", "placeholder", "alt", "content", "label"}
OWN_WORDS = ("data-lost", "data-gone", "data-stopped", "data-slow", "data-many")


class Shown(HTMLParser):
    """What a page shows: its texts as one, and the values of attributes that are seen or heard."""

    def __init__(self) -> None:
        super().__init__()
        self.text = ""
        self.attributes: list[str] = []
        self._inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._inside = tag
        if tag == "meta":
            return
        self.attributes += [
            value or "" for name, value in attrs if name in SHOWN or name in OWN_WORDS
        ]

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside not in {"style", "script", "textarea"}:
            self.text += f" {data} "


def untranslated(page: bytes) -> set[str]:
    """The words that no gettext has seen."""
    shown = Shown()
    shown.feed(page.decode())
    left: set[str] = set()
    for text in (shown.text, *shown.attributes):
        before = ""
        while before != text:  # marks may hold marks
            before, text = text, re.sub(r"⟦[^⟦⟧]*⟧", " ", text)
        left |= set(re.findall(r"[^\W\d_]+", text))
    return left - NAMES


@pytest.fixture
def marked(ada: User, bob: User, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """From here on every word that goes through gettext comes back between ⟦ and ⟧."""
    for name in ("gettext", "pgettext", "ngettext", "npgettext"):
        monkeypatch.setattr(f"django.utils.translation._trans.{name}", _marking(name))
    # Made before, the parts of messages have the words of before; made now, they must not stay.
    pieces._parts.cache_clear()
    yield
    pieces._parts.cache_clear()


def _marking(name: str) -> Callable[..., str]:
    with_context = int("pgettext" in name)

    def mark(*arguments: object) -> str:
        words = arguments[with_context:]
        chosen = words[1] if len(words) > 1 and words[2] != 1 else words[0]
        return f"⟦{chosen}⟧"

    return mark


def broken(*args: object, **options: object) -> HttpResponse:
    raise RuntimeError


@pytest.mark.usefixtures("db", "marked")
@pytest.mark.parametrize("path", ["/accounts/login/", "/accounts/register/", "/nowhere/"])
def test_strangers_pages_have_no_word_beside_gettext(path: str) -> None:
    assert untranslated(Client().get(path).content) == set()
    assert untranslated(Client().post(path, {"username": "ada"}).content) == set()


@pytest.mark.usefixtures("marked")
@pytest.mark.parametrize(
    "path",
    [
        "/rooms/",
        "/rooms/new/",
        "/rooms/general/",
        "/rooms/general/?before=2",
        "/rooms/general/?reply_to=1",
        "/rooms/general/messages/1/",
        "/rooms/general/messages/2/",
        "/rooms/attic/",
        "/rooms/nowhere/",
        "/accounts/profile/",
        "/accounts/password/",
        "/api/docs/",
    ],
)
def test_pages_have_no_word_beside_gettext(
    browse: Browse, ada: User, bob: User, general: Room, path: str
) -> None:
    first = post_message(ada, general, "hello").message
    edit_message(ada, general, first.pk, "hello hello")
    add_reaction(bob, general, first.pk, "👍")
    post_message(bob, general, "hello", reply_to=first.pk)
    delete_message(ada, general, post_message(ada, general, "hello").message.pk)
    change_room(ada, create_room(ada, name="attic"), archived=True)

    page = browse(ada).get(path)

    assert "⟦" in page.content.decode()
    assert untranslated(page.content) == set()


@pytest.mark.usefixtures("marked")
@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/rooms/new/", {"name": "General", "kind": "direct"}),
        ("/rooms/new/", {"name": "general"}),
        ("/rooms/new/", {"title": "hello"}),
        ("/rooms/general/messages/", {"message": ""}),
        ("/rooms/general/messages/", {"message": "hello" * 1000}),
        ("/rooms/general/messages/1/react/", {"add": "hello"}),
        ("/rooms/general/messages/1/edit/", {"content": ""}),
        ("/accounts/profile/", {"email": "hello"}),
        ("/accounts/password/", {"current_password": "hello", "new_password": "hello"}),
    ],
)
def test_refusals_have_no_word_beside_gettext(
    browse: Browse, ada: User, general: Room, path: str, fields: dict[str, str]
) -> None:
    post_message(ada, general, "hello")
    answer = browse(ada).post(path, fields)
    assert answer.status_code == 422
    assert untranslated(answer.content) == set()


@pytest.mark.usefixtures("marked")
def test_a_page_of_ours_that_breaks_has_no_word_beside_gettext(
    browse: Browse, ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rooms.history.page_of_messages", broken)
    browser = browse(ada)
    browser.raise_request_exception = False
    answer = browser.get("/rooms/general/")
    assert answer.status_code == 500
    assert untranslated(answer.content) == set()


def test_a_page_of_ours_that_breaks_says_its_language(
    browse: Browse, ada: User, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    settings.LANGUAGES = [("en", "English"), ("ar", "Arabic")]
    monkeypatch.setattr("rooms.history.page_of_messages", broken)
    browser = browse(ada)
    browser.raise_request_exception = False
    answer = browser.get("/rooms/general/", headers={"Accept-Language": "ar"})
    assert b'<html lang="ar" dir="rtl">' in answer.content


@pytest.mark.usefixtures("marked")
@pytest.mark.parametrize("kind", ["room", "message", "membership"])
def test_the_admin_names_what_it_shows_by_gettext(
    browse: Browse, ada: User, general: Room, kind: str
) -> None:
    message = post_message(ada, general, "hello").message
    User.objects.filter(pk=ada.pk).update(is_staff=True, is_superuser=True)
    pk = {"room": general, "message": message, "membership": Membership.objects.get(user=ada)}[kind]
    for path in (f"/admin/rooms/{kind}/", f"/admin/rooms/{kind}/{pk.pk}/change/"):
        page = browse(ada).get(path).content.decode()
        named = re.findall(
            r"<th scope=\"col\".*?</th>|<label(?! for=\"searchbar).*?</label>", page, re.DOTALL
        )
        assert named, path
        assert untranslated("".join(named).encode()) == set(), path


@pytest.mark.parametrize(
    "model",
    [model for app in ("accounts", "rooms") for model in apps.get_app_config(app).get_models()],
    ids=lambda model: model.__name__,
)
def test_every_kind_of_row_has_a_name_by_gettext(model: type[User]) -> None:
    assert isinstance(model._meta.verbose_name, Promise)
    assert isinstance(model._meta.verbose_name_plural, Promise)
