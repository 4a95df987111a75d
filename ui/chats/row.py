"""Paints one row of the list of chats, and the headings between them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter

from privatus.core.conversation import Role
from privatus.services.listing import ListedConversation
from ui import theme
from ui.chats.model import is_proposed, time_of, title_of
from ui.ground import paint_ground
from ui.i18n import _, day, moment, ngettext, when
from ui.icons import paint
from ui.sources import paint_badge
from ui.tags.chips import ChipPainter, ColourOf, no_colour

ROW_HEIGHT = 64
HEADING_HEIGHT = 30
_OUTER = 8
_INNER = 12
_SIGN = 14
_BADGE = 19
_DOT = 7
# Of a hybrid: those of its sources.
_MOST_BADGES = 3


class RowPainter:
    """Paints rows; holds the fonts of the zoom at which it was made."""

    def __init__(self) -> None:
        self._title = theme.font(13.5)
        self._unread_title = theme.font(13.5, QFont.Weight.DemiBold)
        self._small = theme.font(12)
        self._heading = theme.font(11.5, QFont.Weight.DemiBold)
        self._title_metrics = QFontMetrics(self._title)
        self._small_metrics = QFontMetrics(self._small)
        self._chips = ChipPainter()
        self.tag_colour: ColourOf = no_colour
        self._now = datetime.now(UTC)
        self.is_under_month = False

    def begin(self) -> None:
        """Take the time once for all rows of a painting."""
        self._now = datetime.now(UTC)

    def heading(self, painter: QPainter, rect: QRect, text: str, count: str) -> None:
        """Paint the heading of a group over whatever lies below it."""
        painter.fillRect(rect, theme.colour("surface"))
        inner = rect.adjusted(theme.px(_OUTER + _INNER), theme.px(6), -theme.px(_OUTER + _INNER), 0)
        painter.setFont(self._heading)
        painter.setPen(theme.colour("muted"))
        metrics = QFontMetrics(self._heading)
        room = inner.width() - metrics.horizontalAdvance(count) - theme.px(8)
        flags = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(inner, flags | Qt.AlignmentFlag.AlignLeading,
                         metrics.elidedText(text, Qt.TextElideMode.ElideRight, room))  # fmt: skip
        painter.setPen(theme.colour("faint"))
        painter.drawText(inner, flags | Qt.AlignmentFlag.AlignTrailing, count)

    def row(
        self,
        painter: QPainter,
        rect: QRect,
        chat: ListedConversation | None,
        *,
        is_selected: bool,
        is_hovered: bool,
        has_focus: bool,
    ) -> None:
        """Paint one row; None: it is not here yet."""
        ground = rect.adjusted(theme.px(_OUTER), theme.px(1), -theme.px(_OUTER), -theme.px(1))
        paint_ground(
            painter, ground, is_selected=is_selected, is_hovered=is_hovered, has_focus=has_focus
        )
        inner = ground.adjusted(theme.px(_INNER), theme.px(9), -theme.px(_INNER), -theme.px(9))
        if chat is None:
            self._placeholder(painter, inner)
            return
        upper = QRect(inner.left(), inner.top(), inner.width(), self._title_metrics.height())
        lower_height = max(self._small_metrics.height(), theme.px(_BADGE))
        lower = QRect(inner.left(), inner.bottom() - lower_height + 1, inner.width(), lower_height)
        if chat.summary.is_unread:
            self._dot(painter, upper)
        self._upper(painter, upper, chat, is_selected=is_selected)
        self._lower(painter, lower, chat, is_selected=is_selected)

    def _placeholder(self, painter: QPainter, inner: QRect) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("hover"))
        bar = theme.px(10)
        for top, share in ((inner.top() + theme.px(3), 0.55),
                           (inner.bottom() - bar - theme.px(3), 0.85)):  # fmt: skip
            painter.drawRoundedRect(
                QRectF(inner.left(), top, inner.width() * share, bar), bar / 2, bar / 2
            )

    def _dot(self, painter: QPainter, line: QRect) -> None:
        """Paint that a chat is unread, in the margin before its title."""
        side, shift = theme.px(_DOT), theme.px(_INNER - 2)
        is_rtl = painter.layoutDirection() is Qt.LayoutDirection.RightToLeft
        x = line.right() + 1 + shift - side if is_rtl else line.left() - shift
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("accent"))
        painter.drawEllipse(QRectF(x, line.center().y() - side / 2 + 0.5, side, side))

    def _upper(
        self, painter: QPainter, rect: QRect, chat: ListedConversation, *, is_selected: bool
    ) -> None:
        moment = time_of(chat)
        date = "" if moment is None else when(moment, self._now, is_year_said=self.is_under_month)
        painter.setFont(self._small)
        painter.setPen(theme.colour("on_accent_soft" if is_selected else "muted"))
        painter.drawText(rect, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignTrailing, date)
        room = rect.width() - self._small_metrics.horizontalAdvance(date) - theme.px(10)
        title = " ".join(title_of(chat).split())
        font = QFont(self._unread_title if chat.summary.is_unread else self._title)
        font.setItalic(is_proposed(chat))
        painter.setFont(font)
        has_title = bool(chat.summary.title.strip())
        painter.setPen(theme.colour("text" if has_title else "muted"))
        text = QFontMetrics(font).elidedText(title[:200], Qt.TextElideMode.ElideRight, room)
        painter.drawText(rect, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeading, text)
        # The badge takes the painter's font as it is.
        painter.setFont(self._title)

    def _lower(
        self, painter: QPainter, rect: QRect, chat: ListedConversation, *, is_selected: bool
    ) -> None:
        is_rtl = painter.layoutDirection() is Qt.LayoutDirection.RightToLeft
        badge = theme.px(_BADGE)
        badges = chat.summary.sources[:_MOST_BADGES] or (chat.summary.source,)
        top, shift = rect.center().y() - badge / 2 + 0.5, badge + theme.px(3)
        for at, source in enumerate(badges):
            x = rect.right() - badge + 1 - at * shift if is_rtl else rect.left() + at * shift
            paint_badge(painter, source, QRectF(x, top, badge, badge))
        badge += (len(badges) - 1) * shift
        signs = signs_of(chat)
        step = theme.px(_SIGN + 4)
        for number, (name, colour) in enumerate(signs):
            x = rect.left() + number * step if is_rtl else rect.right() + 1 - (number + 1) * step
            x += 0 if is_rtl else step - theme.px(_SIGN)
            side = theme.px(_SIGN)
            paint(painter, name, QRectF(x, rect.center().y() - side / 2 + 0.5, side, side), colour)
        before, after = badge + theme.px(7), len(signs) * step + theme.px(2)
        if is_rtl:
            before, after = after, before
        text_rect = rect.adjusted(before, 0, -after, 0)
        text_rect = self._tags(painter, text_rect, chat.summary.tags)
        painter.setFont(self._small)
        painter.setPen(theme.colour("on_accent_soft" if is_selected else "muted"))
        text = self._small_metrics.elidedText(
            preview_of(chat), Qt.TextElideMode.ElideRight, text_rect.width()
        )
        painter.drawText(
            text_rect, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeading, text
        )

    def _tags(self, painter: QPainter, rect: QRect, names: Sequence[str]) -> QRect:
        """Paint the chips of tags at the end of *rect*; return what is left of it."""
        chips = self._chips.lay_out(names, rect.width() // 2)
        if not chips:
            return rect
        width, gap = self._chips.width(chips), theme.px(7)
        is_rtl = painter.layoutDirection() is Qt.LayoutDirection.RightToLeft
        x = rect.left() if is_rtl else rect.right() + 1 - width
        where = QRectF(x, rect.top(), width, rect.height())
        self._chips.paint(painter, where, chips, self.tag_colour)
        taken = width + gap
        return rect.adjusted(taken if is_rtl else 0, 0, 0 if is_rtl else -taken, 0)


def preview_of(chat: ListedConversation) -> str:
    """Return what the second line says: how the conversation ends, or when it goes for good."""
    if chat.summary.deleted_at_ms is not None:
        return gone_of(chat)
    if not chat.excerpt:
        return ngettext("{n} message", "{n} messages", chat.summary.messages)
    if chat.excerpt_role is Role.USER:
        # Isolated, so that the end of an Arabic text stays with it.
        return _("You: {text}").format(text=f"\u2068{chat.excerpt}\u2069")
    return chat.excerpt


def gone_of(chat: ListedConversation) -> str:
    """Return since when a chat is in the trash, or when it goes from there."""
    goes_at, deleted_at = moment(chat.goes_at_ms), moment(chat.summary.deleted_at_ms)
    if goes_at is not None:
        return _("Goes for good on {day}").format(day=day(goes_at))
    return "" if deleted_at is None else _("Deleted on {day}").format(day=day(deleted_at))


def signs_of(chat: ListedConversation) -> list[tuple[str, str]]:
    """Return the signs at the end of the row as (icon, colour), from the edge inwards."""
    summary = chat.summary
    found = (
        ("pin", "accent", summary.is_pinned),
        ("layers", "accent", bool(summary.sources)),
        ("star", "warn", summary.is_starred),
        ("cloud-off", "muted", summary.is_missing_at_source),
        ("archive", "muted", summary.is_archived),
        ("paperclip", "muted", chat.has_attachments),
    )
    return [(name, colour) for name, colour, holds in found if holds]
