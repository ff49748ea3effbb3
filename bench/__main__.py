"""`python -m bench [row …]` measures these rows, or all, and prints their table.

    python -m bench fan-out bursts --pairs 3
    python -m bench --small              whether everything works, in a minute or two
    python -m bench --into docs/performance.md --plot docs/performance.svg

What was measured is kept in bench/results/; `--into` and `--plot` take all that is kept there, and
with `--kept` nothing is measured. The exit code is 1 where a delivery went wrong, whatever the
bars.
"""

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from bench import kept
from bench.cores import allow_many_files, placing
from bench.figures import Result
from bench.measure import run_row
from bench.plot import plot
from bench.rows import ROWS, Row
from bench.table import put_into, table


def main() -> None:
    asked = _asked()
    allow_many_files()
    file = kept.FOLDER / ("small.json" if asked.small else "full.json")
    results = [] if asked.kept else _run(_rows(asked.row, small=asked.small), asked.pairs, file)
    rows = _in_order(kept.read(file))
    _show(rows if asked.kept else results)
    if asked.into:
        put_into(asked.into, _text(rows))
    if asked.plot:
        plot(rows, asked.plot)
    sys.exit(not all(result.is_sound for result in results))


def _run(rows: Sequence[Row], pairs: int, file: Path) -> list[Result]:
    results = []
    for row in rows:
        with tempfile.TemporaryDirectory(prefix="bench-") as folder:
            results.append(run_row(row, pairs, Path(folder)))
        kept.keep(file, results[-1:])
    return results


def _rows(names: Sequence[str], *, small: bool) -> list[Row]:
    rows = [row for row in ROWS if not names or row.name in names]
    return [row.small() for row in rows] if small else rows


def _in_order(results: Sequence[Result]) -> list[Result]:
    order = [row.name for row in ROWS]
    return sorted(
        (result for result in results if result.row in order),
        key=lambda result: order.index(result.row),
    )


def _text(results: Sequence[Result]) -> str:
    words = f"{kept.machine()}. {placing()} Medians of the rounds, with the least and the greatest."
    return f"{table(results, {row.name: row.bars for row in ROWS})}\n\n{words}"


def _show(results: Sequence[Result]) -> None:
    sys.stdout.write(_text(results) + "\n")


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench")
    parser.add_argument("row", nargs="*", choices=[[], *(row.name for row in ROWS)])
    parser.add_argument("--pairs", type=int, default=5, help="rounds (5)")
    parser.add_argument("--small", action="store_true", help="few sockets, few messages")
    parser.add_argument("--kept", action="store_true", help="measure nothing, show what is kept")
    parser.add_argument("--into", type=Path, help="a page with marks for the table")
    parser.add_argument("--plot", type=Path, help="an SVG to write")
    asked = parser.parse_args()
    if asked.small and (asked.into or asked.plot):
        parser.error("small figures mean nothing: they go to no page")
    return asked


if __name__ == "__main__":
    main()
