"""Paints one annotation in the list of all: its note, the words it is on, and where that is."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from privatus.core.annotation import Fit, FoundAnnotation
from ui import theme
from ui.annotations.listed import FOUND, facts_of, quote_of
from ui.ground import paint_ground
from ui.i18n import _
from ui.search.row import lay_out
from ui.tags.shades import shade_of

Index = QModelIndex | QPersistentModelIndex
_LINES = 2
_WIDEST = 860
# More of a note is never on two lines.
_MOST_CHARS = 700


class RowPainter(QStyledItemDelegate):
    """All rows are of one height, so that ten thousand do not matter."""

    def __init__(self, view: QListView) -> None:
        super().__init__(view)
        self._view = view
        self._text = theme.font(13.5)
        self._small = theme.font(12)
        self._line = QFontMetrics(self._text).height() + theme.px(1)
        self._small_line = QFontMetrics(self._small).height()

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        return QSize(0, _LINES * self._line + self._small_line + theme.px(4 + 24))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        state, found = option.state, index.data(FOUND)
        is_selected = bool(state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground = option.rect.adjusted(theme.px(8), theme.px(1), -theme.px(8), -theme.px(1))
        paint_ground(
            painter,
            ground,
            is_selected=is_selected,
            is_hovered=bool(state & QStyle.StateFlag.State_MouseOver),
            has_focus=self._view.hasFocus() and index == self._view.currentIndex(),
        )
        self._content(painter, ground, found, is_selected=is_selected)
        painter.restore()

    def _content(
        self, painter: QPainter, ground: QRect, found: FoundAnnotation, *, is_selected: bool
    ) -> None:
        inner = ground.adjusted(theme.px(22), theme.px(11), -theme.px(12), -theme.px(11))
        spare = max(0, inner.width() - theme.px(_WIDEST))
        is_rtl = painter.layoutDirection() is Qt.LayoutDirection.RightToLeft
        inner.adjust(spare if is_rtl else 0, 0, 0 if is_rtl else -spare, 0)
        self._bar(painter, ground, found, is_rtl=is_rtl)
        muted = theme.colour("on_accent_soft" if is_selected else "muted")
        quote = " ".join(quote_of(found)[:_MOST_CHARS].split())
        text, y = found.annotation.text[:_MOST_CHARS], inner.top()
        if not (text and quote):
            y += self._line // 4
        if text:
            lines = _LINES - bool(quote)
            area = QRect(inner.left(), y, inner.width(), lines * self._line)
            y += self._words(painter, area, text, lines, theme.colour("text"))
        if quote:
            lines = 1 if text else _LINES
            area = QRect(inner.left(), y, inner.width(), lines * self._line)
            ink = muted if text else theme.colour("text")
            self._words(painter, area, f"“{quote}”", lines, ink)
        self._facts(painter, inner, found, muted)

    def _bar(
        self, painter: QPainter, ground: QRect, found: FoundAnnotation, *, is_rtl: bool
    ) -> None:
        colour = found.annotation.colour
        x = ground.right() - theme.px(12) if is_rtl else ground.left() + theme.px(8)
        around = QRectF(x, ground.top() + theme.px(11), theme.px(5), ground.height() - theme.px(22))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("border_strong") if colour is None else shade_of(colour)[0])
        painter.drawRoundedRect(around, theme.px(2), theme.px(2))

    def _words(self, painter: QPainter, area: QRect, text: str, lines: int, ink: QColor) -> int:
        """Draw so many lines of *text* at most; return how high they are."""
        is_rtl = painter.layoutDirection() is Qt.LayoutDirection.RightToLeft
        align = Qt.AlignmentFlag.AlignRight if is_rtl else Qt.AlignmentFlag.AlignLeft
        laid = lay_out(" ".join(text.split()), (), self._text, area.width(), lines, align)
        painter.setPen(ink)
        laid.draw(painter, QPointF(area.topLeft()))
        return laid.lineCount() * self._line

    def _facts(self, painter: QPainter, inner: QRect, found: FoundAnnotation, ink: QColor) -> None:
        area = QRect(
            inner.left(), inner.bottom() - self._small_line, inner.width(), self._small_line + 2
        )
        said = facts_of(found)
        title = found.title or _("Chat without a title")
        metrics = QFontMetrics(self._small)
        painter.setFont(QFont(self._small))
        room = area.width() - metrics.horizontalAdvance(f"  ·  {said}")
        shown = metrics.elidedText(title, Qt.TextElideMode.ElideRight, max(room, 0))
        is_lost = found.place.fit is Fit.LOST
        painter.setPen(theme.colour("warn") if is_lost else ink)
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeading
        # Isolated: an Arabic title leaves what follows it in its place.
        painter.drawText(area, flags, f"\u2068{shown}\u2069  ·  {said}")
