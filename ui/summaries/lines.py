"""The sentences of a summary, each as a line that leads to its message."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QEnterEvent, QFontMetrics, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy

from privatus.core.summary import SummarySentence
from ui import theme
from ui.ground import paint_ground
from ui.i18n import _
from ui.icons import paint

_SIDE = 8
_ABOVE = 4
_ICON = 14
_GAP = 9
_FLAGS = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignTop


class SentenceLine(QAbstractButton):
    """A sentence, in as many lines as it needs; to press it is to go to its message."""

    def __init__(self, said: SummarySentence) -> None:
        super().__init__()
        self.said = said
        self._font = theme.font(13.5)
        self.setText(said.plain)
        self.setAccessibleName(_speaker(said) + " " + said.plain)
        self.setAccessibleDescription(_("Goes to message {n}").format(n=said.number))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        theme.theme().changed.connect(self.update)

    def heightForWidth(self, width: int) -> int:
        return self._text_rect(width, 1 << 20).height() + 2 * theme.px(_ABOVE)

    def sizeHint(self) -> QSize:
        return QSize(theme.px(320), self.heightForWidth(theme.px(320)))

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.px(80), theme.px(_ICON) + 2 * theme.px(_ABOVE))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.isAutoRepeat():
            self.click()
        else:
            super().keyPressEvent(event)

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_ground(
            painter,
            self.rect(),
            is_selected=False,
            is_hovered=self.underMouse(),
            has_focus=self.hasFocus(),
        )
        painter.setFont(self._font)
        painter.setPen(theme.colour("text"))
        where = self._text_rect(self.width(), self.height())
        painter.drawText(where, _FLAGS, self.text())
        side = theme.px(_ICON)
        is_rtl = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        x = self.width() - theme.px(_SIDE) - side if is_rtl else theme.px(_SIDE)
        top = theme.px(_ABOVE) + (QFontMetrics(self._font).height() - side) // 2
        name = "user" if self.said.is_person else "message-square"
        paint(painter, name, QRectF(x, top, side, side), "muted")

    def _text_rect(self, width: int, height: int) -> QRect:
        before = theme.px(_SIDE) + theme.px(_ICON) + theme.px(_GAP)
        left = (
            theme.px(_SIDE) if self.layoutDirection() is Qt.LayoutDirection.RightToLeft else before
        )
        room = QRect(
            left, theme.px(_ABOVE), max(1, width - before - theme.px(_SIDE)),
            max(1, height - 2 * theme.px(_ABOVE)),
        )  # fmt: skip
        needed = QFontMetrics(self._font).boundingRect(room, _FLAGS, self.text())
        return QRect(room.left(), room.top(), room.width(), needed.height())


def _speaker(said: SummarySentence) -> str:
    return _("You said:") if said.is_person else _("The answer:")
