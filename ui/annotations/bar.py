"""The bar over words that were selected by the mouse: colours, and a note."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QFrame

from ui import theme
from ui.annotations.swatches import Swatch
from ui.annotations.tints import ORDER
from ui.i18n import _
from ui.layouts import icon_button, row
from ui.style_sheet import set_kind

if TYPE_CHECKING:
    from ui.reader.view import MessageView

_MOST_COLOURS = 6


class SelectionBar(QFrame):
    """Says by `highlighted` and `note_wanted` what was clicked; takes no focus."""

    highlighted = Signal(str)
    note_wanted = Signal()
    copy_wanted = Signal()

    def __init__(self, view: MessageView) -> None:
        super().__init__(view.viewport())
        self._view = view
        set_kind(self, "card")
        self.setAccessibleName(_("What is selected"))
        self.setCursor(Qt.CursorShape.ArrowCursor)
        swatches = [Swatch(colour, str(at)) for at, colour in enumerate(ORDER[:_MOST_COLOURS], 1)]
        for swatch in swatches:
            swatch.setCheckable(False)
            swatch.clicked.connect(partial(self._on_chosen, swatch.colour))
        note = icon_button("message-square", _("Note"), "N")
        note.clicked.connect(self.note_wanted)
        copy = icon_button("copy", _("Copy"), "Ctrl+C")
        copy.clicked.connect(self.copy_wanted)
        parts = (*swatches, note, copy)
        for part in parts:
            part.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setLayout(row(*parts, gap=2, margins=(6, 4, 6, 4)))
        self.hide()
        view.selected.connect(self._on_selected)
        view.settled.connect(self.hide)

    def _on_selected(self, point: QPoint) -> None:
        self.adjustSize()
        room = self._view.viewport().rect()
        x = min(max(point.x() - self.width() // 2, 4), room.width() - self.width() - 4)
        y = point.y() + theme.px(16)
        if y + self.height() > room.height():
            y = point.y() - self.height() - theme.px(22)
        self.move(x, max(4, y))
        self.show()
        self.raise_()

    def _on_chosen(self, colour: str | None) -> None:
        if colour is not None:
            self.highlighted.emit(colour)
