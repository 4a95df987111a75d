"""How a text is written: in which direction, and how long it is as Qt counts it."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

# Whoever writes in another direction says so early.
_LOOKED_AT = 200


def is_right_to_left(text: str) -> bool:
    """Say whether a paragraph runs from right to left, by its first letter."""
    return _direction(text) < 0


def are_mostly_right_to_left(texts: Iterable[str]) -> bool:
    """Say whether more of *texts* run from right to left than from left to right."""
    return sum(map(_direction, texts)) < 0


def units(text: str) -> int:
    """Return how long *text* is in Qt, which counts in UTF-16: an emoji is two."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def of_units(text: str, start: int, end: int | None) -> str:
    """Return what stands between two positions of Qt in *text*."""
    if text.isascii():
        return text[start:end]
    written = text.encode("utf-16-le", "surrogatepass")
    return written[2 * start : None if end is None else 2 * end].decode("utf-16-le", "replace")


def _direction(text: str) -> int:
    """Return 1 for left to right, -1 for right to left, 0 for a text without letters."""
    for character in text[:_LOOKED_AT]:
        kind = unicodedata.bidirectional(character)
        if kind in ("R", "AL", "L"):
            return 1 if kind == "L" else -1
    return 0
