"""Who edits folders, summaries, duplicates and counts with the database's key is found out."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from privatus.core.errors import TamperedError
from support.conversations import conversation, message
from support.vaults import ScratchVault

_ATTACKS = {
    "a chat in another folder": (
        "UPDATE folder_chats SET folder_id = 2 WHERE conversation_id = 1",
        "conversation 1 into folder 2",
    ),
    "another chat in the folder": (
        "UPDATE folder_chats SET conversation_id = 3 WHERE conversation_id = 1",
        "conversation 3 into folder 1",
    ),
    "names of folders exchanged": (
        "UPDATE folders SET (details_sealed, seal) ="
        " (SELECT details_sealed, seal FROM folders WHERE id = 2) WHERE id = 1",
        "folder 1: ",
    ),
    "a folder that is gone": ("DELETE FROM folders WHERE id = 1", "folder_chats row 1"),
    "a summary of another version": (
        "UPDATE summaries SET version = 2 WHERE id = 2",
        "summary 2 of conversation",
    ),
    "a summary by somebody else": (
        "UPDATE summaries SET author = 'person', method = 0 WHERE id = 2",
        "summary 2 of conversation",
    ),
    "a summary of another chat": (
        "UPDATE summaries SET conversation_id = 2 WHERE author = 'person'",
        "of conversation 2",
    ),
    "a signature of another version": (
        "UPDATE chat_signatures SET version = 9 WHERE conversation_id = 1",
        "signature of conversation 1",
    ),
    "others that are no duplicates": (
        "UPDATE not_duplicates SET second_id = 3 WHERE id = 1",
        "of no duplicates",
    ),
    "a chat deleted at another time": (
        "UPDATE deleted_conversations SET deleted_at_ms = 1",
        "deleted conversation 4",
    ),
    "another chat that is not to come again": (
        "UPDATE deleted_conversations SET external_tag = zeroblob(16)",
        "deleted conversation 4",
    ),
    "a setting that another has": ("UPDATE preferences SET id = id + 1", "preference"),
    "counts of a chat that is not counted": (
        "UPDATE chat_usage SET is_counted = 0 WHERE conversation_id = 1",
        "the counts of conversation 1",
    ),
    "counts that are gone": ("DELETE FROM chat_usage WHERE conversation_id = 1", "analytics"),
    "more words": ("UPDATE usage_statistics SET words = words + 1", "analytics"),
    "counts of a model that there is not": (
        "UPDATE usage_statistics SET model_id = 77 WHERE role = 1",
        "analytics",
    ),
    "counts of a day that there is not": (
        "UPDATE usage_statistics SET day = 2147483647 WHERE role = 1",
        "analytics",
    ),
    "prices of somebody else": ("UPDATE usage_details SET seal = zeroblob(37)", "analytics"),
}


@pytest.fixture
def curated(vault: ScratchVault) -> ScratchVault:
    long = " ".join(f"word{number} is here." for number in range(120))
    vault.bring(
        *(
            conversation(
                message(1, f"hello {n}. {long}"),
                message(2, f"answer {n}."),
                external_id=f"c{n}",
                title=f"t{n}",
            )
            for n in range(4)
        )
    )
    service = vault.vault
    ids = {chat.title: chat.id for chat in service.conversations.list()}
    service.folders.put("first", [ids["t0"]])
    service.folders.put("second", [ids["t1"]])
    service.summaries.catch_up()
    service.summaries.write(ids["t0"], "mine")
    service.duplicates.find()
    service.duplicates.dismiss([ids["t0"], ids["t1"]])
    service.trash.set_days(30)
    service.purging.destroy([4])
    service.analytics.of()
    service.analytics.set_prices(service.analytics.prices().prices)
    assert vault.problems() == []
    return vault


@pytest.mark.parametrize("name", _ATTACKS)
def test_what_was_edited_is_named(curated: ScratchVault, name: str) -> None:
    attack, expected = _ATTACKS[name]

    assert curated.attack(attack)

    assert expected in str(curated.problems())


_SHOWN: dict[str, Callable[[ScratchVault], object]] = {
    "DELETE FROM folders WHERE id = 1": lambda vault: vault.vault.conversations.list(),
    _ATTACKS["counts of a model that there is not"][0]: lambda vault: vault.vault.analytics.of(),
    _ATTACKS["counts of a day that there is not"][0]: lambda vault: vault.vault.statistics.get(),
}


@pytest.mark.parametrize("attack", _SHOWN)
def test_what_was_edited_is_told_as_damage_where_it_would_be_shown(
    curated: ScratchVault, attack: str
) -> None:
    curated.attack(attack)
    curated.reopen()

    with pytest.raises(TamperedError):
        _SHOWN[attack](curated)
