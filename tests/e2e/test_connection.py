"""The connection in words: what is said when it goes, and when it comes back."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests import needs
from tests.e2e.conftest import People, Site, enter, texts, write
from tests.e2e.rows import make_room, newest, pending, wait_until_live
from tests.e2e.wire import Wire, wait_for

pytestmark = needs.chromium
LOST = "Connection lost. Trying again."
LONGEST = 13  # seconds: ten, give or take three tenths

_LISTEN = """() => {
  const banner = document.querySelector("[data-banner]");
  const words = banner.querySelector("[data-banner-words]");
  const wait = banner.querySelector("[data-banner-wait]");
  window.said = [];
  window.counted = [];
  window.moments = {};
  new MutationObserver(() => {
    if (!banner.hidden) window.moments.said ??= Date.now();
    else window.moments.lost ??= Date.now();
  }).observe(document.body, { attributeFilter: ["data-state", "hidden"], subtree: true });
  new MutationObserver((records) => {
    if (records.some(({ target }) => words.contains(target))) window.said.push(words.textContent);
    if (window.counted.at(-1) !== wait.textContent) window.counted.push(wait.textContent);
  }).observe(banner, { childList: true, subtree: true, characterData: true });
}"""


@pytest.fixture
def ada(daphne_site: Site, people: People) -> Page:
    """In general soon; her clock is the test's."""
    page = people.sit_down(daphne_site, "ada")
    page.clock.install()
    return page


def _lose(page: Page, wire: Wire) -> None:
    wire.refuses = True
    wire.close(1012)
    expect(page.locator("main")).to_have_attribute("data-state", "waiting")


def _stop_the_clock(page: Page) -> None:
    soon = page.evaluate("Date.now()") + 200
    page.clock.pause_at(soon / 1000)


def _wait_long(page: Page, wire: Wire) -> None:
    """Lets attempts fail until the next one is far away."""
    for attempt in range(2, 9):
        page.clock.fast_forward(15_000)
        wait_for(page, lambda attempt=attempt: wire.connections >= attempt)  # type: ignore[misc]
    page.clock.fast_forward(300)


def test_a_short_gap_is_not_worth_a_word(ada: Page) -> None:
    wire = Wire(ada)
    enter(ada)
    ada.evaluate(_LISTEN)
    wire.close(1012)
    expect(ada.locator("main")).to_have_attribute("data-state", "waiting")
    # However slow the machine is: the page's clock stands, and the gap is shorter than two seconds.
    _stop_the_clock(ada)
    ada.clock.run_for(700)
    wait_for(ada, lambda: wire.connections == 2)
    for _ in range(20):
        ada.clock.run_for(20)
        ada.wait_for_timeout(20)
    ada.clock.resume()
    wait_until_live(ada)
    assert ada.evaluate("window.said") == []
    expect(ada.locator("[data-banner]")).to_be_hidden()


def test_after_two_seconds_it_says_so_and_counts(ada: Page) -> None:
    wire = Wire(ada)
    enter(ada)
    banner = ada.locator("[data-banner]")
    ada.evaluate(_LISTEN)
    _lose(ada, wire)
    for _ in range(40):
        if not banner.is_visible():
            ada.clock.run_for(250)
    assert 1_990 <= ada.evaluate("window.moments.said - window.moments.lost") <= 2_750
    _wait_long(ada, wire)
    for _ in range(4):
        ada.clock.run_for(1_000)

    assert ada.evaluate("window.said") == [LOST]
    counted = ada.evaluate("window.counted")
    assert any(each.endswith(" seconds.") for each in counted)
    numbers = [int(each.split()[-2]) for each in counted if each]
    assert set(numbers) <= set(range(1, LONGEST + 1))
    wire.refuses = False
    ada.clock.run_for(15_000)
    wait_until_live(ada)
    expect(banner).to_be_hidden()
    expect(banner.locator("p")).to_have_text(["", ""])
    # It goes without a farewell.
    assert ada.evaluate("window.said") == [LOST, ""]


