"""A real FTS5 table laid out as the index is, and a search by hand to hold it against.

The search by hand knows the tree of a query and folding, and nothing of MATCH expressions.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import sqlcipher3.dbapi2 as sqlcipher

from privatus.search.folding import fold
from privatus.search.match import facet, match_expression
from privatus.search.syntax import And, Facet, Near, Node, Not, Or, Phrase, Query, Within

COLUMNS = ("title", "body", "aside", "files")


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A message or a title as the index takes it, before folding."""

    title: str = ""
    body: str = ""
    aside: str = ""
    files: str = ""
    source: str = "claude"
    role: str = "user"
    model: str = ""
    has: tuple[str, ...] = ()

    def facets(self) -> list[str]:
        found = [facet("source", self.source), facet("role", self.role)]
        found += [facet("model", self.model)] if self.model else []
        return found + [facet("has", word) for word in self.has]


class Corpus:
    """Documents, numbered from 1."""

    def __init__(self, documents: Sequence[Document]) -> None:
        self._documents = list(documents)
        self._db = sqlcipher.connect(":memory:")
        self._db.execute(
            "CREATE VIRTUAL TABLE f USING fts5 (title, body, aside, files, facets, "
            "content = '', contentless_delete = 1, tokenize = 'ascii')"
        )
        for number, document in enumerate(self._documents, start=1):
            texts = [fold(getattr(document, column)) for column in COLUMNS]
            self._db.execute(
                "INSERT INTO f (rowid, title, body, aside, files, facets) "
                "VALUES (?, ?, ?, ?, ?, ?)",
                (number, *texts, " ".join(document.facets())),
            )

    def found(self, query: Query) -> list[int]:
        """Ask FTS5."""
        expression = match_expression(query)
        if not expression:
            return list(range(1, len(self._documents) + 1))
        rows = self._db.execute("SELECT rowid FROM f WHERE f MATCH ? ORDER BY rowid", (expression,))
        return [row[0] for row in rows]

    def expected(self, query: Query) -> list[int]:
        """Look through every document."""
        return [
            number
            for number, document in enumerate(self._documents, start=1)
            if query.root is None or _holds(query.root, document, COLUMNS)
        ]


def _holds(node: Node, document: Document, columns: Sequence[str]) -> bool:
    match node:
        case Phrase():
            return any(_places(node, _tokens(document, column)) for column in columns)
        case Near():
            return any(_is_near(node, _tokens(document, column)) for column in columns)
        case Facet(kind=kind, value=value, is_prefix=is_prefix):
            wanted = facet(kind, value)
            return any(
                token.startswith(wanted) if is_prefix else token == wanted
                for token in document.facets()
            )
        case Not(item=item):
            return not _holds(item, document, columns)
        case And(items=items):
            return all(_holds(item, document, columns) for item in items)
        case Or(items=items):
            return any(_holds(item, document, columns) for item in items)
        case Within(columns=inner, item=item):
            return _holds(item, document, inner)


def _tokens(document: Document, column: str) -> list[str]:
    words = re.findall("[0-9A-Za-z\x80-\U0010ffff]+", fold(getattr(document, column)))
    return [re.sub("[A-Z]", lambda upper: upper[0].lower(), word) for word in words]


def _places(phrase: Phrase, tokens: list[str]) -> list[int]:
    *whole, last = phrase.tokens
    found = []
    for start in range(len(tokens) - len(whole)):
        end = tokens[start + len(whole)]
        is_last = end.startswith(last) if phrase.is_open else end == last
        if tokens[start : start + len(whole)] == whole and is_last:
            found.append(start)
    return found


def _is_near(near: Near, tokens: list[str]) -> bool:
    lengths = [len(phrase.tokens) for phrase in near.phrases]
    for starts in product(*(_places(phrase, tokens) for phrase in near.phrases)):
        last = max(starts)
        gaps = (last - (start + length) for start, length in zip(starts, lengths, strict=True))
        if all(gap <= near.distance for gap in gaps):
            return True
    return False
