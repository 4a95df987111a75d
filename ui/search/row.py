"""Paints one result: the title of its chat, who said it and when, and the passage, marked."""

from __future__ import annotations

from collections import OrderedDict

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetrics,
    QPainter,
    QTextCharFormat,
    QTextLayout,
    QTextOption,
)

from privatus.services.search import Hit
from ui import theme
from ui.ground import paint_ground
from ui.i18n import _
from ui.search.labels import meta_of, title_of
from ui.sources import paint_badge
from ui.writing import is_right_to_left, of_units, units

_OUTER = 8
_INNER = 12
_TOP = 10
_WIDEST = 860
_BADGE = 16
_GAP = 3
_KEPT = 128

Marks = tuple[tuple[int, int], ...]


class ResultPainter:
    """Paints results; keeps the laid out text of the last ones. One for each zoom."""

    def __init__(self, *, snippet_lines: int) -> None:
        self._lines = snippet_lines
        self._title = theme.font(14, QFont.Weight.DemiBold)
        self._small = theme.font(12)
        self._text = theme.font(13.5)
        self._title_height = QFontMetrics(self._title).height()
        self._small_height = max(QFontMetrics(self._small).height(), theme.px(_BADGE))
        self._line_height = QFontMetrics(self._text).height() + theme.px(1)
        self._laid: OrderedDict[object, QTextLayout] = OrderedDict()

    @property
    def height(self) -> int:
        """Return the height of each row."""
        texts = self._title_height + self._small_height + self._lines * self._line_height
        return texts + 2 * theme.px(_GAP) + 2 * theme.px(_TOP) + theme.px(2)

    def paint(
        self,
        painter: QPainter,
        rect: QRect,
        hit: Hit,
        *,
        is_selected: bool,
        is_hovered: bool,
        has_focus: bool,
    ) -> None:
        """Paint *hit* into *rect*."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground = rect.adjusted(theme.px(_OUTER), theme.px(1), -theme.px(_OUTER), -theme.px(1))
        paint_ground(
            painter, ground, is_selected=is_selected, is_hovered=is_hovered, has_focus=has_focus
        )
        inner = _inner(painter, ground)
        ink = theme.colour("on_accent_soft" if is_selected else "muted")
        top = inner.top()
        is_title = hit.number is None
        marks = hit.snippet.highlights if is_title and hit.snippet.text == title_of(hit) else ()
        self._draw(painter, QRect(inner.left(), top, inner.width(), self._title_height),
                   title_of(hit), marks, self._title, 1,
                   theme.colour("text" if hit.title.strip() else "muted"))  # fmt: skip
        top += self._title_height + theme.px(_GAP)
        self._meta(painter, QRect(inner.left(), top, inner.width(), self._small_height), hit, ink)
        top += self._small_height + theme.px(_GAP)
        height = self._lines * self._line_height
        passage = QRect(inner.left(), top, inner.width(), height)
        if hit.note is not None:
            self._note(painter, passage, hit, ink)
        elif is_title:
            text = _("The title of this chat matches")
            self._draw(painter, passage, text, (), self._text, 1, ink)
        else:
            colour = theme.colour("text")
            self._draw(painter, passage, hit.snippet.text, hit.snippet.highlights, self._text,
                       self._lines, colour)  # fmt: skip

    def _note(self, painter: QPainter, area: QRect, hit: Hit, ink: QColor) -> None:
        """Draw what was found in a note, and below it the beginning of its message."""
        note, said = hit.note, _("Note: {text}")
        if note is None:
            return
        before = said.index("{text}")
        marks = tuple((start + before, end + before) for start, end in note.highlights)
        line = QRect(area.left(), area.top(), area.width(), self._line_height)
        self._draw(painter, line, said.replace("{text}", note.text), marks, self._text, 1,
                   theme.colour("text"))  # fmt: skip
        if hit.number is not None and self._lines > 1:
            line.translate(0, self._line_height)
            self._draw(painter, line, hit.snippet.text, (), self._text, 1, ink)

    def _meta(self, painter: QPainter, rect: QRect, hit: Hit, ink: QColor) -> None:
        badge = theme.px(_BADGE)
        is_rtl = painter.layoutDirection() is Qt.LayoutDirection.RightToLeft
        x = rect.right() - badge + 1 if is_rtl else rect.left()
        paint_badge(painter, hit.source, QRectF(x, rect.top(), badge, badge))
        shift = badge + theme.px(7)
        room = rect.adjusted(0 if is_rtl else shift, 0, -shift if is_rtl else 0, 0)
        painter.setFont(self._small)
        painter.setPen(ink)
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeading
        text = QFontMetrics(self._small).elidedText(
            meta_of(hit), Qt.TextElideMode.ElideRight, room.width()
        )
        painter.drawText(room, flags, text)

    def _draw(
        self,
        painter: QPainter,
        rect: QRect,
        text: str,
        marks: Marks,
        font: QFont,
        lines: int,
        colour: QColor,
    ) -> None:
        is_rtl = painter.layoutDirection() is Qt.LayoutDirection.RightToLeft
        align = Qt.AlignmentFlag.AlignRight if is_rtl else Qt.AlignmentFlag.AlignLeft
        key = (text, marks, font.key(), rect.width(), lines, align, theme.tokens().is_dark)
        laid = self._laid.get(key)
        if laid is None:
            laid = self._laid[key] = lay_out(text, marks, font, rect.width(), lines, align)
            while len(self._laid) > _KEPT:
                self._laid.popitem(last=False)
        else:
            self._laid.move_to_end(key)
        painter.setPen(colour)
        laid.draw(painter, QPointF(rect.topLeft()))


def _inner(painter: QPainter, ground: QRect) -> QRect:
    """Return where the texts lie: a line that is too long is hard to read."""
    inner = ground.adjusted(theme.px(_INNER), theme.px(_TOP), -theme.px(_INNER), 0)
    spare = max(0, inner.width() - theme.px(_WIDEST))
    if painter.layoutDirection() is Qt.LayoutDirection.RightToLeft:
        return inner.adjusted(spare, 0, 0, 0)
    return inner.adjusted(0, 0, -spare, 0)


def lay_out(
    text: str,
    marks: Marks,
    font: QFont,
    width: int,
    lines: int,
    align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
) -> QTextLayout:
    """Return *text* in so many lines, with *marks* behind some of it; the last is elided."""
    laid = _layout(text, marks, font, width, align)
    if laid.lineCount() <= lines:
        return laid
    start = laid.lineAt(lines - 1).textStart()
    before, last_line = of_units(text, 0, start), of_units(text, start, None)
    room, metrics = width, QFontMetrics(font)
    # What is marked is wider than the metrics say.
    while laid.lineCount() > lines and room > 0:
        room -= theme.px(4)
        shown = before + metrics.elidedText(last_line, Qt.TextElideMode.ElideRight, room)
        # The sign for what was cut off is no part of a word.
        kept = len(shown) - 1
        within = tuple((first, min(last, kept)) for first, last in marks if first < kept)
        laid = _layout(shown, within, font, width, align)
    return laid


def _layout(
    text: str, marks: Marks, font: QFont, width: int, align: Qt.AlignmentFlag
) -> QTextLayout:
    laid = QTextLayout(text, font)
    option = QTextOption()
    is_rtl = is_right_to_left(text)
    option.setTextDirection(
        Qt.LayoutDirection.RightToLeft if is_rtl else Qt.LayoutDirection.LeftToRight
    )
    option.setAlignment(align)
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    laid.setTextOption(option)
    laid.setFormats([_mark(text, start, end) for start, end in marks])
    laid.setCacheEnabled(True)
    laid.beginLayout()
    top = 0.0
    while (line := laid.createLine()).isValid():
        line.setLineWidth(width)
        line.setPosition(QPointF(0, top))
        top += line.height() + theme.px(1)
    laid.endLayout()
    return laid


def _mark(text: str, start: int, end: int) -> QTextLayout.FormatRange:
    """Return the format of a word that was found; Qt counts in UTF-16, Python in characters."""
    made = QTextLayout.FormatRange()
    made.start = units(text[:start])
    made.length = units(text[start:end])
    look = QTextCharFormat()
    look.setBackground(theme.colour("mark"))
    look.setForeground(theme.colour("on_mark"))
    look.setFontWeight(QFont.Weight.DemiBold)
    made.format = look
    return made
