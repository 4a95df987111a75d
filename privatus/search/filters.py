"""The filters of the query language: which there are, what values they take, what they say."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta, tzinfo

from rapidfuzz.distance import OSA
from rapidfuzz.process import extractOne

from privatus.core.conversation import Role
from privatus.core.flags import SEARCHABLE
from privatus.search import folding
from privatus.search.lexer import Fault, Piece, PieceKind, without
from privatus.search.periods import period, start_ms
from privatus.search.syntax import COLUMNS, NOTED, STATES, Facet, Filters

# Names with an example of a value.
_EXAMPLES = {
    "source": "claude",
    "role": "user",
    "model": "gpt-4o",
    "has": "image",
    "in": "title",
    "since": "2025-01-31",
    "until": "2025-03",
    "tag": "work",
    "project": "garden",
    "folder": "work",
    "with": "anna",
    "is": "starred",
}
_ALIASES = {"after": "since", "before": "until"}
_PLACES = {
    "title": "title",
    "text": "body",
    "thinking": "aside",
    "tools": "aside",
    "files": "files",
}
# What `in:` asks of a whole conversation, and no place for words: said as `is:`.
_SHELVES = {"trash": "trashed"}
# Where words are looked for that the index does not hold.
_NOTES = "notes"
_VALUES = {
    "role": tuple(role.value for role in Role),
    "has": (*SEARCHABLE, *NOTED),
    "is": STATES,
    "in": (*_PLACES, *_SHELVES, _NOTES),
}
# As providers and people call those who speak.
_ROLES_MEANT = {"human": "user", "me": "user", "ai": "assistant", "model": "assistant",
                "bot": "assistant"}  # fmt: skip
# Words that people write before a colon are near to it: width, wish.
_MISSPELT = tuple(name for name in _EXAMPLES if name != "with")
_DATES = frozenset({"since", "until"})
# What the index answers, message by message; `in` says where; the others are for the database.
_FACETS = frozenset({"source", "role", "model", "has"})

# "tab:" is no misspelt "tag:"; in longer names more may be wrong.
_SHORTEST_MISSPELT, _LONG = 4, 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A filter that stands from `start` to `end` of the search; dates have their days."""

    name: str
    value: str
    start: int
    end: int
    is_negated: bool
    days: tuple[date, date] | None = None

    @property
    def written(self) -> str:
        """Return the name that a person gave it."""
        if self.name == "noted":
            return "in" if self.value == _NOTES else "has"
        return self.name

    @classmethod
    def of(
        cls, piece: Piece, name: str, start: int, text: str, today: date, *, is_negated: bool
    ) -> Said:
        """Make it of a checked piece.

        Raises:
            Fault: the value is no date, or a date is negated.
        """
        value = _value(piece, name)
        if name == "in" and value in _SHELVES:
            name, value = "is", _SHELVES[value]
        elif is_noted(piece, name):
            name = "noted"
        return cls(
            name=name,
            value=value,
            start=start,
            end=piece.end,
            is_negated=is_negated,
            days=_checked_days(piece, name, start, text, today, is_negated=is_negated),
        )


def spoken(piece: Piece, text: str, today: date) -> str | None:
    """Return the name of the filter that *piece* is, or None if it is words with a colon.

    Raises:
        Fault: it is a misspelt filter.
    """
    name = piece.name.lower()
    if name in _EXAMPLES or name in _ALIASES:
        return _ALIASES.get(name, name)
    if len(name) < _SHORTEST_MISSPELT:
        return None
    furthest = 2 if len(name) >= _LONG else 1
    for known in (*_MISSPELT, *_ALIASES):
        if OSA.distance(name, known) <= furthest and _is_value(known, piece.text, today):
            raise Fault(
                f"{name}: is not a filter, did you mean {known}: (quotes would make it words)",
                without(text, piece.start, piece.start + len(name), known),
            )
    return None


def is_facet(piece: Piece, name: str) -> bool:
    """Say whether the index answers the filter."""
    return name in _FACETS and not is_noted(piece, name)


def is_noted(piece: Piece, name: str) -> bool:
    """Say whether the filter asks for what a person highlighted or noted."""
    value = piece.text.lower()
    return (name == "has" and value in NOTED) or (name == "in" and value == _NOTES)


def facet_node(piece: Piece, name: str) -> Facet:
    """Return what the index is asked."""
    return Facet(kind=name, value=_value(piece, name), is_prefix=piece.is_prefix)


