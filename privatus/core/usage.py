"""What messages count for, and what that adds up to.

A time is kept as the quarter of an hour that it lies in: fine enough for every time zone, and
nothing that says when somebody wrote to the second.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

QUARTERS_A_DAY = 96
_QUARTER_MS = 900_000
# What people mean by a time lies between 1970 and this, the year 3000.
_LAST_MS = 32_503_680_000_000


class Fact(NamedTuple):
    """What one message counts for."""

    message_id: int
    revision: int
    role: int
    model: str | None
    quarter: int | None  # since 1970; None: no time is known
    words: int
    tokens: int
    context: int  # tokens that stood before it on its branch: what a model read to answer
    codes: tuple[str, ...]
    language: str

    @property
    def day(self) -> int | None:
        return None if self.quarter is None else self.quarter // QUARTERS_A_DAY


# By day (None: unknown), source, model (None: none) and role number.
DayKey = tuple[int | None, str, str | None, int]
# Messages, words, tokens, tokens of context.
Sums = tuple[int, int, int, int]
_NOTHING: Sums = (0, 0, 0, 0)


def quarter_of(at_ms: int | None) -> int | None:
    """Return the quarter of an hour of a time, None if it is none that people mean."""
    return None if at_ms is None or not 0 <= at_ms < _LAST_MS else at_ms // _QUARTER_MS


def days_in(facts: Iterable[Fact]) -> int:
    """Return on how many days somebody wrote."""
    return len({fact[4] // QUARTERS_A_DAY for fact in facts if fact[4] is not None})


@dataclass(slots=True)
class Counts:
    """What messages add up to."""

    days: dict[DayKey, Sums] = field(default_factory=dict)
    quarters: dict[int, int] = field(default_factory=dict)
    languages: dict[str, tuple[int, int]] = field(default_factory=dict)  # messages, words
    codes: dict[str, int] = field(default_factory=dict)  # messages

    def add(self, source: str, facts: Iterable[Fact], sign: int = 1) -> None:
        """Count messages of a conversation; *sign* -1 takes them away again."""
        # A conversation has many messages and few keys: these are summed up first.
        days: dict[tuple[int | None, str | None, int], Sums] = {}
        quarters, languages = self.quarters, dict[str, tuple[int, int]]()
        for _, _, role, model, quarter, words, tokens, context, codes, language in facts:
            day = None
            if quarter is not None:
                day = quarter // QUARTERS_A_DAY
                quarters[quarter] = quarters.get(quarter, 0) + sign
            key = day, model, role
            m, w, t, c = days.get(key, _NOTHING)
            days[key] = m + 1, w + words, t + tokens, c + context
            m, w = languages.get(language, (0, 0))
            languages[language] = m + 1, w + words
            for code in codes:
                self.codes[code] = self.codes.get(code, 0) + sign
        for (day, model, role), (m, w, t, c) in days.items():
            self.add_day((day, source, model, role), (sign * m, sign * w, sign * t, sign * c))
        for language, (m, w) in languages.items():
            if language:
                had = self.languages.get(language, (0, 0))
                self.languages[language] = had[0] + sign * m, had[1] + sign * w

    def add_day(self, key: DayKey, more: Sums) -> None:
        """Add to the sums of one key."""
        had = self.days.get(key)
        self.days[key] = (
            more
            if had is None
            else (had[0] + more[0], had[1] + more[1], had[2] + more[2], had[3] + more[3])
        )

    def take(self, other: Counts) -> None:
        """Add all of *other*."""
        for key, more in other.days.items():
            self.add_day(key, more)
        for quarter, messages in other.quarters.items():
            self.quarters[quarter] = self.quarters.get(quarter, 0) + messages
        for language, (messages, words) in other.languages.items():
            had = self.languages.get(language, (0, 0))
            self.languages[language] = had[0] + messages, had[1] + words
        for code, messages in other.codes.items():
            self.codes[code] = self.codes.get(code, 0) + messages

    def settled(self) -> Counts:
        """Return the same without what has come to nothing."""
        return Counts(
            days={key: sums for key, sums in self.days.items() if sums[0]},
            quarters={quarter: n for quarter, n in self.quarters.items() if n},
            languages={name: sums for name, sums in self.languages.items() if sums[0]},
            codes={name: n for name, n in self.codes.items() if n},
        )
