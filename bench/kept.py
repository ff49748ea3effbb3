"""Results as JSON, so that a table can be made of rows that were run one after another."""

import json
import platform
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bench.figures import Measured, Result

FOLDER = Path(__file__).resolve().parent / "results"


def keep(file: Path, results: Sequence[Result]) -> list[Result]:
    """Puts these in the place of older ones of the same rows; all that are kept now."""
    kept = {result.row: result for result in read(file)}
    kept.update({result.row: result for result in results})
    file.parent.mkdir(parents=True, exist_ok=True)
    rows = [asdict(result) for result in kept.values()]
    text = json.dumps({"machine": machine(), "rows": rows}, indent=1)
    file.write_text(text + "\n", encoding="utf-8")
    return list(kept.values())


def read(file: Path) -> list[Result]:
    """None where there is no such file."""
    if not file.exists():
        return []
    return [_result(row) for row in json.loads(file.read_text(encoding="utf-8"))["rows"]]


def machine() -> str:
    """Its kind, for the reader of the figures."""
    names = [
        line.partition(":")[2].strip()
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        if line.startswith("model name")
    ]
    processor = f"{len(names)} of {names[0]}" if names else platform.machine()
    return f"{processor}, Linux {platform.release()}, Python {platform.python_version()}"


def _result(row: dict[str, Any]) -> Result:
    rounds = {
        name: [Measured(**measured) for measured in rounds]
        for name, rounds in row.pop("rounds").items()
    }
    return Result(**row, rounds=rounds)
