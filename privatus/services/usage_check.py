"""Whether the counts of the analytics are those of the messages."""

from __future__ import annotations

from privatus.core.errors import TamperedError
from privatus.core.jobs import Job
from privatus.core.usage import Fact
from privatus.services import usage_keeping
from privatus.storage.store import Tables

_WRONG = (
    "the counts of the analytics are not those of the messages;"
    " `privatus stats --recount` counts them anew"
)


def usage_problems(tables: Tables, job: Job) -> tuple[list[str], str]:
    """Open all that is kept of counts, and count all messages again to compare.

    A conversation whose messages do not open is named elsewhere, and left out on both sides.
    """
    problems: list[str] = []
    kept_chats: dict[int, tuple[bool, list[Fact]]] = {}
    for row in tables.usage.raw():
        job.check()
        try:
            kept = tables.usage.open_row(row)
        except (TamperedError, ValueError, KeyError) as error:
            problems.append(f"the counts of conversation {row[0]}: {error}")
        else:
            kept_chats[kept.conversation_id] = kept.is_counted, kept.facts
    for row in tables.usage.raw_details():
        try:
            tables.usage.open_details(row)
        except (TamperedError, ValueError) as error:
            problems.append(f"the counts by language or the prices (row {row[0]}): {error}")
    if problems:
        return problems, ""
    queued = dict(tables.usage.queued(tables.usage.queue_length()))
    sums = usage_keeping.present(tables)
    counted, chats = usage_keeping.recount(tables, job)
    are_chats_right = all(
        kept_chats.get(row_id) == now for row_id, now in chats.items() if row_id not in queued
    )
    if not are_chats_right or sums != counted:
        return [_WRONG], ""
    return [], f"{len(kept_chats)} opened"
