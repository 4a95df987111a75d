"""The wording of a search: which filters stand in it, and the same search with one more or less.

Works on the text as typed, so that a person finds their own words again in what comes out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from privatus.core import clock
from privatus.core.errors import QueryError
from privatus.search.filters import Said, check, spoken
from privatus.search.lexer import Fault, Piece, PieceKind, lex
from privatus.search.query import MAX_CHARS, parse
from privatus.search.syntax import quoted

# A month is no filter of its own: it is the two that name its ends.
MONTH = "month"
_ENDS = ("since", "until")
# A single letter begins too many words to say anything.
_MIN_BEGINNING = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class SpokenFilter:
    """A filter that was understood, and where it stands, with its minus if it has one."""

    name: str
    value: str
    is_negated: bool
    start: int
    end: int

    def __str__(self) -> str:
        return f"{'-' if self.is_negated else ''}{self.name}:{quoted(self.value)}"


def spoken_filters(text: str) -> tuple[SpokenFilter, ...]:
    """Return the filters in *text* that are understood, also while the rest is still typed."""
    return tuple(_understood(text, _pieces(text)))


def without_filter(text: str, filtered: SpokenFilter) -> str:
    """Return *text* without one of its filters; it parses."""
    return _mended(f"{text[: filtered.start].rstrip()} {text[filtered.end :].lstrip()}")


def without_filters(
    text: str, is_unwanted: Callable[[SpokenFilter], bool] = lambda _said: True
) -> str:
    """Return *text* without the filters that *is_unwanted* names, or without any."""
    while found := next(filter(is_unwanted, spoken_filters(text)), None):
        shorter = without_filter(text, found)
        if shorter == text:
            break
        text = shorter
    return text


def with_names(text: str, filtered: str, renamed: Callable[[str], str]) -> str:
    """Return *text* with what it names by the filter *filtered* called as *renamed* says."""
    longer = text
    for said in reversed(spoken_filters(text)):
        if said.name == filtered and (name := renamed(said.value)) != said.value:
            called = str(replace(said, value=name))
            longer = f"{longer[: said.start]}{called}{longer[said.end :]}"
    # A search that is too long finds nothing any more.
    return longer if len(longer) <= MAX_CHARS else text


def narrowed(text: str, name: str, value: str) -> str:
    """Return *text* narrowed to *value*, or no longer if it was; it parses.

    The name "month" takes the place of all that was said of times.
    """
    if is_narrowed(text, name, value):
        return _without(text, name, value)
    added = f"{name}:{quoted(value)}"
    if name == MONTH:
        text, added = _without(text, MONTH), f"since:{value} until:{value}"
    longer = f"{text} {added}"
    # An open quote would take in what is added.
    return _mended(longer if is_narrowed(longer, name, value) else f"{_mended(text)} {added}")


def without_kind(text: str, name: str) -> str:
    """Return *text* without what narrows it by *name*, as it is if nothing does."""
    names = _ENDS if name == MONTH else (name,)
    said = any(f.name in names and not f.is_negated for f in spoken_filters(text))
    return _without(text, name) if said else text


def is_narrowed(text: str, name: str, value: str) -> bool:
    """Say whether *text* is narrowed to *value* already."""
    said = [f for f in spoken_filters(text) if not f.is_negated]
    if name == MONTH:
        return all(any(f.name == end and f.value == value for f in said) for end in _ENDS)
    return any(f.name == name and _same(f.value, value) for f in said)


def opened(text: str) -> str:
    """Return *text* with its last word as the beginning of a word, if it may still be typed."""
    pieces = _pieces(text)
    if not pieces:
        return text
    last = pieces[-1]
    is_word = last.kind is PieceKind.WORDS and not last.is_quoted and not last.is_prefix
    is_unwanted = len(pieces) > 1 and pieces[-2].kind is PieceKind.NOT
    if (
        is_word
        and not is_unwanted
        and last.end == len(text)
        and len(last.text) >= _MIN_BEGINNING
        and last.text[-1].isalnum()
        # A search that is as long as one may be stays one.
        and len(text) < MAX_CHARS
    ):
        return text + "*"
    return text


def _without(text: str, name: str, value: str | None = None) -> str:
    names = _ENDS if name == MONTH else (name,)

    def is_unwanted(said: SpokenFilter) -> bool:
        is_meant = value is None or name == MONTH or _same(said.value, value)
        return said.name in names and not said.is_negated and is_meant

    return _mended(without_filters(text, is_unwanted))


def _same(one: str, other: str) -> bool:
    """Say whether the index knows both values as one."""
    letters = [[c for c in value.casefold() if c.isalnum()] for value in (one, other)]
    return letters[0] == letters[1]


def _mended(text: str) -> str:
    text = " ".join(text.split())
    try:
        parse(text, clock.now_ms())
    except QueryError as error:
        return error.repaired
    return text


def _pieces(text: str) -> list[Piece]:
    try:
        return lex(text)
    except Fault as fault:
        # What mends it stands at its end, so all places hold.
        try:
            return lex(fault.repaired)
        except Fault:
            return []


def _understood(text: str, pieces: list[Piece]) -> Iterator[SpokenFilter]:
    today = datetime.now(UTC).date()
    for number, piece in enumerate(pieces):
        if piece.kind is not PieceKind.FILTER or piece.end > len(text):
            continue
        before = pieces[number - 1] if number else None
        is_negated = before is not None and before.kind is PieceKind.NOT
        following = pieces[number + 1] if number + 1 < len(pieces) else None
        try:
            name = spoken(piece, text, today)
            if name is None:
                continue
            check(piece, name, text, following)
            start = before.start if is_negated and before is not None else piece.start
            Said.of(piece, name, start, text, today, is_negated=is_negated)
        except Fault:
            continue
        value = piece.text + ("*" if piece.is_prefix else "")
        yield SpokenFilter(
            name=name, value=value, is_negated=is_negated, start=start, end=piece.end
        )
