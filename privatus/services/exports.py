"""Writing conversations out in an open format."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from pathlib import Path
from uuid import UUID

from privatus.core.conversation import Conversation
from privatus.core.errors import BusyError
from privatus.core.jobs import Job, Progress
from privatus.exporters import markdown, registry
from privatus.exporters.base import ExportResult
from privatus.exporters.files import check_folder
from privatus.exporters.names import Names
from privatus.exporters.text import conversation_markdown
from privatus.services.conversations import ConversationService
from privatus.services.search import SearchService
from privatus.storage.store import Store


class ExportService:
    """Exports everything, or what a search finds."""

    def __init__(
        self, store: Store, conversations: ConversationService, search: SearchService
    ) -> None:
        self._store = store
        self._conversations = conversations
        self._search = search

    def run(
        self,
        destination: str | Path,
        format: str,
        query: str | None = None,
        *,
        row_ids: Collection[int] | None = None,
        on_progress: Callable[[Progress], object] | None = None,
        job: Job | None = None,
    ) -> ExportResult:
        """Write all conversations, or those in which *query* finds something, to a folder.

        *row_ids*: only these, by the ids that lists have. If it is none, nothing is written: the
        folder may hold an earlier export.
        What is written there is readable by anyone: the vault's protection ends at this folder.

        Raises:
            UserError: no such format, or the folder holds something else.
            QueryError: the query does not parse.
            DeviceError: the disk is full or refuses.
        """
        exporter = registry.find(format)
        ids = self._search.conversation_ids(query) if query else None
        if row_ids is not None:
            ids = set(row_ids) if ids is None else ids & set(row_ids)
        notes = self._search.notes(query) if query else ()
        if ids is not None and not ids:
            return ExportResult(files=0, conversations=0, bytes=0, notes=notes)
        selection = _Selection(self._conversations, self._store, ids)
        result = exporter.write(selection, Path(destination), job or Job(on_progress))
        result = replace(result, notes=(*notes, *result.notes))
        # The files are there: what another program does must not be told as if they were not.
        with contextlib.suppress(BusyError):
            self._store.log("export", {"format": format, "conversations": result.conversations})
        return result

    def page(self, conversation_id: UUID | str) -> tuple[str, str]:
        """Return one conversation as a Markdown file: what to call it, and what is in it.

        Raises:
            UserError: no such conversation.
        """
        conversation = self._conversations.get(conversation_id)
        name = Names().claim_page(conversation, "", ".md").removeprefix("/")
        return name, markdown.front_matter(conversation) + "\n" + conversation_markdown(
            conversation
        )

    def formats(self) -> list[tuple[str, str]]:
        """Return (format, label) of everything that can be written here."""
        return [(exporter.format, exporter.label) for exporter in registry.ready()]


def check_destination(folder: Path, format: str) -> None:
    """See whether an export can go into *folder*, before a vault is opened for it.

    Raises:
        UserError: it holds something else.
        DeviceError: it cannot be written.
    """
    check_folder(folder, format)


class _Selection:
    """The conversations to export, one in memory at a time, and how many there are."""

    def __init__(
        self, conversations: ConversationService, store: Store, ids: set[int] | None
    ) -> None:
        self._conversations = conversations
        self._store = store
        self._ids = ids

    def __iter__(self) -> Iterator[Conversation]:
        return self._conversations.each(self._ids)

    def __len__(self) -> int:
        if self._ids is not None:
            return len(self._ids)
        with self._store.snapshot() as tables:
            return tables.statistics.totals()[0]
