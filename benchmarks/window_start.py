"""Starting the window, unlocking it, and changing its theme."""

from __future__ import annotations

import sys
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks import ours
from benchmarks.harness import call, command
from benchmarks.lab import Lab
from benchmarks.report import Section
from benchmarks.window_desk import cpu_ms, opened, row, unlock, until, wait

_STARTS, _UNLOCKS, _SWITCHES = 9, 7, 12
_MAX_START_MS, _MAX_UNLOCK_MS, _MAX_SWITCH_MS = 700, 300, 60
# Ends the program as soon as the lock screen has been painted, and says when that was.
_START = """
import sys, time
from pathlib import Path
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from ui import app
from ui.shell.window import MainWindow

def shown(self, event, former=MainWindow.showEvent):
    former(self, event)
    QTimer.singleShot(0, lambda: QTimer.singleShot(0, self, end))

def end():
    shown_s = time.clock_gettime(time.CLOCK_MONOTONIC)
    Path(sys.argv[2]).write_text(f"{shown_s} {time.process_time()}")
    QApplication.quit()

MainWindow.showEvent = shown
app.main(Path(sys.argv[1]))
"""


def run(lab: Lab) -> Section:
    vault = lab.vault()
    _start(vault)
    starts = [_start(vault) for _ in range(_STARTS)]
    unlocks = [call(unlock_it, folder=vault).result for _ in range(_UNLOCKS)]
    switches = call(switch_theme, folder=vault).result
    return Section(
        title=f"The window on {lab.messages:,} messages, ms (median / p95 / longest)",
        rows=[
            row("start of the program to the lock screen", [s[0] for s in starts],
                _MAX_START_MS, "median"),
            row("of that, CPU", [s[1] for s in starts], _MAX_START_MS, "median"),
            row("unlocking to a list of chats, without the KDF", [u["wall"] for u in unlocks],
                _MAX_UNLOCK_MS, "median"),
            row("of that, CPU of the GUI thread", [u["cpu"] for u in unlocks],
                _MAX_UNLOCK_MS, "median"),
            row("a change of theme, with a chat shown, CPU", switches, _MAX_SWITCH_MS, "median"),
        ],
        notes=[
            "Starting is of new processes, with the files in the system's memory; all without a"
            " screen. The prototype took 970 to start (CPU 570) and 34 to 41 to change its theme.",
        ],
        numbers={"starts": starts, "unlocks": unlocks, "switches": switches},
        columns=("figure", "Privatus", ""),
    )  # fmt: skip


def _start(vault: Path) -> tuple[float, float]:
    """Start the program; return how long it took to its lock screen, and its CPU time."""
    with tempfile.TemporaryDirectory() as folder:
        told = Path(folder, "told")
        started_s = time.clock_gettime(time.CLOCK_MONOTONIC)
        run = command(
            [sys.executable, "-c", _START, vault, told],
            environment={"QT_QPA_PLATFORM": "offscreen", "XDG_CONFIG_HOME": folder},
        )
        if run.exit_code:
            raise RuntimeError(run.output)
        shown_s, cpu_s = map(float, told.read_text(encoding="utf-8").split())
    return (shown_s - started_s) * 1000, cpu_s * 1000


def unlock_it(folder: str) -> dict[str, float]:
    """Unlock in a new process."""
    with opened(folder) as window:
        return unlock(window, folder)


def switch_theme(folder: str) -> list[float]:
    """Switch between light and dark while a chat is shown; return the CPU times."""
    found = []
    with opened(folder, ours.PASSWORD) as window:
        from ui import theme

        page = window.workspace.page("chats")
        until(lambda: page.reader.model is not None)
        wait(500)
        for number in range(_SWITCHES):
            scheme = theme.Scheme.DARK if number % 2 == 0 else theme.Scheme.LIGHT
            found.append(cpu_ms(partial(_switch, window, scheme)))
            wait(100)
    return found


def _switch(window: Any, scheme: Any) -> None:
    from ui import theme

    theme.theme().set_scheme(scheme)
    window.repaint()
    wait(0)
