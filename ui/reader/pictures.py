"""Images of the vault: decrypted into memory, decoded off the GUI thread, never as a file."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QImage,
    QImageReader,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QDialog, QToolButton, QWidget

from privatus.core.conversation import Attachment
from privatus.core.errors import UserError
from privatus.core.jobs import Job
from ui import theme
from ui.i18n import _, number
from ui.layouts import column, icon_button, label, row

# Formats that hold pixels and nothing that could name another file.
_FORMATS = {b"png", b"jpeg", b"jpg", b"gif", b"webp", b"bmp", b"ico"}
_MOST_BYTES = 64 * 1024 * 1024
_MOST_MEGABYTES_DECODED = 320
_LARGEST_THUMBNAIL = 1280
_STEP = 1.25


def read_bytes(attachment: Attachment, job: Job) -> bytes:
    """Return the content of a file of the vault.

    Raises:
        UserError: it is too large to be shown.
    """
    if attachment.open is None:
        raise UserError("the export did not hold this file")
    gathered = bytearray()
    with attachment.open() as stream:
        while piece := stream.read(1 << 20):
            job.check()
            gathered += piece
            if len(gathered) > _MOST_BYTES:
                raise UserError("the image is too large to be shown; save it instead")
    return bytes(gathered)


def decode(attachment: Attachment, largest: int | None, job: Job) -> QImage:
    """Return an image of the vault, no larger than *largest* pixels; off the GUI thread.

    Raises:
        UserError: it is none that can be shown.
    """
    content = QByteArray(read_bytes(attachment, job))
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer)
    reader.setAutoTransform(True)
    if reader.format().data() not in _FORMATS:
        raise UserError("the image is of a kind that is not shown; save it instead")
    size = reader.size()
    if size.isValid() and size.width() * size.height() > _MOST_MEGABYTES_DECODED * 262_144:
        raise UserError("the image is too large to be shown; save it instead")
    if largest and size.isValid() and max(size.width(), size.height()) > largest:
        reader.setScaledSize(
            size.scaled(QSize(largest, largest), Qt.AspectRatioMode.KeepAspectRatio)
        )
    image = reader.read()
    if image.isNull():
        raise UserError("the image is damaged and cannot be shown")
    return image


def thumbnail(attachment: Attachment) -> partial[QImage]:
    """Return the work that makes a small image."""
    return partial(decode, attachment, _LARGEST_THUMBNAIL)


class Canvas(QWidget):
    """An image that can be zoomed and moved."""

    zoomed = Signal(float)

    def __init__(self, image: QImage) -> None:
        super().__init__()
        self.image = image
        self.zoom = 0.0  # 0: as large as fits
        self._offset = QPointF()
        self._pressed: QPointF | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(_("Image"))
        self.setCursor(Qt.CursorShape.OpenHandCursor)

    @property
    def scale(self) -> float:
        """Return how large a pixel of the image is shown."""
        if self.zoom:
            return self.zoom
        wide = self.width() / max(1, self.image.width())
        return min(1.0, wide, self.height() / max(1, self.image.height()))

    def zoom_by(self, factor: float) -> None:
        """Show it *factor* times as large; 0 fits it in."""
        self.zoom = min(max(self.scale * factor, 0.05), 16.0) if factor else 0.0
        if not factor:
            self._offset = QPointF()
        self.zoomed.emit(self.scale)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(theme.tokens().sunken))
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, self.scale < 4)
        wide, high = self.image.width() * self.scale, self.image.height() * self.scale
        x = (self.width() - wide) / 2 + self._offset.x()
        y = (self.height() - high) / 2 + self._offset.y()
        painter.drawImage(QRectF(x, y, wide, high), self.image)
        painter.end()

    def wheelEvent(self, event: QWheelEvent) -> None:
        self.zoom_by(_STEP if event.angleDelta().y() > 0 else 1 / _STEP)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pressed = event.position() - self._offset

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pressed is not None:
            self._offset = event.position() - self._pressed
            self.update()

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        self._pressed = None

    def mouseDoubleClickEvent(self, _event: QMouseEvent) -> None:
        self.zoom_by(0 if self.zoom else 1 / self.scale)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {
            Qt.Key.Key_Left: QPointF(60, 0),
            Qt.Key.Key_Right: QPointF(-60, 0),
            Qt.Key.Key_Up: QPointF(0, 60),
            Qt.Key.Key_Down: QPointF(0, -60),
        }
        key = Qt.Key(event.key())
        if key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal, Qt.Key.Key_Minus, Qt.Key.Key_0):
            step = {Qt.Key.Key_Minus: 1 / _STEP, Qt.Key.Key_0: 0.0}.get(key, _STEP)
            self.zoom_by(step)
        elif key in steps:
            self._offset += steps[key]
            self.update()
        else:
            super().keyPressEvent(event)


class PictureDialog(QDialog):
    """Shows one image as large as the window."""

    save_asked = Signal()

    def __init__(self, image: QImage, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(name)
        self.resize(parent.window().size() * 0.86)
        self.canvas = Canvas(image)
        self._percent = label("", "muted", wraps=False)
        lines = column(
            row(
                label(name, "subheading", wraps=False),
                None,
                self._percent,
                *self._buttons(),
                gap=4,
                margins=(16, 8, 8, 8),
            ),
            self.canvas,
            gap=0,
        )
        lines.setStretch(1, 1)
        self.setLayout(lines)
        self.canvas.zoomed.connect(self._on_zoomed)
        self.canvas.setFocus()

    def _buttons(self) -> list[QToolButton]:
        made = []
        for icon, name, keys, work in (
            ("zoom-out", _("Smaller"), "-", partial(self._zoom, 1 / _STEP)),
            ("zoom-in", _("Larger"), "+", partial(self._zoom, _STEP)),
            ("maximize", _("Fit"), "0", partial(self._zoom, 0.0)),
            ("download", _("Save this file"), "", self.save_asked.emit),
            ("x", _("Close"), "Esc", self.reject),
        ):
            pressed = icon_button(icon, name, keys)
            pressed.clicked.connect(partial(_ignore_state, work))
            made.append(pressed)
        return made

    def _zoom(self, factor: float) -> None:
        self.canvas.zoom_by(factor)

    def _on_zoomed(self, scale: float) -> None:
        self._percent.setText(f"{number(scale * 100)} %")


def _ignore_state(work: Callable[[], object], _is_checked: bool = False) -> None:
    work()
