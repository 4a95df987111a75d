"""Chats that are like one another, titles and tags that are proposed."""

from __future__ import annotations

import pytest

from privatus.core.errors import UserError
from privatus.services.tag_suggestions import SuggestionSource
from support.conversations import conversation
from support.vaults import ScratchVault

_CHATS = {
    "Sourdough": (
        "How do I feed my sourdough starter with rye flour?",
        "Feed the starter with rye flour and water twice a day, then bake the sourdough bread.",
    ),
    "Bread": (
        "My sourdough bread is flat, what is wrong?",
        "Bake the bread hotter and feed the sourdough starter before; rye flour helps.",
    ),
    "Pizza": (
        "Which flour do I need for a pizza?",
        "A fine wheat flour; bake the pizza as hot as you can, and let the dough rest.",
    ),
    "Rent": (
        "How long is the notice period of my rental contract?",
        "The notice period of a rental contract is three months, the landlord must write.",
    ),
    "Landlord": (
        "Can the landlord raise the rent in a rental contract?",
        "The landlord may raise the rent after a notice; the rental contract says how much.",
    ),
    "Brot": (
        "Wie füttere ich den Sauerteig mit Roggenmehl?",
        "Füttere den Sauerteig mit Roggenmehl und Wasser, dann wird das Brot gut.",
    ),
    "Mehl": (
        "Welches Mehl brauche ich für den Sauerteig?",
        "Für Sauerteig passt Roggenmehl, für ein helles Brot Weizenmehl.",
    ),
}


@pytest.fixture
def kitchen(vault: ScratchVault) -> ScratchVault:
    vault.bring(
        *(conversation(*texts, title=title, external_id=title) for title, texts in _CHATS.items())
    )
    return vault


def _id(vault: ScratchVault, title: str) -> str:
    return str(next(c.id for c in vault.all().values() if c.title == title))


def _related(vault: ScratchVault, title: str) -> list[str]:
    return [chat.title for chat in vault.vault.related.of(_id(vault, title))]


@pytest.mark.parametrize(
    ("title", "nearest"),
    [("Sourdough", "Bread"), ("Bread", "Sourdough"), ("Rent", "Landlord"), ("Brot", "Mehl")],
)
def test_the_chat_that_is_about_the_same_comes_first(
    kitchen: ScratchVault, title: str, nearest: str
) -> None:
    assert _related(kitchen, title)[0] == nearest
    assert title not in _related(kitchen, title)


def test_what_has_nothing_in_common_is_not_related(kitchen: ScratchVault) -> None:
    assert not {"Rent", "Landlord"} & set(_related(kitchen, "Sourdough"))


def test_common_words_say_why(kitchen: ScratchVault) -> None:
    [first, *_] = kitchen.vault.related.of(_id(kitchen, "Sourdough"))

    assert {"sourdough", "starter", "rye"} & set(first.words)
    assert 0 < first.likeness <= 1
    assert first.source == "claude"


def test_what_an_import_brings_is_related_at_once_and_what_goes_no_longer(
    kitchen: ScratchVault,
) -> None:
    again = conversation(*_CHATS["Sourdough"], title="Again", external_id="again")
    kitchen.bring(again)
    assert _related(kitchen, "Sourdough")[0] == "Again"

    kitchen.vault.trash.put([kitchen.vault.related.of(_id(kitchen, "Sourdough"))[0].row_id])

    assert "Again" not in _related(kitchen, "Sourdough")


def test_so_many_are_given_as_are_asked_for(kitchen: ScratchVault) -> None:
    assert len(kitchen.vault.related.of(_id(kitchen, "Sourdough"), limit=1)) == 1
    with pytest.raises(UserError):
        kitchen.vault.related.of("00000000")


def test_no_words_of_a_chat_are_clear_in_the_database(kitchen: ScratchVault) -> None:
    kitchen.vault.summaries.catch_up()

    [[found]] = kitchen.query(
        "SELECT count(*) FROM summaries WHERE instr(details_sealed, cast('starter' AS BLOB))"
    )

    assert found == 0


