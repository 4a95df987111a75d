"""The filters of a search as chips under its field; a click takes one out."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QWidget

from privatus.services.wording import SpokenFilter, spoken_filters
from ui import theme
from ui.flow import Flow
from ui.i18n import _
from ui.icons import icon
from ui.layouts import button
from ui.search.labels import filter_label


class Chips(QWidget):
    """Shows the filters that are understood in a text."""

    removed = Signal(object)  # SpokenFilter

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(_("Filters of this search"))
        self._flow = Flow(self, gap=6)
        self._shown: list[str] = []
        self.hide()

    @property
    def labels(self) -> list[str]:
        """Return what the chips say."""
        return list(self._shown)

    def show_filters(self, text: str) -> tuple[SpokenFilter, ...]:
        """Show the filters of *text*; return them."""
        said = spoken_filters(text)
        labels = [filter_label(each) for each in said]
        self._flow.empty()
        self._shown = labels
        for each, name in zip(said, labels, strict=True):
            chip = button(f"{name} ", "chip")
            chip.setIcon(icon("x", "on_accent_soft"))
            chip.setLayoutDirection(
                Qt.LayoutDirection.LeftToRight
                if self.layoutDirection() is Qt.LayoutDirection.RightToLeft
                else Qt.LayoutDirection.RightToLeft
            )
            chip.setIconSize(QSize(theme.px(12), theme.px(12)))
            chip.setToolTip(_("Take this filter out"))
            chip.setAccessibleName(_("Take out: {filter}").format(filter=name))
            chip.setCursor(Qt.CursorShape.PointingHandCursor)
            chip.clicked.connect(partial(_emit, self, each))
            self._flow.addWidget(chip)
        self.setVisible(bool(said))
        self.updateGeometry()
        return said


def _emit(chips: Chips, said: SpokenFilter, _is_checked: bool = False) -> None:
    chips.removed.emit(said)
