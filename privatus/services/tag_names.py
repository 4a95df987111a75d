"""What a tag may be called, and which tag a name means."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Protocol, TypeVar

from rapidfuzz.distance import OSA
from rapidfuzz.process import extract

from privatus.core import tag as tags
from privatus.core.errors import TamperedError, UserError
from privatus.core.tag import SEPARATOR, Tag, Tagging
from privatus.search import folding
from privatus.storage.chat_tags import StoredTagging
from privatus.storage.store import Tables

_T = TypeVar("_T")
MAX_CHARS = 100
_MAX_NEAR = 3
# A search could not say them: quotes end its words, a star stands for the rest of a word.
_UNSAYABLE = frozenset('"“”„‟*')
# Of a short name one letter may be wrong, of a long one three.
_LETTERS_PER_MISTAKE = 3


def clean(name: str) -> str:
    """Return a tag's name as `tidy` does.

    Raises:
        UserError: it is blank, too long, or has what no search could ask for.
    """
    cleaned = tidy(name)
    if not all(folding.words(part) for part in cleaned.split(SEPARATOR)):
        raise UserError(
            "a tag needs a name of letters or digits, also before and after each slash: work/tax"
        )
    if len(cleaned) > MAX_CHARS:
        raise UserError(f"a tag has at most {MAX_CHARS} characters; choose a shorter one")
    if _UNSAYABLE & set(cleaned) or not cleaned.isprintable():
        raise UserError("a tag has no quotes, no stars and no invisible signs; leave them out")
    return cleaned


def tidy(name: str) -> str:
    """Return a name with single spaces, none beside the slashes, and no # before it."""
    parts = name.strip().removeprefix("#").split(SEPARATOR)
    return SEPARATOR.join(" ".join(part.split()) for part in parts)


def find(found: Iterable[Tag], name: str) -> Tag | None:
    """Return the tag that is called *name*, if there is one."""
    wanted = tags.key(tidy(name))
    return next((tag for tag in found if tags.key(tag.name) == wanted), None)


def within(found: Iterable[Tag], name: str) -> list[Tag]:
    """Return the tag *name* and those that lie in it."""
    return [tag for tag in found if tags.is_within(tag.name, name)]


def require(found: Sequence[Tag], name: str) -> list[Tag]:
    """Return what `within` does, of which there must be something.

    Raises:
        UserError: there is none; it names those that are called nearly so.
    """
    wanted = within(found, tidy(name))
    if not wanted:
        raise UserError(unknown(found, name))
    return wanted


def unknown(found: Iterable[Tag], name: str) -> str:
    """Return that there is no tag *name*, and what it may have meant."""
    found, shown = list(found), _shown(name)
    if not found:
        return f"no tag is called {shown}, there are none yet"
    if close := near(found, name):
        return f"no tag is called {shown}, did you mean {' or '.join(close)}"
    return f"no tag is called {shown}, and none is called nearly so"


def _shown(name: str) -> str:
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in tidy(name))


class Named(Protocol):
    """What has a name with slashes."""

    @property
    def name(self) -> str: ...


def near(found: Iterable[Named], name: str) -> list[str]:
    """Return names that *name* may be a misspelling of, the nearest first."""
    by_key = {tags.key(tag.name): tag.name for tag in found}
    wanted = tags.key(name)
    furthest = 1 + len(wanted) // _LETTERS_PER_MISTAKE
    close = extract(wanted, by_key, scorer=OSA.distance, score_cutoff=furthest, limit=_MAX_NEAR)
    names = [by_key[found_key] for _, _, found_key in close]
    # Who knows the last part only, or the beginning of a long one, is helped, too.
    parts = (
        tag for k, tag in by_key.items() if wanted in k.split(SEPARATOR) or k.startswith(wanted)
    )
    return list(dict.fromkeys([*names, *parts]))[:_MAX_NEAR]


def doubles(found: Iterable[Tag]) -> list[str]:
    """Return what is wrong with tags of which no two may have the same name."""
    counts = Counter(tags.key(tag.name) for tag in found)
    return [f"{number} tags have the same name" for number in counts.values() if number > 1]


def tag_ids(tables: Tables, name: str) -> Sequence[int]:
    """Return the row ids of the tag *name* and of those that lie in it.

    Raises:
        UserError: there is none.
    """
    return [tag.id for tag in require(tables.tags.all(), name)]


def names_on(tables: Tables, conversation_ids: Sequence[int]) -> dict[int, tuple[str, ...]]:
    """Return by conversation the tags that it has as a whole, by name."""
    known = {tag.id: tag.name for tag in tables.tags.all()}
    if not known:
        return {}
    return {
        conversation_id: tuple(sorted((_known(known, i) for i in found), key=tags.key))
        for conversation_id, found in tables.chat_tags.on_conversations(conversation_ids).items()
    }


def _known(found: Mapping[int, _T], tag_id: int) -> _T:
    """Return what is known of a tag that something has.

    Raises:
        TamperedError: its row is gone.
    """
    if tag_id not in found:
        raise TamperedError("a tag is gone that a conversation has")
    return found[tag_id]


def taggings(tables: Tables, rows: Collection[StoredTagging]) -> tuple[Tagging, ...]:
    """Return rows as a conversation carries them: its own by name, then those of its messages."""
    if not rows:
        return ()
    by_id = {tag.id: tag for tag in tables.tags.all()}
    found = [
        Tagging(
            name=_known(by_id, row.tag_id).name,
            colour=_known(by_id, row.tag_id).colour,
            number=row.message_number,
            actor=row.actor,
            added_at_ms=row.added_at_ms,
        )
        for row in rows
    ]
    return tuple(sorted(found, key=lambda tagging: (tagging.number or 0, tags.key(tagging.name))))
