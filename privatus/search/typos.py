"""Words of the archive that a misspelt one may have meant."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from rapidfuzz.distance import OSA
from rapidfuzz.process import extract

from privatus.search.syntax import And, Near, Node, Or, Phrase, Query, Within

# In words of three letters every other word is a neighbour.
_SHORTEST = 4
_LONG = 7

# Characters that UTF-8 cannot hold lie between these two.
_BEFORE_SURROGATES, _AFTER_SURROGATES = 0xD7FF, 0xE000


def suggest(word: str, candidates: Iterable[str]) -> list[str]:
    """Return the candidates that *word* may be a misspelling of, the most likely first.

    One letter may be wrong, missing, too many or exchanged with its neighbour; in words of
    seven letters or more, two. Equally likely ones keep the order of *candidates*: give the
    frequent first. *word* and the candidates are as folding left them.
    """
    if len(word) < _SHORTEST:
        return []
    most = 2 if len(word) >= _LONG else 1
    found = extract(word, list(candidates), scorer=OSA.distance, score_cutoff=most, limit=None)
    ranked = sorted(
        (distance, abs(len(candidate) - len(word)), index, candidate)
        for candidate, distance, index in found
        if distance
    )
    return [candidate for *_, candidate in ranked]


def candidate_ranges(word: str) -> list[tuple[str, str]]:
    """Return the ranges [low, high) of the vocabulary, in code point order, worth comparing.

    That is the words with the same first letter, and those with the first two exchanged:
    people mistype within words, and few words begin wrongly otherwise.
    """
    if len(word) < _SHORTEST:
        return []
    first, second = word[0], word[1]
    ranges = [(first, _following(first))]
    if second != first:
        ranges.append((second + first, second + _following(first)))
    return ranges


def respelled(query: Query, better: Mapping[str, str]) -> Query:
    """Return *query* with words to be found spelled as *better* has them, by the folded word."""
    root = query.root and _respelled(query.root, better)
    return replace(query, root=root)


def _respelled(node: Node, better: Mapping[str, str]) -> Node:
    match node:
        case Phrase():
            return _respelled_phrase(node, better)
        case Near(phrases=phrases):
            return replace(node, phrases=tuple(_respelled_phrase(p, better) for p in phrases))
        case And(items=items) | Or(items=items):
            return replace(node, items=tuple(_respelled(item, better) for item in items))
        case Within(item=item):
            return replace(node, item=_respelled(item, better))
        case _:
            return node


def _respelled_phrase(phrase: Phrase, better: Mapping[str, str]) -> Phrase:
    if better.keys().isdisjoint(phrase.tokens):
        return phrase
    tokens = tuple(better.get(token, token) for token in phrase.tokens)
    return replace(phrase, text=" ".join(tokens), tokens=tokens)


def _following(character: str) -> str:
    point = ord(character)
    return chr(_AFTER_SURROGATES if point == _BEFORE_SURROGATES else min(point + 1, 0x10FFFF))
