"""Plots of small squares: the days of years, the hours of a week, words by month."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import QRectF, QSizeF, Qt
from PySide6.QtGui import QPainter

from ui import theme
from ui.analytics.chart import Chart, shade

_GAP = 2
_YEAR = 44
_MONTHS = 18
_BETWEEN = 14
_MOST_SIDE = 18
_WEEKS, _DAYS = 53, 7
_LABEL = 96
_LABEL_TALL = 20


class CalendarChart(Chart):
    """The days of years, a column a week; the newest year comes first.

    The row of a point is year * 7 + day of the week, its column the week of the year.
    """

    def _side(self, width: float) -> float:
        room = (width - theme.px(_YEAR)) / _WEEKS
        return max(min(room, theme.px(_MOST_SIDE)), 3.0)

    def _year_height(self, width: float) -> float:
        return theme.px(_MONTHS) + _DAYS * self._side(width) + theme.px(_BETWEEN)

    def height_for(self, width: float) -> float:
        years = len(self.plot.row_labels) if self.plot is not None else 1
        return max(years, 1) * self._year_height(width)

    def _place(self, size: QSizeF) -> list[QRectF]:
        side, tall, left = (
            self._side(size.width()),
            self._year_height(size.width()),
            theme.px(_YEAR),
        )
        top, gap = theme.px(_MONTHS), theme.px(_GAP)
        rects = []
        for point in self._model.points:
            year, day = divmod(point.row, _DAYS)
            x, y = left + point.column * side, year * tall + top + day * side
            rects.append(QRectF(x, y, side - gap, side - gap))
        return rects

    def _draw(self, painter: QPainter, size: QSizeF, rects: list[QRectF]) -> None:
        plot, points = self.plot, self._model.points
        if plot is None:
            return
        # Half of the days have less: one day of a thousand messages must not pale all others.
        used = sorted(point.value for point in points if point.value)
        usual = used[int(len(used) * 0.95)] if used else 1
        painter.setPen(Qt.PenStyle.NoPen)
        round_by = theme.px(2)
        for point, rect in zip(points, rects, strict=True):
            painter.setBrush(shade(point.value / usual))
            painter.drawRoundedRect(rect, round_by, round_by)
        side, tall = self._side(size.width()), self._year_height(size.width())
        for place, year in enumerate(plot.row_labels):
            top = place * tall
            name = QRectF(0, top + theme.px(_MONTHS), theme.px(_YEAR), 3 * side)
            self._text(painter, name, year, size, colour="text")
            new_year = date(int(year), 1, 1)
            for month, text in enumerate(plot.column_labels, start=1):
                past = (date(int(year), month, 1) - new_year).days + new_year.weekday()
                x = theme.px(_YEAR) + (past + 6) // 7 * side
                at = QRectF(x, top, 4 * side, theme.px(_MONTHS))
                self._text(painter, at, text, size, pixels=11)

    def _first(self) -> int:
        used = [row for row, point in enumerate(self._model.points) if point.value]
        return used[-1] if used else 0

    def _step(self, row: int, across: int, down: int) -> int:
        return row + _DAYS * across + down


class GridChart(Chart):
    """Rows and columns with names; a point is as dark as its value is large."""

    def _side(self) -> float:
        return theme.px(24)

    def height_for(self, width: float) -> float:
        rows = len(self.plot.row_labels) if self.plot is not None else 1
        return rows * self._side() + theme.px(_LABEL_TALL)

    def _columns(self) -> int:
        return max(len(self.plot.column_labels), 1) if self.plot is not None else 1

    def _place(self, size: QSizeF) -> list[QRectF]:
        left, tall, gap = theme.px(_LABEL), self._side(), theme.px(_GAP)
        wide = max((size.width() - left) / self._columns(), 2.0)
        wide = min(wide, 3 * tall)
        return [
            QRectF(left + p.column * wide, p.row * tall, max(wide - gap, 1.0), tall - gap)
            for p in self._model.points
        ]

    def _draw(self, painter: QPainter, size: QSizeF, rects: list[QRectF]) -> None:
        plot, points = self.plot, self._model.points
        if plot is None:
            return
        most = max((point.value for point in points), default=0) or 1
        painter.setPen(Qt.PenStyle.NoPen)
        round_by = theme.px(3)
        for point, rect in zip(points, rects, strict=True):
            painter.setBrush(shade(point.value / most))
            painter.drawRoundedRect(rect, round_by, round_by)
        left, tall = theme.px(_LABEL), self._side()
        for place, text in enumerate(plot.row_labels):
            name = QRectF(0, place * tall, left - theme.px(8), tall)
            self._text(painter, name, text, size, colour="text")
        wide = min(max((size.width() - left) / self._columns(), 2.0), 3 * tall)
        until, bottom = 0.0, len(plot.row_labels) * tall
        for place, text in enumerate(plot.column_labels):
            x = left + place * wide
            if text and x >= until:
                at = QRectF(x, bottom, theme.px(64), theme.px(_LABEL_TALL))
                self._text(painter, at, text, size, pixels=11)
                painter.setFont(theme.font(11))
                until = x + painter.fontMetrics().horizontalAdvance(text) + theme.px(6)

    def _first(self) -> int:
        values = [point.value for point in self._model.points]
        return values.index(max(values)) if values else 0

    def _step(self, row: int, across: int, down: int) -> int:
        points = self._model.points
        wanted = points[row].row + down, points[row].column + across
        found = (n for n, p in enumerate(points) if (p.row, p.column) == wanted)
        return next(found, row)
