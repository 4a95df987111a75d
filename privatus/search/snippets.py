"""Snippets: the passage of a text that shows best why it was found.

The words are looked for in the folded text, and the passage is cut from the text as written.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise

from privatus.search.folding import SPACED, UNSPACED, flatten
from privatus.search.syntax import Phrase, Query

# A text is looked through slab by slab, up to the first that holds a match. They overlap by
# more than a passage, so that no phrase is cut in two.
_SLAB_CHARS = 16_000
_OVERLAP_CHARS = 500
_MAX_CHARS = 1_000_000
# Folded as one piece. What folding did within it is only worked out where a passage is cut.
_BLOCK_CHARS = 128
_MAX_TERMS = 32
_MAX_MATCHES = 50

_ELLIPSIS = "…"
_ZERO_WIDTH_JOINER = "\u200d"

_RUN = re.compile(f"[{UNSPACED}]+|[{SPACED}]+")
_SPACED = re.compile(f"[{SPACED}]")
_REST_OF_WORD = re.compile(f"[{SPACED}]*")
_SEPARATORS = re.compile("[^0-9A-Za-z\x80-\U0010ffff]*")
# What belongs to the character before it, beside marks: joiners, the vowels of Hangul written
# letter by letter, Thai and Lao am, voice marks of half-width kana, skin tones.
_JOINING = re.compile("[\u1160-\u11ff\u200c\u200d\u0e33\u0eb3\uff9e\uff9f\U0001f3fb-\U0001f3ff]")
_FLAG = re.compile("[\U0001f1e6-\U0001f1ff]")


@dataclass(frozen=True, slots=True)
class Snippet:
    """A passage, and where in it the words are that were looked for: (start, end)."""

    text: str
    highlights: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class _Match:
    start: int
    end: int
    term: int


def snippet(text: str, query: Query, *, max_chars: int = 160) -> Snippet:
    """Return the passage of *text* where most of what *query* looks for stands together.

    White space is collapsed. Where nothing matches in the first million characters it is the
    beginning of the text. Takes about 0.1 ms for 10 KB of English, 0.5 ms for other scripts.
    """
    terms = [_Term(phrase) for phrase in query.terms[:_MAX_TERMS]]
    reach = min(len(text), _MAX_CHARS) if terms else 0
    for start in range(0, reach, _SLAB_CHARS - _OVERLAP_CHARS):
        slab = _Slab(" ".join(text[start : start + _SLAB_CHARS].split()))
        matches = slab.matches(terms)
        if matches:
            is_whole = start == 0, start + _SLAB_CHARS >= len(text)
            return _passage(slab, matches, max_chars, is_whole)
    # Enough to fill the passage even if most of it is white space.
    beginning = " ".join(text[:_SLAB_CHARS].split())
    return _cut(beginning, 0, 0, [], max_chars, (True, len(text) <= _SLAB_CHARS))


class _Term:
    """A phrase as it stands in folded text.

    No regular expression: compiling one takes a millisecond, and `re` would keep the words.
    """

    def __init__(self, phrase: Phrase) -> None:
        runs: list[str] = _RUN.findall(flatten(phrase.text).lower())
        self._runs = [(run, _SPACED.match(run) is not None) for run in runs]
        self._is_prefix = phrase.is_prefix

    def find(self, folded: str) -> Iterator[tuple[int, int]]:
        """Yield where the phrase begins and ends."""
        first = self._runs[0][0]
        start = folded.find(first)
        while start >= 0:
            end = self._end(folded, start)
            if end is not None:
                yield start, end
            start = folded.find(first, start + 1 if end is None else end)

    def _end(self, folded: str, position: int) -> int | None:
        """Return where the phrase that may begin at *position* ends, or None if it does not."""
        for index, (run, is_spaced) in enumerate(self._runs):
            if index:
                gap = _end_of(_SEPARATORS, folded, position)
                # Only between a word and a run without spaces none is needed.
                if gap == position and is_spaced is self._runs[index - 1][1]:
                    return None
                position = gap
                if not folded.startswith(run, position):
                    return None
            if is_spaced and position and _SPACED.match(folded, position - 1):
                return None
            position += len(run)
            if is_spaced and self._is_prefix and index == len(self._runs) - 1:
                position = _end_of(_REST_OF_WORD, folded, position)
            elif is_spaced and _SPACED.match(folded, position):
                return None
        return position


def _end_of(pattern: re.Pattern[str], text: str, position: int) -> int:
    found = pattern.match(text, position)
    return found.end() if found else position


class _Slab:
    """A piece of a text with its folded form, and the way back from there."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._is_ascii = text.isascii()
        if self._is_ascii:
            self._folded = text.lower()
            return
        # Where the blocks begin in the text and in its folded form.
        self._starts: list[int] = []
        self._folded_starts: list[int] = []
        pieces, length = [], 0
        for start, end in _blocks(text):
            self._starts.append(start)
            self._folded_starts.append(length)
            pieces.append(flatten(text[start:end]).lower())
            length += len(pieces[-1])
        self._starts.append(len(text))
        self._folded = "".join(pieces)
        self._clusters: dict[int, tuple[list[int], list[int]]] = {}

    def matches(self, terms: Sequence[_Term]) -> list[_Match]:
        """Return where the terms stand in the folded text, in order."""
        found = [
            _Match(start, end, number)
            for number, term in enumerate(terms)
            for start, end in islice(term.find(self._folded), _MAX_MATCHES)
        ]
        found.sort(key=lambda match: (match.start, match.end))
        return found

    def span(self, match: _Match) -> tuple[int, int]:
        """Return where a match of the folded text is in the text."""
        if self._is_ascii:
            return match.start, match.end
        return self._cluster(match.start)[0], self._cluster(match.end - 1)[1]

    def _cluster(self, position: int) -> tuple[int, int]:
        block = bisect_right(self._folded_starts, position) - 1
        if block not in self._clusters:
            self._clusters[block] = self._clusters_of(block)
        starts, folded_starts = self._clusters[block]
        place = bisect_right(folded_starts, position - self._folded_starts[block]) - 1
        return starts[place], starts[place + 1]

    def _clusters_of(self, block: int) -> tuple[list[int], list[int]]:
        start, end = self._starts[block], self._starts[block + 1]
        starts = [start, *(i for i in range(start + 1, end) if _begins(self.text, i)), end]
        folded_starts, length = [], 0
        for first, last in pairwise(starts):
            folded_starts.append(length)
            length += len(flatten(self.text[first:last]))
        return starts, folded_starts


