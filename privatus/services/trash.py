"""The trash: what a person deletes waits there, and can be taken out again whole."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from privatus.services import conversation_ids
from privatus.services.conversation_ids import Target
from privatus.services.merge_marks import follow_hybrids
from privatus.storage.store import Store, Tables


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
    """Puts conversations into the trash and takes them out."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def put(self, wanted: Iterable[int | Target]) -> TrashChange:
        """Put conversations into the trash: all or none.

        *wanted* are the ids that lists have, of which what has gone is passed over, or those
        that a person sees. What is there already stays as it is, and keeps its day.

        Raises:
            UserError: one that a person named is not there, or several begin so.
            AccessError: the vault is open for reading only.
            TamperedError: one of them is not what was sealed.
        """
        now_ms = time.time_ns() // 1_000_000
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


def _set(tables: Tables, wanted: Mapping[int, int | None]) -> TrashChange:
    former = tables.trash.set(wanted)
    # Where a hybrid goes its sources are there to be read again, and the other way round.
    follow_hybrids(tables, former)
    return TrashChange(former=former, after={row_id: wanted[row_id] for row_id in former})