def test_a_chat_without_a_title_is_offered_what_was_asked_first(vault: ScratchVault) -> None:
    texts = _CHATS["Sourdough"]
    vault.bring(
        conversation(*texts, external_id="1"), conversation(*texts, external_id="2", title="Mine")
    )
    proposed = "How do I feed my sourdough starter with rye flour?"

    assert [p.title for p in vault.vault.titles.proposed()] == [proposed]
    assert vault.vault.titles.of(_id(vault, "")) == proposed
    assert vault.vault.titles.of(_id(vault, "Mine")) == ""


def test_a_proposal_is_accepted_once_and_taken_back(vault: ScratchVault) -> None:
    texts = _CHATS["Sourdough"]
    vault.bring(
        conversation(*texts, external_id="1"), conversation(*texts, external_id="2", title="Mine")
    )
    titles = vault.vault.titles
    untitled, mine = _id(vault, ""), _id(vault, "Mine")

    change = titles.accept(untitled, mine)

    proposed = "How do I feed my sourdough starter with rye flour?"
    assert {c.title for c in vault.all().values()} == {proposed, "Mine"}
    assert titles.proposed() == []
    with pytest.raises(UserError, match="nothing is proposed"):
        titles.accept(untitled, mine)
    titles.undo(change)
    assert {c.title for c in vault.all().values()} == {"", "Mine"}
    assert vault.check().ok


def test_an_import_does_not_take_an_accepted_title_back(vault: ScratchVault) -> None:
    texts = _CHATS["Sourdough"]
    vault.bring(conversation(*texts, external_id="1"))
    vault.vault.titles.accept(_id(vault, ""))

    vault.bring(conversation(*texts, "One more thing.", external_id="1"))

    assert vault.only().title == "How do I feed my sourdough starter with rye flour?"


def test_removed_words_are_in_no_summary_any_more(vault: ScratchVault) -> None:
    vault.bring(conversation(*_CHATS["Rent"], *_CHATS["Bread"], external_id="1"))
    chat = str(vault.only().id)
    vault.vault.summaries.catch_up()
    assert "landlord" in vault.vault.summaries.of(chat).plain

    vault.vault.editing.remove(chat, [2])

    shown = vault.vault.summaries.of(chat)
    assert 2 not in {said.number for said in shown.sentences}
    assert "landlord" not in shown.plain
    vault.vault.purging.purge_history(chat)
    assert not any("landlord" in said.plain for said in vault.vault.summaries.history(chat))


def test_a_list_shows_a_proposed_title_once_it_was_made(vault: ScratchVault) -> None:
    vault.bring(
        conversation(*_CHATS["Rent"], external_id="1"),
        conversation(*_CHATS["Rent"], external_id="2", title="Mine"),
    )
    assert {r.proposed_title for r in vault.vault.listing.rows([1, 2])} == {""}

    vault.vault.summaries.catch_up()

    rows = {row.summary.title: row.proposed_title for row in vault.vault.listing.rows([1, 2])}
    assert rows == {"": "How long is the notice period of my rental contract?", "Mine": ""}


def test_a_persons_tags_are_suggested_before_new_ones(kitchen: ScratchVault) -> None:
    tags = kitchen.vault.tags
    tags.add("food/baking", _id(kitchen, "Bread"))
    tags.add("home/starter", _id(kitchen, "Pizza"))
    tags.add("law", _id(kitchen, "Rent"))

    found = tags.suggested(_id(kitchen, "Sourdough"))

    sources = {suggestion.name: suggestion.source for suggestion in found}
    assert sources["food/baking"] is SuggestionSource.RELATED
    assert sources["home/starter"] is SuggestionSource.SAID
    assert "law" not in sources
    assert [s.source is SuggestionSource.TEXT for s in found] == sorted(
        s.source is SuggestionSource.TEXT for s in found
    )
    assert any("starter" in s.name for s in found if s.source is SuggestionSource.TEXT)


def test_a_tag_that_a_chat_has_is_not_suggested_to_it(kitchen: ScratchVault) -> None:
    chat, tags = _id(kitchen, "Sourdough"), kitchen.vault.tags
    tags.add("food/baking", chat, _id(kitchen, "Bread"))
    [first, *_] = tags.suggested(chat)
    tags.add(first.name, chat)

    names = {suggestion.name for suggestion in tags.suggested(chat)}

    assert not {"food/baking", first.name} & names
