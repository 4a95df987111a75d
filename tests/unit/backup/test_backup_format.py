"""The format of backups is what docs/backup-format.md says, and stays it."""

from __future__ import annotations

import base64
import zlib
from collections.abc import Iterator
from operator import itemgetter
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from privatus.backup import index, layout, manifest, marks, packs
from privatus.backup.layout import ObjectKind
from privatus.backup.marks import Lock, Pin, Tombstone
from privatus.core.secret import SecretBytes
from privatus.vault import key_object, recovery_code
from privatus.vault.repository_keys import RepositoryKeys
from privatus.vault.slots import SlotType
from support import backup_vectors
from support.backup_writer import Keys

_PAGE = Path(__file__).resolve().parents[3] / "docs" / "backup-format.md"


def test_the_second_writer_still_makes_the_fixed_bytes() -> None:
    frozen = backup_vectors.frozen()
    repository = frozen.pop("repository")

    assert backup_vectors.vectors() == frozen
    assert {name.partition("/")[0] for name in repository} == {
        "config", "keys", "data", "index", "snapshots",
    }  # fmt: skip


def test_what_the_page_works_out_is_so() -> None:
    frozen = backup_vectors.frozen()
    page = _PAGE.read_text(encoding="utf-8")
    example = page[page.index("## Worked example") :]
    keys = Keys(bytes.fromhex(frozen["vault_keys"][1]), bytes.fromhex(frozen["repository_id"]))

    for value in (
        keys.vault_key,
        keys.master,
        keys.id_key,
        keys.keys_key,
        keys.chunk_id(2, b"a piece of a file"),
        keys.pack_key(bytes(32)),
        keys.object_key("index/" + "0" * 32),
    ):
        assert value.hex() in example
    assert len(bytes.fromhex(frozen["pack"]["raw"])) == 625
    assert len(base64.b64decode(frozen["repository"]["config"])) == 124


@pytest.fixture(scope="module")
def frozen() -> dict[str, Any]:
    return backup_vectors.frozen()


@pytest.fixture
def keys(frozen: dict[str, Any]) -> Iterator[RepositoryKeys]:
    vault_keys = [SecretBytes(bytes.fromhex(key)) for key in frozen["vault_keys"]]
    keys = RepositoryKeys(bytes.fromhex(frozen["repository_id"]), vault_keys)
    yield keys
    keys.wipe()


def test_our_config_is_the_fixed_one(frozen: dict[str, Any]) -> None:
    config = layout.parse_config(bytes.fromhex(frozen["config"]))

    assert config.repository_id.hex() == frozen["repository_id"]
    assert config.pack().hex() == frozen["config"]


@pytest.mark.parametrize("slot_type", SlotType)
def test_our_keys_come_out_of_the_fixed_key_object(
    frozen: dict[str, Any], slot_type: SlotType
) -> None:
    code = recovery_code.decode(frozen["recovery_code"])
    is_code = slot_type is SlotType.RECOVERY
    secret = code if is_code else SecretBytes.from_text(frozen["password"])
    config = bytes.fromhex(frozen["config"])

    found = key_object.parse(bytes.fromhex(frozen["key_object"])).open(
        config, bytes.fromhex(frozen["repository_id"]), secret, slot_type
    )

    assert [bytes(key.reveal()).hex() for key in found] == frozen["vault_keys"]


def test_our_chunks_have_the_fixed_ids(frozen: dict[str, Any], keys: RepositoryKeys) -> None:
    for chunk in frozen["chunks"]:
        plain, chunk_id = bytes.fromhex(chunk["plain"]), bytes.fromhex(chunk["id"])

        assert keys.is_chunk(chunk["epoch"], chunk_id, chunk["kind"], plain)
        assert not keys.is_chunk(chunk["epoch"], chunk_id, chunk["kind"] + 1, plain)
        if chunk["epoch"] == keys.epoch:
            assert keys.chunk_id(chunk["kind"], plain) == chunk_id


def test_we_open_the_fixed_pack(frozen: dict[str, Any], keys: RepositoryKeys) -> None:
    raw = bytes.fromhex(frozen["pack"]["raw"])

    pack = packs.read_list(keys, bytes.fromhex(frozen["pack"]["id"]), raw)

    assert [
        {"epoch": 2, "kind": kind, "plain": plain.hex(), "id": chunk_id.hex()}
        for chunk_id, kind, plain in backup_vectors.opened(keys, pack, raw)
    ] == sorted((one for one in frozen["chunks"] if one["epoch"] == 2), key=itemgetter("id"))


def test_we_open_the_fixed_objects_of_each_kind(
    frozen: dict[str, Any], keys: RepositoryKeys
) -> None:
    assert [one["kind"] for one in frozen["objects"]] == list(ObjectKind)
    for one in frozen["objects"]:
        payload = keys.open_object(one["name"], one["kind"], bytes.fromhex(one["raw"]))

        assert payload.hex() == one["payload"]


def test_our_index_reads_and_writes_as_the_fixed_one(frozen: dict[str, Any]) -> None:
    payload = bytes.fromhex(frozen["objects"][0]["payload"])

    superseded, found = index.decode(payload)

    assert superseded == [bytes(16), b"\xff" * 16]
    assert list(index.encode(found, superseded)) == [payload]


def test_our_manifest_reads_and_writes_as_the_fixed_one(frozen: dict[str, Any]) -> None:
    payload = bytes.fromhex(frozen["objects"][1]["payload"])
    signer = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(frozen["signer_seed"]))

    signed = manifest.decode(payload)
    again = manifest.encode(
        signed.manifest, lambda said: (signer.public_key().public_bytes_raw(), signer.sign(said))
    )

    signer.public_key().verify(signed.signature, signed.message)
    assert zlib.decompress(again) == zlib.decompress(payload)


@pytest.mark.parametrize(("number", "kind"), [(2, Tombstone), (3, Pin), (4, Lock)])
def test_our_small_objects_read_and_write_as_the_fixed_ones(
    frozen: dict[str, Any], number: int, kind: type[Tombstone | Pin | Lock]
) -> None:
    payload = bytes.fromhex(frozen["objects"][number]["payload"])

    assert marks.encode(marks.decode(payload, kind)) == payload
