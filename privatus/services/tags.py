"""Tags: giving them to chats and messages and taking them away, renaming, merging, deleting.

Each method that changes something returns the change, and `undo` takes it back exactly.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from privatus.core import clock
from privatus.core import tag as tags
from privatus.core.errors import UserError
from privatus.core.jobs import Job
from privatus.core.tag import COLOURS, Tag, TagActor, TagCount, Tagging, TagRule
from privatus.services import conversation_ids, tag_names
from privatus.services.conversation_ids import Target
from privatus.services.search import SearchService
from privatus.services.tag_changes import TagChange, TagState, make
from privatus.services.tag_rules import TagRuleService, excepting, naming
from privatus.services.tag_sets import counts_on, exchanged, exchanged_on
from privatus.services.tag_suggestions import TagSuggestion, TagSuggestions
from privatus.storage.chat_tags import StoredTagging
from privatus.storage.store import Store, Tables

Place = tuple[int, int | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """What a search found, by row ids."""

    conversations: Collection[int] = ()
    messages: Collection[int] = ()


class TagService:
    """Keeps a person's tags."""

    def __init__(self, store: Store, search: SearchService) -> None:
        self._store = store
        self._search = search
        self.rules = TagRuleService(store, search)
        self._suggestions = TagSuggestions(search)

    def list(self) -> list[TagCount]:
        """Return all tags by name, each with how much has it; takes milliseconds.

        Raises:
            TamperedError: a tag is not what was sealed.
        """
        with self._store.snapshot() as tables:
            found, counts = tables.tags.all(), tables.chat_tags.counts()
            return [
                TagCount(
                    tag=tag,
                    conversations=counts.get(tag.id, (0, 0))[0],
                    messages=counts.get(tag.id, (0, 0))[1],
                    all_conversations=_count_within(tables, found, tag, counts),
                )
                for tag in sorted(found, key=lambda tag: tags.key(tag.name))
            ]

    def of(self, target: Target) -> Sequence[Tagging]:
        """Return the tags of a chat, or of one message, by name: who gave them, and when.

        Raises:
            UserError: there is no such chat or message.
            TamperedError: a row is not what was sealed.
        """
        with self._store.snapshot() as tables:
            stored, number = conversation_ids.place(tables, target)
            rows = tables.chat_tags.of_conversation(stored.id, stored.container)
            return tag_names.taggings(tables, [row for row in rows if row.message_number == number])

    def add(self, name: str, *targets: Target) -> TagChange:
        """Give chats and messages a tag, which is made if there is none of this name.

        What has it already keeps it as it is.

        Raises:
            UserError: the name does not do, or there is no such chat or message.
            AccessError: the vault is open for reading only.
        """
        name = tag_names.clean(name)
        return self._change(lambda tables: added(tables, name, _places(tables, targets)))

    def remove(self, name: str, *targets: Target) -> TagChange:
        """Take a tag, and those that lie in it, from chats and messages. The tag stays.

        Raises:
            UserError: there is no such tag, chat or message.
            AccessError: the vault is open for reading only.
        """
        return self._change(lambda tables: removed(tables, name, _places(tables, targets)))

    def add_to_found(
        self, name: str, query: str, *, messages: bool = False, job: Job | None = None
    ) -> TagChange:
        """Give the tag to all chats in which *query* finds something, or to the *messages* found.

        Raises:
            UserError: the name does not do.
            QueryError: the query does not parse.
            AccessError: the vault is open for reading only.
            JobCancelled: the person stopped it; nothing was changed.
        """
        name = tag_names.clean(name)
        found = self._find(query, messages=messages)
        return self._change(lambda tables: added(tables, name, _of(tables, found)), job)

    def remove_from_found(
        self, name: str, query: str, *, messages: bool = False, job: Job | None = None
    ) -> TagChange:
        """Take the tag, and those that lie in it, from what *query* finds, as `add_to_found`.

        Raises:
            UserError: there is no such tag.
            QueryError: the query does not parse.
            AccessError: the vault is open for reading only.
            JobCancelled: the person stopped it; nothing was changed.
        """
        found = self._find(query, messages=messages)
        return self._change(lambda tables: removed(tables, name, _of(tables, found)), job)

    def suggested(self, target: Target, limit: int = 6) -> Sequence[TagSuggestion]:
        """Return tags that a chat does not have and could, the person's own first.

        Raises:
            UserError: there is no such chat.
        """
        return self._suggestions.of(target, limit)

    def counts_on(self, row_ids: Collection[int]) -> dict[str, int]:
        """Return by tag how many of the chats have it, by the ids that lists have.

        Raises:
            TamperedError: a tag is not what was sealed.
        """
        with self._store.snapshot() as tables:
            return counts_on(tables, row_ids)

    def exchange(
        self,
        row_ids: Collection[int],
        given: Iterable[str],
        taken: Iterable[str],
        job: Job | None = None,
    ) -> TagChange:
        """Give chats, by the ids that lists have, some tags and take others, as one change.

        No other tag is touched, also none that lies in one of *taken*; what has gone is passed
        over.

        Raises:
            UserError: a name does not do, or there is no tag of those to be taken.
            AccessError: the vault is open for reading only.
            JobCancelled: the person stopped it; nothing was changed.
        """
        given, taken = tuple(given), tuple(taken)
        return self._change(lambda tables: exchanged(tables, row_ids, given, taken), job)

    def exchange_on(self, target: Target, given: Iterable[str], taken: Iterable[str]) -> TagChange:
        """Give a chat or a message some tags and take others, as `exchange`.

        Raises:
            UserError: as `exchange`, or there is no such chat or message.
            AccessError: the vault is open for reading only.
        """
        given, taken = tuple(given), tuple(taken)
        return self._change(
            lambda tables: exchanged_on(tables, _places(tables, [target]), given, taken)
        )

    def within(self, conversation_id: Target) -> Sequence[Tagging]:
        """Return the tags of a chat and of all its messages, as `of`, those of the chat first.

        Raises:
            UserError: there is no such chat.
            TamperedError: a row is not what was sealed.
        """
        with self._store.snapshot() as tables:
            stored = conversation_ids.find(tables, conversation_id)
            rows = tables.chat_tags.of_conversation(stored.id, stored.container)
            return tag_names.taggings(tables, rows)

    def rename(self, name: str, new_name: str) -> TagChange:
        """Call a tag otherwise; those that lie in it go along, and searches that name them.

        Raises:
            UserError: there is no such tag, or one that is called so already.
            AccessError: the vault is open for reading only.
        """
        name, new_name = tag_names.tidy(name), tag_names.clean(new_name)

        def renamed(tables: Tables) -> TagChange:
            found = tables.tags.all()
            before = tag_names.require(found, name)
            after = [replace(t, name=tags.moved(t.name, name, new_name)) for t in before]
            others = {tags.key(tag.name) for tag in found if tag not in before}
            if any(tags.key(tag.name) in others for tag in after):
                raise UserError("another tag is called so; merge the two instead")
            for tag in after:
                tag_names.clean(tag.name)
            change = TagChange(
                before=TagState(tags=tuple(before)), after=TagState(tags=tuple(after))
            )
            return naming(tables, change, name, new_name)

        return self._change(renamed)

    def merge(self, name: str, into: str) -> TagChange:
        """Give all that has one tag another instead; what lies in the one then lies in the other.

        Who gave it and when stays, and where both were, what is said of the other one stays.

        Raises:
            UserError: one of them is not there, or *into* lies in the other.
            AccessError: the vault is open for reading only.
        """
        name, into = tag_names.tidy(name), tag_names.tidy(into)
        return self._change(lambda tables: _merged(tables, name, into))

    def delete(self, name: str) -> TagChange:
        """Delete a tag and those that lie in it; the chats that have it stay.

        Raises:
            UserError: there is none.
            AccessError: the vault is open for reading only.
        """

        def deleted(tables: Tables) -> TagChange:
            before = tag_names.require(tables.tags.all(), name)
            rows = tables.chat_tags.of_tags(tag.id for tag in before)
            rules = _rules_of(tables, before)
            return TagChange(
                before=TagState(tags=tuple(before), rules=rules, taggings=tuple(rows)),
                after=TagState(),
            )

        return self._change(deleted)

    def colour(self, name: str, colour: str | None) -> TagChange:
        """Give a tag a colour, or none; one that others lie in may be made by that.

        Raises:
            UserError: there is no such tag, or no such colour.
            AccessError: the vault is open for reading only.
        """
        if colour is not None and colour not in COLOURS:
            raise UserError(f"a tag is {', '.join(COLOURS)} or has no colour; choose one of them")

        def coloured(tables: Tables) -> TagChange:
            found = tables.tags.all()
            tag_names.require(found, name)
            former = tag_names.find(found, name)
            tag = former or _new(tables, tag_names.clean(name))
            return TagChange(
                before=TagState(tags=(former,) if former else ()),
                after=TagState(tags=(replace(tag, colour=colour),)),
            )

        return self._change(coloured)

    def undo(self, change: TagChange) -> TagChange:
        """Take a change back; return what does it again.

        What others did since stays: a tag that this change has made is kept if it is in use.

        Raises:
            UserError: a name that a tag would have again belongs to another one now.
            AccessError: the vault is open for reading only.
        """
        return self._change(lambda _: change.reversed)

    def _find(self, query: str, *, messages: bool) -> _Found:
        if messages:
            return _Found(messages=self._search.message_ids(query))
        return _Found(conversations=self._search.conversation_ids(query))

    def _change(self, planned: Callable[[Tables], TagChange], job: Job | None = None) -> TagChange:
        return make(self._store, planned, job)


