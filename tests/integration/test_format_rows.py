"""Every row of a vault opens by what docs/vault-format.md says of it, without our code."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator

import pytest

from privatus.bootstrap import Vault
from support.filled import ACCOUNT, filled_vault
from support.format_by_hand import hkdf_expand, numbers, open_header, open_key, open_row
from support.vaults import PASSWORD, ScratchVault

_MESSAGES = """
    SELECT c.key_id, {id}, conversation_id, number, parent_number, role, m.created_at_ms, revision,
           m.model_id, flags & ~2,
           coalesce(content_sealed, (SELECT l.content_sealed FROM message_content AS l
                                      WHERE l.message_id = {id} AND l.revision = m.revision)),
           m.seal
      FROM {table} AS m JOIN conversations AS c ON c.id = m.conversation_id
"""
_CONVERSATIONS = """
    SELECT key_id, id, public_id, external_tag, digest, account_id, version, model_id,
           created_at_ms, updated_at_ms, sort_at_ms, imported_at_ms, deleted_at_ms, is_archived,
           is_starred, is_missing, message_count, active_number, kind, source,
           title_sealed, details_sealed, seal
      FROM conversations
"""
_VERSIONS = """
    SELECT c.key_id, v.id, conversation_id, number, v.created_at_ms, added, changed, missing, actor,
           v.details_sealed, v.seal
      FROM chat_versions AS v JOIN conversations AS c ON c.id = v.conversation_id
"""

_CHAT_TAGS = """
    SELECT c.key_id, t.id, tag_id, conversation_id, message_number, rule_id, added_at_ms, actor,
           t.seal
      FROM chat_tags AS t JOIN conversations AS c ON c.id = t.conversation_id
     ORDER BY t.id
"""


_ANNOTATIONS = """
    SELECT c.key_id, a.id, conversation_id, message_number, revision, a.created_at_ms,
           a.details_sealed, a.seal
      FROM annotations AS a JOIN conversations AS c ON c.id = a.conversation_id
     ORDER BY a.id
"""
_MARKS = """
    SELECT c.key_id, conversation_id, value, set_at_ms, mark, m.seal
      FROM conversation_marks AS m JOIN conversations AS c ON c.id = m.conversation_id
     ORDER BY conversation_id, mark
