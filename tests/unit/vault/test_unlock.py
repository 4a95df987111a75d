"""Opening a vault with its password or its recovery code, and changing them."""

from __future__ import annotations

import logging
import unicodedata
from pathlib import Path

import pytest

from privatus.core.errors import (
    AccessError,
    TamperedError,
    UsageError,
    UserError,
)
from privatus.core.secret import SecretBytes
from privatus.vault import slots, unlock
from privatus.vault.header_files import NAMES
from privatus.vault.kdf import KdfParameters, derive_password_key
from support.headers import HeaderVault, flip_bit, make_vault, with_checksum

_A, _B = NAMES


@pytest.fixture
def vault(tmp_path: Path) -> HeaderVault:
    return make_vault(tmp_path / "vault")


def test_a_new_vault_opens_with_its_password_and_with_its_recovery_code(
    vault: HeaderVault,
) -> None:
    assert vault.unlock() == vault.opened
    assert vault.unlock_with_code() == vault.opened
    assert len(vault.opened.vault_key) == len(vault.opened.database_key) == 32
    assert len(vault.opened.database_salt) == len(vault.opened.vault_id) == 16


def test_two_vaults_of_one_password_share_no_key(vault: HeaderVault, tmp_path: Path) -> None:
    other = make_vault(tmp_path / "other").opened

    assert other.vault_id != vault.opened.vault_id
    assert other.vault_key != vault.opened.vault_key
    assert other.database_key != vault.opened.database_key
    assert other.database_salt != vault.opened.database_salt
    assert vault.opened.vault_key != vault.opened.database_key


def test_a_new_vault_has_two_equal_headers_that_only_the_owner_may_read(
    vault: HeaderVault,
) -> None:
    assert sorted(path.name for path in vault.folder.iterdir()) == [_A, _B]
    assert (vault.folder / _A).read_bytes() == (vault.folder / _B).read_bytes()
    assert {(vault.folder / name).stat().st_mode & 0o777 for name in NAMES} == {0o600}


@pytest.mark.parametrize("wrong", ["old passworD", "old password ", "x", "\N{SNOWMAN}"])
def test_a_wrong_password_is_said_to_be_wrong_and_nothing_else(
    vault: HeaderVault, wrong: str
) -> None:
    with pytest.raises(AccessError) as caught:
        vault.unlock(wrong)

    assert str(caught.value) == "the password is wrong"


def test_a_wrong_password_costs_as_much_as_the_right_one(
    vault: HeaderVault, monkeypatch: pytest.MonkeyPatch
) -> None:
    derived: list[KdfParameters] = []

    def derive(password: SecretBytes, salt: bytes, parameters: KdfParameters) -> SecretBytes:
        derived.append(parameters)
        return derive_password_key(password, salt, parameters)

    monkeypatch.setattr(slots, "derive_password_key", derive)

    with pytest.raises(AccessError):
        vault.unlock("wrong")

    assert derived == [unlock.kdf_parameters(vault.folder)]


def test_an_accented_password_opens_however_it_is_composed(tmp_path: Path) -> None:
    vault = make_vault(tmp_path / "vault", password=unicodedata.normalize("NFD", "Crème brûlée"))

    assert vault.unlock(unicodedata.normalize("NFC", "Crème brûlée")) == vault.opened


def test_a_mistyped_recovery_code_is_told_before_any_header_is_read(tmp_path: Path) -> None:
    with pytest.raises(AccessError, match="34 letters and digits"):
        unlock.unlock_with_recovery_code(tmp_path / "nothing here", "ABCD-EFGH")


def test_the_recovery_code_of_another_vault_does_not_open(
    vault: HeaderVault, tmp_path: Path
) -> None:
    other = make_vault(tmp_path / "other")

    with pytest.raises(AccessError, match="not the one of this vault"):
        unlock.unlock_with_recovery_code(vault.folder, other.code)


def test_a_recovery_code_is_no_password(vault: HeaderVault) -> None:
    with pytest.raises(AccessError):
        vault.unlock(vault.code)


