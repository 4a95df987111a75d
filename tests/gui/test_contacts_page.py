"""The page of contacts, by keyboard and by mouse: from writing somebody down to making sure."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QItemSelectionModel, QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton

from privatus.core.contact import FieldKind, VerifiedBy
from privatus.core.errors import TamperedError
from support.access import reachable, unnamed
from support.contacts_page import ada_card, fill, names, open_dialog, page, show
from support.desk import Desk
from ui.contacts.compare import CompareDialog
from ui.contacts.detail import ContactDetail
from ui.contacts.form import ContactForm
from ui.contacts.merging import DoublesDialog, PersonChooser
from ui.contacts.own_card import OwnCard
from ui.contacts.page import ContactsPage
from ui.contacts.target import OWN, ContactTarget

__all__ = ["ada_card", "fill", "page"]


def test_somebody_is_written_down_by_keyboard_alone_and_taken_back(
    desk: Desk, page: ContactsPage
) -> None:
    desk.qtbot.keyClick(page, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    form = open_dialog(desk, page, ContactForm)
    assert isinstance(form, ContactForm) and not form.save_button.isEnabled()
    desk.qtbot.keyClicks(form.name, "Alan Turing")
    form.fields[FieldKind.EMAIL].setPlainText("work: alan@example.org\nalan@home.example")
    form.tags.setText("maths, running")
    desk.qtbot.keyClick(form, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)

    desk.qtbot.waitUntil(lambda: "Alan Turing" in names(page))
    desk.qtbot.waitUntil(
        lambda: isinstance(page.detail, ContactDetail) and page.detail.contact.name == "Alan Turing"
    )
    assert page.contact is not None
    assert [(f.value, f.label) for f in page.contact.fields] == [
        ("alan@example.org", "work"),
        ("alan@home.example", ""),
    ]
    assert page.contact.tags == ("maths", "running")
    desk.window.shell.undo()
    desk.qtbot.waitUntil(lambda: "Alan Turing" not in names(page))


def test_a_form_that_cannot_be_kept_says_why_and_keeps_what_was_written(
    desk: Desk, page: ContactsPage
) -> None:
    assert page.actions_ is not None
    page.actions_.add()
    form = open_dialog(desk, page, ContactForm)
    assert isinstance(form, ContactForm)
    form.name.setText("x" * 300)
    form.save_button.click()

    desk.qtbot.waitUntil(lambda: form.remark.isVisible())
    assert "at most 200 characters" in form.remark.text()
    assert form.name.text() == "x" * 300 and form.save_button.isEnabled()
    form.reject()


def test_a_contact_is_found_and_chosen_by_typing_and_arrows(desk: Desk, page: ContactsPage) -> None:
    desk.qtbot.keyClicks(page.pane.field, "hopp")
    desk.qtbot.waitUntil(lambda: names(page) == ["G. Hopper", "Grace Hopper"])
    desk.qtbot.keyClick(page.pane.field, Qt.Key.Key_Down)
    desk.qtbot.keyClick(page.pane.view, Qt.Key.Key_Down)

    desk.qtbot.waitUntil(lambda: page.contact is not None and page.contact.name == "Grace Hopper")
    page.pane.field.setText("nobody")
    desk.qtbot.waitUntil(lambda: page.pane.stack.currentWidget() is page.pane.nothing)


def test_a_contact_is_edited_deleted_and_blocked_with_undo(desk: Desk, page: ContactsPage) -> None:
    show(desk, page, 1)
    desk.qtbot.keyClick(page, Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    form = open_dialog(desk, page, ContactForm)
    assert isinstance(form, ContactForm)
    form.name.setText("Countess")
    form.save_button.click()
    desk.qtbot.waitUntil(lambda: "Countess" in names(page))
    desk.window.shell.undo()
    desk.qtbot.waitUntil(lambda: "Ada Lovelace" in names(page))
    desk.qtbot.waitUntil(lambda: desk.session.tasks.live == 0)
    desk.window.shell.redo()
    desk.qtbot.waitUntil(lambda: "Countess" in names(page))
    desk.qtbot.waitUntil(lambda: desk.session.tasks.live == 0)
    desk.window.shell.undo()
    desk.qtbot.waitUntil(lambda: "Ada Lovelace" in names(page))

    assert page.actions_ is not None and page.contact is not None
    page.actions_.block(page.contact)
    desk.qtbot.waitUntil(lambda: page.contact is not None and page.contact.is_blocked)
    desk.window.shell.undo()
    desk.qtbot.waitUntil(lambda: page.contact is not None and not page.contact.is_blocked)

    # As a desktop does when a dialog is gone.
    desk.window.activateWindow()
    page.pane.view.setFocus()
    desk.qtbot.waitUntil(page.pane.view.hasFocus)
    desk.qtbot.keyClick(page.pane.view, Qt.Key.Key_Delete)
    desk.qtbot.waitUntil(lambda: "Ada Lovelace" not in names(page))
    desk.window.shell.undo()
    desk.qtbot.waitUntil(lambda: "Ada Lovelace" in names(page))


def test_a_key_is_verified_only_by_the_number_that_both_see(desk: Desk, page: ContactsPage) -> None:
    detail = show(desk, page, 1)
    [card] = detail.key_cards
    compare = card.findChildren(QPushButton)[0]
    compare.click()
    dialog = open_dialog(desk, page, CompareDialog)
    assert isinstance(dialog, CompareDialog)
    key = detail.contact.keys[0].keys
    number = desk.session.vault.contacts.safety_number(key)
    dialog.said.setText(number.digits[:-1])
    assert not dialog.same.isEnabled() and "another" in dialog.verdict.text()
    dialog.said.setText(" ".join(number.words))
    assert dialog.same.isEnabled() and "same" in dialog.verdict.text()
    phone = dialog.ways.buttons()[1]
    phone.click()
    dialog.same.click()

    desk.qtbot.waitUntil(lambda: page.contact is not None and page.contact.is_verified)
    assert page.contact is not None
    [said] = page.contact.keys
    assert said.verified is not None and said.verified.how is VerifiedBy.PHONE
    desk.window.shell.undo()
    desk.qtbot.waitUntil(lambda: page.contact is not None and not page.contact.is_verified)


def test_a_scanned_code_must_be_put_in_to_count(desk: Desk, page: ContactsPage) -> None:
    detail = show(desk, page, 1)
    key = detail.contact.keys[0]
    number = desk.session.vault.contacts.safety_number(key.keys)
    assert page.actions_ is not None
    page.actions_.compare(detail.contact, key, number)
    dialog = open_dialog(desk, page, CompareDialog)
    assert isinstance(dialog, CompareDialog)

    dialog.ways.buttons()[2].click()
    assert not dialog.same.isEnabled()
    dialog.said.setText(number.qr_text)
    assert dialog.same.isEnabled()
    dialog.other.click()
    desk.qtbot.waitUntil(lambda: bool(desk.window.shell.told))
    assert not desk.session.vault.contacts.get(1).is_verified


def test_doubles_are_merged_and_taken_apart_again(desk: Desk, page: ContactsPage) -> None:
    assert page.actions_ is not None
    page.actions_.find_doubles()
    dialog = open_dialog(desk, page, DoublesDialog)
    assert isinstance(dialog, DoublesDialog)
    assert dialog.buttons[0].accessibleName() == "Merge G. Hopper with Grace Hopper"
    dialog.buttons[0].click()

    desk.qtbot.waitUntil(lambda: names(page) == ["Ada Lovelace", "Grace Hopper"])
    desk.window.shell.undo()
    desk.qtbot.waitUntil(lambda: len(names(page)) == 3)


def test_a_contact_is_merged_with_one_that_is_chosen_by_typing(
    desk: Desk, page: ContactsPage
) -> None:
    detail = show(desk, page, 2)
    assert page.actions_ is not None
    page.actions_.merge(detail.contact)
    chooser = open_dialog(desk, page, PersonChooser)
    assert isinstance(chooser, PersonChooser)
    desk.qtbot.keyClicks(chooser.field, "g.")
    desk.qtbot.keyClick(chooser.field, Qt.Key.Key_Return)

    desk.qtbot.waitUntil(lambda: names(page) == ["Ada Lovelace", "Grace Hopper"])


def test_an_address_is_copied(desk: Desk, page: ContactsPage) -> None:
    show(desk, page, 1)
    page._copy("ada@example.org")

    assert QGuiApplication.clipboard().text() == "ada@example.org"


def test_an_empty_book_says_what_to_do(desk: Desk, page: ContactsPage) -> None:
    change = desk.session.vault.contacts.delete([1, 2, 3])
    desk.session.tell_changed("contacts")

    desk.qtbot.waitUntil(lambda: page.pane.stack.currentWidget() is page.pane.empty)
    desk.session.vault.contacts.undo(change)


def test_contacts_that_cannot_be_read_are_told_where_they_would_stand(
    desk: Desk, page: ContactsPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_said: object, **_more: object) -> None:
        raise TamperedError("a sealed value did not authenticate")

    monkeypatch.setattr(desk.session.vault.contacts, "list", fail)
    monkeypatch.setattr(desk.session.vault.contacts, "get", fail)
    desk.session.tell_changed("contacts")
    desk.qtbot.waitUntil(lambda: page.pane.stack.currentWidget() is page.pane.failed)
    page.show_contact(1)

    desk.qtbot.waitUntil(lambda: page.right.currentWidget() is page._failed)


def test_the_page_comes_back_to_where_a_person_was(desk: Desk, page: ContactsPage) -> None:
    page.on_target(ContactTarget(contact_id=2))
    desk.qtbot.waitUntil(lambda: page.contact is not None and page.contact.id == 2)
    assert page.where() == ContactTarget(contact_id=2)
    desk.window.shell.commands.run("own-card")
    desk.qtbot.waitUntil(lambda: isinstance(page.detail, OwnCard))
    assert page.where() == OWN


def test_everything_has_a_name_and_is_reached_by_keyboard(desk: Desk, page: ContactsPage) -> None:
    detail = show(desk, page, 1)
    assert unnamed(page) == []
    assert {detail.note_button, detail.edit_button, detail.menu} <= set(reachable(page))
    page.show_own()
    desk.qtbot.waitUntil(lambda: isinstance(page.detail, OwnCard))
    assert unnamed(page) == []


def test_a_row_is_chosen_by_the_mouse(desk: Desk, page: ContactsPage) -> None:
    view = page.pane.view
    at: QPoint = view.visualRect(page.pane.model.index(1)).center()
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=at)

    desk.qtbot.waitUntil(lambda: page.contact is not None and page.contact.name == "G. Hopper")
    assert view.selectionModel().isSelected(page.pane.model.index(1))
    view.selectionModel().select(
        page.pane.model.index(1), QItemSelectionModel.SelectionFlag.Deselect
    )


def test_the_chats_with_somebody_are_listed_and_searched(desk: Desk, page: ContactsPage) -> None:
    show(desk, page, 1)
    assert page.contact is not None
    page._list_chats(page.contact)
    chats = desk.window.workspace
    assert chats is not None
    desk.qtbot.waitUntil(lambda: chats.page("chats").pane.wish.filter.person == "Ada Lovelace")
    page._search(page.contact)
    desk.qtbot.waitUntil(lambda: 'with:"Ada Lovelace"' in chats.page("search").head.query)


def test_a_narrow_page_shows_one_side_and_leads_to_the_other(
    desk: Desk, page: ContactsPage
) -> None:
    desk.window.resize(560, 700)
    desk.qtbot.waitUntil(lambda: page.pane.isVisible() and not page.right.isVisible())
    page.pane.view.setFocus()
    desk.qtbot.keyClick(page.pane.view, Qt.Key.Key_Down)
    assert page.pane.isVisible()
    desk.qtbot.keyClick(page.pane.view, Qt.Key.Key_Return)
    desk.qtbot.waitUntil(lambda: page.right.isVisible() and not page.pane.isVisible())
    desk.session.tell_changed("contacts")
    page.back.click()

    desk.qtbot.waitUntil(lambda: page.pane.isVisible() and not page.right.isVisible())
    desk.window.resize(1240, 800)
    desk.qtbot.waitUntil(lambda: page.pane.isVisible() and page.right.isVisible())
