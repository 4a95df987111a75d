"""What is written can be read: contrast as WCAG 2 counts it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ui import theme
from ui.style_sheet import style_sheet
from ui.tags import shades
from ui.tokens import DARK, LIGHT, Tokens

_GROUNDS = ("background", "surface", "raised", "sunken", "code_background", "user_bubble", "note")


def _luminance(colour: str) -> float:
    channels = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: str, other: str) -> float:
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("names", "grounds", "least"),
    [
        (("text",), (*_GROUNDS, "hover", "accent_soft", "code_head"), 7.0),
        (("muted", "accent"), ("background", "surface", "raised", "sunken"), 4.5),
        (("ok", "warn", "danger"), ("background", "surface", "raised"), 4.5),
        (("faint", "border_strong"), ("background", "surface", "raised"), 3.0),
        (("on_accent",), ("accent", "accent_hover"), 4.5),
        (("on_accent_soft",), ("accent_soft",), 4.5),
        (("on_mark",), ("mark", "mark_current"), 4.5),
        (("ok",), ("ok_soft",), 4.5),
        (("warn",), ("warn_soft",), 4.5),
        (("danger",), ("danger_soft",), 4.5),
        (
            (
                *("code_keyword", "code_name", "code_type", "code_string", "code_number"),
                *("code_comment", "code_added", "code_removed"),
            ),
            ("code_background",),
            4.5,
        ),
    ],
)
def test_what_is_written_stands_out_from_what_it_lies_on(
    scheme: Tokens, names: tuple[str, ...], grounds: tuple[str, ...], least: float
) -> None:
    too_faint = {
        f"{name} on {ground}": round(found, 2)
        for name in names
        for ground in grounds
        if (found := _contrast(getattr(scheme, name), getattr(scheme, ground))) < least
    }

    assert too_faint == {}


@pytest.mark.parametrize("tags", [shades.LIGHT, shades.DARK], ids=["light", "dark"])
def test_the_name_of_a_tag_stands_out_from_its_colour(tags: dict[str, shades.Shade]) -> None:
    found = {name: _contrast(shade.ink, shade.ground) for name, shade in tags.items()}

    assert {name: contrast for name, contrast in found.items() if contrast < 4.5} == {}


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
def test_the_pictures_of_the_style_sheet_have_the_colours_of_the_theme(scheme: Tokens) -> None:
    name = "dark" if scheme.is_dark else "light"
    pictures = sorted((Path(theme.__file__).parent / "assets" / "style").glob(f"*-{name}.svg"))

    colours = {path.name: path.read_text().split('stroke="')[1][:7] for path in pictures}

    assert colours == {
        f"check-{name}.svg": scheme.on_accent,
        f"chevron-{name}.svg": scheme.muted,
        f"clear-{name}.svg": scheme.muted,
        f"dash-{name}.svg": scheme.accent,
        f"dot-{name}.svg": scheme.on_accent,
        f"up-{name}.svg": scheme.muted,
    }


@pytest.mark.parametrize("zoom", theme.ZOOM_STEPS)
def test_radio_buttons_are_round_at_every_size(zoom: float) -> None:
    # Qt draws corners with a radius of more than half the side as squares.
    sheet = style_sheet(LIGHT, lambda length: round(length * zoom))

    radius = re.search(r"QRadioButton::indicator \{ border-radius: (\d+)px", sheet)
    width = re.search(r"QListView::indicator \{\s*width: (\d+)px", sheet)

    assert radius is not None and width is not None
    assert int(width[1]) + 1 <= 2 * int(radius[1]) <= int(width[1]) + 2
