"""Chats are found and listed by who takes part in them."""

from __future__ import annotations

from privatus.core.marks import Mark
from privatus.services.listing import ListFilter
from support.conversations import conversation
from support.people import add
from support.vaults import ScratchVault


def test_a_search_finds_the_chats_with_a_person_an_account_or_a_model(vault: ScratchVault) -> None:
    vault.bring(
        conversation("Keys and locks", external_id="1", title="One", account="me@example.org"),
        conversation("Keys and doors", external_id="2", title="Two", model="gpt-4o"),
        conversation("Keys and pianos", external_id="3", title="Three"),
    )
    ids = {said.title: said.id for said in vault.vault.conversations.list()}
    ada = add(vault, "Zoë Müller", aliases=("Countess",), email="zoe@example.org")
    vault.vault.contacts.take_part(ada, [ids["One"], ids["Three"]])

    for query, titles in {
        "keys with:zoe": {"One", "Three"},
        'with:"zoe muller"': {"One", "Three"},
        "keys with:COUNTESS": {"One", "Three"},
        "keys with:zoe@example.org": {"One", "Three"},
        "keys with:gpt-4o": {"Two"},
        "keys with:me": {"One"},
        "keys -with:zoe": {"Two"},
        "keys with:zoe with:me": {"One"},
        "keys with:nobody": set(),
    }.items():
        assert {hit.title for hit in vault.vault.search.find(query)} == titles, query


def test_words_like_with_before_a_colon_are_words(vault: ScratchVault) -> None:
    vault.bring(conversation("The width:100 of a wish:list", external_id="1"))

    assert vault.vault.search.find("width:100").total == 1


def test_a_list_has_the_chats_with_a_person_alone(vault: ScratchVault) -> None:
    vault.bring(*(conversation("Hello", external_id=str(n), title=str(n)) for n in (1, 2, 3)))
    ids = {said.title: said.id for said in vault.vault.conversations.list()}
    ada = add(vault, "Ada Lovelace")
    vault.vault.contacts.take_part(ada, [ids["1"], ids["3"]])
    vault.vault.marks.set(Mark.PINNED, [ids["3"], ids["2"]])

    found = vault.vault.listing.arrange(ListFilter(person="ada"))
    newest = vault.vault.listing.arrange(ListFilter(person="ada"), newest=1)

    rows = vault.vault.listing.rows(list(found.ids))
    assert [row.summary.title for row in rows] == ["3", "1"] and found.pinned == 1
    assert 1 <= len(newest.ids) <= 2


def test_who_took_part_in_chats_takes_part_in_what_is_made_of_them(vault: ScratchVault) -> None:
    vault.bring(
        conversation("Hello", "You", "And", external_id="1", title="One"),
        conversation("Keys", "Locks", "Doors", external_id="2", title="Two"),
    )
    ids = {said.title: said.id for said in vault.vault.conversations.list()}
    contacts = vault.vault.contacts
    ada, grace = add(vault, "Ada"), add(vault, "Grace")
    contacts.take_part(ada, [ids["One"], ids["Two"]])
    contacts.take_part(grace, [ids["Two"]])

    split = vault.vault.splitting.split(f"{ids['Two']}.3")
    merged = vault.vault.merging.merge([ids["One"], ids["Two"]])

    for made in (split.conversation_id, merged.conversation_id):
        assert {said.contact_id for said in contacts.participants(made)} == {ada, grace}
    assert vault.check().ok
