"""The committed style sheet is what its source makes."""

from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from pytest_django import Settings

from tests import needs

THEME = settings.BASE_DIR / "theme"


@needs.tailwind
def test_the_built_style_sheet_is_fresh(
    settings: Settings, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    built = tmp_path / "styles.css"
    settings.TAILWIND_STANDALONE_BUILD_COMMAND_ARGS = (
        f"-i static_src/src/styles.css -o {built} --minify"
    )
    call_command("tailwind", "build")
    committed = THEME / "static" / "css" / "dist" / "styles.css"
    assert committed.read_bytes() == built.read_bytes(), "run: manage.py tailwind build"


def test_both_themes_come_from_one_list_of_colours() -> None:
    tokens = (THEME / "static_src" / "src" / "tokens.css").read_text(encoding="utf-8")
    assert "color-scheme: light dark;" in tokens
    assert tokens.count("light-dark(") >= 16
