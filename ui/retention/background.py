"""Does once a day what policies say, while a vault is open."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from privatus.core.jobs import Job
from privatus.core.retention import Report
from ui.retention.words import done
from ui.tasks import Lane

if TYPE_CHECKING:
    from privatus.bootstrap import Vault
    from ui.session import Session
    from ui.shell.shell import Shell

# What a person asks for first comes first; a vault may be open for weeks.
_DELAY_MS = 20_000
_LOOK_EVERY_MS = 3_600_000


class DailyRetention(QObject):
    """Lives as long as the window."""

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self._shell = shell
        self._session: Session | None = None
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.look)
        shell.keeper.opened.connect(self._on_opened)
        shell.keeper.locking.connect(self._on_locking)

    def _on_opened(self, session: Session) -> None:
        self._session = session
        self._timer.start(_DELAY_MS)

    def _on_locking(self, _why: str) -> None:
        self._session = None
        self._timer.stop()

    def look(self) -> None:
        """Run if the last run was a day ago, and there is something decided."""
        self._timer.setInterval(_LOOK_EVERY_MS)
        if self._session is not None:
            self._session.tasks.run(
                partial(_run_if_due, self._session.vault),
                lane=Lane.WRITE,
                owner=self,
                on_done=partial(self._on_done, self._session),
            )

    def _on_done(self, session: Session, report: Report | None) -> None:
        if report is None or self._shell.session is not session:
            return
        if any(kind.archived or kind.destroyed or kind.problem for kind in report.kinds):
            self._shell.toast(done(report), kind="info" if report.is_ok else "warn")
        for what in ("conversations", "archives", "retention"):
            session.tell_changed(what)


def _run_if_due(vault: Vault, job: Job) -> Report | None:
    return vault.retention.run_if_due(job)
