"""What `check` looks at of archives: every row and file of them that lies in the vault's folder."""

from __future__ import annotations

from privatus.core.archives import ArchiveState
from privatus.core.errors import TamperedError
from privatus.core.jobs import Job
from privatus.services.archiving.archives import problem_of
from privatus.storage.store import Store, Tables


def check_archives(store: Store, tables: Tables, job: Job) -> tuple[list[str], str]:
    """Return what is wrong with archives, and how many there are."""
    problems, count, elsewhere = [], 0, 0
    known = set[bytes]()
    for row in tables.archived.raw():
        job.check()
        count += 1
        try:
            record = tables.archived.open_row(row)
        except TamperedError as error:
            problems.append(f"archived conversation {row[0]}: {error}")
            continue
        known.add(record.file_name)
        if record.where:
            elsewhere += 1
        elif record.state is ArchiveState.AWAY:
            reason = problem_of(store, record, lambda _: None)
            problems += [f"archived conversation {record.id}: {reason}"] if reason else []
    for row in tables.archived.rows.raw_ties():
        try:
            tables.archived.rows.open_tie(row)
        except TamperedError as error:
            problems.append(f"what conversations {row[2]} and {row[3]} have in common: {error}")
    spare = sum(1 for name in store.archive_files.names() if name not in known)
    note = f"{count} opened" + (f", {elsewhere} at destinations not read" if elsewhere else "")
    return problems, note + (f", {spare} files that nothing refers to" if spare else "")
