"""After locking, nothing of the vault can be reached: by Python, on the screen, by a reader."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import shiboken6
from PySide6.QtGui import (
    QAccessible,
    QAccessibleInterface,
    QClipboard,
    QGuiApplication,
    QTextDocument,
)
from PySide6.QtWidgets import QAbstractItemView, QApplication

from privatus.bootstrap import Vault
from privatus.core.contact import Contact
from support.chatgpt_chats import chat, write_chats
from support.desk import Desk
from ui.annotations.page import NotesPage
from ui.backups.page import BackupsPage
from ui.backups.plan_dialog import PlanDialog
from ui.backups.target import BackupsTarget
from ui.chats.page import ChatsPage
from ui.contacts.page import ContactsPage
from ui.contacts.target import ContactTarget
from ui.imports.page import ImportsPage
from ui.lock.password_field import PasswordField
from ui.pages import BUILT_IN
from ui.search.page import SearchPage
from ui.search.palette import open_palette
from ui.search.target import SearchTarget
from ui.tags.chooser import TagChooser
from ui.versions.page import VersionsTarget

# Made when the tests run: as a constant of this file it would be found where it stands.
_CANARY = "".join(("quetzal", "coatlus"))


@pytest.fixture
def fill(tmp_path: Path) -> Callable[[Vault], object]:
    export = write_chats(
        tmp_path / "conversations.json",
        *(
            chat(f"Title {_CANARY} {n}", f"Question {_CANARY}", f"Answer **{_CANARY}**", "Thanks")
            for n in range(3)
        ),
    )

    def filled(vault: Vault) -> None:
        vault.imports.run(export)
        for chat_ in vault.conversations.list():
            vault.tags.add(f"work/{_CANARY}", chat_.id, f"{chat_.id}.2")
            vault.annotations.add(f"{chat_.id}.2", f"Note {_CANARY}", quote=_CANARY)
            vault.annotations.add(chat_.id, f"Note on all {_CANARY}")
        vault.folders.put(f"in/{_CANARY}", [chat_.id])
        vault.saved_searches.save(_CANARY, f"folder:{_CANARY}", "newest")
        vault.summaries.write(chat_.id, f"In short {_CANARY}")
        vault.editing.edit(chat_.id, 1, f"Changed {_CANARY}")
        vault.identity.set(name=f"Me {_CANARY}")
        vault.contacts.add(Contact(name=f"Ada {_CANARY}", note=_CANARY))
        vault.contacts.take_part(1, [chat_.id])
        (tmp_path / "usb").mkdir()
        vault.backups.add(f"Disk {_CANARY}", str(tmp_path / "usb"))
        vault.backups.run(1)

    return filled


@pytest.fixture
def selections(monkeypatch: pytest.MonkeyPatch) -> list[QClipboard.Mode]:
    """Return which clipboards were cleared, as if there were the one of X that follows the mouse.

    Tests have a screen without it.
    """
    cleared: list[QClipboard.Mode] = []
    monkeypatch.setattr(QClipboard, "supportsSelection", lambda _self: True)
    monkeypatch.setattr(QClipboard, "ownsSelection", lambda _self: True)
    monkeypatch.setattr(QClipboard, "clear", lambda _self, mode: cleared.append(mode))
    return cleared


def _use_everything(desk: Desk, export: Path) -> None:
    desk.unlock()
    for page in BUILT_IN:
        desk.show_page(page.name)
        desk.qtbot.wait(200)
    first = desk.session.vault.conversations.list()[0]
    assert _CANARY in first.title
    desk.window.shell.copy(first.title, "Copied.")
    desk.window.shell.toast(f"About {_CANARY}")
    desk.window.shell.remember("chats", _CANARY + " somewhere")
    _look_into_an_export(desk, export)
    _search(desk)
    _read(desk)
    _note(desk)
    _tag(desk)
    _curate(desk)
    _back_up(desk)


def _back_up(desk: Desk) -> None:
    page = desk.show_page("backups")
    assert isinstance(page, BackupsPage)
    page.on_target(BackupsTarget(destination_id=1))
    desk.qtbot.waitUntil(lambda: page.detail is not None and bool(page.detail.model.backups))
    assert page.actions_ is not None and page.detail is not None
    page.detail.change()
    page.actions_.show_plan()
    desk.qtbot.waitUntil(lambda: page.findChild(PlanDialog) is not None)


def _look_into_an_export(desk: Desk, export: Path) -> None:
    page = desk.show_page("imports")
    assert isinstance(page, ImportsPage)
    page.look_into((export,))
    desk.qtbot.waitUntil(lambda: page.importing is not None and page.importing.preview is not None)


def _search(desk: Desk) -> None:
    page = desk.show_page("search")
    assert isinstance(page, SearchPage)
    page.head.put(_CANARY)
    page.on_target(SearchTarget(query=_CANARY))
    desk.qtbot.waitUntil(lambda: bool(page.model.hits))
    palette = open_palette(desk.window.shell)
    assert palette is not None
    desk.qtbot.keyClicks(palette.field, _CANARY)
    desk.qtbot.waitUntil(lambda: palette.model.rowCount() > 3)


def _note(desk: Desk) -> None:
    page = desk.show_page("search")
    assert isinstance(page, SearchPage)
    page.on_target(SearchTarget(query=f"in:notes {_CANARY}"))
    desk.qtbot.waitUntil(lambda: any(hit.note for hit in page.model.hits))
    page.tagging.ask()
    listed = desk.show_page("annotations")
    assert isinstance(listed, NotesPage)
    desk.qtbot.waitUntil(lambda: len(listed.model.shown) == 6)
    listed.view.setCurrentIndex(listed.model.index(0))
    listed.view.edit_wanted.emit()
    desk.qtbot.keyClicks(listed.card.text, f"More {_CANARY}")


def _read(desk: Desk) -> None:
    page = desk.show_page("chats")
    assert isinstance(page, ChatsPage)
    desk.qtbot.waitUntil(lambda: page.reader.model is not None)
    reader, model = page.reader, page.reader.model
    assert model is not None
    reader.toggle_panel()
    reader.find_in_chat()
    desk.qtbot.keyClicks(reader.find_bar.field, _CANARY)
    desk.qtbot.waitUntil(lambda: " of " in reader.find_bar.count.text())
    reader.select_all()
    reader.actions_.copy()
    desk.qtbot.waitUntil(lambda: _CANARY in QGuiApplication.clipboard().text())
    reader.read(1)
    page.pane.filter_field.setText(_CANARY)
    # What is drawn is kept for scrolling back, and must go as well.
    desk.qtbot.waitUntil(lambda: any(_CANARY in text for text in _documents()))


def _tag(desk: Desk) -> None:
    """Leave the chooser of tags open, with one that is new in it."""
    page = desk.show_page("chats")
    assert isinstance(page, ChatsPage)
    assert page.reader.header.tags.names
    desk.window.shell.commands.run("tags-pane")
    assert page.tags_pane.tree.item_of(f"work/{_CANARY}") is not None
    desk.window.shell.commands.run("tag-chats")
    desk.qtbot.waitUntil(lambda: bool(desk.window.findChildren(TagChooser)))
    [chooser] = desk.window.findChildren(TagChooser)
    desk.qtbot.waitUntil(lambda: chooser.ticks.rowCount() > 0)
    desk.qtbot.keyClicks(chooser.field, f"new {_CANARY}")


def _curate(desk: Desk) -> None:
    """Look at people and versions, and leave a change to undo, a form and a summary open."""
    vault = desk.session.vault
    chat_ = next(c for c in vault.conversations.list() if len(vault.versions.list(c.id)) > 1)
    for name, target in (
        ("versions", VersionsTarget(conversation_id=chat_.id, title=chat_.title)),
        ("contacts", ContactTarget(contact_id=1)),
    ):
        desk.window.shell.go(name, target)
        desk.qtbot.wait(300)
    page = desk.show_page("contacts")
    assert isinstance(page, ContactsPage)
    desk.qtbot.waitUntil(lambda: page.contact is not None)
    contact = page.contact
    assert contact is not None
    assert page.actions_ is not None
    page.actions_.block(contact)
    desk.qtbot.waitUntil(lambda: vault.contacts.get(1).is_blocked)
    page.actions_.edit(contact)
    chats = desk.show_page("chats")
    assert isinstance(chats, ChatsPage)
    chats.beside.toggle()
    desk.qtbot.wait(300)


def _documents() -> Iterator[str]:
    for found in gc.get_objects():
        if isinstance(found, QTextDocument) and shiboken6.isValid(found):
            yield found.toPlainText()


def _in_widgets() -> Iterator[str]:
    """Yield what is written in widgets, whether they can be seen or not."""
    for widget in QApplication.allWidgets():
        for name in ("text", "plainText", "title", "toolTip", "windowTitle", "accessibleName"):
            yield str(widget.property(name) or "")
        if isinstance(widget, QAbstractItemView) and widget.model() is not None:
            yield str(widget.model().index(0, 0).data())


def _told(interface: QAccessibleInterface) -> Iterator[str]:
    for kind in (QAccessible.Text.Name, QAccessible.Text.Description, QAccessible.Text.Value):
        yield interface.text(kind)
    for number in range(interface.childCount()):
        child = interface.child(number)
        if child is not None and child.isValid():
            yield from _told(child)


def _reachable_texts() -> Iterator[str]:
    for holder in gc.get_objects():
        yield from _texts_in(holder)


def _texts_in(holder: object) -> Iterator[str]:
    for value in gc.get_referents(holder):
        if isinstance(value, bytes | bytearray):
            yield bytes(value).decode("utf-8", "ignore")
        elif isinstance(value, str):
            if value is not _CANARY:
                yield value
        elif not gc.is_tracked(value):
            # A tuple or dict of texts alone cannot be in a cycle, and is not listed by itself.
            yield from _texts_in(value)


def test_what_was_selected_cannot_be_had_by_the_middle_button_after_locking(
    desk: Desk, selections: list[QClipboard.Mode]
) -> None:
    desk.unlock()
    selections.clear()

    desk.lock()

    assert selections == [QClipboard.Mode.Selection]


def test_a_password_that_was_shown_and_selected_is_forgotten_with_the_field(
    desk: Desk, selections: list[QClipboard.Mode]
) -> None:
    field = PasswordField("Password")
    desk.qtbot.addWidget(field)
    field.setText("secret")

    assert field.take() == "secret"

    assert selections == [QClipboard.Mode.Selection]


def test_nothing_of_the_vault_is_left_after_locking(desk: Desk, tmp_path: Path) -> None:
    _use_everything(desk, tmp_path / "conversations.json")

    desk.lock()
    desk.qtbot.wait(50)
    gc.collect()

    in_tree = [
        text
        for window in QApplication.topLevelWidgets()
        if (interface := QAccessible.queryAccessibleInterface(window)) is not None
        for text in _told(interface)
        if _CANARY in text
    ]
    assert in_tree == []
    assert [text for text in _in_widgets() if _CANARY in text] == []
    assert [text for text in _documents() if _CANARY in text] == []
    assert _CANARY not in QGuiApplication.clipboard().text()
    assert [text for text in _reachable_texts() if _CANARY in text] == []