def _blocks(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    while start < len(text):
        end = start + _BLOCK_CHARS
        while end < len(text) and not _begins(text, end):
            end += 1
        yield start, min(end, len(text))
        start = end


def _begins(text: str, position: int) -> bool:
    """Say whether what people see as one character begins here."""
    character, before = text[position], text[position - 1]
    if character.isascii():
        return True
    if before == _ZERO_WIDTH_JOINER or unicodedata.category(character)[0] == "M":
        return False
    # 9: a virama, which joins two consonants into one sign.
    if unicodedata.combining(before) == 9 or _JOINING.match(character):
        return False
    return not (_FLAG.match(character) and _FLAG.match(before))


def _passage(
    slab: _Slab, matches: Sequence[_Match], max_chars: int, is_whole: tuple[bool, bool]
) -> Snippet:
    first, last = _densest(matches, max_chars)
    start, end = slab.span(matches[first])[0], slab.span(matches[last])[1]
    # Others near the densest ones may be in the passage, too.
    near = [
        slab.span(match)
        for match in matches
        if match.end > matches[first].start - max_chars
        and match.start < matches[last].end + max_chars
    ]
    return _cut(slab.text, start, end, near, max_chars, is_whole)


def _densest(matches: Sequence[_Match], max_chars: int) -> tuple[int, int]:
    """Return the first and last of the matches that a passage should show."""
    best, chosen = (0, 0), (0, 0)
    for first, match in enumerate(matches):
        last, terms = first, {match.term}
        for index in range(first + 1, len(matches)):
            if matches[index].end - match.start > max_chars - 2:
                break
            last = index
            terms.add(matches[index].term)
        score = (len(terms), last - first)
        if score > best:
            best, chosen = score, (first, last)
    return chosen


def _cut(
    text: str,
    start: int,
    end: int,
    spans: Sequence[tuple[int, int]],
    max_chars: int,
    is_whole: tuple[bool, bool],
) -> Snippet:
    """Return the passage around *start* to *end*, with *spans* marked in it."""
    low, high = _window(text, start, end, max_chars, is_whole)
    before = "" if low == 0 and is_whole[0] else _ELLIPSIS
    after = "" if high == len(text) and is_whole[1] else _ELLIPSIS
    shift = len(before) - low
    merged: list[tuple[int, int]] = []
    for first, last in sorted(spans):
        marked = max(first, low) + shift, min(last, high) + shift
        if marked[0] >= marked[1]:
            continue
        if merged and marked[0] <= merged[-1][1]:
            marked = merged[-1][0], max(merged.pop()[1], marked[1])
        merged.append(marked)
    return Snippet(before + text[low:high] + after, tuple(merged))


def _window(
    text: str, start: int, end: int, max_chars: int, is_whole: tuple[bool, bool]
) -> tuple[int, int]:
    """Return from where to where to cut, so that words and characters stay whole."""
    if len(text) <= max_chars and all(is_whole):
        return 0, len(text)
    room = max(max_chars - 2 * len(_ELLIPSIS), 1)
    # A third of the rest before the words: what comes after them says more.
    low = max(0, min(start - (room - (end - start)) // 3, start))
    high = min(len(text), low + room)
    low = max(0, min(low, high - room))
    if low > 0 and text[low - 1] != " ":
        space = text.find(" ", low, start)
        low = space + 1 if space >= 0 else _next_boundary(text, low, start)
    if high < len(text) and text[high] != " ":
        space = text.rfind(" ", max(end, low + 1), high)
        high = space if space >= 0 else _last_boundary(text, low, high)
    while high > low and text[high - 1] == " ":
        high -= 1
    return low, high


def _next_boundary(text: str, low: int, limit: int) -> int:
    while low < limit and not _begins(text, low):
        low += 1
    return low


def _last_boundary(text: str, low: int, high: int) -> int:
    for position in range(high, low, -1):
        if _begins(text, position):
            return position
    return high
