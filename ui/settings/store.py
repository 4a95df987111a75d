"""Where settings are stored: a file of this computer, in the clear."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QByteArray, QObject, QSettings, Signal

from ui.settings.table import Setting

T = TypeVar("T", bound=bool | int | str)


class Settings(QObject):
    """What is set; `changed` names the key of what was set anew."""

    changed = Signal(str)

    def __init__(self, path: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._file = QSettings(str(path), QSettings.Format.IniFormat, self)

    def get(self, setting: Setting[T]) -> T:
        """Return what is set, or the default."""
        return setting.clean(self._file.value(setting.key, setting.default))

    def set(self, setting: Setting[T], value: T) -> None:
        """Set it, and tell everybody."""
        value = setting.clean(value)
        if value == self.get(setting):
            return
        if value == setting.default:
            self._file.remove(setting.key)
        else:
            self._file.setValue(setting.key, value)
        self.changed.emit(setting.key)

    def keys_of(self, command: str) -> str | None:
        """Return the shortcut that a person gave to *command*, None if they gave none."""
        value = self._file.value(f"shortcuts/{command}")
        return None if value is None else str(value)

    def set_keys(self, command: str, keys: str | None) -> None:
        """Give *command* a shortcut, None for its own one."""
        if keys is None:
            self._file.remove(f"shortcuts/{command}")
        else:
            self._file.setValue(f"shortcuts/{command}", keys)
        self.changed.emit(f"shortcuts/{command}")

    def state(self, name: str) -> QByteArray:
        """Return how *name* (a window, a splitter) was left."""
        value = self._file.value(f"state/{name}")
        return value if isinstance(value, QByteArray) else QByteArray()

    def set_state(self, name: str, state: QByteArray) -> None:
        """Keep how *name* is left."""
        self._file.setValue(f"state/{name}", state)

    def folder(self) -> Path | None:
        """Return the vault that was open last."""
        value = self._file.value("vault/folder")
        return Path(str(value)) if value else None

    def set_folder(self, folder: Path) -> None:
        """Remember the vault that is open."""
        self._file.setValue("vault/folder", str(folder))
