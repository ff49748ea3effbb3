"""The import contracts hold, and a planted wrong import breaks just the one that forbids it."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.running import ROOT

DOWN_ONLY = "Imports go down only"
CORE = "What lies under the doors knows neither REST framework nor htmx"
HUB = "The hub delivers: it imports no action and no model directly"
PUBLISH = "Only actions publish"

WRONG = [
    ("accounts/names.py", "rooms.models", DOWN_ONLY),
    ("accounts/names.py", "chatsite.env", DOWN_ONLY),
    ("rooms/refusals.py", "rooms.models", DOWN_ONLY),
    ("rooms/models/room.py", "rooms.access", DOWN_ONLY),
    ("rooms/access.py", "rooms.history", DOWN_ONLY),
    ("rooms/access.py", "rooms.payloads", DOWN_ONLY),
    ("rooms/payloads.py", "rooms.events", DOWN_ONLY),
    ("rooms/events.py", "rooms.history", DOWN_ONLY),
    ("rooms/history.py", "rooms.actions.rooms", DOWN_ONLY),
    ("rooms/history.py", "rooms.presence", DOWN_ONLY),
    ("rooms/inputs.py", "rooms.hub", DOWN_ONLY),
    ("rooms/actions/rooms.py", "rooms.inputs", DOWN_ONLY),
    ("rooms/commands.py", "rooms.consumers", DOWN_ONLY),
    ("rooms/origins.py", "rooms.consumers", DOWN_ONLY),
    ("rooms/views/__init__.py", "rooms.urls", DOWN_ONLY),
    ("rooms/views/__init__.py", "rooms.consumers", DOWN_ONLY),
    ("rooms/routing.py", "chatsite.asgi", DOWN_ONLY),
    ("rooms/models/room.py", "rest_framework", CORE),
    ("rooms/access.py", "django_htmx", CORE),
    ("rooms/payloads.py", "rest_framework", CORE),
    ("rooms/events.py", "django_htmx", CORE),
    ("rooms/history.py", "rest_framework", CORE),
    ("rooms/actions/rooms.py", "rest_framework", CORE),
    ("rooms/hub/hub.py", "rooms.actions.rooms", HUB),
    ("rooms/hub/hub.py", "rooms.models", HUB),
    ("rooms/consumers/__init__.py", "rooms.broadcast", PUBLISH),
    ("rooms/views/__init__.py", "rooms.broadcast", PUBLISH),
]


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the code, to be spoilt."""
    folder = tmp_path_factory.mktemp("tree")
    for package in ("accounts", "chatsite", "rooms"):
        shutil.copytree(
            ROOT / package, folder / package, ignore=shutil.ignore_patterns("__pycache__")
        )
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


def contracts(tree: Path) -> dict[str, str]:
    """KEPT or BROKEN for each contract."""
    told = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-logo", "--no-cache"],
        cwd=tree,
        capture_output=True,
        text=True,
        check=False,
    ).stdout
    found = dict(re.findall(r"^(.+) (KEPT|BROKEN)$", told, re.MULTILINE))
    assert found, told
    return found


def test_the_contracts_hold(tree: Path) -> None:
    assert contracts(tree) == dict.fromkeys((DOWN_ONLY, CORE, HUB, PUBLISH), "KEPT")


@pytest.mark.parametrize(("file", "module", "contract"), WRONG)
def test_a_wrong_import_breaks_its_contract(
    tree: Path, file: str, module: str, contract: str
) -> None:
    path = tree / file
    sound = path.read_text(encoding="utf-8")
    path.write_text(f"{sound}\nimport {module}\n", encoding="utf-8")
    try:
        found = contracts(tree)
    finally:
        path.write_text(sound, encoding="utf-8")
    assert [name for name, state in found.items() if state == "BROKEN"] == [contract]
