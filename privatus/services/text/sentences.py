"""The sentences of a text in Markdown, each with where it stands.

Code, tables, headings, formulas and lines of signs are no sentences. A line of a list is one, or
several, by itself. A sentence is given as it is written, with the signs of Markdown in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

# Of a message that is a book, the rest is left out: a regex holds all other threads up.
MOST_CHARS: Final = 20_000

_FENCE: Final = re.compile(r"[ \t>]{0,12}(`{3,}|~{3,}|\$\$|\\\[)")
_FENCE_END: Final = {"`": "```", "~": "~~~", "$": "$$", "\\": "\\]"}
_QUOTED: Final = re.compile(r"[ \t]*(?:>[ \t]?)+")
_ITEM: Final = re.compile(r"[ \t]*(?:[-*+•](?:[ \t]+\[[ xX]\])?|\d{1,3}[.)])[ \t]+")
# Headings, tables, rules, HTML, indented code, definitions of links.
_NO_SENTENCE: Final = re.compile(
    r"[ \t]*(?:\#{1,6}(?:\s|$)|\||<[/!a-zA-Z]|\[[^\]]{1,80}\]:|[-*_=]{3,}[ \t]*$)|\t| {4,}\S"
)

# A mark that may end a sentence, with what closes after it. Chinese and its like need no space.
_END: Final = re.compile(
    r"""(?:[.!?…؟۔।]+["'”’»)\]*_]*(?=\s)|[。！？]+[”」』）]*)""",
    re.VERBOSE,
)
_WORD_BEFORE: Final = re.compile(r"(\S+)$")
_ABBREVIATED: Final = """
    approx bspw bzgl bzw ca cf chap co corp dept dipl dr eds eg e.g etc ev evtl fig figs ggf
    i.e ie inc incl inkl jr lt ltd m.e mfg mio mr mrs ms mt nr o.ä p pp prof r.i.p
    resp sog sr st str tel u.a u.k u.s usw usf v vgl vol vs z.b z.t zzgl d.h s.o s.u
    p.ex av bd boul cie m mm mme mlle pág págs ud uds ej sra sra dra ecc pag dott avv
    т.е т.д т.п т.к г гг см стр ул рис др np itp itd tzn m.in ul bijv enz blz o.a tzv
"""
_ABBREVIATIONS: Final = frozenset(_ABBREVIATED.split())
_SMALL_NUMBER: Final = re.compile(r"[(\[]?\d{1,2}\.")


class Sentence(NamedTuple):
    """One sentence: where it begins in its text, and as it is written there."""

    start: int
    text: str


def sentences(text: str) -> Iterator[Sentence]:
    """Yield the sentences of Markdown in the order in which they stand."""
    for start, paragraph in _paragraphs(text[:MOST_CHARS]):
        place = 0
        for end in _ends(paragraph):
            yield from _trimmed(start + place, paragraph[place:end])
            place = end
        yield from _trimmed(start + place, paragraph[place:])


def _trimmed(start: int, text: str) -> Iterator[Sentence]:
    said = text.strip()
    if any(character.isalpha() for character in said):
        yield Sentence(start + text.index(said), said)


def _paragraphs(text: str) -> Iterator[tuple[int, str]]:
    """Yield runs of lines that are read as one, each with where it begins."""
    place, begun, ended = 0, -1, 0
    fence = ""
    for line in text.splitlines(keepends=True):
        start, place = place, place + len(line)
        is_over, is_prose = True, False
        if fence:
            if line.lstrip(" \t>").startswith(fence) or line.rstrip().endswith(fence):
                fence = ""
        elif opened := _FENCE.match(line):
            fence = _FENCE_END[opened[1][0]]
            if fence in line[opened.end() :]:
                fence = ""
        elif line.strip() and not _NO_SENTENCE.match(line):
            mark = _QUOTED.match(line) or _ITEM.match(line)
            is_prose, is_over = True, mark is not None
            if mark is not None:
                inner = _ITEM.match(line, mark.end())
                start += (inner or mark).end()
        if is_over and begun >= 0:
            yield begun, text[begun:ended]
            begun = -1
        if is_prose:
            begun = start if begun < 0 else begun
            ended = place
    if begun >= 0:
        yield begun, text[begun:ended]


def _ends(paragraph: str) -> Iterator[int]:
    """Yield where sentences of *paragraph* end, but for the last one."""
    for mark in _END.finditer(paragraph):
        if mark[0][0] != "." or mark[0].startswith("..") or _is_end(paragraph, mark):
            yield mark.end()


def _is_end(paragraph: str, mark: re.Match[str]) -> bool:
    """Say whether a full stop ends a sentence, and not an abbreviation or an ordinal."""
    before = _WORD_BEFORE.search(paragraph, max(0, mark.start() - 20), mark.start())
    word = before[1].lower().lstrip("([\"'“„«*_") if before else ""
    if word in _ABBREVIATIONS or (len(word) == 1 and word.isalpha()):
        return False
    if _SMALL_NUMBER.fullmatch(word + "."):
        return False
    following = paragraph[mark.end() :].lstrip()[:1]
    # Where a small letter follows, something was cut short.
    return not following.islower()
