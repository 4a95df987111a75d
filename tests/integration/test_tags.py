"""Tags: given, taken, renamed, merged, deleted and brought back, and still there later."""

from __future__ import annotations

from dataclasses import replace

import pytest

from privatus.bootstrap import Vault
from privatus.core.errors import AccessError, JobCancelled, UserError
from privatus.core.jobs import Job
from privatus.core.tag import TagActor
from privatus.storage.purging import Purging
from support.conversations import conversation, message
from support.filled import ACCOUNT, filled_vault, next_export
from support.tags import given, names, state
from support.vaults import PASSWORD, ScratchVault


@pytest.fixture
def ids(vault: ScratchVault) -> dict[str, str]:
    """Bring three chats; return their ids by title."""
    vault.bring(
        *(
            conversation("Hello", "Hello yourself", "Thanks", external_id=title, title=title)
            for title in ("Bread", "Keys", "Water")
        )
    )
    return {summary.title: str(summary.id) for summary in vault.vault.conversations.list()}


def test_a_chat_and_a_message_have_the_tags_that_they_were_given(
    vault: ScratchVault, ids: dict[str, str]
) -> None:
    tags = vault.vault.tags

    change = tags.add("  Work /  tax ", ids["Bread"][:8], f"{ids['Keys'][:8]}.2")
    tags.add("home", ids["Bread"])

    assert (change.conversations, change.messages) == (1, 1)
    assert names(vault.reopen()) == {
        ("Bread", 0): ["home", "Work/tax"],
        ("Keys", 2): ["Work/tax"],
    }
    [tagging] = vault.vault.tags.of(f"{ids['Keys']}.2")
    assert tagging.actor is TagActor.PERSON
    assert tagging.added_at_ms > 1_700_000_000_000


def test_what_has_a_tag_already_keeps_it_as_it_is(vault: ScratchVault, ids: dict[str, str]) -> None:
    vault.vault.tags.add("Work", ids["Bread"])
    before = given(vault.vault)

    change = vault.vault.tags.add("WORK", ids["Bread"], ids["Bread"][:9])

    assert change.conversations == 0
    assert given(vault.vault) == before
    assert [count.tag.name for count in vault.vault.tags.list()] == ["Work"]


def test_tags_are_counted_by_conversation_also_for_what_lies_in_them(
    vault: ScratchVault, ids: dict[str, str]
) -> None:
    tags = vault.vault.tags
    tags.add("work", ids["Bread"])
    tags.add("work/tax", ids["Bread"], ids["Keys"], f"{ids['Keys']}.1", f"{ids['Water']}.1")
    tags.add("workshop", ids["Water"])

    counts = [(c.tag.name, c.conversations, c.messages, c.all_conversations) for c in tags.list()]

    assert counts == [("work", 1, 0, 3), ("work/tax", 3, 2, 3), ("workshop", 1, 0, 1)]


def test_what_is_removed_or_merged_into_another_chat_does_not_count_for_its_tags(
    vault: ScratchVault, ids: dict[str, str]
) -> None:
    tags, listed = vault.vault.tags, vault.vault.conversations.list
    tags.add("tax", f"{ids['Water']}.2", ids["Keys"], ids["Bread"])

    gone = vault.vault.editing.remove(ids["Water"], [2])
    vault.vault.merging.merge([ids["Bread"], ids["Keys"]])

    [tax] = tags.list()
    assert (tax.conversations, tax.messages) == (len(listed(tag="tax")), 0) == (1, 0)
    assert vault.vault.search.find("is:tagged").total == 3
    vault.vault.editing.undo(gone)
    [tax] = tags.list()
    assert (tax.conversations, tax.messages) == (len(listed(tag="tax")), 1) == (2, 1)


