"""Nothing that people write runs: messages, by every door and in every place."""

from collections.abc import Iterator, Sequence
from itertools import batched, count
from typing import Any
from urllib.error import HTTPError

import pytest
from playwright.sync_api import Page, WebSocketRoute, expect

from tests import needs
from tests.e2e.conftest import Bot, People, Site, write
from tests.e2e.hostile import HOSTILE, REFUSED
from tests.e2e.watch import Watch, rows, shown, unhurried_site, watched
from tests.running import wait_until

pytestmark = needs.chromium
# A page trims its log beyond 250 rows.
HALVES = (HOSTILE[: len(HOSTILE) // 2], HOSTILE[len(HOSTILE) // 2 :])


@pytest.fixture(scope="module")
def hostile_site() -> Iterator[Site]:
    yield from unhurried_site()


@pytest.fixture
def watch(hostile_site: Site, people: People) -> Watch:
    """What ada has open."""
    return watched(hostile_site, people, "ada")


@pytest.mark.parametrize("half", [0, 1])
def test_what_comes_live_is_text_and_so_it_is_after_a_reload(
    hostile_site: Site, watch: Watch, half: int
) -> None:
    texts = HALVES[half]
    room = _room(hostile_site, f"live-{half}")
    hal = hostile_site.bot("hal", room)
    watch.enter(room)
    last = _say(hal, "harmless")
    for text in ("harmless too", "still harmless", *texts):
        last = _say(hal, text, reply_to=last)
    expect(watch.page.locator("#log .msg")).to_have_count(3 + len(texts))
    live = set(watch.markup("#log .msg")[:3])
    _is_said(watch, texts, live)
    watch.reload()
    expect(watch.page.locator("main")).to_have_attribute("data-state", "live")
    _scroll_to_the_first(watch.page)
    _is_said(watch, texts, live)


def test_edits_and_answers_are_text(hostile_site: Site, watch: Watch) -> None:
    for half, texts in enumerate(HALVES):
        room = _room(hostile_site, f"edited-{half}")
        hal = hostile_site.bot("hal", room)
        first = _say(hal, "harmless")
        numbers = [_say(hal, "to be edited", reply_to=first) for _ in ("harmless too", *texts)]
        watch.enter(room)
        _scroll_to_the_first(watch.page)
        _edit(hal, numbers[0], "harmless too")
        expect(watch.page.locator(f"#m{numbers[0]} .prose")).to_have_text("harmless too")
        live = set(watch.markup(f"#m{first}, #m{numbers[0]}"))
        for number, text in zip(numbers[1:], texts, strict=True):
            _edit(hal, number, text)
        _is_said(watch, texts, live)


@pytest.mark.parametrize("half", [0, 1])
def test_what_a_composer_keeps_is_text(watch: Watch, hostile_site: Site, half: int) -> None:
    texts = HALVES[half]
    room = _room(hostile_site, f"composed-{half}")
    open_sockets: list[WebSocketRoute] = []
    refusing: list[bool] = []

    def tap(page_end: WebSocketRoute) -> None:
        if refusing:
            page_end.close(code=1011)
            return
        page_end.connect_to_server()
        open_sockets.append(page_end)

    page = watch.page
    page.route_web_socket("**/ws/rooms/**", tap)
    watch.enter(room)
    refusing.append(True)
    open_sockets[-1].close(code=1012)
    expect(page.locator("main")).to_have_attribute("data-state", "waiting")
    page.evaluate(_WRITE_ALL, [["harmless", "harmless too"], []])
    expect(page.locator("[data-pending] > *")).to_have_count(2)
    waiting = set(watch.markup("[data-pending] > *"))
    page.evaluate(_WRITE_ALL, [texts, []])
    page.fill("#words", "\n".join(texts))
    _is_waiting(watch, texts, waiting)

    watch.reload()
    _is_waiting(watch, texts, waiting)
    expect(page.locator("#words")).to_have_value(shown("\n".join(texts)))
    page.fill("#words", "")
    refusing.clear()
    expect(page.locator("main")).to_have_attribute("data-state", "live", timeout=20_000)
    expect(page.locator("[data-pending] > *")).to_have_count(0, timeout=60_000)
    assert rows(page, ".prose")[-len(texts) :] == [shown(text) for text in texts]
    taken_up: list[str] = page.locator("#log .msg [data-edit]").evaluate_all(_EDIT_EACH)
    assert taken_up[-len(texts) :] == [shown(text) for text in texts]
    page.press("#words", "Escape")
    assert watch.told() == []


def test_forms_without_a_script_and_their_refusals_are_text(
    hostile_site: Site, watch: Watch
) -> None:
    room = _room(hostile_site, "plain")
    watch.enter(room)
    everything = "\n".join(HOSTILE)
    number = ""
    for some in batched(HOSTILE, 40):
        text = "\n".join(some)
        watch.post(f"/rooms/{room}/messages/", message=text)
        assert rows(watch.page, ".prose")[-1] == shown(text)
        number = watch.page.locator("#log .msg").last.get_attribute("data-id") or ""
        watch.visit(f"/rooms/{room}/messages/{number}/")
        assert watch.page.locator(".prose").all_text_contents() == [shown(text)]
        expect(watch.page.locator("#content")).to_have_value(shown(text))
        assert watch.told() == []

    harmless = watch.shapes()
    watch.post(f"/rooms/{room}/messages/{number}/edit/", content="x" * 4001)
    refused = watch.shapes()
    watch.post(f"/rooms/{room}/messages/{number}/edit/", content=everything)
    expect(watch.page.locator("#content")).to_have_value(shown(everything))
    assert watch.shapes() == refused != harmless
    for some in batched(HOSTILE, 8):
        watch.post(f"/rooms/{room}/messages/{number}/react/", add="\n".join(some))
        expect(watch.page.locator(".bad[role=alert]")).to_be_visible()
    watch.visit(f"/rooms/{room}/")
    watch.post(f"/rooms/{room}/messages/", message=everything, client_id=HOSTILE[0])
    expect(watch.page.locator("#words")).to_have_value(shown(everything))
    assert watch.told() == []


def test_what_a_socket_refuses_is_text(hostile_site: Site, watch: Watch) -> None:
    room = _room(hostile_site, "refused")
    first = _say(hostile_site.bot("hal", room), "harmless")
    fits = [text for text in HOSTILE if text.replace("_", "").isalnum() and text.isascii()]
    odd = [text for text in HOSTILE if text not in fits]
    fits.remove("quiet")  # the page's own id for what needs no answer
    page = watch.page
    for texts in batched(odd, 40):  # a socket ends after 50 bad frames
        watch.enter(room)
        page.evaluate(_WRITE_ALL, [["a message", "another one"], ["an id", "with spaces"]])
        expect(page.locator("[data-reason]:not(:empty)")).to_have_count(2)
        refused = set(watch.markup("[data-pending] > *"))
        page.evaluate(_WRITE_ALL, [texts, texts])
        expect(page.locator("[data-reason]:not(:empty)")).to_have_count(2 + len(texts))
        _is_waiting(watch, texts, refused)
        page.evaluate("() => [localStorage, sessionStorage].forEach((each) => each.clear())")
    watch.enter(room)
    page.evaluate(_WRITE_ALL, [fits, fits])
    expect(page.locator("#log .msg")).to_have_count(1 + len(fits), timeout=15_000)
    for text in HOSTILE:
        page.evaluate(_REACT, [first, text])
        expect(page.locator("[data-notice]")).to_have_text("That is not one emoji.")
    write(page, "it works")
    expect(page.locator("#log .prose").last).to_have_text("it works")
    assert rows(page, ".prose") == ["harmless", *fits, "it works"]
    assert watch.told() == []


@pytest.mark.parametrize("text", REFUSED)
def test_what_no_database_stores_is_refused(hostile_site: Site, text: str) -> None:
    room = _room(hostile_site, "nul")
    hal = hostile_site.bot("hal", room)
    hal.say(message=text)
    assert hal.hear("error")["code"] == "bad_text"
    with pytest.raises(HTTPError, match="400"):
        hostile_site.running.post(
            f"/api/rooms/{room}/messages/", {"content": text}, hostile_site.tokens["hal"]
        )


_NUMBERS = count()
_WRITE_ALL = """async ([texts, ids]) => {
  const words = document.getElementById("words");
  const id = document.querySelector("#composer [name=client_id]");
  for (const [place, text] of texts.entries()) {
    words.value = text;
    if (ids.length) id.value = ids[place];
    words.dispatchEvent(new InputEvent("input", { bubbles: true }));
    const enter = { key: "Enter", bubbles: true, cancelable: true };
    words.dispatchEvent(new KeyboardEvent("keydown", enter));
    await new Promise((done) => setTimeout(done));
  }
}"""
_ASK_ONCE = """links => links.map((link) => {
  if (link.dataset.asked === undefined) link.click();
  link.dataset.asked = "";
  return link.href;
})"""
_EDIT_EACH = """links => links.map((link) => {
  link.click();
  return document.getElementById("words").value;
})"""
_REACT = """([id, emoji]) => document.dispatchEvent(
  new CustomEvent("chat:send", { detail: { command: { react: { id, emoji } } } }))"""


def _room(site: Site, name: str) -> str:
    """A room of hal's."""
    site.know("hal")
    try:
        site.running.post("/api/rooms/", {"name": name}, site.tokens["hal"])
    except HTTPError as refusal:
        if refusal.code != 409:  # it is there already
            raise
    return name


def _say(bot: Bot, text: str, **options: Any) -> int:
    """Posts and waits for the answer; the message's id."""
    client_id = f"hostile-{next(_NUMBERS)}"
    bot.say(message=text, client_id=client_id, **options)
    return int(bot.hear("ack", lambda ack: ack["client_id"] == client_id)["id"])


def _edit(bot: Bot, number: int, text: str) -> None:
    bot.say(edit={"id": number, "content": text}, client_id=f"edit-{number}")
    bot.hear("ack", lambda ack: ack["client_id"] == f"edit-{number}")


def _is_waiting(watch: Watch, texts: Sequence[str], waiting: set[str]) -> None:
    found = watch.page.locator("[data-pending] .prose, [data-pending] > * > .cut")
    expect(found.last).to_have_text(texts[-1])
    assert found.all_text_contents()[-len(texts) :] == [shown(text) for text in texts]
    assert set(watch.markup("[data-pending] > *")) <= waiting


def _scroll_to_the_first(page: Page) -> None:
    # The page may load them by itself meanwhile: what is found is asked for once.
    wait_until(lambda: not page.locator("#log .earlier a").evaluate_all(_ASK_ONCE), 30)


def _is_said(watch: Watch, texts: tuple[str, ...], live: set[str]) -> None:
    """The last rows say that, in the same markup as harmless ones, and the page works on."""
    page: Page = watch.page
    expect(page.locator("#log .prose").last).to_have_text(texts[-1], use_inner_text=False)
    assert rows(page, ".prose")[-len(texts) :] == [shown(text) for text in texts]
    assert set(watch.markup("#log .msg")) <= live
    expect(page.locator("main")).to_have_attribute("data-state", "live")
    assert watch.told() == []
