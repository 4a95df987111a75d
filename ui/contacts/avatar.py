"""The picture of a person in a circle, or their initials where there is none."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QImage, QImageReader, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QWidget

from privatus.core.contact import MAX_PICTURE_BYTES
from privatus.core.errors import UserError
from ui import theme

# What a picture is made to fit into before it is kept.
_SIDE = 512
_MOST_PIXELS = 60_000_000
_KINDS = (b"png", b"jpeg")


class Avatar(QWidget):
    """A circle that shows who somebody is; it says nothing beside the name next to it."""

    def __init__(self, side: float) -> None:
        super().__init__()
        self.setFixedSize(theme.px(side), theme.px(side))
        self._name = ""
        self._image: QImage | None = None
        theme.theme().changed.connect(self.update)

    def show_person(self, name: str, picture: bytes | None) -> None:
        """Show *picture*, or the initials of *name*."""
        self._name = name
        self._image = decoded(picture, self.width() * 2) if picture else None
        self.update()

    @property
    def has_picture(self) -> bool:
        """Say whether a picture is shown."""
        return self._image is not None

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        paint_avatar(painter, QRectF(self.rect()), self._name, self._image)


def paint_avatar(
    painter: QPainter,
    rect: QRectF,
    name: str,
    image: QImage | None = None,
    ground: str = "accent_soft",
) -> None:
    """Paint somebody into the circle in *rect*; initials stand on the colour *ground*."""
    painter.save()
    circle = QPainterPath()
    circle.addEllipse(rect)
    painter.setClipPath(circle)
    if image is not None:
        painter.drawImage(rect, image, _middle(image))
    else:
        painter.fillRect(rect, theme.colour(ground))
        painter.setPen(theme.colour("on_accent_soft"))
        font = theme.font(10, QFont.Weight.DemiBold)
        font.setPixelSize(max(1, round(rect.height() * 0.38)))
        painter.setFont(font)
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, initials(name))
    painter.restore()


def initials(name: str) -> str:
    """Return the first letters of the first and the last word that begin with one."""
    words = [word for word in name.split() if word[0].isalnum()]
    found = [word[0] for word in (words[:1] + words[1:][-1:])]
    return "".join(found).upper()


def decoded(content: bytes, side: int) -> QImage | None:
    """Return a kept picture, no side longer than *side*; None if it cannot be shown."""
    buffer = QBuffer()
    buffer.setData(QByteArray(content))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer)
    if bytes(reader.format().data()) not in _KINDS:
        return None
    return _read(reader, side)


def encoded(path: Path) -> bytes:
    """Return the picture in a file as the vault keeps one: small, and saying nothing else.

    Where it was taken, and by which camera, is not among it any more.

    Raises:
        UserError: it is no picture, or too large.
    """
    reader = QImageReader(str(path))
    reader.setAutoTransform(True)
    image = _read(reader, _SIDE)
    if image is None:
        raise UserError("this is no picture that can be read; choose another")
    # Drawn anew, it has no remarks any more.
    image = QImage(image.convertToFormat(_format(image)))
    for name in image.textKeys():
        image.setText(name, "")
    for kind, quality in (("PNG", -1), ("JPEG", 88), ("JPEG", 60)):
        buffer = QBuffer()
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        is_small = image.hasAlphaChannel() or kind == "JPEG"
        # The stub says bytes; it takes a str only.
        is_saved = is_small and image.save(buffer, kind, quality)  # type: ignore[call-overload]
        if is_saved and buffer.size() <= MAX_PICTURE_BYTES:
            return bytes(buffer.data().data())
    raise UserError("this picture cannot be made small enough; choose another")


def _format(image: QImage) -> QImage.Format:
    kinds = QImage.Format
    return kinds.Format_ARGB32 if image.hasAlphaChannel() else kinds.Format_RGB32


def _read(reader: QImageReader, side: int) -> QImage | None:
    size = reader.size()
    # Asked before a pixel is read: a few bytes can say that they are a picture of gigabytes.
    if not size.isValid() or size.width() * size.height() > _MOST_PIXELS:
        return None
    if max(size.width(), size.height()) > side:
        scaled = size.scaled(side, side, Qt.AspectRatioMode.KeepAspectRatio)
        reader.setScaledSize(scaled.expandedTo(QSize(1, 1)))
    image = reader.read()
    return None if image.isNull() else image


def _middle(image: QImage) -> QRectF:
    side = min(image.width(), image.height())
    return QRectF((image.width() - side) / 2, (image.height() - side) / 2, side, side)
