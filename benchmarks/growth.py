"""How the figures grow from a hundredth of the messages to all of them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import median

from benchmarks import open_speed, queries, search_latency
from benchmarks.harness import percentile
from benchmarks.lab import Lab
from benchmarks.report import Row, Section

_STEPS = (100, 10, 1)
_MAX_RSS_MB = 400


def run(lab: Lab) -> Section:
    if lab.given is not None:
        return Section(
            title="Growth", rows=(), notes=["Skipped: an export that was given has one size."]
        )
    sizes = [lab.messages // step for step in _STEPS]
    found = {size: _measure(lab, size) for size in sizes}
    figures = list(found[sizes[-1]])
    rows = [
        _row(figure, sizes, [found[size][figure] for size in sizes])
        for figure in figures
        # A small archive may have no word that fits.
        if all(figure in values for values in found.values())
    ]
    return Section(
        title=f"Growth: {', '.join(f'{size:,}' for size in sizes)} messages",
        rows=rows,
        notes=[
            "The slope is the power of the number of messages with which a figure grows: 1 is in"
            " proportion, 0 not at all."
        ],
        numbers={str(size): values for size, values in found.items()},
        columns=("figure", "at each size", "slope"),
    )


def _measure(lab: Lab, size: int) -> dict[str, float]:
    lab.vault(size)
    lab.floor(size)
    imports = lab.imports("vault", size)
    values = {
        "import, s": median(run["wall_s"] for run in imports),
        "import, peak MB": max(run["rss_mb"] for run in imports),
        "size, MB": imports[0]["bytes"] / 1e6,
    }
    searches = search_latency.measure(lab, size)
    for kind in queries.KINDS:
        times = searches["vault"]["times"].get(kind)
        for order, found in (times or {}).items():
            name = f"{kind}, {queries.ORDERS[order]}"
            values[f"{name}, median ms"] = median(found)
            values[f"{name}, 95th percentile ms"] = percentile(found, 0.95)
    opened = open_speed.measure(lab, size)
    values["open and list, ms"] = median(opened["open"])
    values["first page of the longest chat, ms"] = median(opened["page"])
    return values


def _row(figure: str, sizes: Sequence[int], values: Sequence[float]) -> Row:
    is_memory = figure == "import, peak MB"
    return Row(
        figure=figure,
        ours=" → ".join(_short(value) for value in values),
        floor=f"{slope(sizes, values):.2f}",
        wanted=f"under {_MAX_RSS_MB} MB, flat" if is_memory else "",
        is_met=max(values) < _MAX_RSS_MB if is_memory else None,
    )


def slope(sizes: Sequence[float], values: Sequence[float]) -> float:
    """Return the slope of the line through the logarithms, by least squares."""
    x = [math.log(size) for size in sizes]
    y = [math.log(max(value, 1e-9)) for value in values]
    mean_x, mean_y = sum(x) / len(x), sum(y) / len(y)
    spread = sum((a - mean_x) ** 2 for a in x)
    return sum((a - mean_x) * (b - mean_y) for a, b in zip(x, y, strict=True)) / spread


def _short(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"
