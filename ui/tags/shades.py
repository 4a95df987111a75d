"""The colours of tags in each theme. A test holds their contrast."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtGui import QColor

from ui import theme


class Shade(NamedTuple):
    """What a tag's name is written in, and what lies behind it."""

    ink: str
    ground: str


# By the names of privatus.core.tag.COLOURS.
LIGHT = {
    "red": Shade("#a51c18", "#f8dad9"),
    "orange": Shade("#92420c", "#fae5d6"),
    "yellow": Shade("#745b06", "#fbf2d5"),
    "green": Shade("#1b6a35", "#dcf4e4"),
    "teal": Shade("#106970", "#d9f5f8"),
    "blue": Shade("#1354aa", "#d8e6f9"),
    "purple": Shade("#7828bd", "#e9dbf5"),
    "pink": Shade("#a01c63", "#f7dae9"),
    "brown": Shade("#755238", "#efe7e1"),
    "grey": Shade("#4d535d", "#e0e3e8"),
}
DARK = {
    "red": Shade("#ed8682", "#461c1b"),
    "orange": Shade("#e99b67", "#492c18"),
    "yellow": Shade("#e2b932", "#4b3e16"),
    "green": Shade("#43d072", "#1f422b"),
    "teal": Shade("#20d2df", "#1b4346"),
    "blue": Shade("#75a8eb", "#192d48"),
    "purple": Shade("#bd8de7", "#321e43"),
    "pink": Shade("#e981b9", "#451c32"),
    "brown": Shade("#c8a68d", "#3b2f26"),
    "grey": Shade("#b4b9c2", "#363a42"),
}


def shade_of(colour: str | None) -> tuple[QColor, QColor]:
    """Return ink and ground of a tag's colour in the theme that holds; grey if it has none."""
    shades = DARK if theme.tokens().is_dark else LIGHT
    found = shades[colour or "grey"]
    return QColor(found.ink), QColor(found.ground)
