"""Summing chats up in the background, and finding related ones."""

from __future__ import annotations

import random
import shutil
import time
from contextlib import suppress
from statistics import median
from typing import Any

from benchmarks import ours
from benchmarks.harness import alternate, call, write_out
from benchmarks.lab import Lab
from benchmarks.report import Row, Section
from benchmarks.window_desk import opened, row, until, wait
from privatus.core.errors import JobCancelled
from privatus.core.jobs import Job

# Some 23 messages each, so 10,000 chats.
_MESSAGES = 230_000
# So many are summed up in each round, and as many in the window.
_CHATS = 1_000
_RELATED = 200
_LEAST_PER_S = 50
_TICK_MS = 5
_WATCHED_MS = 10_000
_MAX_LATE_MS = 50
_MAX_RELATED_MS = 100


def run(lab: Lab) -> Section:
    vault = lab.vault(_MESSAGES)
    copy = lab.folder / "summaries-vault"
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(vault, copy)
    write_out(copy)
    runs = alternate(
        lab.repeat,
        ours=lambda: call(sum_up, folder=copy).result,
        floor=lambda: call(read_only, folder=copy).result,
    )
    window = call(in_window, folder=copy).result
    related = call(find_related, folder=copy).result
    shutil.rmtree(copy)
    made_s = median(r["per_chat"] for r in runs["ours"])
    read_s = median(r["per_chat"] for r in runs["floor"])
    return Section(
        title=f"Summaries of {related['conversations']:,} chats",
        rows=[
            Row(figure="a chat summed up, at full speed", ours=f"{made_s * 1000:.1f} ms",
                floor=f"{read_s * 1000:.2f} ms", ratio=made_s / read_s),
            Row(figure="of that, CPU",
                ours=f"{median(r['cpu'] for r in runs['ours']) * 1000:.1f} ms"),
            Row(figure="chats a second, behind the open window", ours=f"{window['rate']:.0f}",
                wanted=f"{_LEAST_PER_S} or more", is_met=window["rate"] >= _LEAST_PER_S),
            row("meanwhile the event loop answers, ms", window["late"], _MAX_LATE_MS, "p99"),
            row("related chats of one, ms", related["took"], _MAX_RELATED_MS),
        ],
        notes=[
            "The floor reads and opens the messages of the same chats, and does nothing with them."
            f" A timer that is due every {_TICK_MS} ms says how late the event loop is.",
        ],
        numbers={"ours": runs["ours"], "floor": runs["floor"], "window": window,
                 "related": related},
    )  # fmt: skip


def sum_up(folder: str) -> dict[str, float]:
    """Return what a chat takes in s to make its summary and to keep it."""
    with ours.open_vault(folder) as vault:
        before = vault.summaries.waiting()
        # `report` asks, too, once in 32 chats.
        started_s, cpu_s = time.perf_counter(), time.process_time()
        with suppress(JobCancelled):
            vault.summaries.catch_up(_Stopping(_CHATS))
        took_s, cpu_s = time.perf_counter() - started_s, time.process_time() - cpu_s
        made = before - vault.summaries.waiting()
        return {"per_chat": took_s / made, "cpu": cpu_s / made}


def read_only(folder: str) -> dict[str, float]:
    """Return what a chat takes in s whose messages are read and opened only."""
    with ours.open_vault(folder) as vault:
        found = vault.conversations.list(limit=_CHATS)
        started_s = time.perf_counter()
        for chat in found:
            vault.conversations.page(chat.id, limit=10_000)
        return {"per_chat": (time.perf_counter() - started_s) / len(found)}


def in_window(folder: str) -> dict[str, Any]:
    """Return how fast chats are summed up behind the window, and how late its timer is."""
    late: list[float] = []
    with opened(folder, ours.PASSWORD) as window:
        from PySide6.QtCore import Qt, QTimer

        vault = window.shell.session.vault
        before = vault.summaries.waiting()
        until(lambda: vault.summaries.waiting() < before)
        due = [time.perf_counter() + _TICK_MS / 1000]

        def tick() -> None:
            now_s = time.perf_counter()
            late.append(max(0.0, (now_s - due[0]) * 1000))
            due[0] = now_s + _TICK_MS / 1000

        timer = QTimer(timerType=Qt.TimerType.PreciseTimer)
        timer.timeout.connect(tick)
        before, started_s = vault.summaries.waiting(), time.perf_counter()
        timer.start(_TICK_MS)
        wait(_WATCHED_MS)
        timer.stop()
        took_s = time.perf_counter() - started_s
        made = before - vault.summaries.waiting()
    return {"late": late, "rate": made / took_s, "made": made}


def find_related(folder: str) -> dict[str, Any]:
    """Return how many ms it takes to find the chats that are like one."""
    with ours.open_vault(folder) as vault:
        chats = list(vault.conversations.list())
        took = []
        for chat in random.Random(1).sample(chats, min(_RELATED, len(chats))):
            started_s = time.perf_counter()
            vault.related.of(chat.id)
            took.append((time.perf_counter() - started_s) * 1000)
    return {"took": took, "conversations": len(chats)}


class _Stopping(Job):
    """A job that is stopped when it was asked so often whether to go on."""

    def __init__(self, times: int) -> None:
        super().__init__()
        self._left = times

    def check(self) -> None:
        self._left -= 1
        if not self._left:
            self.cancel()
        super().check()
