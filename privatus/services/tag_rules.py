"""Rules: searches that give a tag to what they find, now and after each import.

What a person takes the tag from, a rule gives it to no more.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace

from privatus.core import clock
from privatus.core import tag as tags
from privatus.core.errors import JobCancelled, UserError
from privatus.core.jobs import Job
from privatus.core.tag import Tag, TagActor, TagRule, TagRuleCount
from privatus.search.wording import with_names
from privatus.services import tag_names
from privatus.services.search import SearchService
from privatus.services.tag_changes import TagChange, TagState, make
from privatus.storage.chat_tags import StoredTagging
from privatus.storage.store import Store, Tables


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleRun:
    """How many conversations got a tag by rules; `problems` names the rules that cannot run."""

    conversations: int
    problems: tuple[str, ...] = ()


class TagRuleService:
    """Keeps rules, and lets them give their tags."""

    def __init__(self, store: Store, search: SearchService) -> None:
        self._store = store
        self._search = search

    def list(self) -> list[TagRuleCount]:
        """Return all rules, the first made first.

        Raises:
            TamperedError: a rule is not what was sealed.
        """
        with self._store.snapshot() as tables:
            by_id = {tag.id: tag for tag in tables.tags.all()}
            counts = tables.chat_tags.counts_by_rule()
            return [
                TagRuleCount(
                    rule=rule, tag=by_id[rule.tag_id], conversations=counts.get(rule.id, 0)
                )
                for rule in tables.tag_rules.all()
            ]

    def add(self, name: str, query: str, *, job: Job | None = None) -> TagChange:
        """Give the tag *name* to all chats in which *query* finds something, from now on.

        `vault.tags.undo` takes the rule back, and the tags that it gave at once.

        Raises:
            UserError: the name does not do, or the tag has this rule.
            QueryError: the query does not parse.
            AccessError: the vault is open for reading only.
            JobCancelled: the person stopped it; nothing was changed.
        """
        name = tag_names.clean(name)
        # A shell may pass on bytes that are no text.
        query = query.encode(errors="replace").decode()
        found = self._search.conversation_ids(query)

        def planned(tables: Tables) -> TagChange:
            former = tag_names.find(tables.tags.all(), name)
            tag = former or Tag(id=tables.tags.next_id(), name=name, created_at_ms=clock.now_ms())
            rules = tables.tag_rules.all()
            if any(rule.tag_id == tag.id and rule.query == query for rule in rules):
                raise UserError("this rule is there already; `privatus tag rule list` shows it")
            rule = TagRule(
                id=tables.tag_rules.next_id(),
                tag_id=tag.id,
                query=query,
                created_at_ms=clock.now_ms(),
            )
            return TagChange(
                before=TagState(tags=(former,) if former else ()),
                after=TagState(tags=(tag,), rules=(rule,), taggings=_due(tables, rule, found)),
            )

        return make(self._store, planned, job)

    def edit(
        self,
        rule_id: int,
        *,
        name: str | None = None,
        query: str | None = None,
        job: Job | None = None,
    ) -> TagChange:
        """Let a rule give another tag, or to what another search finds; None: as it was.

        What has a tag by the rule and would not get it any more loses it.

        Raises:
            UserError: the name does not do, or there is no such rule.
            QueryError: the query does not parse.
            AccessError: the vault is open for reading only.
            JobCancelled: the person stopped it; nothing was changed.
        """
        with self._store.snapshot() as tables:
            was = _require(tables, rule_id)
        asked = was.query if query is None else query.encode(errors="replace").decode()
        found = self._search.conversation_ids(asked)
        wanted = None if name is None else tag_names.clean(name)

        def planned(tables: Tables) -> TagChange:
            return _edited(tables, _require(tables, rule_id), wanted, asked, found)

        return make(self._store, planned, job)

    def remove(self, rule_id: int, *, with_tags: bool = False) -> TagChange:
        """Let go of a rule; what has the tag by it keeps that, or loses it *with_tags*.

        Raises:
            UserError: there is no such rule.
            AccessError: the vault is open for reading only.
        """

        def planned(tables: Tables) -> TagChange:
            rule = _require(tables, rule_id)
            rows = tables.chat_tags.of_rule(rule_id) if with_tags else ()
            return TagChange(before=TagState(rules=(rule,), taggings=tuple(rows)), after=TagState())

        return make(self._store, planned)

    def run(self, job: Job | None = None) -> RuleRun:
        """Let every rule give its tag to what it finds and what has it not.

        Each rule is a transaction of its own, so a stop leaves whole ones; the next run goes on.

        Raises:
            DeviceError: the disk is full or refuses.
        """
        job, tagged, problems = job or Job(), set[int](), []
        with suppress(JobCancelled):
            rules = self.list()
            for number, count in enumerate(rules):
                job.report("tagging by rules", number, len(rules))
                try:
                    tagged |= self._run(count.rule, job)
                except UserError as error:
                    problems.append(f"rule {count.rule.id}: {error}")
        return RuleRun(conversations=len(tagged), problems=tuple(problems))

    def _run(self, rule: TagRule, job: Job) -> set[int]:
        found = self._search.conversation_ids(rule.query)

        def planned(tables: Tables) -> TagChange:
            known = tuple(tag for tag in tables.tags.all() if tag.id == rule.tag_id)
            return TagChange(
                before=TagState(tags=known),
                after=TagState(tags=known, taggings=_due(tables, rule, found) if known else ()),
            )

        change = make(self._store, planned, job)
        return {row.conversation_id for row in change.after.taggings}


def _edited(
    tables: Tables, former: TagRule, name: str | None, query: str, found: set[int]
) -> TagChange:
    known = tables.tags.all()
    made = _meant(tables, known, former, name)
    rule = replace(former, tag_id=made.id, query=query)
    gone = [
        row
        for row in tables.chat_tags.of_rule(former.id)
        if row.tag_id != made.id or row.conversation_id not in found
    ]
    touched = tuple(each for each in known if each.id in (former.tag_id, made.id))
    return TagChange(
        before=TagState(tags=touched, rules=(former,), taggings=tuple(gone)),
        after=TagState(
            tags=touched if made in touched else (*touched, made),
            rules=(rule,),
            taggings=_due(tables, rule, found),
        ),
    )


def _meant(tables: Tables, known: list[Tag], rule: TagRule, name: str | None) -> Tag:
    """Return the tag *name*, which is made if there is none; None: that of the rule."""
    if name is None:
        return next(tag for tag in known if tag.id == rule.tag_id)
    found = tag_names.find(known, name)
    return found or Tag(id=tables.tags.next_id(), name=name, created_at_ms=clock.now_ms())


def _require(tables: Tables, rule_id: int) -> TagRule:
    rule = next((rule for rule in tables.tag_rules.all() if rule.id == rule_id), None)
    if rule is None:
        raise UserError("no rule has this number; `privatus tag rule list` shows them")
    return rule


def excepting(tables: Tables, rows: list[StoredTagging]) -> tuple[tuple[TagRule, ...], ...]:
    """Return the rules of tags that a person takes from *rows*: as they are, and as they become."""
    taken: dict[int, list[int]] = {}
    for row in rows:
        if row.message_number is None:
            taken.setdefault(row.tag_id, []).append(row.conversation_id)
    before = tuple(rule for rule in tables.tag_rules.all() if rule.tag_id in taken)
    after = tuple(
        replace(
            rule,
            exceptions=rule.exceptions
            | set(tables.conversations.public_ids(taken[rule.tag_id]).values()),
        )
        for rule in before
    )
    return before, after


def naming(tables: Tables, change: TagChange, name: str, new_name: str) -> TagChange:
    """Return *change* with the rules and saved searches that name the tag *name*, or one in it."""

    def renamed(said: str) -> str:
        return tags.moved(said, name, new_name)

    former = {rule.id: rule for rule in change.before.rules}
    touched = {rule.id: rule for rule in change.after.rules}
    for rule in tables.tag_rules.all():
        if (query := with_names(rule.query, "tag", renamed)) != rule.query:
            former[rule.id] = rule
            touched[rule.id] = replace(touched.get(rule.id, rule), query=query)
    searches = [
        (saved, replace(saved, query=query))
        for saved in tables.saved_searches.all()
        if (query := with_names(saved.query, "tag", renamed)) != saved.query
    ]
    return TagChange(
        before=replace(
            change.before,
            rules=tuple(former.values()),
            searches=tuple(before for before, _ in searches),
        ),
        after=replace(
            change.after,
            rules=tuple(touched.values()),
            searches=tuple(after for _, after in searches),
        ),
    )


def _due(tables: Tables, rule: TagRule, found: set[int]) -> tuple[StoredTagging, ...]:
    """Return what a rule gives to the chats that it *found*: not to those that have it already."""
    has = {conversation_id for conversation_id, number in tables.chat_tags.places(rule.tag_id)
           if number is None}  # fmt: skip
    public_ids = tables.conversations.public_ids(sorted(found - has))
    now_ms = clock.now_ms()
    return tuple(
        StoredTagging(rule.tag_id, row_id, None, TagActor.RULE, rule.id, now_ms)
        for row_id, public_id in sorted(public_ids.items())
        if public_id not in rule.exceptions
    )
