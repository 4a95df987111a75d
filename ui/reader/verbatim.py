"""Code in boxes, and what people type: text as it was typed, but for fenced code."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ui.reader.blocks import LINE_BREAK, Block, Code, Paragraph, Run, Words
from ui.reader.highlighting import coloured
from ui.reader.inline import cut, linked
from ui.reader.tracking import Span, follow, is_tracking, moved

LINE_CHARS = 8_000
FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_CODE_LINES = 200
_CODE_CHARS = 12_000


def plain_blocks(text: str, *, depth: int = 0) -> list[Block]:
    """Return what a person typed as blocks: as it was typed, but for fenced code."""
    found: list[Block] = []
    whole = text.replace("\r\n", "\n")
    through = follow(whole, text) if is_tracking() else []
    for fence, start, lines in _by_fences(whole.split("\n")):
        joined = "\n".join(lines)
        spans = through[start : start + len(joined)]
        if fence is not None:
            said = f"```{fence}\n{joined}\n```"
            found += code_blocks(joined, fence, depth=depth, source=said, spans=spans)
        elif joined.strip("\n"):
            left = len(joined) - len(joined.lstrip("\n"))
            for part in cut(joined.strip("\n")):
                runs = tuple(linked([Run(part.replace("\n", LINE_BREAK))]))
                own = spans[left : left + len(part)]
                left += len(part)
                found.append(
                    Words(paragraphs=(Paragraph(runs),), depth=depth, source=part, spans=own)
                )
    return found


def code_blocks(
    text: str,
    language: str,
    *,
    depth: int = 0,
    source: str = "",
    spans: Sequence[Span] | None = None,
) -> list[Block]:
    """Return code as one box, or several when it is long.

    *spans* are those of its characters, None: it is all that there is.
    """
    written, text = text, text.strip("\n").replace("\r\n", "\n")
    parts = list(code_parts(text))
    own = placed(parts, written, spans)
    whole = text if len(parts) > 1 else ""
    return [
        Code(
            spans=own[at],
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


def placed(parts: Sequence[str], text: str, spans: Sequence[Span] | None) -> list[Sequence[Span]]:
    """Return where the characters of each part stand, if somebody asked for it."""
    if not is_tracking():
        return [()] * len(parts)
    found: list[Sequence[Span]] = []
    at = 0
    for part in parts:
        own = follow(part, text, at)
        at = max((end for _start, end in own), default=at)
        found.append(own if spans is None else moved(own, spans))
    return found


def code_parts(text: str) -> Iterator[str]:
    """Yield code in parts that one box can show."""
    gathered: list[str] = []
    size = 0
    for line in text.split("\n"):
        for start in range(0, len(line) or 1, LINE_CHARS):
            piece = line[start : start + LINE_CHARS]
            if gathered and (len(gathered) >= _CODE_LINES or size + len(piece) > _CODE_CHARS):
                yield "\n".join(gathered)
                gathered, size = [], 0
            gathered.append(piece)
            size += len(piece) + 1
    yield "\n".join(gathered)


def _by_fences(lines: list[str]) -> Iterator[tuple[str | None, int, list[str]]]:
    """Yield (language, start, lines) of fenced code and (None, start, lines) of what lies between.

    It starts at so many characters.
    """
    gathered: list[str] = []
    fence, language = "", ""
    start = at = 0
    for line in lines:
        found = FENCE.match(line)
        at += len(line) + 1
        if not fence and found:
            yield None, start, gathered
            gathered, fence, start = [], found.group(1), at
            language = line[found.end() :].strip().split(" ")[0]
        elif (
            fence and found and found.group(1).startswith(fence) and not line[found.end() :].strip()
        ):
            yield language, start, gathered
            gathered, fence, start = [], "", at
        else:
            gathered.append(line)
    yield (language if fence else None), start, gathered
