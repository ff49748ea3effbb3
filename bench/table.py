"""The table of the bench: a line for each contestant of a row, with the bars that are set to it."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from bench.figures import Bar, Result

BEGIN, END = "<!-- table -->", "<!-- /table -->"
_HEADS = (
    "work", "who", "µs CPU a delivery", "µs wall", "p50, ms", "p99, ms", "bar", "holds",
)  # fmt: skip


def table(results: Sequence[Result], bars: Mapping[str, Sequence[Bar]]) -> str:
    """Markdown: medians, in brackets the least and greatest round."""
    rows = [f"| {' | '.join(_HEADS)} |", "|---|---|--:|--:|--:|--:|---|---|"]
    for result in results:
        rows += _lines(result, bars.get(result.row, ()))
    return "\n".join(rows)


def put_into(page: Path, text: str) -> None:
    """Between the page's marks, in place of what stands there."""
    old = page.read_text(encoding="utf-8")
    before, begin, rest = old.partition(BEGIN)
    _old, end, after = rest.partition(END)
    if not (begin and end):
        raise ValueError(f"{page} lacks {BEGIN} or {END}")
    page.write_text(f"{before}{BEGIN}\n{text}\n{END}{after}", encoding="utf-8")


def _lines(result: Result, bars: Sequence[Bar]) -> Iterator[str]:
    for place, name in enumerate(result.rounds):
        own = [bar for bar in bars if bar.ours == name]
        cells = (
            f"**{result.row}**: {result.words}" if place == 0 else "",
            f"{name}{_faults(result, name)}",
            str(result.spread(name, "cpu")),
            f"{result.spread(name, 'wall').middle:.1f}",
            f"{result.spread(name, 'p50').middle:.1f}",
            f"{result.spread(name, 'p99').middle:.1f}",
            "<br>".join(_claim(bar, result) for bar in own),
            "<br>".join(_verdict(bar, result) for bar in own),
        )
        yield f"| {' | '.join(cells)} |"


def _claim(bar: Bar, result: Result) -> str:
    # Of a latency both figures stand in their lines; its bars are no plain ratios.
    return f"{bar.words} (is {bar.ratio(result):.2f} of it)" if bar.of == "cpu" else bar.words


def _verdict(bar: Bar, result: Result) -> str:
    if not result.is_sound:
        return "**failed**"
    return "yes" if bar.holds(result) else "**no**"


def _faults(result: Result, name: str) -> str:
    rounds = result.rounds[name]
    counts = {
        "lost": sum(each.lost for each in rounds),
        "doubled": sum(each.doubled for each in rounds),
        "out of order": sum(each.disordered for each in rounds),
        "closed": sum(each.gone for each in rounds),
    }
    found = ", ".join(f"{count:,} {words}" for words, count in counts.items() if count)
    return f": **{found}**" if found else ""
