"""Who has the database key can change rows, but not without being noticed."""

from __future__ import annotations

import pytest

from privatus.core.errors import TamperedError
from support.vaults import ScratchVault


def test_a_vault_that_nobody_touched_is_whole(vault: ScratchVault) -> None:
    report = vault.check()

    assert [check.name for check in report.checks if not check.ok] == []
    details = {check.name: check.detail for check in report.checks}
    assert details["messages"] == "7 opened"
    assert details["history"] == "1 opened"
    assert details["attachments"] == "3 opened"
    assert details["files"] == "2 read"
    assert details["versions"] == "1 opened"
    assert details["log"] == "3 entries"


# What an attacker does with the database key, and what the check says of it.
_ROWS: dict[str, tuple[str, str]] = {
    "a text moved to another message": (
        "UPDATE messages SET (content_sealed, seal) ="
        " (SELECT content_sealed, seal FROM messages WHERE id = 4) WHERE id = 3",
        "messages: message 1 of conversation 2",
    ),
    "a text without its seal": (
        "UPDATE messages SET content_sealed ="
        " (SELECT content_sealed FROM messages WHERE id = 4) WHERE id = 3",
        "messages: message 1 of conversation 2",
    ),
    "a text set to nothing": (
        "UPDATE messages SET content_sealed = NULL WHERE id = 3",
        "messages: message 1 of conversation 2",
    ),
    "a text emptied": (
        "UPDATE messages SET content_sealed = x'' WHERE id = 3",
        "messages: message 1 of conversation 2",
    ),
    "a message at another time": (
        "UPDATE messages SET created_at_ms = created_at_ms - 1 WHERE id = 3",
        "messages: message 1 of conversation 2",
    ),
    "a message without a time": (
        "UPDATE messages SET created_at_ms = NULL WHERE id = 3",
        "messages: message 1 of conversation 2",
    ),
    "a message of another speaker": (
        "UPDATE messages SET role = 2 WHERE id = 3",
        "messages: message 1 of conversation 2",
    ),
    "a message that answers another": (
        "UPDATE messages SET parent_number = 2 WHERE id = 5",
        "messages: message 3 of conversation 2",
    ),
    "a message that answers nothing": (
        "UPDATE messages SET parent_number = NULL WHERE id = 5",
        "messages: message 3 of conversation 2",
    ),
    "a message under another number": (
        "UPDATE messages SET number = 8 WHERE id = 5",
        "messages: message 8 of conversation 2",
    ),
    "a message in another conversation": (
        "UPDATE messages SET conversation_id = 3, number = 9, parent_number = NULL WHERE id = 5",
        "messages: message 9 of conversation 3",
    ),
    "a message under another id": (
        "UPDATE messages SET id = 77 WHERE id = 5",
        "messages: message 3 of conversation 2",
    ),
    "a large text gone": (
        "DELETE FROM message_content",
        "messages: message 2 of conversation 1",
    ),
    "a large text changed": (
        "UPDATE message_content SET content_sealed = zeroblob(length(content_sealed))",
        "messages: message 2 of conversation 1",
    ),
    "a large text of another revision": (
        "UPDATE message_content SET revision = 2",
        "messages: message 2 of conversation 1",
    ),
    "a conversation begun at another time": (
        "UPDATE conversations SET created_at_ms = 1 WHERE id = 2",
        "conversations: conversation 2",
    ),
    "a conversation changed at another time": (
        "UPDATE conversations SET updated_at_ms = updated_at_ms + 1 WHERE id = 2",
        "conversations: conversation 2",
    ),
    "a conversation of another provider": (
        "UPDATE conversations SET source = 'chatgpt' WHERE id = 2",
        "conversations: conversation 2",
    ),
    "a conversation of another kind": (
        "UPDATE conversations SET kind = 'document' WHERE id = 2",
        "conversations: conversation 2",
    ),
    "a conversation of no account": (
        "UPDATE conversations SET account_id = NULL WHERE id = 2",
        "conversations: conversation 2",
    ),
    "a conversation under another public id": (
        "UPDATE conversations SET public_id = zeroblob(16) WHERE id = 2",
        "conversations: conversation 2",
    ),
    "a title of another conversation": (
        "UPDATE conversations SET title_sealed ="
        " (SELECT title_sealed FROM conversations WHERE id = 1) WHERE id = 2",
        "conversations: conversation 2",
    ),
    "title and details exchanged": (
        "UPDATE conversations SET title_sealed = details_sealed, details_sealed = title_sealed"
        " WHERE id = 2",
        "conversations: conversation 2",
    ),
    "an account renamed": (
        "UPDATE accounts SET name_sealed = zeroblob(30)",
        "conversations: accounts",
    ),
    "an account of another provider": (
        "UPDATE accounts SET source = 'chatgpt'",
        "conversations: accounts",
    ),
    "keys exchanged": (
        "UPDATE key_store SET wrapped_key = (SELECT o.wrapped_key FROM key_store AS o"
        " WHERE o.kind = 2 AND o.id = 5 - key_store.id) WHERE id IN (2, 3)",
        "conversations: conversation 1",
    ),
    "conversations under each other's key": (
        "UPDATE conversations SET key_id = CASE id WHEN 1 THEN 900 ELSE 800 END WHERE id IN (1, 2);"
        "UPDATE conversations SET key_id = CASE id WHEN 1 THEN 3 ELSE 2 END WHERE id IN (1, 2)",
        "conversations: conversation 1",
    ),
    "a key gone": ("DELETE FROM key_store WHERE id = 3", "references: conversations row 2"),
    "the scope's key gone": ("DELETE FROM key_store WHERE id = 1", "open: the vault's scope key"),
    "the scope's key changed": (
        "UPDATE key_store SET wrapped_key = zeroblob(60) WHERE id = 1",
        "open: a key in the key store",
    ),
    "an attachment renamed": (
        "UPDATE attachments SET details_sealed ="
        " (SELECT details_sealed FROM attachments WHERE id = 2) WHERE id = 1",
        "attachments: attachment 1",
    ),
    "an attachment of another message": (
        "UPDATE attachments SET message_id = 3 WHERE id = 1",
        "attachments: attachment 1",
    ),
    "an attachment in another place": (
        "UPDATE attachments SET position = 7 WHERE id = 1",
        "attachments: attachment 1",
    ),
    "an attachment of another revision": (
        "UPDATE attachments SET revision = 7 WHERE id = 1",
        "attachments: attachment 1",
    ),
    "an attachment of another size": (
        "UPDATE attachments SET size_bytes = 1 WHERE id = 1",
        "attachments: attachment 1",
    ),
    "an attachment with another file": (
        "UPDATE attachments SET blob_name ="
        " (SELECT blob_name FROM attachments WHERE id = 2) WHERE id = 1",
        "attachments: attachment 1",
    ),
    "an attachment without its file": (
        "UPDATE attachments SET blob_name = NULL WHERE id = 1",
        "attachments: attachment 1",
    ),
    "a former text changed": (
        "UPDATE messages_history SET content_sealed = zeroblob(40)",
        "history: a former message 3 of conversation 2",
    ),
    "a former text of another time": (
        "UPDATE messages_history SET created_at_ms = 5",
        "history: a former message 3 of conversation 2",
    ),
    "a former text of another speaker": (
        "UPDATE messages_history SET role = 4",
        "history: a former message 3 of conversation 2",
    ),
    "a former text of another message": (
        "UPDATE messages_history SET message_id = 1",
        "history: a former message 3 of conversation 2",
    ),
    "a former text gone": ("DELETE FROM messages_history", "counts: message 3 of conversation 2"),
    "a change in other numbers": (
        "UPDATE chat_versions SET added = added + 1",
        "versions: version 2 of conversation 2",
    ),
    "a change at another time": (
        "UPDATE chat_versions SET created_at_ms = 5",
        "versions: version 2 of conversation 2",
    ),
    "a change off the record": ("DELETE FROM chat_versions", "counts: conversation 2 is version 2"),
    "a message gone": (
        "DELETE FROM messages WHERE id = 6",
        "counts: conversation 3 says 1 messages and holds 0",
    ),
    "a message gone, and the count put right": (
        "DELETE FROM messages WHERE id = 6;"
        "UPDATE conversations SET message_count = 0, active_number = NULL WHERE id = 3",
        "index: the index does not hold message",
    ),
    "a conversation gone without a trace": (
        "DELETE FROM messages WHERE conversation_id = 3; DELETE FROM conversations WHERE id = 3;"
        "DELETE FROM key_store WHERE id = 4",
        "index: the index does not hold",
    ),
    "another branch shown, that is none": (
        "UPDATE conversations SET active_number = 55 WHERE id = 2",
        "counts: conversation 2 shows message 55 last",
    ),
    "an entry of the log changed": (
        "UPDATE audit_log SET action = 'nothing' WHERE id = 2",
        "log: entry 2",
    ),
    "an entry of the log at another time": (
        "UPDATE audit_log SET at_ms = at_ms + 1 WHERE id = 2",
        "log: entry 2",
    ),
    "an entry of the log with other details": (
        "UPDATE audit_log SET details_sealed = (SELECT o.details_sealed FROM audit_log AS o"
        " WHERE o.id = 3) WHERE id = 2",
        "log: entry 2",
    ),
    "an entry of the log gone": ("DELETE FROM audit_log WHERE id = 2", "log: entry 2"),
    "the first entry of the log gone": ("DELETE FROM audit_log WHERE id = 1", "log: entry 1"),
    "an entry of the log gone, and the gap closed": (
        "DELETE FROM audit_log WHERE id = 2; UPDATE audit_log SET id = 2 WHERE id = 3",
        "log: entry 2",
    ),
    "an entry of the log made up": (
        "INSERT INTO audit_log SELECT 4, at_ms, action, details_sealed, seal, chain FROM audit_log"
        " WHERE id = 3",
        "log: entry 4",
    ),
    "the whole log gone": ("DELETE FROM audit_log", "log: all entries are gone"),
}


