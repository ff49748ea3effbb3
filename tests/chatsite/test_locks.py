"""The lock files: what is asked for, pinned by hash, the same for development."""

import re

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.running import ROOT

LOCKS = ("requirements.txt", "requirements-dev.txt")


def locked(name: str) -> dict[str, list[Requirement]]:
    found: dict[str, list[Requirement]] = {}
    for line in (ROOT / name).read_text(encoding="utf-8").splitlines():
        if re.match(r"[a-z0-9]", line, re.IGNORECASE):
            pin = Requirement(line.removesuffix("\\").strip())
            found.setdefault(canonicalize_name(pin.name), []).append(pin)
    return found


def asked(name: str) -> list[Requirement]:
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    return [Requirement(line) for line in lines if line and not line.startswith(("#", "-"))]


@pytest.mark.parametrize(
    ("wishes", "lock"),
    [
        ("requirements.in", "requirements.txt"),
        ("requirements.in", "requirements-dev.txt"),
        ("requirements-dev.in", "requirements-dev.txt"),
    ],
)
def test_what_is_asked_for_is_locked(wishes: str, lock: str) -> None:
    pins = locked(lock)
    for wish in asked(wishes):
        for pin in pins[canonicalize_name(wish.name)]:
            version = next(iter(pin.specifier)).version
            assert wish.specifier.contains(version), f"{lock}: {pin} is not {wish}; run make lock"


def test_development_runs_what_the_site_runs() -> None:
    site, development = (locked(lock) for lock in LOCKS)
    # A tool may want on every system what the site wants on one.
    versions = {name: {pin.specifier for pin in pins} for name, pins in site.items()}
    assert {name: {pin.specifier for pin in development.get(name, [])} for name in site} == versions


@pytest.mark.parametrize("lock", LOCKS)
def test_every_pin_has_a_hash_and_no_address(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert "://" not in text
    for block in re.split(r"\n(?=[a-z0-9])", text, flags=re.IGNORECASE)[1:]:
        assert "==" in block.splitlines()[0]
        assert "--hash=sha256:" in block


def test_the_lock_is_for_every_system() -> None:
    # Only Windows needs these colours and this clock's zones; a lock of one system leaves them out.
    assert "sys_platform == 'win32'" in (ROOT / "requirements.txt").read_text(encoding="utf-8")
