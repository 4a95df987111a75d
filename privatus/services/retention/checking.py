"""What `check` looks at of retention: that every row is what was sealed."""

from __future__ import annotations

from privatus.core.errors import TamperedError
from privatus.core.jobs import Job
from privatus.storage.store import Tables


def check_retention(tables: Tables, job: Job) -> tuple[list[str], str]:
    """Return which policies, marks and reports do not open, and how many there are."""
    retention, problems, count = tables.retention, [], 0
    for noun, rows, open_row in (
        ("policy", retention.raw_policies(), retention.open_policy),
        ("mark", retention.raw_marks(), retention.open_mark),
        ("report", retention.raw_runs(), retention.open_run),
    ):
        for row in rows:
            job.check()
            count += 1
            try:
                open_row(row)
            except (TamperedError, ValueError, KeyError) as error:
                reason = error if isinstance(error, TamperedError) else "it does not decode"
                problems.append(f"retention {noun} {row[0]}: {reason}")
    return problems, f"{count} opened"
