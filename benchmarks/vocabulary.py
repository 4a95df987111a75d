"""Made-up words, as frequent as words are in what people write.

A word's frequency falls with its rank (Zipf, in Mandelbrot's form), so some forty words are in
15 to 60 % of all messages and most of the others in a few.  Some 'words' are phrases of two to
four: people repeat themselves, and a search for a phrase has to live with that.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import accumulate, product

WORDS = 400_000
_PHRASES = 25_000
# Of what is drawn; a phrase being three words, a fifth of the text comes from phrases.
_PHRASE_SHARE = 0.08
# Mandelbrot's shift and exponent: with them the most frequent word is in half of the messages of
# 73 words, and the hundredth in 8 %.
_SHIFT = 9.0
_EXPONENT = 1.1
# Ranks of which phrases are made, themselves drawn by frequency.
_PHRASE_RANKS = 3_000
_POOL = 40_000

_ONSETS = [
    *"bcdfghklmnprstvw",
    *("br", "ch", "cl", "cr", "dr", "fl", "fr", "gr", "pl", "sh", "st", "th"),
]
_VOWELS = [*"aeiouaeiou", "ai", "ea", "ee", "io", "ou"]
_CODAS = [*[""] * 6, "n", "r", "s", "t", "l", "m", "nd", "st", "ck"]
# Operators of the query language; a query is to be made of words.
_NOT_WORDS = frozenset({"and", "or", "not", "near"})

# Other scripts: letters to make words of, and how many stand in one.
_SCRIPTS = {
    "ru": ("абвгдежзийклмнопрстуфхцчшыьэюя", (2, 9)),
    "el": ("αβγδεζηθικλμνξοπρστυφχψωάέήίό", (2, 9)),
    "de": ("abdefghiklmnoprstuwzäöüß", (2, 10)),
    "ar": ("ابتجحدرسشصعفقكلمنهوي", (2, 7)),
    "hi": ("अआइकखगचजटडतदनपबमयरलवसहािीुेो", (2, 6)),
    "ja": ("あいうえおかきくけこさしすせそたちつてとなにのはまらりるをん時間日本語人", (2, 6)),
    "zh": ("的一是不了人我在有他这为之大来以个中上们到说国和地也子时道出而要于就下得可", (1, 4)),
    "ko": ("가나다라마바사아자차카타파하은는이을를에서고도로", (2, 5)),
}
SCRIPTS = tuple(_SCRIPTS)
_SCRIPT_WORDS = 4_000


class Vocabulary:
    """The words of one archive; the same for the same seed and size."""

    def __init__(self, seed: int, size: int = WORDS) -> None:
        chance = random.Random(f"words {seed}")
        self.words = _latin(chance, size)
        weights = [1 / (rank + _SHIFT) ** _EXPONENT for rank in range(1, size + 1)]
        phrases, phrase_weights = _phrases(chance, self.words, weights)
        scale = sum(weights) * _PHRASE_SHARE / sum(phrase_weights)
        self._drawn = self.words + phrases
        self._cumulated = list(accumulate(weights + [w * scale for w in phrase_weights]))
        self._scripts = {name: _script(chance, *_SCRIPTS[name]) for name in SCRIPTS}

    def stream(self, seed: str) -> Iterator[str]:
        """Yield words, some of them phrases, for ever."""
        chance = random.Random(seed)
        while True:
            # One call for many words: the call costs more than a word.
            yield from chance.choices(self._drawn, cum_weights=self._cumulated, k=_POOL)

    def topic(self, chance: random.Random, count: int) -> list[str]:
        """Return words that one conversation is about, from the middle of the ranks."""
        return chance.sample(self.words[300 : min(60_000, len(self.words))], count)

    def in_script(self, chance: random.Random, script: str, count: int) -> list[str]:
        """Return words of another script."""
        words, cumulated = self._scripts[script]
        return chance.choices(words, cum_weights=cumulated, k=count)


def _latin(chance: random.Random, size: int) -> list[str]:
    """Return words by rank: the frequent ones short, as everywhere."""
    syllables = ["".join(parts) for parts in product(_ONSETS, _VOWELS, _CODAS)]
    pick = chance.choice
    seen: set[str] = set(_NOT_WORDS)
    words: list[str] = []
    short = sorted({s for s in syllables if len(s) <= 3})
    for word in chance.sample(short, 60):
        if word not in seen:
            seen.add(word)
            words.append(word)
    while len(words) < size:
        rank = len(words)
        count = 1 if rank < 120 else 2 if rank < 4_000 else 2 + (chance.random() < 0.7)
        word = "".join(pick(syllables) for _ in range(count))
        if word not in seen:
            seen.add(word)
            words.append(word)
    return words


def _phrases(
    chance: random.Random, words: list[str], weights: list[float]
) -> tuple[list[str], list[float]]:
    cumulated = list(accumulate(weights[:_PHRASE_RANKS]))
    found = {
        " ".join(
            chance.choices(
                words[:_PHRASE_RANKS], cum_weights=cumulated, k=chance.choice((2, 2, 3, 3, 4))
            )
        ): None
        for _ in range(_PHRASES)
    }
    return list(found), [1 / (rank + 20) for rank in range(len(found))]


def _script(
    chance: random.Random, letters: str, lengths: tuple[int, int]
) -> tuple[list[str], list[float]]:
    words = list(
        dict.fromkeys(
            "".join(chance.choices(letters, k=chance.randint(*lengths)))
            for _ in range(_SCRIPT_WORDS)
        )
    )
    return words, list(accumulate(1 / (rank + 8) for rank in range(len(words))))
