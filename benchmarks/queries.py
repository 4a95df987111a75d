"""Searches to measure with, drawn from the messages by how many of them a word is in.

Drawn from the floor's database, which is not encrypted, so they fit any export.
"""

from __future__ import annotations

import datetime
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from benchmarks import floors

COUNT = 60
_COMMON = (0.15, 0.60)  # in this share of the messages
_RARE = (5, 100)  # in so many messages
_TRIES = 60_000
_WORD = re.compile("[a-z]{2,30}")
# Operators of the query language.
_NOT_WORDS = frozenset({"and", "or", "not", "near"})
_RUN = re.compile(r"[a-z]+(?: [a-z]+)+")
_MONTH_MS = 30 * 86_400_000

RARE, COMMON, THREE = "one rare word", "one common word", "three words"
PHRASE2, PHRASE3 = "a phrase of two common words", "a phrase of three common words"
PREFIX, FILTERED = "a prefix of three letters", "a common word, with source and months"
# How results are ordered, and how a table says it.
Order = Literal["relevance", "newest"]
ORDERS: dict[Order, str] = {"relevance": "by relevance", "newest": "newest first"}
KINDS = (RARE, COMMON, THREE, PHRASE2, PHRASE3, PREFIX, FILTERED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """One search: as a person types it, and as FTS5 takes it."""

    kind: str
    text: str
    match: str
    since_ms: int | None = None
    until_ms: int | None = None


def draw(database: str, seed: int = 1, count: int = COUNT) -> list[dict[str, Any]]:
    """Return searches of each kind, as many different ones as there are up to *count*."""
    db = floors.connect(database)
    db.execute("CREATE VIRTUAL TABLE temp.terms USING fts5vocab (main, fts, row)")
    in_messages = {t: n for t, n in db.execute("SELECT term, doc FROM temp.terms") if _is_word(t)}
    total, first_ms, last_ms = db.execute(
        "SELECT count(*), min(created_at_ms), max(created_at_ms) FROM messages"
    ).fetchone()
    chance = random.Random(seed)
    common = [w for w, n in in_messages.items() if _COMMON[0] <= n / total <= _COMMON[1]]
    rare = [w for w, n in in_messages.items() if _RARE[0] <= n <= _RARE[1]]
    texts = _texts(db, chance, total)
    kinds: dict[str, Callable[[], Search | None]] = {
        RARE: lambda: _words(RARE, [chance.choice(rare)]) if rare else None,
        COMMON: lambda: _words(COMMON, [chance.choice(common)]) if common else None,
        THREE: lambda: _three(next(texts), chance),
        PHRASE2: lambda: _phrase(PHRASE2, 2, next(texts), set(common), chance),
        PHRASE3: lambda: _phrase(PHRASE3, 3, next(texts), set(common), chance),
        PREFIX: lambda: _prefix(next(texts), chance),
        FILTERED: lambda: _filtered(common, first_ms, last_ms, chance) if common else None,
    }
    searches = [search for make in kinds.values() for search in _different(make, count)]
    return [{name: getattr(search, name) for name in Search.__slots__} for search in searches]


def _is_word(term: str) -> bool:
    return bool(_WORD.fullmatch(term)) and term not in _NOT_WORDS


def _different(make: Callable[[], Search | None], count: int) -> list[Search]:
    found: dict[str, Search] = {}
    for _ in range(_TRIES):
        if search := make():
            found[search.text] = search
        if len(found) == count:
            break
    return list(found.values())


def _texts(db: Any, chance: random.Random, total: int) -> Iterator[str]:
    """Yield the texts of messages, any of them at any time."""
    while True:
        row = db.execute(
            "SELECT content FROM messages WHERE id = ? AND role IN ('user', 'assistant')"
            " AND content NOT LIKE '[%'",
            (chance.randint(1, total),),
        ).fetchone()
        if row and row[0]:
            yield row[0]


def _words(kind: str, words: list[str]) -> Search:
    return Search(kind=kind, text=" ".join(words), match=" ".join(f'"{w}"' for w in words))


def _three(text: str, chance: random.Random) -> Search | None:
    """Return three words that one message has, so that there is something to find."""
    words = sorted({w for w in re.findall(r"\b[a-z]{2,30}\b", text) if _is_word(w)})
    return _words(THREE, chance.sample(words, 3)) if len(words) >= 3 else None


def _phrase(
    kind: str, count: int, text: str, common: set[str], chance: random.Random
) -> Search | None:
    """Return common words that stand side by side in a message."""
    found = [
        words[i : i + count]
        for run in _RUN.findall(text)
        for words in (run.split(" "),)
        for i in range(len(words) - count + 1)
        if all(word in common for word in words[i : i + count])
    ]
    if not found:
        return None
    phrase = f'"{" ".join(chance.choice(found))}"'
    return Search(kind=kind, text=phrase, match=phrase)


def _prefix(text: str, chance: random.Random) -> Search | None:
    words = [w for w in re.findall(r"\b[a-z]{3,30}\b", text) if _is_word(w)]
    if not words:
        return None
    letters = chance.choice(words)[:3]
    return Search(kind=PREFIX, text=f"{letters}*", match=f'"{letters}"*')


def _filtered(common: list[str], first_ms: int, last_ms: int, chance: random.Random) -> Search:
    """Return a common word within one to six months."""
    word = chance.choice(common)
    since_ms = chance.randint(first_ms, max(first_ms, last_ms - _MONTH_MS))
    until_ms = since_ms + chance.randint(1, 6) * _MONTH_MS
    since, until = _day(since_ms), _day(until_ms)
    return Search(
        kind=FILTERED,
        text=f"{word} source:chatgpt since:{since} until:{until}",
        match=f'"{word}"',
        since_ms=since_ms,
        until_ms=until_ms,
    )


def _day(at_ms: int) -> str:
    return datetime.datetime.fromtimestamp(at_ms / 1000, tz=datetime.UTC).date().isoformat()