def added(
    tables: Tables,
    name: str,
    places: Iterable[Place],
    actor: TagActor = TagActor.PERSON,
) -> TagChange:
    """Return the change that gives *places* the tag *name*.

    Raises:
        UserError: the name does not do.
    """
    name = tag_names.clean(name)
    former = tag_names.find(tables.tags.all(), name)
    tag = former or _new(tables, name)
    has = tables.chat_tags.places(tag.id)
    now_ms = clock.now_ms()
    rows = [
        StoredTagging(tag.id, conversation_id, number, actor, None, now_ms)
        for conversation_id, number in dict.fromkeys(places)
        if (conversation_id, number) not in has
    ]
    known = (former,) if former else ()
    return TagChange(before=TagState(tags=known), after=TagState(tags=(tag,), taggings=tuple(rows)))


def removed(tables: Tables, name: str, places: Iterable[Place]) -> TagChange:
    """Return the change that takes the tag *name* and what lies in it from *places*.

    Raises:
        UserError: there is no such tag.
    """
    wanted = set(places)
    within = {conversation_id for conversation_id, _ in wanted}
    found = tag_names.require(tables.tags.all(), name)
    rows = [
        row
        for row in tables.chat_tags.of_tags((tag.id for tag in found), within)
        if (row.conversation_id, row.message_number) in wanted
    ]
    former_rules, rules = excepting(tables, rows)
    return TagChange(
        before=TagState(tags=tuple(found), rules=former_rules, taggings=tuple(rows)),
        after=TagState(tags=tuple(found), rules=rules),
    )


