"""People in front of Firefox: what they do with a page, and what they see there."""

import base64
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.e2e.bidi import PATIENCE, Firefox, Refused
from tests.e2e.conftest import DESKTOP, Site
from tests.site import PASSWORD

_KEYS = {"Enter": "\ue007", "Shift": "\ue008", "Tab": "\ue004"}
_VISIBLE = "selector => [...document.querySelectorAll(selector)].filter(e => e.getClientRects()[0])"


class Tab:
    """One page. Selectors mean what can be seen; whatever names one waits for it."""

    def __init__(self, browser: Firefox, context: str, whose: str) -> None:
        self._browser = browser
        self._context = context
        self._whose = whose

    def goto(self, url: str) -> None:
        self._ask("browsingContext.navigate", url=url, wait="complete")

    def reload(self) -> None:
        self._ask("browsingContext.reload", wait="complete")

    def go_back(self) -> None:
        self._ask("browsingContext.traverseHistory", delta=-1)

    def resize(self, width: int, height: int) -> None:
        self._ask("browsingContext.setViewport", viewport={"width": width, "height": height})

    def close(self) -> None:
        self._browser.ask("browser.removeUserContext", userContext=self._whose)

    def evaluate(self, function: str, *arguments: str | int) -> Any:
        """What the JavaScript function returns, or promises, by way of JSON."""
        whole = f"async (...given) => JSON.stringify(await ({function})(...given))"
        result = self._call(whole, *arguments)
        return json.loads(result["value"]) if result["type"] == "string" else None

    def texts(self, selector: str) -> list[str]:
        """What the elements that can be seen say now."""
        said: list[str] = self.evaluate(
            f"s => ({_VISIBLE})(s).map(e => e.innerText.trim())", selector
        )
        return said

    def reads(self, selector: str, *wanted: str, seconds: float = PATIENCE) -> None:
        """Waits until these texts, and no others, stand there."""
        self._wait(
            lambda: self.texts(selector),
            list(wanted).__eq__,
            f"{list(wanted)} in {selector}",
            seconds,
        )

    def mentions(self, selector: str, words: str, seconds: float = PATIENCE) -> None:
        """Waits until one of the elements has these words among others."""
        self._wait(
            lambda: self.texts(selector),
            lambda said: any(words in each for each in said),
            f"{words!r} in {selector}",
            seconds,
        )

    def sees(self, selector: str, seconds: float = PATIENCE) -> None:
        """Waits for an element."""
        self._wait(lambda: self.texts(selector), bool, selector, seconds)

    def value(self, selector: str) -> str:
        """What stands in a field now."""
        return str(self.evaluate("s => document.querySelector(s).value", selector))

    def hover(self, selector: str) -> None:
        self._act("pointer", self._move(selector))

    def click(self, selector: str) -> None:
        down, up = ({"type": kind, "button": 0} for kind in ("pointerDown", "pointerUp"))
        self._act("pointer", self._move(selector), down, up)

    def scroll(self, selector: str, by: int) -> None:
        """Turns the wheel over an element."""
        over = {"origin": self._find(selector), "x": 0, "y": 0}
        self._act("wheel", {"type": "scroll", **over, "deltaX": 0, "deltaY": by})

    def press(self, *keys: str) -> None:
        """Presses these keys together: characters, or names of _KEYS."""
        values = [_KEYS.get(key, key) for key in keys]
        downs = [{"type": "keyDown", "value": value} for value in values]
        ups = [{"type": "keyUp", "value": value} for value in reversed(values)]
        self._act("key", *downs, *ups)

    def type(self, words: str) -> None:
        """Presses one key after the other, wherever the focus is."""
        kinds = ("keyDown", "keyUp")
        self._act("key", *({"type": kind, "value": key} for key in words for kind in kinds))

    def take_picture(self) -> Path:
        """The window as a file, for whoever looks why a test failed."""
        shot = self._ask("browsingContext.captureScreenshot")["data"]
        path = self._browser.pictures / f"{self._context}.png"
        path.write_bytes(base64.b64decode(shot))
        return path

    def _ask(self, method: str, **parameters: Any) -> Any:
        return self._browser.ask(method, context=self._context, **parameters)

    def _act(self, kind: str, *actions: dict[str, Any]) -> None:
        source = {"type": kind, "id": kind, "actions": actions}
        self._ask("input.performActions", actions=[source])

    def _call(self, function: str, *arguments: str | int) -> Any:
        kinds = {str: "string", int: "number"}
        answer = self._browser.ask(
            "script.callFunction",
            functionDeclaration=function,
            arguments=[{"type": kinds[type(each)], "value": each} for each in arguments],
            target={"context": self._context},
            awaitPromise=True,
        )
        if answer["type"] == "exception":
            raise Refused(answer["exceptionDetails"]["text"])
        return answer["result"]

    def _find(self, selector: str) -> dict[str, Any]:
        """The first one, brought into sight."""
        self.sees(selector)
        node = self._call(
            f"s => {{ const e = ({_VISIBLE})(s)[0];"
            "e.scrollIntoView({block: 'nearest', behavior: 'instant'}); return e; }",
            selector,
        )
        return {"type": "element", "element": {"sharedId": node["sharedId"]}}

    def _move(self, selector: str) -> dict[str, Any]:
        return {"type": "pointerMove", "x": 0, "y": 0, "origin": self._find(selector)}

    def _wait(
        self, read: Callable[[], Any], is_wanted: Callable[[Any], bool], what: str, seconds: float
    ) -> None:
        deadline = time.monotonic() + seconds
        while True:
            try:
                found = read()
            except Refused as refusal:  # between two pages there is nobody to ask
                found = refusal
            else:
                if is_wanted(found):
                    return
            if time.monotonic() > deadline:
                seen = f"no {what} in {seconds} s, but {found!r}"
                raise AssertionError(f"{seen}; see {self.take_picture()}")
            time.sleep(0.02)


class People:
    """Sits people down, each in a window with cookies of its own."""

    def __init__(self, firefox: Firefox) -> None:
        self.firefox = firefox
        self.tabs: list[Tab] = []

    @property
    def complaints(self) -> list[str]:
        return self.firefox.complaints

    def sit_down(self, site: Site, username: str, size: dict[str, int] = DESKTOP) -> Tab:
        """Signed in by the page's form; who is new registers by the other one."""
        whose = self.firefox.ask("browser.createUserContext")["userContext"]
        # A window, since a tab behind another one sleeps.
        made = self.firefox.ask("browsingContext.create", type="window", userContext=whose)
        tab = Tab(self.firefox, made["context"], whose)
        self.tabs.append(tab)
        tab.resize(**size)
        is_new = username not in site.logins
        tab.goto(f"{site.url}/accounts/{'register' if is_new else 'login'}/")
        come_in(tab, username)
        site.logins.setdefault(username, {})
        return tab


def come_in(tab: Tab, username: str) -> None:
    tab.click("[name=username]")
    tab.type(username)
    tab.click("[name=password]")
    tab.type(PASSWORD)
    tab.press("Enter")
    tab.reads("h1", "All rooms")


def enter(tab: Tab, site: Site, room: str = "general") -> Tab:
    """Opens a room and waits until it is live."""
    tab.goto(f"{site.url}/rooms/{room}/")
    tab.sees("main[data-state=live]")
    return tab
