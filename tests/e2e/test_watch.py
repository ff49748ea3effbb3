"""What watches the pages sees holes, and the strings that are written into them would run."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Route

from tests import needs
from tests.e2e.conftest import People, Site
from tests.e2e.hostile import HOSTILE
from tests.e2e.watch import Watch, unhurried_site, watched
from tests.running import wait_until

pytestmark = needs.chromium


@pytest.fixture(scope="module")
def hostile_site() -> Iterator[Site]:
    yield from unhurried_site()


@pytest.fixture
def watch(hostile_site: Site, people: People) -> Watch:
    """What ada has open."""
    return watched(hostile_site, people, "ada")


@pytest.mark.parametrize(
    ("planted", "told"),
    [
        ("<img src=x:x onerror=hit()>", "stopped by the policy: script-src-attr"),
        ("<style>p{color:red}</style>", "stopped by the policy: style-src-elem"),
        ("<img src=https://evil.example/hit>", "stopped by the policy: img-src"),
        ("<img src=/hit>", "asked for "),
        ("<a href=# onclick=hit()>tap</a>", "born: "),
        ("<base href=/hit/>", "born: "),
        ("<a id=words></a>", "id words twice"),
        ("<b hx-get=/hit hx-trigger=load>", "asked for "),
    ],
)
def test_a_hole_would_be_seen(watch: Watch, planted: str, told: str) -> None:
    """Were one string markup on the page, each of what watches would say so."""
    watch.page.route("**/rooms/general/", lambda route: _plant(route, planted))
    watch.visit("/rooms/general/")
    wait_until(lambda: any(told in each for each in watch.told()))


def test_a_page_that_goes_elsewhere_by_itself_would_be_seen(watch: Watch) -> None:
    refresh = "<meta http-equiv=refresh content=0;url=/rooms/>"
    watch.page.route("**/rooms/general/", lambda route: _plant(route, refresh))
    watch.visit("/rooms/general/")
    # Chromium loses the order to close a page that is just arriving: playwright issue 42366.
    watch.page.wait_for_url("**/rooms/")
    assert any("went elsewhere" in each for each in watch.told())


def test_the_strings_would_run_if_they_were_markup(watch: Watch) -> None:
    """Without escaping and without the policy: what is written here has teeth."""
    watch.page.route("**/*", lambda route: route.abort())
    watch.page.route("**/raw/", lambda route: route.fulfill(content_type="text/html", body=""))
    watch.visit("/raw/")
    watch.page.evaluate(_AS_MARKUP, HOSTILE)
    wait_until(lambda: len(_that_ran(watch)) >= 70)


def _plant(route: Route, planted: str) -> None:
    served = route.fetch()
    route.fulfill(response=served, body=served.text().replace("<h1>", f"<h1>{planted}", 1))


def _that_ran(watch: Watch) -> set[str]:
    watch.rest()
    return {each for each in watch.seen if each.endswith(" ran")}


_AS_MARKUP = """(texts) => {
  for (const text of texts) {
    const frame = document.createElement("iframe");
    frame.srcdoc = `<!doctype html><title></title><p>${text}`;
    document.body.append(frame);
  }
}"""
