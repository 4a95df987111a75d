"""Files that are dropped anywhere in the window are looked into for chats."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, QObject, QRectF, Qt
from PySide6.QtGui import (
    QDropEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QWidget

from ui import theme
from ui.i18n import _
from ui.icons import paint

_INSET = 14
_ICON = 44


class DropTarget(QObject):
    """Takes files on behalf of *window*, and covers it while they hang over it."""

    def __init__(self, window: QWidget, on_dropped: Callable[[list[Path]], object]) -> None:
        super().__init__(window)
        self._window, self._on_dropped = window, on_dropped
        self._cover = _Cover(window)
        window.setAcceptDrops(True)
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind in (QEvent.Type.DragLeave, QEvent.Type.Drop):
            self._cover.hide()
        # What is dragged out of this window is no export.
        is_ours = isinstance(event, QDropEvent) and event.source() is not None
        if not isinstance(event, QDropEvent) or is_ours:
            return super().eventFilter(watched, event)
        files = files_of(event.mimeData())
        if not files:
            return super().eventFilter(watched, event)
        if kind == QEvent.Type.DragEnter:
            self._cover.cover()
        elif kind == QEvent.Type.Drop:
            self._on_dropped(files)
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        return True


def files_of(mime: QMimeData) -> list[Path]:
    """Return the files of this computer that hang at the pointer."""
    return [Path(url.toLocalFile()) for url in mime.urls() if url.isLocalFile()]


class _Cover(QWidget):
    """Says over the whole window what would happen."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        # What is below goes on taking the drag, or it would leave the window at once.
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAccessibleName(_("Drop to import"))
        self.hide()

    def cover(self) -> None:
        self.setGeometry(self._window.rect())
        self.show()
        self.raise_()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground = theme.colour("background")
        ground.setAlphaF(0.92)
        painter.fillRect(self.rect(), ground)
        inset = theme.px(_INSET)
        edge = QRectF(self.rect()).adjusted(inset, inset, -inset, -inset)
        painter.setPen(QPen(theme.colour("accent"), theme.px(2), Qt.PenStyle.DashLine))
        painter.setBrush(theme.colour("accent_soft"))
        painter.drawRoundedRect(edge, theme.px(16), theme.px(16))
        side, centre = theme.px(_ICON), edge.center()
        paint(painter, "import",
              QRectF(centre.x() - side / 2, centre.y() - side - theme.px(8), side, side),
              "on_accent_soft")  # fmt: skip
        painter.setFont(theme.font(20))
        painter.setPen(theme.colour("on_accent_soft"))
        text = edge.adjusted(0, edge.height() / 2 + theme.px(8), 0, 0)
        flags = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop
        painter.drawText(text, flags, _("Drop to import"))
