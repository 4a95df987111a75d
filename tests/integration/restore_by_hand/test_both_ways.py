"""What Privatus backs up the reader alone restores, and we what the second writer wrote."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from privatus.core.backup import BackupKind
from privatus.core.errors import AccessError, TamperedError
from support import backup_vectors
from support.backup_writer import Writer, make_config
from support.headers import HeaderVault
from support.own_backups import OwnBackups, opened_by, restore_newest
from support.restoring import Bench, contents, made_up_vault, writer_of


@pytest.fixture
def ours(made_up: HeaderVault, bench: Bench) -> OwnBackups:
    return OwnBackups(vault=made_up, root=bench.repository)


def test_the_reader_restores_every_backup_of_ours(
    ours: OwnBackups, made_up: HeaderVault, bench: Bench
) -> None:
    states = {}
    for number, kind in enumerate(2 * [BackupKind.INCREMENTAL, BackupKind.FULL]):
        (made_up.folder / "archives" / f"{number}.pva").write_bytes(b"x" * number)
        states[ours.back_up(kind).manifest.id] = contents(made_up.folder)

    listed = bench.run()

    assert listed.complaints == []
    assert [line.split()[0] for line in listed.said.splitlines()] == list(states)
    for backup_id, state in states.items():
        done = bench.run("old password", "--backup", backup_id, to=bench.folder / backup_id)
        assert (done.code, done.complaints) == (0, [])
        assert contents(bench.folder / backup_id) == state
    by_code = bench.run(made_up.code, "--recovery-code", to=bench.folder / "new")
    assert by_code.code == 0
    assert contents(bench.folder / "new") == contents(made_up.folder)
    assert (bench.folder / "new" / "vault.pvh.a").read_bytes() == made_up.raw


def test_the_reader_follows_our_change_of_the_password(
    ours: OwnBackups, made_up: HeaderVault, bench: Bench
) -> None:
    first = ours.back_up().manifest.id
    made_up.change_password("new password")
    ours.back_up()

    done = bench.run("new password", "--backup", first, to=bench.folder / "new")

    assert (done.code, done.complaints) == (0, [])
    restored = replace(made_up, folder=bench.folder / "new")
    assert restored.unlock("new password") == restored.unlock_with_code()
    assert bench.run("old password").complaints == ["error: the password or recovery code is wrong"]


def test_the_second_writer_goes_on_where_we_have_stopped(
    ours: OwnBackups, made_up: HeaderVault, bench: Bench
) -> None:
    first = ours.back_up()
    config = (bench.repository / "config").read_bytes()
    writer = Writer(
        root=bench.repository,
        repository_id=config[8:24],
        vault_id=made_up.opened.vault_id,
        vault_keys=[bytes(made_up.opened.vault_key.reveal())],
        header=made_up.raw,
        signer=ours.signer,
    )
    (made_up.folder / "blobs" / "0a" / "0new").write_bytes(b"new")
    second = writer.back_up(made_up.folder, 2)
    third = ours.back_up()

    parents = [[parent.id for parent in third.manifest.parents]]
    parents += [[p["id"] for p in writer.read_manifest(path)["parents"]]
                for path in bench.repository.glob(f"snapshots/*-{second}")]  # fmt: skip
    assert parents == [[second], [first.manifest.id]]
    assert third.manifest.new_chunks == 0
    assert bench.run().complaints == []


def test_we_restore_what_the_second_writer_has_written(
    writer: Writer, made_up: HeaderVault, bench: Bench
) -> None:
    for number in range(2):
        (made_up.folder / "archives" / f"{number}.pva").write_bytes(b"x" * number)
        backup_id = writer.back_up(made_up.folder, number)

    for number, secret in enumerate(({"password": "old password"}, {"code": made_up.code})):
        with opened_by(bench.repository, **secret) as (repository, side):
            snapshot = restore_newest(repository, bench.folder / f"new{number}")

            assert snapshot.manifest.id == backup_id
            assert side.header == made_up.raw
            assert contents(bench.folder / f"new{number}") == contents(made_up.folder)
            signer = Ed25519PublicKey.from_public_bytes(snapshot.signer)
            signer.verify(snapshot.signature, snapshot.message)


def test_we_open_no_repository_with_a_wrong_secret(
    writer: Writer, made_up: HeaderVault, bench: Bench
) -> None:
    writer.back_up(made_up.folder, 1)

    for secret in ({"password": "old passwore"}, {"code": "0" * 34}):
        with pytest.raises(AccessError), opened_by(bench.repository, **secret):
            pass


def test_we_restore_the_frozen_repository_of_the_first_version(
    bench: Bench, tmp_path: Path
) -> None:
    bench.lay_out_frozen()
    frozen = backup_vectors.frozen()
    backup_vectors.write_vault(tmp_path / "vault")
    (tmp_path / "vault" / "blobs" / "0a" / "0abc").write_bytes(b"another content")

    with opened_by(bench.repository, password=frozen["password"]) as (repository, side):
        restore_newest(repository, tmp_path / "new")

        assert [bytes(key.reveal()).hex() for key in side.vault_keys] == frozen["vault_keys"]
    assert contents(tmp_path / "new") == contents(tmp_path / "vault")


@pytest.mark.parametrize("is_gone", [False, True])
def test_an_index_that_was_lost_costs_no_backup_of_ours(
    ours: OwnBackups, made_up: HeaderVault, bench: Bench, is_gone: bool
) -> None:
    ours.back_up()
    (path,) = (bench.repository / "index").iterdir()
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    if is_gone:
        path.unlink()

    with opened_by(bench.repository, password="old password") as (repository, _):
        restore_newest(repository, bench.folder / "new")
    assert contents(bench.folder / "new") == contents(made_up.folder)
    # The next backup relies on nothing that only the lost one named.
    again = ours.back_up()
    assert again.manifest.new_chunks == again.manifest.chunks
    for pack in sorted(bench.repository.glob("data/*/*"), key=lambda one: one.stat().st_mtime)[:1]:
        pack.unlink()
    with opened_by(bench.repository, password="old password") as (repository, _):
        restore_newest(repository, bench.folder / "again")
    assert contents(bench.folder / "again") == contents(made_up.folder)


def test_a_config_of_somebody_else_costs_no_key_object(
    ours: OwnBackups, made_up: HeaderVault, bench: Bench
) -> None:
    ours.back_up()
    config = bench.repository / "config"
    genuine = config.read_bytes()
    config.write_bytes(make_config(bytes(16), made_up.opened.vault_id, 1))
    # The present header is in no key object now, so that none can be compared as it stands.
    made_up.change_password("new password")

    with pytest.raises(TamperedError):
        ours.back_up()

    config.write_bytes(genuine)
    assert bench.run("old password").complaints == []
    ours.back_up()
    assert bench.run("new password").complaints == []
    assert bench.run("old password").code == 1


def test_a_key_object_of_other_keys_stays(
    ours: OwnBackups, made_up: HeaderVault, bench: Bench
) -> None:
    ours.back_up()
    config = (bench.repository / "config").read_bytes()
    other = made_up_vault(bench.folder / "other")
    foreign = writer_of(other, bench.folder / "elsewhere")
    foreign.repository_id = config[8:24]
    (bench.repository / "keys" / ("0" * 32)).write_bytes(foreign.key_object())
    made_up.change_password("new password")

    ours.back_up()

    assert len(list((bench.repository / "keys").iterdir())) == 2
    assert bench.run("new password").code == 0
