"""Rules: searches that give a tag to what they find, now and after each import."""

from __future__ import annotations

import pytest

from privatus.bootstrap import Vault
from privatus.core.conversation import Conversation
from privatus.core.errors import AccessError, QueryError, UserError
from privatus.core.tag import TagActor
from support.conversations import conversation
from support.tags import given, names, state
from support.vaults import PASSWORD, MadeUpExport, ScratchVault


def _chat(title: str, *words: str, **fields: object) -> Conversation:
    return conversation(*(words or ("Hello",)), external_id=title, title=title, **fields)


def _id(vault: ScratchVault, title: str) -> str:
    [found] = [c.id for c in vault.vault.conversations.list() if c.title == title]
    return str(found)


@pytest.fixture
def ruled(vault: ScratchVault) -> ScratchVault:
    """Return a vault with two chats and a rule that gives one of them the tag "money"."""
    vault.bring(_chat("Invoice of May"), _chat("Bread"))
    vault.vault.tags.rules.add("money", "in:title invoice")
    return vault


def test_a_rule_tags_what_is_there_and_what_comes(ruled: ScratchVault) -> None:
    assert names(ruled.vault) == {("Invoice of May", 0): ["money"]}

    report = ruled.bring_export(
        MadeUpExport(conversations=(_chat("Invoice of June"), _chat("Water"))),
    )

    assert (report.tagged, report.rule_problems) == (1, ())
    assert names(ruled.vault) == {
        ("Invoice of May", 0): ["money"],
        ("Invoice of June", 0): ["money"],
    }
    [tagging] = given(ruled.vault)["Invoice of June", 0]
    assert tagging.actor is TagActor.RULE
    [count] = ruled.reopen().tags.rules.list()
    assert (count.tag.name, count.rule.query, count.conversations) == (
        "money", "in:title invoice", 2,
    )  # fmt: skip
    assert ruled.check().ok


def test_a_chat_that_grows_into_a_rule_gets_its_tag(ruled: ScratchVault) -> None:
    ruled.vault.tags.rules.add("code", "quicksort")
    assert ("Bread", 0) not in names(ruled.vault)

    ruled.bring(_chat("Bread", "Hello", "A quicksort", updated_at_ms=5))

    assert names(ruled.vault)["Bread", 0] == ["code"]


def test_what_a_person_takes_the_tag_from_does_not_get_it_again(ruled: ScratchVault) -> None:
    tags = ruled.vault.tags
    taken = tags.remove("money", _id(ruled, "Invoice of May"))

    ruled.bring(_chat("Invoice of May", "Hello", "More", updated_at_ms=5), _chat("Invoice 7"))
    assert names(ruled.vault) == {("Invoice 7", 0): ["money"]}

    tags.undo(taken)
    assert names(ruled.vault)["Invoice of May", 0] == ["money"]
    [count] = tags.rules.list()
    assert count.rule.exceptions == frozenset()


def test_what_has_the_tag_by_hand_stays_given_by_hand(vault: ScratchVault) -> None:
    vault.bring(_chat("Invoice"))
    vault.vault.tags.add("money", _id(vault, "Invoice"))

    change = vault.vault.tags.rules.add("money", "in:title invoice")

    assert change.conversations == 0
    [tagging] = given(vault.vault)["Invoice", 0]
    assert tagging.actor is TagActor.PERSON


@pytest.mark.parametrize("with_tags", [False, True])
def test_a_rule_goes_and_leaves_its_tags_or_takes_them(
    ruled: ScratchVault, with_tags: bool
) -> None:
    tags = ruled.vault.tags
    tags.add("money", _id(ruled, "Bread"))
    [count] = tags.rules.list()
    before = state(ruled.vault)

    change = tags.rules.remove(count.rule.id, with_tags=with_tags)

    left = {("Bread", 0): ["money"]}
    assert names(ruled.vault) == (left if with_tags else left | {("Invoice of May", 0): ["money"]})
    assert tags.rules.list() == []
    tags.undo(change)
    assert state(ruled.vault) == before
    with pytest.raises(UserError, match="no rule has this number"):
        tags.rules.remove(99)


