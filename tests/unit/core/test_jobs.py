"""Progress reports: not too many, and the end at once."""

from __future__ import annotations

import threading
import time

import pytest

from privatus.core.errors import JobCancelled
from privatus.core.jobs import Job, Progress


def test_reports_in_quick_succession_are_told_once() -> None:
    told: list[Progress] = []
    job = Job(told.append)

    for done in range(50):
        job.report("reading", done, 100)

    assert [progress.done for progress in told] == [0]


def test_the_end_of_a_stage_is_told_at_once_and_once() -> None:
    told: list[Progress] = []
    job = Job(told.append)

    for stage in ("reading", "writing"):
        for done in (1, 2, 2, 2):
            job.report(stage, done, 2)

    assert [(progress.stage, progress.done) for progress in told] == [
        ("reading", 1),
        ("reading", 2),
        ("writing", 1),
        ("writing", 2),
    ]


def test_a_cancelled_job_stops_at_its_next_report() -> None:
    job = Job()
    job.report("reading", 1, 2)

    job.cancel()

    with pytest.raises(JobCancelled):
        job.report("reading", 2, 2)


def test_a_paused_job_waits_and_goes_on() -> None:
    job, done = Job(), list[int]()
    job.pause()
    worker = threading.Thread(target=lambda: (job.check(), done.append(1)), daemon=True)
    worker.start()

    worker.join(0.05)
    assert job.is_paused and worker.is_alive() and not done
    job.resume()
    worker.join(10)

    assert done == [1] and not job.is_paused


def test_a_paused_job_can_be_cancelled() -> None:
    job = Job()
    job.pause()
    raised: list[bool] = []

    def work() -> None:
        try:
            job.check()
        except JobCancelled:
            raised.append(True)

    worker = threading.Thread(target=work, daemon=True)
    worker.start()
    job.cancel()
    worker.join(10)

    assert raised == [True]
    job.pause()
    assert not job.is_paused


def test_a_pause_does_not_count_as_work(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: clock[0])
    told: list[Progress] = []
    job = Job(told.append)
    job.report("reading", 0, 4)
    clock[0] += 10
    job.pause()
    monkeypatch.setattr(job._going, "wait", lambda: clock.__setitem__(0, clock[0] + 3600))

    job.report("reading", 1, 4)

    assert told[-1].elapsed_s == 10
    assert told[-1].remaining_s == 30


def test_a_job_that_waits_stops_waiting_when_it_is_cancelled() -> None:
    job = Job()
    job.sleep(0)
    job.cancel()
    with pytest.raises(JobCancelled):
        job.sleep(3600)
