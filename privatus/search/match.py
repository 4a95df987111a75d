"""From the tree of a search to the MATCH expression of FTS5.

Nothing that a person types can become syntax: whatever stands between the quotes consists of
characters of words and spaces.  What the index knows of a message beside its words is a token
in the column `facets` that begins with a character which folding takes out of every text:

    U+E000 | kind:1 | value, letters and digits only         [characters]
"""

from __future__ import annotations

import unicodedata

from privatus.core.conversation import Role
from privatus.search.syntax import And, Facet, Near, Node, Not, Or, Phrase, Query, Within

_MARKER = "\ue000"
_KINDS = {"source": "s", "role": "r", "model": "m", "has": "h"}

# Columns are named only where `in:` asks for it: it costs time, and no word can be met in
# `facets` anyway.
_ANYWHERE: tuple[str, ...] = ()


def facet(kind: str, value: str) -> str:
    """Return the token for *value* of a source, role, model or has.

    "GPT-4o" and "gpt 4o" are the same; a value without letters and digits is the bare kind.
    """
    folded = unicodedata.normalize("NFKC", value).casefold()
    return f"{_MARKER}{_KINDS[kind]}{''.join(c for c in folded if c.isalnum())}"


def match_expression(query: Query) -> str:
    """Return what FTS5 is to match, or "" if every document does.

    The filters of the query are not in it: they are the database's to answer.
    """
    if query.root is None:
        return ""
    items = query.root.items if isinstance(query.root, And) else (query.root,)
    if all(isinstance(item, Not) for item in items):
        # FTS5 can leave out only from something; each message has a role.
        items = (Or(items=tuple(Facet(kind="role", value=role.value) for role in Role)), *items)
        return _conjunction(items, _ANYWHERE)
    return _expression(query.root, _ANYWHERE)


def has_beginning(expression: str) -> bool:
    """Say whether FTS5 is to match words by their beginning anywhere in *expression*."""
    # Between quotes stand characters of words and spaces only.
    return '" *' in expression


def _expression(node: Node, columns: tuple[str, ...]) -> str:
    match node:
        case Phrase():
            return _in(columns) + _phrase(node)
        case Near(phrases=phrases, distance=distance):
            return f"{_in(columns)}NEAR({' '.join(map(_phrase, phrases))}, {distance})"
        case Facet(kind=kind, value=value, is_prefix=is_prefix):
            return f'"{facet(kind, value)}"{" *" if is_prefix else ""}'
        case And(items=items):
            return _conjunction(items, columns)
        case Or(items=items):
            return _joined(items, columns, " OR ")
        case Within(columns=inner, item=item):
            return _expression(item, inner)
        case Not():
            return _conjunction((node,), columns)


def _conjunction(items: tuple[Node, ...], columns: tuple[str, ...]) -> str:
    wanted = tuple(item for item in items if not isinstance(item, Not))
    unwanted = tuple(item.item for item in items if isinstance(item, Not))
    found = _joined(wanted, columns, " AND ")
    if not unwanted:
        return found
    # NOT binds closest, so with AND before it it leaves out from the last of them; which is
    # the same.
    return f"{found} NOT ({_joined(unwanted, columns, ' OR ')})"


def _joined(items: tuple[Node, ...], columns: tuple[str, ...], operator: str) -> str:
    # FTS5's parser keeps what stands before a parenthesis on its small stack: groups first, the
    # deepest of them before the others.
    ordered = sorted(items, key=_depth, reverse=True)
    return operator.join(_grouped(item, columns) for item in ordered)


def _grouped(node: Node, columns: tuple[str, ...]) -> str:
    expression = _expression(node, columns)
    return f"({expression})" if _depth(node) else expression


def _depth(node: Node) -> int:
    match node:
        case And(items=items) | Or(items=items):
            return 1 + max(map(_depth, items))
        case Not(item=item):
            return 1 + _depth(item)
        case Within(item=item):
            return _depth(item)
        case _:
            return 0


def _phrase(phrase: Phrase) -> str:
    return f'"{" ".join(phrase.tokens)}"{" *" if phrase.is_open else ""}'


def _in(columns: tuple[str, ...]) -> str:
    return f"{{{' '.join(columns)}}} : " if columns else ""
