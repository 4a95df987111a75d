"""Tags that a chat could have: those of chats that are like it, and words of its own."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from privatus.core import tag as tags
from privatus.core.errors import UserError
from privatus.search.folding import words
from privatus.search.likeness import Likeness
from privatus.services import tag_names
from privatus.services.conversation_ids import Target, find
from privatus.services.related import related
from privatus.services.search import SearchService
from privatus.services.summary_rows import made_of, phrases_of, words_of
from privatus.storage.store import Tables

_RELATED = 8
# A tag of the person's whose words the chat says counts as much as one of a chat just like it.
_SAID = 1.0
_ALL = 1_000_000


class SuggestionSource(StrEnum):
    """Why a tag is suggested."""

    SAID = "said"  # a tag of the person's, and the chat says what it is called
    RELATED = "related"  # chats that are like it have it
    TEXT = "text"  # a new one, of words of the chat


@dataclass(frozen=True, slots=True, kw_only=True)
class TagSuggestion:
    """A tag that a chat could have."""

    name: str
    source: SuggestionSource


class TagSuggestions:
    """Suggests tags."""

    def __init__(self, search: SearchService) -> None:
        self._search = search

    def of(self, target: Target, limit: int = 6) -> Sequence[TagSuggestion]:
        """Return tags that a chat does not have and could, the person's own first.

        Raises:
            UserError: there is no such chat.
        """
        with self._search.likeness() as (tables, likeness):
            stored = find(tables, target)
            made = made_of(tables, stored)
            present = {tags.key(name) for name in tag_names.names_on(tables, [stored.id])
                       .get(stored.id, ())}  # fmt: skip
            said = {word for word, _ in words_of(made)}
            said.update(word for phrase in phrases_of(made) for word in words(phrase))
            alike = related(tables, likeness, stored, _RELATED)
            near = {chat.row_id: chat.likeness for chat in alike}
            own = _own(tables, near, said)
            new = _new(likeness, phrases_of(made))
        known = {tags.key(found.name) for found in own}
        found = [
            *own,
            *(suggestion for suggestion in new if tags.key(suggestion.name) not in known),
        ]
        return [each for each in found if tags.key(each.name) not in present][:limit]


def _own(tables: Tables, near: dict[int, float], said: set[str]) -> list[TagSuggestion]:
    """Return the person's tags that fit, the best first."""
    scores: dict[str, float] = {}
    sources: dict[str, SuggestionSource] = {}
    for row_id, names in tag_names.names_on(tables, list(near)).items():
        for name in names:
            scores[name] = scores.get(name, 0.0) + near[row_id]
            sources[name] = SuggestionSource.RELATED
    for tag in tables.tags.all():
        # Of work/tax the chat must say tax.
        last = words(tag.name.rpartition("/")[2])
        if last and said.issuperset(last):
            scores[tag.name] = scores.get(tag.name, 0.0) + _SAID
            sources[tag.name] = SuggestionSource.SAID
    ordered = sorted(scores, key=lambda name: (-scores[name], name))
    return [TagSuggestion(name=name, source=sources[name]) for name in ordered]


def _new(likeness: Likeness, phrases: Iterable[str]) -> list[TagSuggestion]:
    """Return phrases that could be tags: what comes early and is rare in the archive."""
    scored = []
    for place, phrase in enumerate(phrases):
        pieces = words(phrase)
        if not pieces or len(pieces) > 2:
            continue
        frequency = max(1, min(likeness.frequencies(pieces).values()))
        scored.append((math.log(_ALL / frequency) / (2 + place), phrase))
    names = []
    for _, phrase in sorted(scored, reverse=True):
        try:
            names.append(tag_names.clean(phrase.lower()))
        except UserError:
            continue
    return [TagSuggestion(name=name, source=SuggestionSource.TEXT) for name in dict.fromkeys(names)]
