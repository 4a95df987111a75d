"""Writing conversations out in an open format."""

from __future__ import annotations

import contextlib
import locale
from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from pathlib import Path
from uuid import UUID

from privatus.core.conversation import Conversation
from privatus.core.errors import BusyError
from privatus.core.jobs import Job, Progress
from privatus.exporters import markdown, registry, samples
from privatus.exporters.base import ExportOptions as ExportOptions
from privatus.exporters.base import ExportResult as ExportResult
from privatus.exporters.files import check_folder
from privatus.exporters.marking import BEGIN as BEGIN
from privatus.exporters.marking import END as END
from privatus.exporters.names import Names
from privatus.exporters.redaction import Redactor
from privatus.exporters.shaping import Shaper
from privatus.exporters.text import conversation_markdown
from privatus.services.conversations import ConversationService
from privatus.services.search import SearchService
from privatus.storage.store import Store

_EVERYTHING = ExportOptions()


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
        options: ExportOptions = _EVERYTHING,
        on_progress: Callable[[Progress], object] | None = None,
        job: Job | None = None,
    ) -> ExportResult:
        """Write all conversations, or those in which *query* finds something, to a folder.

        *row_ids*: only these, by the ids that lists have. If it is none, nothing is written: the
        folder may hold an earlier export. A redaction is counted, and notes say what it is not.
        What is written there is readable by anyone: the vault's protection ends at this folder.

        Raises:
            UserError: no such format, or the folder holds something else.
            QueryError: the query does not parse.
            DeviceError: the disk is full or refuses.
        """
        exporter = registry.find(format)
        ids = self._chosen(query, row_ids)
        notes = self._search.notes(query) if query else ()
        if ids is not None and not ids:
            return ExportResult(files=0, conversations=0, bytes=0, notes=notes)
        selection = _Selection(self._conversations, self._store, ids, options)
        result = exporter.write(selection, Path(destination), job or Job(on_progress))
        result = replace(
            result,
            notes=(*notes, *result.notes, *selection.redactor.notes()),
            replaced=dict(selection.redactor.replaced),
        )
        # The files are there: what another program does must not be told as if they were not.
        with contextlib.suppress(BusyError):
            self._store.log("export", {"format": format, "conversations": result.conversations})
        return result

    def sample(
        self,
        format: str,
        query: str | None = None,
        *,
        row_ids: Collection[int] | None = None,
        options: ExportOptions = _EVERYTHING,
    ) -> str:
        """Return the first conversation that `run` would write, as it would; "" if there is none.

        Raises:
            UserError: no such format.
            QueryError: the query does not parse.
        """
        ids = self._chosen(query, row_ids)
        selection = _Selection(self._conversations, self._store, ids, options)
        first = next(iter(selection), None)
        return "" if first is None else samples.sample(format, first)

    def page(
        self, conversation_id: UUID | str, options: ExportOptions = _EVERYTHING
    ) -> tuple[str, str]:
        """Return one conversation as a Markdown file: what to call it, and what is in it.

        Raises:
            UserError: no such conversation.
        """
        conversation = Shaper(options).shaped(self._conversations.get(conversation_id))
        name = Names().claim_page(conversation, "", ".md").removeprefix("/")
        return name, markdown.front_matter(conversation) + "\n" + conversation_markdown(
            conversation
        )

    def paper(self, conversation_id: UUID | str) -> str:
        """Return one conversation as Markdown for paper, with signs around what is annotated.

        Raises:
            UserError: no such conversation.
        """
        conversation = self._conversations.get(conversation_id)
        text = conversation_markdown(conversation, for_paper=True)
        if conversation.summary is None or not conversation.summary.plain:
            return text
        title, _, rest = text.partition("\n\n")
        summary = "\n".join(f"> {line}" for line in conversation.summary.plain.splitlines())
        return f"{title}\n\n{summary}\n\n{rest}"

    def _chosen(self, query: str | None, row_ids: Collection[int] | None) -> set[int] | None:
        """Return the ids of what is asked for; None: all."""
        ids = self._search.conversation_ids(query) if query else None
        if row_ids is None:
            return ids
        return set(row_ids) if ids is None else ids & set(row_ids)

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


def country_of_system() -> str | None:
    """Return the country that this machine is set to, such as "DE", if that is known."""
    language = locale.getlocale()[0] or ""
    country = language.partition("_")[2]
    return country.upper() if len(country) == 2 else None


class _Selection:
    """The conversations to export, one in memory at a time, and how many there are."""

    def __init__(
        self,
        conversations: ConversationService,
        store: Store,
        ids: set[int] | None,
        options: ExportOptions,
    ) -> None:
        self._conversations = conversations
        self._store = store
        self._ids = ids
        self._shaper = Shaper(options)

    @property
    def redactor(self) -> Redactor:
        """Return what has replaced things, if that was asked for."""
        return self._shaper.redactor

    def __iter__(self) -> Iterator[Conversation]:
        return map(self._shaper.shaped, self._conversations.each(self._ids))

    def __len__(self) -> int:
        if self._ids is not None:
            return len(self._ids)
        with self._store.snapshot() as tables:
            return tables.statistics.totals()[0]
