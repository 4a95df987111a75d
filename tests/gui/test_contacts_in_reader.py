"""People where chats are read: who took part, and notes that go nowhere."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu

from privatus.bootstrap import Vault
from privatus.core.contact import ParticipantKind
from support.desk import Desk
from support.people import contact
from ui.chats.page import ChatsPage
from ui.contacts.in_reader import PeopleInReader
from ui.contacts.merging import PersonChooser
from ui.shell.pages import MessageTarget


@pytest.fixture
def fill() -> Callable[[Vault], object]:
    def filled(vault: Vault) -> None:
        vault.identity.set(name="Maria")
        for name in ("Ada Lovelace", "Grace Hopper"):
            vault.contacts.add(contact(name))
        vault.notes.write(vault.contacts.note_to(1), "Bring the engine")

    return filled


@pytest.fixture
def notes(desk: Desk) -> PeopleInReader:
    desk.unlock()
    page = desk.show_page("chats")
    assert isinstance(page, ChatsPage)
    talk = desk.session.vault.contacts.note_to(1)
    desk.window.shell.open_message(MessageTarget(conversation_id=talk))
    people = next(a for a in page.reader.additions if isinstance(a, PeopleInReader))
    desk.qtbot.waitUntil(lambda: bool(people.people) and people.composer.isVisible())
    return people


def _texts(desk: Desk, talk: UUID) -> list[str]:
    return [m.text for m in desk.session.vault.conversations.get(talk).messages]


def test_a_chat_of_notes_says_that_nothing_is_sent(notes: PeopleInReader) -> None:
    about = notes.reader.header.about.accessibleName()

    assert about.startswith("Your own notes stay on this machine: nothing is sent")
    assert "nothing is sent" in notes.composer.hint.text()
    assert notes.composer.text.accessibleName() == "Your note to Ada Lovelace"


def test_a_note_is_written_by_keyboard_and_stands_in_ones_own_name(
    desk: Desk, notes: PeopleInReader
) -> None:
    talk = desk.session.vault.contacts.note_to(1)
    desk.qtbot.keyClicks(notes.composer.text, "She prefers tea")
    assert notes.composer.keep.isEnabled()
    desk.qtbot.keyClick(notes.composer.text, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)

    desk.qtbot.waitUntil(lambda: _texts(desk, talk) == ["Bring the engine", "She prefers tea"])
    desk.qtbot.waitUntil(lambda: notes.composer.isVisible() and notes.composer.draft == "")
    last = desk.session.vault.conversations.get(talk).messages[-1]
    assert last.author == "Maria"
    desk.qtbot.waitUntil(
        lambda: notes.reader.model is not None and notes.reader.model.rowCount() == 2
    )


def test_a_note_that_was_kept_is_taken_back(desk: Desk, notes: PeopleInReader) -> None:
    talk = desk.session.vault.contacts.note_to(1)
    notes.composer.text.setPlainText("She prefers tea")
    notes.composer.keep.click()
    desk.qtbot.waitUntil(lambda: "The note is kept" in desk.window.shell.told)

    desk.window.shell.undo()

    desk.qtbot.waitUntil(
        lambda: (
            desk.session.vault.conversations.get(talk).active_path()[-1].text == "Bring the engine"
        )
    )


def test_what_was_begun_waits_for_the_chat_and_is_kept_at_the_lock(
    desk: Desk, notes: PeopleInReader
) -> None:
    vault = desk.session.vault
    other = vault.contacts.note_to(2)
    talk = vault.contacts.note_to(1)
    notes.composer.text.setPlainText("Half a th")
    desk.window.shell.open_message(MessageTarget(conversation_id=other))
    desk.qtbot.waitUntil(
        lambda: notes.composer.text.accessibleName() == "Your note to Grace Hopper"
    )
    assert notes.composer.draft == ""
    desk.window.shell.open_message(MessageTarget(conversation_id=talk))
    desk.qtbot.waitUntil(lambda: notes.composer.draft == "Half a th")

    desk.lock()
    desk.unlock()

    assert _texts(desk, talk) == ["Bring the engine", "Half a th"]


def test_who_took_part_is_in_the_menu_and_can_be_changed(desk: Desk, notes: PeopleInReader) -> None:
    menu = QMenu(notes.reader)
    notes.fill_chat(menu)
    [inner] = [action.menu() for action in menu.actions()]
    assert isinstance(inner, QMenu)
    assert [a.text() for a in inner.actions() if a.text()] == [
        "Ada Lovelace",
        "Add somebody…",
        "Take away",
    ]
    notes.add_somebody()
    desk.qtbot.waitUntil(lambda: bool(notes.reader.findChildren(PersonChooser)))
    [chooser] = notes.reader.findChildren(PersonChooser)
    assert [chooser.model.index(r).data() for r in range(chooser.model.rowCount())] == [
        "Grace Hopper"
    ]
    chooser.choose.click()

    desk.qtbot.waitUntil(lambda: len(notes.people) == 2)
    assert {said.kind for said in notes.people} == {ParticipantKind.CONTACT}
    desk.window.shell.undo()
    desk.qtbot.waitUntil(lambda: len(notes.people) == 1)
