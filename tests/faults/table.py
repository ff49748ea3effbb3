"""The table of the fault runs: a line for each fault, added up over its runs and seeds.

`python -m tests.faults.table FILE [--into docs/reliability.md]` prints what the runs have noted in
FILE (`FAULT_TABLE` while they ran), and puts it between the marks of that page.
"""

import argparse
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path

BEGIN, END = "<!-- table -->", "<!-- /table -->"


@dataclass(frozen=True, slots=True)
class Line:
    """What became of one fault: `runs` times it struck, `heal` is the longest, in seconds.

    A run that `failed` may have ended before anybody looked for breaches.
    """

    fault: str
    seed: str
    server: str
    runs: int
    acknowledged: int
    lost: int
    doubled: int
    out_of_order: int
    others: int  # breaches of other promises
    heal: float
    failed: bool = False


@contextmanager
def noting(line: Callable[[], Line]) -> Iterator[None]:
    """Notes what `line` is when the block ends; as failed when it raises, whatever it counted."""
    try:
        yield
    except BaseException:
        note(replace(line(), failed=True))
        raise
    note(line())


def note(line: Line) -> None:
    """Shows the line, and keeps it where `FAULT_TABLE` says."""
    print(f"\n{line}")  # noqa: T201
    if path := os.environ.get("FAULT_TABLE"):
        with Path(path).open("a", encoding="utf-8") as file:
            file.write(json.dumps(asdict(line)) + "\n")


def read(path: Path) -> list[Line]:
    """The lines, in the order in which they were noted."""
    return [Line(**json.loads(each)) for each in path.read_text(encoding="utf-8").splitlines()]


def table(lines: list[Line]) -> str:
    """Markdown. The order is that in which the faults came first."""
    heads = (
        "fault", "runs", "acknowledged", "lost", "doubled", "out of order", "other breaches",
        "longest to heal",
    )  # fmt: skip
    rows = [f"| {' | '.join(heads)} |", "|---" + "|--:" * (len(heads) - 1) + "|"]
    for fault in dict.fromkeys(line.fault for line in lines):
        of = [line for line in lines if line.fault == fault]
        failed = sum(line.failed for line in of)
        cells = (
            f"{fault}: **failed {failed} of {len(of)}**" if failed else fault,
            f"{sum(line.runs for line in of):,}",
            f"{sum(line.acknowledged for line in of):,}",
            f"{sum(line.lost for line in of):,}",
            f"{sum(line.doubled for line in of):,}",
            f"{sum(line.out_of_order for line in of):,}",
            f"{sum(line.others for line in of):,}",
            f"{max(line.heal for line in of):.1f} s",
        )
        rows.append(f"| {' | '.join(cells)} |")
    seeds = dict.fromkeys(f"{line.seed} ({line.server})" for line in lines)
    return "\n".join([*rows, "", f"Seeds: {', '.join(seeds)}."])


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("file", type=Path)
    parser.add_argument("--into", type=Path)
    asked = parser.parse_args()
    text = table(read(asked.file))
    print(text)  # noqa: T201
    if asked.into:
        page = asked.into.read_text(encoding="utf-8")
        before, _mark, rest = page.partition(BEGIN)
        _old, _mark, after = rest.partition(END)
        asked.into.write_text(f"{before}{BEGIN}\n{text}\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
