"""Markdown to blocks. HTML in it stays the text that it is, and nothing is fetched.

Runs off the GUI thread. Long texts are cut where a block may end, so that no input takes more
than linear time and none makes a document that Qt lays out for seconds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from markdown_it.token import Token

from ui.reader.blocks import (
    DISPLAY,
    FORMULA,
    LINE_BREAK,
    OBJECT,
    Block,
    Code,
    Paragraph,
    Run,
    Table,
    Words,
)
from ui.reader.highlighting import coloured
from ui.reader.inline import WORDS_CHARS, cost, cut, linked, parts, runs_of
from ui.reader.parsing import MOST_NESTED, parser
from ui.writing import are_mostly_right_to_left

# A paragraph takes as long to be laid out as so many characters, also when it is empty.
_PARAGRAPH_COST = 20
_CODE_LINES = 200
_CODE_CHARS = 12_000
_PIECE_CHARS = 48_000
_LINE_CHARS = 8_000
_TABLE_CELLS, _TABLE_CHARS = 600, 12_000
# Nobody reads more side by side, and Qt lays them out for seconds.
_TABLE_COLUMNS = 100
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")


def blocks_of(text: str, *, depth: int = 0) -> list[Block]:
    """Return *text* as blocks."""
    found: list[Block] = []
    for piece in _pieces(text):
        maker = _Maker(piece, depth)
        # The parser leaves out what is nested deeper than it goes; nothing may be left out here.
        found += plain_blocks(piece, depth=depth) if maker.is_too_deep else maker.blocks()
    return found


def plain_blocks(text: str, *, depth: int = 0) -> list[Block]:
    """Return what a person typed as blocks: as it was typed, but for fenced code."""
    found: list[Block] = []
    for fence, lines in _by_fences(text.replace("\r\n", "\n").split("\n")):
        joined = "\n".join(lines)
        if fence is not None:
            found += code_blocks(joined, fence, depth=depth, source=f"```{fence}\n{joined}\n```")
        elif joined.strip("\n"):
            for part in cut(joined.strip("\n")):
                runs = tuple(linked([Run(part.replace("\n", LINE_BREAK))]))
                found.append(Words(paragraphs=(Paragraph(runs),), depth=depth, source=part))
    return found


def code_blocks(text: str, language: str, *, depth: int = 0, source: str = "") -> list[Block]:
    """Return code as one box, or several when it is long."""
    text = text.strip("\n").replace("\r\n", "\n")
    parts = list(_code_parts(text))
    whole = text if len(parts) > 1 else ""
    return [
        Code(
            runs=coloured(part, language),
            language=language,
            is_continued=at > 0,
            goes_on=at < len(parts) - 1,
            whole=whole,
            depth=depth,
            source="" if whole else source,
        )
        for at, part in enumerate(parts)
    ]


def _code_parts(text: str) -> Iterator[str]:
    gathered: list[str] = []
    size = 0
    for line in text.split("\n"):
        for start in range(0, len(line) or 1, _LINE_CHARS):
            piece = line[start : start + _LINE_CHARS]
            if gathered and (len(gathered) >= _CODE_LINES or size + len(piece) > _CODE_CHARS):
                yield "\n".join(gathered)
                gathered, size = [], 0
            gathered.append(piece)
            size += len(piece) + 1
    yield "\n".join(gathered)


def _by_fences(lines: list[str]) -> Iterator[tuple[str | None, list[str]]]:
    """Yield (language, lines) of fenced code and (None, lines) of what lies between."""
    gathered: list[str] = []
    fence, language = "", ""
    for line in lines:
        found = _FENCE.match(line)
        if not fence and found:
            yield None, gathered
            gathered, fence = [], found.group(1)
            language = line[found.end() :].strip().split(" ")[0]
        elif (
            fence and found and found.group(1).startswith(fence) and not line[found.end() :].strip()
        ):
            yield language, gathered
            gathered, fence = [], ""
        else:
            gathered.append(line)
    yield (language if fence else None), gathered


def _pieces(text: str) -> Iterator[str]:
    """Yield *text* in pieces that can be read by themselves, and without endless lines."""
    if len(text) <= _LINE_CHARS:
        yield text
        return
    gathered: list[str] = []
    size, fence = 0, ""
    for whole in text.split("\n"):
        for start in range(0, len(whole) or 1, _LINE_CHARS):
            line = whole[start : start + _LINE_CHARS]
            found = _FENCE.match(line)
            if found and not fence:
                fence = found.group(1)
            elif found and found.group(1).startswith(fence):
                fence = ""
            can_end = not fence and (not line.strip() or len(whole) > _LINE_CHARS)
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
            self._add(runs_of(self._tokens[at + 1]), heading=heading, is_tight=token.hidden)
            return 3
        if kind in ("fence", "code_block"):
            self._code(token)
        elif kind == "table_open":
            return self._table(at)
        elif kind.startswith("math_block"):
            tex = token.content.strip()
            self._add((Run(OBJECT, FORMULA | DISPLAY, tex),), is_centred=True)
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
        )
        size = _PARAGRAPH_COST + sum(map(cost, runs))
        if self._size + size > WORDS_CHARS:
            self._flush()
        if size <= WORDS_CHARS or language is not None:
            self._paragraphs.append(whole)
            self._size += size
        else:
            # What each part was in Markdown is not known.
            for part in parts(runs):
                self._found.append(
                    Words(paragraphs=(replace(whole, runs=part),), depth=self._depth)
                )
                whole = replace(whole, is_item=False, number=None)

    def _code(self, token: Token) -> None:
        language = (token.info or "").strip().split(" ")[0][:40]
        if self._lists or self._quotes:
            for part in _code_parts(token.content.strip("\n")):
                self._add(coloured(part, language), language=language)
            return
        self._flush()
        self._found += code_blocks(
            token.content, language, depth=self._depth, source=self._source(self._lines_of)
        )

    def _table(self, at: int) -> int:
        self._flush()
        begin, end = self._lines_of
        rows: list[tuple[tuple[Run, ...], ...]] = []
        lines: list[int] = []
        aligned: list[str] = []
        used = 0
        for token in self._tokens[at:]:
            used += 1
            if token.type == "table_close":
                break
            if token.type == "tr_open":
                rows.append(())
                lines.append(token.map[0] if token.map else end)
            elif token.type == "th_open":
                style = str(token.attrGet("style") or "")
                aligned.append(style.removeprefix("text-align:"))
            elif token.type == "inline" and rows:
                rows[-1] += (runs_of(token),)
        if len(aligned) > _TABLE_COLUMNS:
            self._found += plain_blocks(self._source((begin, end)), depth=self._depth)
        else:
            self._add_table(rows, [begin, *lines[1:], end], tuple(aligned))
        return used

    def _add_table(
        self, rows: list[tuple[tuple[Run, ...], ...]], lines: list[int], aligned: tuple[str, ...]
    ) -> None:
        """Add a table of *rows*, of which each begins in one of *lines*; the last is its end."""
        whole = Table(
            rows=tuple(row + ((),) * (len(aligned) - len(row)) for row in rows),
            aligned=aligned,
            depth=self._depth,
        )
        cells = (cell for row in whole.texts for cell in row)
        is_mirrored = are_mostly_right_to_left(cells)
        for first, last in _table_parts(whole.rows):
            self._found.append(
                replace(
                    whole,
                    rows=(whole.rows[0], *whole.rows[first:last]),
                    is_right_to_left=is_mirrored,
                    source=self._source((lines[0 if first == 1 else first], lines[last])),
                )
            )

    def _flush(self) -> None:
        if self._paragraphs:
            lines = (self._paragraphs[0].lines[0], self._paragraphs[-1].lines[1])
            self._found.append(
                Words(
                    paragraphs=tuple(self._paragraphs),
                    depth=self._depth,
                    source=self._source(lines),
                )
            )
        self._paragraphs, self._size = [], 0

    def _source(self, lines: tuple[int, int]) -> str:
        return "\n".join(self._lines[lines[0] : lines[1]]).strip("\n")


def _table_parts(rows: Sequence[tuple[tuple[Run, ...], ...]]) -> Iterator[tuple[int, int]]:
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
