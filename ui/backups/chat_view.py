"""One chat of a backup: its messages and files, and what of it is to come back."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QPlainTextEdit, QVBoxLayout, QWidget

from privatus.core.browsing import (
    BackupChat,
    BackupFile,
    BackupMessage,
    ChatState,
    MessageState,
)
from privatus.core.conversation import Role
from ui.backups.browsing import Browsing
from ui.backups.two_lines import TwoLines
from ui.flow import buttons_row
from ui.i18n import _, day, mark, moment, size, time_of_day
from ui.layouts import breakable, button, column, empty, label
from ui.places import DOWNLOADS, place
from ui.shell.shell import Shell

# More than a line holds.
_SHOWN_CHARS = 400
_ROLES = {
    Role.USER: mark("You"),
    Role.ASSISTANT: mark("Assistant"),
    Role.SYSTEM: mark("System"),
    Role.TOOL: mark("Tool"),
}
_STATES = {
    MessageState.HERE: mark("is in the vault"),
    MessageState.CHANGED: mark("says something else in the vault"),
    MessageState.REMOVED: mark("was taken out of the vault"),
    MessageState.GONE: mark("is no longer in the vault"),
}


class ChatView(QWidget):
    """Asks *browsing* to bring things back."""

    def __init__(self, shell: Shell, browsing: Browsing) -> None:
        super().__init__()
        self._shell, self._browsing = shell, browsing
        self.chat: BackupChat | None = None
        self.messages: Sequence[BackupMessage] = ()
        self.title = label("", "subheading")
        self.problem = label("", "error")
        self.chat_button = button(_("Bring this chat back"), "primary", "rotate-ccw")
        self.chat_button.clicked.connect(self._on_chat)
        self.message_button = button(_("Bring this message back"), icon_name="rotate-ccw")
        self.message_button.clicked.connect(self._on_message)
        self.list = TwoLines(_("Messages"))
        self.list.currentRowChanged.connect(self._on_chosen)
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setTabChangesFocus(True)
        self.text.setAccessibleName(_("The message in full"))
        self.files = QVBoxLayout()
        buttons = buttons_row(self.chat_button, self.message_button)
        whole = column(self.title, buttons, self.problem, gap=8, margins=(14, 0, 0, 0))
        whole.addWidget(self.list, 3)
        whole.addWidget(self.text, 2)
        whole.addLayout(self.files)
        self.setLayout(whole)
        self.clear()

    def clear(self) -> None:
        """Show nothing."""
        self.chat, self.messages = None, ()
        self.title.clear()
        self.problem.clear()
        self.list.clear()
        self.text.clear()
        self._show_message()

    def say(self, text: str) -> None:
        """Say what went wrong."""
        self.problem.setText(text)

    def show_chat(self, chat: BackupChat, messages: Sequence[BackupMessage]) -> None:
        """Show a chat of the backup."""
        line = self.list.currentRow() if self.chat and self.chat.id == chat.id else 0
        self.chat, self.messages = chat, messages
        self.title.setText(breakable(chat.title or _("Chat without a title")))
        self.problem.clear()
        self.list.blockSignals(True)
        self.list.clear()
        for message in messages:
            self.list.add(*_lines(message), is_marked=message.state is not MessageState.HERE)
        self.list.blockSignals(False)
        self.list.setCurrentRow(max(0, line) if messages else -1)
        self._show_message()

    @property
    def message(self) -> BackupMessage | None:
        """Return the message that is chosen."""
        line = self.list.currentRow()
        return self.messages[line] if 0 <= line < len(self.messages) else None

    def _on_chosen(self) -> None:
        self._show_message()

    def _show_message(self) -> None:
        chat, message = self.chat, self.message
        lacks = any(each.state is not MessageState.HERE for each in self.messages)
        self.chat_button.setEnabled(
            chat is not None and (lacks or chat.state in (ChatState.GONE, ChatState.TRASH))
        )
        is_here = chat is not None and chat.state is ChatState.HERE
        self.message_button.setEnabled(
            is_here and message is not None and message.state is not MessageState.HERE
        )
        self.text.setPlainText("" if message is None else message.text)
        empty(self.files)
        for file in () if message is None else message.files:
            self.files.addWidget(self._file(file))

    def _file(self, file: BackupFile) -> QWidget:
        told = [file.name or _("File without a name")]
        if file.size_bytes is not None:
            told.append(size(file.size_bytes))
        if not file.is_in_backup:
            told.append(_("is not in the backup"))
        elif file.is_here:
            told.append(_("is in the vault"))
        save = button(_("Save the file…"), icon_name="file-down")
        save.setEnabled(file.is_in_backup)
        save.clicked.connect(partial(self._on_save, file))
        bring = button(_("Bring the file back"), icon_name="rotate-ccw")
        bring.setEnabled(file.is_in_backup and not file.is_here)
        bring.clicked.connect(partial(self._on_file, file))
        for each in (save, bring):
            each.setAccessibleDescription(file.name)
        return buttons_row(label(breakable("  ·  ".join(told)), "muted", wraps=False), save, bring)

    def _on_chat(self) -> None:
        if self.chat is not None:
            self._browsing.bring_chat(self.chat)

    def _on_message(self) -> None:
        message = self.message
        if self.chat is not None and message is not None:
            self._browsing.bring_message(self.chat, message)

    def _on_file(self, file: BackupFile, _is_checked: bool = False) -> None:
        if self.chat is not None:
            self._browsing.bring_file(self.chat, file)

    def _on_save(self, file: BackupFile, _is_checked: bool = False) -> None:
        name = Path(file.name).name or _("File")
        chosen, _kind = QFileDialog.getSaveFileName(
            self, _("Save the file"), str(place(DOWNLOADS) / name)
        )
        if chosen and self.chat is not None:
            self._browsing.save_file(self.chat, file, Path(chosen))


def _lines(message: BackupMessage) -> tuple[str, str]:
    at = moment(message.created_at_ms)
    time = f"{day(at, is_short=True)}, {time_of_day(at)}" if at else ""
    who = _(_ROLES.get(message.role, mark("Message")))
    head = "  ·  ".join(filter(None, (who, time, _(_STATES[message.state]))))
    text = " ".join(message.text.split())
    return head, text[:_SHOWN_CHARS]
