"""Cuts a search into pieces: words, phrases, filters, operators, parentheses."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto

from privatus.search.syntax import DEFAULT_DISTANCE

# Phones and word processors put typographic quotes where people mean plain ones.
QUOTES = '"“”„‟'

MAX_DISTANCE = 1_000

_FILTER = re.compile(r"([A-Za-z]+):")
_SPACE = re.compile(r"\s*")
_NEAR_PARTS = re.compile(r"(.*?)(?:,\s*(\d{1,6})\s*)?", re.DOTALL | re.ASCII)
_NEAR_ITEM = re.compile(rf"[{QUOTES}]([^{QUOTES}]*)[{QUOTES}](\**)|([^\s,{QUOTES}]+)")
_OPERATORS = {"OR": "OR", "|": "OR", "AND": "AND", "NOT": "NOT"}


class Fault(Exception):
    """The search does not parse; `repaired` is it with this one fault mended.

    That is not to be offered if it `is_other`: turned round, or wider than what was asked.
    """

    def __init__(self, message: str, repaired: str, *, is_other: bool = False) -> None:
        super().__init__(message)
        self.repaired = repaired
        self.is_other = is_other


class PieceKind(Enum):
    """What a piece of a search is."""

    OPEN = auto()
    CLOSE = auto()
    OR = auto()
    AND = auto()
    NOT = auto()
    WORDS = auto()  # text: as typed, without quotes
    FILTER = auto()  # name; text: its value
    NEAR = auto()  # items, distance


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One piece of a search, and where it stands in it."""

    kind: PieceKind
    start: int
    end: int
    text: str = ""
    name: str = ""
    is_prefix: bool = False
    is_quoted: bool = False
    items: tuple[Piece, ...] = ()
    distance: int = DEFAULT_DISTANCE


def lex(text: str) -> list[Piece]:
    """Return the pieces of *text*.

    Raises:
        Fault: a quote or a NEAR is not closed.
    """
    return list(_Lexer(text).pieces())


def without(text: str, start: int, end: int, instead: str = " ") -> str:
    """Return *text* with a piece of it replaced."""
    return f"{text[:start]}{instead}{text[end:]}"


class _Lexer:
    def __init__(self, text: str) -> None:
        self._text = text
        self._position = 0
        # Parentheses that words have opened and not closed, as in "f(x, y)".
        self._owed = 0

    def pieces(self) -> list[Piece]:
        found: list[Piece] = []
        while True:
            self._position = self._after_space(self._position)
            if self._position >= len(self._text):
                return found
            is_negated = bool(found) and found[-1].kind is PieceKind.NOT
            piece = self._next(is_negated=is_negated)
            self._position = piece.end
            if piece.kind is PieceKind.CLOSE and self._owed:
                self._owed -= 1
            else:
                found.append(piece)

    def _next(self, *, is_negated: bool) -> Piece:
        text, start = self._text, self._position
        character = text[start]
        if character in "()":
            kind = PieceKind.OPEN if character == "(" else PieceKind.CLOSE
            return Piece(kind=kind, start=start, end=start + 1)
        if character == "-" and self._is_minus(start):
            return Piece(kind=PieceKind.NOT, start=start, end=start + 1)
        if character in QUOTES:
            return self._quoted(start, start, PieceKind.WORDS, "")
        if text.startswith("NEAR(", start):
            return self._near(start)
        if named := _FILTER.match(text, start):
            filtered = self._filter(start, named.end(), named[1])
            if filtered is not None:
                return filtered
        return self._word(start, is_negated=is_negated)

    def _is_minus(self, start: int) -> bool:
        # "--verbose" is an option of some command, and " - " is a dash.
        following = self._text[start + 1 : start + 2]
        return bool(following) and not following.isspace() and following not in "-)"

    def _word(self, start: int, *, is_negated: bool) -> Piece:
        end, owed = self._word_end(start)
        word = self._text[start:end]
        if word in _OPERATORS and not is_negated:
            return Piece(kind=PieceKind[_OPERATORS[word]], start=start, end=end)
        self._owed += owed
        return _bare(PieceKind.WORDS, start, end, word)

    def _filter(self, start: int, value_start: int, name: str) -> Piece | None:
        if self._text[value_start : value_start + 1] in tuple(QUOTES):
            return self._quoted(start, value_start, PieceKind.FILTER, name)
        if self._text.startswith((":", "//"), value_start):
            return None
        end, owed = self._word_end(value_start)
        if owed:
            # "print:f(x" is code, and belongs to the words.
            return None
        return _bare(PieceKind.FILTER, start, end, self._text[value_start:end], name)

    def _quoted(self, start: int, quote: int, kind: PieceKind, name: str) -> Piece:
        closing = self._closing_quote(quote)
        end = closing + 1
        while self._text.startswith("*", end):
            end += 1
        return Piece(
            kind=kind,
            start=start,
            end=end,
            text=" ".join(self._text[quote + 1 : closing].split()),
            name=name,
            is_prefix=end > closing + 1,
            is_quoted=True,
        )

    def _near(self, start: int) -> Piece:
        position = start + len("NEAR(")
        while not self._text.startswith(")", position):
            if position >= len(self._text):
                raise Fault("a NEAR is not closed, add a parenthesis", self._text + ")")
            if self._text[position] in QUOTES:
                position = self._closing_quote(position)
            position += 1
        parts = _NEAR_PARTS.fullmatch(self._text, start + len("NEAR("), position)
        inside, distance = parts.groups() if parts else ("", None)
        return Piece(
            kind=PieceKind.NEAR,
            start=start,
            end=position + 1,
            items=tuple(_near_item(found) for found in _NEAR_ITEM.finditer(inside)),
            distance=min(int(distance or DEFAULT_DISTANCE), MAX_DISTANCE),
        )

    def _closing_quote(self, quote: int) -> int:
        for position in range(quote + 1, len(self._text)):
            if self._text[position] in QUOTES:
                return position
        is_last = not self._text[quote + 1 :].strip()
        repaired = self._text[:quote] if is_last else self._text + '"'
        raise Fault("a quote is not closed, add the second one", repaired)

    def _word_end(self, start: int) -> tuple[int, int]:
        """Return where the word ends and how many parentheses it leaves open."""
        depth = 0
        for position in range(start, len(self._text)):
            character = self._text[position]
            if character.isspace() or character in QUOTES or (character == ")" and not depth):
                return position, depth
            depth += {"(": 1, ")": -1}.get(character, 0)
        return len(self._text), depth

    def _after_space(self, position: int) -> int:
        found = _SPACE.match(self._text, position)
        return found.end() if found else position


def _near_item(found: re.Match[str]) -> Piece:
    start, end = found.span()
    if found[3] is not None:
        return _bare(PieceKind.WORDS, start, end, found[3])
    text = " ".join(found[1].split())
    return Piece(kind=PieceKind.WORDS, start=start, end=end, text=text, is_prefix=bool(found[2]))


def _bare(kind: PieceKind, start: int, end: int, text: str, name: str = "") -> Piece:
    stem = text.rstrip("*")
    return Piece(
        kind=kind, start=start, end=end, text=stem, name=name, is_prefix=len(stem) < len(text)
    )
