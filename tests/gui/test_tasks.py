"""Work leaves the GUI thread and comes back to it."""

from __future__ import annotations

import gc
import threading
import time
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from privatus.core.errors import UserError
from privatus.core.jobs import Job
from ui.tasks import Lane, Latest, Tasks


@pytest.fixture
def unclaimed() -> list[BaseException]:
    return []


@pytest.fixture
def tasks(unclaimed: list[BaseException]) -> Iterator[Tasks]:
    made = Tasks(unclaimed.append)
    yield made
    made.close()
    made.join()


def test_a_result_arrives_on_the_gui_thread(tasks: Tasks, qtbot: QtBot) -> None:
    threads: list[tuple[str, str]] = []

    tasks.run(
        lambda _job: threading.current_thread().name,
        on_done=lambda name: threads.append((name, threading.current_thread().name)),
    )

    qtbot.waitUntil(lambda: bool(threads))
    worker, receiver = threads[0]
    assert worker.startswith("read")
    assert receiver == threading.main_thread().name


def test_a_thousand_results_all_arrive_while_garbage_is_collected(
    tasks: Tasks, qtbot: QtBot
) -> None:
    arrived: list[int] = []

    for number in range(1_000):
        tasks.run(lambda _job, n=number: n, on_done=arrived.append)  # type: ignore[misc]
        if number % 100 == 0:
            gc.collect()

    qtbot.waitUntil(lambda: len(arrived) == 1_000)
    assert sorted(arrived) == list(range(1_000))
    assert tasks.live == 0


def test_an_error_goes_to_who_asked_and_else_to_the_application(
    tasks: Tasks, unclaimed: list[BaseException], qtbot: QtBot
) -> None:
    claimed: list[BaseException] = []

    def fail(_job: Job) -> None:
        raise UserError("the disk is full; make room")

    tasks.run(fail, on_error=claimed.append)
    tasks.run(fail)

    qtbot.waitUntil(lambda: bool(claimed and unclaimed))
    assert str(claimed[0]) == str(unclaimed[0]) == "the disk is full; make room"


def test_an_error_in_a_callback_is_not_lost(
    tasks: Tasks, unclaimed: list[BaseException], qtbot: QtBot
) -> None:
    arrived: list[int] = []

    tasks.run(lambda _job: 0, on_done=lambda n: arrived.append(1 // n))
    tasks.run(lambda _job: 1, lane=Lane.WRITE, on_done=arrived.append)

    qtbot.waitUntil(lambda: bool(unclaimed and arrived))
    assert isinstance(unclaimed[0], ZeroDivisionError)


def test_what_was_cancelled_stops_and_brings_nothing(
    tasks: Tasks, unclaimed: list[BaseException], qtbot: QtBot
) -> None:
    arrived: list[object] = []
    begun, ended = threading.Event(), threading.Event()

    def work(job: Job) -> None:
        begun.set()
        try:
            while True:
                job.check()
                time.sleep(0.001)
        finally:
            ended.set()

    task = tasks.run(work, on_done=arrived.append, on_error=arrived.append)
    assert begun.wait(5)
    task.cancel()

    qtbot.waitUntil(lambda: tasks.live == 0)
    assert ended.is_set()
    assert arrived == unclaimed == []


def test_a_result_for_a_widget_that_is_gone_is_dropped(tasks: Tasks, qtbot: QtBot) -> None:
    arrived: list[object] = []
    owner = QObject()
    gate = threading.Event()

    tasks.run(lambda _job: gate.wait(5), owner=owner, on_done=arrived.append)
    owner.deleteLater()
    qtbot.wait(1)
    gate.set()

    qtbot.waitUntil(lambda: tasks.live == 0)
    assert arrived == []


def test_progress_arrives_seldom_and_never_after_the_end(tasks: Tasks, qtbot: QtBot) -> None:
    told: list[object] = []

    def work(job: Job) -> str:
        for done in range(20_000):
            job.report("reading", done, 20_000)
        return "done"

    tasks.run(work, on_progress=lambda progress: told.append(progress.done), on_done=told.append)

    qtbot.waitUntil(lambda: bool(told) and told[-1] == "done")
    assert 1 < len(told) < 200


def test_only_the_newest_of_many_requests_is_answered(tasks: Tasks, qtbot: QtBot) -> None:
    answers: list[str] = []
    owner = QObject()
    latest = Latest(tasks, owner, delay_ms=10)

    for text in ("k", "ke", "key"):
        latest.request(lambda _job, t=text: t, answers.append)  # type: ignore[misc]

    qtbot.waitUntil(lambda: bool(answers))
    qtbot.wait(50)
    assert answers == ["key"]


def test_closing_waits_for_what_runs(unclaimed: list[BaseException], qtbot: QtBot) -> None:
    tasks = Tasks(unclaimed.append)
    ended = threading.Event()

    def work(job: Job) -> None:
        while True:
            try:
                job.check()
            except BaseException:
                ended.set()
                raise

    tasks.run(work, lane=Lane.WRITE)
    tasks.close()
    tasks.join()

    assert ended.is_set() or tasks.live
    qtbot.waitUntil(lambda: tasks.live == 0)
    assert unclaimed == []


def test_what_is_owed_is_done_though_it_waits_behind_what_is_stopped(
    unclaimed: list[BaseException], qtbot: QtBot
) -> None:
    tasks = Tasks(unclaimed.append)
    begun, written = threading.Event(), []

    def work(job: Job) -> None:
        begun.set()
        while True:
            job.check()

    tasks.run(work, lane=Lane.WRITE)
    tasks.run(lambda _job: written.append("not owed"), lane=Lane.WRITE)
    tasks.run(lambda _job: written.append("owed"), lane=Lane.WRITE, is_owed=True)
    begun.wait()
    tasks.close()
    tasks.join()

    assert written == ["owed"]
    qtbot.waitUntil(lambda: tasks.live == 0)
    assert unclaimed == []
