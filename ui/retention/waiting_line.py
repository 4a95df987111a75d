"""Something that is marked to go, and the button by which it stays."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QSizePolicy

from privatus.core.retention import Waiting
from ui import theme
from ui.i18n import _
from ui.layouts import breakable, button, column, label, row
from ui.retention.words import waiting_about, waiting_title
from ui.style_sheet import set_kind


class WaitingLine(QFrame):
    """Says what goes when."""

    keep_wanted = Signal(object, bool)  # Waiting, whether it is to stay

    def __init__(self, waiting: Waiting) -> None:
        super().__init__()
        self.waiting = waiting
        set_kind(self, "card")
        title = waiting_title(waiting)
        text = _("Let it go") if waiting.is_kept else _("Keep")
        self.keep = button(text, icon_name="" if waiting.is_kept else "shield-check")
        self.keep.setAccessibleName(f"{text}: {title}")
        self.keep.clicked.connect(self._on_clicked)
        name, about = label(breakable(title)), label(waiting_about(waiting), "hint")
        for each in (name, about):
            each.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
            each.setMinimumWidth(theme.px(80))
        whole = row(column(name, about, gap=2), self.keep, gap=12, margins=(16, 8, 16, 8))
        whole.setStretch(0, 1)
        whole.setAlignment(self.keep, Qt.AlignmentFlag.AlignVCenter)
        self.setLayout(whole)

    def _on_clicked(self, _checked: bool = False) -> None:
        self.keep_wanted.emit(self.waiting, not self.waiting.is_kept)