def test_taking_a_tag_takes_what_lies_in_it_and_leaves_the_tag(
    vault: ScratchVault, ids: dict[str, str]
) -> None:
    tags = vault.vault.tags
    tags.add("work", ids["Bread"], ids["Keys"])
    tags.add("work/tax", ids["Bread"], f"{ids['Bread']}.1")

    change = tags.remove("work", ids["Bread"])

    assert (change.conversations, change.messages) == (1, 0)
    assert names(vault.vault) == {("Bread", 1): ["work/tax"], ("Keys", 0): ["work"]}
    assert len(tags.list()) == 2


def test_a_renamed_tag_takes_those_that_lie_in_it_along(
    vault: ScratchVault, ids: dict[str, str]
) -> None:
    tags = vault.vault.tags
    for name in ("work", "Work/Tax/2024", "workshop"):
        tags.add(name, ids["Bread"])

    tags.rename("WORK", "job/old work")

    assert names(vault.vault) == {
        ("Bread", 0): ["job/old work", "job/old work/Tax/2024", "workshop"]
    }


def test_a_tag_can_be_written_otherwise_and_moved_into_itself(
    vault: ScratchVault, ids: dict[str, str]
) -> None:
    tags = vault.vault.tags
    tags.add("work", ids["Bread"])
    tags.add("work/old", ids["Bread"])

    tags.rename("work", "Work")
    tags.rename("work", "Work/old")

    assert names(vault.vault) == {("Bread", 0): ["Work/old", "Work/old/old"]}


def test_no_two_tags_get_the_same_name(vault: ScratchVault, ids: dict[str, str]) -> None:
    tags = vault.vault.tags
    tags.add("work/tax", ids["Bread"])
    tags.add("job/tax", ids["Keys"])

    with pytest.raises(UserError, match="merge the two"):
        tags.rename("work", "Job")

    assert names(vault.vault) == {("Bread", 0): ["work/tax"], ("Keys", 0): ["job/tax"]}


def test_merged_tags_are_one_and_keep_who_gave_them_and_when(
    vault: ScratchVault, ids: dict[str, str]
) -> None:
    tags = vault.vault.tags
    tags.add("invoice", ids["Bread"], ids["Keys"])
    tags.add("invoice/paid", ids["Water"])
    tags.add("Bill", ids["Keys"], ids["Water"])
    before = given(vault.vault)

    change = tags.merge("invoice", "bill")

    # The name of the chat about water is another now; its tag is the same.
    assert change.conversations == 2
    assert names(vault.vault) == {
        ("Bread", 0): ["Bill"],
        ("Keys", 0): ["Bill"],
        ("Water", 0): ["Bill", "Bill/paid"],
    }
    after = given(vault.vault)
    assert after["Bread", 0][0].added_at_ms == before["Bread", 0][0].added_at_ms
    assert after["Keys", 0] == before["Keys", 0][:1]


@pytest.mark.parametrize("into", ["work", "work/tax", "nothing"])
def test_a_tag_is_not_merged_into_itself_nor_into_what_is_not_there(
    vault: ScratchVault, ids: dict[str, str], into: str
) -> None:
    vault.vault.tags.add("work", ids["Bread"])
    vault.vault.tags.add("work/tax", ids["Bread"])

    with pytest.raises(UserError):
        vault.vault.tags.merge("work", into)


def test_deleting_a_tag_takes_it_and_what_lies_in_it_and_no_chat(
    vault: ScratchVault, ids: dict[str, str]
) -> None:
    tags = vault.vault.tags
    tags.add("work", ids["Bread"])
    tags.add("work/tax", f"{ids['Bread']}.1")
    tags.add("home", ids["Bread"])

    change = tags.delete("work")

    assert [tag.name for tag in change.before.tags] == ["work", "work/tax"]
    assert names(vault.vault) == {("Bread", 0): ["home"]}
    assert len(vault.vault.conversations.list()) == 3


