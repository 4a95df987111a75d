"""Progress reports: not too many, and the end at once."""

from __future__ import annotations

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
