"""What a page is by the ruler: wider than its screen, cut off, too small to be pressed."""

from typing import Any

from playwright.sync_api import Page

# Cutting off is what these are for: a line that ends in dots, words for screen readers alone.
_CUT_BY_DESIGN = ".cut, .sr, .skip, .author, .msg[data-follow] > .avatar"

_CUT_OFF = """(design) => {
  const found = [];
  const wide = document.documentElement.scrollWidth - innerWidth;
  if (wide > 0) found.push(`the page is ${wide} px too wide`);
  for (const each of document.body.querySelectorAll("*")) {
    if (each.closest(design) || !each.checkVisibility({ visibilityProperty: true })) continue;
    const box = each.getBoundingClientRect();
    const words = each.textContent.trim().slice(0, 40);
    const name = `${each.localName}.${each.getAttribute("class") ?? ""} ${words}`;
    if (box.width && (box.left < -1 || box.right > innerWidth + 1)) {
      found.push(`${name}: from ${box.left} to ${box.right} of ${innerWidth}`);
    }
    const { overflowX } = getComputedStyle(each);
    const over = each.scrollWidth - each.clientWidth;
    const isCut = ["hidden", "clip"].includes(overflowX) && over > 1;
    if (isCut) found.push(`${name}: ${over} px are cut off`);
  }
  return found;
}"""

# By the reckoning of WCAG a target is what answers to a press: what lies over it takes from it.
_TARGETS = """([least, inText]) => {
  const found = [];
  const open = document.querySelector("dialog[open], :popover-open");
  const all = (open ?? document.body).querySelectorAll(
    "a[href], button, input:not([type=hidden]), textarea, select, summary, label:has(input)");
  for (const each of all) {
    const isSeen = each.checkVisibility({ visibilityProperty: true, opacityProperty: true });
    if (each.matches(inText) || !isSeen) continue;
    // What is chosen by a label is pressed on the label.
    if (each.matches("input") && each.closest("label")) continue;
    if (each.disabled) continue;
    each.scrollIntoView({ block: "center", behavior: "instant" });
    const box = each.getBoundingClientRect();
    if (!box.width) continue;
    const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
    const hits = (dx, dy) => {
      const at = document.elementFromPoint(x + dx, y + dy);
      return at === each || each.contains(at);
    };
    // What lies under something else is not to be pressed.
    if (!hits(0, 0)) continue;
    const reach = (dx, dy) => {
      let far = 0;
      while (far < least && hits(dx * (far + 1), dy * (far + 1))) far += 1;
      return far;
    };
    const across = reach(-1, 0) + 1 + reach(1, 0);
    const down = reach(0, -1) + 1 + reach(0, 1);
    if (Math.min(across, down) < least - 1) {
      const words = each.getAttribute("aria-label") || each.textContent.trim().slice(0, 40);
      const name = `${each.localName}.${each.className} ${words || each.name}`;
      found.push(`${name}: ${across} x ${down}`);
    }
  }
  return [...new Set(found)];
}"""


def cut_off(page: Page) -> list[str]:
    """What reaches out of the screen, or is hidden sideways where nobody meant it to be."""
    found: list[str] = page.evaluate(_CUT_OFF, _CUT_BY_DESIGN)
    return found


def small_targets(page: Page, least: int, in_text: str) -> list[str]:
    """What one presses and is smaller than `least` pixels either way. `in_text` is what stands in a
    line of text and takes its height."""
    found: list[str] = page.evaluate(_TARGETS, [least, in_text])
    return found


def box_of(page: Page, selector: str) -> dict[str, Any]:
    """The box of the only visible element of that kind."""
    box = page.locator(selector).locator("visible=true").first.bounding_box()
    assert box is not None, selector
    return dict(box)
