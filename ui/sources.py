"""Where a conversation came from, as people know it: its provider's name, and a badge."""

from __future__ import annotations

from functools import cache

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter

from ui import theme
from ui.i18n import _, mark

# Two letters and a hue: no provider's sign, which would be theirs.
_BADGES = {
    "chatgpt": ("Ch", 160),
    "claude": ("Cl", 18),
    "gemini": ("Ge", 217),
    "aistudio": ("AI", 199),
    "mistral": ("Le", 33),
    "grok": ("Gr", 270),
    "deepseek": ("De", 232),
    "copilot": ("Co", 187),
    "privatus": ("Pr", 245),
    "other": ("Ot", 330),
}
_OTHER = mark("Other tools")


@cache
def _labels() -> dict[str, str]:
    # Late: it brings the importers along, which the lock screen does not need.
    from privatus.services.imports import known_sources

    return dict(known_sources())


def label_of(source: str) -> str:
    """Return what people call *source*."""
    if source == "other":
        return _(_OTHER)
    return _labels().get(source) or source[:1].upper() + source[1:]


def paint_badge(painter: QPainter, source: str, rect: QRectF) -> None:
    """Draw the badge of *source* into *rect*, which is a square."""
    letters, hue = _BADGES.get(source, (source[:2].title(), sum(source.encode()) * 37 % 360))
    is_dark = theme.tokens().is_dark
    ground = QColor.fromHsl(hue, 90 if is_dark else 140, 60 if is_dark else 228)
    ink = QColor.fromHsl(hue, 170 if is_dark else 190, 190 if is_dark else 82)
    painter.save()
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ground)
    radius = rect.height() * 0.3
    painter.drawRoundedRect(rect, radius, radius)
    font = QFont(painter.font())
    font.setPixelSize(max(1, round(rect.height() * 0.52)))
    font.setWeight(QFont.Weight.Bold)
    painter.setFont(font)
    painter.setPen(ink)
    painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, letters)
    painter.restore()
