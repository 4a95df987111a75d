"""From what is selected on the screen to a passage of the message, and from there to the screen.

A passage is counted in code points of the Markdown, the screen in Qt's UTF-16 units of a block's
text. Both ways go through the same places, so what was selected is what is painted. The messages
that are handed in were made ready by `tracked`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ui.reader.blocks import (
    FORMULA,
    Block,
    Fold,
    Prepared,
    Table,
    Words,
    everything,
    flow,
    marked_text,
)
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


# As `blocks.whole_text` and a table's text have them.
_BETWEEN, _CELL = "\n\n", "\ufdd0"
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


def whole_spans(prepared: Prepared) -> tuple[str, list[Span]]:
    """Return `blocks.whole_text`, and where its characters stand."""
    texts: list[str] = []
    spans: list[Span] = []
    for block, _is_folded in everything(prepared.blocks):
        said = f"{block.title}:" if isinstance(block, Fold) else block.copied
        if not said:
            continue
        if texts:
            spans += [NOWHERE] * len(_BETWEEN)
        texts.append(said)
        own = _copied(block) if block.spans else []
        spans += own if len(own) == len(said) else [NOWHERE] * len(said)
    return _BETWEEN.join(texts), spans


def _copied(block: Block) -> list[Span]:
    """Return where the characters stand that are copied of a block."""
    if isinstance(block, Words):
        return _copied_words(block)
    if not isinstance(block, Table):
        return list(block.spans)
    cells = iter(_cells(block))
    rows = [[next(cells, []) for _column in row] for row in block.texts]
    if block.is_right_to_left:
        rows = [row[::-1] for row in rows]
    found: list[Span] = []
    for row in rows:
        for cell in row:
            # A tab or the end of a line stands behind each.
            found += [*cell, NOWHERE]
    return found[:-1]


def _cells(table: Table) -> list[list[Span]]:
    found: list[list[Span]] = []
    for shown, span in zip(table.plain[:-1], table.spans, strict=False):
        if shown == _CELL:
            found.append([])
        else:
            found[-1].append(span)
    return found


def _copied_words(block: Words) -> list[Span]:
    found: list[Span] = []
    at = 0
    for paragraph in block.paragraphs:
        own: list[Span] = []
        for run in paragraph.runs:
            spans = block.spans[at : at + len(run.text)]
            at += len(run.text)
            # A formula is copied as it was written, and shown as one sign.
            own += list(spans[:1]) * len(run.target) if run.style & FORMULA else list(spans)
        before = len(marked_text(paragraph)) - len(own)
        found += [NOWHERE] * before + own + [NOWHERE]
        at += 1
    return found[:-1]


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
