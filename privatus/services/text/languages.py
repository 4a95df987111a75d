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
_SCRIPTS: Final = {
    "ja": re.compile("[\u3040-\u30ff]"),
    "ko": re.compile("[\uac00-\ud7af]"),
    "zh": re.compile("[\u4e00-\u9fff]"),
    "th": re.compile("[\u0e00-\u0e7f]"),
    "el": re.compile("[\u0370-\u03ff]"),
    "he": re.compile("[\u0590-\u05ff]"),
    "hi": re.compile("[\u0900-\u097f]"),
}
_LETTER: Final = re.compile(r"[^\W\d_]")
_BY_WORDS: Final = tuple(language for language in LANGUAGES if language not in _SCRIPTS)


def language_of(text: str) -> str | None:
    """Return the two letters of the language (ISO 639-1) that most of *text* is in.

    None if it is too short, or in a language that is not known. Takes a tenth of a millisecond.
    """
    text = text[:_MOST_CHARS]
    letters = len(_LETTER.findall(text))
    if not letters:
        return None
    if not text.isascii():
        for language, script in _SCRIPTS.items():
            if len(script.findall(text)) >= letters * _LEAST_OF_SCRIPT:
                return language
    return _by_words(text)


def _by_words(text: str) -> str | None:
    known, votes = _languages_by_word(), Counter[str]()
    found = Counter[str]()
    for word in words(text):
        languages = known.get(word, ())
        found.update(languages)
        for language in languages:
            # What several languages have says less.
            votes[language] += 12 // len(languages)
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
