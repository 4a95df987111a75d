"""The page of chats that are there twice: found in the background, merged or cleared away."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QStackedWidget, QWidget

from privatus.bootstrap import Vault
from privatus.core.duplicates import DuplicateGroup
from privatus.core.jobs import Job, Progress
from privatus.services.duplicates import DismissChange
from privatus.services.trash import TrashChange
from ui import theme
from ui.commands import Command
from ui.i18n import _, mark, ngettext, number
from ui.jobs import error_text
from ui.layouts import button, column, label, page_margin, row
from ui.long_list import LongList
from ui.merging.group_card import GroupCard
from ui.merging.merging import Merging
from ui.notices import Notice
from ui.progress_bar import ProgressBar
from ui.session import Session
from ui.shell.changing import Changing
from ui.shell.pages import MessageTarget, Page, PageWidget, Place
from ui.shell.shell import Shell
from ui.tasks import Lane, Task

_AT_ONCE = 30


class DuplicatesPage(PageWidget):
    """Lists groups of chats that are alike."""

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self._session: Session | None = None
        self._merging: Merging | None = None
        self._trash: Changing[TrashChange] | None = None
        self._dismissals: Changing[DismissChange] | None = None
        self._task: Task[list[DuplicateGroup]] | None = None
        self._is_stale = True
        self.cards: list[GroupCard] = []
        self.count = label("", "muted", wraps=False)
        self.search_again = button(_("Search again"), icon_name="refresh-cw")
        self.search_again.clicked.connect(self.look)
        self.stack = QStackedWidget()
        self._build()

    def _build(self) -> None:
        self.bar = ProgressBar(_("Looking for duplicate chats"))
        stop = button(_("Stop"))
        stop.clicked.connect(self.stop)
        self.loading = Notice("text-search", _("Looking for chats that are there twice…"))
        self._progress = column(self.loading, row(None, self.bar, None), row(None, stop, None), 24)
        waiting = QWidget()
        waiting.setLayout(self._progress)
        self.waiting = waiting
        self.empty = Notice(
            "circle-check",
            _("No chat is there twice"),
            _("Chats that say the same, or nearly the same, would stand here."),
        )
        begin = button(_("Search"), "primary", "text-search")
        begin.clicked.connect(self.look)
        self.stopped = Notice("text-search", _("The search was stopped"),
                              _("What was read is kept for the next time."), begin)  # fmt: skip
        again = button(_("Try again"), icon_name="refresh-cw")
        again.clicked.connect(self.look)
        self.problem = Notice("triangle-alert", _("The chats could not be compared"), "", again)
        self.area = LongList(_AT_ONCE, gap=12)
        side = theme.px(page_margin())
        for pane in (waiting, self.area, self.empty, self.stopped, self.problem):
            self.stack.addWidget(pane)
        title = label(_("Duplicate chats"), "heading", wraps=False)
        back = button(_("All chats"), "link", "arrow-left")
        back.clicked.connect(self._on_back)
        head = row(title, self.count, None, back, self.search_again, gap=10)
        head.setContentsMargins(side, theme.px(16), side, theme.px(10))
        self.setLayout(column(head, self.stack, gap=0))

    # ------------------------------------------------------------------ from unlocking to locking

    def on_open(self, session: Session) -> None:
        self._session, vault = session, session.vault
        self._merging = Merging(self.shell, session, self)
        self._trash = Changing(self, self.shell, session, "conversations", vault.trash.undo)
        self._dismissals = Changing(self, self.shell, session, "duplicates", vault.duplicates.undo)
        session.changed.connect(self._on_vault_changed)

    def on_lock(self) -> None:
        if self._session is not None:
            self._session.changed.disconnect(self._on_vault_changed)
        if self._task is not None:
            self._task.cancel()
        self._session = self._merging = self._trash = self._dismissals = self._task = None
        self._fill([])

    def on_shown(self) -> None:
        if self._is_stale and self._task is None:
            self.look()
        self._focus()

    def _focus(self) -> None:
        if self.stack.currentWidget() is self.area and self.cards:
            self.cards[0].merge.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.search_again.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_vault_changed(self, what: str) -> None:
        if what not in ("conversations", "duplicates"):
            return
        self._is_stale = True
        if self.isVisible():
            self.look()

    # ------------------------------------------------------------------ finding

    def look(self, _checked: bool = False) -> None:
        """Look for duplicates anew; what is shown stays until they are there."""
        session = self._session
        if session is None:
            return
        if self._task is not None:
            self._task.cancel()
        self._is_stale = False
        if not self.cards:
            self.loading.say(_("Looking for chats that are there twice…"))
            self.bar.show_part(None)
            self.stack.setCurrentWidget(self.waiting)
        self._task = session.tasks.run(
            partial(_find, session.vault),
            lane=Lane.CPU,
            owner=self,
            on_done=self._on_found,
            on_error=self._on_failed,
            on_progress=self._on_progress,
        )

    def stop(self, _checked: bool = False) -> None:
        """Stop looking."""
        if self._task is not None:
            self._task.cancel()
            self._task = None
        self._is_stale = True
        self.stack.setCurrentWidget(self.stopped)

    def _on_progress(self, progress: Progress) -> None:
        self.bar.show_part(progress.fraction)
        if progress.total:
            said = _("{done} of {total} chats").format(
                done=number(progress.done), total=number(progress.total)
            )
            self.loading.say(_("Looking for chats that are there twice…"), said)

    def _on_found(self, groups: list[DuplicateGroup]) -> None:
        self._task = None
        focused = QApplication.focusWidget()
        is_here = focused is None or self.isAncestorOf(focused)
        self._fill(groups)
        if is_here and self.isVisible():
            self._focus()

    def _on_failed(self, error: BaseException) -> None:
        self._task = None
        self._is_stale = True
        self.problem.say(_("The chats could not be compared"), error_text(error))
        self.stack.setCurrentWidget(self.problem)

    # ------------------------------------------------------------------ what is shown

    def _fill(self, groups: list[DuplicateGroup]) -> None:
        self.cards = []
        self.count.setText(ngettext("{n} group", "{n} groups", len(groups)) if groups else "")
        self.area.fill(self._made(groups), len(groups))
        self.stack.setCurrentWidget(self.area if groups else self.empty)

    def _made(self, groups: Sequence[DuplicateGroup]) -> Iterator[GroupCard]:
        for group in groups:
            card = GroupCard(group)
            card.read_wanted.connect(self._on_read)
            card.merge_wanted.connect(self._on_merge)
            card.trash_wanted.connect(self._on_trash)
            card.dismissed.connect(self._on_dismissed)
            self.cards.append(card)
            yield card

    # ------------------------------------------------------------------ what a person does

    def _on_back(self, _checked: bool = False) -> None:
        self.shell.go("chats")

    def _on_read(self, conversation_id: object) -> None:
        self.shell.open_message(MessageTarget(conversation_id=conversation_id))  # type: ignore[arg-type]

    def _on_merge(self, row_ids: Sequence[int]) -> None:
        if self._merging is not None:
            self._merging.ask(row_ids)

    def _on_trash(self, row_ids: Sequence[int]) -> None:
        if self._trash is not None and self._session is not None:
            self._trash.make(partial(_put, self._session.vault, row_ids), _told_of_trash)

    def _on_dismissed(self, row_ids: Sequence[int]) -> None:
        if self._dismissals is not None and self._session is not None:
            work = partial(_dismiss, self._session.vault, row_ids)
            self._dismissals.make(work, _told_of_dismissal)


def _find(vault: Vault, job: Job) -> list[DuplicateGroup]:
    return vault.duplicates.find(job)


def _put(vault: Vault, row_ids: Sequence[int], _job: Job) -> TrashChange:
    return vault.trash.put(row_ids)


def _dismiss(vault: Vault, row_ids: Sequence[int], _job: Job) -> DismissChange:
    return vault.duplicates.dismiss(row_ids)


def _told_of_trash(change: TrashChange) -> str:
    return ngettext("{n} chat in the trash", "{n} chats in the trash", change.count)


def _told_of_dismissal(_change: DismissChange) -> str:
    return _("They will not be shown as duplicates again")


def _install(shell: Shell) -> None:
    shell.commands.add(
        Command(
            name="find-duplicates",
            title=mark("Find duplicate chats"),
            run=partial(shell.go, "duplicates"),
            icon="text-search",
        )
    )


PAGE = Page(
    name="duplicates",
    title=mark("Duplicate chats"),
    icon="text-search",
    make=DuplicatesPage,
    place=Place.NOWHERE,
    install=_install,
)
