"""What a person at the window feels of an import of 10,000 chats."""

from __future__ import annotations

import shutil
import time
from pathlib import Path
from typing import Any

from benchmarks import ours
from benchmarks.harness import call
from benchmarks.lab import Lab
from benchmarks.report import Row, Section
from benchmarks.window_desk import opened, row, until, wait
from privatus import Vault
from privatus.vault.kdf import KdfParameters

# Some 23 messages each.
_MESSAGES = 230_000
_TICK_MS = 5
_MAX_LATE_MS = 50


def run(lab: Lab) -> Section:
    export = lab.export(_MESSAGES)
    found = call(import_it, export=export, folder=lab.folder / "vault-window").result
    return Section(
        title=f"Importing {found['conversations']:,} chats in the window",
        rows=[
            row("the event loop answers, ms (median / p95 / longest)", found["late"],
                _MAX_LATE_MS, "p99"),
            Row(figure="the import", ours=f"{found['wall']:.1f} s"),
            Row(figure="of that, CPU of the GUI thread", ours=f"{found['cpu']:.1f} s"),
        ],
        notes=[
            f"A timer that is due every {_TICK_MS} ms says how late it is. It is wall time: what"
            " keeps the window waiting is the import on its other threads.",
        ],
        numbers=found,
        columns=("figure", "Privatus", ""),
    )  # fmt: skip


def import_it(export: str, folder: str) -> dict[str, Any]:
    """Import by the page of imports; return how late a timer of the window was meanwhile."""
    shutil.rmtree(folder, ignore_errors=True)
    Vault.create(folder, ours.PASSWORD, kdf=KdfParameters.for_tests()).vault.lock()
    late: list[float] = []
    with opened(folder, ours.PASSWORD) as window:
        from PySide6.QtCore import Qt, QTimer

        from ui.imports.importing import Phase

        window.shell.go("imports")
        page = window.workspace.page("imports")
        wait(500)
        due = [time.perf_counter() + _TICK_MS / 1000]

        def tick() -> None:
            now_s = time.perf_counter()
            late.append(max(0.0, (now_s - due[0]) * 1000))
            due[0] = now_s + _TICK_MS / 1000

        timer = QTimer(timerType=Qt.TimerType.PreciseTimer)
        timer.timeout.connect(tick)
        page.look_into((Path(export),))
        page.importing.start()
        started_s, cpu_s = time.perf_counter(), time.thread_time()
        timer.start(_TICK_MS)
        until(lambda: page.importing.phase is Phase.DONE)
        timer.stop()
        wall_s, cpu_s = time.perf_counter() - started_s, time.thread_time() - cpu_s
        count = page.importing.outcome.report.total.conversations_new
    return {"late": late, "wall": wall_s, "cpu": cpu_s, "conversations": count}
