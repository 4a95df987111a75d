"""Line icons, drawn in the colours of the theme at the moment they are painted.

The drawings are Lucide's (ISC, see assets/icons/LICENSE.txt): `assets/icons/<name>.svg`.
"""

from __future__ import annotations

from functools import cache, lru_cache
from pathlib import Path

from PySide6.QtCore import QByteArray, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QIconEngine, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from ui import theme

_FOLDER = Path(__file__).parent / "assets" / "icons"
_STROKE = "1.75"


@cache
def icon(name: str, colour: str = "muted", checked_colour: str = "on_accent_soft") -> QIcon:
    """Return the icon *name* in the colours of two tokens: as it is, and when it is checked."""
    engine = _Engine(name, colour, checked_colour)
    # Qt deletes the engine with the last icon that has it, and the cache keeps that for ever;
    # Python must not free it before.
    _kept.append(engine)
    return QIcon(engine)


def paint(painter: QPainter, name: str, rect: QRectF, colour: QColor | str) -> None:
    """Draw the icon *name* into *rect*; *colour* is a QColor or the name of a token."""
    chosen = theme.colour(colour) if isinstance(colour, str) else colour
    _renderer(name, chosen.name()).render(painter, rect)


def names() -> list[str]:
    """Return the names of all icons."""
    return sorted(path.stem for path in _FOLDER.glob("*.svg"))


@lru_cache(maxsize=512)
def _renderer(name: str, colour: str) -> QSvgRenderer:
    drawing = (_FOLDER / f"{name}.svg").read_text(encoding="utf-8")
    drawing = drawing.replace("currentColor", colour)
    drawing = drawing.replace('stroke-width="2"', f'stroke-width="{_STROKE}"')
    return QSvgRenderer(QByteArray(drawing.encode()))


class _Engine(QIconEngine):
    """One icon; asks the theme for its colour each time that it is painted."""

    def __init__(self, name: str, colour: str, checked_colour: str) -> None:
        super().__init__()
        self._name, self._colour, self._checked_colour = name, colour, checked_colour

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        name = self._checked_colour if state is QIcon.State.On else self._colour
        if mode is QIcon.Mode.Disabled:
            name = "faint"
        square = QRectF(rect)
        side = min(square.width(), square.height())
        square = QRectF(square.center().x() - side / 2, square.center().y() - side / 2, side, side)
        paint(painter, self._name, square, name)

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        drawn = QPixmap(size)
        if size.isEmpty():
            # Asked for while a widget has no size yet; nothing can be painted on that.
            return drawn
        drawn.fill(Qt.GlobalColor.transparent)
        painter = QPainter(drawn)
        self.paint(painter, drawn.rect(), mode, state)
        painter.end()
        return drawn

    def clone(self) -> _Engine:
        made = _Engine(self._name, self._colour, self._checked_colour)
        _kept.append(made)
        return made


_kept: list[_Engine] = []
