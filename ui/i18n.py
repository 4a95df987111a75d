"""Words in the language of the person: gettext's functions over the catalogues in `locale/`.

The catalogues are read as they are written (`<language>/LC_MESSAGES/messages.po`): no compiled
twin that could be older than its source. Dates and numbers follow the language, by Qt's tables.
"""

from __future__ import annotations

import ast
import gettext
import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

from PySide6.QtCore import QDate, QDateTime, QLocale

_LOCALE = Path(__file__).parent / "locale"
_ENGLISH = "en"
# As `re.escape` leaves it.
_BLANK = re.compile(r"\\\{\d\\\}")
# Each in its own words: who cannot read the window's language must find theirs.
LANGUAGES = {"en": "English", "de": "Deutsch"}


class _Catalogue:
    """The words of one language."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._texts: dict[tuple[str, str], tuple[str, ...]] = {}
        self._plural: Callable[[int], int] = gettext.c2py("n != 1")
        path = _LOCALE / language / "LC_MESSAGES" / "messages.po"
        for entry in read_catalogue(path) if path.exists() else ():
            if entry.source:
                self._texts[entry.context, entry.source] = entry.texts
            else:
                rule = entry.texts[0].partition("plural=")[2].partition(";")[0]
                self._plural = gettext.c2py(rule)

    def text(self, source: str, context: str = "") -> str:
        found = self._texts.get((context, source))
        return found[0] if found and found[0] else source

    def match(self, text: str, context: str) -> str:
        """Return the translation of *text* by the longest pattern of *context* that it fits."""
        for pattern, translation in self._patterns(context):
            if (found := pattern.fullmatch(text)) is not None:
                for number, value in enumerate(found.groups()):
                    # What to do about a damage is filled in, too, and is words itself.
                    said = self.text(value, "part")
                    translation = translation.replace(f"{{{number}}}", said)
                return translation
        return text

    @cache  # noqa: B019 - there is one catalogue for each language, for ever
    def _patterns(self, context: str) -> list[tuple[re.Pattern[str], str]]:
        known = {
            source: texts[0]
            for (its_context, source), texts in self._texts.items()
            if its_context == context and texts[0]
        }
        # "file that is no prompt" is no "file {0}".
        return [
            (re.compile(_BLANK.sub("(.+?)", re.escape(source)), re.DOTALL), known[source])
            for source in sorted(known, key=len, reverse=True)
        ]

    def plural(self, one: str, many: str, count: int) -> str:
        found = self._texts.get(("", one))
        if found and all(found):
            return found[min(self._plural(count), len(found) - 1)]
        return one if count == 1 else many


class Entry:
    """What the catalogue says about one text."""

    __slots__ = ("context", "parts")

    def __init__(self) -> None:
        self.parts: dict[str, str] = {}
        self.context = ""

    @property
    def source(self) -> str:
        return self.parts.get("msgid", "")

    @property
    def texts(self) -> tuple[str, ...]:
        """Return the translation: one, or one for each plural form."""
        return tuple(text for name, text in self.parts.items() if name.startswith("msgstr"))


def read_catalogue(path: Path) -> Iterator[Entry]:
    """Yield the entries of the catalogue at *path* in gettext's PO format."""
    entry, name = Entry(), ""
    for line in (*path.read_text(encoding="utf-8").splitlines(), ""):
        keyword, _, rest = line.strip().partition(" ")
        if keyword in ("msgctxt", "msgid") and any(k.startswith("msgstr") for k in entry.parts):
            yield entry
            entry = Entry()
        if keyword == "msgctxt":
            name, entry.context = keyword, ast.literal_eval(rest)
        elif keyword.startswith("msg"):
            name = keyword
            entry.parts[name] = ast.literal_eval(rest)
        elif line.startswith('"') and name:
            entry.parts[name] += ast.literal_eval(line)
    if entry.parts:
        yield entry


_current = [_Catalogue(_ENGLISH)]
_catalogue = cache(_Catalogue)


