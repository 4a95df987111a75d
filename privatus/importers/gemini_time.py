"""The dates of Google's activity pages, which are written for people in the account's language.

"Jan 2, 2026, 3:04:05 PM CST", "18 Sept 2025, 12:01:52 CET", "2.1.2026, 15:04:05 MEZ",
"2026/01/02 15:04:05 JST". The order of day and month is that of CLDR's medium formats, which
Google uses. The zone is the one the account has on the day of the export, on every row: it is
applied as it stands, and daylight saving is not added, because in winter it says CDT, too.
What cannot be read for certain is None: no time is better than a wrong one.
"""

# The months of other alphabets are meant.
# ruff: noqa: RUF001

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone

_MILLISECOND = timedelta(milliseconds=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# A date with its zone written out in full is shorter.
_MAX_CHARS = 80

# Months as CLDR shortens them, without their full stop, by the letters they begin with: English,
# German, French, Spanish, Portuguese, Italian, Catalan, Dutch, Danish, Norwegian, Swedish,
# Turkish, Indonesian, Hungarian, Romanian, Croatian, Polish, Russian, Ukrainian.
_MONTHS = (
    "jan jän gen ene janv gener sty sij ian oca ocak янв січ",
    "feb févr fév fev febr lut velj şub şubat фев февр лют",
    "mar mär mrt märz mars març mart marzo ožu márc мар марта бер",
    "apr avr abr abril kwi tra ápr nis nisan апр апреля квіт",
    "may mai mei maj mag maig svi máj мая май трав mayıs",
    "jun juni juin giu juny cze haz haziran jún iun июн июня черв",
    "jul juli juil lug júl tem temmuz iul июл июля лип",
    "aug août ago ag agu ağu ağustos авг августа серп sie kol",
    "sep sept set ruj szept eyl eylül сен сент вер wrz",
    "oct okt ott out eki ekim paź окт жовт",
    "nov noy kas kasım ноя нояб лист stu",
    "dec dez déc dic des gru pro ara aralık дек груд",
)
_BY_NAME = {name: n for n, names in enumerate(_MONTHS, 1) for name in names.split()}
# The same letters are another month in Polish ("2 lip 2026") and Croatian ("2. lip 2026."),
# which differ in the full stop.
_BY_NAME_WITH_STOP = {"lip": 6, "srp": 7, "kol": 8, "lis": 10, "stu": 11, "pro": 12}
_BY_NAME_WITHOUT_STOP = {"lip": 7, "sie": 8, "lis": 11, "gru": 12}

_AM = frozenset({"am", "上午", "午前", "오전", "ص", "öö"})
_PM = frozenset({"pm", "下午", "午後", "오후", "م", "ös"})

_HOUR = 60
# Minutes east of UTC.
_ZONES = {
    "UTC": 0, "GMT": 0, "Z": 0, "WET": 0, "WEZ": 0,
    "BST": _HOUR, "WEST": _HOUR, "WESZ": _HOUR, "CET": _HOUR, "MEZ": _HOUR, "WAT": _HOUR,
    "CEST": 2 * _HOUR, "MESZ": 2 * _HOUR, "EET": 2 * _HOUR, "OEZ": 2 * _HOUR,
    "CAT": 2 * _HOUR, "SAST": 2 * _HOUR,
    "EEST": 3 * _HOUR, "OESZ": 3 * _HOUR, "MSK": 3 * _HOUR, "TRT": 3 * _HOUR, "EAT": 3 * _HOUR,
    "PKT": 5 * _HOUR, "IST": 5 * _HOUR + 30, "NPT": 5 * _HOUR + 45,
    "ICT": 7 * _HOUR, "WIB": 7 * _HOUR,
    "WITA": 8 * _HOUR, "HKT": 8 * _HOUR, "SGT": 8 * _HOUR, "MYT": 8 * _HOUR, "AWST": 8 * _HOUR,
    "WIT": 9 * _HOUR, "JST": 9 * _HOUR, "KST": 9 * _HOUR,
    "ACST": 9 * _HOUR + 30, "ACDT": 10 * _HOUR + 30, "AEST": 10 * _HOUR, "AEDT": 11 * _HOUR,
    "NZST": 12 * _HOUR, "NZDT": 13 * _HOUR,
    "NST": -3 * _HOUR - 30, "NDT": -2 * _HOUR - 30,
    "BRT": -3 * _HOUR, "ART": -3 * _HOUR, "ADT": -3 * _HOUR, "HAA": -3 * _HOUR,
    "AST": -4 * _HOUR, "CLT": -4 * _HOUR, "EDT": -4 * _HOUR, "HAE": -4 * _HOUR, "HNA": -4 * _HOUR,
    "EST": -5 * _HOUR, "CDT": -5 * _HOUR, "COT": -5 * _HOUR, "PET": -5 * _HOUR, "HNE": -5 * _HOUR,
    "CST": -6 * _HOUR, "MDT": -6 * _HOUR,
    "MST": -7 * _HOUR, "PDT": -7 * _HOUR,
    "PST": -8 * _HOUR, "AKDT": -8 * _HOUR, "AKST": -9 * _HOUR, "HST": -10 * _HOUR,
}  # fmt: skip

_CLOCK = re.compile(r"(?<!\d)(\d{1,2})([:.])(\d{2})\2(\d{2})(?!\d)")
_OFFSET = re.compile(r"([+\N{MINUS SIGN}-])(\d{1,2})(?::?(\d{2}))?(?!\d)")
_NAMED_OFFSET = re.compile(r"(?:GMT|UTC)([+\N{MINUS SIGN}-])(\d{1,2})(?::?(\d{2}))?(?!\d)")
_ZONE_NAME = re.compile(r"(?<![^\W_])(?:[A-ZČ]{3,5}|Z)(?![^\W_])")
_YEAR_FIRST = re.compile(r"(?<!\d)(\d{4})\s*[-/.年년]\s*(\d{1,2})\s*[-/.月월]\s*(\d{1,2})(?!\d)")
_YEAR_LAST = re.compile(r"(?<!\d)(\d{1,2})\s*([-/.])\s*(\d{1,2})\s*\2\s*(\d{4})(?!\d)")
_WORDS = re.compile(r"[^\W\d_]+")
_NUMBERS = re.compile(r"\d+")
_YEAR = re.compile(r"(?<!\d)\d{4}(?!\d)")
_NAMED_DAY_STOP = re.compile(r"(?<!\d)\d{1,2}\.\s*[^\W\d_]")


def looks_like_date(text: str) -> bool:
    """Say whether *text* is a moment and nothing else: a clock with seconds, and a year."""
    text = text.strip()
    return (
        0 < len(text) <= _MAX_CHARS
        and "\n" not in text
        and _CLOCK.search(text) is not None
        and _YEAR.search(text) is not None
        # A sentence with a time in it has more words than the longest date.
        and len(_WORDS.findall(text)) <= 8
    )


def date_ms(text: str) -> int | None:
    """Return the unix milliseconds that *text* names, None if they are not certain."""
    text = " ".join(text.split())
    clock = _CLOCK.search(text)
    if clock is None or len(text) > _MAX_CHARS:
        return None
    before, after = text[: clock.start()], text[clock.end() :]
    words = [w.casefold() for w in _WORDS.findall(re.sub(r"(?<=[ap])\.\s?(?=m\b)", "", text))]
    is_pm, is_am = any(w in _PM for w in words), any(w in _AM for w in words)
    date = _date(before if _YEAR.search(before) else after, is_american=is_pm or is_am)
    offset = _offset(before, after)
    hour = int(clock[1])
    if (is_pm or is_am) and not 1 <= hour <= 12:
        return None
    if is_pm or is_am:
        hour = hour % 12 + (12 if is_pm else 0)
    # Google has kept activity since 2005; 2569 is a year of another calendar.
    if date is None or offset is None or hour > 23 or not 2000 <= date[0] <= 2100:
        return None
    zone = timezone(timedelta(minutes=offset))
    try:
        moment = datetime(*date, hour, int(clock[3]), int(clock[4]), tzinfo=zone)
    except ValueError:
        return None
    return (moment - _EPOCH) // _MILLISECOND


def _date(text: str, *, is_american: bool) -> tuple[int, int, int] | None:
    """Return year, month and day."""
    if found := _YEAR_FIRST.search(text):
        return int(found[1]), int(found[2]), int(found[3])
    if found := _YEAR_LAST.search(text):
        day, month = int(found[1]), int(found[3])
        # CLDR puts the day first, but "1/2/2026 3:04:05 PM" can only be guessed.
        if found[2] == "/" and is_american and day <= 12 and day != month:
            return None
        return int(found[4]), month, day
    return _named_date(text)


def _named_date(text: str) -> tuple[int, int, int] | None:
    has_stop = _NAMED_DAY_STOP.search(text) is not None
    special = _BY_NAME_WITH_STOP if has_stop else _BY_NAME_WITHOUT_STOP
    words = [word.casefold() for word in _WORDS.findall(text)]
    months = {m for w in words if (m := special.get(w) or _BY_NAME.get(w))}
    numbers = [int(n) for n in _NUMBERS.findall(text) if len(n) <= 4]
    years = [n for n in numbers if n >= 1000]
    days = [n for n in numbers if 1 <= n <= 31]
    if len(months) != 1 or len(years) != 1 or len(days) != 1:
        return None
    return years[0], months.pop(), days[0]


def _offset(before: str, after: str) -> int | None:
    """Return the zone's minutes east of UTC; 0 if no zone is named, None if it is not known."""
    # Before the clock, "-01" is a month; "GMT-1" is a zone anywhere.
    if found := _OFFSET.search(after) or _NAMED_OFFSET.search(before):
        minutes = int(found[2]) * _HOUR + int(found[3] or 0)
        return (minutes if found[1] == "+" else -minutes) if minutes < 24 * _HOUR else None
    names = _ZONE_NAME.findall(after) or _ZONE_NAME.findall(before)
    if not names:
        return 0
    if names[-1] == "CST" and "年" in before:
        return 8 * _HOUR
    return _ZONES.get(names[-1])
