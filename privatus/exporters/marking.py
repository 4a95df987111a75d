"""Marks passages inside the text of a message, whatever format that becomes.

Two characters that stand for nothing in any text are put around a passage in its Markdown, and
taken for a mark where they come out. If they would change anything else, the text is left as it
is: the note says which words it is on all the same.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace

from privatus.core.annotation import Annotation
from privatus.core.conversation import READABLE_PARTS, Message, Part, PartKind

# Of the private use area: no standard gives them a meaning.
BEGIN, END = "\ue000", "\ue001"
_TAG = re.compile(r"(<[^>]*>)")
# What begins a block of Markdown must stay at the beginning of its line.
_BLOCK_START = re.compile(r"[ \t]*(?:(?:[#>*+-]+|\d{1,9}[.)])[ \t]+)*")
_SIGNS = re.compile(f"[{BEGIN}{END}]")


def with_marks(message: Message, annotations: Iterable[Annotation]) -> tuple[Part, ...]:
    """Return the parts of a message, with signs around what is annotated in its texts."""
    text = message.text
    spans = _joined(_spans(text, annotations))
    if not spans or _SIGNS.search(text):
        return message.parts
    parts, offset = [], 0
    for part in message.parts:
        if part.kind not in READABLE_PARTS or not part.text:
            parts.append(part)
            continue
        inner = [(start - offset, end - offset) for start, end in spans]
        is_marked = part.kind is PartKind.TEXT
        parts.append(replace(part, text=_signed(part.text, inner)) if is_marked else part)
        # As `Message.text` joins them.
        offset += len(part.text) + 2
    return tuple(parts)


def without_signs(text: str) -> str:
    """Return *text* as it was before `with_marks`."""
    return _SIGNS.sub("", text)


def kept(text: str, make: Callable[[str], str]) -> str:
    """Return what *make* makes of *text*, with the signs in it if they change nothing."""
    plain = without_signs(text)
    if plain == text:
        return make(text)
    expected, found = make(plain), make(text)
    return found if without_signs(found) == expected else expected


def as_html(html: str) -> str:
    """Return *html* with marks in the place of signs, each within one element."""
    pieces, is_marked = [], False
    for piece in _TAG.split(html):
        if piece.startswith("<"):
            pieces.append(without_signs(piece))
            is_marked = _is_marked_after(piece, is_marked)
            continue
        for run in re.split(f"([{BEGIN}{END}])", piece):
            if run in (BEGIN, END):
                is_marked = run == BEGIN
            elif is_marked and run.strip():
                pieces.append(f"<mark>{run}</mark>")
            else:
                pieces.append(run)
    return "".join(pieces)


def _is_marked_after(piece: str, is_marked: bool) -> bool:
    signs = _SIGNS.findall(piece)
    return signs[-1] == BEGIN if signs else is_marked


def _spans(text: str, annotations: Iterable[Annotation]) -> list[tuple[int, int]]:
    """Return where the passages stand that are where they were, or that stand there once."""
    found = []
    for said in annotations:
        if said.passage is None or not said.passage.quote:
            continue
        start, quote = said.passage.start, said.passage.quote
        if not text.startswith(quote, start):
            start = text.find(quote) if text.count(quote) == 1 else -1
        if start >= 0:
            found.append((start, start + len(quote)))
    return sorted(found)


def _joined(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return *spans*, which are in order, without overlaps."""
    joined: list[tuple[int, int]] = []
    for start, end in spans:
        if joined and start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((start, end))
    return joined


def _signed(text: str, spans: list[tuple[int, int]]) -> str:
    pieces, at = [], 0
    for start, end in spans:
        start, end = max(start, 0), min(end, len(text))
        if start == 0 or text[start - 1 : start] == "\n":
            block = _BLOCK_START.match(text, start)
            start = block.end() if block else start
        # White space at the end of a line means something to Markdown.
        end = start + len(text[start:end].rstrip())
        if start < end:
            pieces += [text[at:start], BEGIN, text[start:end], END]
            at = end
    return "".join([*pieces, text[at:]])
