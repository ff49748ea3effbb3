"""Moves in the log, as with a wheel, and waits for their end."""

from playwright.sync_api import Page, expect

_AT_REST = """(log) => new Promise((done) => {
  let last = NaN, same = 0;
  const look = () => {
    same = log.scrollTop === last ? same + 1 : 0;
    last = log.scrollTop;
    if (same > 5) done(); else requestAnimationFrame(look);
  };
  look();
})"""


def rest(page: Page) -> None:
    """Waits until the log stands still."""
    page.locator("#log-scroller").evaluate(_AT_REST)


def wheel(page: Page, pixels: int) -> None:
    """Turns the wheel over the log, up when negative."""
    page.locator("#log-scroller").hover()
    page.mouse.wheel(0, pixels)
    rest(page)


def read_further_up(page: Page) -> None:
    wheel(page, -300)
    expect(page.locator("[data-jump-down]")).to_be_visible()
