"""Checks that everything in the vault is whole, and names what is not."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from itertools import zip_longest
from pathlib import Path
from typing import Any, Protocol

from privatus.core.errors import AccessError, PrivatusError, TamperedError
from privatus.core.jobs import Job, Progress
from privatus.search.index import REMEDY, Index
from privatus.services import folder_names, freshness, indexing
from privatus.services.archiving.checking import check_archives
from privatus.services.journal.noting import noted
from privatus.services.retention.checking import check_retention
from privatus.services.tag_names import doubles
from privatus.services.usage_check import usage_problems
from privatus.storage.attachments import blob_of
from privatus.storage.audit import CREATED
from privatus.storage.database import Row
from privatus.storage.store import READING_ONLY, Store, Tables
from privatus.vault.header_files import check_headers
from privatus.vault.keys import Keys
from privatus.vault.unlock import header_sequence

_EVERYTHING = (1, (1 << 63) - 1)
# More of the same kind say nothing new, and a report must be readable.
_MAX_NAMED = 20
_ANNOTATION = "annotation {0} of conversation {1}"
_SUMMARY = "summary {0} of conversation {1}"
_LINK = "where message {2} of conversation {1} came from (row {0})"
_SOURCE = "of what conversation {1} was made (row {0})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing that was checked; `detail` says what is wrong, or how much was looked at."""

    name: str
    ok: bool
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckReport:
    """What a check found."""

    checks: tuple[Check, ...]

    @property
    def ok(self) -> bool:
        return all(check.ok for check in self.checks)


# Says what is wrong, or that and how much was looked at.
_Look = Callable[[Tables], Iterable[str] | tuple[list[str], str]]


class _Sealed(Protocol):
    """A table whose rows are opened one by one."""

    def raw(self) -> Iterable[Row]: ...

    def open_row(self, row: Row) -> object: ...


