"""What a run does, found out before it does anything, and in words that a person knows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from privatus.core.errors import TamperedError
from privatus.core.retention import (
    WITHOUT_GRACE,
    Action,
    Deed,
    Kind,
    KindReport,
    Mark,
    Planned,
    Policy,
    Step,
    step,
)
from privatus.services.retention.subjects import LOG, journal, oldest_ms
from privatus.storage.archived import StoredArchived
from privatus.storage.conversations import StoredConversation
from privatus.storage.store import Tables

Record = StoredConversation | StoredArchived


def all_policies(tables: Tables) -> list[Policy]:
    """Return what was decided, of those kinds of which something was."""
    return list(tables.retention.policies().values())


def step_of(tables: Tables, policy: Policy, now_ms: int) -> Step:
    """Return what a run changes of the kind that *policy* is about."""
    is_asked = policy.action is not Action.KEEP
    there = oldest_ms(tables, policy) if is_asked else {}
    return step(policy, there, tables.retention.marks(policy.kind), now_ms)


def report_of(policy: Policy, found: Step) -> KindReport:
    """Return what a run has done before anything is archived or destroyed."""
    return KindReport(
        kind=policy.kind,
        action=policy.action,
        marked=len(found.new),
        released=len(found.dropped),
        waiting=len(found.waiting) + len(found.new),
        kept=len(found.kept),
    )


def planned_report(tables: Tables, policy: Policy, now_ms: int) -> KindReport:
    """Return what a run would do: of messages and logs, with how many of them would go."""
    found = step_of(tables, policy, now_ms)
    report = report_of(policy, found)
    if policy.action is Action.ARCHIVE:
        return replace(report, archived=len(found.due))
    try:
        return replace(report, destroyed=_to_go(tables, policy.kind, found))
    except TamperedError as error:
        # The run itself lets the others go on, too.
        return replace(report, problem=str(error), waiting=report.waiting + len(found.due))


def named(tables: Tables, policy: Policy, now_ms: int) -> Iterator[Planned]:
    """Yield what a run would archive, destroy, mark and let go, the oldest of each first.

    Raises:
        TamperedError: a row is not what was sealed.
    """
    found = step_of(tables, policy, now_ms)
    goes = Deed.ARCHIVED if policy.action is Action.ARCHIVE else Deed.DESTROYED
    steps = ((goes, found.due), (Deed.MARKED, found.new), (Deed.RELEASED, found.dropped))
    ages = oldest_ms(tables, policy)
    records = records_of(tables, [mark for _, marks in steps for mark in marks])
    for deed, marks in steps:
        shown = [
            _planned(tables, deed, mark, records.get(mark.subject), ages.get(mark.subject))
            for mark in marks
        ]
        yield from sorted(shown, key=lambda one: (one.since_ms or 0, one.title))


def records_of(tables: Tables, marks: list[Mark]) -> dict[int, Record]:
    """Return the chats that marks are about, by row id; also those that are archived.

    Raises:
        TamperedError: a row is not what was sealed.
    """
    subjects = {mark.subject for mark in marks} - {LOG}
    chats = {stored.id: stored for stored in tables.conversations.some(subjects)}
    return {**tables.archived.some(sorted(subjects - chats.keys())), **chats}


def _to_go(tables: Tables, kind: Kind, found: Step) -> int:
    if kind is Kind.CHATS or not found.due:
        return len(found.due)
    if kind is Kind.MESSAGES:
        return sum(_messages(tables, mark) for mark in found.due)
    until_ms = max(mark.until_ms for mark in found.due)
    if kind in WITHOUT_GRACE:
        return journal(tables, kind).count_before(until_ms)
    return tables.audit.count_before(until_ms)


def _messages(tables: Tables, mark: Mark) -> int:
    return len(tables.retention.old_messages(mark.subject, mark.until_ms))


def _planned(
    tables: Tables, deed: Deed, mark: Mark, record: Record | None, since_ms: int | None
) -> Planned:
    if since_ms is None and record is not None and mark.kind is Kind.CHATS:
        since_ms = record.sort_at_ms
    return Planned(
        kind=mark.kind,
        deed=deed,
        id=None if record is None else record.public_id,
        title="" if record is None else record.title,
        since_ms=since_ms,
        messages=_messages(tables, mark) if mark.kind is Kind.MESSAGES else None,
    )
