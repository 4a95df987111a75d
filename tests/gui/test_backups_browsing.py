"""Looking into a backup from the window, and bringing a chat, a message and a file back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from privatus.bootstrap import Vault
from support.access import unnamed
from support.chatgpt_chats import chat, write_chats
from support.conversations import attachment, conversation, message
from support.desk import Desk
from support.vaults import ScratchVault
from ui.backups.browse_dialog import BrowseDialog
from ui.backups.page import BackupsPage
from ui.backups.target import BackupsTarget


@pytest.fixture
def fill(tmp_path: Path) -> Callable[[Vault], object]:
    export = write_chats(
        tmp_path / "conversations.json",
        chat("Rye bread", "How?", "With a sour dough."),
        chat("Lisbon", "Where?", "By the river."),
    )

    with_plan = conversation(
        message(1, "The plan", attachments=(attachment("plan.txt", b"dig, sow, wait"),)),
        title="Garden",
    )

    def filled(vault: Vault) -> None:
        vault.imports.run(export)
        ScratchVault(vault=vault, folder=tmp_path / "made-up").bring(with_plan)
        (tmp_path / "usb").mkdir()
        vault.backups.add("USB disk", str(tmp_path / "usb"))
        vault.backups.run(1)

    return filled


@pytest.fixture
def dialog(desk: Desk) -> BrowseDialog:
    """Return the window over an opened backup, with the first chat on it."""
    desk.unlock()
    page = desk.show_page("backups")
    assert isinstance(page, BackupsPage)
    desk.qtbot.waitUntil(lambda: bool(page.watch.statuses))
    page.on_target(BackupsTarget(destination_id=1))
    desk.qtbot.waitUntil(lambda: page.detail is not None and bool(page.detail.model.backups))
    assert page.detail is not None
    page.detail.browse_button.click()
    dialog = page.findChild(BrowseDialog)
    assert dialog is not None
    desk.qtbot.waitUntil(lambda: bool(dialog.view.messages))
    return dialog


def _titles(dialog: BrowseDialog) -> set[str]:
    return {dialog.chats.item(line).text().splitlines()[0] for line in range(dialog.chats.count())}


def test_chats_are_found_by_their_titles_and_read(desk: Desk, dialog: BrowseDialog) -> None:
    assert _titles(dialog) == {"Rye bread", "Lisbon", "Garden"}
    assert not dialog.view.chat_button.isEnabled()

    dialog.field.setText("bread")
    desk.qtbot.waitUntil(lambda: _titles(dialog) == {"Rye bread"})
    desk.qtbot.waitUntil(
        lambda: dialog.view.chat is not None and dialog.view.chat.title == "Rye bread"
    )
    dialog.view.list.setCurrentRow(1)

    assert dialog.view.text.toPlainText() == "With a sour dough."
    assert unnamed(dialog) == []


def test_a_chat_that_was_destroyed_comes_back_and_goes_again_by_undo(
    desk: Desk, dialog: BrowseDialog
) -> None:
    vault = desk.session.vault
    [bread] = [each for each in vault.conversations.list() if each.title == "Rye bread"]
    vault.purging.destroy(vault.purging.row_ids([bread.id]))
    dialog.field.setText("bread")
    desk.qtbot.waitUntil(dialog.view.chat_button.isEnabled)
    assert "is no longer in the vault" in dialog.chats.item(0).text()

    dialog.view.chat_button.click()

    desk.qtbot.waitUntil(lambda: len(vault.conversations.list()) == 3)
    desk.qtbot.waitUntil(lambda: "is in the vault" in dialog.chats.item(0).text())
    assert any("1 chat is back." in told for told in desk.window.shell.told)
    desk.window.shell.undo()
    desk.qtbot.waitUntil(lambda: len(vault.conversations.list()) == 2)


def test_a_message_that_was_changed_says_again_what_it_said(
    desk: Desk, dialog: BrowseDialog
) -> None:
    vault = desk.session.vault
    [bread] = [each for each in vault.conversations.list() if each.title == "Rye bread"]
    answer = vault.conversations.get(bread.id).active_path()[1]
    vault.editing.edit(bread.id, answer.number, "With water.")
    dialog.field.setText("bread")
    desk.qtbot.waitUntil(lambda: len(_titles(dialog)) == 1)
    desk.qtbot.waitUntil(dialog.view.chat_button.isEnabled)
    dialog.view.list.setCurrentRow(1)

    dialog.view.message_button.click()

    desk.qtbot.waitUntil(
        lambda: vault.conversations.get(bread.id).active_path()[1].text == "With a sour dough."
    )


def test_a_file_is_saved_whole_in_place_of_one_that_is_there(
    desk: Desk, dialog: BrowseDialog, tmp_path: Path
) -> None:
    dialog.field.setText("garden")
    desk.qtbot.waitUntil(lambda: bool(dialog.view.message and dialog.view.message.files))
    assert dialog.view.chat is not None and dialog.view.message is not None
    [file] = dialog.view.message.files
    folder = tmp_path / "downloads"
    folder.mkdir()
    (folder / "plan.txt").write_bytes(b"another plan")

    dialog.browsing.save_file(dialog.view.chat, file, folder / "plan.txt")

    desk.qtbot.waitUntil(lambda: any("plan.txt" in told for told in desk.window.shell.told))
    assert (folder / "plan.txt").read_bytes() == b"dig, sow, wait"
    assert [each.name for each in folder.iterdir()] == ["plan.txt"]


def test_closing_and_locking_leave_nothing_of_the_backup_behind(
    desk: Desk, dialog: BrowseDialog
) -> None:
    scratch = desk.folder / "scratch"
    assert any(scratch.iterdir())

    desk.lock()

    assert not scratch.exists()