def test_a_rule_is_taken_back_with_what_it_gave_at_once(vault: ScratchVault) -> None:
    vault.bring(_chat("Invoice"))
    tags = vault.vault.tags

    change = tags.rules.add("money", "in:title invoice")
    again = tags.undo(change)

    assert (tags.list(), tags.rules.list(), names(vault.vault)) == ([], [], {})
    tags.undo(again)
    assert names(vault.vault) == {("Invoice", 0): ["money"]}


def test_rules_go_along_when_their_tag_is_renamed_merged_or_deleted(ruled: ScratchVault) -> None:
    tags = ruled.vault.tags
    tags.add("finance", _id(ruled, "Bread"))
    tags.rename("money", "cash")
    before = state(ruled.vault)

    merged = tags.merge("cash", "finance")
    ruled.bring(_chat("Invoice of June"))
    assert names(ruled.vault)["Invoice of June", 0] == ["finance"]
    assert [count.tag.name for count in tags.rules.list()] == ["finance"]
    tags.remove("finance", _id(ruled, "Invoice of June"))
    tags.undo(merged)
    deleted = tags.delete("cash")
    assert tags.rules.list() == []

    tags.undo(deleted)
    assert state(ruled.vault)[0] == before[0]
    assert [count.tag.name for count in tags.rules.list()] == ["cash"]
    assert ruled.check().ok


def test_a_rule_that_cannot_run_is_named_and_the_others_run(ruled: ScratchVault) -> None:
    tags = ruled.vault.tags
    tags.add("work", _id(ruled, "Bread"))
    tags.rules.add("both", "hello tag:work")
    tags.rules.add("late", "hello")
    tags.delete("work")

    report = ruled.bring_export(MadeUpExport(conversations=(_chat("Invoice of June"),)))

    assert report.tagged == 1
    [problem] = report.rule_problems
    assert problem.startswith("rule 2: no tag is called work")
    assert names(ruled.vault)["Invoice of June", 0] == ["late", "money"]


def test_an_import_that_brings_nothing_new_runs_no_rule(ruled: ScratchVault) -> None:
    ruled.vault.tags.undo(ruled.vault.tags.rules.add("late", "hello"))
    ruled.vault.tags.rules.add("late", "water")

    report = ruled.bring_export(MadeUpExport(conversations=(_chat("Bread"),)))

    assert report.tagged == 0


def test_a_rule_is_a_search_that_parses_and_is_made_once(ruled: ScratchVault) -> None:
    rules = ruled.vault.tags.rules

    with pytest.raises(QueryError):
        rules.add("money", '"invoice')
    with pytest.raises(QueryError):
        rules.add("money", "tag:nothing")
    with pytest.raises(UserError, match="there already"):
        rules.add("Money", "in:title invoice")
    with pytest.raises(UserError, match="a tag needs a name"):
        rules.add("", "invoice")

    assert len(rules.list()) == 1


def test_what_is_no_text_is_no_fault_of_a_rule_or_a_tag(ruled: ScratchVault) -> None:
    tags = ruled.vault.tags

    tags.rules.add("odd", "hello -b\udcffd")
    with pytest.raises(UserError):
        tags.add("b\udcffd", _id(ruled, "Bread"))
    with pytest.raises(UserError):
        ruled.vault.conversations.list(tag="b\udcffd")

    assert [count.rule.query for count in tags.rules.list()][-1] == "hello -b?d"


def test_rules_open_under_new_keys_and_who_only_reads_makes_none(ruled: ScratchVault) -> None:
    ruled.vault.tags.remove("money", _id(ruled, "Invoice of May"))
    before = ruled.vault.tags.rules.list()
    ruled.vault.lock()
    Vault.rotate(ruled.folder, PASSWORD)

    with Vault.open(ruled.folder, PASSWORD, read_only=True) as reader:
        assert reader.tags.rules.list() == before
        with pytest.raises(AccessError):
            reader.tags.rules.add("late", "hello")
    ruled.reopen().tags.rules.add("late", "hello")
    assert ruled.check().ok