def test_every_change_is_taken_back_exactly_and_done_again(
    vault: ScratchVault, ids: dict[str, str]
) -> None:
    tags = vault.vault.tags
    tags.add("work", ids["Bread"], f"{ids['Keys']}.1")
    tags.add("work/tax", ids["Keys"])
    tags.add("job/tax", ids["Keys"], ids["Water"])
    changes = (
        lambda: tags.add("new", ids["Water"]),
        lambda: tags.add("work", ids["Water"], ids["Bread"]),
        lambda: tags.remove("work", ids["Keys"], f"{ids['Keys']}.1"),
        lambda: tags.colour("work", "red"),
        lambda: tags.colour("job", "teal"),
        lambda: tags.rename("work", "office"),
        lambda: tags.merge("work", "job"),
        lambda: tags.delete("work"),
    )
    for change in changes:
        before = state(vault.vault)
        done = change()
        after = state(vault.vault)
        assert after != before

        again = tags.undo(done)
        assert state(vault.vault) == before
        tags.undo(again)
        assert state(vault.vault) == after
        tags.undo(done)

    assert vault.check().ok


def test_a_change_that_is_stopped_changes_nothing(vault: ScratchVault, ids: dict[str, str]) -> None:
    vault.vault.tags.add("work", ids["Bread"])
    before = state(vault.vault)
    job = Job()
    job.cancel()

    for change in (vault.vault.tags.add_to_found, vault.vault.tags.rules.add):
        with pytest.raises(JobCancelled):
            change("new", "hello", job=job)

    assert state(vault.vault) == before


def test_undo_leaves_what_was_done_since(vault: ScratchVault, ids: dict[str, str]) -> None:
    tags = vault.vault.tags
    made = tags.add("work", ids["Bread"])
    tags.add("work", ids["Keys"])
    tags.colour("work", "blue")
    renamed = tags.rename("work", "job")
    tags.colour("job", "red")

    tags.undo(renamed)
    tags.undo(made)

    assert names(vault.vault) == {("Keys", 0): ["work"]}
    assert [count.tag.colour for count in tags.list()] == ["red"]


def test_undo_does_not_give_two_tags_one_name(vault: ScratchVault, ids: dict[str, str]) -> None:
    tags = vault.vault.tags
    tags.add("work", ids["Bread"])
    renamed = tags.rename("work", "job")
    tags.add("work", ids["Keys"])

    with pytest.raises(UserError, match="another tag is called so"):
        tags.undo(renamed)

    assert names(vault.vault) == {("Bread", 0): ["job"], ("Keys", 0): ["work"]}


@pytest.mark.parametrize(
    "name", ["", " ", "/", "work/", "/work", "a//b", "x" * 101, 'a"b', "a*", "a\u202eb", "--"]
)
def test_a_tag_has_a_name_that_a_search_can_say(
    vault: ScratchVault, ids: dict[str, str], name: str
) -> None:
    with pytest.raises(UserError, match="tag"):
        vault.vault.tags.add(name, ids["Bread"])
    vault.vault.tags.add("good", ids["Bread"])
    with pytest.raises(UserError, match="tag"):
        vault.vault.tags.rename("good", name)


def test_names_that_grow_too_long_by_a_renaming_change_nothing(
    vault: ScratchVault, ids: dict[str, str]
) -> None:
    vault.vault.tags.add(f"work/{'x' * 90}", ids["Bread"])
    before = state(vault.vault)

    with pytest.raises(UserError, match="at most 100"):
        vault.vault.tags.rename("work", "a very long name")

    assert state(vault.vault) == before


@pytest.mark.parametrize(
    ("name", "meant"), [("wrok", "work"), ("tax", "work/tax"), ("work/tx", "work/tax")]
)
def test_who_misspells_a_tag_is_told_which_there_are(
    vault: ScratchVault, ids: dict[str, str], name: str, meant: str
) -> None:
    vault.vault.tags.add("work/tax", ids["Bread"])
    vault.vault.tags.add("work", ids["Bread"])

    with pytest.raises(UserError, match=f"did you mean .*{meant}"):
        vault.vault.tags.delete(name)


