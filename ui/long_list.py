"""A list that scrolls, of which the first are shown, and more when a person asks for them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from ui import theme
from ui.i18n import _
from ui.layouts import button, empty, page_margin


class LongList(QScrollArea):
    """Makes no more widgets than are shown."""

    def __init__(self, at_once: int, gap: float) -> None:
        super().__init__()
        self._at_once = at_once
        self._left: Iterator[QWidget] = iter(())
        self._shown = self._count = 0
        self.more = button(_("Show more"))
        self.more.clicked.connect(self._show_more)
        listed = QWidget()
        self._column = QVBoxLayout(listed)
        self._column.setSpacing(theme.px(gap))
        side = theme.px(page_margin())
        self._column.setContentsMargins(side, 0, side, side)
        self.setWidgetResizable(True)
        self.setWidget(listed)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        # What is in it has the focus, and the keys that scroll come from there.
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def fill(self, lines: Iterable[QWidget], count: int) -> None:
        """Show *lines*, of which there are *count*, instead of what was there."""
        empty(self._column, keep=self.more)
        self._left, self._shown, self._count = iter(lines), 0, count
        self._show_more()

    def _show_more(self, _checked: bool = False) -> None:
        while self._column.count() > self._shown:
            self._column.takeAt(self._shown)
        for line in islice(self._left, self._at_once):
            self._column.addWidget(line)
            self._shown += 1
        self._column.addWidget(self.more)
        self.more.setVisible(self._shown < self._count)
        self._column.addStretch(1)