class IntegrityService:
    """Reads all of the vault."""

    def __init__(
        self,
        store: Store,
        keys: Keys,
        index: Index | None,
        folder: Path,
        repairs: list[str],
        warnings: list[str],
    ) -> None:
        self._store = store
        self._keys = keys
        self._index = index
        self._folder = folder
        self._repairs = repairs
        self._warnings = warnings

    def check(
        self, *, on_progress: Callable[[Progress], object] | None = None, job: Job | None = None
    ) -> CheckReport:
        """Open every seal and every file; compare the index with the messages.

        Changes nothing. Reads about 100 MB a second.
        """
        job = job or Job(on_progress)
        steps = self._steps(job)
        checks = []
        for number, (name, look) in enumerate(steps):
            job.report(name, number, len(steps))
            checks.append(self._run(name, look))
        return CheckReport(checks=tuple(checks))

    def _steps(self, job: Job) -> list[tuple[str, _Look]]:
        """Return what is looked at, in this order."""
        return [
            ("header", self._header),
            ("pages", self._pages),
            ("structure", self._structure),
            ("references", lambda t: t.integrity.reference_problems()),
            ("conversations", lambda t: self._conversations(t, job)),
            ("messages", lambda t: _decoded(t, t.messages.raw_between(*_EVERYTHING), "", job)),
            ("history", lambda t: _decoded(t, t.messages.raw_history(), "a former ", job)),
            ("attachments", lambda t: _opened(t.attachments, "attachment {0}", job)),
            ("versions", lambda t: _opened(t.versions, "version {2} of conversation {1}", job)),
            ("marks", lambda t: _opened(t.marks, "mark {1} of conversation {0}", job)),
            ("searches", lambda t: _opened(t.saved_searches, "saved search {0}", job)),
            ("tags", lambda t: self._tags(t, job)),
            ("folders", lambda t: self._folders(t, job)),
            ("preferences", lambda t: _opened(t.preferences, "preference {0}", job)),
            ("annotations", lambda t: _opened(t.annotations, _ANNOTATION, job)),
            ("links", lambda t: _links(t, job)),
            ("duplicates", lambda t: _duplicates(t, job)),
            ("summaries", lambda t: _opened(t.summaries, _SUMMARY, job)),
            ("deleted", lambda t: _opened(t.deleted, "deleted conversation {0}", job)),
            ("contacts", lambda t: _contacts(t, job)),
            ("backups", lambda t: _backups(t, job)),
            ("former keys", lambda t: _former_keys(t, job)),
            ("files", lambda t: self._files(t, job)),
            ("retention", lambda t: check_retention(t, job)),
            ("journal", lambda t: _journal(t, job)),
            ("archives", lambda t: check_archives(self._store, t, job)),
            ("counts", lambda t: t.integrity.count_problems()),
            ("sums", lambda t: t.integrity.sum_problems()),
            ("analytics", lambda t: usage_problems(t, job)),
            ("log", self._log),
            ("index", self._index_problems),
        ]

    @noted("index rebuild")
    def rebuild_index(self, *, job: Job | None = None) -> int:
        """Make the search index anew from the messages; return how many entries it has.

        Raises:
            AccessError: the vault is open for reading only.
        """
        if self._index is None:
            raise AccessError(READING_ONLY)
        return indexing.rebuild(self._store, self._index, job or Job())

    def _run(self, name: str, look: Callable[[Tables], Any]) -> Check:
        try:
            with self._store.exclusive() as tables:
                found = look(tables)
                problems, good = found if isinstance(found, tuple) else (list(found), "")
        except PrivatusError as error:
            problems, good = [str(error)], ""
        if not problems:
            return Check(name=name, ok=True, detail=good)
        named = "; ".join(problems[:_MAX_NAMED])
        more = len(problems) - _MAX_NAMED
        return Check(name=name, ok=False, detail=named + (f"; and {more} more" if more > 0 else ""))

    def _header(self, tables: Tables) -> Iterable[str]:
        opened = self._keys.opened
        read_sequence = partial(header_sequence, self._folder, opened)
        stale = freshness.header_problem(tables, read_sequence)
        stale_parts = dict.fromkeys([*self._warnings, *([stale] if stale else [])])
        return [*stale_parts, *self._repairs, *check_headers(self._folder, opened.vault_key)]

    def _pages(self, tables: Tables) -> Iterable[str]:
        if self._store.is_writable:
            # A torn page that the log will mend must not be called damage.
            self._store.checkpoint()
        salt = self._keys.opened.database_salt
        problems = [*tables.integrity.page_problems(), *tables.integrity.salt_problems(salt)]
        return [f"vault.db: {problem}" for problem in problems]

    def _structure(self, tables: Tables) -> Iterable[str]:
        return [*tables.integrity.structure_problems(), *tables.integrity.schema_problems()]

    def _conversations(self, tables: Tables, job: Job) -> tuple[list[str], str]:
        problems, count = _look_at(
            tables.conversations.raw_between(*_EVERYTHING),
            tables.conversations.open_row,
            "conversation {0}".format,
            job,
        )
        for name, read in (("accounts", tables.accounts.names), ("models", tables.models.names)):
            try:
                read()
            except TamperedError as error:
                problems.append(f"{name}: {error}")
        return problems, count

    def _tags(self, tables: Tables, job: Job) -> tuple[list[str], str]:
        problems, count = _opened(tables.tags, "tag {0}", job)
        given, given_count = _look_at(
            tables.chat_tags.raw(), tables.chat_tags.open_row, _name_of_tagging, job
        )
        if not problems:
            problems += doubles(tables.tags.all())
        rules, rule_count = _opened(tables.tag_rules, "tag rule {0}", job)
        more = f"{given_count.split()[0]} given, {rule_count.split()[0]} rules"
        return [*problems, *given, *rules], f"{count}, {more}"

    def _folders(self, tables: Tables, job: Job) -> tuple[list[str], str]:
        problems, count = _opened(tables.folders, "folder {0}", job)
        if not problems:
            problems += folder_names.doubles(tables.folders.all())
        name = "what puts conversation {0} into folder {1}"
        placed, placed_count = _opened(tables.folder_chats, name, job)
        return [*problems, *placed], f"{count}, {placed_count.split()[0]} conversations in them"

    def _files(self, tables: Tables, job: Job) -> tuple[list[str], str]:
        problems, seen = [], set[bytes]()
        archived = tables.archived.blobs()
        for row in tables.attachments.raw():
            job.check()
            name, message_id = blob_of(row)
            if name is None or name in seen:
                continue
            seen.add(name)
            try:
                attachment = tables.attachments.open_row(row)
                if attachment.digest is not None:
                    self._store.blobs.verify(attachment.digest)
            except PrivatusError as error:
                problems.append(f"file {name.hex()[:16]} of message row {message_id}: {error}")
        spare = sum(1 for name in self._store.blobs.names() if name not in seen | archived)
        note = f"{len(seen)} read" + (f", {spare} that nothing refers to" if spare else "")
        return problems, note

    def _log(self, tables: Tables) -> tuple[list[str], str]:
        actions = [entry.action for entry in tables.audit.entries()]
        cuts, _ = _opened(tables.audit.cuts, "cut of the log at entry {0}", Job())
        # Else an opening has begun it anew.
        if actions[:1] != [CREATED] and tables.audit.cuts.last() is None:
            return ["all entries are gone that were made since the vault was"], ""
        found = actions.count(freshness.FOUND)
        # Also when an opening that nobody watched has warned of it.
        note = f", {found} of them that {freshness.FOUND}: see `privatus audit list`"
        return cuts, f"{len(actions)} entries" + (note if found else "")

    def _index_problems(self, tables: Tables) -> tuple[list[str], str]:
        if self._index is None:
            return [], "not checked: the vault is open for reading only"
        salt = self._store.scope.search_salt()
        found = [*self._index.page_problems(), *self._index.db.salt_problems(salt)]
        problems = [f"search index: {problem}; {REMEDY}" for problem in found]
        if problems:
            return problems, ""
        self._index.verify()
        messages = zip_longest(tables.integrity.message_revisions(), self._index.entries())
        titles = zip_longest(tables.integrity.conversation_versions(), self._index.title_entries())
        for noun, pairs in (("message", messages), ("title", titles)):
            wrong = next((pair for pair in pairs if pair[0] != pair[1]), None)
            if wrong is not None:
                row = wrong[0] or wrong[1]
                problems.append(f"the index does not hold {noun} {row[0]} as it is; {REMEDY}")
        return problems, "complete"


