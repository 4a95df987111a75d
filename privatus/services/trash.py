"""The trash: what a person deletes waits there, and can be taken out again whole.

By itself nothing leaves it for good until the person has said after how many days: this may be
the only copy of what somebody wrote, and no default is to decide that it goes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from privatus.core import clock
from privatus.core.conversation import ConversationSummary
from privatus.core.errors import UserError
from privatus.core.jobs import Job
from privatus.core.preference import Preference
from privatus.services import conversation_ids, trash_days
from privatus.services.conversation_ids import Target
from privatus.services.merge_marks import follow_hybrids
from privatus.services.purging import PurgeService
from privatus.services.trash_days import DAY_MS
from privatus.storage.store import Store, Tables

MAX_DAYS = 3_650


@dataclass(frozen=True, slots=True, kw_only=True)
class TrashedConversation:
    """A conversation in the trash; `goes_at_ms`: when it goes for good, None: never by itself."""

    row_id: int
    summary: ConversationSummary
    goes_at_ms: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TrashChange:
    """Since when conversations are in the trash, and were before; None: not in it. By row id."""

    former: Mapping[int, int | None]
    after: Mapping[int, int | None]

    @property
    def count(self) -> int:
        return len(self.after)

    @property
    def reversed(self) -> TrashChange:
        return TrashChange(former=self.after, after=self.former)


class TrashService:
    """Puts conversations into the trash, takes them out, and lets them go for good."""

    def __init__(self, store: Store, purging: PurgeService) -> None:
        self._store = store
        self._purging = purging

    def list(self) -> list[TrashedConversation]:
        """Return what is in the trash, the last put there first.

        Raises:
            TamperedError: a row is not what was sealed.
        """
        with self._store.snapshot() as tables:
            days, times = trash_days.days(tables), tables.trash.times_ms()
            found, models = tables.listing.conversations(list(times)), tables.models.names()
            marks = tables.listing.marks(found)
        return [
            TrashedConversation(
                row_id=row_id,
                summary=found[row_id].summary(models, marks.get(row_id, ())),
                goes_at_ms=trash_days.goes_at_ms(at_ms, days),
            )
            for row_id, at_ms in times.items()
        ]

    def days(self) -> int:
        """Return after how many days a conversation goes from the trash by itself; 0: never."""
        with self._store.snapshot() as tables:
            return trash_days.days(tables)

    def set_days(self, days: int) -> int:
        """Say after how many days a conversation goes by itself; return what was said before.

        Raises:
            UserError: it is less than 0, which is never, or more than ten years.
            AccessError: the vault is open for reading only.
        """
        if not 0 <= days <= MAX_DAYS:
            raise UserError(f"the trash keeps chats for 1 to {MAX_DAYS:,} days, or with 0 for ever")
        with self._store.transaction() as tables:
            former = trash_days.days(tables)
            tables.preferences.put(Preference.TRASH_DAYS, days)
        return former

    def empty(
        self,
        *,
        older_than_days: int = 0,
        wanted: Iterable[int | Target] | None = None,
        job: Job | None = None,
    ) -> int:
        """Let conversations go from the trash for good; return how many went.

        All of it, or what has been there for so many days, or those of *wanted* that are there.
        Nothing brings them back, and a later import leaves them out.

        Raises:
            UserError: one that a person named is not there.
            AccessError: the vault is open for reading only.
            BusyError: another program reads the vault; nothing was changed, or the error says so.
            JobCancelled: the person stopped it; nothing was changed.
        """
        # What somebody takes out meanwhile stays.
        with self._store.exclusive() as tables:
            due = _due(tables, older_than_days)
            if wanted is not None:
                asked = set(conversation_ids.row_ids(tables, wanted))
                due = [row_id for row_id in due if row_id in asked]
            return self._purging.destroy(due, job=job).conversations if due else 0

    def due(self, older_than_days: int = 0) -> Sequence[int]:
        """Return what `empty` would let go, by row id."""
        with self._store.snapshot() as tables:
            return _due(tables, older_than_days)

    def tidy(self, job: Job | None = None) -> int:
        """Let go for good what has been in the trash for as long as the person said.

        Does nothing if they never said, or said that nothing goes by itself, nor in a vault that
        is open for reading only.

        Raises:
            BusyError, JobCancelled: as `empty`.
        """
        days = self.days() if self._store.is_writable else 0
        return self.empty(older_than_days=days, job=job) if days else 0

    def put(self, wanted: Iterable[int | Target]) -> TrashChange:
        """Put conversations into the trash: all or none.

        *wanted* are the ids that lists have, of which what has gone is passed over, or those
        that a person sees. What is there already stays as it is, and keeps its day.

        Raises:
            UserError: one that a person named is not there, or several begin so.
            AccessError: the vault is open for reading only.
            TamperedError: one of them is not what was sealed.
        """
        now_ms = clock.now_ms()
        with self._store.transaction() as tables:
            there = tables.trash.times_ms()
            ids = [
                row_id for row_id in conversation_ids.row_ids(tables, wanted) if row_id not in there
            ]
            return _set(tables, dict.fromkeys(ids, now_ms))

    def restore(self, wanted: Iterable[int | Target]) -> TrashChange:
        """Take conversations out of the trash, to where they were.

        Raises:
            UserError: one that a person named is not there, or several begin so.
            AccessError: the vault is open for reading only.
            TamperedError: one of them is not what was sealed.
        """
        with self._store.transaction() as tables:
            return _set(tables, dict.fromkeys(conversation_ids.row_ids(tables, wanted), None))

    def undo(self, change: TrashChange) -> TrashChange:
        """Take a change back; return what does it again. What has gone is passed over.

        Raises:
            AccessError: the vault is open for reading only.
            TamperedError: one of them is not what was sealed.
        """
        with self._store.transaction() as tables:
            return _set(tables, change.former)


def _due(tables: Tables, older_than_days: int) -> list[int]:
    times = tables.trash.times_ms()
    if not older_than_days:
        # Also what was put there before the clock was set back.
        return list(times)
    latest_ms = clock.now_ms() - older_than_days * DAY_MS
    return [row_id for row_id, at_ms in times.items() if at_ms <= latest_ms]


def _set(tables: Tables, wanted: Mapping[int, int | None]) -> TrashChange:
    former = tables.trash.set(wanted)
    # Where a hybrid goes its sources are there to be read again, and the other way round.
    follow_hybrids(tables, former)
    return TrashChange(former=former, after={row_id: wanted[row_id] for row_id in former})
