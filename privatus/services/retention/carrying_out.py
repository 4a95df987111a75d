"""Doing what a policy says to what had its grace."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from privatus.core.archives import ArchiveWish
from privatus.core.errors import AccessError
from privatus.core.jobs import Job
from privatus.core.retention import Action, Kind, Mark, Policy
from privatus.search.index import Index
from privatus.services import indexing
from privatus.services.archiving.archives import ArchiveService
from privatus.services.editing import EditingService
from privatus.services.purging import PurgeService
from privatus.services.retention.subjects import journal
from privatus.storage.store import READING_ONLY, Store


class Done(NamedTuple):
    """How many were archived and destroyed; and whose marks have nothing to wait for any more."""

    archived: int
    destroyed: int
    marks: Sequence[Mark]


@dataclass(frozen=True, slots=True, kw_only=True)
class CarryingOut:
    """Archives and destroys by the services that do it for a person, too."""

    store: Store
    index: Index | None
    archives: ArchiveService
    purging: PurgeService
    editing: EditingService

    def do(self, policy: Policy, due: Sequence[Mark], job: Job) -> Done:
        """Do what *policy* says to what is *due*.

        Raises:
            PrivatusError: something refused; what is left is due at the next run.
            JobCancelled: the person stopped it.
        """
        if not due or policy.action is Action.KEEP:
            return Done(0, 0, ())
        if policy.kind is Kind.AUDIT:
            return self._cut_log(due)
        if policy.kind in (Kind.ERRORS, Kind.METRICS):
            return self._forget(policy.kind, due)
        if policy.kind is Kind.MESSAGES:
            return self._destroy_messages(due, job)
        ids = [mark.subject for mark in due]
        if policy.action is Action.ARCHIVE:
            wish = ArchiveWish(row_ids=ids, with_marked=policy.with_marked)
            made = self.archives.create(wish, format=policy.format, where=policy.where, job=job)
            return Done(made.conversations, 0, due)
        return Done(0, self._destroy_chats(ids, job), due)

    def _destroy_chats(self, ids: Sequence[int], job: Job) -> int:
        with self.store.exclusive() as tables:
            away = tables.archived.away(ids)
        here = [row_id for row_id in ids if row_id not in away]
        count = self.purging.destroy(here, job=job).conversations if here else 0
        return count + (self.archives.destroy(sorted(away)) if away else 0)

    def _destroy_messages(self, due: Sequence[Mark], job: Job) -> Done:
        """Take out what was old when it was marked, with its former wordings."""
        count = 0
        for number, mark in enumerate(due):
            job.report("destroying old messages", number, len(due))
            job.check()
            with self.store.exclusive() as tables:
                stored = tables.conversations.get(mark.subject)
                old = tables.retention.old_messages(mark.subject, mark.until_ms)
            if stored is not None and old:
                there = [number for number, is_removed in old.items() if not is_removed]
                if there:
                    self.editing.remove(stored.public_id, there)
                # If it stops before this, their words are in the history for the next run.
                self.purging.purge_history(stored.public_id, list(old), job=job.unstoppable())
                count += len(old)
        return Done(0, count, due)

    def _forget(self, kind: Kind, due: Sequence[Mark]) -> Done:
        until_ms = max(mark.until_ms for mark in due)
        with self.store.transaction() as tables:
            return Done(0, journal(tables, kind).delete_before(until_ms), due)

    def _cut_log(self, due: Sequence[Mark]) -> Done:
        if self.index is None:
            raise AccessError(READING_ONLY)
        # The index knows a row that was the last: it must be one that stays.
        indexing.confirm(self.store, self.index)
        with self.store.transaction() as tables, tables.purging.permit():
            count = tables.audit.cut_before(max(mark.until_ms for mark in due))
        return Done(0, count, due)
