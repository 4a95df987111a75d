"""An opened backup: what is asked of it, off the GUI thread, until the window over it closes."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import TypeVar
from uuid import UUID

from PySide6.QtCore import QObject, Signal

from privatus.core.browsing import BackupChat, BackupFile, BackupMessage
from privatus.core.errors import JobCancelled
from privatus.core.jobs import Job, Progress
from privatus.services.backups.bringing import Restored
from privatus.services.backups.browsing import OpenedBackup
from privatus.services.backups.service import BackupService
from ui.session import Session
from ui.tasks import Lane

T = TypeVar("T")


class _Held:
    """The backup, from the work that opens it to the work that closes it."""

    def __init__(self) -> None:
        self.stack = ExitStack()
        self._backup: OpenedBackup | None = None

    def open(self, service: BackupService, to: int, backup_id: str, job: Job) -> None:
        self._backup = self.stack.enter_context(service.browse(to, backup_id, job))

    @property
    def backup(self) -> OpenedBackup:
        """Return it; what was asked too late is dropped.

        Raises:
            JobCancelled: it was closed, or could not be opened.
        """
        if self._backup is None:
            raise JobCancelled
        return self._backup

    def close(self) -> None:
        self._backup = None
        self.stack.close()


class Browsing(QObject):
    """Everything runs in one lane with one thread: the backup's database belongs to it."""

    opened = Signal()
    progressed = Signal(object)  # Progress
    listed = Signal(object)  # Sequence[BackupChat]
    read = Signal(object, object)  # BackupChat, Sequence[BackupMessage]
    brought = Signal(object)  # what the vault says of it
    saved = Signal(object)  # Path
    failed = Signal(object)  # BaseException

    def __init__(
        self, session: Session, service: BackupService, to: int, backup_id: str, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._session, self._held, self._is_closed = session, _Held(), False
        self._service = service
        session.closing.connect(self.close)
        self._run(partial(_open, self._held, service, to, backup_id), self._on_opened)

    def close(self) -> None:
        """Close the backup, and remove what was put down of it; once."""
        if not self._is_closed:
            self._is_closed = True
            self._session.tasks.run(partial(_close, self._held), lane=Lane.BACKUP, is_owed=True)

    def find(self, words: str) -> None:
        """List the chats whose titles have *words*; `listed` follows."""
        self._run(partial(_chats, self._held, words), self.listed.emit)

    def read_chat(self, chat: BackupChat) -> None:
        """Read the messages of a chat; `read` follows."""
        self._run(partial(_messages, self._held, chat.id), partial(self.read.emit, chat))

    def bring_chat(self, chat: BackupChat) -> None:
        """Bring a chat back into the vault; `brought` follows."""
        self._run(partial(_bring_chat, self._held, chat.id), self._on_brought)

    def bring_message(self, chat: BackupChat, message: BackupMessage) -> None:
        """Bring a message back into its chat; `brought` follows."""
        self._run(partial(_bring_message, self._held, chat.id, message.number), self._on_brought)

    def bring_file(self, chat: BackupChat, file: BackupFile) -> None:
        """Bring a file back into the vault; `brought` follows."""
        self._run(partial(_bring_file, self._held, chat.id, file), self._on_brought)

    def save_file(self, chat: BackupChat, file: BackupFile, path: Path) -> None:
        """Write a file outside of the vault; `saved` follows."""
        self._run(
            partial(_save_file, self._held, chat.id, file, path), partial(self._on_saved, path)
        )

    def undo(self, done: Restored) -> None:
        """Take back what was brought back."""
        session = self._session
        session.tasks.run(
            partial(_undo, self._service, done),
            lane=Lane.BACKUP,
            on_done=partial(_tell, session),
        )

    def _run(self, work: Callable[[Job], T], on_done: Callable[[T], object]) -> None:
        self._session.tasks.run(
            work,
            lane=Lane.BACKUP,
            owner=self,
            on_done=on_done,
            on_error=self.failed.emit,
            on_progress=self._on_progress,
        )

    def _on_progress(self, progress: Progress) -> None:
        self.progressed.emit(progress)

    def _on_opened(self, _none: object) -> None:
        self.opened.emit()

    def _on_brought(self, told: Restored) -> None:
        self._session.tell_changed("conversations")
        self.brought.emit(told)

    def _on_saved(self, path: Path, _none: object) -> None:
        self.saved.emit(path)


def _tell(session: Session, _none: object) -> None:
    session.tell_changed("conversations")


# In the lane.


def _open(held: _Held, service: BackupService, to: int, backup_id: str, job: Job) -> None:
    held.open(service, to, backup_id, job)


def _undo(service: BackupService, done: Restored, _job: Job) -> None:
    service.undo_restored(done)


def _close(held: _Held, _job: Job) -> None:
    held.close()


def _chats(held: _Held, words: str, _job: Job) -> Sequence[BackupChat]:
    return held.backup.chats(words)


def _messages(held: _Held, chat_id: UUID, _job: Job) -> Sequence[BackupMessage]:
    return held.backup.messages(chat_id)


def _bring_chat(held: _Held, chat_id: UUID, job: Job) -> Restored:
    return held.backup.restore_chat(chat_id, job)


def _bring_message(held: _Held, chat_id: UUID, number: int, job: Job) -> Restored:
    return held.backup.restore_message(chat_id, number, job)


def _bring_file(held: _Held, chat_id: UUID, file: BackupFile, job: Job) -> Restored:
    return held.backup.restore_attachment(chat_id, file.number, file.position, job=job)


def _save_file(held: _Held, chat_id: UUID, file: BackupFile, path: Path, job: Job) -> None:
    # Who chose the name of a file that is there has said that it may go; once the other is whole.
    whole = path.with_name(f"{path.name}.{secrets.token_hex(4)}.part")
    try:
        held.backup.restore_attachment(chat_id, file.number, file.position, whole, job)
        whole.replace(path)
    finally:
        whole.unlink(missing_ok=True)