def check(piece: Piece, name: str, text: str, following: Piece | None) -> None:
    """Check the value of a filter; *following* is what stands after it.

    Raises:
        Fault: it has none, or not one of those that it takes.
    """
    if not folding.words(piece.text):
        repaired, is_other = without(text, piece.start, piece.end), True
        if not piece.text and following is not None and following.kind is PieceKind.WORDS:
            repaired, is_other = without(text, piece.end, following.start, ""), False
        needed = f"{name}: needs a value, as in {name}:{_EXAMPLES[name]}"
        raise Fault(needed, repaired, is_other=is_other)
    if piece.is_prefix and name != "model":
        starless = text[piece.start : piece.end].rstrip("*")
        raise Fault(
            f"{name}: takes no star, only words and model: do",
            without(text, piece.start, piece.end, starless),
        )
    values = _VALUES.get(name)
    if values and piece.text.lower() not in values:
        typed = piece.text.lower()
        best = extractOne(typed, values, scorer=OSA.distance, score_cutoff=2)
        meant = _ROLES_MEANT.get(typed) if name == "role" else None
        meant = meant or (best[0] if best else None)
        raise Fault(
            f"{name}: is one of {', '.join(values)}",
            without(text, piece.start, piece.end, f"{name}:{meant}" if meant else " "),
            is_other=meant is None,
        )


def columns(places: Sequence[Said]) -> tuple[str, ...]:
    """Return the columns that are left by all of what `in:` says together."""
    asked = {_PLACES[said.value] for said in places if not said.is_negated} or set(COLUMNS)
    asked -= {_PLACES[said.value] for said in places if said.is_negated}
    return tuple(column for column in COLUMNS if column in asked)


def filters(said: Sequence[Said], zone: tzinfo) -> tuple[Filters, list[str]]:
    """Return what the database must say, and notes for the person."""
    notes = []
    since = max((s.days[0] for s in said if s.name == "since" and s.days), default=None)
    until = min((s.days[1] for s in said if s.name == "until" and s.days), default=None)
    if since and until and since > until:
        notes.append("since: is later than until:, so that nothing can be found")
    states = {s.value: not s.is_negated for s in said if s.name == "is"}
    if any(s.name == "is" and states[s.value] is s.is_negated for s in said):
        notes.append("of two is: that contradict one another the last was taken")
    noted = {s.value: not s.is_negated for s in said if s.name == "noted"}
    found = Filters(
        is_in_notes=noted.pop(_NOTES, False),
        since=since,
        until=until,
        since_ms=start_ms(since, zone) if since else None,
        until_ms=start_ms(until + timedelta(days=1), zone) - 1 if until else None,
        tags=_values(said, "tag", is_negated=False),
        without_tags=_values(said, "tag", is_negated=True),
        projects=_values(said, "project", is_negated=False),
        without_projects=_values(said, "project", is_negated=True),
        folders=_values(said, "folder", is_negated=False),
        without_folders=_values(said, "folder", is_negated=True),
        people=_values(said, "with", is_negated=False),
        without_people=_values(said, "with", is_negated=True),
        **{f"is_{state}": wanted for state, wanted in states.items()},
        **{f"has_{kind}": wanted for kind, wanted in noted.items()},
    )
    return found, notes


def _values(said: Iterable[Said], name: str, *, is_negated: bool) -> tuple[str, ...]:
    found = (s.value for s in said if s.name == name and s.is_negated is is_negated)
    return tuple(dict.fromkeys(found))


def _value(piece: Piece, name: str) -> str:
    return piece.text.lower() if name in _VALUES else piece.text


def _is_value(name: str, value: str, today: date) -> bool:
    if name in _VALUES:
        return value.lower() in _VALUES[name]
    if _ALIASES.get(name, name) in _DATES:
        return _days(value, today) is not None
    return bool(folding.words(value))


def _checked_days(
    piece: Piece, name: str, start: int, text: str, today: date, *, is_negated: bool
) -> tuple[date, date] | None:
    if name not in _DATES:
        return None
    days = _days(piece.text, today)
    if days is None:
        shorter = re.match(r"(\d{4})[-/.]\d{1,2}|\d{4}", piece.text, re.ASCII)
        tried = [shorter[0], shorter[1] or ""] if shorter else []
        kept = next((part for part in tried if _days(part, today)), None)
        raise Fault(
            f"{name}: names no day, write 2025, 2025-03, 2025-03-31, yesterday or 3w",
            without(text, start, piece.end, f"{name}:{kept}" if kept else " "),
            is_other=kept is None,
        )
    if is_negated:
        earlier, later = days[0] - timedelta(days=1), days[1] + timedelta(days=1)
        instead = f"until:{earlier}" if name == "since" else f"since:{later}"
        raise Fault(
            f"{name}: cannot be left out, use {instead.partition(':')[0]}:",
            without(text, start, piece.end, instead),
        )
    return days


def _days(text: str, today: date) -> tuple[date, date] | None:
    try:
        return period(text, today)
    except ValueError:
        return None
