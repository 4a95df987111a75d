"""What a search says, as a tree, and how it is written.

`str()` of a query is its canonical form: parsed again it gives an equal query.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import TypeAlias

DEFAULT_DISTANCE = 10

# The columns of the index that hold words, and the name by which `in:` knows each.
COLUMNS = {"title": "title", "body": "text", "aside": "thinking", "files": "files"}

_PLAIN = re.compile(r'[^\s"“”„‟()*:|,-][^\s"“”„‟()*:|,]*')
OPERATORS = frozenset({"AND", "OR", "NOT"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """Words that follow one another; a single word is the shortest phrase.

    `text` is as typed, `tokens` as the index has them. If it `is_open`, the last token is the
    beginning of a word: `is_prefix` says that the person asked for that with a star.
    """

    text: str
    tokens: tuple[str, ...]
    is_prefix: bool = False
    is_open: bool = False

    def __str__(self) -> str:
        return quoted(self.text) + ("*" if self.is_prefix else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Near:
    """Phrases with at most `distance` words between the first and the last."""

    phrases: tuple[Phrase, ...]
    distance: int = DEFAULT_DISTANCE

    def __str__(self) -> str:
        distance = "" if self.distance == DEFAULT_DISTANCE else f", {self.distance}"
        return f"NEAR({' '.join(map(str, self.phrases))}{distance})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Facet:
    """A property of the message that the index knows: source, role, model, has."""

    kind: str
    value: str
    is_prefix: bool = False

    def __str__(self) -> str:
        return f"{self.kind}:{quoted(self.value)}{'*' if self.is_prefix else ''}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Not:
    """Everything but the item."""

    item: Node

    def __str__(self) -> str:
        return f"-{_grouped(self.item)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class And:
    """All of the items."""

    items: tuple[Node, ...]

    def __str__(self) -> str:
        return " ".join(str(i) if isinstance(i, Not) else _grouped(i) for i in self.items)


@dataclass(frozen=True, slots=True, kw_only=True)
class Or:
    """Any of the items."""

    items: tuple[Node, ...]

    def __str__(self) -> str:
        return " OR ".join(_grouped(item) for item in self.items)


@dataclass(frozen=True, slots=True, kw_only=True)
class Within:
    """The item, with its words looked for in some columns only; the innermost one counts."""

    columns: tuple[str, ...]
    item: Node

    def __str__(self) -> str:
        places = " ".join(f"in:{COLUMNS[column]}" for column in self.columns)
        return f"{places} {self.item if isinstance(self.item, And) else _grouped(self.item)}"


Node: TypeAlias = Phrase | Near | Facet | Not | And | Or | Within


# What `is:` asks for; `is_<state>` of the filters.
STATES = ("pinned", "unread", "tagged", "starred", "archived", "missing", "merged", "trashed",
          "annotated")  # fmt: skip
# What `has:` asks for that a person has put there; `has_<kind>` of the filters.
NOTED = ("note", "highlight")


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What the index cannot answer and the database does, for whole conversations or by time.

    `since_ms` and `until_ms` are the first and the last millisecond that count, both included.
    All of `tags` must be there and none of `without_tags`; one of `projects` and none of
    `without_projects`, and so with `folders`. They are as typed; compare them folded.
    """

    since: date | None = None
    until: date | None = None
    since_ms: int | None = None
    until_ms: int | None = None
    tags: tuple[str, ...] = ()
    without_tags: tuple[str, ...] = ()
    projects: tuple[str, ...] = ()
    without_projects: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()
    without_folders: tuple[str, ...] = ()
    people: tuple[str, ...] = ()  # all of them take part
    without_people: tuple[str, ...] = ()
    is_pinned: bool | None = None
    is_unread: bool | None = None
    is_tagged: bool | None = None
    is_starred: bool | None = None
    is_archived: bool | None = None
    is_missing: bool | None = None
    is_merged: bool | None = None  # None: those that were merged into another are left out
    is_trashed: bool | None = None  # None: what is in the trash is left out
    is_annotated: bool | None = None  # they or a message of theirs
    has_note: bool | None = None
    has_highlight: bool | None = None
    is_in_notes: bool = False  # the words are looked for in what a person noted

    def __bool__(self) -> bool:
        return self != _NO_FILTERS

    def __str__(self) -> str:
        said = [f"since:{self.since}"] if self.since else []
        said += [f"until:{self.until}"] if self.until else []
        said += [f"tag:{quoted(tag)}" for tag in self.tags]
        said += [f"-tag:{quoted(tag)}" for tag in self.without_tags]
        said += [f"project:{quoted(name)}" for name in self.projects]
        said += [f"-project:{quoted(name)}" for name in self.without_projects]
        said += [f"folder:{quoted(name)}" for name in self.folders]
        said += [f"-folder:{quoted(name)}" for name in self.without_folders]
        said += [f"with:{quoted(name)}" for name in self.people]
        said += [f"-with:{quoted(name)}" for name in self.without_people]
        for state in STATES:
            wanted = getattr(self, f"is_{state}")
            if wanted is not None:
                said.append(f"is:{state}" if wanted else f"-is:{state}")
        for kind in NOTED:
            wanted = getattr(self, f"has_{kind}")
            if wanted is not None:
                said.append(f"has:{kind}" if wanted else f"-has:{kind}")
        said += ["in:notes"] if self.is_in_notes else []
        return " ".join(said)


