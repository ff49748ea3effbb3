"""Nothing that people write runs: what they call themselves and their rooms."""

import json
import unicodedata
import urllib.request
from collections.abc import Iterator
from itertools import batched
from urllib.error import HTTPError

import pytest
from playwright.sync_api import expect

from tests import needs
from tests.e2e.conftest import People, Site
from tests.e2e.hostile import HOSTILE
from tests.e2e.watch import Watch, rows, shown, unhurried_site, watched

pytestmark = needs.chromium
LONGEST_TITLE, LONGEST_TOPIC = 100, 250


@pytest.fixture(scope="module")
def named_site() -> Iterator[Site]:
    yield from unhurried_site()


@pytest.fixture
def watch(named_site: Site, people: People) -> Watch:
    """What ada has open."""
    return watched(named_site, people, "ada")


@pytest.fixture(scope="module")
def names(named_site: Site) -> list[str]:
    """The strings that a person may be called."""
    named_site.know("eve")
    return [text for text in HOSTILE if len(text) <= 240 and _rename(named_site, "eve", text)]


def test_display_names_are_text_beside_messages(
    named_site: Site, watch: Watch, names: list[str]
) -> None:
    assert len(names) >= 150
    for place, some in enumerate(batched(names, 250)):
        room = _room(named_site, f"named-{place}", "eve")
        assert _rename(named_site, "eve", "Harmless")
        first = _post(named_site, "eve", room, "first")
        _post(named_site, "eve", room, "second", reply_to=first)
        _post(named_site, "eve", room, "third", reply_to=first)
        watch.enter(room)
        live = set(watch.shapes("#log .msg"))
        for name in some:
            _rename(named_site, "eve", name)
            _post(named_site, "eve", room, "by", reply_to=first)
        expect(watch.page.locator("#log .msg")).to_have_count(3 + len(some))
        given = [_kept(name) for name in some]
        assert rows(watch.page, ".author")[3:] == given
        assert rows(watch.page, ".reply-to b")[2:] == given
        assert watch.page.locator("[data-reply]").evaluate_all(_REPLY_TO_EACH)[3:] == given
        assert set(watch.shapes("#log .msg")) <= live
        assert watch.told() == []


