"""Paints one row of the list of contacts."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from privatus.core.contact import Contact
from ui import theme
from ui.contacts.avatar import paint_avatar
from ui.contacts.model import second_line
from ui.ground import paint_ground
from ui.icons import paint

_HEIGHT, _AVATAR, _OUTER, _INNER, _SIGN = 56, 36, 8, 10, 16


class ContactRow(QStyledItemDelegate):
    """Who it is, how they are reached, and whether they are verified or blocked."""

    def sizeHint(
        self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        return QSize(0, theme.px(_HEIGHT))

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        found = index.data(Qt.ItemDataRole.UserRole)
        if found is None:
            return
        contact: Contact = found.contact
        outer = theme.px(_OUTER)
        ground = option.rect.adjusted(outer, theme.px(1), -outer, -theme.px(1))
        state = option.state
        paint_ground(
            painter,
            ground,
            is_selected=bool(state & QStyle.StateFlag.State_Selected),
            is_hovered=bool(state & QStyle.StateFlag.State_MouseOver),
            has_focus=bool(state & QStyle.StateFlag.State_HasFocus),
        )
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_inside(painter, option, ground.adjusted(theme.px(_INNER), 0, 0, 0), contact)
        painter.restore()

    def _paint_inside(
        self, painter: QPainter, option: QStyleOptionViewItem, inner: QRect, contact: Contact
    ) -> None:
        whole = inner.adjusted(-theme.px(_INNER), 0, 0, 0)
        side, gap, sign = theme.px(_AVATAR), theme.px(_INNER), theme.px(_SIGN)
        top = inner.top() + (inner.height() - side) // 2

        def placed(rect: QRect) -> QRect:
            return QStyle.visualRect(option.direction, whole, rect)

        picture = placed(QRect(inner.left(), top, side, side))
        is_selected = bool(option.state & QStyle.StateFlag.State_Selected)
        # On the colour of what is chosen its own would not be seen.
        around = "background" if is_selected else "accent_soft"
        paint_avatar(painter, QRectF(picture), contact.name, ground=around)
        sign_name = "x" if contact.is_blocked else "shield-check" if contact.is_verified else ""
        right = inner.right() - gap
        if sign_name:
            at = QRect(right - sign, inner.top() + (inner.height() - sign) // 2, sign, sign)
            colour = "danger" if contact.is_blocked else "ok"
            paint(painter, sign_name, QRectF(placed(at)), colour)
            right -= sign + gap
        left = inner.left() + side + gap
        room = QRect(left, inner.top(), right - left, inner.height())
        lines = [(contact.name, theme.font(13.5, QFont.Weight.DemiBold), "text")]
        if second := second_line(contact):
            lines.append((second, theme.font(12), "muted"))
        self._paint_lines(painter, placed(room), lines, option.direction)

    def _paint_lines(
        self,
        painter: QPainter,
        room: QRect,
        lines: list[tuple[str, QFont, str]],
        direction: Qt.LayoutDirection,
    ) -> None:
        metrics = [QFontMetrics(font) for _text, font, _colour in lines]
        height = sum(each.height() for each in metrics)
        y = room.top() + (room.height() - height) // 2
        side = Qt.AlignmentFlag.AlignLeft
        if direction is Qt.LayoutDirection.RightToLeft:
            side = Qt.AlignmentFlag.AlignRight
        for (text, font, colour), measured in zip(lines, metrics, strict=True):
            painter.setFont(font)
            painter.setPen(theme.colour(colour))
            shown = measured.elidedText(text, Qt.TextElideMode.ElideRight, room.width())
            line = QRect(room.left(), y, room.width(), measured.height())
            painter.drawText(line, side | Qt.AlignmentFlag.AlignAbsolute, shown)
            y += measured.height()
