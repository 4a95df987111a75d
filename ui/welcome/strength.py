"""How long a password would stand, in words and as a bar."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui import theme
from ui.i18n import _, mark, ngettext

# zxcvbn refuses more; what comes after the 72nd character only makes it better.
_MOST_CHARS = 72
# A guess costs about a second of this computer; a thief is taken to have many of them.
_GUESSES_PER_SECOND = 10_000
_MINUTE_S = 60
_HOUR_S = 60 * _MINUTE_S
_DAY_S = 24 * _HOUR_S
_YEAR_S = 365 * _DAY_S
_AGES_S = 10_000 * _YEAR_S

LEVELS = (
    mark("Very weak"),
    mark("Weak"),
    mark("Fair"),
    mark("Good"),
    mark("Strong"),
)
_COLOURS = ("danger", "danger", "warn", "ok", "ok")
# What zxcvbn may say; it says it in English.
_WARNINGS = (
    mark("A word by itself is easy to guess."),
    mark("Common names and surnames are easy to guess."),
    mark("Dates are often easy to guess."),
    mark("Names and surnames by themselves are easy to guess."),
    mark("Recent years are easy to guess."),
    mark('Repeats like "aaa" are easy to guess.'),
    mark('Repeats like "abcabcabc" are only slightly harder to guess than "abc".'),
    mark('Sequences like "abc" or "6543" are easy to guess.'),
    mark("Short keyboard patterns are easy to guess."),
    mark("Straight rows of keys are easy to guess."),
    mark("This is a top-10 common password."),
    mark("This is a top-100 common password."),
    mark("This is a very common password."),
    mark("This is similar to a commonly used password."),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Strength:
    """What was found about a password: a level from 0 to 4, the time it stands, a warning."""

    level: int
    seconds: float
    warning: str


def measure(password: str) -> Strength:
    """Return how strong *password* is; takes milliseconds."""
    from zxcvbn import zxcvbn

    found = zxcvbn(password[:_MOST_CHARS])
    seconds = float(found["guesses"]) / _GUESSES_PER_SECOND
    thresholds = (_HOUR_S, _DAY_S * 30, _YEAR_S * 10, _YEAR_S * 1_000)
    level = sum(seconds >= threshold for threshold in thresholds)
    return Strength(level=level, seconds=seconds, warning=str(found["feedback"]["warning"]))


def in_words(strength: Strength) -> str:
    """Return two sentences about *strength*."""
    stands = _("A thief with ten thousand such computers needs {time}.").format(
        time=_duration(strength.seconds)
    )
    warning = _(strength.warning) if strength.warning in _WARNINGS else ""
    return f"{warning} {stands}".strip()


def _duration(seconds: float) -> str:
    if seconds < _MINUTE_S:
        return _("less than a minute")
    if seconds < _HOUR_S:
        return ngettext("{n} minute", "{n} minutes", round(seconds / _MINUTE_S))
    if seconds < _DAY_S:
        return ngettext("{n} hour", "{n} hours", round(seconds / _HOUR_S))
    if seconds < _YEAR_S:
        return ngettext("{n} day", "{n} days", round(seconds / _DAY_S))
    if seconds < _AGES_S:
        return ngettext("{n} year", "{n} years", _rounded(seconds / _YEAR_S))
    return _("longer than anybody can wait")


def _rounded(years: float) -> int:
    """Return *years* with the two digits that mean anything."""
    return int(float(f"{max(years, 1):.1e}")) if years >= 100 else round(years)


class StrengthBar(QWidget):
    """Four fields, of which as many are filled as the password is strong."""

    _FIELDS = 4

    def __init__(self) -> None:
        super().__init__()
        self._level = -1
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(_("Strength of the password"))

    def set_level(self, level: int) -> None:
        """Show *level*, from 0 to 4; -1 while there is no password."""
        self._level = level
        self.setAccessibleDescription(_(LEVELS[level]) if level >= 0 else "")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(theme.px(120), theme.px(6))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        gap = theme.px(4)
        width = (self.width() - gap * (self._FIELDS - 1)) / self._FIELDS
        # The weakest password fills one field, too: it is there.
        filled = max(1, self._level) if self._level >= 0 else 0
        for number in range(self._FIELDS):
            is_filled = number < filled
            painter.setBrush(theme.colour(_COLOURS[self._level] if is_filled else "hover"))
            field = QRectF(number * (width + gap), 0, width, self.height())
            painter.drawRoundedRect(field, self.height() / 2, self.height() / 2)
