"""The vendored scripts are what their table says they are."""

import hashlib
import re

from django.conf import settings

VENDOR = settings.BASE_DIR / "static" / "vendor"
_ROW = re.compile(
    r"^\| (?P<part>\S+) \|.*\| (?P<size>\d+) \| (?P<sha>[0-9a-f]{64}) \|$", re.MULTILINE
)


def _table() -> dict[str, tuple[int, str]]:
    readme = (VENDOR / "README.md").read_text(encoding="utf-8")
    return {row["part"].strip("`"): (int(row["size"]), row["sha"]) for row in _ROW.finditer(readme)}


def test_the_bundle_is_htmx_and_then_its_sockets_byte_for_byte() -> None:
    table = _table()
    bundle = (VENDOR / "htmx-4.0.1-ws.min.js").read_bytes()

    assert (len(bundle), _sha(bundle)) == table["htmx-4.0.1-ws.min.js"]
    first = table["htmx"][0]
    assert _sha(bundle[:first]) == table["htmx"][1]
    assert _sha(bundle[first + 1 : -1]) == table["hx-ws"][1]


def test_every_vendored_script_is_in_the_table() -> None:
    assert {path.name for path in VENDOR.glob("*.js")} <= set(_table())


def _sha(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
