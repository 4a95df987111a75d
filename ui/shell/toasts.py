"""Short messages at the foot of the window that go away by themselves."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QRectF, Qt, QTimer
from PySide6.QtGui import QAccessible, QAccessibleEvent, QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from ui import theme
from ui.i18n import _
from ui.icons import paint
from ui.layouts import PushButton, icon_button
from ui.style_sheet import set_kind

_SECONDS = 6
_ICONS = {
    "info": ("info", "accent"),
    "good": ("circle-check", "ok"),
    "warn": ("triangle-alert", "warn"),
    "problem": ("circle-alert", "danger"),
}
_MARGIN = 20
_RADIUS = 10
_WIDEST = 560


class Toast(QWidget):
    """One message, with one thing to do about it at most."""

    def __init__(
        self,
        parent: QWidget,
        text: str,
        *,
        kind: str = "info",
        action: tuple[str, Callable[[], object]] | None = None,
        seconds: int = _SECONDS,
    ) -> None:
        super().__init__(parent)
        self._kind = kind
        self.text = text
        self.setAccessibleName(text)
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.px(42), theme.px(9), theme.px(9), theme.px(9))
        label = QLabel(text, self)
        label.setTextFormat(Qt.TextFormat.PlainText)
        # Not always: a text that may wrap asks for half a line at the least.
        label.setWordWrap(len(text) > 60 or label.sizeHint().width() > _widest(parent) // 2)
        row.addWidget(label, 1)
        if action is not None:
            button = PushButton(action[0], self)
            set_kind(button, "link")
            button.clicked.connect(action[1])
            button.clicked.connect(self.close_soon)
            row.addWidget(button)
        close = icon_button("x", _("Close this message"))
        close.clicked.connect(self.close_soon)
        row.addWidget(close)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.close_soon)
        # What went wrong stays until it was read.
        if kind != "problem":
            self._timer.start(seconds * 1000)

    def close_soon(self) -> None:
        self.hide()
        self.deleteLater()

    def enterEvent(self, event: QEvent) -> None:
        self._timer.stop()
        super().enterEvent(event)  # type: ignore[arg-type]

    def leaveEvent(self, event: QEvent) -> None:
        if self._kind != "problem":
            self._timer.start(_SECONDS * 500)
        super().leaveEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        edge = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(theme.colour("border_strong"))
        painter.setBrush(QColor(theme.tokens().raised))
        painter.drawRoundedRect(edge, theme.px(_RADIUS), theme.px(_RADIUS))
        name, colour = _ICONS[self._kind]
        side = theme.px(18)
        paint(painter, name, QRectF(theme.px(14), (self.height() - side) / 2, side, side), colour)


def _widest(window: QWidget) -> int:
    """Return how wide a message over *window* is at the most."""
    return min(theme.px(_WIDEST), window.width() - 2 * theme.px(_MARGIN))


class Toasts(QObject):
    """Shows messages over *window*, the newest at the bottom, at most three."""

    _MOST = 3

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._shown: list[Toast] = []
        window.installEventFilter(self)

    def show(
        self,
        text: str,
        *,
        kind: str = "info",
        action: tuple[str, Callable[[], object]] | None = None,
        seconds: int = _SECONDS,
    ) -> Toast:
        """Show *text*; *kind* is info, good, warn or problem; *action* is a label and a call."""
        toast = Toast(self._window, text, kind=kind, action=action, seconds=seconds)
        toast.destroyed.connect(self._on_gone)
        self._shown.append(toast)
        while len(self._shown) > self._MOST:
            self._shown.pop(0).close_soon()
        toast.show()
        self._arrange()
        QAccessible.updateAccessibility(QAccessibleEvent(toast, QAccessible.Event.Alert))
        return toast

    @property
    def texts(self) -> list[str]:
        """Return what is shown now."""
        return [toast.text for toast in self._shown if not toast.isHidden()]

    def clear(self) -> None:
        """Take all messages away."""
        for toast in self._shown:
            toast.close_soon()
        self._shown = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._arrange()
        return super().eventFilter(watched, event)

    def _on_gone(self, _toast: QObject | None = None) -> None:
        import shiboken6

        self._shown = [toast for toast in self._shown if shiboken6.isValid(toast)]
        if shiboken6.isValid(self._window):
            self._arrange()

    def _arrange(self) -> None:
        bottom = self._window.height() - theme.px(_MARGIN)
        for toast in reversed(self._shown):
            if toast.isHidden():
                continue
            width = min(_widest(self._window), toast.sizeHint().width())
            height = toast.heightForWidth(width) if toast.hasHeightForWidth() else -1
            height = max(height, toast.sizeHint().height() if height < 0 else height)
            toast.setGeometry((self._window.width() - width) // 2, bottom - height, width, height)
            toast.raise_()
            bottom -= height + theme.px(8)
