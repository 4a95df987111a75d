"""What stands above the list of the trash: when something goes from it, and emptying it."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from ui.i18n import _, ngettext
from ui.layouts import button, column, label, row

_CHOICES = (0, 7, 30, 90, 365)


class TrashBar(QWidget):
    """Says after how many days a chat goes, and lets that be chosen."""

    days_chosen = Signal(int)
    empty_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._said = label("", "small", wraps=False)
        self.choose = button(_("Days…"), "link")
        self._menu = QMenu(self.choose)
        self._menu.setAccessibleName(_("After how many days it goes"))
        self.choose.setMenu(self._menu)
        self.choose.setAccessibleName(_("After how many days it goes"))
        self.empty = button(_("Empty…"), "link")
        self.empty.setAccessibleName(_("Empty the trash…"))
        self.empty.clicked.connect(self.empty_wanted)
        self.setLayout(column(self._said, row(self.choose, self.empty, None, gap=14), gap=2))
        self.tell(0)
        self.hide()

    def tell(self, days: int) -> None:
        """Say that what is here goes after so many days; 0: never."""
        self._said.setText(
            ngettext("Goes for good after a day.", "Goes for good after {n} days.", days)
            if days
            else _("Nothing goes by itself.")
        )  # fmt: skip
        self._menu.clear()
        group = QActionGroup(self._menu)
        for choice in sorted({*_CHOICES, days}):
            text = ngettext("After a day", "After {n} days", choice) if choice else _("Never")
            action = self._menu.addAction(text)
            action.setCheckable(True)
            action.setChecked(choice == days)
            action.triggered.connect(partial(_choose, self, choice))
            group.addAction(action)


def _choose(bar: TrashBar, days: int, _checked: bool = False) -> None:
    bar.days_chosen.emit(days)
