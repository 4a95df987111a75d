"""Beside the messages: marks of what features know of them, none over another.

Where there is room a mark is a card with words, else it is an icon.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QPainter, QPen

from ui import theme
from ui.layouts import tip as as_tip
from ui.reader.cells import paint_sign
from ui.reader.cells_media import HeadCell
from ui.reader.items import MessageItem
from ui.reader.layers import Layer

if TYPE_CHECKING:
    from ui.reader.view import MessageView

_LEAST_CARD, _MOST_CARD = 132, 230
_ICON = 20
_GAP = 4
_TIP_CHARS = 600


class Aside:
    """One mark. Subclasses say what it looks like and what a click does."""

    icon = "info"
    ink = "text"  # the token of its icon

    @property
    def words(self) -> str:
        """Return what it says, in one text."""
        return ""

    @property
    def ground(self) -> QColor:
        """Return what lies behind its icon."""
        return theme.colour("note")

    def height(self, width: float) -> float:
        """Return how high its card is."""
        return float(theme.px(_ICON))

    def paint(self, painter: QPainter, rect: QRectF) -> None:
        """Paint its card."""

    def click(self) -> None:
        """Do what a click on it means."""


Source = Callable[[], Iterator[tuple[float, Aside]]]


class Placed(NamedTuple):
    """A mark in the view."""

    rect: QRectF
    aside: Aside


class Margin(Layer):
    """Asks its sources for marks, each with the height of the view that it belongs to."""

    def __init__(self, view: MessageView) -> None:
        self._view = view
        self.sources: list[Source] = []
        view.layers.append(self)

    @property
    def has_cards(self) -> bool:
        """Say whether there is room for words."""
        return self._room()[1] >= theme.px(_LEAST_CARD)

    def _room(self) -> tuple[float, float]:
        left, width = self._view.column()
        return left + width, self._view.viewport().width() - left - width

    def placed(self) -> list[Placed]:
        """Return the marks of the messages in view, from above to below."""
        edge, room = self._room()
        is_card = self.has_cards
        wide = min(room - theme.px(16), theme.px(_MOST_CARD)) if is_card else theme.px(_ICON)
        x = edge + (theme.px(8) if is_card else theme.px(2))
        found: list[Placed] = []
        below = -1e9
        wanted = [each for source in self.sources for each in source()]
        for y, aside in sorted(wanted, key=lambda each: each[0]):
            height = aside.height(wide) if is_card else float(theme.px(_ICON))
            top = max(y, below)
            found.append(Placed(QRectF(x, top, wide, height), aside))
            below = top + height + theme.px(_GAP)
        return found

    def tops(self) -> dict[int, float]:
        """Return where the messages in view begin, by their numbers; no less than the view's."""
        found: dict[int, float] = {}
        for placed in self._view.stack.placed:
            if isinstance(placed.item, MessageItem):
                head = placed.cell
                day = head.day_height if isinstance(head, HeadCell) else 0
                top = placed.y + day if placed.at == 0 else max(placed.y, 0.0)
                found.setdefault(placed.item.prepared.message.number, top)
        return found

    def paint(self, painter: QPainter, left: float, width: float) -> None:
        is_card = self.has_cards
        for rect, aside in self.placed():
            painter.save()
            if is_card:
                aside.paint(painter, rect)
            else:
                painter.setPen(QPen(theme.colour("border"), 1))
                painter.setBrush(aside.ground)
                painter.drawRoundedRect(rect.adjusted(1, 1, -1, -1), theme.px(5), theme.px(5))
                paint_sign(painter, aside.icon, rect.center(), aside.ink, 12)
            painter.restore()

    def tip(self, point: QPointF) -> str | None:
        aside = self._at(point)
        return None if aside is None else as_tip(aside.words[:_TIP_CHARS])

    def click(self, point: QPointF) -> bool:
        aside = self._at(point)
        if aside is not None:
            aside.click()
        return aside is not None

    def _at(self, point: QPointF) -> Aside | None:
        return next((aside for rect, aside in self.placed() if rect.contains(point)), None)
