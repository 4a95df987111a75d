"""Pins, stars, and what was not read yet: what a person sets about conversations."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from privatus.core import clock
from privatus.core.marks import Mark, SetMark, has_mark
from privatus.services import conversation_ids
from privatus.storage.conversations import StoredConversation
from privatus.storage.marks import MarkRow, mark_row
from privatus.storage.store import Store, Tables

# So many are opened at once, to be sealed again: a megabyte or two.
_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkChange:
    """What was set for which conversations, and what was said of each before."""

    mark: Mark
    is_set: bool
    former: Mapping[int, SetMark | None]  # by row id; None: nobody said anything
    after: Mapping[int, SetMark | None]

    @property
    def count(self) -> int:
        return len(self.former)

    @property
    def reversed(self) -> MarkChange:
        return MarkChange(
            mark=self.mark, is_set=not self.is_set, former=self.after, after=self.former
        )


class MarkService:
    """Sets marks, and takes it back."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def set(self, mark: Mark, ids: Iterable[UUID | str], is_set: bool = True) -> MarkChange:
        """Set *mark*, or take it away, for all or none: by their ids, or the beginnings of these.

        Those that have it so already stay as they are, and are not in what is returned.

        Raises:
            UserError: one of them is not there, or several begin so.
            AccessError: the vault is open for reading only.
            TamperedError: one of them is not what was sealed.
        """
        with self._store.transaction() as tables:
            row_ids = [conversation_ids.find(tables, wanted).id for wanted in ids]
            return _set_all(tables, mark, is_set, row_ids)

    def set_rows(self, mark: Mark, row_ids: Iterable[int], is_set: bool = True) -> MarkChange:
        """Do what `set` does, by the ids that lists have; what has gone is passed over.

        Raises:
            AccessError: the vault is open for reading only.
            TamperedError: one of them is not what was sealed.
        """
        with self._store.transaction() as tables:
            return _set_all(tables, mark, is_set, list(row_ids))

    def undo(self, change: MarkChange) -> MarkChange:
        """Let what *change* set be as it was before; return what does it again.

        What has gone is passed over.

        Raises:
            AccessError: the vault is open for reading only.
            TamperedError: a conversation is not what was sealed.
        """
        changed = list(change.former)
        with self._store.transaction() as tables:
            tables.marks.delete_many(change.mark, changed)
            for found in _some_of(tables, changed):
                former = ((stored, change.former[row_id]) for row_id, stored in found.items())
                tables.marks.put_many(
                    [mark_row(stored.container, stored.id, said) for stored, said in former if said]
                )
        return change.reversed


def _set_all(tables: Tables, mark: Mark, is_set: bool, row_ids: Sequence[int]) -> MarkChange:
    wanted = SetMark(mark=mark, is_set=is_set, set_at_ms=clock.now_ms())
    former: dict[int, SetMark | None] = {}
    for found in _some_of(tables, row_ids):
        marks = tables.listing.marks(found)
        rows: list[MarkRow] = []
        for row_id, stored in found.items():
            known = marks.get(row_id, ())
            if has_mark(known, mark, otherwise=_by_provider(stored, mark, is_set)) is not is_set:
                former[row_id] = next((said for said in known if said.mark is mark), None)
                rows.append(mark_row(stored.container, row_id, wanted))
        tables.marks.put_many(rows)
    after = dict.fromkeys(former, wanted)
    return MarkChange(mark=mark, is_set=is_set, former=former, after=after)


def _by_provider(stored: StoredConversation, mark: Mark, is_set: bool) -> bool:
    """Return what holds if nobody said.

    What its provider has archived stands among the chats until the person says so, too.
    """
    match mark:
        case Mark.STARRED:
            return stored.is_starred
        case Mark.ARCHIVED:
            return stored.is_archived and not is_set
        case _:
            return False


def _some_of(tables: Tables, row_ids: Sequence[int]) -> Iterator[dict[int, StoredConversation]]:
    for start in range(0, len(row_ids), _AT_ONCE):
        yield tables.listing.conversations(row_ids[start : start + _AT_ONCE])