def _contacts(tables: Tables, job: Job) -> tuple[list[str], str]:
    """Open the contacts, where they take part, and the person's own keys."""
    problems, count = _opened(tables.contacts, "contact {0}", job)
    named = "that contact {2} takes part in conversation {1}"
    part, part_count = _opened(tables.participants, named, job)
    own = tables.identities
    keys, key_count = _look_at(own.raw(), own.check_row, "identity {0}".format, job)
    more = f"{part_count.split()[0]} taking part, {key_count.split()[0]} identities"
    return [*problems, *part, *keys], f"{count}, {more}"


def _backups(tables: Tables, job: Job) -> tuple[list[str], str]:
    """Open what is known of backups, without asking the places where they are."""
    known = tables.backups
    problems, count = _opened(known.metadata, "what is known of backup {0}", job)
    places, _ = _opened(known.destinations, "backup destination {0}", job)
    reports, _ = _opened(known.checks, "report {0} on backups", job)
    return [*places, *problems, *reports], count


def _journal(tables: Tables, job: Job) -> tuple[list[str], str]:
    """Open what was noted of errors and of how long work took."""
    problems, count = _opened(tables.error_log, "noted error {0}", job)
    slow, measured = _opened(tables.metrics, "measurement {0}", job)
    return [*problems, *slow], f"{count}, and {measured.split()[0]} measurements"


def _former_keys(tables: Tables, job: Job) -> tuple[list[str], str]:
    """Open the former vault keys, and see that none is gone."""
    problems, count = _opened(tables.former_keys, "former vault key {0}", job)
    there = tables.former_keys.epochs()
    gone = sorted(tables.audit.retired_epochs().difference(there))
    lost = [f"former vault key {n} is gone: backups made under it need it" for n in gone]
    return [*problems, *lost], count


def _name_of_tagging(
    row_id: int, tag_id: int, conversation_id: int, number: int | None, *_: object
) -> str:
    of = "" if number is None else f"message {number} of "
    return f"what gives tag {tag_id} to {of}conversation {conversation_id} (row {row_id})"


def _links(tables: Tables, job: Job) -> tuple[list[str], str]:
    problems, count = _opened(tables.chat_links, _LINK, job)
    more, made = _opened(tables.chat_sources, _SOURCE, job)
    return [*problems, *more], f"{count}, and {made.split()[0]} sources"


def _duplicates(tables: Tables, job: Job) -> tuple[list[str], str]:
    problems, count = _opened(tables.signatures, "signature of conversation {0}", job)
    dismissed, pairs = _opened(tables.not_duplicates, "pair {1}, {2} of no duplicates", job)
    return [*problems, *dismissed], f"{count}, and {pairs.split()[0]} pairs that are none"


def _opened(table: _Sealed, name: str, job: Job) -> tuple[list[str], str]:
    """Open all of a table; *name* is what a row is called, by its columns."""
    return _look_at(table.raw(), table.open_row, name.format, job)


def _decoded(tables: Tables, rows: Iterable[Row], which: str, job: Job) -> tuple[list[str], str]:
    """Open and decode messages, the present or *which* they are."""
    models = tables.models.names()
    name = which + "message {2} of conversation {1}"
    return _look_at(
        rows, lambda row: tables.messages.open_row(row).decode(models), name.format, job
    )


def _look_at(
    rows: Iterable[Row], open_row: Callable[[Row], object], name: Callable[..., str], job: Job
) -> tuple[list[str], str]:
    """Open every row; return what does not open, named by its columns, and how many there are."""
    problems, count = [], 0
    for row in rows:
        count += 1
        if count % 1000 == 0:
            job.check()
        try:
            open_row(row)
        except TamperedError as error:
            problems.append(f"{name(*row)}: {error}")
        except (ValueError, KeyError):
            problems.append(f"{name(*row)}: it does not decode")
    return problems, f"{count} opened"