def _merged(tables: Tables, name: str, into: str) -> TagChange:
    found = tables.tags.all()
    before = tag_names.require(found, name)
    tag_names.require(found, into)
    if tags.is_within(into, name):
        raise UserError("a tag cannot be merged into itself or into one that lies in it")
    others = {tags.key(tag.name): tag for tag in found if tag not in before}
    target = others.get(tags.key(into))
    outer = target.name if target else tag_names.clean(into)
    rows = tables.chat_tags.of_tags(tag.id for tag in before)
    rules = _rules_of(tables, before)
    after, touched, moved_rules, moved_rows = [], list(before), [], []
    for tag in before:
        new_name = tags.moved(tag.name, name, outer)
        twin = others.get(tags.key(new_name))
        after.append(twin or replace(tag, name=new_name))
        if twin is not None:
            touched.append(twin)
        new_id = after[-1].id
        has = tables.chat_tags.places(new_id) if twin is not None else set()
        moved_rules += [replace(rule, tag_id=new_id) for rule in rules if rule.tag_id == tag.id]
        moved_rows += [
            row._replace(tag_id=new_id)
            for row in rows
            if row.tag_id == tag.id and (row.conversation_id, row.message_number) not in has
        ]
    change = TagChange(
        before=TagState(tags=tuple(touched), rules=rules, taggings=tuple(rows)),
        after=TagState(tags=tuple(after), rules=tuple(moved_rules), taggings=tuple(moved_rows)),
    )
    return naming(tables, change, name, outer)


def _rules_of(tables: Tables, found: Iterable[Tag]) -> tuple[TagRule, ...]:
    tag_ids = {tag.id for tag in found}
    return tuple(rule for rule in tables.tag_rules.all() if rule.tag_id in tag_ids)


def _new(tables: Tables, name: str) -> Tag:
    return Tag(id=tables.tags.next_id(), name=name, created_at_ms=clock.now_ms())


def _count_within(
    tables: Tables, found: Sequence[Tag], tag: Tag, counts: dict[int, tuple[int, int]]
) -> int:
    inner = tag_names.within(found, tag.name)
    if len(inner) == 1:
        return counts.get(tag.id, (0, 0))[0]
    return tables.chat_tags.conversation_count(t.id for t in inner)


def _places(tables: Tables, targets: Iterable[Target]) -> list[Place]:
    found = [conversation_ids.place(tables, target) for target in targets]
    return [(stored.id, number) for stored, number in found]


def _of(tables: Tables, found: _Found) -> list[Place]:
    wholes: list[Place] = [(row_id, None) for row_id in sorted(found.conversations)]
    # What has gone since gets no tag.
    there = tables.chat_tags.existing(row_id for row_id, _ in wholes)
    messages = sorted(tables.chat_tags.message_places(found.messages))
    return [place for place in wholes if place[0] in there] + [*messages]
