"""One import from the first look to the report: what the page shows, and decides nothing of.

Belongs to the session and not to the page, so that it goes on when the page is made anew.
"""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from privatus.bootstrap import Vault
from privatus.core.errors import JobCancelled
from privatus.core.import_report import FileReport, ImportReport, Trouble
from privatus.core.jobs import Job, Progress
from privatus.services.import_preview import ImportPreview
from ui.i18n import _, ngettext
from ui.jobs import JobRow
from ui.session import Session
from ui.shell.shell import Shell
from ui.tasks import Lane, Task


class Phase(enum.Enum):
    """Where the import stands."""

    START = "start"
    LOOKING = "looking"
    READY = "ready"
    RUNNING = "running"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an import; *error* ended it before all files were read."""

    report: ImportReport
    error: BaseException | None = None
    was_cancelled: bool = False

    @property
    def is_stopped(self) -> bool:
        return self.was_cancelled or any(file.is_cancelled for file in self.report.files)


class Importing(QObject):
    """`changed` tells that the phase or its progress is another one."""

    changed = Signal()

    def __init__(self, shell: Shell, session: Session) -> None:
        super().__init__(session)
        self._shell, self._session = shell, session
        self.phase = Phase.START
        self.paths: list[Path] = []
        self.preview: ImportPreview | None = None
        # Whether what the person deleted for good is to come again.
        self.with_deleted = False
        self.outcome: Outcome | None = None
        self.progress: Progress | None = None
        self._looking: Task[ImportPreview] | None = None
        self._row: JobRow | None = None

    @classmethod
    def of(cls, shell: Shell, session: Session) -> Importing:
        """Return the import of *session*: there is one."""
        found = session.findChild(cls)
        return found if isinstance(found, cls) else cls(shell, session)

    # What a person does.

    def look_into(self, paths: Sequence[Path]) -> bool:
        """Look into *paths* beside those that wait already; say whether that can be done now."""
        if self.phase is Phase.RUNNING or not paths:
            return False
        if self.phase not in (Phase.LOOKING, Phase.READY):
            self.paths = []
        # What is given once more may be another file by now.
        is_again = not set(paths).isdisjoint(self.paths)
        self.paths = list(dict.fromkeys([*self.paths, *paths]))
        if is_again:
            self._look_anew()
        elif self._looking is None:
            self._look_on()
        return True

    def remove(self, path: Path) -> None:
        """Leave out *path* of what is to be imported."""
        self.paths = [other for other in self.paths if other != path]
        preview = self.preview
        if not self.paths:
            self.reset()
        elif preview is not None and path not in preview.readable_paths and self._looking is None:
            self.preview = preview.without_failed(path)
            self._enter(Phase.READY)
        else:
            # What was in that file, too, counts for another one now.
            self._look_anew()

    def reset(self) -> None:
        """Go back to the start; an import that runs goes on."""
        if self.phase is Phase.RUNNING:
            return
        self._drop_look()
        self.with_deleted = False
        self.paths, self.preview, self.outcome = [], None, None
        self._enter(Phase.START)

    def start(self) -> None:
        """Import what was looked into, or what is being looked into, without waiting for it."""
        paths = tuple(self.paths)
        if self.phase is Phase.READY and self.preview is not None:
            paths = self.preview.readable_paths
        if not paths or self.phase not in (Phase.LOOKING, Phase.READY):
            return
        self._drop_look()
        self._row = self._shell.jobs.start(
            self._session.tasks,
            _("Import"),
            partial(_import, self._session.vault, paths, self.with_deleted),
            lane=Lane.WRITE,
            on_done=self._on_imported,
            on_error=self._on_import_failed,
            remark=_remark,
        )
        self._row.changed.connect(self._on_row_changed)
        self.progress = None
        self._enter(Phase.RUNNING)

    def stop(self) -> None:
        """Stop looking, or importing at the next conversation."""
        if self.phase is Phase.LOOKING:
            self.reset()
        elif self._row is not None:
            self._row.cancel()

    @property
    def is_paused(self) -> bool:
        return self._row is not None and self._row.is_paused

    def set_paused(self, is_paused: bool) -> None:
        """Let the import wait, or go on."""
        if self._row is not None:
            self._row.set_paused(is_paused)

    def bring_deleted(self, is_wanted: bool) -> None:
        """Let the import bring again what the person deleted for good, or leave it out."""
        self.with_deleted = is_wanted

    # What comes of it.

    def _look_anew(self) -> None:
        self._drop_look()
        self.preview = None
        self._look_on()

    def _look_on(self) -> None:
        """Look into those files into which nobody looked so far."""
        known = self.preview.paths if self.preview is not None else frozenset()
        paths = tuple(path for path in self.paths if path not in known)
        self.progress = None
        self._looking = self._session.tasks.run(
            partial(_look, self._session.vault, paths, self.preview),
            lane=Lane.CPU,
            owner=self,
            on_done=self._on_looked,
            on_error=self._on_look_failed,
            on_progress=self._on_progress,
        )
        self._enter(Phase.LOOKING)

    def _drop_look(self) -> None:
        if self._looking is not None:
            self._looking.cancel()
            self._looking = None

    def _on_looked(self, preview: ImportPreview) -> None:
        self._looking, self.preview = None, preview
        if preview.paths.issuperset(self.paths):
            self._enter(Phase.READY)
        else:
            # More were given meanwhile.
            self._look_on()

    def _on_look_failed(self, error: BaseException) -> None:
        self._looking = None
        self.reset()
        self._shell.tell_error(error)

    def _on_progress(self, progress: Progress) -> None:
        self.progress = progress
        self.changed.emit()

    def _on_row_changed(self) -> None:
        if self._row is not None and self.phase is Phase.RUNNING:
            self.progress = self._row.progress
            self.changed.emit()

    def _on_imported(self, outcome: Outcome) -> None:
        self._row, self.outcome, self.with_deleted = None, outcome, False
        self.paths, self.preview = [], None
        self._enter(Phase.DONE)
        self._session.tell_changed("conversations")
        if outcome.error is not None:
            self._shell.tell_error(outcome.error)

    def _on_import_failed(self, error: BaseException) -> None:
        self._on_imported(Outcome(ImportReport(files=(), failed=(), seconds=0), error))

    def _enter(self, phase: Phase) -> None:
        self.phase = phase
        self.changed.emit()


def _look(
    vault: Vault, paths: Sequence[Path], after: ImportPreview | None, job: Job
) -> ImportPreview:
    return vault.import_previews.run(*paths, after=after, job=job)


def _import(vault: Vault, paths: Sequence[Path], with_deleted: bool, job: Job) -> Outcome:
    done: list[FileReport | Trouble] = []
    try:
        run = vault.imports.run
        return Outcome(run(*paths, on_done=done.append, job=job, with_deleted=with_deleted))
    except JobCancelled:
        return Outcome(_so_far(done), was_cancelled=True)
    except Exception as error:  # noqa: BLE001 - told with what came in before
        return Outcome(_so_far(done), error)


def _so_far(done: Sequence[FileReport | Trouble]) -> ImportReport:
    files = tuple(file for file in done if isinstance(file, FileReport))
    failed = tuple(file for file in done if isinstance(file, Trouble))
    return ImportReport(files=files, failed=failed, seconds=0)


def _remark(outcome: Outcome) -> str:
    if outcome.error is not None:
        return _("Ended before its time")
    new = outcome.report.total.conversations_new
    told = ngettext("{n} new chat", "{n} new chats", new)
    return _("Stopped: {what}").format(what=told) if outcome.is_stopped else told
