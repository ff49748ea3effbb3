"""A watched page: what runs, is stopped, is fetched or is born there tells on itself."""

import re
from collections.abc import Iterator

from playwright.sync_api import Error, Page, Request, WebSocket, expect

from tests.e2e.conftest import People, Site, site_of

# The page's own names are taken before anything that was written could take them.
_LISTEN = """(() => {
  const tell = window.tellTheTest;
  for (const name of ["hit", "alert", "confirm", "prompt", "print", "open"]) {
    const value = (...given) => void tell(`${name}(${given}) ran`);
    Object.defineProperty(window, name, { value });
  }
  document.addEventListener("securitypolicyviolation", (event) =>
    tell(`stopped by the policy: ${event.violatedDirective} ${event.blockedURI}`));
  const FOREIGN = `script:not([src^="/static/"]), iframe, frame, frameset, object, embed, applet,
    base, body meta, body link, body style, marquee, math, plaintext`;
  const isForeign = (each) =>
    each.matches(FOREIGN) || each.getAttributeNames().some((name) => name.startsWith("on"));
  new MutationObserver((records) => {
    for (const { type, target, attributeName, addedNodes } of records) {
      const isCode = type === "attributes" && attributeName.startsWith("on");
      if (isCode) tell(`born: ${target.outerHTML}`);
      for (const node of addedNodes) {
        if (!(node instanceof Element)) continue;
        for (const each of [node, ...node.querySelectorAll("*")]) {
          if (isForeign(each)) tell(`born: ${each.outerHTML.slice(0, 200)}`);
        }
      }
    }
  }).observe(document, { childList: true, subtree: true, attributes: true });
})()"""

_SHAPES = """(selector) => {
  const shape = (element) => {
    const names = element.localName === "time" ? [] : element.getAttributeNames();
    const kept = names.filter((name) => name !== "data-htmx-powered").sort().join(" ");
    return `<${element.localName} ${kept}>${[...element.children].map(shape).join("")}</>`;
  };
  return [...document.querySelectorAll(selector)].map(shape);
}"""

_TWICE = """() => {
  const ids = [...document.querySelectorAll("[id]")].map((each) => each.id);
  return ids.filter((id, place) => ids.indexOf(id) !== place);
}"""

_REST = (
    "() => new Promise((done) => requestAnimationFrame(() => requestIdleCallback(() => done())))"
)

_POST = """([path, fields]) => {
  const form = document.createElement("form");
  const token = document.querySelector("[name=csrfmiddlewaretoken]");
  for (const [name, value] of [["csrfmiddlewaretoken", token.value], ...Object.entries(fields)]) {
    const field = document.createElement("input");
    [field.type, field.name, field.value] = ["hidden", name, value];
    form.append(field);
  }
  [form.method, form.action, form.hidden] = ["post", path, true];
  document.body.append(form);
  form.submit();
}"""


def unhurried_site() -> Iterator[Site]:
    """One where nobody is too fast."""
    yield from site_of("daphne", RATE_LIMITS="off")


def watched(site: Site, people: People, username: str = "") -> "Watch":
    """A watched page in a browser of its own."""
    return Watch(people.sit_down(site, username, service_workers="block"), people, site)


class Watch:
    """Watches a page from its next visit on."""

    def __init__(self, page: Page, people: People, site: Site) -> None:
        self.page = page
        self._origin = f"{site.url}/"
        self._people = people
        self.seen: list[str] = []
        self._visits = self._navigations = 0
        page.expose_function("tellTheTest", self._hear)
        page.add_init_script(_LISTEN)
        page.context.on("request", self._judge)
        page.context.on("page", lambda popup: self.seen.append(f"opened {popup.url}"))
        page.on("websocket", self._judge_socket)
        page.on("download", lambda download: self.seen.append(f"downloaded {download.url}"))

    def visit(self, path: str) -> None:
        self._visits += 1
        self.page.goto(path)

    def enter(self, room: str) -> None:
        """Opens a room and waits until it is live."""
        self.visit(f"/rooms/{room}/")
        live = expect(self.page.locator("main"))
        live.to_have_attribute("data-state", "live", timeout=15_000)

    def reload(self) -> None:
        self._visits += 1
        self.page.reload()

    def post(self, path: str, **fields: str) -> None:
        """Sends a form as a page without script does, and stays on the answer."""
        self._visits += 1
        with self.page.expect_event("load"):
            self.page.evaluate(_POST, [path, fields])

    def shapes(self, selector: str = "html") -> list[str]:
        """Tags and names of attributes, of these elements and all within: no text changes them."""
        found: list[str] = self.page.evaluate(_SHAPES, selector)
        return found

    def markup(self, selector: str) -> list[str]:
        """The shapes, the same for a frame and a page, for what is new and what was restored."""
        return [re.sub(r" (data-client-id|hidden)\b", "", each) for each in self.shapes(selector)]

    def rest(self) -> None:
        """Lets the page do what it has begun."""
        self.page.evaluate(_REST)

    def told(self) -> list[str]:
        """Everything that was noticed so far."""
        if self._navigations != self._visits:  # a page that is going answers nothing
            return [*self.seen, "went elsewhere by itself"]
        try:
            self.rest()
            twice = [f"id {each} twice" for each in self.page.evaluate(_TWICE)]
        except Error as problem:  # the page is going elsewhere
            twice = [str(problem)]
        console = [each for each in self._people.complaints if not _IS_KNOWN.search(each)]
        return [*self.seen, *twice, *console]

    def _hear(self, what: str) -> None:
        self.seen.append(what)

    def _judge(self, request: Request) -> None:
        if not request.url.startswith(self._origin) or (
            not request.is_navigation_request() and _IS_HOSTILE.search(request.url)
        ):
            self.seen.append(f"asked for {request.url}")
        if request.is_navigation_request() and request.redirected_from is None:
            self._navigations += 1

    def _judge_socket(self, socket: WebSocket) -> None:
        if not socket.url.startswith(f"{self._origin.replace('http', 'ws', 1)}ws/"):
            self.seen.append(f"connected to {socket.url}")


# Chromium says of every page with such a status that it failed to load it. Playwright says when it
# keeps the service worker away: what that asks for could not be told from what a page asks for.
_IS_KNOWN = re.compile(
    r"^Failed to load resource: .* status of 4\d\d |^Service Worker registration "
)
_IS_HOSTILE = re.compile(r"/hit|evil\.example")


def rows(page: Page, part: str) -> list[str]:
    """What that part of every row of the log says, letter for letter."""
    return page.locator(f"#log .msg {part}").all_text_contents()


def shown(text: str) -> str:
    """As any parser of HTML gives it: with one kind of line end."""
    return text.replace("\r\n", "\n").replace("\r", "\n")
