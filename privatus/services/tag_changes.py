"""A change of tags as what was before and what is after it, so that it can be taken back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from privatus.core.errors import UserError
from privatus.core.jobs import Job
from privatus.core.saved_search import SavedSearch
from privatus.core.tag import Tag, TagRule
from privatus.services.tag_names import doubles
from privatus.storage.chat_tags import StoredTagging
from privatus.storage.store import Store, Tables


@dataclass(frozen=True, slots=True, kw_only=True)
class TagState:
    """The tags and rules that a change touched, and what had the tags."""

    tags: tuple[Tag, ...] = ()
    rules: tuple[TagRule, ...] = ()
    searches: tuple[SavedSearch, ...] = ()  # that name the tags
    taggings: tuple[StoredTagging, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TagChange:
    """What was done: `TagService.undo` takes it back, and gives what does it again."""

    before: TagState
    after: TagState

    @property
    def conversations(self) -> int:
        """Return how many conversations as a whole got or lost a tag."""
        return len({row.conversation_id for row in self._moved if row.message_number is None})

    @property
    def messages(self) -> int:
        """Return how many messages got or lost a tag."""
        return len({row[1:3] for row in self._moved if row.message_number is not None})

    @property
    def _moved(self) -> set[StoredTagging]:
        return set(self.before.taggings) ^ set(self.after.taggings)

    @property
    def reversed(self) -> TagChange:
        return TagChange(before=self.after, after=self.before)


def apply(tables: Tables, change: TagChange, job: Job) -> None:
    """Make a change, in the transaction that is open.

    What another change has done meanwhile stays: of a tag that is still in use only what this one
    touches is changed, and what is gone gets no tag.

    Raises:
        UserError: two tags would have the same name.
        JobCancelled: the person stopped it.
    """
    present = {tag.id: tag for tag in tables.tags.all()}
    before = {tag.id: tag for tag in change.before.tags}
    after = {tag.id: tag for tag in change.after.tags}
    for tag_id, tag in after.items():
        if tag_id in present:
            changed = _differences(before.get(tag_id, tag), tag)
            tables.tags.update(replace(present[tag_id], **changed))
        elif tag_id not in before:
            tables.tags.insert(tag)
    _change_rules(tables, change)
    _change_searches(tables, change)
    _move_taggings(tables, change, {*present, *after} - (before.keys() - present.keys()), job)
    in_use = {rule.tag_id for rule in tables.tag_rules.all()}
    gone = [tag_id for tag_id in before if tag_id not in after and tag_id not in in_use]
    tables.tags.delete([tag_id for tag_id in gone if not tables.chat_tags.places(tag_id)])
    if doubles(tables.tags.all()):
        raise UserError("another tag is called so; rename it first, or merge the two")


def make(store: Store, planned: Callable[[Tables], TagChange], job: Job | None = None) -> TagChange:
    """Make the change that *planned* returns, in a transaction of its own.

    Raises:
        UserError: two tags would have the same name.
        AccessError: the vault is open for reading only.
        JobCancelled: the person stopped it; nothing was changed.
    """
    with store.transaction() as tables:
        change = planned(tables)
        apply(tables, change, job or Job())
    return change


def _change_rules(tables: Tables, change: TagChange) -> None:
    present = {rule.id: rule for rule in tables.tag_rules.all()}
    before = {rule.id: rule for rule in change.before.rules}
    after = {rule.id: rule for rule in change.after.rules}
    tags = {tag.id for tag in tables.tags.all()}
    for rule_id, rule in after.items():
        if rule_id in present:
            tables.tag_rules.update(_changed(present[rule_id], before.get(rule_id, rule), rule))
        elif rule_id not in before and rule.tag_id in tags:
            tables.tag_rules.insert(rule)
    tables.tag_rules.delete(rule_id for rule_id in before if rule_id not in after)


def _change_searches(tables: Tables, change: TagChange) -> None:
    present = {saved.id: saved for saved in tables.saved_searches.all()}
    for before, after in zip(change.before.searches, change.after.searches, strict=True):
        saved = present.get(before.id)
        # What was saved anew meanwhile is the person's own.
        if saved is not None and saved.query == before.query:
            tables.saved_searches.update(replace(saved, query=after.query))


def _changed(present: TagRule, before: TagRule, after: TagRule) -> TagRule:
    added, taken = after.exceptions - before.exceptions, before.exceptions - after.exceptions
    return replace(
        present,
        tag_id=present.tag_id if before.tag_id == after.tag_id else after.tag_id,
        query=after.query if present.query == before.query else present.query,
        exceptions=(present.exceptions | added) - taken,
    )


def _differences(before: Tag, after: Tag) -> dict[str, Any]:
    return {
        name: getattr(after, name)
        for name in ("name", "colour")
        if getattr(after, name) != getattr(before, name)
    }


def _move_taggings(tables: Tables, change: TagChange, tag_ids: set[int], job: Job) -> None:
    before, after = set(change.before.taggings), set(change.after.taggings)
    tables.chat_tags.delete(before - after)
    wanted = [row for row in change.after.taggings if row not in before and row.tag_id in tag_ids]
    taken = {
        (tag_id, *place)
        for tag_id in {row.tag_id for row in wanted}
        for place in tables.chat_tags.places(tag_id)
    }
    there = tables.chat_tags.existing({row.conversation_id for row in wanted})
    tables.chat_tags.insert(
        [
            row
            for row in wanted
            if row[:3] not in taken and row.conversation_id in there and _has_message(tables, row)
        ],
        job,
    )


def _has_message(tables: Tables, row: StoredTagging) -> bool:
    number = row.message_number
    return number is None or tables.messages.has_number(row.conversation_id, number)
