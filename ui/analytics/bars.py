"""Bars that lie, one a name; and columns that stand, one a month, stacked."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QPainter, QPen

from ui import theme
from ui.analytics.chart import Chart, series_colour
from ui.i18n import number

_ROW = 28
_NAME_PART = 0.34
_VALUE = 92
_BAR = 14
_PLOT = 190
_AXIS = 54
_BELOW = 22
_LEGEND = 22
_LINES = 4


def nice(most: float) -> float:
    """Return a number not much larger that can be divided into lines: 400 for 323."""
    unit = 10.0 ** max(math.floor(math.log10(most)) - 1, 0)
    steps = (4, 8, 12, 16, 20, 24, 28, 32, 40, 48, 60, 80, 100)
    return next((step * unit for step in steps if step * unit >= most), most)


class BarChart(Chart):
    """A row a point: its name, a bar, its value."""

    def height_for(self, width: float) -> float:
        return theme.px(_ROW) * max(1, len(self._model.points))

    def _place(self, size: QSizeF) -> list[QRectF]:
        height = theme.px(_ROW)
        return [
            QRectF(2, place * height + 1, size.width() - 4, height - 2)
            for place in range(len(self._model.points))
        ]

    def _draw(self, painter: QPainter, size: QSizeF, rects: list[QRectF]) -> None:
        points, gap = self._model.points, theme.px(8)
        most = max((point.value for point in points), default=0) or 1
        name, value = size.width() * _NAME_PART, theme.px(_VALUE)
        room = max(size.width() - name - value - 2 * gap, 1)
        for point, rect in zip(points, rects, strict=True):
            top = rect.top()
            self._text(painter, QRectF(gap / 2, top, name - gap, rect.height()), point.label, size,
                       colour="text", pixels=13)  # fmt: skip
            bar = theme.px(_BAR)
            length = max(point.value / most * room, 2 if point.value else 0)
            drawn = QRectF(name, top + (rect.height() - bar) / 2, length, bar)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("accent"))
            painter.drawRoundedRect(self._mirrored(drawn, size), 3, 3)
            said = QRectF(
                name + length + gap, top, size.width() - name - length - gap, rect.height()
            )
            self._text(painter, said, point.shown, size, colour="muted")


class ColumnChart(Chart):
    """A column a month, of what each source has."""

    def height_for(self, width: float) -> float:
        parts = self.plot.parts if self.plot is not None else ()
        return theme.px(_PLOT) + theme.px(_BELOW) + (theme.px(_LEGEND) if len(parts) > 1 else 0)

    def _place(self, size: QSizeF) -> list[QRectF]:
        points, left = self._model.points, theme.px(_AXIS)
        step = (size.width() - left - 4) / max(len(points), 1)
        width = min(max(step * 0.78, 1.0), theme.px(40))
        most, room = self._most(), theme.px(_PLOT) - theme.px(8)
        return [
            QRectF(
                left + place * step + (step - width) / 2, theme.px(_PLOT) - height, width, height
            )
            for place, point in enumerate(points)
            if (height := max(point.value / most * room, 1.0))
        ]

    def _most(self) -> float:
        most = max((point.value for point in self._model.points), default=0) or 1
        return nice(most)

    def point_at(self, place: QPointF) -> int:
        """Return the column at or above which somebody points."""
        is_at = (rect.left() <= place.x() <= rect.right() for rect in self.rects())
        return next((row for row, found in enumerate(is_at) if found), -1)

    def _first(self) -> int:
        return len(self._model.points) - 1

    def _draw(self, painter: QPainter, size: QSizeF, rects: list[QRectF]) -> None:
        self._draw_lines(painter, size)
        parts = self.plot.parts if self.plot is not None else ()
        painter.setPen(Qt.PenStyle.NoPen)
        for point, rect in zip(self._model.points, rects, strict=True):
            bottom, shares = rect.bottom(), dict(point.parts) or {"": point.value}
            for place, part in enumerate(parts or ("",)):
                height = shares.get(part, 0.0) / (point.value or 1) * rect.height()
                if height:
                    painter.setBrush(series_colour(place))
                    painter.drawRect(QRectF(rect.left(), bottom - height, rect.width(), height))
                    bottom -= height
        self._draw_names(painter, size, rects)
        if len(parts) > 1:
            self._draw_legend(painter, size, parts)

    def _draw_lines(self, painter: QPainter, size: QSizeF) -> None:
        most, room = self._most(), theme.px(_PLOT) - theme.px(8)
        left = theme.px(_AXIS)
        for line in range(_LINES + 1):
            y = theme.px(_PLOT) - room * line / _LINES
            painter.setPen(QPen(theme.colour("border"), 1))
            rect = self._mirrored(QRectF(left, y, size.width() - left, 0), size)
            painter.drawLine(rect.topLeft(), rect.topRight())
            text = number(most * line / _LINES)
            self._text(painter, QRectF(0, y - 9, left - theme.px(8), 18), text, size,
                       aligned=Qt.AlignmentFlag.AlignRight, pixels=11)  # fmt: skip

    def _draw_names(self, painter: QPainter, size: QSizeF, rects: list[QRectF]) -> None:
        labels = self.plot.column_labels if self.plot is not None else ()
        until, wide = 0.0, theme.px(64)
        top, height = theme.px(_PLOT), theme.px(_BELOW)
        for text, rect in zip(labels, rects, strict=False):
            straight = self._mirrored(rect, size)
            if text and straight.left() >= until:
                place = QRectF(straight.left(), top, wide, height)
                self._text(painter, place, text, size, pixels=11)
                until = straight.left() + wide

    def _draw_legend(self, painter: QPainter, size: QSizeF, parts: tuple[str, ...]) -> None:
        x, top = float(theme.px(_AXIS)), theme.px(_PLOT) + theme.px(_BELOW)
        side, height = theme.px(10), theme.px(_LEGEND)
        for place, part in enumerate(parts):
            painter.setFont(theme.font(12))
            width = painter.fontMetrics().horizontalAdvance(part) + theme.px(8)
            if x + width > size.width():
                return
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(series_colour(place))
            dot = QRectF(x, top + (height - side) / 2, side, side)
            painter.drawRoundedRect(self._mirrored(dot, size), 2, 2)
            x += side + theme.px(6)
            self._text(painter, QRectF(x, top, width, height), part, size)
            x += width + theme.px(10)
