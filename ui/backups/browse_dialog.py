"""Looks into a backup: its chats by title, their messages and files, and brings some back."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import (
    QDialog,
    QSplitter,
    QStackedWidget,
    QWidget,
)

from privatus.core.backup import Backup
from privatus.core.browsing import BackupChat, ChatState
from privatus.core.jobs import Progress
from privatus.services.backups.bringing import Restored
from ui import theme
from ui.backups import words
from ui.backups.browsing import Browsing
from ui.backups.chat_view import ChatView
from ui.backups.two_lines import TwoLines
from ui.i18n import _, day, mark, moment, ngettext
from ui.jobs import error_text
from ui.layouts import button, column, fit, label, row
from ui.notices import Notice
from ui.progress_bar import ProgressBar
from ui.search_field import SearchField
from ui.shell.shell import Shell

_PAUSE_MS = 200
STATES = {
    ChatState.HERE: mark("is in the vault"),
    ChatState.TRASH: mark("is in the trash"),
    ChatState.ARCHIVED: mark("is archived"),
    ChatState.GONE: mark("is no longer in the vault"),
}


class BrowseDialog(QDialog):
    """Shows what *browsing* finds."""

    def __init__(self, shell: Shell, browsing: Browsing, backup: Backup, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        browsing.setParent(self)
        self._shell, self.browsing = shell, browsing
        self._shown: Sequence[BackupChat] = ()
        title = _("Backup of {time}").format(time=words.at(backup.made_at_ms, words.now()))
        self.setWindowTitle(title)
        self.field = SearchField(_("Find a chat by its title"))
        self.chats = TwoLines(_("Chats in the backup"))
        self.count = label("", "hint")
        self.view = ChatView(shell, browsing)
        hint = _("Its database is fetched, and removed when you close this.")
        self.opening = Notice("hard-drive", _("Opening the backup…"), hint)
        self.bar = ProgressBar(_("Opening the backup…"))
        self.broken = Notice("circle-alert", _("The backup cannot be opened"), colour="danger")
        self.stack = QStackedWidget()
        for each in (self.opening, self.broken, self._split()):
            self.stack.addWidget(each)
        close = button(_("Close"))
        close.clicked.connect(self.reject)
        self.setLayout(
            column(
                *(label(title, "heading"), self.bar, self.stack),
                row(None, close),
                gap=10,
                margins=(20, 18, 20, 16),
            )
        )
        fit(self, 860, 620)
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._connect()

    def _split(self) -> QSplitter:
        left = QWidget()
        left.setLayout(column(self.field, self.count, self.chats, gap=6))
        made = QSplitter(Qt.Orientation.Horizontal)
        made.setChildrenCollapsible(False)
        made.setHandleWidth(1)
        made.addWidget(left)
        made.addWidget(self.view)
        made.setStretchFactor(1, 1)
        made.setSizes([theme.px(280), theme.px(560)])
        return made

    def _connect(self) -> None:
        browsing = self.browsing
        browsing.opened.connect(self._on_opened)
        browsing.progressed.connect(self._on_progress)
        browsing.listed.connect(self._on_listed)
        browsing.read.connect(self.view.show_chat)
        browsing.brought.connect(self._on_brought)
        browsing.saved.connect(self._on_saved)
        browsing.failed.connect(self._on_failed)
        self.field.textChanged.connect(self._pause.start)
        self._pause.timeout.connect(self._find)
        self.chats.currentRowChanged.connect(self._on_chosen)

    def _on_opened(self) -> None:
        self.bar.hide()
        self.stack.setCurrentIndex(2)
        self.field.setFocus()
        self._find()

    def _on_progress(self, progress: Progress) -> None:
        self.bar.show_part(progress.fraction)

    def _find(self) -> None:
        self.browsing.find(self.field.text().strip())

    def _on_listed(self, found: Sequence[BackupChat]) -> None:
        chosen = self.view.chat
        self._shown = found
        self.count.setText(ngettext("{n} chat", "{n} chats", len(found)))
        self.chats.blockSignals(True)
        self.chats.clear()
        for chat in found:
            title, facts = _lines(chat)
            self.chats.add(title, facts, is_marked=chat.state is ChatState.GONE)
        self.chats.blockSignals(False)
        ids = [chat.id for chat in found]
        if chosen is not None and chosen.id in ids:
            self.chats.setCurrentRow(ids.index(chosen.id))
        elif found:
            self.chats.setCurrentRow(0)
        else:
            self.view.clear()

    def _on_chosen(self, line: int) -> None:
        if 0 <= line < len(self._shown):
            self.browsing.read_chat(self._shown[line])

    def _on_brought(self, done: Restored) -> None:
        if done.is_nothing:
            self._shell.toast(_("All of it is in the vault."))
        else:
            self._shell.done(_told(done), partial(self.browsing.undo, done))
        if done.files_lost:
            lost = ngettext("{n} file is not in the backup either.",
                            "{n} files are not in the backup either.", done.files_lost)  # fmt: skip
            self.view.say(lost)
        self._find()

    def _on_saved(self, path: Path) -> None:
        self._shell.toast(_("Saved as “{name}”.").format(name=path.name), kind="good")

    def _on_failed(self, error: BaseException) -> None:
        self.bar.hide()
        if self.stack.currentIndex() == 2:
            self.view.say(error_text(error))
            return
        self.broken.say(_("The backup cannot be opened"), error_text(error))
        self.stack.setCurrentWidget(self.broken)

    def done(self, result: int) -> None:
        """Close the backup with its window."""
        self.browsing.close()
        super().done(result)


def _lines(chat: BackupChat) -> tuple[str, str]:
    at = moment(chat.created_at_ms or chat.changed_at_ms)
    counted = ngettext("{n} message", "{n} messages", chat.messages)
    facts = [day(at, is_short=True) if at else "", counted]
    # What is cut is at the end: there only what is as it should be.
    facts.insert(2 if chat.state is ChatState.HERE else 0, _(STATES[chat.state]))
    return chat.title or _("Chat without a title"), "  ·  ".join(filter(None, facts))


def _told(done: Restored) -> str:
    if done.conversations:
        return ngettext("{n} chat is back.", "{n} chats are back.", done.conversations)
    if done.from_trash:
        return ngettext("{n} chat is back.", "{n} chats are back.", len(done.from_trash))
    if done.messages:
        return ngettext("{n} message is back.", "{n} messages are back.", done.messages)
    return ngettext("{n} file is back.", "{n} files are back.", done.files)