@pytest.mark.parametrize(
    "attack",
    [
        "UPDATE tag_rules SET tag_id = 2 WHERE id = 1",
        "UPDATE tag_rules SET created_at_ms = 0 WHERE id = 1",
        "UPDATE tag_rules SET (details_sealed, seal) ="
        " (SELECT details_sealed, seal FROM tag_rules WHERE id = 2) WHERE id = 1",
        "UPDATE tag_rules SET id = 9 WHERE id = 1",
    ],
)
def test_a_rule_that_was_edited_is_named_and_gives_nothing(
    ruled: ScratchVault, attack: str
) -> None:
    ruled.vault.tags.rules.add("late", "water")
    assert ruled.check().ok
    ruled.attack(attack)
    ruled.reopen()

    report = ruled.bring_export(MadeUpExport(conversations=(_chat("Invoice and water"),)))

    assert report.tagged == 0
    assert "run `privatus check`" in report.rule_problems[0]
    assert ("Invoice and water", 0) not in names(ruled.vault)
    [problem] = ruled.problems()
    assert problem.startswith("tags: tag rule ")


def test_searches_and_rules_that_name_a_tag_go_along_with_its_name(ruled: ScratchVault) -> None:
    vault, tags = ruled.vault, ruled.vault.tags
    tags.add("work/tax", _id(ruled, "Bread"))
    tags.add("home", _id(ruled, "Bread"))
    vault.saved_searches.save("Taxes", 'since:3w  hello -tag:"WORK/tax" tag:home', "newest")
    vault.saved_searches.save("Workshop", "hello tag:workshop", "newest")
    tags.rules.add("late", "hello tag:work")
    before = state(vault), vault.saved_searches.list()

    renamed = tags.rename("work", "my job")
    merged = tags.merge("my job", "home")

    queries = {saved.name: saved.query for saved in vault.saved_searches.list()}
    assert queries == {
        "Taxes": "since:3w  hello -tag:home/tax tag:home",
        "Workshop": "hello tag:workshop",
    }
    assert [count.rule.query for count in tags.rules.list()][-1] == "hello tag:home"
    tags.undo(merged)
    assert vault.saved_searches.list()[0].query == 'since:3w  hello -tag:"my job/tax" tag:home'
    tags.undo(renamed)
    assert (state(vault), vault.saved_searches.list()) == before


def test_a_rule_that_is_changed_takes_back_what_it_would_not_give(ruled: ScratchVault) -> None:
    ruled.bring(_chat("Bread and butter"))
    rules = ruled.vault.tags.rules
    before = state(ruled.vault)

    change = rules.edit(1, name="food", query="in:title bread")

    assert names(ruled.vault) == {("Bread", 0): ["food"], ("Bread and butter", 0): ["food"]}
    [found] = rules.list()
    assert (found.tag.name, found.rule.query, found.conversations) == ("food", "in:title bread", 2)
    ruled.vault.tags.undo(change)
    assert state(ruled.vault) == before


def test_a_changed_rule_leaves_what_a_person_gave(ruled: ScratchVault) -> None:
    ruled.vault.tags.add("money", _id(ruled, "Bread"))

    ruled.vault.tags.rules.edit(1, name="money", query="in:title nothing")

    assert names(ruled.vault) == {("Bread", 0): ["money"]}


def test_a_rule_that_is_not_there_or_does_not_parse_is_not_changed(ruled: ScratchVault) -> None:
    with pytest.raises(UserError, match="no rule has this number"):
        ruled.vault.tags.rules.edit(9, name="money", query="bread")
    with pytest.raises(QueryError):
        ruled.vault.tags.rules.edit(1, name="money", query="(bread")
