"""From sums by day, source, model and role to what the analytics say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import Any

from privatus.core.usage import Counts, DayKey, Sums
from privatus.services.analytics_result import NO_MODEL, Analytics, Counted, ModelTokens
from privatus.storage.rows import ROLES

_EPOCH = date(1970, 1, 1).toordinal()
_ASSISTANT = next(number for number, role in ROLES.items() if role.value == "assistant")


def summed(counts: Counts, **known: Any) -> Analytics:
    """Return the analytics of *counts*; *known* are the other fields."""
    tally = _Tally()
    for key, sums in counts.days.items():
        tally.add(key, sums)
    messages, words, tokens = tally.total
    return Analytics(
        messages=messages,
        words=words,
        tokens=tokens,
        undated=tally.undated,
        by_day=dict(sorted(tally.days.items())),
        by_source=tally.sources.counted(),
        by_model=tally.models.counted(),
        by_role=tally.roles.counted(),
        by_month=tuple(sorted(tally.months.counted(), key=lambda counted: counted.key)),
        sources_by_month={m: dict(found) for m, found in sorted(tally.by_month.items())},
        languages=_ordered(counts.languages),
        codes=_ordered({name: (count, 0) for name, count in counts.codes.items()}),
        model_tokens=tally.model_tokens(),
        **known,
    )


class _Sums:
    """Messages and words by one trait."""

    def __init__(self) -> None:
        self._found: dict[str, tuple[int, int]] = {}

    def add(self, key: str, sums: Sums) -> None:
        messages, words = self._found.get(key, (0, 0))
        self._found[key] = messages + sums[0], words + sums[1]

    def counted(self) -> tuple[Counted, ...]:
        """Return them, the most messages first."""
        return _ordered(self._found)


class _Tally:
    """All traits at once: there are tens of thousands of sums."""

    def __init__(self) -> None:
        self.total = 0, 0, 0
        self.undated = 0
        self.days: Counter[date] = Counter()
        self.sources, self.models, self.roles, self.months = _Sums(), _Sums(), _Sums(), _Sums()
        self.by_month: dict[str, Counter[str]] = {}
        self._tokens: dict[str, tuple[int, int, int]] = {}
        self._names: dict[int, tuple[date, str]] = {}

    def add(self, key: DayKey, sums: Sums) -> None:
        day, source, model, role = key
        messages, words, tokens = self.total
        self.total = messages + sums[0], words + sums[1], tokens + sums[2]
        self.sources.add(source, sums)
        self.roles.add(ROLES[role].value, sums)
        if model is not None:
            self.models.add(model, sums)
        if role == _ASSISTANT:
            answers, written, read = self._tokens.get(model or NO_MODEL, (0, 0, 0))
            self._tokens[model or NO_MODEL] = answers + sums[0], written + sums[2], read + sums[3]
        if day is None:
            self.undated += sums[0]
            return
        at, month = self._named(day)
        self.days[at] += sums[0]
        self.months.add(month, sums)
        self.by_month.setdefault(month, Counter())[source] += sums[0]

    def _named(self, day: int) -> tuple[date, str]:
        found = self._names.get(day)
        if found is None:
            at = date.fromordinal(_EPOCH + day)
            found = self._names[day] = at, f"{at.year:04}-{at.month:02}"
        return found

    def model_tokens(self) -> tuple[ModelTokens, ...]:
        """Return what each model wrote and read, the most first."""
        found = sorted(self._tokens.items(), key=lambda item: (-item[1][1] - item[1][2], item[0]))
        return tuple(
            ModelTokens(model=model, answers=answers, written=written, read=read)
            for model, (answers, written, read) in found
        )


def _ordered(found: Mapping[str, tuple[int, int]]) -> tuple[Counted, ...]:
    ordered = sorted(found.items(), key=lambda item: (-item[1][0], item[0]))
    return tuple(Counted(key=key, messages=m, words=w) for key, (m, w) in ordered if m)
