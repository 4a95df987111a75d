"""Words as they are counted: folded as the index has them, without those that say nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from privatus.search.folding import flatten, stands_alone, words
from privatus.search.plain import unmarked
from privatus.services.text.stop_words import stop_words

# Words that begin with the same letters count as one: invoice, invoices; Rechnung, Rechnungen.
# Measured against no stemming and against Snowball in docs/decisions/0013.
_STEM_CHARS: Final = 6
_LEAST_CHARS: Final = 2
_MOST_CHARS: Final = 40


class Term(NamedTuple):
    """A word that says something: the index's spelling, and what stands for it and its like."""

    word: str
    stem: str


def terms(text: str, language: str | None) -> Iterator[Term]:
    """Yield the words of *text* that say something, as often as they stand in it."""
    ignored = stop_words(language or "en")
    for word in words(text):
        if word in ignored or not _LEAST_CHARS <= len(word) <= _MOST_CHARS:
            continue
        if word.isdecimal() or stands_alone(word):
            continue
        yield Term(word, word[:_STEM_CHARS])


def shown(text: str) -> str:
    """Return a sentence as one line without the signs of Markdown."""
    return " ".join(unmarked(text).split())


def surface_words(text: str) -> Iterator[tuple[str, str]]:
    """Yield the words of *text* as (as it is written, as the index has it), in their order.

    Those of scripts without spaces are left out: nobody can tell where they end.
    """
    for piece in shown(text).split():
        written = piece.strip("\"'“”„‘’«»()[]{}<>.,;:!?…*_`#|/\\¿¡")
        folded = flatten(written).lower().split()
        if len(folded) == 1 and folded[0].isalnum() and words(folded[0]) == folded:
            yield written, folded[0]
        else:
            # Something stands between the words on its sides: a dash, a sign, several words.
            yield written, ""