_NO_FILTERS = Filters()


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A search: what to find (None: everything), and what the database must say of it.

    `notes` are sentences for the person on what was left out or assumed. If it `is_unfinished`,
    somebody is still typing it.
    """

    root: Node | None = None
    filters: Filters = _NO_FILTERS
    notes: tuple[str, ...] = field(default=(), compare=False)
    is_unfinished: bool = field(default=False, compare=False)

    def __str__(self) -> str:
        root = "" if self.root is None else str(self.root)
        return f"{root} {self.filters}".strip()

    @property
    def terms(self) -> tuple[Phrase, ...]:
        """The phrases to be found, in order; those to be left out are not among them."""
        return tuple(_wanted(self.root)) if self.root is not None else ()

    @property
    def tokens(self) -> tuple[str, ...]:
        """The words to be found, as the index has them, each once."""
        return tuple(dict.fromkeys(token for term in self.terms for token in term.tokens))


def conjunction(items: list[Node]) -> Node:
    """Return the node for all of *items*, of which there is at least one."""
    flat: list[Node] = []
    for item in items:
        flat.extend(item.items if isinstance(item, And) else (item,))
    return flat[0] if len(flat) == 1 else And(items=tuple(flat))


def disjunction(items: list[Node]) -> Node:
    """Return the node for any of *items*, of which there is at least one."""
    flat: list[Node] = []
    for item in items:
        flat.extend(item.items if isinstance(item, Or) else (item,))
    return flat[0] if len(flat) == 1 else Or(items=tuple(flat))


def negation(item: Node) -> Node:
    """Return the node for everything but *item*."""
    return item.item if isinstance(item, Not) else Not(item=item)


def is_negative(node: Node) -> bool:
    """Say whether *node* only leaves something out, and so finds nothing by itself."""
    match node:
        case Not():
            return True
        case And(items=items):
            return all(is_negative(item) for item in items)
        case Or(items=items):
            return any(is_negative(item) for item in items)
        case Within(item=item):
            return is_negative(item)
        case _:
            return False


def has_words(node: Node) -> bool:
    """Say whether *node* looks for words anywhere, and not for facets only."""
    match node:
        case Facet():
            return False
        case And(items=items) | Or(items=items):
            return any(has_words(item) for item in items)
        case Not(item=item) | Within(item=item):
            return has_words(item)
        case _:
            return True


def quoted(text: str) -> str:
    """Return *text* as it is written in a search, in quotes where it needs them."""
    is_plain = _PLAIN.fullmatch(text) and text not in OPERATORS
    return text if is_plain else f'"{text}"'


def _grouped(node: Node) -> str:
    return f"({node})" if isinstance(node, And | Or | Within | Not) else str(node)


def _wanted(node: Node) -> Iterator[Phrase]:
    match node:
        case Phrase():
            yield node
        case Near(phrases=phrases):
            yield from phrases
        case And(items=items) | Or(items=items):
            for item in items:
                yield from _wanted(item)
        case Within(item=item):
            yield from _wanted(item)
        case _:
            pass
