"""Which tags several chats have, and giving and taking several tags at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable

from privatus.core import clock
from privatus.core import tag as tags
from privatus.core.errors import UserError
from privatus.core.tag import Tag, TagActor
from privatus.services import tag_names
from privatus.services.tag_changes import TagChange, TagState
from privatus.services.tag_rules import excepting
from privatus.storage.chat_tags import StoredTagging
from privatus.storage.store import Tables


def counts_on(tables: Tables, row_ids: Collection[int]) -> dict[str, int]:
    """Return by tag how many of these conversations have it as a whole."""
    names = {tag.id: tag.name for tag in tables.tags.all()}
    on_each = tables.chat_tags.on_conversations(row_ids).values()
    counts = Counter(tag_id for found in on_each for tag_id in found)
    return {names[tag_id]: count for tag_id, count in counts.items()}


def exchanged(
    tables: Tables, row_ids: Iterable[int], given: Iterable[str], taken: Iterable[str]
) -> TagChange:
    """Return the change that gives conversations the tags *given*, and takes *taken* from them.

    Raises:
        UserError: a name does not do, or there is no tag of those to be taken.
    """
    there = sorted(tables.chat_tags.existing(row_ids))
    return exchanged_on(tables, [(row_id, None) for row_id in there], given, taken)


def exchanged_on(
    tables: Tables,
    places: Collection[tuple[int, int | None]],
    given: Iterable[str],
    taken: Iterable[str],
) -> TagChange:
    """Return the change that gives tags to conversations and messages, and takes others.

    Raises:
        UserError: a name does not do, or there is no tag of those to be taken.
    """
    former = tables.tags.all()
    known = _with_new(tables, former, given)
    now_ms = clock.now_ms()
    rows = []
    for tag in _named(known, given):
        has = tables.chat_tags.places(tag.id)
        rows += [
            StoredTagging(tag.id, row_id, number, TagActor.PERSON, None, now_ms)
            for row_id, number in places
            if (row_id, number) not in has
        ]
    wanted, chats = set(places), {row_id for row_id, _ in places}
    gone = [
        row
        for row in tables.chat_tags.of_tags((tag.id for tag in _named(former, taken)), chats)
        if (row.conversation_id, row.message_number) in wanted
    ]
    return _change(tables, former, known, rows, gone)


def _change(
    tables: Tables,
    former: Collection[Tag],
    known: Collection[Tag],
    rows: list[StoredTagging],
    gone: list[StoredTagging],
) -> TagChange:
    former_rules, rules = excepting(tables, gone)
    touched = {row.tag_id for row in (*rows, *gone)}
    return TagChange(
        before=TagState(
            tags=tuple(tag for tag in former if tag.id in touched),
            rules=former_rules,
            taggings=tuple(gone),
        ),
        after=TagState(
            tags=tuple(tag for tag in known if tag.id in touched),
            rules=rules,
            taggings=tuple(rows),
        ),
    )


def _with_new(tables: Tables, former: Collection[Tag], given: Iterable[str]) -> list[Tag]:
    """Return the tags that there are, and those of *given* that are new."""
    known, next_id = list(former), tables.tags.next_id()
    for name in map(tag_names.clean, given):
        if tag_names.find(known, name) is None:
            made_at_ms = clock.now_ms()
            known.append(Tag(id=next_id, name=name, created_at_ms=made_at_ms))
            next_id += 1
    return known


def _named(known: Collection[Tag], names: Iterable[str]) -> list[Tag]:
    by_key = {tags.key(tag.name): tag for tag in known}
    found: dict[int, Tag] = {}
    for name in names:
        tag = by_key.get(tags.key(tag_names.tidy(name)))
        if tag is None:
            raise UserError(tag_names.unknown(known, name))
        found[tag.id] = tag
    return list(found.values())
