"""New keys of a vault do not make unreadable what was sealed under its former ones elsewhere."""

from __future__ import annotations

import pytest

from privatus.bootstrap import Vault
from privatus.core.errors import AccessError, TamperedError
from privatus.storage.former_keys import FormerKeys
from privatus.vault.header_files import NAMES
from privatus.vault.sealing import key_id_of
from support.filled import fill
from support.vaults import PASSWORD, ScratchVault


def _vault_key(vault: ScratchVault) -> bytes:
    return bytes(vault.vault._keys.opened.vault_key.reveal())


def _rotate(vault: ScratchVault) -> bytes:
    """Give the vault new keys; return its vault key of before."""
    former = _vault_key(vault)
    vault.vault.lock()
    Vault.rotate(vault.folder, PASSWORD)
    vault.vault = Vault.open(vault.folder, PASSWORD)
    opened = vault.vault._keys.opened
    vault.database_key = bytes(opened.database_key.reveal()) + opened.database_salt
    return former


def _kept(vault: ScratchVault) -> list[bytes]:
    return [bytes(key.reveal()) for key in vault.vault._store.former_vault_keys()]


def test_a_vault_that_never_got_new_keys_has_no_former_ones(vault: ScratchVault) -> None:
    assert vault.vault._store.former_vault_keys() == ()
    assert vault.problems() == []


def test_every_former_vault_key_is_kept_the_oldest_first(vault: ScratchVault) -> None:
    fill(vault)

    former = [_rotate(vault) for _ in range(3)]

    assert _kept(vault) == former
    assert _vault_key(vault) not in former
    reader = Vault.open(vault.folder, PASSWORD, read_only=True)
    assert [bytes(key.reveal()) for key in reader._store.former_vault_keys()] == former
    reader.lock()
    assert vault.problems() == []


def test_what_a_former_key_had_sealed_is_sealed_anew(vault: ScratchVault) -> None:
    for _ in range(2):
        _rotate(vault)
    scope_id = vault.vault._store.scope.key_id

    seals = vault.query("SELECT seal FROM former_keys")

    assert {key_id_of(seal) for (seal,) in seals} == {scope_id}


def test_former_keys_are_overwritten_when_the_vault_is_locked(vault: ScratchVault) -> None:
    _rotate(vault)
    [key] = vault.vault._store.former_vault_keys()
    buffer = key.reveal()
    assert len(buffer) == 32
    store = vault.vault._store

    vault.vault.lock()

    assert not any(buffer)
    with pytest.raises(AccessError):
        store.former_vault_keys()


def test_a_vault_whose_first_keys_were_not_kept_counts_them_all_the_same(
    vault: ScratchVault, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        # As rotations were before there was a table for former keys.
        patch.setattr(FormerKeys, "retire", lambda *_: None)
        _rotate(vault)
    second = _rotate(vault)

    assert _kept(vault) == [second]
    assert vault.query("SELECT id FROM former_keys") == [(2,)]
    assert vault.problems() == []


_ATTACKS = {
    "UPDATE former_keys SET retired_at_ms = 5 WHERE id = 1": "former vault key 1: ",
    "UPDATE former_keys SET key_sealed = randomblob(49) WHERE id = 2": "former vault key 2: ",
    "UPDATE former_keys SET key_sealed = x'00' WHERE id = 2": "former vault key 2: ",
    "UPDATE former_keys SET (retired_at_ms, key_sealed, seal) ="
    " (SELECT retired_at_ms, key_sealed, seal FROM former_keys WHERE id = 2) WHERE id = 1": (
        "former vault key 1: "
    ),
    "DELETE FROM former_keys WHERE id = 2": "former vault key 2 is gone",
    "DELETE FROM former_keys": "former vault key 1 is gone",
}


@pytest.mark.parametrize("attack", _ATTACKS)
def test_what_was_edited_of_former_keys_is_named(vault: ScratchVault, attack: str) -> None:
    for _ in range(2):
        _rotate(vault)
    assert vault.problems() == []

    assert vault.attack(attack)

    [problem] = vault.problems()
    assert problem.startswith("former keys: ")
    assert _ATTACKS[attack] in problem


def test_a_vault_whose_former_key_is_damaged_is_not_given_new_ones(vault: ScratchVault) -> None:
    _rotate(vault)
    vault.attack("UPDATE former_keys SET key_sealed = randomblob(49)")
    headers = [(vault.folder / name).read_bytes() for name in NAMES]

    with pytest.raises(TamperedError):
        Vault.rotate(vault.folder, PASSWORD)

    assert [(vault.folder / name).read_bytes() for name in NAMES] == headers
    assert not (vault.folder / "vault.db.new").exists()
