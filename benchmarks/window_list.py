"""The list of 100,000 chats: from unlocking to its rows, scrolling, jumping, selecting all."""

from __future__ import annotations

import random
import time
import zipfile
from functools import partial
from typing import Any

import msgspec

from benchmarks import generate, ours
from benchmarks.harness import Spread, call
from benchmarks.lab import SEED, Lab
from benchmarks.report import Row, Section
from benchmarks.window_desk import cpu_ms, opened, row, unlock, until, wait

_CHATS = 100_000
_STEPS, _STEP_PX = 400, 60
_JUMPS, _SELECTIONS = 60, 12
# Between two frames of a screen.
_FRAME_MS = 16
_SHORTEST_ROW_PX = 20
_MAX_UNLOCK_MS, _MAX_PAINT_MS, _MAX_FRAME_MS, _MAX_LONGEST_MS, _MAX_JUMP_MS = 300, 100, 8, 16, 16


def run(lab: Lab) -> Section:
    folder = lab.folder / f"vault-list-{_CHATS}"
    if not folder.exists():
        export = lab.folder / f"list-{_CHATS}.zip"
        call(make, path=export, chats=_CHATS)
        call(ours.import_export, export=export, folder=folder)
    openings = [call(open_it, folder=folder).result for _ in range(max(3, lab.repeat))]
    found = call(go_through_it, folder=folder).result
    return Section(
        title=f"A list of {_CHATS:,} chats, CPU of the GUI thread, ms (median / p95 / longest)",
        rows=[
            row("unlocking to the painted list, wall time without the KDF",
                [o["wall"] for o in openings], _MAX_UNLOCK_MS, "median"),
            row("of that, CPU", [o["cpu"] for o in openings], _MAX_UNLOCK_MS, "median"),
            row("the first paint of its rows", [o["paint"] for o in openings],
                _MAX_PAINT_MS, "median"),
            Row(figure="from there until all are counted, CPU",
                ours=str(Spread.of([o["rest"] for o in openings]))),
            row(f"a frame of scrolling by {_STEP_PX} px", found["frame"], _MAX_FRAME_MS),
            row("the longest frame", found["frame"], _MAX_LONGEST_MS, "max"),
            Row(figure="between two frames, for what comes next",
                ours=str(Spread.of(found["idle"]))),
            row("a jump anywhere, to words on the screen", found["jump"], _MAX_JUMP_MS),
            Row(figure="of that, wall time", ours=str(Spread.of(found["jump_wall"]))),
            row("selecting all", found["select"], _MAX_JUMP_MS),
        ],
        notes=[
            f"{_STEPS} frames, {_JUMPS} jumps, {_SELECTIONS} selections, in a window of 1240 by 800"
            " without a screen, grouped by month. Qt's own list with equal rows took 118 to its"
            " first paint and 1.5 / 2.1 a frame, on the same machine with other texts.",
        ],
        numbers={"openings": openings, **found},
        columns=("figure", "Privatus", ""),
    )  # fmt: skip


def make(path: str, chats: int) -> None:
    """Write an export of so many short chats."""
    encode = msgspec.json.encode
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open("conversations.json", "w") as stream,
    ):
        for number, record in enumerate(generate.short_chats(chats, SEED)):
            stream.write((b"," if number else b"[") + encode(record))
        stream.write(b"]")


def open_it(folder: str) -> dict[str, float]:
    """Unlock in a new process, and wait until all chats are counted."""
    with opened(folder) as window:
        found = unlock(window, folder)
        counting_s = time.thread_time()
        pane = window.workspace.page("chats").pane
        until(lambda: pane.model.rowCount() == _CHATS)
        pane.view.viewport().repaint()
        return {**found, "rest": (time.thread_time() - counting_s) * 1000}


def go_through_it(folder: str) -> dict[str, list[float]]:
    """Scroll, jump and select; return the CPU time of each."""
    chance = random.Random(SEED)
    found: dict[str, list[float]] = {
        name: [] for name in ("frame", "idle", "jump", "jump_wall", "select")
    }
    with opened(folder, ours.PASSWORD) as window:
        pane = window.workspace.page("chats").pane
        until(lambda: pane.model.rowCount() == _CHATS and _has_words(pane))
        wait(1_000)
        bar = pane.view.verticalScrollBar()
        for _ in range(_STEPS):
            found["frame"].append(cpu_ms(partial(_move, pane, bar.value() + _STEP_PX)))
            found["idle"].append(cpu_ms(partial(wait, _FRAME_MS)))
        for _ in range(_JUMPS):
            started_s = time.perf_counter()
            place = chance.randrange(bar.maximum())
            found["jump"].append(cpu_ms(partial(_jump, pane, place)))
            found["jump_wall"].append((time.perf_counter() - started_s) * 1000)
            wait(4 * _FRAME_MS)
        for _ in range(_SELECTIONS):
            found["select"].append(cpu_ms(partial(_select_all, pane)))
            pane.view.select_row(0)
            wait(4 * _FRAME_MS)
    return found


def _move(pane: Any, place: int) -> None:
    pane.view.verticalScrollBar().setValue(place)
    pane.view.viewport().repaint()


def _jump(pane: Any, place: int) -> None:
    _move(pane, place)
    until(lambda: _has_words(pane))
    pane.view.viewport().repaint()


def _has_words(pane: Any) -> bool:
    """Say whether all rows on the screen were read."""
    from PySide6.QtCore import QPoint

    view = pane.view
    heights = range(0, view.viewport().height(), _SHORTEST_ROW_PX)
    rows = {view.indexAt(QPoint(_SHORTEST_ROW_PX, height)).row() for height in heights}
    return all(pane.model.chat(at) is not None for at in rows if at >= 0)


def _select_all(pane: Any) -> None:
    pane.view.selectAll()
    pane.view.viewport().repaint()
    assert pane.view.selected_count() == _CHATS
