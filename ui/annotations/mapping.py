"""From what is selected on the screen to a passage of the message, and from there to the screen.

A passage is counted in code points of the Markdown, the screen in Qt's UTF-16 units of a block's
text. Both ways go through the same places, so what was selected is what is painted. The messages
that are handed in were made ready by `tracked`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ui.reader.blocks import Block, Prepared, everything, flow
from ui.reader.selecting import Position
from ui.reader.tracking import NOWHERE, Span
from ui.writing import of_units, units


@dataclass(frozen=True, slots=True)
class Passage:
    """Where an annotation stands in a message."""

    annotation_id: int
    colour: str | None
    span: Span


@dataclass(frozen=True, slots=True)
class Painted:
    """A piece of it in one block, as Qt counts."""

    start: int
    end: int
    annotation_id: int
    colour: str | None


# By the number of the block among `everything`.
Pieces = dict[int, list[Painted]]


def span_of(
    prepared: Prepared, row: int, first: Position, last: Position, turned: frozenset[int]
) -> Span | None:
    """Return which passage of the message in *row* is selected between two positions.

    Blanks at its ends are left out. None: nothing of its words is selected.
    """
    found: list[tuple[str, Span]] = []
    for at, block in enumerate(flow(prepared.blocks, turned), 1):
        if not (first.row, first.at) <= (row, at) <= (last.row, last.at):
            continue
        start = first.character if (row, at) == (first.row, first.at) else 0
        end = last.character if (row, at) == (last.row, last.at) else None
        found += _between(block, start, end)
    return _around(found)


def span_between(shown: str, spans: Sequence[Span], start: int, end: int) -> Span | None:
    """Return which passage stands between two positions of Qt in a text whose places are known."""
    begin = len(of_units(shown, 0, start))
    stop = begin + len(of_units(shown, start, end))
    return _around(list(zip(shown[begin:stop], spans[begin:stop], strict=True)))


def _between(block: Block, start: int, end: int | None) -> list[tuple[str, Span]]:
    if not block.spans:
        return []
    begin = len(of_units(block.plain, 0, start))
    stop = len(block.plain) if end is None else len(of_units(block.plain, 0, end))
    return list(zip(block.plain[begin:stop], block.spans[begin:stop], strict=True))


def _around(found: list[tuple[str, Span]]) -> Span | None:
    placed = [(shown, span) for shown, span in found if span != NOWHERE]
    while placed and placed[-1][0].isspace():
        placed.pop()
    while placed and placed[0][0].isspace():
        del placed[0]
    if not placed:
        return None
    return min(span[0] for _, span in placed), max(span[1] for _, span in placed)


def pieces_of(prepared: Prepared, passages: Iterable[Passage]) -> Pieces:
    """Return where *passages* stand on the screen."""
    passages = list(passages)
    found: Pieces = {}
    for at, (block, _is_folded) in enumerate(everything(prepared.blocks)):
        if block.spans and (own := _pieces(block, passages)):
            found[at] = own
    return found


def _pieces(block: Block, passages: Sequence[Passage]) -> list[Painted]:
    found = []
    for passage in passages:
        for start, end in _runs(block.spans, passage.span):
            before = units(block.plain[:start])
            length = units(block.plain[start:end])
            found.append(Painted(before, before + length, passage.annotation_id, passage.colour))
    return found


def _runs(spans: Sequence[Span], wanted: Span) -> list[tuple[int, int]]:
    """Return from where to where characters of *wanted* follow one another."""
    found: list[tuple[int, int]] = []
    for at, (start, end) in enumerate(spans):
        if start >= wanted[1] or end <= wanted[0] or start < 0:
            continue
        if found and found[-1][1] == at:
            found[-1] = found[-1][0], at + 1
        else:
            found.append((at, at + 1))
    return found
