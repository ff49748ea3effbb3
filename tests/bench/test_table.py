"""The table says whether a bar holds, and what went wrong where nothing can be said."""

from dataclasses import replace
from pathlib import Path

import pytest

from bench.figures import Bar
from bench.kept import keep, read
from bench.table import put_into, table
from tests.bench.test_figures import ONE, result

BARS = {"fan-out": [Bar("ours", "peer", "at most the peer's")]}


def test_a_line_has_the_figures_and_the_bar() -> None:
    lines = table([result(ONE, ONE)], BARS).splitlines()
    assert len(lines) == 4
    assert (
        "| 10.0 [10.0..10.0] | 20.0 | 5.0 | 9.0 | at most the peer's (is 1.00 of it) | yes |"
        in (lines[2])
    )
    assert "peer" in lines[3]


def test_a_bar_that_does_not_hold_says_so() -> None:
    assert table([result(replace(ONE, cpu=1.0), ONE)], BARS).count("**no**") == 1


def test_a_loss_fails_the_row_and_is_named() -> None:
    text = table([result(ONE, replace(ONE, lost=3))], BARS)
    assert "peer: **3 lost**" in text
    assert "**failed**" in text
    assert "yes" not in text


def test_the_page_keeps_what_is_around_its_marks(tmp_path: Path) -> None:
    page = tmp_path / "performance.md"
    page.write_text("before\n<!-- table -->\nold\n<!-- /table -->\nafter\n")
    put_into(page, "new")
    assert page.read_text() == "before\n<!-- table -->\nnew\n<!-- /table -->\nafter\n"


def test_a_page_without_marks_is_left_alone(tmp_path: Path) -> None:
    page = tmp_path / "performance.md"
    page.write_text("words")
    with pytest.raises(ValueError):
        put_into(page, "new")
    assert page.read_text() == "words"


def test_results_are_kept_and_a_row_replaces_itself(tmp_path: Path) -> None:
    file = tmp_path / "results" / "full.json"
    old, new = result(ONE, ONE), result(replace(ONE, p50=1.0), ONE)
    other = replace(old, row="bursts")
    keep(file, [old, other])
    assert keep(file, [new]) == [new, other]
    assert read(file) == [new, other]
