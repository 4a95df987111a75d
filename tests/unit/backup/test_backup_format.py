"""The format of backups is what docs/backup-format.md says, and stays it."""

from __future__ import annotations

import base64
from pathlib import Path

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
