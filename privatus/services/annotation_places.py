"""Finds the passage of an annotation in a message that may have changed since.

First by position, then by the quote and what stood around it, then by what is most like it
between the same surroundings. A passage that nothing points to any more is lost: better no
place than a wrong one.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from rapidfuzz.distance import Indel, Postfix, Prefix

from privatus.core.annotation import Fit, Passage, Place

# As annotation tools on the web take; two or three words less would often stand twice.
CONTEXT_CHARS = 32
# A short quote elsewhere needs so many characters in all, with what still stands around it.
_ENOUGH_CHARS = 8
# An anchor is the longest of these pieces that is there at all.
_ANCHOR_CHARS = (32, 16, 8)
# A changed passage is still the same one while more of it stayed than went. 1.0: equal.
_MIN_LIKENESS = 0.6
# What a text of one repeated word would have: each costs a comparison.
_MAX_FOUND = 1_000
_MAX_ANCHORS = 2


def passage_at(text: str, start: int, end: int) -> Passage:
    """Return the passage of *text* between two code points, with what stands around it."""
    return Passage(
        start=start,
        quote=text[start:end],
        prefix=text[max(start - CONTEXT_CHARS, 0) : start],
        suffix=text[end : end + CONTEXT_CHARS],
    )


def place(passage: Passage, text: str) -> Place:
    """Say where *passage* stands in *text*."""
    if passage_at(text, passage.start, passage.end) == passage:
        return Place(fit=Fit.EXACT, span=(passage.start, passage.end))
    start = _find_quote(passage, text)
    if start is not None:
        fit = Fit.EXACT if start == passage.start else Fit.MOVED
        return Place(fit=fit, span=(start, start + len(passage.quote)))
    span = _find_like(passage, text)
    return Place(fit=Fit.LOST) if span is None else Place(fit=Fit.CHANGED, span=span)


def _find_quote(passage: Passage, text: str) -> int | None:
    """Return where the quote stands with most of its surroundings, of several the nearest."""
    whole = len(passage.prefix) + len(passage.quote) + len(passage.suffix)
    found = [
        (_surroundings(passage, text, start), -abs(start - passage.start), -start)
        for start in _nearest(passage.quote, text, passage.start, _MAX_FOUND)
    ]
    if not found:
        return None
    around, distance, start = max(found)
    is_enough = len(passage.quote) + around >= min(_ENOUGH_CHARS, whole)
    return -start if is_enough or not distance else None


def _surroundings(passage: Passage, text: str, start: int) -> int:
    """Return how many characters beside the quote at *start* are what they were."""
    end = start + len(passage.quote)
    before = text[max(start - len(passage.prefix), 0) : start]
    after = text[end : end + len(passage.suffix)]
    return Postfix.similarity(passage.prefix, before) + Prefix.similarity(passage.suffix, after)


def _find_like(passage: Passage, text: str) -> tuple[int, int] | None:
    """Return what is most like the quote, of what begins and ends as it did or beside the same."""
    quote, shortest = passage.quote, len(passage.quote) * _MIN_LIKENESS / (2 - _MIN_LIKENESS)
    best: tuple[float, int, int, int] | None = None
    for start, end in product(set(_starts(passage, text)), set(_ends(passage, text))):
        # Shorter or longer, it could not be like enough.
        if not shortest <= end - start <= len(quote) ** 2 / max(shortest, 1):
            continue
        least = best[0] if best else _MIN_LIKENESS
        likeness = Indel.normalized_similarity(quote, text[start:end], score_cutoff=least)
        ranked = (likeness, -abs(start - passage.start), -start, end)
        if likeness and (best is None or ranked > best):
            best = ranked
    return None if best is None else (-best[2], best[3])


def _starts(passage: Passage, text: str) -> Iterator[int]:
    # So short a prefix is all that stood before it.
    if len(passage.prefix) < CONTEXT_CHARS and text.startswith(passage.prefix):
        yield len(passage.prefix)
    for chars in _ANCHOR_CHARS:
        anchor = passage.prefix[-chars:]
        if len(anchor) >= min(_ANCHOR_CHARS):
            yield from (
                at + len(anchor) for at in _nearest(anchor, text, passage.start, _MAX_ANCHORS)
            )
        head = passage.quote[:chars]
        if len(head) >= min(_ANCHOR_CHARS):
            yield from _nearest(head, text, passage.start, _MAX_ANCHORS)


def _ends(passage: Passage, text: str) -> Iterator[int]:
    if len(passage.suffix) < CONTEXT_CHARS and text.endswith(passage.suffix):
        yield len(text) - len(passage.suffix)
    for chars in _ANCHOR_CHARS:
        anchor = passage.suffix[:chars]
        if len(anchor) >= min(_ANCHOR_CHARS):
            yield from _nearest(anchor, text, passage.end, _MAX_ANCHORS)
        tail = passage.quote[-chars:]
        if len(tail) >= min(_ANCHOR_CHARS):
            yield from (at + len(tail) for at in _nearest(tail, text, passage.end, _MAX_ANCHORS))


def _nearest(piece: str, text: str, near: int, count: int) -> Iterator[int]:
    """Yield where *piece* stands in *text*, up to *count* times on each side of *near*."""
    at = near
    for _ in range(count):
        at = text.find(piece, at)
        if at < 0:
            break
        yield at
        at += 1
    at = near
    for _ in range(count):
        # What begins before *near* may end after it.
        at = text.rfind(piece, 0, at - 1 + len(piece)) if at > 0 else -1
        if at < 0:
            break
        yield at
