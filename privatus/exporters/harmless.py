"""Markdown that anyone may have written, made so that to open it loads nothing.

A program that shows a note fetches its images, and its host learns who reads when. So images
become links, and of HTML only tags without attributes stay; code is left as it is.
"""

from __future__ import annotations

import re
from bisect import bisect_right

from privatus.exporters.block_parser import block_parser
from privatus.exporters.characters import readable

_MAY_LOAD = re.compile(r"!\[|<[a-z/!?]", re.IGNORECASE)
_MAY_BE_CODE = re.compile(r"`|~~~|\t| {4}")
# What is made harmless may change what is code in the text behind it.
_PASSES = 4
# More is no text that a person wrote, and takes the parser seconds: all of it is made harmless.
_MAX_CHARS = 1_000_000
_TICKS = re.compile(r"`+")
# Where a backtick may stand in these, programs differ in which one begins code.
_AMBIGUOUS = re.compile(r"\\(?:`|\Z)|\$|%%|\[\[|\]\(|\]:")
_LOADS = re.compile(r"!\[(\])?|<(?=[a-z/!?])", re.IGNORECASE)
_KEPT_TAG = re.compile(r"</?([a-z][a-z0-9-]*)[ \t]*/?>", re.IGNORECASE)
_KEPT_ADDRESS = re.compile(r"<(?:https?://|mailto:)[^\s<>`]*>|<[\w.+-]+@[\w.-]+>", re.IGNORECASE)
# Their content is no text: what stands in a style sheet is fetched.
_NEVER_KEPT = frozenset({"script", "style"})
_COMMENT = "<!--"


def harmless(text: str) -> str:
    """Return Markdown *text* as text that shows the same and loads nothing from elsewhere."""
    text = readable(text)
    if not _MAY_LOAD.search(text):
        return text
    if not _MAY_BE_CODE.search(text):
        # A comment may end in the middle of what looks like code; here is none.
        return _disarmed(text, keeps_comments=True)
    if len(text) <= _MAX_CHARS:
        for _ in range(_PASSES):
            before, text = text, _outside_of_code(text)
            if text == before:
                return text
    return _disarmed(text)


def _outside_of_code(text: str) -> str:
    """Return *text* with what is not code in it disarmed."""
    lines = text.split("\n")
    done: list[str] = []
    at = 0
    for token in block_parser().parse(text):
        if token.map is None or token.type not in ("fence", "code_block", "inline"):
            continue
        first, last = token.map
        if first < at:
            continue
        done += _disarmed("\n".join(lines[at:first])).split("\n") if first > at else []
        part = "\n".join(lines[first:last])
        # The line of a fence may say more than its language.
        done += (_outside_of_spans(part) if token.type == "inline" else part).split("\n")
        at = last
    if at < len(lines):
        done += _disarmed("\n".join(lines[at:])).split("\n")
    return "\n".join(done)


def _outside_of_spans(paragraph: str) -> str:
    """Return a paragraph with what is in no code span disarmed."""
    done: list[str] = []
    at = 0
    for start, end in _spans(paragraph):
        done += _disarmed(paragraph[at:start]), paragraph[start:end]
        at = end
    return "".join(done) + _disarmed(paragraph[at:])


def _spans(paragraph: str) -> list[tuple[int, int]]:
    """Return where code stands between runs of equally many backticks; none, if in doubt."""
    runs = [found.span() for found in _TICKS.finditer(paragraph)]
    places: dict[int, list[int]] = {}
    for start, end in runs:
        places.setdefault(end - start, []).append(start)
    spans: list[tuple[int, int]] = []
    at = 0
    for start, end in runs:
        if start < at:
            continue
        same = places[end - start]
        closes = bisect_right(same, start)
        if closes < len(same):
            at = same[closes] + end - start
            spans.append((start, at))
    edges = [0, *(edge for span in spans for edge in span), len(paragraph)]
    between = (paragraph[edges[n] : edges[n + 1]] for n in range(0, len(edges), 2))
    # A bar parts the cells of a table before anything is code.
    is_clear = not any("|" in paragraph[start:end] for start, end in spans)
    return spans if is_clear and not any(map(_AMBIGUOUS.search, between)) else []


def _disarmed(text: str, *, keeps_comments: bool = False) -> str:
    """Return *text* with its images as links and without tags that may load something."""

    def disarm(found: re.Match[str]) -> str:
        at = found.start()
        if found[0] != "<":
            # An image without words would be a link that nobody sees.
            return "! [image]" if found[1] else "! ["
        is_comment = keeps_comments and text.startswith(_COMMENT, at)
        return "<" if is_comment or _is_kept(text, at) else "&lt;"

    return _LOADS.sub(disarm, text)


def _is_kept(text: str, at: int) -> bool:
    if tag := _KEPT_TAG.match(text, at):
        return tag[1].lower() not in _NEVER_KEPT
    return _KEPT_ADDRESS.match(text, at) is not None
