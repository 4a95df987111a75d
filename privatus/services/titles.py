"""Titles for chats that have none, out of what was asked first in them.

A proposal is a part of the machine's summary. The provider's title or the person's always counts
more: nothing is proposed for a chat that has one.
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from privatus.core.errors import TamperedError, UserError
from privatus.core.jobs import Job
from privatus.services import conversation_ids
from privatus.services.conversation_ids import Target
from privatus.services.editing import EditingService
from privatus.services.revising import VersionChange
from privatus.services.summary_rows import made_of, title_of
from privatus.storage.store import Store, Tables

# So many conversations are opened while others wait to read: some milliseconds.
_OPENED = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class TitleProposal:
    """What a chat without a title could be called."""

    row_id: int
    conversation_id: UUID
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TitleChange:
    """What was done: `TitleService.undo` takes it back."""

    renamed: tuple[VersionChange, ...]


class TitleService:
    """Proposes titles."""

    def __init__(self, store: Store, editing: EditingService) -> None:
        self._store = store
        self._editing = editing

    def of(self, target: Target) -> str:
        """Return what a chat could be called; "" if it has a title, or nothing in it says one.

        Raises:
            UserError: there is no such chat.
        """
        with self._store.snapshot() as tables:
            stored = conversation_ids.find(tables, target)
            return "" if stored.title else title_of(made_of(tables, stored))

    def proposed(self, *, job: Job | None = None) -> Sequence[TitleProposal]:
        """Return proposals for all chats that have no title, in the order they came in.

        Raises:
            JobCancelled: nobody waits for it any more.
        """
        job, found = job or Job(), []
        with self._store.snapshot() as tables:
            ids = tables.conversations.ids_in_order()
        for first in range(0, len(ids), _OPENED):
            job.report("reading titles", first, len(ids))
            with self._store.snapshot() as tables:
                for stored in tables.conversations.some(ids[first : first + _OPENED]):
                    if not stored.title and (title := title_of(made_of(tables, stored))):
                        found.append(
                            TitleProposal(
                                row_id=stored.id, conversation_id=stored.public_id, title=title
                            )
                        )
        return found

    def accept(self, *targets: Target, job: Job | None = None) -> TitleChange:
        """Call chats what is proposed for them, which no import takes back.

        Those that have a title are left as they are. What was done before a stop stays, and is
        not in the change: it has its version as all others have.

        Raises:
            UserError: there is no such chat, or nothing is proposed for any of them.
            AccessError: the vault is open for reading only.
            JobCancelled: the person stopped it.
        """
        job = job or Job()
        renamed = []
        for done, target in enumerate(targets):
            job.report("naming", done, len(targets))
            if title := self.of(target):
                renamed.append(self._editing.rename(target, title))
        if not renamed:
            raise UserError("nothing is proposed: a chat has its title, or says too little")
        return TitleChange(renamed=tuple(renamed))

    def undo(self, change: TitleChange) -> TitleChange:
        """Take the titles back, but for those changed again since; return what does it again.

        Raises:
            AccessError: the vault is open for reading only.
        """
        self._store.require_writable()
        undone = []
        for renamed in change.renamed:
            with contextlib.suppress(UserError):
                undone.append(self._editing.undo(renamed))
        return TitleChange(renamed=tuple(undone))


def proposed_titles(tables: Tables, row_ids: Sequence[int]) -> dict[int, str]:
    """Return what chats without a title could be called, as far as it was made already."""
    if not row_ids:
        return {}
    try:
        made = tables.summaries.newest_made(row_ids)
    except TamperedError:
        # `check` names it; a list is worth more than a proposal.
        return {}
    return {row_id: title for row_id, row in made.items() if (title := title_of(row))}
