"""What a vault keeps of its large tables, from one opening to the next."""

from __future__ import annotations

import pytest

from privatus.bootstrap import Vault
from privatus.storage import table_sums
from support.conversations import conversation
from support.vaults import PASSWORD, ScratchVault


def _kept(vault: ScratchVault) -> dict[str, table_sums.TableSum]:
    with vault.database() as db:
        return table_sums.kept(db)


@pytest.fixture
def filled(vault: ScratchVault) -> ScratchVault:
    vault.bring(conversation("one", "two", "three"), conversation("four", external_id="c2"))
    return vault


def test_a_new_vault_has_counted_nothing_yet_and_an_import_is_counted(
    vault: ScratchVault,
) -> None:
    assert _kept(vault)["messages"] == table_sums.TableSum()
    vault.reopen()

    vault.bring(conversation("one", "two"))

    assert _kept(vault)["messages"].rows == 2
    assert _kept(vault)["conversations"].rows == 1
    assert vault.problems() == []


@pytest.mark.parametrize(
    ("attack", "table"),
    [
        ("UPDATE messages SET seal = zeroblob(37) WHERE id = 1", "messages"),
        ("UPDATE table_state SET checksum = zeroblob(32) WHERE name = 'messages'", "messages"),
        ("UPDATE table_state SET row_count = 9 WHERE name = 'key_store'", "key_store"),
    ],
)
def test_check_names_a_table_that_holds_something_else(
    filled: ScratchVault, attack: str, table: str
) -> None:
    assert filled.attack(attack) == 1

    assert f"sums: table {table} does not hold what was counted as it changed" in filled.problems()


def test_a_vault_that_was_never_counted_is_counted_when_it_opens(filled: ScratchVault) -> None:
    before = _kept(filled)
    assert set(before) == set(table_sums.KEPT)
    filled.attack("DELETE FROM table_state")
    assert _kept(filled) == {}

    assert filled.problems() == []
    assert _kept(filled) == before


def test_new_keys_are_counted(filled: ScratchVault) -> None:
    before = _kept(filled)
    Vault.rotate(filled.folder, PASSWORD)

    filled.vault = Vault.open(filled.folder, PASSWORD)
    with filled.vault._store.frozen() as frozen:
        contents = {table.name: table for table in frozen.contents()}
    report = filled.vault.integrity.check()

    assert report.ok
    assert contents["key_store"].rows == before["key_store"].rows + 1
    assert contents["key_store"].checksum != before["key_store"].checksum
    assert contents["messages"].checksum == before["messages"].checksum
