"""Contacts come from files after a look, go into files, and are there once."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from privatus.core.contact import FieldKind, VerifiedBy
from privatus.core.errors import UnreadableInputError, UserError
from privatus.services.contact_files import Action
from support.people import add, contact, keys_of, other_card, png
from support.vaults import ScratchVault

_BOOK = """BEGIN:VCARD\r
VERSION:3.0\r
N:Lovelace;Ada;;;\r
FN:Ada Lovelace\r
EMAIL;TYPE=HOME:ada@example.org\r
BDAY:1815-12-10\r
END:VCARD\r
BEGIN:VCARD\r
VERSION:3.0\r
FN:Grace Hopper\r
TEL;TYPE=CELL:+1 555 123 4567\r
UID:grace-1\r
END:VCARD\r
"""


def _names(vault: ScratchVault) -> list[str]:
    return [found.contact.name for found in vault.vault.contacts.list()]


def _actions(vault: ScratchVault, *contents: bytes) -> list[Action]:
    preview = vault.vault.contact_files.preview_bytes(contents)
    return [item.action for item in preview.items]


def _take(vault: ScratchVault, *contents: bytes) -> object:
    files = vault.vault.contact_files
    return files.take(files.preview_bytes(contents).items)


def test_a_look_changes_nothing_and_taking_can_be_undone(vault: ScratchVault) -> None:
    files = vault.vault.contact_files
    preview = files.preview_bytes([_BOOK.encode()])
    assert [item.action for item in preview.items] == [Action.ADD, Action.ADD]
    assert _names(vault) == []

    change = files.take(preview.items)
    assert _names(vault) == ["Ada Lovelace", "Grace Hopper"]

    vault.vault.contacts.undo(change)
    assert _names(vault) == []


def test_the_same_file_again_makes_no_doubles_also_after_a_new_name(vault: ScratchVault) -> None:
    _take(vault, _BOOK.encode())
    ada, grace = (found.contact for found in vault.vault.contacts.list())
    assert _actions(vault, _BOOK.encode()) == [Action.NOTHING, Action.NOTHING]

    vault.vault.contacts.edit(replace(ada, name="Countess", aliases=("Ada Lovelace",)))
    vault.vault.contacts.edit(replace(grace, name="Amazing Grace"))
    _take(vault, _BOOK.encode())

    assert _names(vault) == ["Amazing Grace", "Countess"]
    assert _actions(vault, _BOOK.encode()) == [Action.NOTHING, Action.NOTHING]


def test_a_later_file_adds_what_is_new_and_takes_nothing_away(vault: ScratchVault) -> None:
    _take(vault, _BOOK.encode())
    [ada, _] = (found.contact for found in vault.vault.contacts.list())
    vault.vault.contacts.edit(replace(ada, note="Mine", tags=("friends",)))
    later = _BOOK.replace("ada@example.org", "ada@example.org\r\nTEL:987654321\r\nNOTE:Theirs")

    assert _actions(vault, later.encode()) == [Action.UPDATE, Action.NOTHING]
    _take(vault, later.encode())

    whole = vault.vault.contacts.get(ada.id)
    assert whole.note == "Mine\n\nTheirs" and whole.tags == ("friends",)
    assert whole.values(FieldKind.PHONE) == ("987654321",)
    assert len(_names(vault)) == 2


def test_two_people_of_one_address_stay_two(vault: ScratchVault) -> None:
    add(vault, "Ada Lovelace", email="family@example.org")
    card = "BEGIN:VCARD\r\nFN:Byron Lovelace\r\nEMAIL:family@example.org\r\nEND:VCARD\r\n"

    assert _actions(vault, card.encode()) == [Action.ADD]


def test_what_goes_into_a_file_comes_back_in_another_vault(
    vault: ScratchVault, tmp_path: Path
) -> None:
    keys = keys_of(other_card(tmp_path / "ada", "Ada"))
    ada = add(
        vault, "Zoë", email="z@example.org", note="Tea\nand cake", tags=("a", "b"), picture=png(),
        aliases=("Zo",), kept=("BDAY:18151210",),
    )  # fmt: skip
    vault.vault.contacts.add_key(ada, keys)
    vault.vault.contacts.verify(ada, keys, VerifiedBy.QR)
    raw = vault.vault.contact_files.vcards()
    other = ScratchVault.create(tmp_path / "other")
    _take(other, raw)

    [found] = (other.vault.contacts.get(line.contact.id) for line in other.vault.contacts.list())
    said = vault.vault.contacts.get(ada)
    assert not found.is_verified
    assert [key.keys for key in found.keys] == [keys]
    assert replace(found, keys=(), created_at_ms=0, changed_at_ms=0, id=0) == replace(
        said, keys=(), created_at_ms=0, changed_at_ms=0, id=0
    )
    assert _actions(other, raw) == [Action.NOTHING]
    other.vault.lock()


def test_a_card_makes_a_contact_with_a_key_that_nobody_has_verified(
    vault: ScratchVault, tmp_path: Path
) -> None:
    raw = other_card(tmp_path / "ada", "Ada", picture=png(), note="Engines")
    _take(vault, raw)

    [line] = vault.vault.contacts.list()
    found = vault.vault.contacts.get(line.contact.id)
    assert (found.name, found.note, found.picture) == ("Ada", "Engines", png())
    assert [key.keys for key in found.keys] == [keys_of(raw)] and not found.is_verified
    assert _actions(vault, raw) == [Action.NOTHING]


def test_a_card_gives_its_key_to_the_one_of_that_name_who_has_none(
    vault: ScratchVault, tmp_path: Path
) -> None:
    ada = add(vault, "Ada")
    raw = other_card(tmp_path / "ada", "Ada")
    _take(vault, raw)

    assert _names(vault) == ["Ada"]
    assert vault.vault.contacts.get(ada).keys[0].keys == keys_of(raw)


def test_a_second_card_of_one_name_stands_beside_the_first_with_a_warning(
    vault: ScratchVault, tmp_path: Path
) -> None:
    real, forged = (other_card(tmp_path / name, "Ada") for name in ("real", "forged"))
    _take(vault, real)

    preview = vault.vault.contact_files.preview_bytes([forged])
    [item] = preview.items
    assert item.action is Action.ADD and "has another key already" in item.warning
    vault.vault.contact_files.take(preview.items)

    assert sorted(len(f.contact.keys) for f in vault.vault.contacts.list()) == [1, 1]


def test_a_key_that_has_come_since_the_look_keeps_another_one_out(
    vault: ScratchVault, tmp_path: Path
) -> None:
    add(vault, "Ada")
    files = vault.vault.contact_files
    first, second = (
        files.preview_bytes([other_card(tmp_path / name, "Ada")]) for name in ("first", "second")
    )
    files.take(first.items)

    with pytest.raises(UserError, match="another key"):
        files.take(second.items)

    assert [len(found.contact.keys) for found in vault.vault.contacts.list()] == [1]


def test_a_vcard_that_names_a_known_key_brings_no_other_one(
    vault: ScratchVault, tmp_path: Path
) -> None:
    real, forged = (keys_of(other_card(tmp_path / name, "Ada")) for name in ("real", "forged"))
    ada = add(vault, "Ada")
    vault.vault.contacts.add_key(ada, real)
    other = ScratchVault.create(tmp_path / "other")
    there = add(other, "Ada", phone="+4930901820")
    for keys in (real, forged):
        other.vault.contacts.add_key(there, keys)
    preview = vault.vault.contact_files.preview_bytes([other.vault.contact_files.vcards()])
    other.vault.lock()
    assert "another key" in preview.items[0].warning

    vault.vault.contact_files.take(preview.items)

    found = vault.vault.contacts.get(ada)
    assert [key.keys for key in found.keys] == [real]
    assert found.values(FieldKind.PHONE) == ("+4930901820",)


def test_a_new_card_of_a_known_key_brings_what_is_new(vault: ScratchVault, tmp_path: Path) -> None:
    other = ScratchVault.create(tmp_path / "other")
    other.vault.identity.set(name="Ada")
    _take(vault, other.vault.identity.card())
    other.vault.identity.set(name="Countess", note="Engines")
    _take(vault, other.vault.identity.card())
    other.vault.lock()

    [line] = vault.vault.contacts.list()
    assert (line.contact.name, line.contact.aliases) == ("Ada", ("Countess",))
    assert line.contact.note == "Engines"


def test_ones_own_card_is_no_contact(vault: ScratchVault) -> None:
    vault.vault.identity.set(name="Me")
    raw = vault.vault.identity.card()

    preview = vault.vault.contact_files.preview_bytes([raw])

    assert preview.items == () and "your own card" in preview.problems[0]


def test_a_changed_card_is_refused_and_named(vault: ScratchVault, tmp_path: Path) -> None:
    raw = other_card(tmp_path / "ada", "Ada").replace(b"Ada", b"Eve")

    with pytest.raises(UnreadableInputError, match="changed after it was signed"):
        vault.vault.contact_files.preview_bytes([raw])


def test_files_are_read_by_what_they_hold(vault: ScratchVault, tmp_path: Path) -> None:
    files = vault.vault.contact_files
    (tmp_path / "book.txt").write_bytes(_BOOK.encode())
    (tmp_path / "code.txt").write_text("hello", encoding="utf-8")

    assert len(files.preview([tmp_path / "book.txt"]).items) == 2
    with pytest.raises(UnreadableInputError, match="no file of contacts"):
        files.preview([tmp_path / "code.txt"])
    with pytest.raises(UnreadableInputError, match="cannot be read"):
        files.preview([tmp_path / "nothing.vcf"])


def test_a_contact_twice_in_one_file_is_taken_once(vault: ScratchVault) -> None:
    preview = vault.vault.contact_files.preview_bytes([_BOOK.encode(), _BOOK.encode()])

    assert len(preview.items) == 2
    assert "taken once" in preview.problems[0]


def test_a_contact_that_is_full_is_left_as_it_is(vault: ScratchVault) -> None:
    full = contact("Ada Lovelace", email="ada@example.org", note="x" * 20_000)
    vault.vault.contacts.add(full)
    card = _BOOK.replace("BDAY:1815-12-10", "NOTE:one more")

    preview = vault.vault.contact_files.preview_bytes([card.encode()])

    assert preview.items[0].action is Action.NOTHING
    assert "at most 20,000 characters" in preview.items[0].warning


def test_a_key_of_another_contact_joins_that_one(vault: ScratchVault, tmp_path: Path) -> None:
    raw = other_card(tmp_path / "ada", "Ada")
    grace = add(vault, "Grace")
    vault.vault.contacts.add_key(grace, keys_of(raw))
    _take(vault, raw)

    assert _names(vault) == ["Grace"]
    assert vault.vault.contacts.get(grace).aliases == ("Ada",)
    with pytest.raises(UserError):
        vault.vault.contacts.find("Eve")


def test_nothing_is_taken_of_who_is_blocked(vault: ScratchVault, tmp_path: Path) -> None:
    raw = other_card(tmp_path / "ada", "Ada", note="Engines")
    ada = add(vault, "Ada")
    vault.vault.contacts.block(ada)

    preview = vault.vault.contact_files.preview_bytes([raw])
    vault.vault.contact_files.take(preview.items)

    assert preview.items[0].action is Action.NOTHING
    assert "is blocked" in preview.items[0].warning
    assert vault.vault.contacts.get(ada).keys == ()


def test_of_two_cards_of_one_name_only_the_first_joins_who_has_no_key(
    vault: ScratchVault, tmp_path: Path
) -> None:
    ada = add(vault, "Ada")
    first, second = (other_card(tmp_path / name, "Ada") for name in ("first", "second"))

    preview = vault.vault.contact_files.preview_bytes([first, second])
    vault.vault.contact_files.take(preview.items)

    assert [item.action for item in preview.items] == [Action.UPDATE, Action.ADD]
    assert [key.keys for key in vault.vault.contacts.get(ada).keys] == [keys_of(first)]
