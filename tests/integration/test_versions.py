"""Vaults of other releases: refused with a sentence and untouched, or brought up to date."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from privatus.bootstrap import Vault
from privatus.core.errors import NewerVaultError, PrivatusError, TamperedError
from privatus.storage import migrations
from privatus.storage.database import Database
from privatus.storage.schema_files import Migration
from privatus.storage.schema_files import migrations as shipped
from privatus.vault.keys import keyspec
from support.filled import fill
from support.vaults import PASSWORD, ScratchVault


def _contents(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def _next(sql: str) -> tuple[Migration, ...]:
    steps = shipped()
    return (*steps, Migration(version=len(steps) + 1, name="next", sql=sql))


def test_a_vault_of_a_newer_program_is_refused_and_untouched(vault: ScratchVault) -> None:
    fill(vault)
    vault.attack("INSERT INTO schema_migrations VALUES (99, 'later', zeroblob(32), 0, '99.0')")
    before = _contents(vault.folder)

    for read_only in (False, True):
        with pytest.raises(NewerVaultError, match="update the program"):
            Vault.open(vault.folder, PASSWORD, read_only=read_only)

    assert _contents(vault.folder) == before


def test_a_vault_whose_schema_step_was_edited_is_refused_and_untouched(
    vault: ScratchVault,
) -> None:
    vault.attack("UPDATE schema_migrations SET sha256 = zeroblob(32)")
    before = _contents(vault.folder)

    with pytest.raises(TamperedError, match="schema step 1"):
        Vault.open(vault.folder, PASSWORD)

    assert _contents(vault.folder) == before


def test_a_vault_of_an_older_program_is_brought_up_to_date_and_copied(
    vault: ScratchVault, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(vault)
    before = vault.all()
    vault.vault.lock()
    monkeypatch.setattr(
        migrations, "migrations", lambda: _next("CREATE TABLE later (x TEXT) STRICT;\n")
    )
    migrations.expected_schema.cache_clear()

    vault.reopen()

    assert vault.all() == before
    assert vault.problems() == []
    copy = Database.open(
        vault.folder / f"vault.db{migrations.COPY_SUFFIX}", keyspec(vault.database_key)
    )
    assert copy.value("SELECT count(*) FROM messages") == 7
    assert copy.rows("SELECT name FROM sqlite_schema WHERE name = 'later'") == []
    copy.close()
    monkeypatch.undo()
    migrations.expected_schema.cache_clear()


def test_the_copy_is_the_way_back(vault: ScratchVault, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(vault)
    before = vault.all()
    vault.vault.lock()
    monkeypatch.setattr(
        migrations, "migrations", lambda: _next("CREATE TABLE later (x TEXT) STRICT;\n")
    )
    vault.reopen().lock()
    monkeypatch.undo()
    database = vault.folder / "vault.db"
    with pytest.raises(NewerVaultError):
        Vault.open(vault.folder, PASSWORD)

    database.with_name(f"vault.db{migrations.COPY_SUFFIX}").replace(database)

    vault.reopen()
    assert vault.all() == before
    assert vault.problems() == []


def test_a_schema_step_that_fails_leaves_the_vault_as_it_was(
    vault: ScratchVault, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(vault)
    before = vault.all()
    vault.vault.lock()
    for bad in ("CREATE TABLE later (x);\nNO;\n", "DELETE FROM models;\n"):
        monkeypatch.setattr(migrations, "migrations", lambda bad=bad: _next(bad))
        with pytest.raises(PrivatusError):
            Vault.open(vault.folder, PASSWORD)
        monkeypatch.undo()

    vault.reopen()

    assert vault.all() == before
    assert vault.problems() == []


def test_a_reader_does_not_bring_a_vault_up_to_date(
    vault: ScratchVault, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(vault)
    monkeypatch.setattr(
        migrations, "migrations", lambda: _next("CREATE TABLE later (x TEXT) STRICT;\n")
    )

    with pytest.raises(PrivatusError, match="older"):
        Vault.open(vault.folder, PASSWORD, read_only=True)

    monkeypatch.undo()
    assert vault.problems() == []
