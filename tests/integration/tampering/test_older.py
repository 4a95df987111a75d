"""A part of the vault that was put back from an earlier copy is told from the newest."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from privatus.bootstrap import Vault
from privatus.core.conversation import Role
from privatus.services.passwords import PasswordService
from support.conversations import conversation, message
from support.headers import INSTANT
from support.vaults import PASSWORD, ScratchVault

_HEADERS = ("vault.pvh.a", "vault.pvh.b")
_DATABASE = ("vault.db",)
_OLDER_DATABASE = "vault.db is older than"


def _put_back(vault: ScratchVault, earlier: ScratchVault, names: tuple[str, ...]) -> None:
    vault.vault.lock()
    for name in names:
        shutil.copyfile(earlier.folder / name, vault.folder / name)


def _noted(vault: ScratchVault) -> list[str]:
    return [entry.action for entry in vault.vault.audit.list()]


def test_a_header_whose_recovery_code_was_replaced_is_told_from_the_newest(
    vault: ScratchVault, original: ScratchVault
) -> None:
    vault.vault.passwords.new_recovery_code()
    _put_back(vault, original, _HEADERS)

    [problem] = vault.problems()

    assert problem.startswith("header: vault.pvh.a and vault.pvh.b are older than the log")
    assert len(vault.vault.warnings) == 1
    assert _noted(vault)[-1] == "an earlier copy was found"


def test_an_older_header_is_named_until_the_password_is_changed(
    vault: ScratchVault, original: ScratchVault
) -> None:
    vault.vault.passwords.change("another password", kdf=INSTANT)
    newer = shutil.copytree(vault.folder, vault.folder.with_name("newer"))
    _put_back(vault, original, _HEADERS)
    assert len(vault.problems()) == len(vault.problems()) == 1
    assert _noted(vault).count("an earlier copy was found") == 1

    vault.vault.passwords.change(PASSWORD, kdf=INSTANT)

    assert vault.problems() == []
    # Nor does the header that was the newest once bear the number of the present one.
    vault.vault.lock()
    for name in _HEADERS:
        shutil.copyfile(newer / name, vault.folder / name)
    with Vault.open(vault.folder, "another password") as opened:
        assert len(opened.warnings) == 1


def test_a_database_from_before_an_import_is_told_from_the_newest(
    vault: ScratchVault, original: ScratchVault
) -> None:
    vault.bring(conversation(message(1, "Later"), external_id="later"))
    _put_back(vault, original, _DATABASE)

    [problem] = vault.problems()

    assert problem.startswith(f"header: {_OLDER_DATABASE} the search index")
    assert "an earlier copy was found" in _noted(vault)
    # The index is level with the older database now, and what was found is still told.
    report = vault.check()
    assert report.ok
    [log] = [check.detail for check in report.checks if check.name == "log"]
    assert "1 of them that an earlier copy was found" in log


def test_a_database_from_before_a_message_is_told_from_the_newest(
    vault: ScratchVault, original: ScratchVault
) -> None:
    vault.vault.conversations.append(next(iter(vault.all().values())).id or "", Role.USER, "More")
    _put_back(vault, original, _DATABASE)

    assert any(_OLDER_DATABASE in problem for problem in vault.problems())


@pytest.mark.parametrize("also", [(), ("search/1.db",)])
def test_a_database_from_before_a_password_change_is_told_from_the_newest(
    vault: ScratchVault, original: ScratchVault, also: tuple[str, ...]
) -> None:
    vault.vault.passwords.change(PASSWORD, kdf=INSTANT)
    _put_back(vault, original, _DATABASE + also)

    assert any(_OLDER_DATABASE in problem for problem in vault.problems())


def test_a_log_whose_end_was_cut_off_is_noticed(vault: ScratchVault) -> None:
    vault.attack("DELETE FROM audit_log WHERE id = 3")

    assert any(_OLDER_DATABASE in problem for problem in vault.problems())


def test_a_log_that_another_state_has_made_is_noticed(
    vault: ScratchVault, original: ScratchVault, tmp_path: Path
) -> None:
    other = ScratchVault(
        shutil.copytree(original.folder, tmp_path / "other"),
        Vault.open(tmp_path / "other", PASSWORD),
    )
    for each in (vault, other):
        each.bring(conversation(message(1, "Later"), external_id="later"))
    other.vault.lock()
    _put_back(vault, other, _DATABASE)

    assert any(_OLDER_DATABASE in problem for problem in vault.problems())


def test_an_older_whole_folder_and_ordinary_use_raise_no_alarm(
    vault: ScratchVault, original: ScratchVault
) -> None:
    for _ in range(2):
        vault.vault.passwords.change(PASSWORD, kdf=INSTANT)
        vault.vault.passwords.new_recovery_code()
        vault.bring(conversation(message(1, "Later"), external_id="later"))
        assert vault.problems() == []
        vault.vault.lock()
        Vault.rotate(vault.folder, PASSWORD)
        vault.vault = Vault.open(vault.folder, PASSWORD)
        assert vault.vault.warnings == []
    vault.vault.lock()
    shutil.rmtree(vault.folder)
    shutil.copytree(original.folder, vault.folder)

    assert vault.problems() == []


def test_a_change_that_a_crash_kept_from_the_log_is_noted_at_the_next_opening(
    vault: ScratchVault, original: ScratchVault, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(_service: PasswordService, _action: str) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(PasswordService, "_log_done", crash)
        with pytest.raises(KeyboardInterrupt):
            vault.vault.passwords.change(PASSWORD, kdf=INSTANT)

    assert vault.problems() == []
    assert _noted(vault)[-2:] == ["password change begun", "header change completed"]
    _put_back(vault, original, _HEADERS)
    assert len(vault.problems()) == 1
