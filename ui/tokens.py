"""The colours of the window, by what they are for. A test holds their contrast."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokens:
    """One scheme. Text is read on `background`, `surface`, `raised` and `code_background`."""

    is_dark: bool
    background: str  # what is read lies on it
    surface: str  # lists and side panes
    raised: str  # cards, menus, buttons
    sunken: str  # the rail, wells
    hover: str
    pressed: str
    border: str
    border_strong: str  # the edge of what can be typed in or switched
    text: str
    muted: str
    faint: str  # placeholders, disabled text, marks without meaning of their own
    accent: str
    accent_hover: str
    on_accent: str
    accent_soft: str  # behind what is selected
    on_accent_soft: str
    user_bubble: str
    code_background: str
    code_head: str
    ok: str
    ok_soft: str
    warn: str
    warn_soft: str
    danger: str
    danger_soft: str
    mark: str  # behind a word that was found
    mark_current: str
    on_mark: str
    note: str
    shadow: str
    # Code.
    code_keyword: str
    code_name: str
    code_type: str
    code_string: str
    code_number: str
    code_comment: str
    code_added: str
    code_removed: str


LIGHT = Tokens(
    is_dark=False,
    background="#ffffff",
    surface="#f7f8fa",
    raised="#ffffff",
    sunken="#eef0f4",
    hover="#e8ebf1",
    pressed="#dde1ea",
    border="#e1e4ea",
    border_strong="#838b9a",
    text="#1a1d23",
    muted="#565e6c",
    faint="#7d8593",
    accent="#4350c7",
    accent_hover="#3742b0",
    on_accent="#ffffff",
    accent_soft="#e6e8fb",
    on_accent_soft="#343fa8",
    user_bubble="#eef0fb",
    code_background="#f6f7f9",
    code_head="#eceef2",
    ok="#19734a",
    ok_soft="#e2f4ea",
    warn="#8a5700",
    warn_soft="#fdf1d8",
    danger="#b92a28",
    danger_soft="#fdeae9",
    mark="#ffe78f",
    mark_current="#ffb948",
    on_mark="#1a1d23",
    note="#fff6d6",
    shadow="#1a1d23",
    code_keyword="#8a2bb0",
    code_name="#1f5fbf",
    code_type="#0b6b80",
    code_string="#1c7040",
    code_number="#a8470a",
    code_comment="#636c7a",
    code_added="#19734a",
    code_removed="#b92a28",
)

DARK = Tokens(
    is_dark=True,
    background="#15171c",
    surface="#1b1e24",
    raised="#22262e",
    sunken="#111317",
    hover="#282c35",
    pressed="#31363f",
    border="#2b303a",
    border_strong="#6d7685",
    text="#e7e9ed",
    muted="#a8b0bd",
    faint="#7f8897",
    accent="#929cf7",
    accent_hover="#a9b1fa",
    on_accent="#11131b",
    accent_soft="#2a2f4d",
    on_accent_soft="#bcc3fc",
    user_bubble="#262a3e",
    code_background="#101216",
    code_head="#1a1d23",
    ok="#63c993",
    ok_soft="#17301f",
    warn="#e3b455",
    warn_soft="#352a12",
    danger="#f27d79",
    danger_soft="#3a1d1e",
    mark="#5c4d13",
    mark_current="#8a5d0c",
    on_mark="#fff7dd",
    note="#2c2818",
    shadow="#000000",
    code_keyword="#d59bf0",
    code_name="#86b6ff",
    code_type="#6fcbe0",
    code_string="#8fd3a3",
    code_number="#f0a878",
    code_comment="#8b94a3",
    code_added="#63c993",
    code_removed="#f27d79",
)
