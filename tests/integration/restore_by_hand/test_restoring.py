"""A backup comes back without Privatus: `docs/restore.py`, on what a second writer has written."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from privatus.bootstrap import Vault
from privatus.core.errors import AccessError, TamperedError
from privatus.core.secret import SecretBytes
from privatus.services.backups.restoring import restore
from privatus.vault import header, unlock
from privatus.vault.unlock import Opened
from support import backup_vectors, backup_writer, restoring
from support.backup_writer import Writer
from support.conversations import attachment, conversation, message
from support.headers import INSTANT, HeaderVault
from support.restoring import Bench, contents, made_up_vault, writer_of
from support.vaults import PASSWORD, ScratchVault

_BIG = bytes(range(256)) * 10_000


def test_it_needs_nothing_of_ours_and_little_else() -> None:
    statements = ast.walk(ast.parse(restoring.READER.read_bytes()))
    modules = {
        name.partition(".")[0]
        for node in statements
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in [getattr(node, "module", None) or node.names[0].name]
    }

    assert modules - set(sys.stdlib_module_names) == {"argon2", "cryptography"}


def test_where_what_it_needs_is_missing_it_says_what_to_install(tmp_path: Path) -> None:
    command = [sys.executable, "-I", "-S", restoring.READER, tmp_path]
    done = subprocess.run(command, capture_output=True, text=True, check=False)

    said = "error: argon2 is missing; run: pip install cryptography argon2-cffi\n"
    assert (done.returncode, done.stdout, done.stderr) == (1, "", said)


def test_a_vault_comes_back_and_opens_with_its_password(
    vault: ScratchVault, bench: Bench, tmp_path: Path
) -> None:
    said = message(1, "the treaty of Utrecht", attachments=(attachment("a.bin", _BIG),))
    vault.bring(conversation(said, "1713"))
    before = vault.all()
    opened = vault.vault._keys.opened
    header = HeaderVault(folder=vault.folder, opened=opened, code="", password=PASSWORD)
    writer = writer_of(header, bench.repository)
    vault.vault.lock()
    writer.start()
    backup_id = writer.back_up(vault.folder, 1_700_000_000_000)

    done = bench.run(PASSWORD, to=tmp_path / "restored")

    assert (done.code, done.complaints) == (0, [])
    assert backup_id in done.said
    assert contents(tmp_path / "restored") == contents(vault.folder)
    restored = ScratchVault(tmp_path / "restored", Vault.open(tmp_path / "restored", PASSWORD))
    assert restored.problems() == []
    assert restored.all().keys() == before.keys()
    assert [one.text for one in restored.only().messages] == [said.text, "1713"]
    restored.vault.lock()


def test_it_runs_alone_from_any_place(writer: Writer, made_up: HeaderVault, tmp_path: Path) -> None:
    writer.back_up(made_up.folder, 1)
    shutil.copy(restoring.READER, tmp_path / "alone.py")
    (tmp_path / "code").write_text(made_up.code.lower().replace("-", " "), encoding="utf-8")
    command = [sys.executable, "-I", "alone.py", "repository", "--to", "new", "--recovery-code"]

    done = subprocess.run(
        [*command, "--secret-file", "code"], cwd=tmp_path, capture_output=True, check=False
    )

    assert (done.returncode, done.stderr) == (0, b"")
    assert contents(tmp_path / "new") == contents(made_up.folder)
    assert {path.name for path in (tmp_path / "new").iterdir()} == {
        "vault.db", "vault.pvh.a", "vault.pvh.b", "blobs", "archives",
    }  # fmt: skip
    assert (tmp_path / "new").stat().st_mode & 0o077 == 0
    assert (tmp_path / "new" / "vault.db").stat().st_mode & 0o077 == 0


def test_the_frozen_repository_of_the_first_version_comes_back(bench: Bench) -> None:
    frozen = backup_vectors.frozen()
    bench.lay_out_frozen()
    backup_vectors.write_vault(bench.folder / "vault")
    (bench.folder / "vault" / "blobs" / "0a" / "0abc").write_bytes(b"another content")

    by_password = bench.run(frozen["password"], to=bench.folder / "new")
    by_code = bench.run(frozen["recovery_code"], "--recovery-code", to=bench.folder / "again")

    assert (by_password.code, by_code.code) == (0, 0)
    assert contents(bench.folder / "new") == contents(bench.folder / "vault")
    assert contents(bench.folder / "again") == contents(bench.folder / "vault")


def test_every_backup_comes_back_as_it_was(
    writer: Writer, made_up: HeaderVault, bench: Bench
) -> None:
    states = {}
    for number in range(3):
        (made_up.folder / "archives" / f"{number}.pva").write_bytes(b"x" * number)
        states[writer.back_up(made_up.folder, number)] = contents(made_up.folder)

    listed = bench.run()

    assert [line.split()[0] for line in listed.said.splitlines()] == list(states)
    assert listed.complaints == []
    for backup_id, state in states.items():
        done = bench.run("old password", "--backup", backup_id[:12], to=bench.folder / backup_id)
        assert done.code == 0
        assert contents(bench.folder / backup_id) == state


def test_a_former_backup_opens_with_the_password_of_today(
    writer: Writer, made_up: HeaderVault, bench: Bench
) -> None:
    writer.back_up(made_up.folder, 1)
    former = next((bench.repository / "keys").iterdir())
    writer_saw = writer.header
    made_up.change_password("new password")
    writer.header = made_up.raw
    writer.put_keys()

    assert bench.run("new password", to=bench.folder / "new").complaints == []
    restored = replace(made_up, folder=bench.folder / "new")
    assert restored.unlock("new password") == restored.unlock_with_code()
    with pytest.raises(AccessError):
        restored.unlock("old password")
    # The database knows this number; a higher one would make it look like an earlier copy.
    assert header.parse(restored.raw).sequence == header.parse(writer_saw).sequence
    # As long as the former key object is there, its password opens it; the reader says so.
    (complaint,) = bench.run("old password").complaints
    assert f"keys/{former.name} opened, and not keys/" in complaint
    former.unlink()
    assert bench.run("old password").complaints == ["error: the password or recovery code is wrong"]


def test_a_backup_under_former_keys_opens_with_the_password_of_today(
    writer: Writer, made_up: HeaderVault, bench: Bench
) -> None:
    first = writer.back_up(made_up.folder, 1)
    state = contents(made_up.folder)
    renewed = made_up_vault(bench.folder / "renewed")
    writer.vault_keys.append(bytes(renewed.opened.vault_key.reveal()))
    writer.header, new_code = _of_vault(renewed, made_up.opened.vault_id)
    for path in (bench.repository / "keys").iterdir():
        path.unlink()
    writer.put_keys()
    writer.back_up(renewed.folder, 2)

    then = bench.run("new password", "--backup", first, to=bench.folder / "then")
    by_code = bench.run(new_code, "--recovery-code", "--backup", first, to=bench.folder / "code")
    newest = bench.run("new password", to=bench.folder / "now")

    assert [one.code for one in (then, by_code, newest)] == [0, 0, 0]
    assert [one.complaints for one in (then, by_code, newest)] == [[], [], []]
    assert contents(bench.folder / "then") == contents(bench.folder / "code") == state
    by_then = replace(made_up, folder=bench.folder / "then")
    assert by_then.unlock("new password") == by_then.unlock_with_code() == made_up.opened
    by_today = replace(made_up, folder=bench.folder / "code", code=new_code)
    assert by_today.unlock("old password") == by_today.unlock_with_code() == made_up.opened
    assert contents(bench.folder / "now") == contents(renewed.folder)
    assert (bench.folder / "now" / "vault.pvh.b").read_bytes() == writer.header


def _of_vault(other: HeaderVault, vault_id: bytes) -> tuple[bytes, str]:
    """Return header and recovery code for the keys of *other*, as of the vault with this id."""
    opened = Opened(
        vault_id=vault_id,
        vault_key=other.opened.vault_key,
        database_key=other.opened.database_key,
        database_salt=other.opened.database_salt,
    )
    secret = SecretBytes.from_text("new password")
    return unlock._new_header(opened, secret, INSTANT, sequence=9)


def test_a_damaged_chunk_comes_from_another_pack_that_has_it(
    writer: Writer, made_up: HeaderVault, bench: Bench
) -> None:
    writer.back_up(made_up.folder, 1)
    packs = sorted(bench.repository.glob("data/*/*"))
    writer.known.clear()  # as a full backup does
    writer.back_up(made_up.folder, 2)
    for pack in packs:
        pack.write_bytes(pack.read_bytes()[:8] + bytes(500) + pack.read_bytes()[508:])

    done = bench.run(to=bench.folder / "new")

    assert done.code == 0
    assert contents(bench.folder / "new") == contents(made_up.folder)


def test_an_index_that_was_lost_is_no_loss(
    writer: Writer, made_up: HeaderVault, bench: Bench
) -> None:
    writer.back_up(made_up.folder, 1)
    shutil.rmtree(bench.repository / "index")

    assert bench.run(to=bench.folder / "new").code == 0
    assert contents(bench.folder / "new") == contents(made_up.folder)


@pytest.mark.parametrize(
    ("secret", "arguments", "sentence"),
    [
        ("another", [], "the password or recovery code is wrong"),
        ("K7QX", ["--recovery-code"], "a recovery code has 34 letters and digits, and never a U;"),
        ("0" * 33 + "1", ["--recovery-code"], "the recovery code has a typing mistake;"),
        ("0" * 34, ["--recovery-code"], "the password or recovery code is wrong"),
        ("old password", ["--backup", "xyz"], "there is no such backup;"),
    ],
)
def test_what_a_person_gets_wrong_is_said_in_a_sentence(
    writer: Writer,
    made_up: HeaderVault,
    bench: Bench,
    secret: str,
    arguments: list[str],
    sentence: str,
) -> None:
    writer.back_up(made_up.folder, 1)

    done = bench.run(secret, *arguments, to=bench.folder / "new")

    assert done.code == 1
    assert len(done.complaints) == 1
    assert done.complaints[0].startswith(f"error: {sentence}")
    assert not (bench.folder / "new").exists()


def test_a_folder_that_is_there_is_never_written_to(
    writer: Writer, made_up: HeaderVault, bench: Bench
) -> None:
    writer.back_up(made_up.folder, 1)
    before = contents(made_up.folder)

    done = bench.run(to=made_up.folder)

    assert done.complaints == [
        f"error: {made_up.folder} is there already; name a folder that is not"
    ]
    assert contents(made_up.folder) == before


@pytest.mark.parametrize("name", ["config", "keys", "data", "snapshots"])
def test_what_is_missing_is_said_and_nothing_is_restored(
    writer: Writer, made_up: HeaderVault, bench: Bench, name: str
) -> None:
    writer.back_up(made_up.folder, 1)
    (bench.repository / name).rename(bench.folder / "away")

    done = bench.run(to=bench.folder / "new")

    assert done.code == 1
    assert done.complaints[-1].startswith("error: ")
    assert sorted(path.name for path in bench.folder.iterdir()) == [
        "away", "repository", "secret", "vault",
    ]  # fmt: skip


def test_names_that_lead_out_of_the_vault_are_refused(
    writer: Writer, made_up: HeaderVault, bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in (
        "blobs/../../outside",
        "/blobs/x",
        "vault.db",
        "blobs//x",
        "blobs/a\\b",
        "blobs/.",
        "archives/ä",
    ):
        shutil.rmtree(bench.repository)
        hostile = writer_of(made_up, bench.repository)
        hostile.start()
        _with_file_called(hostile, made_up.folder, name, monkeypatch)

        done = bench.run(to=bench.folder / "new")

        assert done.code == 1, name
        assert "a file of a name that no vault has" in done.complaints[0]
        assert not (bench.folder / "new").exists()
        assert not (bench.folder.parent / "outside").exists()


def _with_file_called(
    writer: Writer, vault: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    catalogue = backup_writer._NewChunks.catalogue
    with monkeypatch.context() as patch:
        patch.setattr(
            backup_writer._NewChunks,
            "catalogue",
            lambda self, _: catalogue(self, {name: b"content"}),
        )
        writer.back_up(vault, 1)


def test_a_backup_that_somebody_took_away_is_missed(
    writer: Writer, made_up: HeaderVault, bench: Bench
) -> None:
    kept, dropped, last = (writer.back_up(made_up.folder, number) for number in range(3))
    writer.drop(dropped, 4)

    assert bench.run().complaints == []
    # Its child was dropped; the tombstone of that one still names it.
    next((bench.repository / "snapshots").glob(f"*-{kept}")).unlink()
    taken = bench.run()

    assert taken.complaints == [
        f"warning: backup {kept} was taken away by somebody without the keys"
    ]
    assert taken.said.split()[0] == last


def test_a_dropped_backup_that_was_put_back_is_told_and_not_the_newest(
    writer: Writer, made_up: HeaderVault, bench: Bench
) -> None:
    first, second = (writer.back_up(made_up.folder, number) for number in range(2))
    path = next((bench.repository / "snapshots").glob(f"*-{second}"))
    raw = path.read_bytes()
    writer.drop(second, 3)
    path.write_bytes(raw)

    done = bench.run()

    assert done.complaints == [f"warning: backup {second} was dropped, and is there all the same"]
    assert done.said.splitlines()[-1].startswith(first)


def test_a_backup_in_the_place_of_another_is_refused(
    writer: Writer, made_up: HeaderVault, bench: Bench
) -> None:
    for number in range(2):
        writer.back_up(made_up.folder, number)
    older, newer = sorted((bench.repository / "snapshots").iterdir())
    newer.write_bytes(older.read_bytes())

    done = bench.run()

    assert done.complaints == [
        f"warning: snapshots/{newer.name} is damaged, or something else was put in its place"
    ]


def test_a_manifest_of_a_wrong_signer_is_refused(
    writer: Writer, made_up: HeaderVault, bench: Bench
) -> None:
    backup_id = writer.back_up(made_up.folder, 1)
    path = next((bench.repository / "snapshots").glob(f"*-{backup_id}"))
    manifest = writer.read_manifest(path)
    path.unlink()
    signed = writer.signed(manifest)
    manifest["made_at_ms"] += 1
    writer.signed = lambda _: {**signed, "manifest": manifest}  # type: ignore[method-assign]
    writer.publish(manifest)

    assert (
        bench.run().complaints[0].endswith("is not signed as it should be, or of a newer Privatus")
    )
    with pytest.raises(TamperedError, match="is forged: its signature is wrong"):
        restore(str(bench.repository), bench.folder / "new", "old password")


def test_two_machines_at_once_make_one_history(
    writer: Writer, made_up: HeaderVault, bench: Bench
) -> None:
    writer.back_up(made_up.folder, 1)
    other = writer_of(made_up, bench.folder / "other")
    other.repository_id = writer.repository_id
    shutil.copytree(bench.repository, other.root)
    theirs = other.back_up(made_up.folder, 2)
    ours = writer.back_up(made_up.folder, 3)
    shutil.copytree(other.root, bench.repository, dirs_exist_ok=True)

    last = writer.back_up(made_up.folder, 4)

    said = writer.read_manifest(next((bench.repository / "snapshots").glob(f"*-{last}")))
    assert {parent["id"] for parent in said["parents"]} == {ours, theirs}
    assert said["sequence"] == 3
    assert bench.run().complaints == []
