"""Markdown to blocks. HTML in it stays the text that it is, and nothing is fetched.

Runs off the GUI thread. Long texts are cut where a block may end, so that no input takes more
than linear time and none makes a document that Qt lays out for seconds.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import accumulate

from markdown_it.token import Token

from ui.reader.blocks import (
    DISPLAY,
    FORMULA,
    OBJECT,
    Block,
    Paragraph,
    Run,
    Table,
    Words,
)
from ui.reader.highlighting import coloured
from ui.reader.inline import WORDS_CHARS, cost, parts, runs_of
from ui.reader.parsing import MOST_NESTED, parser
from ui.reader.table_parts import fitted, joined, table_parts, table_spans
from ui.reader.tracking import (
    Span,
    cells,
    follow,
    is_tracking,
    moved,
    of_inline,
    of_lines,
    shifted,
)
from ui.reader.verbatim import FENCE, LINE_CHARS, code_blocks, code_parts, placed, plain_blocks
from ui.writing import are_mostly_right_to_left

# A paragraph takes as long to be laid out as so many characters, also when it is empty.
_PARAGRAPH_COST = 20
_PIECE_CHARS = 48_000
# Nobody reads more side by side, and Qt lays them out for seconds.
_TABLE_COLUMNS = 100


def blocks_of(text: str, *, depth: int = 0) -> list[Block]:
    """Return *text* as blocks."""
    found: list[Block] = []
    at = 0
    for piece in _pieces(text):
        maker = _Maker(piece, depth)
        # The parser leaves out what is nested deeper than it goes; nothing may be left out here.
        made = plain_blocks(piece, depth=depth) if maker.is_too_deep else maker.blocks()
        if is_tracking():
            through = follow(piece, text, at)
            at = max((end for _start, end in through), default=at)
            for block in made:
                block.spans = moved(block.spans, through)
        found += made
    return found


def _pieces(text: str) -> Iterator[str]:
    """Yield *text* in pieces that can be read by themselves, and without endless lines."""
    if len(text) <= LINE_CHARS:
        yield text
        return
    gathered: list[str] = []
    size, fence = 0, ""
    for whole in text.split("\n"):
        for start in range(0, len(whole) or 1, LINE_CHARS):
            line = whole[start : start + LINE_CHARS]
            found = FENCE.match(line)
            if found and not fence:
                fence = found.group(1)
            elif found and found.group(1).startswith(fence):
                fence = ""
            can_end = not fence and (not line.strip() or len(whole) > LINE_CHARS)
            gathered.append(line)
            size += len(line) + 1
            if size > _PIECE_CHARS and can_end:
                yield "\n".join(gathered)
                gathered, size = [], 0
    if gathered:
        yield "\n".join(gathered)


class _Maker:
    """Turns the tokens of one piece into blocks."""

    def __init__(self, text: str, depth: int) -> None:
        self._lines = text.split("\n")
        self._is_tracking = is_tracking()
        self._starts = list(accumulate((len(line) + 1 for line in self._lines), initial=0))
        self._tokens = parser().parse(text)
        self._depth = depth
        self._found: list[Block] = []
        self._paragraphs: list[Paragraph] = []
        self._size = 0
        self._quotes = 0
        # The number of the next item of each list we are in; None: it has no numbers.
        self._lists: list[int | None] = []
        self._begins_item = False
        self._lines_of = (0, 0)

    @property
    def is_too_deep(self) -> bool:
        deepest = max((token.level for token in self._tokens), default=0)
        return deepest >= MOST_NESTED - 1

    def blocks(self) -> list[Block]:
        at = 0
        while at < len(self._tokens):
            token = self._tokens[at]
            if token.map:
                self._lines_of = (token.map[0], token.map[1])
            at += self._take(token, at)
        self._flush()
        return self._found

    def _take(self, token: Token, at: int) -> int:
        """Take the token at *at*, and return how many were used up."""
        kind = token.type
        if kind in ("paragraph_open", "heading_open"):
            heading = int(token.tag[1]) if kind == "heading_open" else 0
            inline = self._tokens[at + 1]
            spans = self._spans(inline.content, self._lines_of[0], inline)
            self._add(runs_of(inline), heading=heading, is_tight=token.hidden, spans=spans)
            return 3
        if kind in ("fence", "code_block"):
            self._code(token)
        elif kind == "table_open":
            return self._table(at)
        elif kind.startswith("math_block"):
            tex = token.content.strip()
            first, end = (self._starts[line] for line in self._lines_of)
            spans = [(first, end - 1)] if self._is_tracking else []
            self._add((Run(OBJECT, FORMULA | DISPLAY, tex),), is_centred=True, spans=spans)
        elif kind == "hr":
            self._add((), is_rule=True)
        else:
            self._nest(token)
        return 1

    def _nest(self, token: Token) -> None:
        kind = token.type
        if kind == "bullet_list_open":
            self._lists.append(None)
        elif kind == "ordered_list_open":
            start = token.attrGet("start")
            self._lists.append(1 if start is None else int(start))
        elif kind.endswith("_list_close"):
            self._lists.pop()
        elif kind == "list_item_open":
            self._begins_item = True
        elif kind == "list_item_close" and self._lists[-1] is not None:
            self._lists[-1] += 1
        elif kind == "blockquote_open":
            self._quotes += 1
        elif kind == "blockquote_close":
            self._quotes -= 1

    def _add(
        self,
        runs: tuple[Run, ...],
        *,
        heading: int = 0,
        is_tight: bool = False,
        is_rule: bool = False,
        is_centred: bool = False,
        language: str | None = None,
        spans: Sequence[Span] = (),
    ) -> None:
        begins = self._begins_item and bool(self._lists)
        self._begins_item = False
        whole = Paragraph(
            runs=runs,
            heading=heading,
            quotes=self._quotes,
            lists=len(self._lists),
            number=self._lists[-1] if begins else None,
            is_item=begins,
            is_tight=is_tight,
            is_rule=is_rule,
            is_centred=is_centred,
            language=language,
            lines=self._lines_of,
            spans=tuple(spans),
        )
        size = _PARAGRAPH_COST + sum(map(cost, runs))
        if self._size + size > WORDS_CHARS:
            self._flush()
        if size <= WORDS_CHARS or language is not None:
            self._paragraphs.append(whole)
            self._size += size
        else:
            self._add_in_parts(whole)

    def _add_in_parts(self, whole: Paragraph) -> None:
        """Add an endless paragraph. What each part was in Markdown is not known."""
        at, spans = 0, fitted(whole.spans, whole.text) if self._is_tracking else ()
        for part in parts(whole.runs):
            begin, at = at, at + sum(len(run.text) for run in part)
            paragraph = replace(whole, runs=part)
            self._found.append(
                Words(paragraphs=(paragraph,), depth=self._depth, spans=spans[begin:at])
            )
            whole = replace(whole, is_item=False, number=None)

    def _code(self, token: Token) -> None:
        language = (token.info or "").strip().split(" ")[0][:40]
        spans = self._spans(token.content, self._lines_of[0] + (token.type == "fence"))
        if self._lists or self._quotes:
            parts = list(code_parts(token.content.strip("\n")))
            for part, own in zip(parts, placed(parts, token.content, spans), strict=True):
                self._add(coloured(part, language), language=language, spans=own)
            return
        self._flush()
        self._found += code_blocks(
            token.content,
            language,
            depth=self._depth,
            source=self._source(self._lines_of),
            spans=spans,
        )

    def _spans(self, content: str, line: int, inline: Token | None = None) -> Sequence[Span]:
        """Return where the characters of *content* stand, or those that are shown of *inline*."""
        if not self._is_tracking:
            return ()
        spans = of_lines(content, self._lines, self._starts, line)
        return spans if inline is None else of_inline(inline, spans)

    def _table(self, at: int) -> int:
        self._flush()
        begin, end = self._lines_of
        rows: list[tuple[tuple[Run, ...], ...]] = []
        spans: list[list[Sequence[Span]]] = []
        lines: list[int] = []
        aligned: list[str] = []
        used = 0
        for token in self._tokens[at:]:
            used += 1
            if token.type == "table_close":
                break
            if token.type == "tr_open":
                rows.append(())
                spans.append([])
                lines.append(token.map[0] if token.map else end)
            elif token.type == "th_open":
                style = str(token.attrGet("style") or "")
                aligned.append(style.removeprefix("text-align:"))
            elif token.type == "inline" and rows:
                rows[-1] += (runs_of(token),)
                spans[-1].append(self._cell_spans(token, lines[-1], len(spans[-1])))
        if len(aligned) > _TABLE_COLUMNS:
            self._found += plain_blocks(self._source((begin, end)), depth=self._depth)
        else:
            self._add_table(rows, [begin, *lines[1:], end], tuple(aligned), spans)
        return used

    def _cell_spans(self, inline: Token, line: int, column: int) -> Sequence[Span]:
        """Return where the characters stand that are shown of a cell of a table."""
        if not self._is_tracking or line >= len(self._lines):
            return ()
        written = self._lines[line]
        begins = cells(written)
        if column >= len(begins):
            return ()
        content = follow(inline.content, written, begins[column])
        return of_inline(inline, shifted(content, self._starts[line]))

    def _add_table(
        self,
        rows: list[tuple[tuple[Run, ...], ...]],
        lines: list[int],
        aligned: tuple[str, ...],
        spans: list[list[Sequence[Span]]],
    ) -> None:
        """Add a table of *rows*, of which each begins in one of *lines*; the last is its end."""
        whole = Table(
            rows=tuple(row + ((),) * (len(aligned) - len(row)) for row in rows),
            aligned=aligned,
            depth=self._depth,
        )
        cells = (cell for row in whole.texts for cell in row)
        is_mirrored = are_mostly_right_to_left(cells)
        for first, last in table_parts(whole.rows):
            part = replace(
                whole,
                rows=(whole.rows[0], *whole.rows[first:last]),
                is_right_to_left=is_mirrored,
                source=self._source((lines[0 if first == 1 else first], lines[last])),
            )
            if self._is_tracking:
                # The head stands again above each part; it is written once.
                head = spans[0] if first == 1 else []
                part.spans = table_spans(part, [head, *spans[first:last]])
            self._found.append(part)

    def _flush(self) -> None:
        if self._paragraphs:
            lines = (self._paragraphs[0].lines[0], self._paragraphs[-1].lines[1])
            self._found.append(
                Words(
                    paragraphs=tuple(self._paragraphs),
                    depth=self._depth,
                    source=self._source(lines),
                    spans=joined(self._paragraphs) if self._is_tracking else (),
                )
            )
        self._paragraphs, self._size = [], 0

    def _source(self, lines: tuple[int, int]) -> str:
        return "\n".join(self._lines[lines[0] : lines[1]]).strip("\n")