def set_language(language: str) -> str:
    """Speak *language* from now on, "" for that of the desktop; return which it is."""
    if language not in LANGUAGES:
        wanted = (name.partition("-")[0] for name in QLocale.system().uiLanguages())
        language = next((name for name in wanted if name in LANGUAGES), _ENGLISH)
    _current[0] = _catalogue(language)
    QLocale.setDefault(locale())
    return language


def language() -> str:
    """Return the language that is spoken."""
    return _current[0].language


def _(source: str) -> str:
    return _current[0].text(source)


def mark(source: str) -> str:
    """Return *source* as it is: a text of a table, put into words when it is shown."""
    return source


def match(context: str, text: str) -> str:
    """Return *text*, which was filled in already, in the person's language.

    The catalogue has patterns for it under *context*: `{0}`, `{1}` stand for what was filled in.
    """
    return _current[0].match(text, context)


def ngettext(one: str, many: str, count: int) -> str:
    """Return *one* or *many* as *count* and the language ask for; `{n}` in it is the count."""
    return _current[0].plural(one, many, count).replace("{n}", number(count))


def locale() -> QLocale:
    """Return how dates and numbers are written: the desktop's way if it speaks the language."""
    system = QLocale.system()
    if system.name().partition("_")[0] == language():
        return system
    return QLocale(language())


def number(value: float, decimals: int = 0) -> str:
    """Return *value* with the separators of the language."""
    return (
        locale().toString(float(value), "f", decimals)
        if decimals
        else locale().toString(round(value))
    )


def size(size_bytes: int) -> str:
    """Return a size as people say it: 1.4 MB."""
    return locale().formattedDataSize(
        size_bytes, 1 if size_bytes >= 1_000_000 else 0, QLocale.DataSizeFormat.DataSizeSIFormat
    )


def moment(at_ms: int | None) -> datetime | None:
    """Return a time of the vault, None if it is not known or no calendar has it."""
    if at_ms is None:
        return None
    try:
        found = datetime.fromtimestamp(at_ms / 1000, UTC)
        # At the edge of the calendar a day may be beyond it where the computer is.
        found.astimezone()
    except (OverflowError, ValueError, OSError):
        return None
    return found


def day(value: date | datetime, *, is_short: bool = False) -> str:
    """Return the date of *value*, at the place where the computer is."""
    if isinstance(value, datetime):
        value = value.astimezone().date()
    made = QDate(value.year, value.month, value.day)
    style = QLocale.FormatType.ShortFormat if is_short else QLocale.FormatType.LongFormat
    if is_short:
        return locale().toString(made, style)
    return locale().toString(made, _long_date())


def time_of_day(value: datetime) -> str:
    """Return the hour and minute of *value*, at the place where the computer is."""
    local = value.astimezone()
    made = QDateTime(local.year, local.month, local.day, local.hour, local.minute, local.second)
    return locale().toString(made.time(), QLocale.FormatType.ShortFormat)


def when(value: datetime, now: datetime, *, is_year_said: bool = False) -> str:
    """Return when *value* was, as short as a list needs: the hour, the weekday or the date.

    Where the year is said already, as above a group of rows, the day takes its place.
    """
    local, today = value.astimezone(), now.astimezone().date()
    days = (today - local.date()).days
    if days == 0:
        return time_of_day(value)
    made = QDate(local.year, local.month, local.day)
    if 0 < days < 7:
        return locale().toString(made, "ddd")
    if is_year_said or local.year == today.year:
        day_of_month = re.sub(r"[\s,]*y+", "", _long_date()).replace("MMMM", "MMM")
        return locale().toString(made, day_of_month)
    return locale().toString(made, "MMM yyyy")


def _long_date() -> str:
    """Return how the locale writes a date in words, without the day of the week."""
    written = locale().dateFormat(QLocale.FormatType.LongFormat)
    return written.replace("dddd, ", "").replace("dddd ", "")
