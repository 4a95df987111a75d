"""The contact book: what is said of people, changed, merged and taken back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from privatus.bootstrap import Vault
from privatus.core.contact import Contact, ContactField, FieldKind, ParticipantKind, VerifiedBy
from privatus.core.conversation import Kind
from privatus.core.errors import AccessError, UserError
from support.conversations import conversation
from support.people import add, contact, keys_of, other_card, png
from support.vaults import PASSWORD, ScratchVault


def _names(vault: ScratchVault, words: str = "") -> list[str]:
    return [found.contact.name for found in vault.vault.contacts.list(words)]


def _all(vault: ScratchVault) -> list[Contact]:
    contacts = vault.vault.contacts
    return [contacts.get(found.contact.id) for found in contacts.list()]


def _content(vault: ScratchVault) -> list[Contact]:
    """Return all that is said, without when it was changed last."""
    return [replace(found, changed_at_ms=0) for found in _all(vault)]


def test_what_is_said_of_a_contact_is_there_after_the_vault_was_locked(
    vault: ScratchVault,
) -> None:
    said = contact(
        "Zoë Müller",
        email="zoe@example.org",
        phone="+49 30 123456",
        aliases=("Zo", "Mülli"),
        note="Met in *Bern*.\nLikes tea.",
        tags=("choir",),
        picture=png(),
        kept=("X-SHOE-SIZE:39",),
    )
    [made] = vault.vault.contacts.add(said).after.contacts
    vault.reopen()

    assert vault.vault.contacts.get(made.id) == made
    assert replace(made, id=0, public_id=None, created_at_ms=0, changed_at_ms=0) == said
    assert vault.check().ok


def test_contacts_are_listed_by_name_and_found_by_any_word_of_theirs(vault: ScratchVault) -> None:
    add(vault, "Émile Zola", email="zola@example.org", tags=("writers",))
    add(vault, "Ada Lovelace", note="The analytical engine", aliases=("Countess",))
    add(vault, "東京太郎", phone="+81 3 1234")

    assert _names(vault) == ["Ada Lovelace", "Émile Zola", "東京太郎"]
    for words, found in {
        "emile": ["Émile Zola"],
        "ZOL emi": ["Émile Zola"],
        "countess": ["Ada Lovelace"],
        "analyt": ["Ada Lovelace"],
        "writers": ["Émile Zola"],
        "東京": ["東京太郎"],
        "1234": ["東京太郎"],
        "example": ["Émile Zola"],
        "nobody": [],
    }.items():
        assert _names(vault, words) == found, words


@pytest.mark.parametrize("name", ["", "   ", "\n", "\0"])
def test_a_contact_needs_a_name(vault: ScratchVault, name: str) -> None:
    with pytest.raises(UserError, match="needs a name"):
        vault.vault.contacts.add(Contact(name=name))


@pytest.mark.parametrize(
    "said",
    [
        {"name": "x" * 201},
        {"note": "x" * 20_001},
        {"aliases": tuple(f"n{number}" for number in range(51))},
        {"tags": ("x" * 65,)},
        {"fields": (ContactField(kind=FieldKind.URL, value="x" * 1_001),)},
        {"picture": b"GIF89a" + bytes(20)},
        {"picture": png(5_000, 1)},
        {"picture": png() + bytes(600 * 1024)},
    ],
)
def test_more_than_a_contact_may_say_is_refused(
    vault: ScratchVault, said: dict[str, object]
) -> None:
    with pytest.raises(UserError):
        vault.vault.contacts.add(Contact(**{"name": "Ada", **said}))
    assert _all(vault) == []


def test_words_are_tidied_and_said_once(vault: ScratchVault) -> None:
    mail = ContactField(kind=FieldKind.EMAIL, value=" a@b.c ")
    said = Contact(
        name=" Ada \n Lovelace ",
        aliases=("ada", "Ada", "", "Countess"),
        fields=(mail, replace(mail, value="A@B.C"), replace(mail, value=" ")),
        tags=("Maths", "maths"),
    )
    [made] = vault.vault.contacts.add(said).after.contacts

    assert (made.name, made.aliases, made.tags) == ("Ada Lovelace", ("ada", "Countess"), ("Maths",))
    assert [field.value for field in made.fields] == ["a@b.c"]


def test_every_change_can_be_undone_and_done_again(vault: ScratchVault, tmp_path: Path) -> None:
    contacts = vault.vault.contacts
    keys = keys_of(other_card(tmp_path / "ada", "Ada"))
    ada = add(vault, "Ada", email="ada@example.org", picture=png())
    twin = add(vault, "A. Lovelace", phone="123456789", note="Twin", tags=("engine",))
    vault.bring(conversation("Hello", external_id="1"))
    talk = vault.only().id
    assert talk is not None
    contacts.take_part(twin, [talk])
    for change in (
        lambda: contacts.edit(replace(contacts.get(ada), name="Countess", picture=None)),
        lambda: contacts.block(ada),
        lambda: contacts.add_key(ada, keys),
        lambda: contacts.take_part(ada, [talk]),
        lambda: contacts.take_part(twin, [talk], does=False),
        lambda: contacts.merge(twin, ada),
        lambda: contacts.delete([ada, twin]),
        lambda: contacts.add(contact("Grace")),
    ):
        before = _content(vault), contacts.participants(talk)
        done = change()
        after = _content(vault), contacts.participants(talk)
        assert after != before

        redo = contacts.undo(done)
        assert (_content(vault), contacts.participants(talk)) == before

        contacts.undo(redo)
        assert (_content(vault), contacts.participants(talk)) == after
        contacts.undo(done)
    assert vault.check().ok


def test_undo_leaves_alone_what_was_changed_since(vault: ScratchVault) -> None:
    contacts = vault.vault.contacts
    ada = add(vault, "Ada", note="first")
    renamed = contacts.edit(replace(contacts.get(ada), name="Countess"))
    contacts.edit(replace(contacts.get(ada), note="second"))

    contacts.undo(renamed)

    assert (contacts.get(ada).name, contacts.get(ada).note) == ("Ada", "second")


def test_undo_brings_no_key_back_that_was_removed_since(
    vault: ScratchVault, tmp_path: Path
) -> None:
    contacts, keys = vault.vault.contacts, keys_of(other_card(tmp_path / "ada", "Ada"))
    ada = add(vault, "Ada")
    contacts.add_key(ada, keys)
    contacts.verify(ada, keys)
    doubted = contacts.verify(ada, keys, None)
    contacts.remove_key(ada, keys)

    contacts.undo(doubted)

    assert contacts.get(ada).keys == ()


def test_undo_gives_nobody_a_key_that_another_has_by_now(
    vault: ScratchVault, tmp_path: Path
) -> None:
    contacts, keys = vault.vault.contacts, keys_of(other_card(tmp_path / "ada", "Ada"))
    ada, bob = add(vault, "Ada"), add(vault, "Bob")
    contacts.add_key(ada, keys)
    removed = contacts.remove_key(ada, keys)
    contacts.add_key(bob, keys)

    with pytest.raises(UserError, match="another contact has this key by now"):
        contacts.undo(removed)

    assert contacts.get(ada).keys == ()
    contacts.remove_key(bob, keys)
    contacts.undo(removed)
    assert [key.keys for key in contacts.get(ada).keys] == [keys]


def test_undo_passes_over_who_has_gone_meanwhile(vault: ScratchVault) -> None:
    contacts = vault.vault.contacts
    ada = add(vault, "Ada")
    renamed = contacts.edit(replace(contacts.get(ada), name="Countess"))
    contacts.delete([ada])

    contacts.undo(renamed)

    assert _all(vault) == []


def test_a_key_is_verified_when_and_how_the_person_says_and_can_be_taken_back(
    vault: ScratchVault, tmp_path: Path
) -> None:
    contacts = vault.vault.contacts
    keys = keys_of(other_card(tmp_path / "ada", "Ada"))
    ada = add(vault, "Ada")
    contacts.add_key(ada, keys)
    assert not contacts.get(ada).is_verified

    change = contacts.verify(ada, keys, VerifiedBy.PHONE)
    [key] = contacts.get(ada).keys
    assert key.verified is not None and key.verified.how is VerifiedBy.PHONE
    contacts.edit(replace(contacts.get(ada), keys=(), note="A note takes no key away"))
    assert contacts.get(ada).is_verified

    contacts.undo(change)
    assert not contacts.get(ada).is_verified
    contacts.verify(ada, keys)
    contacts.verify(ada, keys, None)
    assert not contacts.get(ada).is_verified


def test_both_sides_have_the_same_safety_number(vault: ScratchVault, tmp_path: Path) -> None:
    other = ScratchVault.create(tmp_path / "other")
    mine, theirs = vault.vault.identity.get().keys, other.vault.identity.get().keys

    number = vault.vault.contacts.safety_number(theirs)

    assert number == other.vault.contacts.safety_number(mine)
    other.vault.lock()


def test_a_key_belongs_to_one_contact_and_never_to_oneself(
    vault: ScratchVault, tmp_path: Path
) -> None:
    contacts = vault.vault.contacts
    keys = keys_of(other_card(tmp_path / "ada", "Ada"))
    ada, grace = add(vault, "Ada"), add(vault, "Grace")
    contacts.add_key(ada, keys)

    with pytest.raises(UserError, match="another contact has this key"):
        contacts.add_key(grace, keys)
    with pytest.raises(UserError, match="your own card"):
        contacts.add_key(grace, vault.vault.identity.get().keys)
    with pytest.raises(UserError, match="has no such key"):
        contacts.verify(grace, keys)


def test_a_merge_keeps_all_that_was_said_and_how_sure_it_was(
    vault: ScratchVault, tmp_path: Path
) -> None:
    contacts = vault.vault.contacts
    keys = keys_of(other_card(tmp_path / "ada", "Ada"))
    ada = add(vault, "Ada Lovelace", email="ada@example.org", note="One", tags=("a",))
    twin = add(vault, "Countess", phone="123456789", note="Two", tags=("b",), picture=png())
    contacts.add_key(twin, keys)
    contacts.verify(twin, keys, VerifiedBy.QR)
    vault.bring(*(conversation("Hello", external_id=str(n)) for n in (1, 2)))
    one, two = (found.id for found in vault.vault.conversations.list())
    contacts.take_part(ada, [one])
    contacts.take_part(twin, [one, two])

    contacts.merge(twin, ada)

    [whole] = _all(vault)
    assert (whole.id, whole.name, whole.aliases) == (ada, "Ada Lovelace", ("Countess",))
    assert (whole.note, whole.tags, whole.picture) == ("One\n\nTwo", ("a", "b"), png())
    assert len(whole.fields) == 2
    assert whole.keys[0].verified is not None and whole.keys[0].verified.how is VerifiedBy.QR
    assert {said.id for said in contacts.conversations(ada)} == {one, two}
    assert vault.check().ok


def test_doubles_are_found_by_key_address_phone_and_name(vault: ScratchVault) -> None:
    add(vault, "Ada", email="ada@example.org")
    add(vault, "Countess", email="ADA@example.org")
    add(vault, "Zoé Müller")
    add(vault, "ZOE MULLER")
    add(vault, "Grace", phone="+1 (555) 123-4567")
    add(vault, "G. Hopper", phone="5551234567")
    add(vault, "Alan")

    found = {
        (pair.first.name, pair.second.name): pair.by for pair in vault.vault.contacts.doubles()
    }

    assert found == {
        ("Ada", "Countess"): "e-mail",
        ("Grace", "G. Hopper"): "phone",
        ("Zoé Müller", "ZOE MULLER"): "name",
    }


def test_a_contact_is_named_by_number_name_or_alias(vault: ScratchVault) -> None:
    contacts = vault.vault.contacts
    ada = add(vault, "Ada Lovelace", aliases=("Countess",))
    add(vault, "Grace Hopper")
    add(vault, "Grace Kelly")

    assert {contacts.find(said).id for said in (str(ada), "ada lovelace", "COUNTESS", "love")} == {
        ada
    }
    with pytest.raises(UserError, match="several contacts"):
        contacts.find("grace")
    with pytest.raises(UserError, match="no contact"):
        contacts.find("alan")
    with pytest.raises(UserError, match="no contact"):
        contacts.find("99")


def test_a_chat_shows_who_took_part_its_account_and_its_models(vault: ScratchVault) -> None:
    vault.bring(conversation("Hello", external_id="1", account="me@example.org", model="gpt-4o"))
    talk = vault.only().id
    assert talk is not None
    ada = add(vault, "Ada")
    vault.vault.contacts.take_part(ada, [talk])

    found = vault.vault.contacts.participants(talk)

    assert [(said.kind, said.name) for said in found] == [
        (ParticipantKind.CONTACT, "Ada"),
        (ParticipantKind.ACCOUNT, "me@example.org"),
        (ParticipantKind.MODEL, "gpt-4o"),
    ]


def test_notes_to_a_contact_are_a_chat_that_is_found_and_exported(vault: ScratchVault) -> None:
    vault.vault.identity.set(name="Grace")
    ada = add(vault, "Ada")

    talk = vault.vault.contacts.note_to(ada)
    message = vault.vault.notes.write(talk, "Bring the *difference engine*")

    assert vault.vault.contacts.note_to(ada) == talk
    read = vault.vault.conversations.get(talk)
    assert (read.kind, read.title, read.messages[0].author) == (Kind.DIRECT, "Ada", "Grace")
    assert message.text == read.messages[0].text
    [hit] = vault.vault.search.find("engine")
    assert hit.conversation_id == talk
    assert [hit.title for hit in vault.vault.search.find("in:title ada")] == ["Ada"]
    vault.vault.tags.add("machines", talk)
    assert [said.id for said in vault.vault.contacts.conversations(ada)] == [talk]
    assert vault.check().ok


def test_notes_stay_with_a_contact_that_is_renamed_and_come_back_with_one_that_was_deleted(
    vault: ScratchVault,
) -> None:
    contacts = vault.vault.contacts
    ada = add(vault, "Ada")
    talk = contacts.note_to(ada)
    contacts.edit(replace(contacts.get(ada), name="Countess"))
    assert contacts.note_to(ada) == talk

    change = contacts.delete([ada])
    assert vault.vault.conversations.get(talk).title == "Ada"
    assert contacts.participants(talk) == []
    contacts.undo(change)

    assert [said.contact_id for said in contacts.participants(talk)] == [ada]


def test_notes_are_written_nowhere_else(vault: ScratchVault) -> None:
    vault.bring(conversation("Hello", external_id="1"))
    talk = vault.only().id
    assert talk is not None

    with pytest.raises(UserError, match="conversation with a contact"):
        vault.vault.notes.write(talk, "Hello")
    with pytest.raises(UserError, match="needs a text"):
        vault.vault.notes.write(vault.vault.contacts.note_to(add(vault, "Ada")), "  ")


def test_a_vault_that_is_only_read_changes_no_contact(vault: ScratchVault) -> None:
    ada = add(vault, "Ada")
    vault.vault.lock()
    with Vault.open(vault.folder, PASSWORD, read_only=True) as read:
        assert read.contacts.get(ada).name == "Ada"
        for change in (
            lambda: read.contacts.add(contact("Grace")),
            lambda: read.contacts.block(ada),
            lambda: read.contacts.delete([ada]),
            lambda: read.contacts.note_to(ada),
            lambda: read.identity.set(name="Grace"),
            read.identity.renew,
        ):
            with pytest.raises(AccessError):
                change()
