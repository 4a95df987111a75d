"""The page of archives: what lies in sealed files outside the database, and the way back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from uuid import UUID

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QStackedWidget, QWidget

from privatus.bootstrap import Vault
from privatus.core.archives import Archived, ArchivedChat, ArchiveWish, BroughtBack
from privatus.core.jobs import Job
from ui import theme
from ui.archives.dialog import ArchiveDialog
from ui.archives.line import ArchivedLine
from ui.i18n import _, mark, ngettext
from ui.jobs import error_text
from ui.layouts import button, column, label, page_margin, row
from ui.long_list import LongList
from ui.notices import Notice
from ui.search_field import SearchField
from ui.session import Session
from ui.shell.pages import Page, PageWidget, Place
from ui.shell.shell import Shell
from ui.tasks import Lane, Latest

_AT_ONCE = 50


class ArchivesPage(PageWidget):
    """Lists archived chats, finds them by title, brings them back, and archives others."""

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self._session: Session | None = None
        self._latest: Latest | None = None
        self._is_stale = False
        self.lines: list[ArchivedLine] = []
        self.count = label("", "muted", wraps=False)
        self.field = SearchField(_("Title"))
        self.field.textChanged.connect(self._on_typed)
        self.archive = button(_("Move chats out…"), "primary", "archive")
        self.archive.clicked.connect(self.ask)
        self.back_chosen = button(_("Bring back what is chosen"), icon_name="undo-2")
        self.back_chosen.clicked.connect(self._on_back_chosen)
        self.back_chosen.hide()
        self.stack = QStackedWidget()
        self._build()

    def _build(self) -> None:
        begin = button(_("Move chats out…"), "primary", "archive")
        begin.clicked.connect(self.ask)
        self.empty = Notice(
            "archive",
            _("No chat was moved to an archive file"),
            _("Chats that you no longer look at can move into sealed files, out of lists and"
              " searches. They come back with one click."),
            begin,
        )  # fmt: skip
        self.nothing = Notice("text-search", _("No chat in an archive file is called so"))
        self.problem = Notice("triangle-alert", _("The archive files cannot be listed"))
        self.area = LongList(_AT_ONCE, gap=8)
        side = theme.px(page_margin())
        for pane in (self.area, self.empty, self.nothing, self.problem):
            self.stack.addWidget(pane)
        title = label(_("Archive files"), "heading", wraps=False)
        rules = button(_("Retention…"), "link", "history")
        rules.clicked.connect(self._on_rules)
        head = row(title, self.count, None, rules, self.archive, gap=10)
        head.setContentsMargins(side, theme.px(16), side, theme.px(6))
        tools = row(self.field, self.back_chosen, gap=10)
        tools.setStretch(0, 1)
        tools.setContentsMargins(side, 0, side, theme.px(10))
        self.setLayout(column(head, tools, self.stack, gap=0))

    # ------------------------------------------------------------------ from unlocking to locking

    def on_open(self, session: Session) -> None:
        self._session = session
        self._latest = Latest(session.tasks, self, delay_ms=120)
        session.changed.connect(self._on_changed)
        self.look()

    def on_lock(self) -> None:
        if self._session is not None:
            self._session.changed.disconnect(self._on_changed)
        self._session = self._latest = None
        self.field.clear()
        self._fill(())

    def on_shown(self) -> None:
        has_list = self.stack.currentWidget() is self.area
        target: QWidget = self.field if has_list else self.archive
        target.setFocus(Qt.FocusReason.OtherFocusReason)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._is_stale:
            self.look()

    def _on_changed(self, what: str) -> None:
        if what not in ("archives", "conversations"):
            return
        self._is_stale = True
        if self.isVisible():
            self.look()

    # ------------------------------------------------------------------ the list

    def look(self) -> None:
        """Read the list anew."""
        self._is_stale = False
        if self._session is not None and self._latest is not None:
            work = partial(_find, self._session.vault, self.field.text())
            self._latest.request(work, self._fill, self._on_failed)

    def _on_typed(self, _text: str) -> None:
        self.look()

    def _on_failed(self, error: BaseException) -> None:
        self.problem.say(_("The archive files cannot be listed"), error_text(error))
        self.stack.setCurrentWidget(self.problem)

    def _fill(self, found: Sequence[ArchivedChat]) -> None:
        self.lines = []
        self.count.setText(ngettext("{n} chat", "{n} chats", len(found)) if found else "")
        self.area.fill(self._made(found), len(found))
        self._on_toggled()
        is_asked = bool(self.field.text().strip())
        none = self.nothing if is_asked else self.empty
        self.stack.setCurrentWidget(self.area if found else none)
        self.field.setEnabled(bool(found) or is_asked)

    def _made(self, found: Sequence[ArchivedChat]) -> Iterator[ArchivedLine]:
        for chat in found:
            line = ArchivedLine(chat)
            line.back_wanted.connect(self._on_back)
            line.toggled.connect(self._on_toggled)
            self.lines.append(line)
            yield line

    def _on_toggled(self) -> None:
        self.back_chosen.setVisible(any(line.box.isChecked() for line in self.lines))

    # ------------------------------------------------------------------ what a person does

    def _on_rules(self, _checked: bool = False) -> None:
        self.shell.go("retention")

    def ask(self, _checked: bool = False) -> None:
        """Ask which chats to archive."""
        if self._session is not None:
            dialog = ArchiveDialog(self._session, self)
            dialog.decided.connect(self._on_decided)
            dialog.open()

    def _on_decided(self, wish: ArchiveWish, format: str, where: str) -> None:
        session = self._session
        if session is None:
            return
        self.shell.jobs.start(
            session.tasks,
            _("Moving chats to archive files"),
            partial(_create, session.vault, wish, format, where),
            lane=Lane.WRITE,
            on_done=partial(_on_archived, self.shell, session),
            remark=_told,
        )

    def _on_back(self, row_id: int) -> None:
        self._bring([row_id])

    def _on_back_chosen(self, _checked: bool = False) -> None:
        self._bring([line.chat.row_id for line in self.lines if line.box.isChecked()])

    def _bring(self, row_ids: Sequence[int]) -> None:
        if self._session is not None:
            _start_bringing(self.shell, self._session, row_ids)


def _find(vault: Vault, title: str, _job: Job) -> Sequence[ArchivedChat]:
    return vault.archives.find(title)


def _create(vault: Vault, wish: ArchiveWish, format: str, where: str, job: Job) -> Archived:
    return vault.archives.create(wish, format=format, where=where, job=job)


def _bring_back(vault: Vault, wanted: Sequence[int | UUID], job: Job) -> BroughtBack:
    return vault.archives.bring_back(wanted, job=job)


def _told(done: Archived) -> str:
    return ngettext(
        "{n} chat moved to an archive file", "{n} chats moved to archive files", done.conversations
    )


def _on_archived(shell: Shell, session: Session, done: Archived) -> None:
    if shell.session is not session:
        return
    session.tell_changed("conversations")
    session.tell_changed("archives")
    if done.conversations:
        shell.done(_told(done), partial(_start_bringing, shell, session, done.ids))


def _start_bringing(shell: Shell, session: Session, wanted: Sequence[int | UUID]) -> None:
    shell.jobs.start(
        session.tasks,
        _("Bringing chats back"),
        partial(_bring_back, session.vault, wanted),
        lane=Lane.WRITE,
        on_done=partial(_on_back, shell, session),
        remark=_told_of_return,
    )


def _told_of_return(done: BroughtBack) -> str:
    return ngettext("{n} chat brought back", "{n} chats brought back", done.conversations)


def _on_back(shell: Shell, session: Session, done: BroughtBack) -> None:
    if shell.session is not session:
        return
    session.tell_changed("conversations")
    session.tell_changed("archives")
    shell.toast(_told_of_return(done), kind="good")
    left_out = done.tags_left_out + done.folders_left_out + done.contacts_left_out
    if left_out:
        shell.toast(
            ngettext("{n} tag, folder or person that you deleted meanwhile is not made again.",
                     "{n} tags, folders or people that you deleted meanwhile are not made again.",
                     left_out)
        )  # fmt: skip


PAGE = Page(
    name="archives",
    title=mark("Archive files"),
    icon="archive",
    make=ArchivesPage,
    place=Place.NOWHERE,
)
