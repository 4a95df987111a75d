"""What a chat is about, in a few of its own sentences and words.

The sentences nearest to all that was said are taken, questions and very short or long ones less
readily, and none that says again what another has said: centroid times form, with MMR, which
was measured best among what needs no model (docs/decisions/0018).
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from privatus.services.text.languages import language_of
from privatus.services.text.phrases import Worded, phrases
from privatus.services.text.sentences import sentences
from privatus.services.text.terms import STEM_CHARS, shown, terms
from privatus.services.text.titles import title_of

# Of a very long chat so many messages are looked at, spread over all of it.
_MOST_MESSAGES: Final = 400
_MOST_SENTENCES: Final = 1_500
_MOST_CHARS: Final = 200_000
_LANGUAGE_CHARS: Final = 4_000

_MOST_CHOSEN: Final = 5
_WANTED_CHARS: Final = 700
# A sentence of so many words that say something is neither a remark nor a paragraph.
_FULL_TERMS: Final = 8
_LEAST_TERMS: Final = 2
_LONG_CHARS: Final = 300
_MOST_SENTENCE_CHARS: Final = 600
_QUESTION: Final = 0.6
# What has no end is a heading or an item of a list; what ends so leads to what is not there.
_UNENDED: Final = 0.7
_LEADING: Final = 0.5
_ENDS: Final = (".", "!", "…", "。", "！", "।", "۔")
_COLONS: Final = (":", "：")
# Code without a fence around it.
_CODE: Final = re.compile(r"[{}=;<>\\]|\w\(\)")
_MOST_CODE: Final = 0.03
_LIKE_CODE: Final = 0.2
# 0: each sentence weighs the same in what a chat is about, 1: each message does.
_EVENNESS: Final = 0.5
_QUESTION_MARKS: Final = ("?", "？", "؟")
# How much a sentence loses by being like one that is taken already.
_LIKENESS: Final = 0.4
_SAME: Final = 0.9
# The others are never chosen: they are too far from what the chat is about.
_MOST_COMPARED: Final = 50

_MOST_WORDS: Final = 32


class Said(NamedTuple):
    """The words of a message that a person reads."""

    number: int
    is_person: bool
    text: str


class Chosen(NamedTuple):
    """A sentence of a summary: of which message, where it begins there, and as it is written."""

    number: int
    start: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """What was made of a chat."""

    language: str | None = None
    sentences: tuple[Chosen, ...] = ()
    title: str = ""
    words: tuple[tuple[str, int], ...] = ()  # as the index has them, the most frequent first
    phrases: tuple[str, ...] = ()  # as they are written, the most telling first


class _Candidate(NamedTuple):
    chosen: Chosen
    worded: Worded
    stems: Counter[str]


def digest(messages: Sequence[Said]) -> Digest:
    """Return what *messages* are about; takes some milliseconds for a usual chat."""
    messages = _spread(messages)
    language = language_of(_beginnings(messages))
    candidates = _candidates(messages, language)
    vectors = _vectors([candidate.stems for candidate in candidates])
    worded = [candidate.worded for candidate in candidates]
    counts = Counter(word for sentence in worded for word in sentence.terms if word)
    chosen = [candidates[n].chosen for n in _choose(candidates, vectors)]
    return Digest(
        language=language,
        sentences=tuple(sorted(chosen)),
        title=title_of(messages, language),
        words=tuple(counts.most_common(_MOST_WORDS)),
        phrases=phrases(worded),
    )


def _spread(messages: Sequence[Said]) -> Sequence[Said]:
    if len(messages) <= _MOST_MESSAGES:
        return messages
    step = len(messages) / _MOST_MESSAGES
    return [messages[int(n * step)] for n in range(_MOST_MESSAGES)]


def _beginnings(messages: Sequence[Said]) -> str:
    """Return some of what each of the first messages says, code left out."""
    found: list[str] = []
    left = _LANGUAGE_CHARS
    for message in messages:
        for sentence in sentences(message.text[: _LANGUAGE_CHARS // 2]):
            found.append(shown(sentence.text))
            left -= len(found[-1])
        if left < 0:
            break
    return "\n".join(found)


def _candidates(messages: Sequence[Said], language: str | None) -> list[_Candidate]:
    found: list[_Candidate] = []
    # Each message has its share, so that one which is a book does not speak for all.
    share = max(3, _MOST_SENTENCES // max(1, len(messages)))
    left = _MOST_CHARS
    for message in messages:
        of_message = 0
        for sentence in sentences(message.text):
            if left < 0 or of_message == share:
                break
            plain = shown(sentence.text)
            words = terms(plain, language)
            stems = Counter(word[:STEM_CHARS] for word in words if word)
            if stems.total() < _LEAST_TERMS:
                continue
            of_message += 1
            left -= len(sentence.text)
            chosen = Chosen(message.number, sentence.start, sentence.text)
            found.append(_Candidate(chosen, Worded(plain, words), stems))
    return found


def _vectors(counts: Sequence[Counter[str]]) -> list[dict[str, float]]:
    """Return TF-IDF vectors of length one, a sentence being a document."""
    frequencies = Counter(stem for stems in counts for stem in stems)
    total = len(counts)
    weights = {stem: 1.0 + math.log(total / n) for stem, n in frequencies.items()}
    vectors = []
    for stems in counts:
        vector = {stem: n * weights[stem] for stem, n in stems.items()}
        length = math.sqrt(sum([value * value for value in vector.values()])) or 1.0
        vectors.append({stem: value / length for stem, value in vector.items()})
    return vectors


def _choose(candidates: Sequence[_Candidate], vectors: Sequence[dict[str, float]]) -> list[int]:
    """Return which of *candidates* make the summary."""
    if not candidates:
        return []
    centroid = _centroid(candidates, vectors)
    scores = [
        _dot(vector, centroid) * _form(candidate)
        for candidate, vector in zip(candidates, vectors, strict=True)
    ]
    best = max(scores) or 1.0
    likeness = [0.0] * len(candidates)
    chosen: list[int] = []
    left, wanted = _WANTED_CHARS, min(_MOST_CHOSEN, 1 + round(math.log2(1 + len(candidates))))
    open_ones = set(sorted(range(len(scores)), key=lambda n: -scores[n])[:_MOST_COMPARED])
    while open_ones and len(chosen) < wanted:
        pick = max(open_ones, key=lambda n: (scores[n] / best - _LIKENESS * likeness[n], -n))
        open_ones.discard(pick)
        size = len(candidates[pick].chosen.text)
        if chosen and (size > left or likeness[pick] > _SAME):
            continue
        chosen.append(pick)
        left -= size
        for n in open_ones:
            likeness[n] = max(likeness[n], _dot(vectors[n], vectors[pick]))
    return chosen


def _centroid(
    candidates: Sequence[_Candidate], vectors: Sequence[dict[str, float]]
) -> dict[str, float]:
    """Return what all vectors point to; a message of many sentences does not speak for all."""
    counts = Counter(candidate.chosen.number for candidate in candidates)
    whole: dict[str, float] = {}
    for candidate, vector in zip(candidates, vectors, strict=True):
        weight = counts[candidate.chosen.number] ** -_EVENNESS
        for stem, value in vector.items():
            whole[stem] = whole.get(stem, 0.0) + value * weight
    length = math.sqrt(sum([value * value for value in whole.values()])) or 1.0
    return {stem: value / length for stem, value in whole.items()}


def _form(candidate: _Candidate) -> float:
    """Return how much of its nearness a sentence keeps, by its form alone."""
    form = min(1.0, math.sqrt(candidate.stems.total() / _FULL_TERMS))
    size = len(candidate.chosen.text)
    if size > _LONG_CHARS:
        form *= _LONG_CHARS / size
    if size > _MOST_SENTENCE_CHARS:
        form *= 0.1
    text = candidate.chosen.text.rstrip("*_\"'”»)")
    if len(_CODE.findall(text)) > size * _MOST_CODE:
        form *= _LIKE_CODE
    if text.endswith(_QUESTION_MARKS):
        return form * _QUESTION
    if text.endswith(_COLONS):
        return form * _LEADING
    return form if text.endswith(_ENDS) else form * _UNENDED


def _dot(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    if len(one) > len(other):
        one, other = other, one
    return sum([value * other[stem] for stem, value in one.items() if stem in other])
