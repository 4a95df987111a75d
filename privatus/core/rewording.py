"""Puts other words in the place of a passage of a message, and leaves its other parts alone.

Places are counted in code points of `Message.text`, as annotations count them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from privatus.core.conversation import READABLE_PARTS, Message, Part, PartKind

# What stands between two readable parts in `Message.text`.
_BETWEEN = 2

# Which part, where it begins in the text and where it ends.
_Place = tuple[int, int, int]


def reworded(message: Message, text: str) -> tuple[Part, ...]:
    """Return the parts of *message* as they are when its text becomes *text*.

    Only what differs is touched: the part that holds a typo, and no other.
    """
    before = message.text
    most = min(len(before), len(text))
    start = next((i for i in range(most) if before[i] != text[i]), most)
    most -= start
    tail = next((i for i in range(most) if before[-1 - i] != text[-1 - i]), most)
    return replaced(message, start, len(before) - tail, text[start : len(text) - tail])


def replaced(message: Message, start: int, end: int, text: str = "") -> tuple[Part, ...]:
    """Return the parts of *message* with *text* instead of what stands from *start* to *end*."""
    places = _places(message.parts)
    if not places:
        return (Part(kind=PartKind.TEXT, text=text), *message.parts) if text else message.parts
    touched = _touched(places, start, end)
    (head, first, _), (tail, begins, last) = touched[0], touched[-1]
    before = message.text[first : max(start, first)]
    after = message.text[max(end, begins) : last]
    parts: list[Part | None] = list(message.parts)
    if head == tail or all(_is_plain(message.parts[i]) for i, _, _ in touched):
        parts[head] = _with_text(message.parts[head], before + text + message.text[end:last])
        for i, _, _ in touched[1:]:
            parts[i] = None
    else:
        parts[head] = _with_text(message.parts[head], before[: touched[0][2] - first] + text)
        parts[tail] = _with_text(message.parts[tail], after)
        for i, _, _ in touched[1:-1]:
            parts[i] = _with_text(message.parts[i], "")
    return tuple(part for part in parts if part is not None)


def _places(parts: Sequence[Part]) -> list[_Place]:
    """Return the parts that make the text."""
    found, at = list[_Place](), 0
    for i, part in enumerate(parts):
        if part.kind in READABLE_PARTS and part.text:
            found.append((i, at, at + len(part.text)))
            at += len(part.text) + _BETWEEN
    return found


def _touched(places: list[_Place], start: int, end: int) -> list[_Place]:
    """Return the parts in which the passage lies; with both beside it if it lies between two."""
    found = set[_Place]()
    for place, following in zip(places, [*places[1:], None], strict=True):
        _, first, last = place
        if first < end and start < last:
            found.add(place)
        if following and start < following[1] and last < end:
            found |= {place, following}
    # Words between two letters, or at the end of what is there.
    return sorted(found) or [next(place for place in places if start <= place[2])]


def _is_plain(part: Part) -> bool:
    return part.kind is PartKind.TEXT and part.attachment is None and not (part.url or part.data)


def _with_text(part: Part, text: str) -> Part | None:
    """Return *part* with other words, None if nothing is left of it."""
    is_empty = not text and part.kind in (PartKind.TEXT, PartKind.CODE) and part.attachment is None
    return None if is_empty and not (part.url or part.data) else replace(part, text=text)