"""


class _ByHand:
    """The keys of a vault, taken out of its header and its key_store by hand."""

    def __init__(self, vault: ScratchVault) -> None:
        raw = (vault.folder / "vault.pvh.a").read_bytes()
        self.vault_id = raw[16:32]
        vault_key, *_ = open_header(raw, password=PASSWORD)
        wrapping = hkdf_expand(vault_key, b"privatus/v1/scope-wrap")
        rows = vault.query(
            "SELECT id, kind, coalesce(parent_id, 0), state, wrapped_key FROM key_store"
        )
        states = {"active": 1, "retired": 2}
        self.scopes = {
            row_id: open_key(wrapping, wrapped, self.vault_id, (row_id, 1, 0, states[state]))
            for row_id, kind, _, state, wrapped in rows
            if kind == 1
        }
        self.containers = {
            row_id: open_key(
                hkdf_expand(self.scopes[parent], b"privatus/v1/container-wrap"),
                wrapped,
                self.vault_id,
                (row_id, 2, parent, states[state]),
            )
            for row_id, kind, parent, state, wrapped in rows
            if kind == 2
        }

    def row(
        self, key_id: int, table: int, row_id: int, clear: bytes, row: list[bytes]
    ) -> list[bytes]:
        return open_row(self.containers[key_id], self.vault_id, (table, row_id), clear, row)

    def plain_row(self, table: int, row_id: int, clear: bytes, row: list[bytes]) -> list[bytes]:
        """Open a row of a table that belongs to no conversation."""
        scope = self.scopes[int.from_bytes(row[-1][1:5], "little")]
        key = hkdf_expand(scope, b"privatus/v1/table" + table.to_bytes(2, "little"))
        return open_row(key, self.vault_id, (table, row_id), clear, row)

    def tag(self, purpose: bytes, value: bytes) -> bytes:
        key = hkdf_expand(self.scopes[1], b"privatus/v1/tag")
        return hashlib.blake2b(value, key=key, person=purpose, digest_size=16).digest()


@pytest.fixture(scope="module", params=["as made", "with new keys"])
def vault(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[ScratchVault]:
    made = filled_vault(tmp_path_factory.mktemp("format") / "vault")
    made.vault.saved_searches.save("Mine", "garden", "newest")
    chat = next(c for c in made.vault.conversations.list() if c.title == "Garden")
    made.vault.tags.add("home/garden", chat.id, f"{chat.id}.1")
    made.vault.tags.colour("home/garden", "green")
    made.vault.tags.rules.add("home/garden", "in:title Garden")
    made.vault.tags.remove("home/garden", chat.id)
    made.vault.annotations.add(chat.id, "all of it")
    files = next(c for c in made.vault.conversations.list() if c.title == "Two files")
    made.vault.annotations.add(f"{files.id}.1", "so", quote="at", colour="green")
    if request.param == "with new keys":
        made.vault.lock()
        Vault.rotate(made.folder, PASSWORD)
        made = ScratchVault(made.folder, Vault.open(made.folder, PASSWORD))
    yield made
    made.vault.lock()


def test_conversations_open_by_hand(vault: ScratchVault) -> None:
    hand, titles = _ByHand(vault), []
    for key_id, row_id, public_id, tag, digest, *rest in vault.query(_CONVERSATIONS):
        clear = public_id + tag + digest + numbers(*rest[:13]) + f"{rest[13]}\0{rest[14]}".encode()
        title, details = hand.row(key_id, 2, row_id, clear, rest[15:])
        titles.append(title.decode())
        assert details.startswith(b"{")

    assert titles == ["Two files", "Three answers", "Garden"]


@pytest.mark.parametrize(
    ("table", "row_id", "expected"),
    [("messages", "m.id", 7), ("messages_history", "message_id", 1)],
)
def test_messages_and_what_they_were_open_by_hand(
    vault: ScratchVault, table: str, row_id: str, expected: int
) -> None:
    hand = _ByHand(vault)
    rows = vault.query(_MESSAGES.format(table=table, id=row_id))
    contents = [
        hand.row(key_id, 3, message_id, numbers(*rest[:8]), rest[8:])[0]
        for key_id, message_id, *rest in rows
    ]

    assert len(contents) == expected
    assert any(b"nother answer" in c or b"A question" in c for c in contents)


def test_what_changed_opens_by_hand(vault: ScratchVault) -> None:
    [(key_id, row_id, *rest)] = vault.query(_VERSIONS)
    clear = numbers(*rest[:6]) + rest[6].encode()

    [details] = _ByHand(vault).row(key_id, 5, row_id, clear, rest[7:])

    assert b'"Two answers"' in details


def test_marks_are_bound_by_hand(vault: ScratchVault) -> None:
    hand, found = _ByHand(vault), []
    for key_id, row_id, value, set_at_ms, mark, seal in vault.query(_MARKS):
        clear = numbers(value, set_at_ms) + mark.encode()
        assert hand.row(key_id, 11, row_id, clear, [seal]) == []
        found.append((row_id, mark, value))

    assert found == [(1, "pinned", 1), (1, "starred", 0), (2, "unread", 1)]


def test_accounts_models_searches_and_the_log_open_by_hand(vault: ScratchVault) -> None:
    hand = _ByHand(vault)
    tag = hand.tag(b"account", f"claude\0{ACCOUNT}".encode())
    accounts = vault.query("SELECT id, name_sealed, seal FROM accounts WHERE tag = ?", (tag,))
    models = vault.query("SELECT id, name_sealed, seal FROM models")
    searches = vault.query("SELECT id, saved_at_ms, details_sealed, seal FROM saved_searches")
    log = vault.query("SELECT id, at_ms, action, details_sealed, seal FROM audit_log ORDER BY id")

    assert [hand.plain_row(1, i, tag + b"claude", row) for i, *row in accounts] == [
        [ACCOUNT.encode()]
    ]
    assert [hand.plain_row(8, i, b"", row) for i, *row in models] == [[b"claude-9"]]
    [[search]] = [hand.plain_row(7, i, numbers(at), row) for i, at, *row in searches]
    assert b'"Mine"' in search
    details = [
        hand.plain_row(6, i, numbers(at) + action.encode(), row)[0] for i, at, action, *row in log
    ]
    assert details[0] == b'{"header":1}'


def test_tags_and_what_has_them_open_by_hand(vault: ScratchVault) -> None:
    hand = _ByHand(vault)
    tags = vault.query("SELECT id, created_at_ms, details_sealed, seal FROM tags")
    given = vault.query(_CHAT_TAGS)

    [[details]] = [hand.plain_row(9, i, numbers(at), row) for i, at, *row in tags]
    assert details == b'{"name":"home/garden","colour":"green"}'
    assert [row[4] for row in given] == [1]
    for key_id, row_id, *rest in given:
        assert hand.row(key_id, 10, row_id, numbers(*rest[:5]) + rest[5].encode(), rest[6:]) == []
        with pytest.raises(AssertionError):
            hand.row(key_id, 10, row_id, numbers(*rest[:5]) + b"rule", rest[6:])


def test_a_rule_that_gives_a_tag_opens_by_hand(vault: ScratchVault) -> None:
    hand = _ByHand(vault)
    rules = vault.query("SELECT id, tag_id, created_at_ms, details_sealed, seal FROM tag_rules")
    [[public_id]] = vault.query("SELECT public_id FROM conversations WHERE kind = 'document'")

    [[details]] = [hand.plain_row(12, i, numbers(tag, at), row) for i, tag, at, *row in rules]

    expected = f'{{"query":"in:title Garden","exceptions":["{public_id.hex()}"]}}'
    assert details == expected.encode()


def test_annotations_open_by_hand(vault: ScratchVault) -> None:
    hand, found = _ByHand(vault), []
    for key_id, row_id, *rest in vault.query(_ANNOTATIONS):
        [details] = hand.row(key_id, 13, row_id, numbers(*rest[:4]), rest[4:])
        found.append((rest[1:3], json.loads(details)))
        with pytest.raises(AssertionError):
            hand.row(key_id, 13, row_id, numbers(*rest[:3], 0), rest[4:])

    passage = {"start": 5, "quote": "at", "prefix": "Look ", "suffix": " these"}
    assert found == [
        ([None, None], {"text": "all of it"}),
        ([1, 1], {"text": "so", "colour": "green", "passage": passage}),
    ]


def test_former_vault_keys_open_by_hand(vault: ScratchVault) -> None:
    hand = _ByHand(vault)
    rows = vault.query("SELECT id, retired_at_ms, key_sealed, seal FROM former_keys")
    kept = vault.reopen()._store.former_vault_keys()

    found = [hand.plain_row(26, epoch, numbers(at), row) for epoch, at, *row in rows]

    assert found == [[bytes(key.reveal())] for key in kept]
    assert [epoch for epoch, *_ in rows] == list(range(1, len(hand.scopes)))
