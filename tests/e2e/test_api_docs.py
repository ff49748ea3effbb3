"""The API's browsable page under the site's own CSP."""

from playwright.sync_api import Page, expect

from tests import needs
from tests.e2e.conftest import People, Site

pytestmark = needs.chromium


def test_the_page_shows_and_tries_every_part_of_the_api(daphne_site: Site, people: People) -> None:
    page = people.sit_down(daphne_site)
    page.goto("/api/docs/")
    expect(page.locator(".opblock")).to_have_count(_count_operations(page))
    page.locator("#operations-rooms-list_rooms").click()
    page.get_by_role("button", name="Try it out").click()
    page.get_by_role("button", name="Execute").click()
    answer = page.locator(".live-responses-table tbody .response-col_status")
    expect(answer).to_contain_text("401")
    # The refused try is all that the console tells: nothing was kept back by the CSP.
    assert [each for each in people.complaints if "401" not in each] == []


def _count_operations(page: Page) -> int:
    paths = page.request.get("/api/schema/").json()["paths"]
    return sum(len(methods) for methods in paths.values())
