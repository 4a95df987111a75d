"""What is clear in a row is bound by its seal: nobody with the database key alone can change it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from privatus.core.errors import TamperedError
from support.conversations import conversation, message
from support.filled import ACCOUNT, first_export
from support.vaults import PASSWORD, ScratchVault, said

_SWAP = "UPDATE {0} SET {1} = CASE id WHEN 1 THEN x'{2}' ELSE x'{3}' END WHERE id IN (1, 2)"
_PRESENT_AND_FORMER = """
    SELECT m.id, m.content_sealed, m.seal, h.content_sealed, h.seal
      FROM messages AS m JOIN messages_history AS h ON h.message_id = m.id
"""

_CONVERSATION = {
    "deleted_at_ms": "1",
    "active_number": "2",
    "is_archived": "1 - is_archived",
    "is_starred": "1 - is_starred",
    "is_missing": "1 - is_missing",
    "sort_at_ms": "sort_at_ms + 1",
    "imported_at_ms": "imported_at_ms + 1",
    "message_count": "message_count + 1",
    "model_id": "1",
    "version": "version + 1",
    "digest": "(SELECT digest FROM conversations WHERE id = 1)",
    "external_tag": "zeroblob(16)",
}


@pytest.mark.parametrize("column", _CONVERSATION)
def test_a_clear_column_of_a_conversation_that_was_changed_is_named(
    vault: ScratchVault, column: str
) -> None:
    assert vault.attack(f"UPDATE conversations SET {column} = {_CONVERSATION[column]} WHERE id = 2")

    assert "conversations: conversation 2: " in " ".join(vault.problems())


_OTHERS = {
    "a hidden message": (
        "UPDATE messages SET flags = flags | 1 WHERE id = 3",
        "messages: message 1 of conversation 2",
    ),
    "a message of another model": (
        "UPDATE messages SET model_id = 1 WHERE id = 3",
        "messages: message 1 of conversation 2",
    ),
    "a message of no model": (
        "UPDATE messages SET model_id = NULL WHERE id = 2",
        "messages: message 2 of conversation 1",
    ),
    "a former message that was hidden": (
        "UPDATE messages_history SET flags = flags | 1",
        "history: a former message 3 of conversation 2",
    ),
    "a former message under another revision": (
        "UPDATE messages_history SET revision = 7",
        "history: a former message 3 of conversation 2",
    ),
    "a model renamed": ("UPDATE models SET name_sealed = zeroblob(30)", "conversations: models"),
    "a model under another id": ("UPDATE models SET id = 9", "conversations: models"),
    "an account found under another name": (
        "UPDATE accounts SET tag = zeroblob(16)",
        "conversations: accounts",
    ),
    "a change by somebody else": (
        "UPDATE chat_versions SET actor = 'person'",
        "versions: version 2 of conversation 2",
    ),
    "a star that nobody gave": (
        "UPDATE conversation_marks SET value = 1 WHERE mark = 'starred'",
        "marks: mark starred of conversation 1",
    ),
    "a pin of another time": (
        "UPDATE conversation_marks SET set_at_ms = 1 WHERE mark = 'pinned'",
        "marks: mark pinned of conversation 1",
    ),
    "a pin turned into another mark": (
        "UPDATE conversation_marks SET mark = 'unread' WHERE mark = 'pinned'",
        "marks: mark unread of conversation 1",
    ),
    "a pin of another conversation": (
        "UPDATE conversation_marks SET conversation_id = 3 WHERE mark = 'pinned'",
        "marks: mark pinned of conversation 3",
    ),
    "a key out of use": (
        "UPDATE key_store SET state = 'destroyed' WHERE id = 3",
        "counts: key 3 is not in use",
    ),
}


@pytest.mark.parametrize("name", _OTHERS)
def test_a_clear_column_that_was_changed_is_named(vault: ScratchVault, name: str) -> None:
    statement, expected = _OTHERS[name]

    assert vault.attack(statement) > 0

    assert any(problem.startswith(expected) for problem in vault.problems()), vault.problems()


def test_a_former_text_does_not_pass_as_the_present_one(vault: ScratchVault) -> None:
    [(message_id, *texts)] = vault.query(_PRESENT_AND_FORMER)
    present, former = texts[:2], texts[2:]
    vault.attack("UPDATE messages_history SET content_sealed = ?, seal = ?", parameters=present)
    vault.attack(
        f"UPDATE messages SET content_sealed = ?, seal = ? WHERE id = {message_id}",
        parameters=former,
    )

    problems = vault.problems()

    assert any(p.startswith("messages: message 3 of conversation 2") for p in problems)
    assert any(p.startswith("history: a former message 3 of conversation 2") for p in problems)
    branched = next(c.id for c in vault.vault.conversations.list() if c.title == "Three answers")
    with pytest.raises(TamperedError):
        vault.vault.conversations.get(branched)


def test_a_history_that_is_not_that_of_the_present_rows_is_named(vault: ScratchVault) -> None:
    vault.attack("UPDATE messages_history SET message_id = 77")
    assert "has no present one" in " ".join(vault.problems())


def test_an_attachment_of_a_revision_yet_to_come_is_named(vault: ScratchVault) -> None:
    vault.attack("UPDATE attachments SET revision = 7 WHERE id = 1")

    assert "counts: attachment 1 is of revision 7" in " ".join(vault.problems())


def test_a_retired_key_cannot_be_made_the_active_one(vault: ScratchVault) -> None:
    vault.vault.lock()
    type(vault.vault).rotate(vault.folder, PASSWORD)
    rotated = ScratchVault(vault.folder, type(vault.vault).open(vault.folder, PASSWORD))
    rotated.attack(
        "DELETE FROM key_store WHERE kind = 1 AND state = 'active'",
        "UPDATE key_store SET state = 'active' WHERE kind = 1",
    )

    [problem] = rotated.problems()

    assert problem.startswith("open: a key in the key store did not authenticate")


def _exchange(vault: ScratchVault, table: str, column: str) -> None:
    [(one,), (other,)] = vault.query(f"SELECT {column} FROM {table} WHERE id IN (1, 2) ORDER BY id")
    free = f"UPDATE {table} SET {column} = randomblob(16) WHERE id IN (1, 2)"
    vault.attack(free, _SWAP.format(table, column, other.hex(), one.hex()))
    vault.reopen()


def test_an_import_writes_nothing_into_chats_whose_tags_were_exchanged(
    vault: ScratchVault,
) -> None:
    _exchange(vault, "conversations", "external_tag")
    grown = [
        replace(c, updated_at_ms=1_800_000_000_000, title=f"{c.title}, later")
        for c in first_export()
    ]

    report = vault.bring(*grown, account_name=ACCOUNT)

    assert report.skipped_count == 2
    assert {trouble.where for trouble in report.skipped} == {
        "«Two files, later»",
        "«Two answers, later»",
    }
    assert all("run `privatus check`" in trouble.reason for trouble in report.skipped)
    assert report.counts.conversations_updated == 1
    found = vault.problems()
    assert [problem for problem in found if "conversation 1:" in problem]


def test_an_import_writes_nothing_under_accounts_whose_tags_were_exchanged(
    vault: ScratchVault,
) -> None:
    other = conversation(message(1, "Hello"), external_id="other", account="another account")
    vault.bring(other)
    _exchange(vault, "accounts", "tag")
    new = [
        conversation(message(1, "Words"), external_id="new", account=ACCOUNT, title="Mine"),
        conversation(message(1, "Words"), external_id="newer", title="Nobody's"),
    ]

    report = vault.bring(*new)

    assert [trouble.where for trouble in report.skipped] == ["«Mine»"]
    assert report.counts.conversations_new == 1
    assert "conversations: accounts" in " ".join(vault.problems())


def test_what_changes_in_use_stays_whole(vault: ScratchVault) -> None:
    whole = first_export()[:1]
    before = vault.all()["branched"]
    vault.vault.conversations.append(before.id or "", before.messages[0].role, "One more")

    vault.bring(*whole, account_name=ACCOUNT, is_whole=True)

    after = vault.all()["branched"]
    assert said(after) == [*said(before), "One more"]
    assert after.active == len(after.messages)
    assert vault.problems() == []
