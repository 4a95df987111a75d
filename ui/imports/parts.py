"""Parts that the views of the import page share."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QScrollArea, QSizePolicy, QWidget

from ui import theme
from ui.columns import Columns
from ui.flow import Flow
from ui.i18n import day, number
from ui.layouts import column, label, page_margin, row
from ui.sources import paint_badge
from ui.style_sheet import set_kind

WIDTH = 760


class Badge(QWidget):
    """The badge of a source; says nothing of its own: its name stands beside it."""

    def __init__(self, source: str, side: float = 28) -> None:
        super().__init__()
        self._source = source
        self.setFixedSize(theme.px(side), theme.px(side))
        theme.theme().changed.connect(self.update)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(theme.font(12))
        paint_badge(painter, self._source, QRectF(self.rect()))


class Dashed(QWidget):
    """A field with a dashed edge, in which one may drop something."""

    def __init__(self, layout: QBoxLayout) -> None:
        super().__init__()
        layout.setContentsMargins(*(4 * (theme.px(page_margin()),)))
        self.setLayout(layout)
        theme.theme().changed.connect(self.update)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.colour("border_strong"), theme.px(1.5), Qt.PenStyle.DashLine))
        painter.setBrush(theme.colour("surface"))
        edge = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        painter.drawRoundedRect(edge, theme.px(14), theme.px(14))


class Shares(QWidget):
    """A bar of what is new, what is changed, and what brings nothing new."""

    COLOURS = ("ok", "warn", "border_strong")

    def __init__(self, counts: Sequence[int], told: str) -> None:
        super().__init__()
        self._counts = counts
        self.setAccessibleName(told)
        self.setFixedHeight(theme.px(6))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.theme().changed.connect(self.update)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        total, gap = sum(self._counts) or 1, theme.px(2)
        shown = [(count, name) for count, name in zip(self._counts, self.COLOURS, strict=True)
                 if count]  # fmt: skip
        # What is there is seen, however little it is.
        least = theme.px(6)
        room = self.width() - gap * max(0, len(shown) - 1) - least * len(shown)
        x, radius = 0.0, self.height() / 2
        for count, name in shown:
            width = least + room * count / total
            painter.setBrush(theme.colour(name))
            painter.drawRoundedRect(QRectF(x, 0, width, self.height()), radius, radius)
            x += width + gap


class Tiles(Columns):
    """Numbers, each with its name below it."""

    def __init__(self, counts: Sequence[tuple[int, str]]) -> None:
        parts = [_tile(count, name) for count, name in counts]
        super().__init__(parts, most=len(parts), gaps=(24, 14), margins=(8, 14, 8, 14))
        set_kind(self, "card")

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        for place, part in enumerate(self.parts):
            if place % self.columns:
                before = self.parts[place - 1].geometry()
                x = (before.center().x() + part.geometry().center().x()) // 2
                painter.fillRect(x, part.y(), 1, part.height(), theme.colour("border"))


def _tile(count: int, name: str) -> QWidget:
    value = label(number(count), "title", wraps=False)
    value.setAccessibleName(f"{number(count)} {name}")
    caption = label(name, "hint", wraps=False)
    for text in (value, caption):
        text.setAlignment(Qt.AlignmentFlag.AlignCenter)
    made = QWidget()
    made.setLayout(column(value, caption, gap=0))
    return made


class Footer(QWidget):
    """The foot of a view, which stays on the screen while the view is scrolled.

    Where there is no room for all *buttons*, only the *first* thing to do stays there, and the
    others end the *body* of the view.
    """

    def __init__(self, body: QBoxLayout, *buttons: QWidget | None, first: QWidget) -> None:
        super().__init__()
        set_kind(self, "foot")
        self._others = [button for button in buttons if button is not None]
        self._line = row(None, first, gap=10)
        # Those before the gap stand at the other side.
        self._before = buttons.index(None) if None in buttons else len(buttons)
        rest = QWidget()
        self._rest = Flow(gap=10)
        rest.setLayout(self._rest)
        body.addWidget(rest)
        self._least = first.sizeHint().width()
        self._is_wide = False
        self._set_wide(True)
        inner = QWidget()
        inner.setLayout(self._line)
        # With what a bar may take that scrolls the view.
        self._needed = self._line.sizeHint().width() + theme.px(12)
        inner.setMaximumWidth(theme.px(WIDTH))
        inner.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._across = row(None, inner, None, margins=(page_margin(), 12, page_margin(), 12))
        self._across.setStretch(1, 1000)
        edge = QFrame()
        set_kind(edge, "line")
        edge.setFixedHeight(1)
        self.setLayout(column(edge, self._across, gap=0))

    def minimumSizeHint(self) -> QSize:
        width = self._least + 2 * theme.px(page_margin())
        return QSize(width, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        room = min(self.width() - 2 * theme.px(page_margin()), theme.px(WIDTH))
        self._set_wide(room >= self._needed)

    def stand_under(self, area: QScrollArea) -> None:
        """Keep the buttons under the view in *area*, also when a bar takes some of its width."""
        area.verticalScrollBar().rangeChanged.connect(self._on_range_changed)

    def _on_range_changed(self, _least: int, most: int) -> None:
        margins = self._across.contentsMargins()
        margins.setRight(margins.left() + (theme.px(12) if most else 0))
        self._across.setContentsMargins(margins)

    def _set_wide(self, is_wide: bool) -> None:
        if is_wide == self._is_wide:
            return
        self._is_wide = is_wide
        for place, button in enumerate(self._others):
            if is_wide:
                self._line.insertWidget(place + (place >= self._before), button)
            else:
                self._rest.addWidget(button)


def between(oldest_ms: int | None, newest_ms: int | None) -> str:
    """Return from when until when, as far as it is known."""
    if oldest_ms is None or newest_ms is None:
        return ""
    try:
        first = day(datetime.fromtimestamp(oldest_ms / 1000, UTC))
        last = day(datetime.fromtimestamp(newest_ms / 1000, UTC))
    except (ValueError, OverflowError, OSError):
        return ""
    return first if first == last else f"{first} – {last}"  # noqa: RUF001 - from … to
