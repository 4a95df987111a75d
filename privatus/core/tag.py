"""Tags: a person's own words for chats and messages, nested by their names.

`work/tax` lies in `work`, whether or not there is a tag `work`. Case does not tell two apart.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

SEPARATOR = "/"
# Names and no numbers: each theme has a shade of its own for them.
COLOURS = (
    *("red", "orange", "yellow", "green", "teal", "blue", "purple", "pink", "brown", "grey"),
)


class TagActor(StrEnum):
    """Who gave something its tag."""

    PERSON = "person"
    RULE = "rule"
    IMPORT = "import"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tag:
    """A tag; `colour` is one of COLOURS, or None."""

    id: int
    name: str
    colour: str | None = None
    created_at_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TagCount:
    """A tag, and on how much it is; `all_conversations` also counts those of tags within it."""

    tag: Tag
    conversations: int  # that have it, or a message of theirs
    messages: int
    all_conversations: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Tagging:
    """A tag as a chat or a message carries it: who gave it, and when (unix milliseconds, UTC).

    `number` is the message's, None: the conversation as a whole. Only what an importer reads may
    not say when.
    """

    name: str
    colour: str | None = None
    number: int | None = None
    actor: TagActor
    added_at_ms: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TagRule:
    """A search whose finds get a tag; `exceptions` are the chats that a person took it from.

    `query` is in the language of docs/search.md.
    """

    id: int
    tag_id: int
    query: str
    exceptions: frozenset[UUID] = frozenset()
    created_at_ms: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TagRuleCount:
    """A rule with its tag, and how many conversations have that by it."""

    rule: TagRule
    tag: Tag
    conversations: int


def key(name: str) -> str:
    """Return what is equal for two names of one tag."""
    return unicodedata.normalize("NFKC", name).casefold()


def is_within(name: str, outer: str) -> bool:
    """Say whether *name* is the tag *outer*, or lies in it."""
    inner_key, outer_key = key(name), key(outer)
    return inner_key == outer_key or inner_key.startswith(outer_key + SEPARATOR)


def moved(name: str, outer: str, target: str) -> str:
    """Return *name* as it is called when *outer* is *target*: another one if it lies in that."""
    if not is_within(name, outer):
        return name
    depth = outer.count(SEPARATOR) + 1
    return SEPARATOR.join((target, *name.split(SEPARATOR)[depth:]))
