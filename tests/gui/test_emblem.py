"""The sign of the program is the same in the window and on the desktop."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

from support.pictures import difference
from ui import app, theme
from ui.emblem import draw
from ui.settings.store import Settings

_ICON = Path(__file__).resolve().parents[2] / "packaging" / f"{app.DESKTOP_NAME}.svg"
_SIDE = 256


def test_the_icon_of_the_desktop_is_the_emblem(settings: Settings) -> None:
    theme.theme().set_scheme(theme.Scheme.LIGHT)
    pictures = [QImage(_SIDE, _SIDE, QImage.Format.Format_ARGB32) for _ in range(2)]
    whole = QRectF(0, 0, _SIDE, _SIDE)
    for picture, is_icon in zip(pictures, (True, False), strict=True):
        picture.fill(Qt.GlobalColor.white)
        painter = QPainter(picture)
        if is_icon:
            QSvgRenderer(str(_ICON)).render(painter, whole)
        else:
            draw(painter, whole)
        painter.end()

    assert difference(*pictures) < 0.01
