"""Vaults for tests: made in a moment, opened from inside, and damaged as an attacker would.

An attacker here has the database key and nothing else: every row can be edited, none sealed.
"""

from __future__ import annotations

import io
import json
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from privatus.bootstrap import Vault
from privatus.core.conversation import Conversation, Message
from privatus.core.errors import PrivatusError, UnreadableInputError
from privatus.core.import_report import FileReport, ImportReport
from privatus.core.marks import Shelf
from privatus.importers import registry
from privatus.importers.base import Notes
from privatus.importers.export import Export
from privatus.services.integrity import CheckReport
from privatus.storage.database import Database
from privatus.vault.kdf import KdfParameters
from privatus.vault.keys import keyspec

PASSWORD = "several random words"


class ScratchVault:
    """A vault in a folder of its own, open unless it was locked."""

    def __init__(self, folder: Path, vault: Vault) -> None:
        self.folder = folder
        self.vault = vault
        opened = vault._keys.opened
        self.database_key = bytes(opened.database_key.reveal()) + opened.database_salt
        self.search_key = bytes(vault._store.scope.search_keyspec())

    @classmethod
    def create(cls, folder: Path) -> ScratchVault:
        new = Vault.create(folder, PASSWORD, kdf=KdfParameters.for_tests())
        return cls(folder, new.vault)

    def copy_to(self, folder: Path) -> ScratchVault:
        """Return the same vault in another folder, open; this one is locked."""
        self.vault.lock()
        shutil.copytree(self.folder, folder)
        return type(self)(folder, Vault.open(folder, PASSWORD))

    def reopen(self) -> Vault:
        """Lock the vault and open it again."""
        self.vault.lock()
        self.vault = Vault.open(self.folder, PASSWORD)
        return self.vault

    @property
    def index_path(self) -> Path:
        return self.folder / "search" / "1.db"

    @property
    def blob_paths(self) -> list[Path]:
        return sorted(path for path in self.folder.glob("blobs/??/*") if path.is_file())

    @contextmanager
    def database(self) -> Iterator[Database]:
        """Lock the vault and give its database to somebody who has the database key."""
        self.vault.lock()
        db = Database.open(self.folder / "vault.db", keyspec(self.database_key))
        try:
            yield db
        finally:
            db.close()

    @contextmanager
    def index(self) -> Iterator[Database]:
        """Lock the vault and give its index to somebody who has the index's key."""
        self.vault.lock()
        db = Database.open(self.index_path, bytearray(self.search_key))
        try:
            yield db
        finally:
            db.close()

    def attack(self, *statements: str, parameters: Sequence[Any] = ()) -> int:
        """Run SQL without triggers and foreign keys; return how many rows the last changed.

        The triggers are back afterwards: an attacker leaves no traces either.
        """
        changed = 0
        with self.database() as db:
            db.execute("PRAGMA foreign_keys = OFF")
            with db.transaction():
                triggers = db.rows("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'")
                for name, _ in triggers:
                    db.execute(f"DROP TRIGGER {name}")
                for number, statement in enumerate(statements, start=1):
                    is_last = number == len(statements)
                    changed = db.execute(statement, parameters if is_last else ())
                for _, sql in triggers:
                    db.execute(sql)
        return changed

    def query(self, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Lock the vault and read rows with the database key."""
        with self.database() as db:
            return db.rows(sql, parameters)

    def check(self) -> CheckReport:
        """Open the vault anew and check all of it."""
        return self.reopen().integrity.check()

    def problems(self) -> list[str]:
        """Return what opening the vault or checking it finds wrong, by the name of the check."""
        try:
            report = self.check()
        except PrivatusError as error:
            return [f"open: {error}"]
        return [f"{check.name}: {check.detail}" for check in report.checks if not check.ok]

    def bring(self, *conversations: Conversation, **fields: Any) -> FileReport:
        """Import *conversations* as one export; *fields* are those of `MadeUpExport`."""
        report = self.bring_export(MadeUpExport(conversations=conversations, **fields))
        assert not report.failed
        return report.files[0]

    def bring_export_of(self, *conversations: Conversation) -> ImportReport:
        """Import *conversations* as one export; return what is said of all of it."""
        return self.bring_export(MadeUpExport(conversations=conversations))

    def bring_export(self, export: MadeUpExport, **options: Any) -> ImportReport:
        path = self.folder.parent / f"{export.name}.json"
        path.write_text(json.dumps({"made-up": export.name}), encoding="utf-8")
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(registry, "find", lambda _: export)
            return self.vault.imports.run(path, **options)

    def all(self) -> dict[str, Conversation]:
        """Return every conversation by its external id, as the library gives it."""
        shelves = [self.vault.conversations.list(shelf=shelf) for shelf in Shelf]
        summaries = [summary for shelf in shelves for summary in shelf]
        found = [self.vault.conversations.get(summary.id) for summary in summaries]
        return {conversation.external_id: conversation for conversation in found}

    def only(self) -> Conversation:
        [conversation] = self.all().values()
        return conversation


@dataclass(frozen=True, kw_only=True)
class MadeUpExport:
    """An importer with an export in memory, for what no provider's format can be made to say.

    After *breaks_after* conversations it raises *error*.
    """

    conversations: Sequence[Conversation]
    source: str = "claude"
    label: str = "Made up"
    name: str = "export"
    account_name: str | None = None
    is_whole: bool = False
    breaks_after: int | None = None
    error: BaseException = field(default_factory=lambda: UnreadableInputError("it breaks off"))

    def recognises(self, export: Export) -> bool:
        return True

    def account(self, export: Export) -> str | None:
        return self.account_name

    def is_whole_account(self, export: Export) -> bool:
        return self.is_whole

    def read(self, export: Export, notes: Notes) -> Iterator[Conversation]:
        for number, conversation in enumerate(self.conversations):
            if number == self.breaks_after:
                raise self.error
            notes.conversations_seen += 1
            notes.messages_seen += len(conversation.messages)
            yield conversation
        if self.breaks_after == len(self.conversations):
            raise self.error


def said(conversation: Conversation) -> list[str]:
    """Return the texts of all messages, in order."""
    return [message.text for message in conversation.messages]


def by_external_id(conversation: Conversation) -> dict[str, Message]:
    return {message.external_id: message for message in conversation.messages}


def stream_of(content: bytes) -> io.BytesIO:
    return io.BytesIO(content)