@pytest.mark.parametrize("name", _ROWS)
def test_a_row_that_was_changed_is_named(vault: ScratchVault, name: str) -> None:
    statements, expected = _ROWS[name]

    assert vault.attack(*statements.split(";")) > 0

    assert any(problem.startswith(expected) for problem in vault.problems()), vault.problems()


def test_a_changed_message_is_not_shown_and_the_others_are(vault: ScratchVault) -> None:
    vault.attack("UPDATE messages SET role = 2 WHERE id = 3")
    opened = vault.reopen()
    by_title = {c.title: c.id for c in opened.conversations.list()}

    with pytest.raises(TamperedError):
        opened.conversations.get(by_title["Three answers"])

    assert len(opened.conversations.get(by_title["Two files"]).messages) == 2


@pytest.mark.parametrize(
    "statement",
    [
        "DROP TRIGGER messages_keep_former",
        "DROP INDEX attachments_by_blob",
        "CREATE TRIGGER forget AFTER INSERT ON messages BEGIN DELETE FROM messages_history; END",
        "ALTER TABLE messages ADD COLUMN note TEXT",
        "CREATE TABLE mine (x)",
    ],
)
def test_a_schema_that_was_changed_is_named(vault: ScratchVault, statement: str) -> None:
    with vault.database() as db:
        db.execute(statement)

    assert any(problem.startswith("structure:") for problem in vault.problems())


def test_a_whole_former_revision_put_back_is_noticed(vault: ScratchVault) -> None:
    vault.attack(
        "UPDATE messages SET (content_sealed, seal, revision) = (SELECT content_sealed, seal,"
        " revision FROM messages_history) WHERE id = (SELECT message_id FROM messages_history)",
    )

    assert any(problem.startswith("index:") for problem in vault.problems())
