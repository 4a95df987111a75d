"""What a person can tell the window to do: one table for shortcuts, menus and the palette."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

import shiboken6
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from ui.i18n import _
from ui.icons import icon
from ui.settings.store import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One thing to do. `title` is English and marked for translation; `name` never changes."""

    name: str
    title: str
    run: Callable[[], object]
    keys: str = ""  # portable text: "Ctrl+Shift+F"; several are separated by "; "
    icon: str = ""
    # Works only while a vault is open.
    needs_vault: bool = True
    # Is offered in the palette; what only makes sense by its key is not.
    is_offered: bool = True


class Commands(QObject):
    """All commands that there are now."""

    changed = Signal()

    def __init__(self, window: QWidget, settings: Settings) -> None:
        super().__init__(window)
        self._window = window
        self._settings = settings
        self._commands: dict[str, Command] = {}
        self._actions: dict[str, QAction] = {}
        self._has_vault = False
        settings.changed.connect(self._on_setting_changed)

    def add(self, command: Command, owner: QWidget | None = None) -> QAction:
        """Take *command* in; return its action, for menus and buttons.

        With *owner*, its keys work while the focus is in *owner*, and it goes when *owner* goes.
        """
        self.remove(command.name)
        action = QAction(_(command.title), owner or self._window)
        if command.icon:
            action.setIcon(icon(command.icon))
        action.triggered.connect(partial(_run, command))
        action.setShortcutContext(
            Qt.ShortcutContext.WidgetWithChildrenShortcut
            if owner is not None
            else Qt.ShortcutContext.WindowShortcut
        )
        action.setShortcuts(sequences(self.keys_of(command)))
        action.setEnabled(self._has_vault or not command.needs_vault)
        (owner or self._window).addAction(action)
        self._commands[command.name], self._actions[command.name] = command, action
        if owner is not None:
            owner.destroyed.connect(partial(self._forget, command))
        self.changed.emit()
        return action

    def remove(self, name: str) -> None:
        """Take the command *name* out, if it is there."""
        action = self._actions.pop(name, None)
        if self._commands.pop(name, None) is not None and action is not None:
            action.setShortcuts([])
            action.deleteLater()
            self.changed.emit()

    def run(self, name: str) -> None:
        """Do what the command *name* does, if it can be done now."""
        action = self._actions.get(name)
        if action is not None and action.isEnabled():
            action.trigger()

    def action(self, name: str) -> QAction:
        """Return the action of the command *name*."""
        return self._actions[name]

    def get(self, name: str) -> Command:
        """Return the command *name*."""
        return self._commands[name]

    def find(self, name: str) -> Command | None:
        """Return the command *name*, None if there is none now."""
        return self._commands.get(name)

    def __iter__(self) -> Iterator[Command]:
        return iter(list(self._commands.values()))

    def offered(self) -> list[Command]:
        """Return what the palette may offer now."""
        return [
            command
            for command in self
            if command.is_offered and self._actions[command.name].isEnabled()
        ]

    def keys_of(self, command: Command) -> str:
        """Return the keys of *command*: those that the person gave it, else its own."""
        keys = self._settings.keys_of(command.name)
        return command.keys if keys is None else keys

    def with_keys(self, keys: str) -> Command | None:
        """Return the command that has one of *keys*."""
        wanted = {sequence.toString() for sequence in sequences(keys)}
        return next(
            (
                command
                for command in self
                if wanted & {s.toString() for s in sequences(self.keys_of(command))}
            ),
            None,
        )

    def set_has_vault(self, has_vault: bool) -> None:
        """Enable what needs a vault, or disable it."""
        self._has_vault = has_vault
        for name, command in self._commands.items():
            self._actions[name].setEnabled(has_vault or not command.needs_vault)
        self.changed.emit()

    def retranslate(self) -> None:
        """Say the titles in the language that holds now."""
        for name, command in self._commands.items():
            self._actions[name].setText(_(command.title))
        self.changed.emit()

    def _forget(self, command: Command, _owner: object = None) -> None:
        if self._commands.get(command.name) is command:
            del self._commands[command.name], self._actions[command.name]
            # The window takes its pages and this along in any order.
            if shiboken6.isValid(self):
                self.changed.emit()

    def _on_setting_changed(self, key: str) -> None:
        name = key.removeprefix("shortcuts/")
        if name != key and name in self._commands:
            self._actions[name].setShortcuts(sequences(self.keys_of(self._commands[name])))
            self.changed.emit()


def sequences(keys: str) -> list[QKeySequence]:
    """Return the shortcuts that *keys* names."""
    return [QKeySequence(part) for part in keys.split("; ") if part]


def shown_keys(keys: str) -> str:
    """Return *keys* as they are written on this system's keyboards."""
    native = QKeySequence.SequenceFormat.NativeText
    return ", ".join(sequence.toString(native) for sequence in sequences(keys))


def _run(command: Command, _is_checked: bool = False) -> None:
    command.run()
