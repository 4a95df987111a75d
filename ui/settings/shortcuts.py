"""The list of shortcuts, in which each can be given other keys."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QKeySequenceEdit,
    QLabel,
    QVBoxLayout,
    QWidget,
)

from ui import theme
from ui.commands import Command, sequences, shown_keys
from ui.i18n import _
from ui.layouts import button, column, fit, icon_button, label, row, scrolled
from ui.search_field import SearchField
from ui.settings.sides import Sides
from ui.shell.shell import Shell
from ui.style_sheet import set_kind

_KEYS_WIDTH = 190
# Enough for most keys, with the two buttons in the narrowest window.
_LEAST_KEYS = 56


class KeysField(QKeySequenceEdit):
    """A field for one shortcut, which gives way where there is little room."""

    def __init__(self) -> None:
        super().__init__()
        self.setMaximumSequenceLength(1)

    def sizeHint(self) -> QSize:
        return QSize(theme.px(_KEYS_WIDTH), super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.px(_LEAST_KEYS), super().minimumSizeHint().height())


class ShortcutRow(QWidget):
    """What a command is called, and its keys."""

    def __init__(self, shell: Shell, command: Command) -> None:
        super().__init__()
        self._shell = shell
        self.command = command
        self.keys = KeysField()
        self.keys.setAccessibleName(_("Keys for: {name}").format(name=_(command.title)))
        self.keys.editingFinished.connect(self._on_edited)
        self.clear_button = icon_button("x", _("Clear"))
        self.clear_button.clicked.connect(self._on_cleared)
        self.reset = icon_button("rotate-ccw", _("Back to its own keys"))
        self.reset.clicked.connect(self._on_reset)
        self.problem = label("", "error")
        self.problem.hide()
        keys = QWidget()
        keys.setLayout(row(self.reset, self.keys, self.clear_button, gap=4))
        line = Sides(label(_(command.title)), keys, gap=8, margin=4)
        self.setLayout(column(line, self.problem, gap=0))
        self.show_keys()

    def show_keys(self) -> None:
        """Show the keys that the command has now."""
        own = self._shell.settings.keys_of(self.command.name)
        listed = sequences(self._shell.commands.keys_of(self.command))
        self.keys.setKeySequence(listed[0] if listed else QKeySequence())
        self.reset.setVisible(own is not None)

    def _on_edited(self) -> None:
        keys = self.keys.keySequence().toString(QKeySequence.SequenceFormat.PortableText)
        listed = self._shell.commands.keys_of(self.command)
        if keys in listed.split("; ") or keys == listed:
            self.problem.hide()
            return
        other = self._shell.commands.with_keys(keys)
        if other is not None and other.name != self.command.name:
            self.problem.setText(
                _("{keys} is for “{name}” already.").format(
                    keys=shown_keys(keys), name=_(other.title)
                )
            )
            self.problem.show()
            self.show_keys()
            return
        self.problem.hide()
        self._shell.settings.set_keys(self.command.name, keys)
        self.show_keys()

    def _on_cleared(self) -> None:
        self.keys.clear()
        self._on_edited()

    def _on_reset(self) -> None:
        self._shell.settings.set_keys(self.command.name, None)
        self.problem.hide()
        self.show_keys()


def listed_commands(shell: Shell) -> list[Command]:
    """Return the commands that a person may want to know by their keys."""
    return sorted(
        shell.commands,
        key=lambda command: (not command.keys, _(command.title).casefold(), command.name),
    )


class ShortcutSheet(QDialog):
    """All shortcuts at a glance."""

    def __init__(self, shell: Shell, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("Shortcuts"))
        fit(self, 460, 480)
        self.filter = SearchField(_("Filter the shortcuts"))
        self.filter.textChanged.connect(self._on_filter_changed)
        self._rows: list[tuple[str, QWidget]] = []
        listing = column(gap=0, margins=(0, 0, 8, 0))
        for command in listed_commands(shell):
            keys = shown_keys(shell.commands.keys_of(command))
            if keys:
                listing.addWidget(self._row(_(command.title), keys))
        listing.addStretch(1)
        area = scrolled(listing, _("Shortcuts"))
        change = button(_("Change them in the settings"), "link")
        change.clicked.connect(partial(self._on_change, shell))
        close = button(_("Close"))
        close.clicked.connect(self.accept)
        if shell.session is None:
            change.hide()
        foot = row(change, None, close)
        self.setLayout(
            column(label(_("Shortcuts"), "heading"), self.filter, area, foot, margins=4 * (20,))
        )

    def _row(self, title: str, keys: str) -> QWidget:
        made = QWidget()
        caps = QLabel(keys)
        caps.setTextFormat(Qt.TextFormat.PlainText)
        set_kind(caps, "muted")
        line = row(label(title), caps, margins=(0, 6, 0, 6))
        line.setStretch(0, 1)
        made.setLayout(line)
        self._rows.append((f"{title} {keys}".casefold(), made))
        return made

    def _on_filter_changed(self, text: str) -> None:
        words = text.casefold().split()
        for said, widget in self._rows:
            widget.setVisible(all(word in said for word in words))

    def _on_change(self, shell: Shell, _is_checked: bool = False) -> None:
        self.accept()
        shell.go("settings", "shortcuts")


def editor(shell: Shell) -> tuple[QVBoxLayout, list[ShortcutRow]]:
    """Return the rows in which shortcuts are changed, for the settings page."""
    rows = [ShortcutRow(shell, command) for command in listed_commands(shell)]
    return column(*rows, gap=0), rows