@pytest.mark.parametrize("number", ["9", "0", "x", "²", "1" * 20, ""])
def test_a_message_that_is_not_there_gets_no_tag(
    vault: ScratchVault, ids: dict[str, str], number: str
) -> None:
    with pytest.raises(UserError):
        vault.vault.tags.add("work", f"{ids['Bread']}.{number}")

    assert vault.vault.tags.list() == []


def test_a_colour_is_one_of_those_that_there_are(vault: ScratchVault, ids: dict[str, str]) -> None:
    tags = vault.vault.tags
    tags.add("work/tax", ids["Bread"])

    tags.colour("work/tax", "green")
    tags.colour("work", "grey")
    with pytest.raises(UserError, match="red, orange"):
        tags.colour("work", "#ff0000")
    with pytest.raises(UserError, match="no tag is called"):
        tags.colour("home", "red")

    assert [(c.tag.name, c.tag.colour) for c in tags.list()] == [
        ("work", "grey"),
        ("work/tax", "green"),
    ]


def test_tags_stay_when_a_chat_is_imported_again_and_has_changed(vault: ScratchVault) -> None:
    first = conversation("Hello", "Hello yourself", title="Bread", updated_at_ms=1)
    vault.bring(first)
    [summary] = vault.vault.conversations.list()
    vault.vault.tags.add("work", summary.id, f"{summary.id}.2")
    before = given(vault.vault)

    edited = (message(1, "Hello"), message(2, "Hello, edited"), message(3, "More"))
    vault.bring(replace(first, messages=edited, updated_at_ms=2, active=3))

    assert len(vault.only().messages) == 3
    assert given(vault.vault) == before
    assert vault.check().ok


def test_tags_open_under_new_keys_and_can_be_changed_there(
    vault: ScratchVault, ids: dict[str, str]
) -> None:
    vault.vault.tags.add("work", ids["Bread"])
    vault.vault.tags.colour("work", "red")
    before = state(vault.vault)
    vault.vault.lock()
    Vault.rotate(vault.folder, PASSWORD)

    reopened = vault.reopen()
    assert state(reopened) == before
    reopened.tags.rename("work", "job")
    reopened.tags.add("job/tax", ids["Keys"])

    assert names(reopened) == {("Bread", 0): ["job"], ("Keys", 0): ["job/tax"]}
    assert reopened.integrity.check().ok


def test_who_only_reads_sees_tags_and_changes_none(
    vault: ScratchVault, ids: dict[str, str]
) -> None:
    change = vault.vault.tags.add("work", ids["Bread"])
    vault.vault.lock()

    with Vault.open(vault.folder, PASSWORD, read_only=True) as reader:
        assert names(reader) == {("Bread", 0): ["work"]}
        with pytest.raises(AccessError):
            reader.tags.delete("work")
        with pytest.raises(AccessError):
            reader.tags.undo(change)


def test_a_deleted_chat_takes_its_tags_along(vault: ScratchVault, ids: dict[str, str]) -> None:
    vault.vault.tags.add("work", ids["Bread"], f"{ids['Bread']}.1", ids["Keys"])

    with vault.database() as db:
        with db.transaction(), Purging(db).permit():
            db.execute("DELETE FROM conversations WHERE id = 1")
        left = db.rows("SELECT conversation_id FROM chat_tags")

    assert left == [(2,)]


def test_a_vault_with_tags_and_history_is_whole(vault: ScratchVault) -> None:
    filled = filled_vault(vault.folder.parent / "filled")
    chat = next(c for c in filled.vault.conversations.list() if c.messages == 4)
    filled.vault.tags.add("work", chat.id, f"{chat.id}.3")
    filled.bring(*next_export(), account_name=ACCOUNT)

    report = filled.check()

    assert report.ok
    details = {check.name: check.detail for check in report.checks}
    assert details["tags"] == "1 opened, 2 given, 0 rules"
    filled.vault.lock()
