"""Which conversations are archived: of an age, or found by a search, or named."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from privatus.core.archives import ArchivePreview
from privatus.storage.states import States
from privatus.storage.store import Tables


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """Conversations to archive, each with all that can only go together with it."""

    groups: tuple[tuple[int, ...], ...]
    preview: ArchivePreview


def choose(
    tables: Tables,
    *,
    found: Collection[int] | None,
    changed_before_ms: int | None,
    with_marked: bool,
) -> Chosen:
    """Return what of *found* (None: of all) was last changed before a time.

    What is in the trash stays there, and what is read in a hybrid goes only together with that.
    What is pinned or starred, or merged with such a chat, stays unless *with_marked*.
    """
    asked = _asked(tables, found, changed_before_ms)
    marked = set() if with_marked else marked_ids(tables)
    # Their former files are still to be removed, from a destination that is not there.
    waiting = tables.archived.unsettled_ids()
    groups: list[tuple[int, ...]] = []
    seen, kept = set[int](), set[int]()
    for row_id in asked:
        if row_id in seen:
            continue
        group = tuple(tables.archived.rows.merged_with(row_id))
        seen.update(group)
        if marked.intersection(group):
            kept.update(asked.intersection(group))
        elif not (waiting.intersection(group) or tables.archived.rows.are_in_trash(group)):
            groups.append(group)
    chosen = [row_id for group in groups for row_id in group]
    return Chosen(
        groups=tuple(groups),
        preview=ArchivePreview(
            conversations=len(chosen),
            messages=_messages(tables, chosen),
            kept_marked=len(kept),
            together=len(set(chosen) - asked),
        ),
    )


def marked_ids(tables: Tables) -> set[int]:
    """Return the conversations that a person pinned or starred, also those in the trash."""
    pinned = tables.conversations.matching(States(pinned=True, merged=None, trashed=None))
    starred = tables.conversations.matching(States(starred=True, merged=None, trashed=None))
    return pinned | starred


def _asked(
    tables: Tables, found: Collection[int] | None, changed_before_ms: int | None
) -> set[int]:
    """Return what is listed and was asked for."""
    listed = tables.conversations.matching(States(merged=False, trashed=False))
    asked = listed if found is None else listed.intersection(found)
    if changed_before_ms is not None:
        asked &= tables.archived.rows.changed_before(changed_before_ms)
    return asked


def _messages(tables: Tables, row_ids: Iterable[int]) -> int:
    return sum(tables.archived.rows.message_counts(row_ids).values())
