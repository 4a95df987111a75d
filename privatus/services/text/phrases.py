"""The words and runs of words that a text says most tellingly: what it could be tagged with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Final

from privatus.services.text.stop_words import stop_words
from privatus.services.text.terms import surface_words

_MOST_PHRASES: Final = 12
_MOST_KEPT: Final = 4_000
_LEAST_WORD: Final = 4
# A run of two words says more than one of them, if it comes again.
_RUN: Final = 1.8
_LEAST_COUNT: Final = 2


def phrases(texts: Iterable[str], language: str | None) -> tuple[str, ...]:
    """Return the most telling words and pairs of words of *texts*, as they are mostly written.

    Languages that are written without spaces have none.
    """
    counts, written = _count(texts, stop_words(language or "en"))
    scored = {
        key: count * (_RUN if " " in key else 1.0)
        for key, count in counts.items()
        if count >= _LEAST_COUNT
    }
    found: list[str] = []
    for key in sorted(scored, key=lambda key: (-scored[key], key)):
        # A word that is nearly always in a run which was taken says nothing new.
        if any(key in other.split() or other in key.split() for other in found):
            continue
        found.append(key)
        if len(found) == _MOST_PHRASES:
            break
    return tuple(written[key].most_common(1)[0][0] for key in found)


def _count(
    texts: Iterable[str], ignored: frozenset[str]
) -> tuple[Counter[str], dict[str, Counter[str]]]:
    counts: Counter[str] = Counter()
    written: dict[str, Counter[str]] = {}
    for text in texts:
        before: tuple[str, str] | None = None
        for surface, word in surface_words(text):
            if not _tells(word, ignored):
                before = None
                continue
            keys = [(word, surface)]
            if before is not None:
                keys.append((f"{before[1]} {word}", f"{before[0]} {surface}"))
            before = surface, word
            for key, said in keys:
                if key in counts or len(counts) < _MOST_KEPT:
                    counts[key] += 1
                    written.setdefault(key, Counter())[said] += 1
    return counts, written


def _tells(word: str, ignored: frozenset[str]) -> bool:
    return len(word) >= _LEAST_WORD and word not in ignored and not word.isdecimal()
