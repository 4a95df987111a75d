"""The two settings that must be at hand before a vault is open: language and theme."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QComboBox

from ui.i18n import _
from ui.settings import table
from ui.shell.shell import Shell


def quick_choices(shell: Shell) -> tuple[QComboBox, QComboBox]:
    """Return a box for the language and one for the theme."""
    return _choice(shell, table.LANGUAGE), _choice(shell, table.THEME)


def _choice(shell: Shell, setting: table.Setting[str]) -> QComboBox:
    box = QComboBox()
    box.setAccessibleName(_(setting.title))
    box.setToolTip(_(setting.title))
    for value, title in setting.choices:
        box.addItem(_(title), value)
    box.setCurrentIndex(box.findData(shell.settings.get(setting)))
    box.activated.connect(partial(_choose, shell, setting, box))
    return box


def _choose(shell: Shell, setting: table.Setting[str], box: QComboBox, index: int) -> None:
    # Later: a change of language makes this very box anew.
    QTimer.singleShot(0, shell, partial(shell.settings.set, setting, box.itemData(index)))