def test_what_is_announced_does_not_count(ada: Page) -> None:
    wire = Wire(ada)
    enter(ada)
    _lose(ada, wire)
    _wait_long(ada, wire)
    banner = ada.locator("[data-banner]")
    expect(banner).to_have_attribute("role", "status")
    expect(banner).to_match_aria_snapshot(
        """
        - status:
          - paragraph: Connection lost. Trying again.
          - button "Try now"
        """
    )
    expect(ada.locator("[data-banner-wait]")).to_have_attribute("aria-hidden", "true")


def test_one_second_is_no_plural(ada: Page) -> None:
    wire = Wire(ada)
    enter(ada)
    ada.evaluate(_LISTEN)
    _lose(ada, wire)
    _wait_long(ada, wire)
    for _ in range(60):
        ada.clock.run_for(250)
    counted = ada.evaluate("window.counted")
    assert "Connection lost. Again in 1 second." in counted
    assert "Connection lost. Again in 1 seconds." not in counted


@pytest.mark.parametrize("sign", ["Try now", "online"])
def test_it_comes_back_at_once_at(ada: Page, sign: str) -> None:
    wire = Wire(ada)
    enter(ada)
    _lose(ada, wire)
    _wait_long(ada, wire)
    acts: dict[str, Callable[[], None]] = {
        "Try now": ada.get_by_role("button", name="Try now").click,
        "online": lambda: ada.evaluate("window.dispatchEvent(new Event('online'))"),
    }
    # From here on the page's clock stands still but for 50 ms: no pause can end.
    _stop_the_clock(ada)
    tried = wire.connections
    ada.clock.run_for(50)
    assert wire.connections == tried
    wire.refuses = False
    acts[sign]()
    ada.clock.run_for(50)
    wait_for(ada, lambda: wire.connections == tried + 1)
    ada.clock.resume()
    wait_until_live(ada)
    expect(ada.locator("[data-banner]")).to_be_hidden()


def test_try_now_may_be_pressed_many_times(ada: Page) -> None:
    wire = Wire(ada)
    enter(ada)
    _lose(ada, wire)
    _wait_long(ada, wire)
    tried = wire.connections
    for count in range(1, 4):
        ada.get_by_role("button", name="Try now").click()
        wait_for(ada, lambda count=count: wire.connections >= tried + count)  # type: ignore[misc]
    wire.refuses = False
    ada.get_by_role("button", name="Try now").click()
    wait_until_live(ada)
    before = wire.connections
    ada.clock.fast_forward(40_000)
    wait_until_live(ada)
    assert wire.connections == before  # no attempt was left behind


def test_the_pause_is_never_longer_than_it_says(ada: Page) -> None:
    wire = Wire(ada)
    enter(ada)
    _lose(ada, wire)
    for _ in range(6):
        _wait_long_once(ada, wire)
        said = ada.locator("[data-banner-wait]").inner_text()
        seconds = int(said.split()[-2])
        assert seconds <= LONGEST
        tried = wire.connections
        if seconds > 2:
            ada.clock.run_for(1000 * (seconds - 2))
            assert wire.connections == tried, f"came before it said: {said}"


def _wait_long_once(page: Page, wire: Wire) -> None:
    tried = wire.connections
    page.clock.fast_forward(15_000)
    wait_for(page, lambda: wire.connections > tried)
    page.clock.run_for(300)


def test_two_people_miss_nothing_while_one_is_offline(site: Site, people: People) -> None:
    room = make_room(site, "ada", "offline-and-back")
    ada = enter(people.sit_down(site, "ada"), room)
    bob = people.sit_down(site, "bob")
    wire = Wire(bob)
    enter(bob, room)
    write(ada, "both are here")
    expect(newest(bob)).to_have_text("both are here")

    wire.refuses = True
    bob.context.set_offline(True)
    wire.close(1001)
    expect(bob.locator("main")).to_have_attribute("data-state", "waiting")
    for number in range(3):
        write(ada, f"from ada {number}")
        write(bob, f"from bob {number}")
    expect(newest(ada)).to_have_text("from ada 2")
    expect(pending(bob)).to_have_count(3)
    wire.refuses = False
    bob.context.set_offline(False)

    expected = ["both are here"]
    expected += [f"from {name} {number}" for name in ("ada", "bob") for number in range(3)]
    for page in (ada, bob):
        expect(page.locator("#log .prose")).to_have_text(expected, timeout=15_000)
        expect(pending(page)).to_have_count(0)
    assert texts(ada) == texts(bob)
