"""The window as the benchmarks sit in front of it: without a screen, in a process of its own.

What the GUI thread does is measured as its CPU time: that is for how long the window could do
nothing else, and what else the machine does is not in it.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks import ours
from benchmarks.harness import Spread
from benchmarks.open_speed import kdf_ms
from benchmarks.report import Row

_PATIENCE_S = 60
SIZE = (1240, 800)


@contextmanager
def opened(folder: str | Path, password: str = "") -> Iterator[Any]:
    """Yield the window on the vault in *folder*, unlocked if a password is given."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from PySide6.QtWidgets import QApplication

    from ui import app
    from ui.garbage import GuiCollector
    from ui.settings.store import Settings

    application = QApplication(["privatus"])
    with tempfile.TemporaryDirectory() as state:
        settings = Settings(Path(state, "window.ini"))
        app.follow(settings, application)
        collector = GuiCollector(application)
        window = app.build(settings, Path(folder))
        window.resize(*SIZE)
        window.show()
        if password:
            window.shell.keeper.open(Path(folder), password)
            until(lambda: window.workspace is not None)
        yield window
        window.shell.keeper.quit()
        window.close()
        collector.stop()


def unlock(window: Any, folder: str) -> dict[str, float]:
    """Unlock as by the lock screen, until the list of chats is painted; return what took how long.

    The derivation of the key is taken off.
    """
    # While a person types the password.
    wait(1_500)
    started_s, cpu_s = time.perf_counter(), time.thread_time()
    window.shell.keeper.open(Path(folder), ours.PASSWORD)
    until(lambda: window.workspace is not None)
    pane = window.workspace.page("chats").pane
    until(lambda: pane.model.chat(0) is not None)
    paint_ms = cpu_ms(pane.view.viewport().repaint)
    wall_ms = (time.perf_counter() - started_s) * 1000
    cpu_s = time.thread_time() - cpu_s
    return {"wall": wall_ms - kdf_ms(Path(folder)), "cpu": cpu_s * 1000, "paint": paint_ms}


def wait(milliseconds: int) -> None:
    """Let the window run."""
    from PySide6.QtCore import QEventLoop, QTimer

    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def until(is_so: Callable[[], object]) -> None:
    """Let the window run until something is so."""
    started_s = time.perf_counter()
    while not is_so():
        if time.perf_counter() - started_s > _PATIENCE_S:
            raise TimeoutError("nothing came")
        wait(1)


def cpu_ms(work: Callable[[], object]) -> float:
    """Return how long the GUI thread works on *work*."""
    started_s = time.thread_time()
    work()
    return (time.thread_time() - started_s) * 1000


def rss_mb() -> float:
    """Return the memory of this process that is not in files."""
    for line in Path("/proc/self/status").read_text(encoding="utf-8").splitlines():
        if line.startswith("RssAnon:"):
            return int(line.split()[1]) / 1024
    return 0.0


def row(figure: str, values: list[float], wanted_ms: float, share: str = "p95") -> Row:
    """Return a line whose promise is about the *share* of the values: p95, p99, median or max."""
    spread = Spread.of(values)
    return Row(
        figure=figure,
        ours=str(spread),
        wanted=f"{share} within {wanted_ms} ms",
        is_met=getattr(spread, share) <= wanted_ms,
    )
