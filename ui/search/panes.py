"""What the search page shows before anything is searched: how to begin, and what was before."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QBoxLayout, QScrollArea, QWidget

from ui import theme
from ui.flow import Flow
from ui.i18n import _, mark
from ui.layouts import button, column, label, row
from ui.search.recent import Recent

_WIDTH = 620
_ICON = 40
# A search that works in any archive, and what it does.
_EXAMPLES = (
    ('"exact words"', mark("words one after the other")),
    ("rotat*", mark("every word that begins so")),
    ("key -lock", mark("the first without the second")),
    ("key OR lock", mark("either of them")),
    ("source:claude", mark("from one provider")),
    ("since:3m has:code", mark("code of the last three months")),
    ("in:title garden", mark("only in titles")),
    ("role:user", mark("only what you said")),
)


class StartPane(QScrollArea):
    """Shown while nothing is searched: what can be typed, and what was searched before."""

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._recent = Flow(gap=6)
        self._recent_box = QWidget()
        box = column(label(_("Searched before"), "caption"), gap=8)
        box.addLayout(self._recent)
        self._recent_box.setLayout(box)
        examples = column(label(_("What you can type"), "caption"), 2, gap=2)
        for text, meaning in _EXAMPLES:
            examples.addLayout(self._example(text, _(meaning)))
        inner = QWidget()
        inner.setMaximumWidth(theme.px(_WIDTH))
        title = label(_("Search every chat"), "title")
        hint = label(
            _("Messages, titles, code, thinking and the names of files, in any language."), "muted"
        )
        inner.setLayout(column(title, hint, 20, self._recent_box, 12, examples, None, gap=6))
        outer = QWidget()
        outer.setLayout(row(None, inner, None, margins=(28, 32, 28, 24), gap=0))
        outer.layout().setStretch(1, 100)  # type: ignore[union-attr]
        self.setWidget(outer)

    def show_recent(self, recent: Recent) -> None:
        """Offer the last searches again."""
        self._recent.empty()
        for query in recent.queries:
            chip = button(query if len(query) <= 40 else query[:39] + "…", "chip")
            chip.setToolTip(query)
            chip.clicked.connect(partial(_choose, self, query))
            self._recent.addWidget(chip)
        self._recent_box.setVisible(bool(recent.queries))

    def _example(self, text: str, meaning: str) -> QBoxLayout:
        link = button(text, "link")
        link.setStyleSheet(f'font-family: "{theme.mono_font().family()}";')
        link.setAccessibleName(_("Search: {query}, {meaning}").format(query=text, meaning=meaning))
        link.setCursor(Qt.CursorShape.PointingHandCursor)
        link.setMinimumWidth(theme.px(210))
        link.clicked.connect(partial(_choose, self, text))
        return row(link, label(meaning, "muted", wraps=False), None, gap=8)


def _choose(pane: StartPane, query: str, _is_checked: bool = False) -> None:
    pane.chosen.emit(query)
