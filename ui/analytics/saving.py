"""A plot as a file: a picture, a drawing, or the numbers."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice, QRectF, QSize, QSizeF
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgGenerator

from privatus.core.errors import DeviceError
from ui import theme
from ui.analytics.chart import Chart

_WIDTH = 900
_HEAD = 44
_MARGIN = 20
# For screens and print alike.
_SCALE = 2


def size_of(chart: Chart) -> QSize:
    """Return how large the drawing of a plot is; a picture has twice as many pixels a side."""
    width = theme.px(_WIDTH)
    inner = chart.height_for(width - 2 * theme.px(_MARGIN))
    return QSize(width, round(inner) + theme.px(_HEAD) + 2 * theme.px(_MARGIN))


def as_png(chart: Chart) -> bytes:
    """Return the plot as a PNG."""
    size = size_of(chart)
    image = QImage(size * _SCALE, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(_SCALE)
    image.fill(theme.colour("raised"))
    painter = QPainter(image)
    _paint(chart, painter, size)
    painter.end()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]
    return bytes(buffer.data().data())


def as_svg(chart: Chart) -> bytes:
    """Return the plot as an SVG."""
    size = size_of(chart)
    buffer = QBuffer()
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setSize(size)
    generator.setViewBox(QRectF(0, 0, size.width(), size.height()))
    plot = chart.plot
    generator.setTitle("" if plot is None else plot.title)
    painter = QPainter(generator)
    _paint(chart, painter, size)
    painter.end()
    return bytes(buffer.data().data())


def as_csv(chart: Chart) -> bytes:
    """Return the numbers of the plot as CSV."""
    return b"" if chart.plot is None else chart.plot.csv().encode("utf-8")


FORMATS = {"png": as_png, "svg": as_svg, "csv": as_csv}


def write(content: bytes, path: Path) -> None:
    """Write a file.

    Raises:
        DeviceError: it cannot be written.
    """
    try:
        path.write_bytes(content)
    except OSError:
        raise DeviceError(f"{path.name} cannot be written; choose another place") from None


def _paint(chart: Chart, painter: QPainter, size: QSize) -> None:
    margin, head = theme.px(_MARGIN), theme.px(_HEAD)
    painter.fillRect(QRectF(0, 0, size.width(), size.height()), theme.colour("raised"))
    if chart.plot is None:
        return
    painter.setFont(theme.font(18))
    painter.setPen(theme.colour("text"))
    is_rtl = chart.is_rtl
    place = QRectF(margin, margin, size.width() - 2 * margin, head)
    painter.drawText(place, 0x82 if is_rtl else 0x81, chart.plot.title)
    painter.translate(margin, margin + head)
    inner = QSizeF(size.width() - 2 * margin, size.height() - 2 * margin - head)
    chart.render_on(painter, inner)
