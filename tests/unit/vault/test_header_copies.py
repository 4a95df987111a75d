"""The two copies of the header: damaged, outdated or of two vaults."""

from __future__ import annotations

import errno
import logging
import os
from pathlib import Path

import pytest

from privatus.core.errors import AccessError, DeviceError, NewerVaultError, TamperedError
from privatus.vault import header, header_files, unlock
from privatus.vault.header_files import NAMES, check_headers
from support.headers import HeaderVault, flip_bit, make_vault, patched, with_checksum

_A, _B = NAMES
_SEQUENCE_AT = 32


@pytest.fixture
def vault(tmp_path: Path) -> HeaderVault:
    return make_vault(tmp_path / "vault")


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
