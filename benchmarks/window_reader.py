"""Reading one chat of 100,000 messages: opening it, scrolling, jumping, and what that takes."""

from __future__ import annotations

import random
import shutil
import time
import zipfile
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
from PySide6.QtCore import QEvent, QObject

from benchmarks import generate, ours
from benchmarks.harness import call
from benchmarks.lab import SEED, Lab
from benchmarks.report import Row, Section
from benchmarks.window_desk import cpu_ms, opened, row, rss_mb, until, wait
from privatus import Vault

_MESSAGES = 100_000
_STEPS, _STEP_PX = 400, 60
_JUMPS = 60
_ANNOTATIONS, _QUOTE = 1_000, 60
# Between two frames of a screen.
_FRAME_MS = 16
_MAX_FIRST_MS, _MAX_FRAME_MS, _MAX_LONGEST_MS, _MAX_JUMP_MS, _MAX_MB = 100, 8, 16, 16, 100


def run(lab: Lab) -> Section:
    folder = lab.folder / f"vault-long-{_MESSAGES}"
    if not folder.exists():
        export = lab.folder / f"long-{_MESSAGES}.zip"
        call(make, path=export, messages=_MESSAGES)
        call(ours.import_export, export=export, folder=folder)
    opening = [call(open_it, folder=folder).result for _ in range(max(3, lab.repeat))]
    found = call(read_it, folder=folder).result
    noted = _with_annotations(lab, folder)
    memory = Row(
        figure="memory more than with a chat of two messages",
        ours=f"{found['mb']:.0f} MB",
        wanted=f"under {_MAX_MB} MB",
        is_met=found["mb"] < _MAX_MB,
    )
    return Section(
        title=f"Reading a chat of {_MESSAGES:,} messages, CPU of the GUI thread, ms"
        " (median / p95 / longest)",
        rows=[
            row("opening, to the first paint with words", [o["cpu"] for o in opening],
                _MAX_FIRST_MS, "median"),
            Row(figure="of that, wall time", ours=" / ".join(f"{o['wall']:.0f}" for o in opening)),
            row(f"a frame of scrolling by {_STEP_PX} px", found["frame"], _MAX_FRAME_MS),
            row("the longest frame", found["frame"], _MAX_LONGEST_MS, "max"),
            row(f"a frame with {_ANNOTATIONS:,} annotations in the chat", noted["frame"],
                _MAX_FRAME_MS),
            row("a jump with them", noted["jump"], _MAX_JUMP_MS),
            Row(figure="between two frames, for what comes next", ours=_spread(found["idle"])),
            row("a jump anywhere, to words on the screen", found["jump"], _MAX_JUMP_MS),
            memory,
        ],
        notes=[
            f"{_STEPS} frames, {_JUMPS} jumps, in a window of 1240 by 800 without a screen.",
            "The prototype before this program, with other texts on the same machine: first paint"
            " 72, a frame 3.9 / 6.2 / 6.9, a jump 9.8 / 14.4, 75 MB.",
        ],
        numbers={"opening": opening, **found, "annotated": noted},
        columns=("figure", "Privatus", ""),
    )  # fmt: skip


def _with_annotations(lab: Lab, folder: Path) -> dict[str, Any]:
    """Return what it takes to read a copy of the chat with annotations all over it."""
    copy = lab.folder / "vault-long-annotated"
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(folder, copy)
    call(annotate, folder=copy)
    found: dict[str, Any] = call(read_it, folder=copy).result
    shutil.rmtree(copy)
    return found


def annotate(folder: str) -> None:
    """Highlight words in the longest chat: closely where it begins, then all over it."""
    with Vault.open(Path(folder), ours.PASSWORD) as vault:
        long = max(vault.conversations.list(), key=lambda chat: chat.messages)
        apart = range(1, long.messages, long.messages // (_ANNOTATIONS // 2))
        numbers = sorted({*range(1, _ANNOTATIONS // 2), *apart})
        for message in vault.pages.messages(long.id, [range(n, n + 1) for n in numbers]):
            text, target = message.text, f"{long.id}.{message.number}"
            if len(text) > _QUOTE:
                start = len(text) // 3
                note = "Ask again" if message.number % 3 == 0 else ""
                span = start, min(start + _QUOTE, len(text))
                vault.annotations.add(target, note, span=span, colour="green")


def _spread(values: list[float]) -> str:
    return row("", values, 0).ours


def make(path: str, messages: int) -> None:
    """Write an export of one long chat and a short one."""
    records = [generate.one_chat(messages, SEED), generate.one_chat(2, SEED + 1)]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("conversations.json", msgspec.json.encode(records))


def open_it(folder: str) -> dict[str, float]:
    """Open the long chat for the first time in a new process."""
    with opened(folder, ours.PASSWORD) as window:
        reader = _short_chat(window)
        started_s, cpu_s = time.perf_counter(), time.thread_time()
        _open_long_chat(window, reader)
        reader.view.viewport().repaint()
        return {
            "cpu": (time.thread_time() - cpu_s) * 1000,
            "wall": (time.perf_counter() - started_s) * 1000,
        }


def read_it(folder: str) -> dict[str, Any]:
    """Scroll and jump; return the CPU time of each frame and jump, and the memory."""
    chance = random.Random(SEED)
    found: dict[str, Any] = {"frame": [], "idle": [], "jump": []}
    with opened(folder, ours.PASSWORD) as window:
        reader = _short_chat(window)
        before_mb = rss_mb()
        _open_long_chat(window, reader)
        view = reader.view
        bar = view.verticalScrollBar()
        for _ in range(_STEPS):
            found["frame"].append(cpu_ms(partial(_scroll, view, _STEP_PX)))
            found["idle"].append(cpu_ms(partial(wait, _FRAME_MS)))
        painted = _Painted(view)
        for _ in range(_JUMPS):
            place = chance.randrange(bar.maximum())
            found["jump"].append(cpu_ms(partial(_jump, view, painted, place)))
            wait(4 * _FRAME_MS)
        found["mb"] = rss_mb() - before_mb
    return found


def _scroll(view: Any, distance: float) -> None:
    view.scroll_by(distance)
    view.viewport().repaint()


class _Painted(QObject):
    """Says whether the view was painted with words in it, as it paints itself."""

    def __init__(self, view: Any) -> None:
        super().__init__(view)
        self._view = view
        self.has_words = False
        view.viewport().installEventFilter(self)

    def eventFilter(self, _viewport: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        if event.type() is QEvent.Type.Paint:
            self.has_words = _has_words(self._view)
        return False


def _jump(view: Any, painted: _Painted, place: int) -> None:
    view.verticalScrollBar().setValue(place)
    view.viewport().repaint()
    until(lambda: painted.has_words)


def _has_words(view: Any) -> bool:
    placed = view.stack.placed
    return bool(placed) and not any(view.stack.item(each.row).is_waiting for each in placed)


def _short_chat(window: Any) -> Any:
    """Show the short chat, as the page does by itself for the newest, and return the reader."""
    page = window.workspace.page("chats")
    short = min(window.shell.session.vault.conversations.list(), key=lambda c: c.messages)
    until(lambda: page.reader.model is not None)
    page.reader.open(short.id)
    until(lambda: page.reader.model.rowCount() < 10 and _has_words(page.reader.view))
    wait(400)
    return page.reader


def _open_long_chat(window: Any, reader: Any) -> None:
    long = max(window.shell.session.vault.conversations.list(), key=lambda c: c.messages)
    reader.open(long.id)
    until(lambda: reader.model.rowCount() > 10 and _has_words(reader.view))
