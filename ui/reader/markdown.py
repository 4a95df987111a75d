"""Markdown to blocks. HTML in it stays the text that it is, and nothing is fetched.

Runs off the GUI thread. Long texts are cut where a block may end, so that no input takes more
than linear time and none makes a document that Qt lays out for seconds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from markdown_it.token import Token

from ui.reader.blocks import (
    BOLD,
    CODE,
    DISPLAY,
    FORMULA,
    ITALIC,
    LINE_BREAK,
    LINK,
    OBJECT,
    STRIKE,
    Block,
    Code,
    Paragraph,
    Run,
    Table,
    Words,
)
from ui.reader.highlighting import coloured
from ui.reader.parsing import MOST_NESTED, parser

# A document of this many characters is laid out in a few milliseconds.
_WORDS_CHARS = 6_000
_CODE_LINES = 200
_CODE_CHARS = 12_000
_PIECE_CHARS = 48_000
_LINE_CHARS = 8_000
_TABLE_CELLS = 600
_ADDRESS = re.compile(r"https?://[^\s<>\"'`\u2028|\\^{}]+")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_STYLES = {"strong": BOLD, "em": ITALIC, "s": STRIKE, "link": LINK}


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
            for start in range(0, len(piece := joined.strip("\n")), _WORDS_CHARS):
                part = piece[start : start + _WORDS_CHARS].replace("\n", LINE_BREAK)
                runs = tuple(_linked([Run(part)]))
                found.append(Words(paragraphs=(Paragraph(runs),), depth=depth, source=piece))
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
            source=source if at == 0 else "",
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
            if token.level == 0 and token.map:
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
        size = sum(len(run.text) for run in runs)
        if self._paragraphs and self._size + size > _WORDS_CHARS:
            self._flush()
        begins = self._begins_item and bool(self._lists)
        self._begins_item = False
        self._paragraphs.append(
            Paragraph(
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
        )
        self._size += size

    def _code(self, token: Token) -> None:
        language = (token.info or "").strip().split(" ")[0][:40]
        if self._lists or self._quotes:
            self._add(coloured(token.content.strip("\n")[:_CODE_CHARS], language),
                      language=language)  # fmt: skip
            return
        self._flush()
        self._found += code_blocks(
            token.content, language, depth=self._depth, source=self._source(self._lines_of)
        )

    def _table(self, at: int) -> int:
        self._flush()
        rows: list[list[tuple[Run, ...]]] = []
        aligned: list[str] = []
        used = 0
        for token in self._tokens[at:]:
            used += 1
            if token.type == "table_close":
                break
            if token.type == "tr_open":
                rows.append([])
            elif token.type == "th_open":
                style = str(token.attrGet("style") or "")
                aligned.append(style.removeprefix("text-align:") or "left")
            elif token.type == "inline" and rows:
                rows[-1].append(runs_of(token))
        columns = max(map(len, rows))
        most = max(2, _TABLE_CELLS // columns)
        for start in range(1, max(2, len(rows)), most):
            part = [rows[0], *rows[start : start + most]]
            self._found.append(
                Table(
                    rows=tuple(tuple(row + [()] * (columns - len(row))) for row in part),
                    aligned=tuple(aligned),
                    depth=self._depth,
                    source=self._source(self._lines_of) if start == 1 else "",
                )
            )
        return used

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


def runs_of(inline: Token) -> tuple[Run, ...]:
    """Return the text of an inline token in runs of one style each."""
    runs: list[Run] = []
    styles, target = [0], [""]
    for token in inline.children or ():
        name, _, end = token.type.rpartition("_")
        if end == "open" and name in _STYLES:
            styles.append(styles[-1] | _STYLES[name])
            target.append(str(token.attrGet("href") or "") if name == "link" else target[-1])
        elif end == "close" and name in _STYLES:
            styles.pop()
            target.pop()
        else:
            runs.append(_run(token, styles[-1], target[-1]))
    return tuple(_linked(_with_tasks(runs)))


def _run(token: Token, style: int, target: str) -> Run:
    # Where a line ends in a poem or an address it ends here, too, as most providers show it.
    if token.type in ("softbreak", "hardbreak"):
        return Run(LINE_BREAK, style, target)
    if token.type == "code_inline":
        return Run(token.content, style | CODE, target)
    if token.type.startswith("math_"):
        shown = FORMULA | (0 if token.type in ("math_inline", "math_single") else DISPLAY)
        return Run(OBJECT, shown, token.content)
    if token.type == "image":
        # It lies somewhere in the network: its name is shown, and leads there if one asks.
        return Run(f"[{token.content or 'image'}]", style | LINK, str(token.attrGet("src") or ""))
    return Run(token.content.replace(OBJECT, "\ufffd").replace("\n", LINE_BREAK), style, target)


def _with_tasks(runs: list[Run]) -> list[Run]:
    if runs and runs[0].text[:4] in ("[ ] ", "[x] ", "[X] "):
        box = "☐ " if runs[0].text[1] == " " else "☑ "
        runs[0] = Run(box + runs[0].text[4:], runs[0].style, runs[0].target)
    return runs


def _trimmed(address: str) -> str:
    """Return an address without what ends the sentence around it."""
    for _ in range(len(address)):
        last = address[-1:]
        opening = {")": "(", "]": "["}.get(last)
        is_open = opening is not None and address.count(opening) < address.count(last)
        if not (is_open or last in ".,;:!?*_"):
            break
        address = address[:-1]
    return address


def _linked(runs: list[Run]) -> Iterator[Run]:
    """Yield *runs* with addresses that are written out made into links."""
    for run in runs:
        if run.style & (LINK | CODE | FORMULA) or "://" not in run.text:
            if run.text:
                yield run
            continue
        at = 0
        for found in _ADDRESS.finditer(run.text):
            address = _trimmed(found.group())
            if found.start() > at:
                yield Run(run.text[at : found.start()], run.style)
            yield Run(address, run.style | LINK, address)
            at = found.start() + len(address)
        if at < len(run.text):
            yield Run(run.text[at:], run.style)
