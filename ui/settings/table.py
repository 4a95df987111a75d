"""Everything that can be set, in one table: the page, the store and the search over it use it.

These settings are of this computer and are stored in the clear: nothing here may say anything
about what is in a vault. To add one, add a row; the key never changes once it was released.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from ui.i18n import LANGUAGES, mark

T = TypeVar("T", bound=bool | int | str)


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting(Generic[T]):
    """One thing that can be set.

    A setting with `choices` is one of them; else the type of the default says what it is: a
    switch, a number from `least` to `most`, or a text.
    """

    key: str
    section: str
    title: str
    default: T
    help: str = ""
    choices: tuple[tuple[T, str], ...] = ()
    least: int = 0
    most: int = 0
    unit: str = ""
    words: str = ""  # other words under which people look for it

    def clean(self, value: Any) -> T:
        """Return *value*, as it was stored, or the default if it cannot be one of ours."""
        kind = type(self.default)
        try:
            if kind is bool:
                made: Any = value in (True, "true", "True", "1", 1)
            else:
                made = kind(value)
        except (TypeError, ValueError):
            return self.default
        if self.choices:
            return made if made in [choice for choice, _ in self.choices] else self.default
        if kind is int:
            made = min(max(made, self.least), self.most)
        return made  # type: ignore[no-any-return]


APPEARANCE = mark("Appearance")
READING = mark("Reading")
LANGUAGE_SECTION = mark("Language")
PRIVACY = mark("Privacy and locking")
WINDOW = mark("Window")

THEME = Setting(
    key="appearance/theme",
    section=APPEARANCE,
    title=mark("Theme"),
    default="system",
    choices=(
        ("system", mark("Like the desktop")),
        ("light", mark("Light")),
        ("dark", mark("Dark")),
    ),
    words=mark("colour color dark light night mode"),
)
ZOOM = Setting(
    key="appearance/zoom",
    section=APPEARANCE,
    title=mark("Size of everything"),
    default=100,
    choices=tuple((n, f"{n} %") for n in (80, 90, 100, 110, 125, 150, 175, 200, 250, 300)),
    help=mark("Also by Ctrl and plus, minus or zero."),
    words=mark("zoom font text larger smaller scale"),
)
REDUCED_MOTION = Setting(
    key="appearance/reduced_motion",
    section=APPEARANCE,
    title=mark("Less motion"),
    default=False,
    help=mark("Nothing slides or fades."),
    words=mark("animation"),
)
TEXT_SIZE = Setting(
    key="reading/text_size",
    section=READING,
    title=mark("Size of the text in chats"),
    default=15,
    least=11,
    most=28,
    unit=" px",
    words=mark("font larger smaller"),
)
READING_WIDTH = Setting(
    key="reading/width",
    section=READING,
    title=mark("Width of the text"),
    default=740,
    choices=(
        (620, mark("Narrow")),
        (740, mark("Normal")),
        (960, mark("Wide")),
        (4000, mark("As wide as the window")),
    ),
    words=mark("column line length"),
)
WRAP_CODE = Setting(
    key="reading/wrap_code",
    section=READING,
    title=mark("Wrap long lines of code"),
    default=True,
)
SUMMARIES = Setting(
    key="reading/summaries",
    section=READING,
    title=mark("Sum up chats by themselves"),
    default=True,
    help=mark("In the background and on this computer, out of sentences of the chats."),
    words=mark("summary abstract extract titles"),
)
LANGUAGE = Setting(
    key="language/language",
    section=LANGUAGE_SECTION,
    title=mark("Language of the window"),
    default="",
    choices=(("", mark("Like the desktop")), *LANGUAGES.items()),
    words="Sprache language English Deutsch",
)
IDLE_LOCK_MINUTES = Setting(
    key="privacy/idle_lock_minutes",
    section=PRIVACY,
    title=mark("Lock when nobody uses the window"),
    default=15,
    choices=(
        (1, mark("After 1 minute")),
        (5, mark("After 5 minutes")),
        (15, mark("After 15 minutes")),
        (60, mark("After an hour")),
        (0, mark("Never")),
    ),
    help=mark("Not while a job runs."),
    words=mark("idle timeout automatic"),
)
LOCK_ON_SLEEP = Setting(
    key="privacy/lock_on_sleep",
    section=PRIVACY,
    title=mark("Lock when the computer sleeps or its screen is locked"),
    default=True,
    words=mark("suspend screensaver standby"),
)
LOCK_ON_MINIMISE = Setting(
    key="privacy/lock_on_minimise",
    section=PRIVACY,
    title=mark("Lock when the window is minimised"),
    default=False,
)
CLEAR_CLIPBOARD_SECONDS = Setting(
    key="privacy/clear_clipboard_seconds",
    section=PRIVACY,
    title=mark("Empty the clipboard of what was copied here"),
    default=0,
    choices=(
        (0, mark("When the vault is locked")),
        (30, mark("After 30 seconds")),
        (300, mark("After 5 minutes")),
    ),
    help=mark("Only if it still holds what was copied here."),
    words=mark("copy paste"),
)
SHOW_TRAY = Setting(
    key="window/tray",
    section=WINDOW,
    title=mark("Show an icon in the tray"),
    default=True,
    help=mark("It says whether the vault is open, and locks it."),
    words=mark("notification area status icon"),
)
CLOSE_TO_TRAY = Setting(
    key="window/close_to_tray",
    section=WINDOW,
    title=mark("Keep running in the tray when the window is closed"),
    default=False,
    help=mark("The vault is locked when the window is closed."),
    words=mark("background quit"),
)

TABLE: tuple[Setting[Any], ...] = (
    THEME,
    ZOOM,
    REDUCED_MOTION,
    TEXT_SIZE,
    READING_WIDTH,
    WRAP_CODE,
    SUMMARIES,
    LANGUAGE,
    IDLE_LOCK_MINUTES,
    LOCK_ON_SLEEP,
    LOCK_ON_MINIMISE,
    CLEAR_CLIPBOARD_SECONDS,
    SHOW_TRAY,
    CLOSE_TO_TRAY,
)
