"""The query language: from what a person types to the tree of syntax.py.

    sequence = { chain [ "AND" ] }            all of them
    chain    = unit { "OR" unit }             any of them; OR joins the words beside it
    unit     = [ "-" | "NOT" ] ( "(" sequence ")" | words | "phrase" | NEAR(...) | name:value )

docs/search.md says it for people.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, tzinfo
from typing import NoReturn

from privatus.core.errors import QueryError
from privatus.search import folding
from privatus.search.filters import Said, check, columns, facet_node, filters, is_facet, spoken
from privatus.search.lexer import Fault, Piece, PieceKind, lex, without
from privatus.search.syntax import (
    COLUMNS,
    OPERATORS,
    And,
    Facet,
    Filters,
    Near,
    Node,
    Not,
    Or,
    Phrase,
    Query,
    Within,
    conjunction,
    disjunction,
    has_words,
    is_negative,
    negation,
)

__all__ = ["Filters", "Query", "parse"]

MAX_CHARS = 2_000

# FTS5's parser has a stack of 100 entries: a parenthesis takes one of them, and what is left
# out five, because the words to find come before it.
MAX_DEPTH = 50
_DEPTH_OF_NOT = 5

# A message has one of each, so that two of them can only mean either.
_SINGLE_FACETS = ("source", "role", "model")

_UNUSABLE = re.compile("[\x00\ud800-\udfff]")
# More repairs than this and the search is beyond it: its bare words are offered instead.
_MAX_REPAIRS = 40


def parse(text: str, now_ms: int, zone: tzinfo = UTC) -> Query:
    """Return what *text* asks for.

    *now_ms* (unix milliseconds) is what "today" and "3w" are counted from; the days of a search
    begin and end in *zone*.

    Raises:
        QueryError: *text* does not parse; its `nearest` does.
    """
    today = datetime.fromtimestamp(now_ms / 1000, zone).date()
    try:
        return _parse(text, today, zone)
    except Fault as fault:
        repaired, is_other = _nearest(fault, today, zone)
        raise QueryError(str(fault), "" if is_other else repaired, repaired) from None


def _parse(text: str, today: date, zone: tzinfo) -> Query:
    if len(text) > MAX_CHARS:
        kept = text[:MAX_CHARS].rpartition(" ")[0] or text[:MAX_CHARS]
        raise Fault(
            f"a search has at most {MAX_CHARS:,} characters, leave some out", kept, is_other=True
        )
    return _Parser(_UNUSABLE.sub("\N{REPLACEMENT CHARACTER}", text), today, zone).query()


def _nearest(first: Fault, today: date, zone: tzinfo) -> tuple[str, bool]:
    """Return the text mended fault by fault, or else its bare words, and if it asks for other.

    It always parses.
    """
    text, is_other = first.repaired, first.is_other
    for _ in range(_MAX_REPAIRS):
        try:
            _parse(text, today, zone)
        except Fault as fault:
            text, is_other = fault.repaired, is_other or fault.is_other
        else:
            return " ".join(text.split()), is_other
    return _bare_words(text), True


def _bare_words(text: str) -> str:
    found = re.findall(r"\w+", text[:MAX_CHARS])
    return " ".join(word for word in found if word not in OPERATORS)


class _Parser:
    def __init__(self, text: str, today: date, zone: tzinfo) -> None:
        self._text = text
        self._today = today
        self._zone = zone
        self._pieces = lex(text)
        self._index = 0
        self._notes: list[str] = []
        # Filters for the whole search, wherever they stand.
        self._wide: list[Said] = []
        # What `in:` says in each of the open parentheses.
        self._places: list[list[Said]] = []

    def query(self) -> Query:
        root = self._sequence(0)
        if stray := self._peek():
            raise Fault(
                "there is a parenthesis too many, leave it out",
                without(self._text, stray.start, stray.end),
            )
        wide, notes = filters(self._wide, self._zone)
        self._notes += notes
        if wide.is_in_notes and (root is None or is_negative(root) or not has_words(root)):
            self._refuse_alone(next(said for said in self._wide if said.written == "in"))
        if root is not None and is_negative(root) and not wide:
            raise Fault(
                "a search needs something to find, not only what to leave out",
                str(_positive(root)),
                is_other=True,
            )
        return Query(root=root, filters=wide, notes=tuple(dict.fromkeys(self._notes)))

    # ------------------------------------------------------------ the grammar

    def _peek(self) -> Piece | None:
        return self._pieces[self._index] if self._index < len(self._pieces) else None

    def _sequence(self, depth: int) -> Node | None:
        self._places.append([])
        items: list[Node] = []
        is_ambiguous = False
        while (piece := self._peek()) and piece.kind is not PieceKind.CLOSE:
            if piece.kind in {PieceKind.AND, PieceKind.OR}:
                self._check_between(piece)
                self._index += 1
                continue
            node, is_joined = self._chain(depth)
            is_ambiguous |= is_joined
            if node is not None:
                items.append(node)
        places = self._places.pop()
        whole = self._either(conjunction(items)) if items else None
        if is_ambiguous and whole is not None and len(items) > 1:
            self._notes.append(f"OR joins only the words beside it; this was read as {whole}")
        return self._within(whole, places)

    def _chain(self, depth: int) -> tuple[Node | None, bool]:
        """Return what OR joins here, and whether it joins anything."""
        wide, places = len(self._wide), len(self._places[-1])
        first = self._index
        units = [self._unit(depth)]
        while (piece := self._peek()) and piece.kind is PieceKind.OR:
            self._check_between(piece)
            self._index += 1
            units.append(self._unit(depth))
        found = [unit for unit in units if unit is not None]
        if len(units) > 1:
            self._check_movable(self._wide[wide:], "OR")
            self._check_movable(self._places[-1][places:], "OR")
            if any(is_negative(unit) for unit in found):
                start, end = self._pieces[first].start, self._pieces[self._index - 1].end
                instead = str(disjunction([_positive(unit) for unit in found]))
                raise Fault(
                    "each side of OR needs something to find, not only what to leave out",
                    without(self._text, start, end, instead),
                    is_other=True,
                )
        return (disjunction(found) if found else None), len(units) > 1

    def _unit(self, depth: int) -> Node | None:
        start, is_negated = self._pieces[self._index].start, False
        while (piece := self._peek()) and piece.kind is PieceKind.NOT:
            self._index += 1
            is_negated = not is_negated
        if piece is None or piece.kind is PieceKind.CLOSE:
            last = self._pieces[self._index - 1]
            raise Fault("NOT needs something after it", without(self._text, last.start, last.end))
        if piece.kind is PieceKind.OPEN:
            node = self._group(piece, depth, is_negated=is_negated)
        else:
            self._index += 1
            if piece.kind is PieceKind.FILTER:
                return self._filter(piece, start, is_negated=is_negated)
            node = self._near(piece) if piece.kind is PieceKind.NEAR else self._phrase(piece)
        return negation(node) if node is not None and is_negated else node

    def _group(self, opening: Piece, depth: int, *, is_negated: bool) -> Node | None:
        depth += _DEPTH_OF_NOT if is_negated else 1
        if depth > MAX_DEPTH:
            bare = _bare_words(self._text)
            raise Fault("the parentheses are too many in one another", bare, is_other=True)
        wide = len(self._wide)
        self._index += 1
        node = self._sequence(depth)
        closing = self._peek()
        if closing is None:
            raise Fault("a parenthesis is not closed, add the second one", self._text + ")")
        self._index += 1
        if is_negated:
            self._check_movable(self._wide[wide:], "what is left out")
            if isinstance(node, And) and is_negative(node):
                raise Fault(
                    "what is left out holds only what is left out",
                    without(self._text, opening.start, closing.end, f"({_positive(node)})"),
                    is_other=True,
                )
        return node

    def _check_between(self, operator: Piece) -> None:
        before = self._pieces[self._index - 1].kind if self._index else PieceKind.OPEN
        following = self._pieces[self._index + 1 : self._index + 2]
        after = following[0].kind if following else PieceKind.CLOSE
        joints = {PieceKind.AND, PieceKind.OR}
        if before in {PieceKind.OPEN, *joints} or after in {PieceKind.CLOSE, *joints}:
            raise Fault(
                f"{operator.kind.name} needs something on both sides",
                without(self._text, operator.start, operator.end),
            )

    def _check_movable(self, said: Sequence[Said], where: str) -> None:
        """Refuse filters for the whole search where they would be for a part of it."""
        if said:
            first = said[0]
            piece = self._text[first.start : first.end]
            start, end = self._with_neighbour(first)
            rest = without(self._text, start, end)
            raise Fault(
                f"{first.written}: counts for all of a search, so it cannot be part of {where}",
                f"{piece} {rest}" if first.name == "in" else f"{rest} {piece}",
                # What was to be left out would be asked for.
                is_other=where != "OR",
            )

    def _with_neighbour(self, said: Said) -> tuple[int, int]:
        """Return the part of the text to cut if *said* goes: an OR beside it goes too."""
        for piece in self._pieces:
            if piece.kind is PieceKind.OR:
                if piece.end <= said.start and not self._text[piece.end : said.start].strip():
                    return piece.start, said.end
                if piece.start >= said.end and not self._text[said.end : piece.start].strip():
                    return said.start, piece.end
        return said.start, said.end

    # ------------------------------------------------------------ words

    def _phrase(self, piece: Piece) -> Phrase | None:
        tokens = tuple(folding.words(piece.text))
        if not tokens:
            if piece.text or piece.is_prefix:
                shown = piece.text or "*"
                self._notes.append(f'"{shown}" was left out: it has no letters and no digits')
            return None
        if "*" in piece.text and not piece.is_quoted:
            self._notes.append("a star counts only at the end of a word")
        elif piece.text.endswith("*"):
            self._notes.append("a star inside quotes does not count, write it after them")
        if len(tokens) == 1 and len(tokens[0]) == 1 and len(piece.text) > 1:
            self._notes.append(f'"{piece.text}" was searched as "{tokens[0]}"')
        return Phrase(
            text=piece.text,
            tokens=tokens,
            is_prefix=piece.is_prefix,
            is_open=piece.is_prefix or folding.stands_alone(tokens[-1]),
        )

    def _near(self, piece: Piece) -> Node | None:
        if not piece.items:
            raise Fault(
                "NEAR needs words, as in NEAR(key rotation)",
                without(self._text, piece.start, piece.end),
            )
        phrases = [phrase for item in piece.items if (phrase := self._phrase(item))]
        if len(phrases) < 2:
            return phrases[0] if phrases else None
        return Near(phrases=tuple(phrases), distance=piece.distance)

    # ------------------------------------------------------------ filters

    def _filter(self, piece: Piece, start: int, *, is_negated: bool) -> Node | None:
        name = spoken(piece, self._text, self._today)
        if name is None:
            self._notes.append(f"{piece.name}: is not a filter, and was searched as words")
            words = replace(piece, kind=PieceKind.WORDS, text=f"{piece.name}:{piece.text}")
            node = self._phrase(words)
            return negation(node) if node is not None and is_negated else node
        following = self._pieces[self._index] if self._index < len(self._pieces) else None
        check(piece, name, self._text, following)
        if piece.name.lower() == "before":
            self._notes.append("before: includes the day that it names, as until: does")
        if is_facet(piece, name):
            facet = facet_node(piece, name)
            return Not(item=facet) if is_negated else facet
        said = Said.of(piece, name, start, self._text, self._today, is_negated=is_negated)
        (self._places[-1] if said.name == "in" else self._wide).append(said)
        return None

    def _either(self, node: Node) -> Node:
        """Read two sources, roles or models that stand together as one or the other."""
        items: list[Node] = list(node.items) if isinstance(node, And) else [node]
        for kind in _SINGLE_FACETS:
            several = [n for n in items if isinstance(n, Facet) and n.kind == kind]
            if len(several) < 2:
                continue
            self._notes.append(f"a message has one {kind}; any of those named was taken")
            either = disjunction(list(dict.fromkeys(several)))
            place = items.index(several[0])
            rest = [n for n in items[place:] if n not in several]
            items = [*items[:place], either, *rest]
        return conjunction(items)

    def _refuse_alone(self, place: Said) -> NoReturn:
        raise Fault(
            "in: needs words to look for, as in in:title rotation",
            without(self._text, place.start, place.end),
            is_other=True,
        )

    def _within(self, node: Node | None, places: Sequence[Said]) -> Node | None:
        if not places:
            return node
        first = places[0]
        if node is None or is_negative(node) or not has_words(node):
            self._refuse_alone(first)
        found = columns(places)
        if not found:
            raise Fault(
                "in: leaves no place to look in",
                without(self._text, first.start, first.end),
                is_other=True,
            )
        if "aside" in found and any(said.value in {"thinking", "tools"} for said in places):
            self._notes.append("thinking and tools are searched together")
        return node if len(found) == len(COLUMNS) else Within(columns=found, item=node)


def _positive(node: Node) -> Node:
    """Return *node* with what it leaves out asked for instead."""
    match node:
        case Not(item=item):
            return _positive(item)
        case And(items=items):
            return conjunction([_positive(item) for item in items])
        case Or(items=items):
            return disjunction([_positive(item) for item in items])
        case Within(columns=found, item=item):
            return Within(columns=found, item=_positive(item))
        case _:
            return node
