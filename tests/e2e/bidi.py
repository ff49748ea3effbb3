"""Debian's Firefox, driven by the protocol that it speaks by itself: WebDriver BiDi."""

import json
import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from websockets.sync.client import ClientConnection, connect

from tests.needs import find_firefox
from tests.running import Running

PATIENCE = 15.0
# Firefox may not call home. The dead proxy holds for whatever these settings forget; it is not
# asked for what is on this machine.
_SETTINGS: dict[str, bool | int | str] = {
    "general.smoothScroll": False,
    "ui.primaryPointerCapabilities": 6,  # a mouse
    "ui.allPointerCapabilities": 6,
    "network.proxy.type": 1,
    "network.proxy.http": "127.0.0.1",
    "network.proxy.http_port": 9,
    "network.proxy.ssl": "127.0.0.1",
    "network.proxy.ssl_port": 9,
    "network.dns.disabled": True,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "app.update.auto": False,
    "app.update.disabledForTesting": True,
    "app.normandy.enabled": False,
    "browser.safebrowsing.malware.enabled": False,
    "browser.safebrowsing.phishing.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "extensions.systemAddon.update.enabled": False,
    "extensions.update.enabled": False,
    "media.gmp-manager.updateEnabled": False,
    "services.settings.server": "data:,#remote-settings-dummy/v1",
    "toolkit.telemetry.enabled": False,
    "toolkit.telemetry.server": "",
}


class Refused(Exception):
    """What Firefox says to a command that it can not do."""


# Of a part that was still on its way when its page was left, which a slow machine gives time for.
_LEFT_WHILE_LOADING = "A ServiceWorker intercepted the request and encountered an unexpected error"


class Firefox:
    """A running browser. `complaints` are the errors and warnings of all its consoles."""

    def __init__(self, line: ClientConnection, pictures: Path) -> None:
        self._line = line
        self._asked = 0
        self.pictures = pictures
        self.complaints: list[str] = []
        self.ask("session.new", capabilities={})
        self.ask("session.subscribe", events=["log.entryAdded"])

    def ask(self, method: str, **parameters: Any) -> Any:
        """The answer to a command; listens meanwhile to what Firefox tells by itself."""
        self._asked += 1
        self._line.send(json.dumps({"id": self._asked, "method": method, "params": parameters}))
        while True:
            heard = json.loads(self._line.recv(timeout=2 * PATIENCE))
            if heard["type"] == "event":
                self._listen(heard["params"])
            elif heard["id"] == self._asked:
                if heard["type"] == "error":
                    raise Refused(f"{method}: {heard['error']}: {heard['message']}")
                return heard["result"]

    def _listen(self, entry: dict[str, Any]) -> None:
        if entry["level"] in {"error", "warn"} and _LEFT_WHILE_LOADING not in entry["text"]:
            self.complaints.append(entry["text"])


@contextmanager
def started(folder: Path) -> Iterator[Firefox]:
    """Firefox with an empty profile, ended with the block; pictures go into `folder`."""
    with tempfile.TemporaryDirectory(prefix="firefox-", ignore_cleanup_errors=True) as profile:
        lines = (f"user_pref({json.dumps(n)}, {json.dumps(v)});\n" for n, v in _SETTINGS.items())
        (Path(profile) / "user.js").write_text("".join(lines))
        arguments = ("--headless", "--no-remote", "--remote-debugging-port", "0")
        process = subprocess.Popen(
            [find_firefox() or "firefox-esr", "--profile", profile, *arguments],
            # Without the second one a released Firefox keeps to Mozilla's server of settings.
            env={**os.environ, "HOME": profile, "MOZ_REMOTE_SETTINGS_DEVTOOLS": "1"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        running = Running(process, arguments)
        try:
            address = running.wait_for("WebDriver BiDi listening on ", seconds=60)
            with connect(f"{address}/session", max_size=None, proxy=None) as line:
                firefox = Firefox(line, folder)
                yield firefox
                firefox.ask("browser.close")
            process.wait(PATIENCE)
        finally:
            running.cut()
