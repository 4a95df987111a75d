"""A layout that sets its widgets like words: side by side, and on to the next line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from PySide6.QtCore import QMargins, QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget

from ui import theme


class Flow(QLayout):
    """Rows that break where the width ends, and stand at the beginning, the middle or the end."""

    def __init__(self, parent: QWidget | None = None, gap: float = 6, *, side: float = 0) -> None:
        """Make one; *side* is 0 for the beginning, a half for the middle, 1 for the end."""
        super().__init__(parent)
        self._side = side
        self._items: list[QLayoutItem] = []
        self._gap = theme.px(gap)
        self.setContentsMargins(QMargins())

    def empty(self) -> None:
        """Destroy all that is in it."""
        while self._items:
            item = self._items.pop()
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self.invalidate()

    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._arrange(QRect(0, 0, width, 0), is_trial=True)

    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        self._arrange(rect, is_trial=False)

    def sizeHint(self) -> QSize:
        return self.minimumSize()

    def minimumSize(self) -> QSize:
        size = QSize()
        for item in self._items:
            size = size.expandedTo(item.minimumSize())
        return size

    def _arrange(self, rect: QRect, *, is_trial: bool) -> int:
        """Set the lines into *rect*, unless it is a trial; return how high they are."""
        y = rect.top()
        for line in self._lines(rect.width()):
            if not is_trial:
                self._set_line(line, rect, y)
            y += max(item.sizeHint().height() for item in line) + self._gap
        return max(0, y - self._gap - rect.top())

    def _lines(self, width: int) -> Iterator[list[QLayoutItem]]:
        line: list[QLayoutItem] = []
        for item in self._items:
            if item.isEmpty():
                # It is hidden, and needs no gap.
                continue
            if line and self._width([*line, item]) > width:
                yield line
                line = []
            line.append(item)
        if line:
            yield line

    def _width(self, line: Sequence[QLayoutItem]) -> int:
        return sum(item.sizeHint().width() for item in line) + self._gap * (len(line) - 1)

    def _set_line(self, line: Sequence[QLayoutItem], rect: QRect, y: int) -> None:
        parent = self.parentWidget()
        is_rtl = parent is not None and parent.layoutDirection() is Qt.LayoutDirection.RightToLeft
        x = rect.left() + round(max(0, rect.width() - self._width(line)) * self._side)
        for item in line:
            size = item.sizeHint()
            left = rect.right() + rect.left() - x - size.width() + 1 if is_rtl else x
            item.setGeometry(QRect(QPoint(left, y), size))
            x += size.width() + self._gap


def buttons_row(*parts: QWidget, gap: float = 8) -> QWidget:
    """Return buttons side by side, on more lines where there is no room."""
    made = QWidget()
    flow = Flow(made, gap)
    for part in parts:
        flow.addWidget(part)
    return made
