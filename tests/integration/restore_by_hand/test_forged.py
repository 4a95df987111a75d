"""What only somebody with the vault's keys can write, and no program of ours does, is refused."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path
from typing import Any

import pytest

from privatus.backup import manifest, packs
from privatus.backup.reading import ChunkReader
from privatus.backup.recovering import whole_index
from privatus.backup.restoring import restore_all
from privatus.core.errors import PrivatusError, TamperedError
from privatus.core.jobs import Job
from privatus.core.secret import SecretBytes
from privatus.services.backups.restoring import restore
from privatus.vault.repository_keys import RepositoryKeys
from support import backup_vectors
from support.backup_writer import MANIFEST, PAGE, Writer
from support.headers import HeaderVault, flip_bit, with_checksum
from support.own_backups import opened_by
from support.restoring import Bench


def _the_manifest(bench: Bench) -> Path:
    (path,) = (bench.repository / "snapshots").iterdir()
    return path


def _replace_manifest(writer: Writer, bench: Bench, **said: Any) -> None:
    path = _the_manifest(bench)
    manifest = writer.read_manifest(path)
    path.unlink()
    writer.publish(manifest | said)


def _is_refused(bench: Bench, sentence: str) -> None:
    done = bench.run(to=bench.folder / "new")
    assert done.code == 1
    assert sentence in " ".join(done.complaints)
    with pytest.raises(PrivatusError):
        restore(str(bench.repository), bench.folder / "ours", "old password")
    assert not (bench.folder / "new").exists()
    assert not (bench.folder / "ours").exists()


def _is_no_backup_of_ours(bench: Bench) -> None:
    """Check that it is refused before anybody tries to open the database."""
    with opened_by(bench.repository, password="old password") as (repository, _):
        snapshots, problems = repository.snapshots()
        assert bool(snapshots) != bool(problems)
        for snapshot in snapshots:
            reader = ChunkReader(repository, whole_index(repository))
            with pytest.raises(TamperedError):
                restore_all(reader, snapshot.manifest, bench.folder / "raw", Job())


def test_a_chunk_under_the_id_of_another(
    writer: Writer, made_up: HeaderVault, bench: Bench
) -> None:
    content = (made_up.folder / "vault.db").read_bytes()
    first, second = (content[start : start + 16_384] for start in (0, 16_384))
    chunk_id = writer.keys.chunk_id(PAGE, first)
    pack_id = bytes(32)
    writer.put(f"data/00/{pack_id.hex()}", writer.pack(pack_id, [(chunk_id, PAGE, second)]))
    writer.known.add(chunk_id)
    writer.back_up(made_up.folder, 1)

    _is_refused(bench, f"{pack_id.hex()} is damaged or missing")


def test_a_manifest_under_the_name_of_another_backup(
    writer: Writer, made_up: HeaderVault, bench: Bench
) -> None:
    writer.back_up(made_up.folder, 1)
    path = _the_manifest(bench)
    payload = writer.open_object(path)
    path.unlink()
    name = f"snapshots/{2:010d}-{path.name[11:]}"
    writer.put_sealed(name, MANIFEST, payload)

    _is_refused(bench, f"{name} says that it is another backup")
    _is_no_backup_of_ours(bench)


@pytest.mark.parametrize(("key", "value"), [("repository", "00" * 16), ("format", 2)])
def test_a_manifest_of_another_repository_or_format(
    writer: Writer, made_up: HeaderVault, bench: Bench, key: str, value: object
) -> None:
    writer.back_up(made_up.folder, 1)
    _replace_manifest(writer, bench, **{key: value})

    _is_refused(bench, "says that it is another backup")


def test_a_database_that_is_not_the_one_of_the_manifest(
    writer: Writer, made_up: HeaderVault, bench: Bench
) -> None:
    writer.back_up(made_up.folder, 1)
    said = writer.read_manifest(_the_manifest(bench))["database"]
    sha256 = hashlib.sha256(b"another").hexdigest()
    _replace_manifest(writer, bench, database=said | {"sha256": sha256})

    _is_refused(bench, "is not what was backed up")
    _is_no_backup_of_ours(bench)


def test_a_backup_that_lacks_a_file(writer: Writer, made_up: HeaderVault, bench: Bench) -> None:
    writer.back_up(made_up.folder, 1)
    said = writer.read_manifest(_the_manifest(bench))["files"]
    _replace_manifest(writer, bench, files=said | {"count": said["count"] + 1})

    _is_refused(bench, "lacks files that it should hold")
    _is_no_backup_of_ours(bench)


def test_a_database_of_another_header(writer: Writer, made_up: HeaderVault, bench: Bench) -> None:
    path = made_up.folder / "vault.db"
    path.write_bytes(flip_bit(path.read_bytes(), 3))
    writer.back_up(made_up.folder, 1)

    _is_refused(bench, "do not belong together")


def test_a_header_that_was_changed(writer: Writer, made_up: HeaderVault, bench: Bench) -> None:
    writer.back_up(made_up.folder, 1)
    # The sequence number: nothing else than the HMAC holds it.
    changed = with_checksum(flip_bit(made_up.raw, 8 * 33))
    _replace_manifest(writer, bench, header=base64.b64encode(changed).decode())

    _is_refused(bench, "was changed by somebody without its key")


def test_a_backup_that_another_one_took_the_place_of(
    writer: Writer, made_up: HeaderVault, bench: Bench
) -> None:
    first = writer.back_up(made_up.folder, 1)
    path = _the_manifest(bench)
    said = writer.read_manifest(path)
    writer.back_up(made_up.folder, 2)
    path.unlink()
    writer.publish(said | {"made_at_ms": 5})

    (complaint,) = bench.run().complaints
    assert complaint.startswith(f"warning: backup {first} is not the one")


def test_a_pack_with_room_for_something_else() -> None:
    writer = backup_vectors.fixed_writer(Path())
    keys = RepositoryKeys(writer.repository_id, [SecretBytes(key) for key in writer.vault_keys])
    raw = writer.pack(bytes(32), [(writer.keys.chunk_id(PAGE, b"page"), PAGE, b"page")])
    assert packs.read_list(keys, bytes(32), raw).size_bytes == len(raw)

    with pytest.raises(TamperedError):
        packs.read_list(keys, bytes(32), raw[:8] + b"room" + raw[8:])


def test_a_manifest_that_is_cut_short_by_a_byte() -> None:
    payload = bytes.fromhex(backup_vectors.frozen()["objects"][1]["payload"])

    with pytest.raises(TamperedError):
        manifest.decode(payload[:-1])


def test_the_order_in_a_pack_is_that_of_keyed_ids(writer: Writer, bench: Bench) -> None:
    with opened_by(bench.repository, password="old password") as (repository, _):
        chunks = [(n.to_bytes(32, "big"), PAGE, b"page") for n in reversed(range(64))]
        pack, _ = packs.seal_pack(repository.keys, chunks)

    assert [chunk_id for chunk_id, _, _ in pack.entries] == sorted(one for one, _, _ in chunks)
