"""An archive file is read by what docs/archive-format.md says of it, without our code."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import json
import zipfile

from privatus.core.archives import ArchiveWish
from support.curated import curate
from support.format_by_hand import (
    hkdf_expand,
    numbers,
    open_archive,
    open_header,
    open_key,
    open_row,
)
from support.vaults import PASSWORD, ScratchVault


def _container_key(vault: ScratchVault, key_id: int) -> tuple[bytes, bytes]:
    """Return the vault's id and the key of a conversation, taken from header and key_store."""
    raw = (vault.folder / "vault.pvh.a").read_bytes()
    vault_id = raw[16:32]
    vault_key, *_ = open_header(raw, password=PASSWORD)
    [(scope, wrapped_scope)] = vault.query("SELECT id, wrapped_key FROM key_store WHERE kind = 1")
    [(wrapped,)] = vault.query("SELECT wrapped_key FROM key_store WHERE id = ?", (key_id,))
    wrapping = hkdf_expand(vault_key, b"privatus/v1/scope-wrap")
    scope_key = open_key(wrapping, wrapped_scope, vault_id, (scope, 1, 0, 1))
    wrapping = hkdf_expand(scope_key, b"privatus/v1/container-wrap")
    return vault_id, open_key(wrapping, wrapped, vault_id, (key_id, 2, scope, 1))


def _columns(line: bytes) -> tuple[str, dict[str, object]]:
    table, columns = json.loads(line)
    return table, {
        name: base64.b64decode(value["base64"]) if isinstance(value, dict) else value
        for name, value in columns.items()
    }


def test_an_archive_file_opens_by_hand_with_all_its_rows(vault: ScratchVault) -> None:
    row_id = curate(vault)["plain"]
    vault.vault.archives.create(ArchiveWish(row_ids=[row_id]), format="csv")
    [path] = vault.folder.glob("archives/*.pva")
    [(key_id, file_name)] = vault.query("SELECT key_id, file_name FROM archived_conversations")
    vault_id, key = _container_key(vault, key_id)

    content = open_archive(path.read_bytes(), key)

    assert path.name == f"{file_name.hex()}.pva"
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        members = {name: archive.read(name) for name in archive.namelist()}
    manifest = json.loads(members.pop("manifest.json"))
    assert (manifest["format"], manifest["version"]) == ("privatus archive", 1)
    assert (manifest["vault"], manifest["key"]) == (vault_id.hex(), key_id)
    assert manifest["conversation"] == row_id
    assert manifest["members"] == {
        name: {"bytes": len(member), "sha256": hashlib.sha256(member).hexdigest()}
        for name, member in members.items()
    }
    readable = list(csv.DictReader(io.StringIO(members["messages.csv"].decode("utf-8-sig"))))
    assert [row["text"] for row in readable] == [
        "a question of plain with Zaunkönig", "an answer to plain"
    ]  # fmt: skip
    rows = [_columns(line) for line in members["rows.jsonl"].splitlines()]
    assert [table for table, _ in rows][:3] == ["conversations", "messages", "messages"]
    for said, (_, m) in zip(readable, rows[1:3], strict=True):
        names = ("conversation_id", "number", "parent_number", "role", "created_at_ms", "revision",
                 "model_id", "flags")  # fmt: skip
        clear = numbers(*(m[name] for name in names))  # type: ignore[arg-type]
        place = 3, int(str(m["id"]))
        [words] = open_row(key, vault_id, place, clear, [m["content_sealed"], m["seal"]])  # type: ignore[list-item]
        assert said["text"].encode() in words


def test_what_says_that_it_is_archived_opens_by_hand(vault: ScratchVault) -> None:
    row_id = curate(vault)["plain"]
    vault.vault.archives.create(ArchiveWish(row_ids=[row_id]))
    [path] = vault.folder.glob("archives/*.pva")
    [row] = vault.query(
        "SELECT key_id, public_id, external_tag, digest, file_name, account_id, size_bytes,"
        " is_remote, created_at_ms, sort_at_ms, archived_at_ms, message_count, state, format, kind,"
        " source, title_sealed, details_sealed, seal FROM archived_conversations"
    )
    key_id, *rest = row
    vault_id, key = _container_key(vault, key_id)

    clear = b"".join(rest[:4]) + numbers(key_id, *rest[4:11]) + "\0".join(rest[11:15]).encode()
    title, details = open_row(key, vault_id, (32, row_id), clear, rest[15:])

    assert title == b"Chat plain"
    said = json.loads(details)
    content = open_archive(path.read_bytes(), key)
    assert said == {"h": hashlib.sha256(content).hexdigest(), "w": "", "n": 0, "m": False}
