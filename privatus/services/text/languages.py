"""Which language a text is in: by its script, and by which stop words stand in it."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from typing import Final

from privatus.search.folding import words
from privatus.services.text.stop_words import LANGUAGES, stop_words

# More of a text says nothing new of its language.
_MOST_CHARS: Final = 4_000
# Fewer words of a language than this can be names, or stand in another one.
_LEAST_FOUND: Final = 2
# So many letters of a script of its own decide, whatever words stand beside them.
_LEAST_OF_SCRIPT: Final = 0.2

# In this order: Japanese is written with Chinese characters, too.
_RANGES: Final = {
    "ja": "\u3040-\u30ff",
    "ko": "\uac00-\ud7af",
    "zh": "\u4e00-\u9fff",
    "th": "\u0e00-\u0e7f",
    "el": "\u0370-\u03ff",
    "he": "\u0590-\u05ff",
    "hi": "\u0900-\u097f",
}
_SCRIPTS: Final = {language: re.compile(f"[{found}]") for language, found in _RANGES.items()}
_ANY_SCRIPT: Final = re.compile(f"[{''.join(_RANGES.values())}]")
_LETTER: Final = re.compile(r"[^\W\d_]")
_BY_WORDS: Final = tuple(language for language in LANGUAGES if language not in _SCRIPTS)


def language_of(text: str) -> str | None:
    """Return the two letters of the language (ISO 639-1) that most of *text* is in.

    None if it is too short, or in a language that is not known. Takes some 30 µs.
    """
    text = text[:_MOST_CHARS]
    # Accents and curly quotes are no reason to count the letters of every script.
    if not text.isascii() and _ANY_SCRIPT.search(text):
        letters = len(_LETTER.findall(text))
        for language, script in _SCRIPTS.items():
            if letters and len(script.findall(text)) >= letters * _LEAST_OF_SCRIPT:
                return language
    return _by_words(text)


def _by_words(text: str) -> str | None:
    votes, found = dict[str, int](), dict[str, int]()
    for languages, times in Counter(map(_languages_by_word().get, words(text))).items():
        if languages is None:
            continue
        # What several languages have says less.
        share = 12 // len(languages) * times
        for language in languages:
            found[language] = found.get(language, 0) + times
            votes[language] = votes.get(language, 0) + share
    if not votes:
        return None
    best = max(votes, key=lambda language: votes[language])
    return best if found[best] >= _LEAST_FOUND else None


@cache
def _languages_by_word() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for language in _BY_WORDS:
        for word in stop_words(language):
            found.setdefault(word, []).append(language)
    return {word: tuple(languages) for word, languages in found.items()}
