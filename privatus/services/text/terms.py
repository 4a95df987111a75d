"""Words as they are counted: folded as the index has them, without those that say nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from privatus.search.folding import flatten, stands_alone, words
from privatus.search.plain import unmarked
from privatus.services.text.stop_words import stop_words

# Words that begin with the same letters count as one: invoice, invoices; Rechnung, Rechnungen.
STEM_CHARS: Final = 6
_LEAST_CHARS: Final = 2
_MOST_CHARS: Final = 40
_QUOTES: Final = "\"'“”„‘’«»()[]{}<>.,;:!?…*_`#|/\\¿¡"


def terms(text: str, language: str | None) -> list[str]:
    """Return the words of *text* in their order, "" for each that says nothing."""
    ignored = stop_words(language or "en")
    return [
        word
        if _LEAST_CHARS <= len(word) <= _MOST_CHARS and word not in ignored and _says(word)
        else ""
        for word in words(text)
    ]


def count_terms(text: str, language: str | None) -> int:
    """Return how many words of *text* say something."""
    return sum(map(bool, terms(text, language)))


def shown(text: str) -> str:
    """Return a sentence as one line without the signs of Markdown."""
    return " ".join(unmarked(text).split())


def surface_words(text: str) -> Iterator[tuple[str, str]]:
    """Yield the words of *text*, one line, as (as it is written, as the index has it).

    What is written with a space, a dash or another sign in it has no second form.
    """
    for piece in text.split():
        written = piece.strip(_QUOTES)
        folded = flatten(written).lower()
        yield written, folded if folded.isalnum() else ""


def _says(word: str) -> bool:
    if word.isascii():
        return not word.isdecimal()
    return not stands_alone(word)
