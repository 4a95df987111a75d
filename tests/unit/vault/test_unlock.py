from __future__ import annotations

import errno
import logging
import os
import time
import unicodedata
from pathlib import Path

import pytest

from privatus.core.errors import (
    AccessError,
    DeviceError,
    NewerVaultError,
    TamperedError,
    UsageError,
    UserError,
)
from privatus.core.secret import SecretBytes
from privatus.vault import header, header_files, unlock
from privatus.vault.header_files import NAMES, check_headers
from privatus.vault.kdf import KdfParameters, derive_password_key
from support.headers import HeaderVault, flip_bit, make_vault, patched, with_checksum

_A, _B = NAMES
_SEQUENCE_AT = 32


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


def test_a_wrong_password_costs_as_much_as_the_right_one(tmp_path: Path) -> None:
    parameters = KdfParameters(memory_kib=32 * 1024, passes=2, lanes=1)
    vault = make_vault(tmp_path / "vault", parameters=parameters)
    derivation_s = min(_derivation_s(parameters) for _ in range(3))

    started = time.perf_counter()
    with pytest.raises(AccessError):
        vault.unlock("wrong")

    assert time.perf_counter() - started > derivation_s / 2


def _derivation_s(parameters: KdfParameters) -> float:
    started = time.perf_counter()
    derive_password_key(SecretBytes(b"x"), bytes(32), parameters)
    return time.perf_counter() - started


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


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("damage", ["missing", "empty", "flipped", "cut", "folder"])
def test_one_damaged_copy_is_reported_survived_and_repaired(
    vault: HeaderVault, name: str, damage: str
) -> None:
    good = vault.raw
    _damage(vault.folder / name, damage)

    assert check_headers(vault.folder, vault.opened.vault_key)[0].startswith(f"{name} is ")
    assert vault.unlock() == vault.opened
    if damage == "folder":
        (vault.folder / name).rmdir()
    assert unlock.repair(vault.folder, vault.opened)[0].startswith(f"{name} is ")

    assert {(vault.folder / each).read_bytes() for each in NAMES} == {good}
    assert check_headers(vault.folder, vault.opened.vault_key) == []
    assert unlock.repair(vault.folder, vault.opened) == []


def _damage(path: Path, damage: str) -> None:
    raw = path.read_bytes()
    if damage == "empty":
        path.write_bytes(b"")
    elif damage == "flipped":
        path.write_bytes(flip_bit(raw, 1000))
    elif damage == "cut":
        path.write_bytes(raw[:200])
    else:
        path.unlink()
    if damage == "folder":
        path.mkdir()


def test_two_damaged_copies_are_a_damaged_vault_and_no_wrong_password(vault: HeaderVault) -> None:
    vault.put(flip_bit(vault.raw, 999))

    with pytest.raises(TamperedError, match="restore one from a backup"):
        vault.unlock()
    with pytest.raises(TamperedError, match="restore one from a backup"):
        unlock.kdf_parameters(vault.folder)
    assert unlock.exists(vault.folder)


def test_a_bad_sector_in_one_copy_is_survived_and_named(
    vault: HeaderVault, monkeypatch: pytest.MonkeyPatch
) -> None:
    _break_reading(monkeypatch, vault.folder / _A)

    assert vault.unlock() == vault.opened
    assert check_headers(vault.folder, vault.opened.vault_key) == [
        f"{_A} cannot be read (Input/output error)"
    ]


def test_a_disk_that_gives_no_copy_is_told_from_a_damaged_vault(
    vault: HeaderVault, monkeypatch: pytest.MonkeyPatch
) -> None:
    _break_reading(monkeypatch, vault.folder / _A, vault.folder / _B)

    with pytest.raises(DeviceError, match="Input/output error"):
        vault.unlock()


def _break_reading(monkeypatch: pytest.MonkeyPatch, *broken: Path) -> None:
    read_bytes = header_files._read_bytes

    def read(path: Path) -> bytes:
        if path in broken:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return read_bytes(path)

    monkeypatch.setattr(header_files, "_read_bytes", read)


