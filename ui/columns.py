"""Parts of one size in as many columns as fit into the width."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QWidget

from ui import theme


class Columns(QFrame):
    """At most *most* columns, and as many parts in each line: three and two, not four and one."""

    def __init__(
        self,
        parts: Sequence[QWidget],
        *,
        most: int,
        gaps: tuple[float, float] = (8, 8),
        margins: tuple[float, float, float, float] = (0, 0, 0, 0),
    ) -> None:
        super().__init__()
        self.parts = parts
        self._most = most
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(*(theme.px(margin) for margin in margins))
        self._grid.setHorizontalSpacing(theme.px(gaps[0]))
        self._grid.setVerticalSpacing(theme.px(gaps[1]))
        self.columns = 0
        self._set_columns(most)

    def minimumSizeHint(self) -> QSize:
        margins = self._grid.contentsMargins()
        width = max(part.minimumSizeHint().width() for part in self.parts)
        height = super().minimumSizeHint().height()
        return QSize(width + margins.left() + margins.right(), height)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        gap = self._grid.horizontalSpacing()
        widest = max(part.sizeHint().width() for part in self.parts)
        fit = (self._grid.contentsRect().width() + gap) // (widest + gap)
        lines = math.ceil(len(self.parts) / max(1, min(fit, self._most)))
        self._set_columns(math.ceil(len(self.parts) / lines))

    def _set_columns(self, columns: int) -> None:
        if columns != self.columns:
            for place, part in enumerate(self.parts):
                self._grid.addWidget(part, place // columns, place % columns)
            for column in range(max(columns, self.columns)):
                self._grid.setColumnStretch(column, int(column < columns))
            self.columns = columns
            self.updateGeometry()
