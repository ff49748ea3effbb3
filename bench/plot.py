"""The same figures as bars to look at: CPU a delivery, on a scale on which a tenth is a step."""

from collections.abc import Sequence
from pathlib import Path

import matplotlib as mpl
from matplotlib.figure import Figure

from bench.figures import Result

_OURS, _OTHERS = "#2b6cb0", "#a0aec0"


def plot(results: Sequence[Result], file: Path) -> None:
    """An SVG that is the same for the same figures."""
    mpl.rcParams["svg.hashsalt"] = "bench"
    heights = [len(result.rounds) for result in results]
    figure = Figure(figsize=(8, 0.9 * len(results) + 0.3 * sum(heights)), layout="constrained")
    all_axes = figure.subplots(len(results), 1, squeeze=False, height_ratios=heights)[:, 0]
    for axes, result in zip(all_axes, results, strict=True):
        names = list(result.rounds)
        spreads = [result.spread(name, "cpu") for name in names]
        middles = [spread.middle for spread in spreads]
        errors = [[s.middle - s.low for s in spreads], [s.high - s.middle for s in spreads]]
        colours = [_OURS if name.startswith("Chatsite") else _OTHERS for name in names]
        drawn = axes.barh(names, middles, xerr=errors, color=colours)
        axes.bar_label(drawn, [f" {spread.middle:.1f}" for spread in spreads])
        axes.set_xscale("log")
        axes.set_xlim(left=min(1.0, *middles), right=3 * max(middles))
        axes.invert_yaxis()
        axes.set_title(f"{result.row}: {result.words}", loc="left", fontsize="medium")
        axes.spines[["top", "right"]].set_visible(False)
    all_axes[-1].set_xlabel("µs CPU of the server a delivery")
    figure.savefig(file, format="svg", metadata={"Date": None})
