"""The format is what docs/vault-format.md says, and stays it."""

from __future__ import annotations

import hashlib
import io
import json
from pathlib import Path
from typing import Any

import pytest

from privatus.core.secret import SecretBytes
from privatus.vault import unlock
from privatus.vault.blobs import blob_keys, open_blob, seal_blob
from privatus.vault.header_files import NAMES
from privatus.vault.kdf import KdfParameters
from support import format_by_hand
from support.headers import make_vault

_FROZEN = Path(__file__).resolve().parents[2] / "vectors" / "format-v1.json"


@pytest.fixture(scope="module")
def frozen() -> dict[str, Any]:
    return json.loads(_FROZEN.read_text(encoding="utf-8"))


def test_a_reader_written_from_the_description_opens_our_header(tmp_path: Path) -> None:
    vault = make_vault(
        tmp_path / "vault",
        password="pässword",
        parameters=KdfParameters(memory_kib=512, passes=2, lanes=3),
    )
    opened = vault.opened
    expected = (
        bytes(opened.vault_key.reveal()),
        bytes(opened.database_key.reveal()),
        opened.database_salt,
    )

    assert format_by_hand.open_header(vault.raw, password="pässword") == expected
    assert format_by_hand.open_header(vault.raw, code=vault.code) == expected


@pytest.mark.parametrize("size", [0, 1, 65_536, 200_000])
def test_a_reader_written_from_the_description_opens_our_attachments(size: int) -> None:
    content = bytes(number % 251 for number in range(size))
    digest = hashlib.sha256(content).digest()
    blob_key = SecretBytes(b"k" * 32)
    name, file_key = blob_keys(blob_key, digest)
    out = io.BytesIO()
    seal_blob(io.BytesIO(content), out, file_key)

    assert format_by_hand.open_blob(out.getvalue(), b"k" * 32, digest) == (name, content)


def test_a_header_of_the_first_version_opens_for_ever(
    frozen: dict[str, Any], tmp_path: Path
) -> None:
    header = frozen["header"]
    for name in NAMES:
        (tmp_path / name).write_bytes(bytes.fromhex(header["raw"]))

    for opened in (
        unlock.unlock(tmp_path, SecretBytes.from_text(header["password"])),
        unlock.unlock_with_recovery_code(tmp_path, header["recovery_code"]),
    ):
        assert opened.vault_id.hex() == header["vault_id"]
        assert opened.vault_key.reveal().hex() == header["vault_key"]
        assert opened.database_key.reveal().hex() == header["database_key"]
        assert opened.database_salt.hex() == header["database_salt"]


def test_an_attachment_of_the_first_version_opens_for_ever(
    frozen: dict[str, Any], tmp_path: Path
) -> None:
    blob = frozen["blob"]
    digest = hashlib.sha256(blob["plain"].encode()).digest()
    name, file_key = blob_keys(SecretBytes(bytes.fromhex(blob["blob_key"])), digest)
    path = tmp_path / name
    path.write_bytes(bytes.fromhex(blob["sealed"]))

    with open_blob(path, file_key) as stream:
        assert stream.read().decode() == blob["plain"]
    assert name == blob["name"]
