"""Summaries of chats: made from their own sentences, replaced by a person's words.

The machine's is kept for each version of a chat; what it has none for is found by SQL, so that
what is left to do survives any end of the program. The last word of the person counts more, and
stays when the chat changes. Each method that changes something returns the change, and `undo`
takes it back exactly.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from privatus.core import clock
from privatus.core.errors import TamperedError, UserError
from privatus.core.jobs import Job
from privatus.core.summary import Summary
from privatus.services import conversation_ids
from privatus.services.conversation_ids import Target
from privatus.services.summary_rows import (
    MAX_TEXT_CHARS,
    METHOD,
    is_current,
    made_of,
    made_row,
    own,
    own_row,
    read,
    summary_of,
)
from privatus.storage.conversations import StoredConversation
from privatus.storage.store import Store, Tables
from privatus.storage.summaries import StoredSummary, WaitingPlace

# So many conversations are looked at while others wait to read: a millisecond or two.
_LOOKED_AT = 200
# So many are written together: to sync the disk for each would take longer than to make it.
_WRITTEN = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryChange:
    """What was done: `SummaryService.undo` takes it back, and gives what does it again."""

    before: tuple[StoredSummary, ...] = ()
    after: tuple[StoredSummary, ...] = ()

    @property
    def reversed(self) -> SummaryChange:
        return SummaryChange(before=self.after, after=self.before)


class SummaryService:
    """Keeps summaries of chats."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def of(self, target: Target) -> Summary:
        """Return the summary of a chat: the person's words, else its own sentences.

        One that is not kept yet is made, which takes some milliseconds, and not kept.

        Raises:
            UserError: there is no such chat.
            TamperedError: it, or what it would be made of, is not what was sealed.
        """
        with self._store.snapshot() as tables:
            stored = conversation_ids.find(tables, target)
            said = own(tables.summaries.of_conversation(stored.id, stored.container))
            return summary_of(said or made_of(tables, stored))

    def made(self, target: Target) -> Summary:
        """Return what the machine says of a chat, also beside a person's words.

        Raises:
            UserError: there is no such chat.
        """
        with self._store.snapshot() as tables:
            return summary_of(made_of(tables, conversation_ids.find(tables, target)))

    def history(self, target: Target) -> Sequence[Summary]:
        """Return all summaries that are kept of a chat, the first made first.

        Raises:
            UserError: there is no such chat.
        """
        with self._store.snapshot() as tables:
            stored = conversation_ids.find(tables, target)
            kept = tables.summaries.of_conversation(stored.id, stored.container)
            return [summary_of(row) for row in kept if row.details]

    def make(self, target: Target) -> Summary:
        """Make the machine's summary of a chat as it is now, and keep it.

        Raises:
            UserError: there is no such chat.
            AccessError: the vault is open for reading only.
        """
        with self._store.transaction() as tables:
            stored = conversation_ids.find(tables, target)
            row = made_row(tables.summaries.next_id(), stored, read(tables, stored))
            tables.summaries.insert(stored.container, row)
        return summary_of(row)

    def write(self, target: Target, text: str) -> SummaryChange:
        """Let a person's own words be the summary, until they take them back.

        Raises:
            UserError: there is no such chat, or no text, or one that is too long.
            AccessError: the vault is open for reading only.
        """
        # What no encoding can say, from a terminal or a clipboard.
        text = text.strip().encode("utf-8", "replace").decode()
        if not text:
            raise UserError("a summary needs a text; go back to the machine's if you want none")
        if len(text) > MAX_TEXT_CHARS:
            raise UserError(f"a summary has at most {MAX_TEXT_CHARS:,} characters; say less")
        return self._say(target, text)

    def reset(self, target: Target) -> SummaryChange:
        """Let the machine's summary count again; the person's words stay in the history.

        Raises:
            UserError: there is no such chat, or no words of a person for it.
            AccessError: the vault is open for reading only.
        """
        return self._say(target, "")

    def undo(self, change: SummaryChange) -> SummaryChange:
        """Take a change back; return what does it again. What has gone since stays away.

        Raises:
            AccessError: the vault is open for reading only.
        """
        return self._change(lambda _: change.reversed)

    def catch_up(self, job: Job | None = None, *, pause_s: float = 0.0) -> int:
        """Make and keep all summaries that are missing, the newest chats first; return how many.

        In steps of a few milliseconds, with *pause_s* after each chat, so that others can read
        and write meanwhile. What does not open is left out: `check` names it.

        Raises:
            AccessError: the vault is open for reading only.
            JobCancelled: it was stopped; what was made until then is kept.
        """
        self._store.require_writable()
        job, done, seen = job or Job(), 0, 0
        place: WaitingPlace | None = WaitingPlace()
        with self._store.snapshot() as tables:
            total = tables.summaries.conversation_count()
        while place is not None:
            with self._store.snapshot() as tables:
                ids, looked_at, place = tables.summaries.waiting(METHOD, place, _LOOKED_AT)
            for first in range(0, len(ids), _WRITTEN):
                job.report("summing up", min(seen + first, total), total)
                done += self._make_some(ids[first : first + _WRITTEN], job, pause_s)
            seen += looked_at
        return done

    def waiting(self) -> int:
        """Return how many chats have no summary of their present version."""
        count, place = 0, WaitingPlace()
        while True:
            with self._store.snapshot() as tables:
                ids, _, on = tables.summaries.waiting(METHOD, place, _LOOKED_AT)
            count += len(ids)
            if on is None:
                return count
            place = on

    def _make_some(self, ids: Sequence[int], job: Job, pause_s: float) -> int:
        rows = []
        for row_id in ids:
            job.check()
            try:
                with self._store.snapshot() as tables:
                    stored = tables.conversations.get(row_id)
                    messages = [] if stored is None else read(tables, stored)
            except (TamperedError, ValueError, KeyError):
                continue
            if stored is not None:
                rows.append((stored, made_row(0, stored, messages)))
            if pause_s:
                time.sleep(pause_s)
        with self._store.transaction() as tables:
            return sum(_keep(tables, stored, row) for stored, row in rows)

    def _say(self, target: Target, text: str) -> SummaryChange:
        def said(tables: Tables) -> SummaryChange:
            stored = conversation_ids.find(tables, target)
            former = own(tables.summaries.of_conversation(stored.id, stored.container))
            if former is None and not text:
                raise UserError("this chat has no summary of yours; write one first")
            if former is not None and former.details.get("text") == text:
                return SummaryChange()
            row_id = tables.summaries.next_id()
            return SummaryChange(after=(own_row(row_id, stored, text, clock.now_ms()),))

        return self._change(said)

    def _change(self, planned: Callable[[Tables], SummaryChange]) -> SummaryChange:
        with self._store.transaction() as tables:
            change = planned(tables)
            _apply(tables, change)
        return change


def _keep(tables: Tables, stored: StoredConversation, row: StoredSummary) -> bool:
    """Keep a summary, unless the chat has changed or gone while it was made."""
    present = tables.conversations.get(stored.id)
    if present is None or not is_current(row, present):
        return False
    with_id = replace(row, id=tables.summaries.next_id())
    tables.summaries.insert(present.container, with_id)
    return True


def _apply(tables: Tables, change: SummaryChange) -> None:
    """Make a change, in the transaction that is open; what is of a chat that is gone stays away."""
    tables.summaries.delete({row.id for row in change.before} - {row.id for row in change.after})
    before = {row.id for row in change.before}
    for row in change.after:
        conversation = tables.conversations.get(row.conversation_id)
        if conversation is not None and row.id not in before:
            tables.summaries.insert(conversation.container, row)
