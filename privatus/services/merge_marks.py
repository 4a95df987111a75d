"""Keeps the mark of merged chats level with the hybrids that there are."""

from __future__ import annotations

from collections.abc import Iterable

from privatus.core import clock
from privatus.core.marks import Mark, SetMark
from privatus.storage.marks import mark_row
from privatus.storage.store import Tables


def follow(tables: Tables, source_row_ids: Iterable[int]) -> None:
    """Mark those chats as merged that are in a hybrid which is not in the trash, no others.

    Raises:
        TamperedError: one of them is not what was sealed.
    """
    ids = list(source_row_ids)
    if not ids:
        return
    merged = tables.chat_sources.merged(ids)
    tables.marks.delete_many(Mark.MERGED, ids)
    said = SetMark(mark=Mark.MERGED, is_set=True, set_at_ms=clock.now_ms())
    found = (tables.conversations.get(row_id) for row_id in ids if row_id in merged)
    tables.marks.put_many([mark_row(c.container, c.id, said) for c in found if c is not None])


def follow_hybrids(tables: Tables, row_ids: Iterable[int]) -> None:
    """Do what `follow` does for the sources of those of these chats that are hybrids.

    For whoever puts chats into the trash, or takes them out.

    Raises:
        TamperedError: a chat that it marks is not what was sealed.
    """
    follow(tables, tables.chat_sources.merged_into(row_ids))