def test_a_vault_needs_a_password(vault: HeaderVault, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()

    with pytest.raises(UsageError, match="needs a password"):
        unlock.create(empty, SecretBytes(b""), KdfParameters.for_tests())
    with pytest.raises(UsageError, match="needs a password"):
        unlock.change_password(vault.folder, vault.opened, SecretBytes(b""))

    assert not unlock.exists(empty)
    assert vault.unlock() == vault.opened


@pytest.mark.parametrize("name", NAMES)
def test_no_vault_is_made_over_another_even_a_damaged_one(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"something")

    with pytest.raises(UserError, match="a vault in this folder already"):
        unlock.create(tmp_path, SecretBytes(b"x"), KdfParameters.for_tests())

    assert (tmp_path / name).read_bytes() == b"something"


def test_a_folder_without_a_vault_says_what_to_do(tmp_path: Path) -> None:
    assert not unlock.exists(tmp_path)
    with pytest.raises(UserError, match="make one with privatus init"):
        unlock.unlock(tmp_path, SecretBytes(b"x"))


def test_after_a_password_change_the_new_one_opens_and_the_old_one_does_not(
    vault: HeaderVault,
) -> None:
    vault.change_password("new password")

    assert vault.unlock("new password") == vault.opened
    assert vault.unlock_with_code() == vault.opened
    with pytest.raises(AccessError):
        vault.unlock("old password")


def test_after_a_password_change_no_copy_holds_the_old_slot(vault: HeaderVault) -> None:
    old_slot = vault.raw[44 : 44 + 149]
    old_salt, old_sealed = old_slot[25:57], old_slot[-48:]

    vault.change_password("new password")

    for path in vault.folder.iterdir():
        assert old_salt not in path.read_bytes()
        assert old_sealed not in path.read_bytes()


def test_a_password_change_keeps_the_cost_of_a_guess_or_takes_a_new_one(
    vault: HeaderVault,
) -> None:
    before = unlock.kdf_parameters(vault.folder)
    dearer = KdfParameters(memory_kib=1024, passes=2, lanes=2)

    vault.change_password("two")
    kept = unlock.kdf_parameters(vault.folder)
    unlock.change_password(vault.folder, vault.opened, SecretBytes(b"three"), dearer)

    assert kept == before
    assert unlock.kdf_parameters(vault.folder) == dearer
    assert vault.unlock("three") == vault.opened


def test_a_new_recovery_code_replaces_the_former_one(vault: HeaderVault) -> None:
    code = unlock.new_recovery_code(vault.folder, vault.opened)

    assert unlock.unlock_with_recovery_code(vault.folder, code) == vault.opened
    assert vault.unlock() == vault.opened
    with pytest.raises(AccessError, match="not the one of this vault"):
        vault.unlock_with_code()


def test_a_change_needs_the_keys_of_this_vault(vault: HeaderVault, tmp_path: Path) -> None:
    other = make_vault(tmp_path / "other")
    before = vault.raw

    with pytest.raises(TamperedError):
        unlock.change_password(vault.folder, other.opened, SecretBytes(b"mine now"))

    assert vault.raw == before


def test_no_password_key_or_code_is_printed(
    vault: HeaderVault, caplog: pytest.LogCaptureFixture
) -> None:
    (vault.folder / _A).write_bytes(with_checksum(flip_bit(vault.raw, 8 * (len(vault.raw) - 40))))

    with caplog.at_level(logging.DEBUG):
        vault.unlock()
        with pytest.raises(AccessError) as caught:
            vault.unlock("a wrong secret")

    keys = (vault.opened.vault_key, vault.opened.database_key)
    printed = f"{vault.opened!r} {caught.value!r} {caplog.text}"
    assert all(key.reveal().hex() not in printed for key in keys)
    assert all(repr(bytes(key.reveal())) not in printed for key in keys)
    assert "a wrong secret" not in printed
    assert repr(vault.opened.database_salt) not in printed


def test_wiped_keys_are_gone(vault: HeaderVault) -> None:
    opened = vault.unlock()

    opened.wipe()

    assert len(opened.vault_key) == len(opened.database_key) == 0
