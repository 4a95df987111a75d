"""Retention: what a person decided about how long what is kept, carried out.

Nothing happens without a policy. A run marks what is old enough, and lets go of what was marked
so long ago that its grace is over; in between a person can look at it and say that it stays.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from privatus.core import clock
from privatus.core.archives import FORMATS
from privatus.core.errors import PrivatusError, UsageError, UserError
from privatus.core.jobs import Job
from privatus.core.retention import (
    ACTIONS,
    DAY_MS,
    MAX_DAYS,
    WITHOUT_GRACE,
    Action,
    Kind,
    KindReport,
    Mark,
    Planned,
    Policy,
    Report,
    Waiting,
)
from privatus.services import conversation_ids
from privatus.services.archiving.archives import archived_id
from privatus.services.conversation_ids import Target
from privatus.services.journal.noting import noted
from privatus.services.retention.carrying_out import CarryingOut
from privatus.services.retention.planning import (
    Record,
    all_policies,
    named,
    planned_report,
    records_of,
    report_of,
    step_of,
)
from privatus.services.retention.subjects import LOG
from privatus.storage.store import Store, Tables

RAN = "retention run"


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyChange:
    """What was decided about a kind of data before, and is now; None: nothing."""

    kind: Kind
    former: Policy | None
    after: Policy | None

    @property
    def reversed(self) -> PolicyChange:
        return PolicyChange(kind=self.kind, former=self.after, after=self.former)


class RetentionService:
    """Holds policies, shows what they would do, and carries them out."""

    def __init__(self, store: Store, carrying_out: CarryingOut) -> None:
        self._store = store
        self._carrying_out = carrying_out

    def policies(self) -> Sequence[Policy]:
        """Return what holds for every kind of data; where nothing was decided it is kept.

        Raises:
            TamperedError: a row is not what was sealed.
        """
        with self._store.snapshot() as tables:
            found = tables.retention.policies()
        return [found.get(kind, Policy(kind=kind)) for kind in Kind]

    def set(self, policy: Policy) -> PolicyChange:
        """Decide what happens to a kind of data. What was marked by the former policy is let go.

        Raises:
            UsageError: it asks for what cannot be.
            AccessError: the vault is open for reading only.
        """
        _require_possible(policy)
        with self._store.transaction() as tables:
            former = tables.retention.policies().get(policy.kind)
            tables.retention.put_policy(policy)
            tables.audit.append("retention policy set", _said(policy))
        return PolicyChange(kind=policy.kind, former=former, after=policy)

    def undo(self, change: PolicyChange) -> PolicyChange:
        """Take a change back; return what does it again.

        Raises:
            AccessError: the vault is open for reading only.
        """
        with self._store.transaction() as tables:
            if change.former is None:
                tables.retention.delete_policy(change.kind)
            else:
                tables.retention.put_policy(change.former)
            said = _said(change.former or Policy(kind=change.kind))
            tables.audit.append("retention policy set", said)
        return change.reversed

    def waiting(self) -> Sequence[Waiting]:
        """Return what is marked, what goes first first; and what the person said that stays.

        Raises:
            TamperedError: a row is not what was sealed.
        """
        with self._store.snapshot() as tables:
            marks = tables.retention.all_marks()
            records = records_of(tables, marks)
        shown = (_shown(mark, records.get(mark.subject)) for mark in marks)
        return sorted(shown, key=lambda one: (one.is_kept, one.goes_at_ms))

    def keep(self, kind: Kind, wanted: Iterable[Target | int], is_kept: bool = True) -> int:
        """Let what is marked stay for good, or be marked anew; return how many that changed.

        Raises:
            UserError: one of them is not there.
            AccessError: the vault is open for reading only.
        """
        now_ms = clock.now_ms()
        with self._store.transaction() as tables:
            marks = tables.retention.marks(kind)
            policy = tables.retention.policies().get(kind, Policy(kind=kind))
            subjects = {_subject(tables, kind, each) for each in wanted}
            changed = [
                replace(
                    marks[subject],
                    is_kept=is_kept,
                    marked_at_ms=now_ms,
                    goes_at_ms=now_ms + policy.grace_days * DAY_MS,
                )
                for subject in sorted(subjects & marks.keys())
                if marks[subject].is_kept is not is_kept
            ]
            tables.retention.put_marks(changed)
        return len(changed)

    def is_due(self) -> bool:
        """Say whether a run is to be made: there are policies, and the last one was a day ago."""
        with self._store.snapshot() as tables:
            policies = tables.retention.policies().values()
            last_ms = tables.retention.last_run_ms()
        if all(policy.action is Action.KEEP for policy in policies):
            return False
        # Also if somebody has set the clock back.
        return last_ms is None or not 0 <= clock.now_ms() - last_ms < DAY_MS

    def run_if_due(self, job: Job | None = None) -> Report | None:
        """Do what `run` does, if it is time for it and the vault may be written."""
        return self.run(job=job) if self._store.is_writable and self.is_due() else None

    @noted("retention")
    def run(self, *, dry_run: bool = False, job: Job | None = None) -> Report:
        """Mark what is old enough, and archive or destroy what was marked and had its grace.

        A dry run changes nothing and says what it would do. What goes wrong with one kind is in
        the report, and the others are done.

        Raises:
            AccessError: the vault is open for reading only.
            TamperedError: a policy or mark is not what was sealed; nothing was changed.
            JobCancelled: the person stopped it; what was not done yet is done by the next run.
        """
        now_ms, job = clock.now_ms(), job or Job()
        if dry_run:
            with self._store.snapshot() as tables:
                done = [planned_report(tables, each, now_ms) for each in all_policies(tables)]
            return Report(ran_at_ms=now_ms, kinds=tuple(done), is_dry=True)
        self._store.require_writable()
        with self._store.exclusive() as tables:
            done = [self._run(policy, now_ms, job) for policy in all_policies(tables)]
            report = Report(ran_at_ms=now_ms, kinds=tuple(done))
            if done:
                with self._store.transaction() as changed:
                    changed.retention.add_run(now_ms, asdict(report))
                    if any(each.archived or each.destroyed for each in done):
                        changed.audit.append(RAN, {e.kind.value: e.destroyed for e in done})
        return report

    def plan(self) -> Sequence[Planned]:
        """Return by name what a run would do now; as `run` with *dry_run* counts it.

        Raises:
            TamperedError: a row is not what was sealed.
        """
        now_ms = clock.now_ms()
        with self._store.snapshot() as tables:
            return [one for policy in all_policies(tables) for one in named(tables, policy, now_ms)]

    def reports(self, limit: int = 30) -> Sequence[Report]:
        """Return what the last runs did, the last one first.

        Raises:
            TamperedError: a row is not what was sealed.
        """
        with self._store.snapshot() as tables:
            rows = [row for row, _ in zip(tables.retention.raw_runs(), range(limit), strict=False)]
            return [_opened(tables.retention.open_run(row)) for row in rows]

    def _run(self, policy: Policy, now_ms: int, job: Job) -> KindReport:
        with self._store.transaction() as tables:
            found = step_of(tables, policy, now_ms)
            tables.retention.delete_marks(found.dropped)
            tables.retention.put_marks(found.new)
        report = report_of(policy, found)
        try:
            archived, destroyed, gone = self._carrying_out.do(policy, found.due, job)
        except PrivatusError as error:
            return replace(report, problem=str(error), waiting=report.waiting + len(found.due))
        with self._store.transaction() as tables:
            tables.retention.delete_marks(gone)
        return replace(report, archived=archived, destroyed=destroyed)


def _require_possible(policy: Policy) -> None:
    if policy.action not in ACTIONS[policy.kind]:
        possible = ", ".join(action.value for action in ACTIONS[policy.kind])
        raise UsageError(f"what can be done with {policy.kind.value} is {possible}")
    least_grace = 0 if policy.kind in WITHOUT_GRACE else 1
    if not 1 <= policy.days <= MAX_DAYS or not least_grace <= policy.grace_days <= MAX_DAYS:
        raise UsageError(
            f"an age is 1 to {MAX_DAYS:,} days, and a grace {least_grace} to {MAX_DAYS:,}"
        )
    if policy.format not in FORMATS:
        raise UsageError(f"an archive file holds one of {', '.join(FORMATS)}")


def _said(policy: Policy) -> dict[str, str | int | bool]:
    return {
        "kind": policy.kind.value,
        "action": policy.action.value,
        "days": policy.days,
        "grace_days": policy.grace_days,
        "with_marked": policy.with_marked,
    }


def _subject(tables: Tables, kind: Kind, wanted: Target | int) -> int:
    if isinstance(wanted, int):
        return wanted
    if kind in (Kind.AUDIT, Kind.ERRORS, Kind.METRICS):
        return LOG
    try:
        return conversation_ids.find(tables, wanted).id
    except UserError:
        return archived_id(tables, wanted)


def _shown(mark: Mark, record: Record | None) -> Waiting:
    return Waiting(
        kind=mark.kind,
        subject=mark.subject,
        id=None if record is None else record.public_id,
        title="" if record is None else record.title,
        goes_at_ms=mark.goes_at_ms,
        is_kept=mark.is_kept,
    )


def _opened(said: dict[str, Any]) -> Report:
    kinds = [
        KindReport(**{**each, "kind": Kind(each["kind"]), "action": Action(each["action"])})
        for each in said["kinds"]
    ]
    return Report(ran_at_ms=said["ran_at_ms"], kinds=tuple(kinds), is_dry=said["is_dry"])
