"""Which messages of one line are those of another, in the order of both.

What is in both lines only once is held against each other first, then what stands beside it: so
that the third "go on" of a chat is not taken for the first of another one.
"""

from __future__ import annotations

import bisect
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from privatus.services.likeness import Likeness

# As many characters that are the same in a row are no accident: "Hi" and "Hello! How can I help
# you today?" begin many chats that have nothing in common.
TELLING_CHARS = 80


class Said(NamedTuple):
    """One message of a line; likeness None: it says nothing that could be compared."""

    likeness: Likeness | None
    at_ms: int | None
    external_id: str


def is_same_message(one: Said, other: Said) -> bool:
    """Say whether two messages that say the same are one for certain."""
    if one.likeness is None or other.likeness is None or one.likeness.key != other.likeness.key:
        return False
    return one.external_id == other.external_id or (
        one.at_ms is not None and one.at_ms == other.at_ms
    )


def is_telling(pairs: Sequence[tuple[Said, Said]]) -> bool:
    """Say whether messages that say the same in a row are the same ones."""
    weight = sum(one.likeness.weight for one, _ in pairs if one.likeness is not None)
    return weight >= TELLING_CHARS or any(is_same_message(*pair) for pair in pairs)


def align(first: Sequence[Said], second: Sequence[Said]) -> list[tuple[int, int]]:
    """Return which place of *first* is which of *second*, rising in both."""
    anchors = _rising(_unique_in_both(first, second))
    found: list[tuple[int, int]] = []
    ends = [(-1, -1), *anchors, (len(first), len(second))]
    for at, anchor in enumerate(ends[1:-1], start=1):
        low = max(ends[at - 1], found[-1]) if found else ends[at - 1]
        found += _around(first, second, anchor, low, ends[at + 1])
    return [pair for run in _runs(found) if _is_run_telling(first, second, run) for pair in run]


def _unique_in_both(first: Sequence[Said], second: Sequence[Said]) -> list[tuple[int, int]]:
    keys = [_keys(first), _keys(second)]
    counts = [Counter(found) for found in keys]
    places = {key: place for place, key in enumerate(keys[1]) if key and counts[1][key] == 1}
    return [
        (place, places[key])
        for place, key in enumerate(keys[0])
        if key and counts[0][key] == 1 and key in places
    ]


def _keys(line: Sequence[Said]) -> list[bytes]:
    return [b"" if said.likeness is None else said.likeness.key for said in line]


def _rising(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the most of *pairs* that rise in their second number, too."""
    tails: list[int] = []
    ends: list[int] = []
    before: list[int | None] = []
    for number, (_, second) in enumerate(pairs):
        at = bisect.bisect_left(tails, second)
        before.append(ends[at - 1] if at else None)
        if at == len(tails):
            tails.append(second)
            ends.append(number)
        else:
            tails[at], ends[at] = second, number
    found = []
    current = ends[-1] if ends else None
    while current is not None:
        found.append(pairs[current])
        current = before[current]
    return found[::-1]


def _around(
    first: Sequence[Said],
    second: Sequence[Said],
    anchor: tuple[int, int],
    low: tuple[int, int],
    high: tuple[int, int],
) -> list[tuple[int, int]]:
    """Return *anchor* with what is the same before and after it, between *low* and *high*."""
    found = [anchor] if anchor > low else []
    for step in (-1, 1):
        i, j = anchor[0] + step, anchor[1] + step
        while low[0] < i < high[0] and low[1] < j < high[1] and _says_the_same(first[i], second[j]):
            found.append((i, j))
            i, j = i + step, j + step
    return sorted(found)


def _says_the_same(one: Said, other: Said) -> bool:
    return (
        one.likeness is not None
        and other.likeness is not None
        and one.likeness.key == other.likeness.key
    )


def _runs(pairs: Sequence[tuple[int, int]]) -> list[list[tuple[int, int]]]:
    """Return *pairs* in rows that have no gap in either line."""
    if not pairs:
        return []
    runs = [[pairs[0]]]
    for former, pair in pairwise(pairs):
        if (pair[0] - former[0], pair[1] - former[1]) == (1, 1):
            runs[-1].append(pair)
        else:
            runs.append([pair])
    return runs


def _is_run_telling(
    first: Sequence[Said], second: Sequence[Said], run: Sequence[tuple[int, int]]
) -> bool:
    return is_telling([(first[i], second[j]) for i, j in run])
