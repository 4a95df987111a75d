"""What the search page shows instead of results: that there are none, or what is wrong."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from privatus.services.wording import without_filters
from ui import theme
from ui.i18n import _
from ui.icons import icon
from ui.layouts import button, column, label, row
from ui.search import summary
from ui.search.faults import said

_WIDTH = 620
_ICON = 40
_MOST_CHARS = 60


class Instead(QWidget):
    """One sentence in the middle, and what can be done about it."""

    chosen = Signal(str)  # another search
    mend_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.drawing = QLabel()
        self.title = label("", "subheading")
        self.hint = label("", "muted")
        for text in (self.drawing, self.title, self.hint):
            text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._buttons = column(gap=8)
        self.buttons: list[QPushButton] = []
        inner = QWidget()
        inner.setMaximumWidth(theme.px(_WIDTH))
        inner.setLayout(
            column(None, self.drawing, 6, self.title, self.hint, 10, self._buttons, None, None,
                   gap=6)
        )  # fmt: skip
        outer = row(None, inner, None, margins=(24, 24, 24, 24), gap=0)
        outer.setStretch(1, 100)
        self.setLayout(outer)

    def say(
        self,
        icon_name: str,
        title: str,
        hint: str = "",
        *,
        colour: str = "faint",
        buttons: Sequence[QPushButton] = (),
    ) -> None:
        """Say *title*; the first of *buttons* is what most people want."""
        size = theme.px(_ICON)
        self.drawing.setPixmap(icon(icon_name, colour).pixmap(size, size))
        self.title.setText(title)
        self.hint.setText(hint)
        self.hint.setVisible(bool(hint))
        self.setAccessibleName(title)
        for old in self.buttons:
            old.hide()
            old.deleteLater()
        self.buttons = list(buttons)
        for each in self.buttons:
            self._buttons.addWidget(each, 0, Qt.AlignmentFlag.AlignHCenter)

    def show_nothing(self, query: str, suggestions: Sequence[str]) -> None:
        """Say that nothing was found for *query*, and what may be found instead."""
        buttons = [
            self._search(_("Did you mean: {query}"), other, is_first=number == 0)
            for number, other in enumerate(suggestions)
        ]
        everywhere, bare = summary.without_source(query), without_filters(query)
        if everywhere not in (query, bare, ""):
            buttons.append(self._search(_("Search everywhere"), everywhere))
        if bare not in (query, ""):
            buttons.append(self._search(_("Search without filters"), bare))
        hint = "" if buttons else _("Fewer words, or the beginning of one with a star, find more.")
        self.say("text-search", summary.nothing_line(query), hint, buttons=buttons)

    def show_fault(self, fault: str, nearest: str) -> None:
        """Say what is wrong with a search, and offer the nearest that works."""
        buttons = [self._search(_("Search instead: {query}"), nearest, is_first=True)]
        self.say("circle-help", said(fault), colour="warn", buttons=buttons if nearest else ())

    def show_damage(self) -> None:
        """Say that the index is damaged, and that nothing is lost by that."""
        mend = button(_("Make the index anew"), "primary")
        mend.clicked.connect(self.mend_wanted)
        hint = _("It is only a list of words and where they are. Your chats lie elsewhere, and the"
                 " index can be made anew from them.")  # fmt: skip
        self.say("triangle-alert", _("The search index is damaged"), hint, colour="danger",
                 buttons=[mend])  # fmt: skip

    def _search(self, text: str, query: str, *, is_first: bool = False) -> QPushButton:
        shown = query if len(query) <= _MOST_CHARS else query[: _MOST_CHARS - 1] + "…"
        made = button(text.format(query=shown), "primary" if is_first else "")
        made.clicked.connect(partial(_choose, self, query))
        return made


def _choose(pane: Instead, query: str, _is_checked: bool = False) -> None:
    pane.chosen.emit(query)
