"""Who has the database key can edit contacts, but not without being noticed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from privatus.bootstrap import Vault
from privatus.core.errors import TamperedError
from support.conversations import conversation
from support.people import add, keys_of, other_card, png
from support.vaults import PASSWORD, ScratchVault

_ATTACKS = {
    "what is said of another": (
        "UPDATE contacts SET (details_sealed, picture_sealed, seal) ="
        " (SELECT details_sealed, picture_sealed, seal FROM contacts WHERE id = 2) WHERE id = 1",
        "contact 1: ",
    ),
    "the state of before it was verified": (
        "UPDATE contacts SET details_sealed ="
        " (SELECT details_sealed FROM contacts WHERE id = 2) WHERE id = 1",
        "contact 1: ",
    ),
    "no longer blocked": ("UPDATE contacts SET is_blocked = 0 WHERE id = 2", "contact 2: "),
    "another person's notes": (
        "UPDATE contacts SET public_id = zeroblob(16) WHERE id = 1",
        "contact 1: ",
    ),
    "changed at another time": ("UPDATE contacts SET changed_at_ms = 0 WHERE id = 1", "contact 1"),
    "a picture taken away": (
        "UPDATE contacts SET picture_sealed = NULL WHERE id = 1",
        "contact 1: ",
    ),
    "a picture of another": (
        "UPDATE contacts SET picture_sealed ="
        " (SELECT picture_sealed FROM contacts WHERE id = 2) WHERE id = 1",
        "contact 1: ",
    ),
    "a contact that took no part": (
        "UPDATE participants SET contact_id = 2",
        "that contact 2 takes part in conversation 1",
    ),
    "a contact that took part elsewhere": (
        "UPDATE participants SET conversation_id = 2",
        "takes part in conversation 2",
    ),
    "taking part since another time": ("UPDATE participants SET added_at_ms = 5", "takes part"),
    "a contact that is gone": ("DELETE FROM contacts WHERE id = 1", "participants row 1"),
    "an identity of another time": ("UPDATE identity SET created_at_ms = 5", "identity 1: "),
    "other private keys": ("UPDATE identity SET wrapped_keys = randomblob(96)", "identity 1: "),
    "a picture of another on the card": (
        "UPDATE identity SET picture_sealed = (SELECT picture_sealed FROM contacts WHERE id = 1)",
        "identity 1: ",
    ),
}


@pytest.mark.parametrize("attack", _ATTACKS)
def test_what_was_edited_of_contacts_is_named(
    vault: ScratchVault, tmp_path: Path, attack: str
) -> None:
    statement, named = _ATTACKS[attack]
    keys = keys_of(other_card(tmp_path / "ada", "Ada"))
    ada, grace = add(vault, "Ada", picture=png()), add(vault, "Grace", picture=png(9))
    vault.vault.contacts.add_key(ada, keys)
    vault.vault.contacts.verify(ada, keys)
    vault.vault.contacts.block(grace)
    vault.bring(*(conversation("Hello", external_id=str(n)) for n in (1, 2)))
    talk = vault.query("SELECT hex(public_id) FROM conversations WHERE id = 1")[0][0]
    vault.reopen().contacts.take_part(ada, [talk])
    assert vault.check().ok

    assert vault.attack(statement)

    problems = vault.problems()
    found = [p for p in problems if p.startswith(("contacts: ", "references: ")) and named in p]
    assert found, problems


def test_a_contact_that_was_edited_is_not_sealed_anew(vault: ScratchVault) -> None:
    ada = add(vault, "Ada")
    whole = vault.vault.contacts.get(ada)
    vault.attack("UPDATE contacts SET is_blocked = 1")
    contacts = vault.reopen().contacts

    for change in (
        lambda: contacts.edit(replace(whole, note="A note")),
        lambda: contacts.block(ada, False),
        lambda: contacts.delete([ada]),
    ):
        with pytest.raises(TamperedError):
            change()


def test_contacts_and_their_keys_open_after_the_vault_got_new_keys(
    vault: ScratchVault, tmp_path: Path
) -> None:
    keys = keys_of(other_card(tmp_path / "ada", "Ada"))
    ada = add(vault, "Ada", picture=png())
    vault.vault.contacts.add_key(ada, keys)
    vault.vault.contacts.verify(ada, keys)
    talk = vault.vault.contacts.note_to(ada)
    before = vault.vault.contacts.get(ada)
    number = vault.vault.contacts.safety_number(keys)
    vault.vault.lock()
    Vault.rotate(vault.folder, PASSWORD)
    vault.vault = Vault.open(vault.folder, PASSWORD)

    assert vault.vault.contacts.get(ada) == before
    assert vault.vault.contacts.safety_number(keys) == number
    assert vault.vault.contacts.note_to(ada) == talk
    add(vault, "Grace")
    vault.vault.contacts.block(ada)
    assert vault.vault.integrity.check().ok
