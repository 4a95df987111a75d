"""Contacts from files and into files, and one's own card, in the window."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QFileDialog, QMessageBox, QPushButton

from support.contacts_page import ada_card, fill, names, open_dialog, page
from support.desk import Desk
from support.people import png
from ui.contacts.form import ContactForm
from ui.contacts.own_card import OwnCard
from ui.contacts.page import ContactsPage
from ui.contacts.taking import TakingDialog
from ui.imports.page import _on_dropped
from ui.settings.page import SettingsPage

__all__ = ["ada_card", "fill", "page"]

_BOOK = b"BEGIN:VCARD\r\nFN:Alan Turing\r\nEMAIL:alan@example.org\r\nEND:VCARD\r\n"


def test_ones_own_card_is_written_shown_and_saved(
    desk: Desk, page: ContactsPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page.pane.own.click()
    desk.qtbot.waitUntil(lambda: isinstance(page.detail, OwnCard))
    assert isinstance(page.detail, OwnCard) and not page.detail.save_button.isEnabled()
    page.detail.edit_button.click()
    form = open_dialog(desk, page, ContactForm)
    assert isinstance(form, ContactForm)
    form.name.setText("Maria")
    (tmp_path / "me.png").write_bytes(png(900))
    form.take_picture(tmp_path / "me.png")
    form.save_button.click()
    desk.qtbot.waitUntil(
        lambda: isinstance(page.detail, OwnCard) and page.detail.identity.name == "Maria"
    )
    assert page.detail.avatar.has_picture
    path = tmp_path / "me.privatus-card"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    page.detail.save_button.click()
    desk.qtbot.waitUntil(path.exists)
    assert path.read_bytes().startswith(b"PVCD")

    desk.window.shell.undo()
    desk.qtbot.waitUntil(
        lambda: isinstance(page.detail, OwnCard) and page.detail.identity.name == ""
    )


def test_a_code_is_saved_as_a_picture(desk: Desk, page: ContactsPage, tmp_path: Path) -> None:
    assert page.actions_ is not None
    page.actions_.write(tmp_path / "me.svg", "PRIVATUS-CARD-1:ABC")
    page.actions_.write(tmp_path / "me.png", "PRIVATUS-CARD-1:ABC")
    page.actions_.write(tmp_path / "gone" / "me.png", "PRIVATUS-CARD-1:ABC")

    assert b"<svg" in (tmp_path / "me.svg").read_bytes()
    assert (tmp_path / "me.png").read_bytes().startswith(b"\x89PNG")
    assert any("cannot be written" in text for text in desk.window.shell.told)


def test_new_keys_are_made_only_when_the_person_says_so(desk: Desk, page: ContactsPage) -> None:
    former = desk.session.vault.identity.get().keys
    assert page.actions_ is not None
    page.actions_.renew()
    box = open_dialog(desk, page, QMessageBox)
    assert isinstance(box, QMessageBox)
    assert "destroyed" in box.informativeText()
    box.reject()
    assert desk.session.vault.identity.get().keys == former

    page.actions_.renew()
    box = page.actions_.dialog
    assert isinstance(box, QMessageBox)
    next(b for b in box.buttons() if b.text() == "Make new keys").click()
    desk.qtbot.waitUntil(lambda: desk.session.vault.identity.get().keys != former)


def test_the_settings_lead_to_ones_own_card(desk: Desk, page: ContactsPage) -> None:
    settings = desk.show_page("settings")
    assert isinstance(settings, SettingsPage)
    [link] = [b for b in settings.findChildren(QPushButton) if b.text() == "Your card"]
    link.click()

    desk.qtbot.waitUntil(lambda: isinstance(page.detail, OwnCard))


def test_dropped_files_are_looked_into_before_anything_is_taken(
    desk: Desk, page: ContactsPage, tmp_path: Path
) -> None:
    path = tmp_path / "book.vcf"
    path.write_bytes(_BOOK)
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path))])
    flags = Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton
    none = Qt.KeyboardModifier.NoModifier
    entered = QDragEnterEvent(QPoint(200, 200), *flags, none)
    QApplication.sendEvent(page, entered)
    assert entered.isAccepted()
    QApplication.sendEvent(page, QDropEvent(QPointF(200, 200), *flags, none, QEvent.Type.Drop))
    dialog = open_dialog(desk, page, TakingDialog)
    assert isinstance(dialog, TakingDialog)
    assert "Alan Turing" not in names(page)
    dialog.take.click()

    desk.qtbot.waitUntil(lambda: "Alan Turing" in names(page))
    desk.window.shell.undo()
    desk.qtbot.waitUntil(lambda: "Alan Turing" not in names(page))


def test_a_file_that_is_none_of_contacts_is_told(
    desk: Desk, page: ContactsPage, tmp_path: Path
) -> None:
    (tmp_path / "other.txt").write_text("hello", encoding="utf-8")
    assert page.actions_ is not None
    page.actions_.look_into([tmp_path / "other.txt"])

    desk.qtbot.waitUntil(lambda: any("no file of contacts" in t for t in desk.window.shell.told))


def test_all_contacts_are_saved_as_vcards(
    desk: Desk, page: ContactsPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "out.vcf"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))
    assert page.actions_ is not None
    page.actions_.save_vcards(None)

    desk.qtbot.waitUntil(path.exists)
    assert path.read_bytes().count(b"BEGIN:VCARD") == 3


def test_files_of_contacts_that_are_dropped_anywhere_come_here(
    desk: Desk, page: ContactsPage, tmp_path: Path
) -> None:
    (tmp_path / "book.vcf").write_bytes(_BOOK)
    desk.show_page("settings")
    _on_dropped(desk.window.shell, [tmp_path / "book.vcf"])

    dialog = open_dialog(desk, page, TakingDialog)
    assert isinstance(dialog, TakingDialog)
    dialog.reject()
