"""Asks for other words: those of a message, or the title of a chat."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QTextCursor
from PySide6.QtWidgets import QDialog, QLineEdit, QMessageBox, QPlainTextEdit, QWidget

from ui import theme
from ui.i18n import _
from ui.layouts import button, column, fit, label, row


class MessageDialog(QDialog):
    """The words of a message, as Markdown, to be written otherwise."""

    decided = Signal(str)

    def __init__(self, text: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_("Edit the message"))
        self._former = text
        self.text = QPlainTextEdit()
        self.text.setAccessibleName(_("Words of the message"))
        self.text.setFont(theme.mono_font(14))
        self.text.setPlainText(text)
        self.text.textChanged.connect(self._on_changed)
        hint = label(
            _("The former words stay in the versions of the chat until you purge them."), "muted"
        )
        self.save = button(_("Save"), "primary")
        self.save.setToolTip("Ctrl+Enter")
        self.save.setEnabled(False)
        self.save.clicked.connect(self.accept)
        cancel = button(_("Cancel"))
        cancel.clicked.connect(self.reject)
        self.setLayout(
            column(self.text, hint, row(None, cancel, self.save), gap=12, margins=(20, 20, 20, 20))
        )
        fit(self, 620, 420)
        self.text.moveCursor(QTextCursor.MoveOperation.Start)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        is_enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if is_enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.accept()
        else:
            super().keyPressEvent(event)

    def accept(self) -> None:
        """Take the words that are written now, if they are others."""
        if self.save.isEnabled():
            self.decided.emit(self.text.toPlainText())
            super().accept()

    def reject(self) -> None:
        """Close, and ask first if words would be lost."""
        if not self.save.isEnabled():
            super().reject()
            return
        box = QMessageBox(self)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setWindowTitle(_("Edit the message"))
        box.setText(_("What you wrote is not saved."))
        away = box.addButton(_("Throw it away"), QMessageBox.ButtonRole.DestructiveRole)
        stay = box.addButton(_("Go on writing"), QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(stay)
        box.setEscapeButton(stay)
        away.clicked.connect(partial(self.done, QDialog.DialogCode.Rejected))
        box.open()

    def _on_changed(self) -> None:
        self.save.setEnabled(self.text.toPlainText() != self._former)


class TitleDialog(QDialog):
    """The title of a chat, to be written otherwise."""

    decided = Signal(str)

    def __init__(self, title: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_("Rename the chat"))
        self.field = QLineEdit(title)
        self.field.setAccessibleName(_("Title"))
        self.field.selectAll()
        self.field.returnPressed.connect(self.accept)
        save = button(_("Rename"), "primary")
        save.clicked.connect(self.accept)
        cancel = button(_("Cancel"))
        cancel.clicked.connect(self.reject)
        self.setLayout(
            column(self.field, row(None, cancel, save), gap=16, margins=(20, 20, 20, 20))
        )
        fit(self, 420, 120)

    def accept(self) -> None:
        """Take the title, if there is one."""
        title = " ".join(self.field.text().split())
        if title:
            self.decided.emit(title)
            super().accept()
