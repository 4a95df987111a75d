"""The colours of highlights in each theme: those of tags, so strong that a word of them is seen.

A test holds their contrast.
"""

from __future__ import annotations

from PySide6.QtGui import QColor

from ui import theme
from ui.i18n import mark
from ui.tags.shades import DARK, LIGHT

# How much more of its colour a highlight has than a tag, and how much less light.
_STRONGER, _DARKER = 2.1, 0.98
# In the dark: so much of the ink in the ground.
_INK = 0.08
NAMES = {
    "red": mark("Red"),
    "orange": mark("Orange"),
    "yellow": mark("Yellow"),
    "green": mark("Green"),
    "teal": mark("Teal"),
    "blue": mark("Blue"),
    "purple": mark("Purple"),
    "pink": mark("Pink"),
    "brown": mark("Brown"),
    "grey": mark("Grey"),
}
# The order of the keys 1 to 9 and 0: what people mark with comes first.
ORDER = ("yellow", "green", "blue", "pink", "orange", "purple", "red", "teal", "brown", "grey")


def tint(colour: str, *, is_dark: bool | None = None) -> QColor:
    """Return what lies behind words that are highlighted in *colour*."""
    if theme.tokens().is_dark if is_dark is None else is_dark:
        return _mixed(QColor(DARK[colour].ink), QColor(DARK[colour].ground))
    ground = QColor(LIGHT[colour].ground)
    strong = min(1.0, ground.hsvSaturationF() * _STRONGER)
    return QColor.fromHsvF(max(0.0, ground.hsvHueF()), strong, ground.valueF() * _DARKER)


def _mixed(ink: QColor, ground: QColor) -> QColor:
    return QColor(
        *(
            round(g + (i - g) * _INK)
            for i, g in zip(ink.getRgb()[:3], ground.getRgb()[:3], strict=True)  # type: ignore[index]
        )
    )
