"""Choosing what of chats is exported, with the first of them as it would be written."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QRadioButton, QWidget
from pytestqt.qtbot import QtBot

from privatus.bootstrap import Vault
from support.access import unnamed
from support.chats import bring
from support.conversations import conversation
from support.desk import Desk
from ui.chats.export_dialog import ExportDialog
from ui.chats.page import ChatsPage
from ui.sidebar.sidebar import Sidebar


@pytest.fixture
def fill() -> Callable[[Vault], object] | None:
    return lambda vault: bring(
        vault, conversation("Write to ada@example.org", "I shall", title="Letters", model="m-1")
    )


@pytest.fixture
def dialog(desk: Desk, qtbot: QtBot) -> ExportDialog:
    desk.unlock()
    page = desk.show_page("chats")
    assert isinstance(page, QWidget)
    made = ExportDialog(desk.window.shell, desk.session, None, page)
    made.open()
    qtbot.waitUntil(lambda: "ada@example.org" in made.preview.text.toPlainText())
    return made


def test_the_preview_is_the_first_chat_in_the_format_that_is_chosen(
    dialog: ExportDialog, qtbot: QtBot
) -> None:
    text = dialog.preview.text
    assert text.toPlainText().startswith("---\n")
    assert unnamed(dialog) == []

    choice = next(c for c in dialog.findChildren(QRadioButton) if c.property("format") == "json")
    choice.setFocus()
    qtbot.keyClick(choice, Qt.Key.Key_Space)

    qtbot.waitUntil(lambda: text.toPlainText().startswith("{"))
    assert text.isReadOnly()


def test_the_preview_follows_what_is_left_out_and_redacted(
    dialog: ExportDialog, qtbot: QtBot
) -> None:
    text = dialog.preview.text

    dialog.shape.metadata.click()
    qtbot.waitUntil(lambda: text.toPlainText().lstrip().startswith("# Letters"))
    dialog.shape.redact.click()

    qtbot.waitUntil(lambda: "[e-mail 1]" in text.toPlainText().replace("\\", ""))
    assert "ada@" not in text.toPlainText()


def test_what_was_chosen_is_written_and_what_was_redacted_is_counted(
    dialog: ExportDialog, desk: Desk, qtbot: QtBot, tmp_path: Path
) -> None:
    dialog.shape.redact.setChecked(True)
    dialog.folder_field.setText(str(tmp_path / "out"))

    dialog.export_button.click()

    qtbot.waitUntil(lambda: not desk.window.shell.jobs.running)
    assert desk.window.shell.jobs.rows[0].remark == "1 chat written, 1 thing redacted"
    [page] = (tmp_path / "out").rglob("*.md")
    assert "ada@" not in page.read_text(encoding="utf-8")


@pytest.mark.parametrize("kind", ["tag", "folder"])
def test_what_has_a_tag_or_lies_in_a_folder_is_exported_from_its_menu(
    desk: Desk, qtbot: QtBot, kind: str
) -> None:
    desk.unlock()
    page = desk.show_page("chats")
    assert isinstance(page, ChatsPage)
    vault = desk.session.vault
    bring(vault, conversation("not this one", title="Other", external_id="c2"))
    [letters] = [c.id for c in vault.conversations.list() if c.title == "Letters"]
    if kind == "tag":
        vault.tags.add("some letters", str(letters))
    else:
        vault.folders.put("some letters", [letters])
    sidebar = page.findChildren(Sidebar)[0]
    owner = sidebar.tags if kind == "tag" else sidebar

    menu = owner.menu("some letters")
    next(a for a in menu.actions() if a.text() == "Export its chats…").trigger()

    [dialog] = sidebar.findChildren(ExportDialog)
    qtbot.waitUntil(lambda: "ada@example.org" in dialog.preview.text.toPlainText())
    assert dialog._query == f'{kind}:"some letters"'
    dialog.close()
