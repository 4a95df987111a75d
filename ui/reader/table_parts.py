"""Tables in parts that one document can show, and where their characters stand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ui.reader.blocks import Paragraph, Run, Table
from ui.reader.inline import cost
from ui.reader.tracking import NOWHERE, Span

_TABLE_CELLS, _TABLE_CHARS = 600, 12_000


def joined(paragraphs: Sequence[Paragraph]) -> list[Span]:
    """Return where the characters of paragraphs stand, with a break between any two."""
    found: list[Span] = []
    for paragraph in paragraphs:
        found += [*fitted(paragraph.spans, paragraph.text), NOWHERE]
    return found[:-1]


def table_spans(table: Table, spans: Sequence[Sequence[Sequence[Span]]]) -> list[Span]:
    """Return where the characters of a table stand; each cell begins with a mark."""
    found: list[Span] = []
    for texts, row in zip(table.texts, spans, strict=True):
        for column in table.order:
            own = row[column] if column < len(row) else ()
            found += [NOWHERE, *fitted(own, texts[column])]
    return [*found, NOWHERE]


def fitted(spans: Sequence[Span], text: str) -> Sequence[Span]:
    """Return *spans* if they are those of *text*; else nobody knows where it stands."""
    # A box of a task is two signs of four.
    if text[:1] in ("☐", "☑") and len(spans) == len(text) + 2:
        spans = [(spans[0][0], spans[2][1]), *spans[3:]]
    return spans if len(spans) == len(text) else [NOWHERE] * len(text)


def table_parts(rows: Sequence[tuple[tuple[Run, ...], ...]]) -> Iterator[tuple[int, int]]:
    """Yield from where to where the rows below the head go that one document can show."""
    costs = [sum(cost(run) for cell in row for run in cell) for row in rows]
    most = max(2, _TABLE_CELLS // len(rows[0]))
    first, size = 1, costs[0]
    for at in range(1, len(rows)):
        if at > first and (at - first >= most or size + costs[at] > _TABLE_CHARS):
            yield first, at
            first, size = at, costs[0]
        size += costs[at]
    yield first, len(rows)
