"""Parts that the views of the import page share."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QBoxLayout, QFrame, QLayout, QSizePolicy, QWidget

from ui import theme
from ui.flow import Flow
from ui.i18n import day, number
from ui.layouts import column, label, row
from ui.sources import paint_badge
from ui.style_sheet import set_kind

WIDTH = 760
# From this zoom on, four buttons are wider than many windows.
_LARGE = 1.75


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
        layout.setContentsMargins(*(4 * (theme.px(28),)))
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
    """A bar of what is new, changed and already here."""

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


def tiles(counts: Sequence[tuple[int, str]]) -> QFrame:
    """Return numbers side by side, each with its name below it."""
    made = QFrame()
    set_kind(made, "card")
    line = row(gap=0, margins=(8, 14, 8, 14))
    for place, (count, name) in enumerate(counts):
        if place:
            edge = QFrame()
            set_kind(edge, "line")
            edge.setFixedWidth(1)
            line.addWidget(edge)
        value = label(number(count), "title", wraps=False)
        caption = label(name, "hint")
        for text in (value, caption):
            text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        value.setAccessibleName(f"{number(count)} {name}")
        line.addLayout(column(value, caption, gap=0), 1)
    made.setLayout(line)
    return made


def line_of(*parts: QWidget | None) -> QLayout:
    """Return buttons beside each other; large ones break where the window ends."""
    if theme.theme().zoom < _LARGE:
        return row(*parts, gap=10)
    made = Flow(gap=10)
    for part in parts:
        if part is not None:
            made.addWidget(part)
    return made


def footer(*buttons: QWidget | None) -> QWidget:
    """Return the foot of a view, which stays on the screen while the view is scrolled."""
    inner = QWidget()
    inner.setLayout(line_of(*buttons))
    inner.setMaximumWidth(theme.px(WIDTH))
    inner.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
    made = QWidget()
    set_kind(made, "foot")
    across = row(None, inner, None, margins=(28, 12, 28, 12))
    across.setStretch(1, 1000)
    edge = QFrame()
    set_kind(edge, "line")
    edge.setFixedHeight(1)
    made.setLayout(column(edge, across, gap=0))
    return made


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
