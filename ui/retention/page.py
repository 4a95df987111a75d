"""The page of retention: what was decided, what goes next, and what went."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from privatus.bootstrap import Vault
from privatus.core.jobs import Job
from privatus.core.retention import Kind, Policy, Report, Waiting
from privatus.services.retention.retention import PolicyChange
from ui import theme
from ui.i18n import _, mark, ngettext
from ui.layouts import button, centred, column, empty, label, page_margin, row
from ui.retention.policy_card import PolicyCard
from ui.retention.waiting_line import WaitingLine
from ui.retention.words import done, report_line, told
from ui.session import Session
from ui.shell.changing import Changing
from ui.shell.pages import Page, PageWidget, Place
from ui.shell.shell import Shell
from ui.tasks import Lane, Latest

_WIDTH = 860
_LISTED, _RUNS = 50, 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What the page shows, read at once."""

    policies: Sequence[Policy]
    waiting: Sequence[Waiting]
    next_run: Report
    reports: Sequence[Report]


class RetentionPage(PageWidget):
    """Lets a person decide how long what is kept, and look at what would follow from it."""

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self._session: Session | None = None
        self._latest: Latest | None = None
        self._is_stale = False
        self._changes: Changing[PolicyChange] | None = None
        self.cards: dict[Kind, PolicyCard] = {}
        self.lines: list[WaitingLine] = []
        self.run_button = button(_("Run now"), icon_name="play")
        self.run_button.clicked.connect(self.run_now)
        back = button(_("Archive files"), "link", "archive")
        back.clicked.connect(self._on_archives)
        self._cards = _list_column()
        self._waiting = _list_column()
        self.none = label(_("Nothing is marked to go."), "muted")
        self.reports = label("", "small")
        self._inner = QWidget()
        head = row(label(_("Retention"), "heading", wraps=False), None, back,
                   self.run_button, gap=10)  # fmt: skip
        self._inner.setLayout(
            column(
                head,
                label(_("By itself everything is kept for ever. What is old enough is marked first,"
                        " and goes when its grace is over, unless you changed, pinned or starred it"
                        " meanwhile, or keep it."), "muted"),
                self._cards,
                6,
                label(_("Marked to go"), "subheading"),
                self.none,
                self._waiting,
                6,
                label(_("Last runs"), "subheading"),
                self.reports,
                gap=10,
                margins=(0, 0, 0, 24),
            )
        )  # fmt: skip
        self.setLayout(column(centred(self._inner, _WIDTH, margin=page_margin())))

    # ------------------------------------------------------------------ from unlocking to locking

    def on_open(self, session: Session) -> None:
        self._session = session
        self._latest = Latest(session.tasks, self, delay_ms=60)
        undo = session.vault.retention.undo
        self._changes = Changing(self, self.shell, session, "retention", undo)
        session.changed.connect(self._on_changed)
        self.look()

    def on_lock(self) -> None:
        if self._session is not None:
            self._session.changed.disconnect(self._on_changed)
        self._session = self._latest = self._changes = None
        self._show_waiting(())
        self.reports.clear()

    def on_shown(self) -> None:
        if card := self.cards.get(Kind.CHATS):
            card.action.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.run_button.setFocus(Qt.FocusReason.OtherFocusReason)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._is_stale:
            self.look()

    def _on_changed(self, what: str) -> None:
        if what not in ("retention", "conversations", "archives"):
            return
        self._is_stale = True
        if self.isVisible():
            self.look()

    # ------------------------------------------------------------------ what is shown

    def look(self) -> None:
        """Read everything anew."""
        self._is_stale = False
        if self._session is not None and self._latest is not None:
            work = partial(_read, self._session.vault)
            self._latest.request(work, self._show, self.shell.tell_error)

    def _show(self, shown: Shown) -> None:
        next_kinds = {kind.kind: kind for kind in shown.next_run.kinds}
        for policy in shown.policies:
            card = self.cards.get(policy.kind)
            if card is None:
                card = PolicyCard(policy)
                card.decided.connect(self._on_decided)
                self.cards[policy.kind] = card
                self._cards.addWidget(card)
            elif card.policy != policy:
                card.show_policy(policy)
            kind = next_kinds.get(policy.kind)
            card.tell("" if kind is None else _("Next run: {what}").format(
                what=told(kind, is_dry=True)))  # fmt: skip
        self._show_waiting(shown.waiting)
        lines = [report_line(report) for report in shown.reports]
        self.reports.setText("\n".join(lines) or _("There was no run yet."))

    def _show_waiting(self, waiting: Sequence[Waiting]) -> None:
        empty(self._waiting)
        self.lines = []
        for each in waiting[:_LISTED]:
            line = WaitingLine(each)
            line.keep_wanted.connect(self._on_keep)
            self.lines.append(line)
            self._waiting.addWidget(line)
        more = len(waiting) - _LISTED
        if more > 0:
            self._waiting.addWidget(label(ngettext("and {n} more", "and {n} more", more), "hint"))
        self.none.setVisible(not waiting)

    # ------------------------------------------------------------------ what a person does

    def _on_archives(self, _checked: bool = False) -> None:
        self.shell.go("archives")

    def _on_decided(self, policy: Policy) -> None:
        if self._changes is not None and self._session is not None:
            self._changes.make(partial(_set, self._session.vault, policy), _told_of_change)

    def _on_keep(self, waiting: Waiting, is_kept: bool) -> None:
        if self._session is not None:
            self._session.tasks.run(
                partial(_keep, self._session.vault, waiting, is_kept),
                lane=Lane.WRITE,
                owner=self,
                on_done=self._on_kept,
            )

    def _on_kept(self, _count: int) -> None:
        if self._session is not None:
            self._session.tell_changed("retention")

    def run_now(self, _checked: bool = False) -> None:
        """Mark what is old enough, and let go of what had its grace."""
        if self._session is not None:
            self.shell.jobs.start(
                self._session.tasks,
                _("Applying retention"),
                partial(_run, self._session.vault),
                lane=Lane.WRITE,
                on_done=partial(_on_run, self.shell, self._session),
                remark=done,
            )


def _list_column() -> QVBoxLayout:
    made = QVBoxLayout()
    made.setSpacing(theme.px(8))
    return made


def _read(vault: Vault, _job: Job) -> Shown:
    return Shown(
        policies=vault.retention.policies(),
        waiting=vault.retention.waiting(),
        next_run=vault.retention.run(dry_run=True),
        reports=vault.retention.reports(_RUNS),
    )


def _set(vault: Vault, policy: Policy, _job: Job) -> PolicyChange:
    return vault.retention.set(policy)


def _keep(vault: Vault, waiting: Waiting, is_kept: bool, _job: Job) -> int:
    return vault.retention.keep(waiting.kind, [waiting.subject], is_kept)


def _run(vault: Vault, job: Job) -> Report:
    return vault.retention.run(job=job)


def _on_run(shell: Shell, session: Session, report: Report) -> None:
    if shell.session is session:
        shell.toast(done(report), kind="good" if report.is_ok else "warn")
        for what in ("conversations", "archives", "retention"):
            session.tell_changed(what)


def _told_of_change(_change: PolicyChange) -> str:
    return _("Retention changed")


PAGE = Page(
    name="retention",
    title=mark("Retention"),
    icon="history",
    make=RetentionPage,
    place=Place.NOWHERE,
)
