"""Searching in the window: from the last key to painted results, and what that costs its thread.

Somebody types each search letter by letter, on the page and in the palette. Wall time says how
long they wait; the CPU time of the GUI thread says for how long the window could do nothing else,
and does not depend on what else the machine does.
"""

from __future__ import annotations

import time
from typing import Any

from benchmarks import ours, queries
from benchmarks.harness import Spread, call
from benchmarks.lab import Lab
from benchmarks.report import Row, Section
from benchmarks.window_desk import opened, row, until, wait

_TYPED = 12
# Between two keys of somebody who types fast: a hundred words a minute.
_KEY_PAUSE_MS = 110
_SETTLE_MS = 400
_MAX_WAIT_MS = 100
_MAX_KEY_MS = 8
_MAX_SHOW_MS = 16
_KINDS = (queries.RARE, queries.COMMON, queries.THREE, queries.PHRASE2, queries.FILTERED)
_PLACES = ("page", "palette")


def run(lab: Lab) -> Section:
    vault, floor = lab.vault(), lab.floor()
    drawn = call(queries.draw, database=floor, count=_TYPED).result
    texts = [(s["kind"], s["text"]) for s in drawn if s["kind"] in _KINDS]
    found = call(type_searches, folder=vault, texts=texts).result
    rows = []
    for place in _PLACES:
        times = found[place]
        waits = [ms for _kind, ms in times["wait"]]
        rows.append(row(f"{place}: last key to painted", waits, _MAX_WAIT_MS))
        for kind in _KINDS:
            waits = [ms for k, ms in times["wait"] if k == kind]
            if waits:
                rows.append(Row(figure=f"{place}: of that, {kind}", ours=str(Spread.of(waits))))
        rows.append(row(f"{place}: a key, CPU of the GUI thread", times["key"], _MAX_KEY_MS))
        rows.append(row(f"{place}: showing results, CPU", times["show"], _MAX_SHOW_MS))
    return Section(
        title=f"Typing a search among {lab.messages:,} messages, ms (median / p95 / longest)",
        rows=rows,
        notes=[
            f"{len(texts)} searches, a key every {_KEY_PAUSE_MS} ms. A search begins 40 ms after a"
            " key, which is part of the wait.",
        ],
        numbers=found,
        columns=("figure", "Privatus", ""),
    )


def type_searches(folder: str, texts: list[tuple[str, str]]) -> dict[str, Any]:
    """Type all searches in a window without a screen; runs in a process of its own."""
    with opened(folder, ours.PASSWORD) as window:
        from ui.search.palette import open_palette

        window.workspace.go("search")
        page = window.workspace.page("search")
        wait(_SETTLE_MS)
        found = {"page": _typed(page.head.field, page.view, page._searcher.answered, texts)}  # noqa: SLF001
        palette = open_palette(window.shell)
        assert palette is not None
        found["palette"] = _typed(palette.field, palette.view, palette.answered, texts)
        palette.leave()
    return found


def _typed(field: Any, view: Any, answered: Any, texts: list[tuple[str, str]]) -> dict[str, Any]:
    from PySide6.QtTest import QTest

    watch = _Watch(view)
    answered.connect(watch.on_answered)
    found: dict[str, Any] = {"key": [], "show": watch.shows, "wait": []}
    for kind, text in texts:
        field.clear()
        wait(_SETTLE_MS)
        for letter in text:
            wait(_KEY_PAUSE_MS)
            watch.begin()
            cpu_s = time.thread_time()
            QTest.keyClicks(field, letter)
            found["key"].append((time.thread_time() - cpu_s) * 1000)
        until(lambda: watch.waited_ms is not None)
        found["wait"].append((kind, watch.waited_ms))
    return found


class _Watch:
    """Notes when what was asked for last is on the screen."""

    def __init__(self, view: Any) -> None:
        self.shows: list[float] = []
        self.waited_ms: float | None = None
        self._view = view
        self._pressed_s = 0.0

    def begin(self) -> None:
        """A key is about to be pressed."""
        self.waited_ms, self._pressed_s = None, time.perf_counter()

    def on_answered(self, _answer: object = None) -> None:
        # The rows are in the model; painting them is part of it.
        cpu_s = time.thread_time()
        self._view.viewport().repaint()
        self.shows.append((time.thread_time() - cpu_s) * 1000)
        self.waited_ms = (time.perf_counter() - self._pressed_s) * 1000