def test_a_change_that_cannot_be_written_changes_nothing(vault: HeaderVault) -> None:
    before = vault.raw
    (vault.folder / f"{_A}.tmp").mkdir()

    with pytest.raises(DeviceError, match="nothing was changed"):
        vault.change_password("new password")

    assert {(vault.folder / name).read_bytes() for name in NAMES} == {before}
    assert not (vault.folder / f"{_B}.tmp").exists()


def test_a_changed_newest_copy_is_passed_over_and_written_again(
    vault: HeaderVault, caplog: pytest.LogCaptureFixture
) -> None:
    good = vault.raw
    (vault.folder / _A).write_bytes(patched(good, _SEQUENCE_AT, b"\xff" * 8))

    with caplog.at_level(logging.WARNING):
        opened = vault.unlock()

    assert opened == vault.opened
    assert caplog.messages == [f"{_A} did not authenticate"]
    assert check_headers(vault.folder, vault.opened.vault_key) == [f"{_A} did not authenticate"]
    assert len(unlock.repair(vault.folder, opened)) == 1
    assert (vault.folder / _A).read_bytes() == good


def test_a_change_made_while_one_copy_is_tampered_goes_by_the_good_one(
    vault: HeaderVault,
) -> None:
    (vault.folder / _A).write_bytes(patched(vault.raw, _SEQUENCE_AT, b"\xff" * 8))

    vault.change_password("new password")

    assert vault.unlock("new password") == vault.opened
    assert header.parse(vault.raw).sequence == 2
    assert check_headers(vault.folder, vault.opened.vault_key) == []


def test_a_newest_copy_that_was_changed_does_not_bring_the_former_password_back(
    vault: HeaderVault,
) -> None:
    old = vault.raw
    vault.change_password("new password")
    new = vault.raw
    (vault.folder / _A).write_bytes(with_checksum(flip_bit(new, 8 * (len(new) - 40))))
    (vault.folder / _B).write_bytes(old)

    with pytest.raises(AccessError):
        vault.unlock("old password")
    with pytest.raises(TamperedError):
        vault.unlock("new password")


def test_an_older_copy_is_brought_up_to_date(vault: HeaderVault) -> None:
    old = vault.raw
    vault.change_password("new password")
    (vault.folder / _B).write_bytes(old)

    with pytest.raises(AccessError):
        vault.unlock("old password")
    assert check_headers(vault.folder, vault.opened.vault_key) == [
        f"{_B} is older than the other copy"
    ]
    unlock.repair(vault.folder, vault.unlock("new password"))

    assert (vault.folder / _B).read_bytes() == (vault.folder / _A).read_bytes() != old


def test_copies_of_two_vaults_in_one_folder_are_refused(vault: HeaderVault, tmp_path: Path) -> None:
    other = make_vault(tmp_path / "other")
    (vault.folder / _B).write_bytes(other.raw)

    with pytest.raises(TamperedError, match="different vaults"):
        vault.unlock()


def test_one_newer_copy_is_enough_to_leave_a_vault_alone(vault: HeaderVault) -> None:
    newer = patched(vault.raw, 8, b"\x02\x00\x02\x00")
    (vault.folder / _B).write_bytes(newer)

    with pytest.raises(NewerVaultError):
        vault.unlock()
    with pytest.raises(NewerVaultError):
        vault.change_password("new password")

    assert (vault.folder / _B).read_bytes() == newer


def test_what_an_interrupted_write_left_is_reported_and_removed(vault: HeaderVault) -> None:
    left = vault.folder / f"{_A}.tmp"
    left.write_bytes(b"half a header")

    assert check_headers(vault.folder, vault.opened.vault_key) == [
        f"{_A}.tmp is left from an interrupted write"
    ]
    assert len(unlock.repair(vault.folder, vault.opened)) == 1
    assert not left.exists()


def test_a_stale_temporary_file_does_not_stop_a_change_nor_lead_it_elsewhere(
    vault: HeaderVault, tmp_path: Path
) -> None:
    victim = tmp_path / "victim"
    victim.write_bytes(b"not a header")
    (vault.folder / f"{_A}.tmp").symlink_to(victim)
    (vault.folder / f"{_B}.tmp").write_bytes(b"stale")

    vault.change_password("new password")

    assert victim.read_bytes() == b"not a header"
    assert vault.unlock("new password") == vault.opened
    assert sorted(path.name for path in vault.folder.iterdir()) == [_A, _B]


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
