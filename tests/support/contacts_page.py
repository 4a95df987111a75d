"""The page of contacts for tests: a vault with three people in it, and what is shown of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from privatus.bootstrap import Vault
from support.desk import Desk
from support.people import contact, keys_of, other_card, png
from ui.contacts.detail import ContactDetail
from ui.contacts.page import ContactsPage


@pytest.fixture
def ada_card(tmp_path: Path) -> bytes:
    return other_card(tmp_path / "ada", "Ada Lovelace")


@pytest.fixture
def fill(ada_card: bytes) -> Callable[[Vault], object]:
    def filled(vault: Vault) -> None:
        contacts = vault.contacts
        [ada] = contacts.add(
            contact("Ada Lovelace", email="ada@example.org", note="Engines", picture=png())
        ).after.contacts
        contacts.add_key(ada.id, keys_of(ada_card))
        contacts.add(contact("Grace Hopper", email="grace@example.org"))
        contacts.add(contact("G. Hopper", email="grace@example.org", phone="5551234567"))

    return filled


@pytest.fixture
def page(desk: Desk) -> ContactsPage:
    desk.unlock()
    found = desk.show_page("contacts")
    assert isinstance(found, ContactsPage)
    desk.qtbot.waitUntil(lambda: found.pane.model.rowCount() == 3)
    return found


def names(page: ContactsPage) -> list[str]:
    rows = range(page.pane.model.rowCount())
    return [str(page.pane.model.index(row).data()) for row in rows]


def show(desk: Desk, page: ContactsPage, contact_id: int) -> ContactDetail:
    page.show_contact(contact_id)
    desk.qtbot.waitUntil(
        lambda: isinstance(page.detail, ContactDetail) and page.detail.contact.id == contact_id
    )
    assert isinstance(page.detail, ContactDetail)
    return page.detail


def open_dialog(desk: Desk, page: ContactsPage, kind: type) -> object:
    def is_open() -> bool:
        actions = page.actions_
        return actions is not None and isinstance(actions.dialog, kind)

    desk.qtbot.waitUntil(is_open)
    assert page.actions_ is not None
    return page.actions_.dialog
