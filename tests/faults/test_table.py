"""What the table says of its rows, above all of those that failed."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.faults.table import Line, noting, read, table

CALM = Line("kill -9", "s1", "daphne", 20, 10_500, 0, 0, 0, 0, 1.26)


def test_a_row_is_all_the_lines_of_its_fault() -> None:
    again = replace(CALM, seed="s2", server="uvicorn", lost=1, doubled=2, out_of_order=3, heal=4)
    lines = [CALM, replace(CALM, fault="SIGTERM"), again]

    assert table(lines).splitlines()[2:] == [
        "| kill -9 | 40 | 21,000 | 1 | 2 | 3 | 0 | 4.0 s |",
        "| SIGTERM | 20 | 10,500 | 0 | 0 | 0 | 0 | 1.3 s |",
        "",
        "Seeds: s1 (daphne), s2 (uvicorn).",
    ]


def test_breaches_of_other_promises_are_told() -> None:
    rows = table([replace(CALM, others=1_002)]).splitlines()

    assert rows[0].split(" | ")[6] == "other breaches"
    assert rows[2].split(" | ")[6] == "1,002"


def test_a_row_that_failed_says_so_though_nothing_is_counted() -> None:
    rows = table([CALM, replace(CALM, failed=True), CALM]).splitlines()

    assert rows[2].startswith("| kill -9: **failed 1 of 3** | 60 |")


def test_whatever_ends_a_run_its_line_is_noted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAULT_TABLE", str(tmp_path / "table"))

    with noting(lambda: CALM):
        pass
    with pytest.raises(AssertionError), noting(lambda: CALM):
        raise AssertionError("too late")

    assert read(tmp_path / "table") == [CALM, replace(CALM, failed=True)]
