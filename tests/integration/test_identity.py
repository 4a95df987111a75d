"""The person's own identity: made with the vault, kept with it, renewed at will."""

from __future__ import annotations

from pathlib import Path

import pytest

from privatus.bootstrap import Vault
from privatus.core.contact import ContactField, FieldKind
from privatus.core.errors import TamperedError, UserError
from privatus.vault import card
from support.people import png
from support.traces import Sealed, traces
from support.vaults import PASSWORD, ScratchVault


def test_a_new_vault_has_an_identity_of_its_own(vault: ScratchVault, tmp_path: Path) -> None:
    other = ScratchVault.create(tmp_path / "other")
    keys = vault.vault.identity.get().keys

    assert keys != other.vault.identity.get().keys
    assert vault.reopen().identity.get().keys == keys
    other.vault.lock()


def test_an_older_vault_gets_its_identity_when_it_is_opened_for_writing(
    vault: ScratchVault,
) -> None:
    vault.attack("DELETE FROM identity")
    with Vault.open(vault.folder, PASSWORD, read_only=True) as read:
        # It had the lock for a moment, and used it.
        keys = read.identity.get().keys

    assert vault.reopen().identity.get().keys == keys
    assert "identity made" in [entry.action for entry in vault.vault.audit.list()]
    assert vault.check().ok


def test_the_card_says_what_the_person_says_and_is_signed(vault: ScratchVault) -> None:
    mail = ContactField(kind=FieldKind.EMAIL, value="ada@example.org", label="home")
    vault.vault.identity.set(name=" Ada ", note="Engines", fields=(mail,), picture=png())

    read = card.read(vault.vault.identity.card())

    assert (read.name, read.note, read.fields, read.picture) == ("Ada", "Engines", (mail,), png())
    assert read.keys == vault.vault.identity.get().keys
    assert card.read(vault.vault.identity.qr_text().encode()).picture is None


def test_a_card_without_a_name_is_not_handed_out(vault: ScratchVault) -> None:
    with pytest.raises(UserError, match="no name yet"):
        vault.vault.identity.card()


def test_what_the_card_said_can_be_brought_back(vault: ScratchVault) -> None:
    vault.vault.identity.set(name="Ada", note="Engines", picture=png())
    change = vault.vault.identity.set(name="Countess")

    vault.vault.identity.undo(change)

    own = vault.vault.identity.get()
    assert (own.name, own.note, own.picture) == ("Ada", "Engines", png())


def test_new_keys_leave_the_former_ones_known_and_unable_to_sign(vault: ScratchVault) -> None:
    vault.vault.identity.set(name="Ada")
    former = vault.vault.identity.get()

    made = vault.vault.identity.renew()

    assert made.keys != former.keys and made.name == "Ada"
    assert [own.keys for own in vault.vault.identity.former()] == [former.keys]
    assert card.read(vault.vault.identity.card()).keys == made.keys
    assert vault.query("SELECT wrapped_keys IS NULL FROM identity ORDER BY id") == [(1,), (0,)]
    assert vault.check().ok
    assert "identity renewed" in [entry.action for entry in vault.vault.audit.list()]


def test_the_former_private_keys_are_in_no_file_once_there_are_new_ones(
    vault: ScratchVault,
) -> None:
    [(wrapped,)] = vault.query("SELECT wrapped_keys FROM identity")
    vault.reopen()

    vault.vault.identity.renew()

    assert traces(vault, [], Sealed(values={wrapped})) == []


def test_the_identity_outlives_new_keys_of_the_vault(vault: ScratchVault) -> None:
    vault.vault.identity.set(name="Ada")
    keys = vault.vault.identity.get().keys
    for _ in range(2):
        vault.vault.lock()
        Vault.rotate(vault.folder, PASSWORD)
        vault.vault = Vault.open(vault.folder, PASSWORD)

        assert card.read(vault.vault.identity.card()).keys == keys
        vault.vault.identity.set(name="Countess")
        assert vault.vault.integrity.check().ok


def test_exchanged_keys_sign_nothing(vault: ScratchVault, tmp_path: Path) -> None:
    vault.vault.identity.set(name="Ada")
    ScratchVault.create(tmp_path / "other").vault.lock()
    vault.attack("UPDATE identity SET wrapped_keys = randomblob(96)")

    with pytest.raises(TamperedError):
        vault.reopen().identity.get()
