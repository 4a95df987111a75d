"""The words and runs of words that a text says most tellingly: what it could be tagged with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from privatus.search.folding import has_spaces
from privatus.services.text.terms import STEM_CHARS, surface_words

_MOST_PHRASES: Final = 12
_LEAST_WORD: Final = 4
_LEAST_COUNT: Final = 2
# A run of two words says more than one of them, if it comes again.
_RUN: Final = 1.8
# So many sentences are asked how a phrase is written.
_ASKED: Final = 3


class Worded(NamedTuple):
    """A sentence on one line, and its words as `terms` gives them."""

    plain: str
    terms: Sequence[str]


def phrases(sentences: Sequence[Worded]) -> tuple[str, ...]:
    """Return the most telling words and pairs of words of *sentences*, as they are mostly written.

    Languages that are written without spaces have none.
    """
    scored = {
        key: count * (_RUN if " " in key else 1.0)
        for key, count in _counts(sentences).items()
        if count >= _LEAST_COUNT
    }
    found: list[str] = []
    taken: set[str] = set()
    for key in sorted(scored, key=lambda key: (-scored[key], key)):
        # A word that is in a run which was taken says nothing new, nor does it in the plural.
        stems = {word[:STEM_CHARS] for word in key.split()}
        if not stems & taken and (written := _written(key, sentences)):
            taken |= stems
            found.append(written)
            if len(found) == _MOST_PHRASES:
                break
    return tuple(found)


def _counts(sentences: Iterable[Worded]) -> Counter[str]:
    found: list[str] = []
    for sentence in sentences:
        words = [word if len(word) >= _LEAST_WORD else "" for word in sentence.terms]
        found += filter(None, words)
        found += [f"{one} {other}" for one, other in pairwise(words) if one and other]
    return Counter(found)


def _written(key: str, sentences: Iterable[Worded]) -> str:
    """Return how a phrase is mostly written; "" if its words do not stand together."""
    pieces, asked = key.split(), 0
    ways: Counter[str] = Counter()
    for sentence in sentences:
        if pieces[0] not in sentence.terms:
            continue
        asked += 1
        surface = list(surface_words(sentence.plain))
        folded = [word for _, word in surface]
        for place, word in enumerate(folded):
            if word == pieces[0] and folded[place : place + len(pieces)] == pieces:
                ways[" ".join(said for said, _ in surface[place : place + len(pieces)])] += 1
        if asked == _ASKED:
            break
    written = ways.most_common(1)[0][0] if ways else ""
    return written if has_spaces(written) else ""
