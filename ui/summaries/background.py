"""Sums chats up while nobody waits for it: after unlocking, and after each import."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from privatus.core.jobs import Job
from ui.commands import Command
from ui.i18n import _, mark, ngettext
from ui.settings import table
from ui.tasks import Lane

if TYPE_CHECKING:
    from privatus.bootstrap import Vault
    from ui.session import Session
    from ui.shell.shell import Shell
    from ui.tasks import Task

# What a person asks for first comes first.
_DELAY_MS = 3_000
# After each chat the window has this long to itself: one is summed up in some 7 ms.
_PAUSE_S = 0.004


class Background(QObject):
    """Lives as long as the window, and works while a vault is open."""

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self._shell = shell
        self._session: Session | None = None
        self._task: Task[int] | None = None
        self._timer = QTimer(self, singleShot=True, interval=_DELAY_MS)
        self._timer.timeout.connect(self._start)
        shell.keeper.opened.connect(self._on_opened)
        shell.keeper.locking.connect(self._on_locking)
        shell.settings.changed.connect(self._on_setting)
        shell.commands.add(
            Command(
                name="make-summaries",
                title=mark("Sum up all chats that have no summary"),
                run=self.make_all,
                icon="sparkles",
            )
        )

    def make_all(self) -> None:
        """Do it at once, as a job that a person can watch and stop."""
        if self._session is None:
            return
        self._stop()
        self._shell.jobs.start(
            self._session.tasks,
            _("Summing up chats"),
            partial(_catch_up, self._session.vault, 0.0),
            lane=Lane.BACKGROUND,
            on_done=self._on_done,
            remark=_told,
        )

    def _on_opened(self, session: Session) -> None:
        self._session = session
        session.changed.connect(self._on_changed)
        self._timer.start()

    def _on_locking(self, _why: str) -> None:
        # Its tasks are stopped by the session.
        self._session = self._task = None
        self._timer.stop()

    def _on_changed(self, what: str) -> None:
        if what == "conversations":
            self._timer.start()

    def _on_setting(self, key: str) -> None:
        if key != table.SUMMARIES.key:
            return
        if self._shell.settings.get(table.SUMMARIES):
            self._timer.start()
        else:
            self._stop()

    def _start(self) -> None:
        session = self._session
        is_wanted = bool(self._shell.settings.get(table.SUMMARIES))
        if session is None or not is_wanted:
            return
        if self._task is not None:
            # What came meanwhile may be what it has passed already.
            self._timer.start()
            return
        self._task = session.tasks.run(
            partial(_catch_up, session.vault, _PAUSE_S),
            lane=Lane.BACKGROUND,
            owner=self,
            on_done=self._on_done,
            on_error=self._on_failed,
        )

    def _stop(self) -> None:
        self._timer.stop()
        if self._task is not None:
            self._task.cancel()
            self._task = None

    def _on_done(self, made: int) -> None:
        self._task = None
        if made and self._session is not None:
            self._session.tell_changed("summaries")

    def _on_failed(self, error: BaseException) -> None:
        # Nobody asked for it; what is wrong with the vault shows where somebody asks.
        self._task = None


def _catch_up(vault: Vault, pause_s: float, job: Job) -> int:
    return vault.summaries.catch_up(job, pause_s=pause_s)


def _told(made: int) -> str:
    if not made:
        return _("Every chat has its summary already.")
    return ngettext("{n} chat summed up", "{n} chats summed up", made)