def test_display_names_are_text_in_the_lists_of_who_is_here_and_who_types(
    named_site: Site, watch: Watch, names: list[str]
) -> None:
    room = _room(named_site, "here", "eve")
    everybody = [f"person-{number}" for number in range(6)]
    for person in everybody:
        named_site.know(person)
    some = names[:: len(names) // 24][:24]
    watch.enter(room)
    for called in batched(some, len(everybody)):
        bots = []
        for person, name in zip(everybody, called, strict=True):
            assert _rename(named_site, person, name)
            bots.append(named_site.bot(person, room))
            bots[-1].hear("ready")
            bots[-1].say(typing=True)
        here, typing = watch.page.locator("#here-list bdi"), watch.page.locator("[data-typing]")
        for name in called:
            expect(here.get_by_text(_kept(name), exact=True)).to_have_count(1)
            expect(typing).to_contain_text(f"{_kept(name)} is typing")
        assert set(map(_kept, called)) < set(here.all_text_contents())
        shapes = ["<span class data-ago data-user></>"] * len(called)
        assert watch.shapes("[data-typing] > *") == shapes
        assert watch.told() == []
        for bot in bots:
            bot.line.close()
        expect(here).to_have_count(1)
        expect(typing.locator("*")).to_have_count(0, timeout=10_000)


def test_ones_own_name_is_text_on_ones_own_pages(
    named_site: Site, watch: Watch, names: list[str]
) -> None:
    assert _rename(named_site, "ada", "Harmless")
    pages = ["/accounts/profile/", "/rooms/nowhere/"]
    for path in pages:
        watch.visit(path)
        harmless = watch.shapes()
        for name in names[:: len(names) // 12]:
            assert _rename(named_site, "ada", name)
            watch.visit(path)
            assert watch.shapes() == harmless
            assert _kept(name) in watch.page.locator(".me").all_text_contents()[0]
            if "profile" in path:
                field = watch.page.locator("[name=display_name]")
                assert field.get_attribute("value") == _kept(name)
    assert watch.told() == []


def test_titles_and_topics_are_text_live_and_in_every_list(named_site: Site, watch: Watch) -> None:
    titles = [text for text in HOSTILE if len(text) <= LONGEST_TITLE]
    topics = [text for text in HOSTILE if len(text) <= LONGEST_TOPIC]
    named_site.know("ada")
    watch.visit("/rooms/")
    _room(named_site, "changing", "ada", title="Harmless", topic="Harmless")
    watch.enter("changing")
    live = watch.shapes("header.head")
    for place, topic in enumerate(topics):
        title = titles[place % len(titles)]
        _change(named_site, "ada", "changing", title=title, topic=topic)
        said = [shown(title.strip()), shown(topic.strip())]
        heads = watch.page.locator("#room-title, #room-topic")
        expect(heads.first).to_have_text(said[0])
        expect(heads.last).to_have_text(said[1])
        assert heads.all_text_contents() == said
    assert watch.shapes("header.head") == live
    expect(watch.page.locator("main")).to_have_attribute("data-state", "live")
    assert watch.told() == []

    watch.visit("/rooms/changing/")
    # Its place in the list beside goes by its title.
    main = "head, main, main ~ *"
    harmless = watch.shapes(main)
    for title in titles[::20]:
        _change(named_site, "ada", "changing", title=title, topic=title)
        watch.visit("/rooms/changing/")
        assert watch.shapes(main) == harmless
        label = watch.page.locator("#words").get_attribute("placeholder")
        assert label == f"Write to {shown(title.strip())}"
    assert watch.told() == []


def test_the_list_of_rooms_is_text(named_site: Site, watch: Watch) -> None:
    fits = [text for text in HOSTILE if len(text) <= LONGEST_TITLE]
    for place, text in enumerate(["Harmless", *fits]):
        _room(named_site, f"a-{place:03}", "ada", title=text, topic=text)
    told: list[str] = []
    shapes = set()
    watch.visit("/rooms/")
    while len(told) <= len(fits):
        listed = watch.page.locator(".rooms > li", has=watch.page.locator("[href^='/rooms/a-']"))
        heads = listed.locator("h2 a").all_text_contents()
        assert listed.locator("p").all_text_contents() == heads
        told += heads
        shapes |= set(watch.shapes(".rooms > li:has([href^='/rooms/a-'])"))
        more = watch.page.get_by_role("link", name="More rooms")
        watch.visit((more.get_attribute("href") if more.count() else None) or "/rooms/")
    assert sorted(told) == sorted(["Harmless", *(shown(text.strip()) for text in fits)])
    assert len(shapes) == 1
    beside = watch.page.locator(".side-list [href^='/rooms/a-'] .cut").all_text_contents()
    assert beside == told[: len(beside)]
    assert len(beside) >= 100
    assert watch.told() == []


_REPLY_TO_EACH = """links => links.map((link) => {
  link.click();
  return document.querySelector("[data-replying-name]").textContent;
})"""


def _kept(name: str) -> str:
    """A display name as it is stored."""
    return unicodedata.normalize("NFC", name).strip()


def _ask(site: Site, username: str, method: str, path: str, **fields: object) -> None:
    site.know(username)
    headers = {
        "Authorization": f"Bearer {site.tokens[username]}",
        "Content-Type": "application/json",
    }
    request = urllib.request.Request(
        site.url + path, json.dumps(fields).encode(), headers, method=method
    )
    urllib.request.urlopen(request).close()


def _rename(site: Site, username: str, name: str) -> bool:
    """Whether that is a name one may have, and now has."""
    try:
        _ask(site, username, "PATCH", "/api/auth/users/me/", display_name=name)
    except HTTPError as refusal:
        if refusal.code != 400:
            raise
        return False
    return True


def _room(site: Site, name: str, owner: str, **fields: str) -> str:
    _ask(site, owner, "POST", "/api/rooms/", name=name, **fields)
    return name


def _change(site: Site, owner: str, room: str, **fields: str) -> None:
    _ask(site, owner, "PATCH", f"/api/rooms/{room}/", **fields)


def _post(site: Site, author: str, room: str, text: str, **fields: int) -> int:
    said = {"content": text, **fields}
    return int(site.running.post(f"/api/rooms/{room}/messages/", said, site.tokens[author])["id"])
