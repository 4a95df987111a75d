"""Chats that are there twice are found, word by word or nearly; what is none is remembered."""

from __future__ import annotations

import random
from contextlib import AbstractContextManager

import pytest

from privatus.bootstrap import Vault
from privatus.core.conversation import Conversation
from privatus.core.errors import AccessError, JobCancelled, UserError
from privatus.core.jobs import Job
from privatus.storage.store import Store, Tables
from support.conversations import conversation, message
from support.vaults import PASSWORD, ScratchVault

_WORDS = [f"{a}{b}" for a in ("gar", "ro", "le", "mu", "ta", "ki") for b in ("den", "se", "tter")]
_TAMPERED = "UPDATE chat_signatures SET message_count = 9 WHERE conversation_id = 1"


def _text(seed: int, count: int = 150) -> list[str]:
    drawn = random.Random(seed)
    return [drawn.choice(_WORDS) + str(drawn.randrange(200)) for _ in range(count)]


def _chat(name: str, *texts: list[str], at_ms: int = 1_000) -> Conversation:
    messages = [message(n, " ".join(said)) for n, said in enumerate(texts, start=1)]
    return conversation(*messages, external_id=name, title=name, updated_at_ms=at_ms)


def _groups(vault: Vault) -> list[tuple[list[str], bool]]:
    return [
        ([chat.title for chat in group.chats], group.is_exact) for group in vault.duplicates.find()
    ]


@pytest.fixture
def filled(vault: ScratchVault) -> ScratchVault:
    """Return a vault with three chats that are alike, two that are the same, and two others."""
    question, answer = _text(1), _text(2)
    changed = [word if n % 25 else "otherwise" for n, word in enumerate(answer)]
    vault.bring(
        _chat("a", question, answer),
        _chat("a changed", question, changed, at_ms=3_000),
        _chat("a and more", question, answer, _text(3, 60), at_ms=2_000),
        _chat("b", _text(4), _text(5)),
        _chat("B", [word.upper() for word in _text(4)], [*_text(5), " "]),
        _chat("c", _text(6), _text(7)),
        _chat("short", ["Hi"], ["Hello"]),
        _chat("short too", ["Hi"], ["Hello", "there"]),
    )
    return vault


def test_a_chat_that_goes_for_good_while_it_is_read_is_passed_over(
    filled: ScratchVault, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep = Store.transaction

    def transaction(self: Store) -> AbstractContextManager[Tables]:
        # What another part of the window does before what was read is kept.
        monkeypatch.setattr(Store, "transaction", keep)
        filled.vault.purging.destroy([4])
        return keep(self)

    monkeypatch.setattr(Store, "transaction", transaction)

    [group] = filled.vault.duplicates.find()

    assert "a" in {chat.title for chat in group.chats}
    assert filled.problems() == []


def test_what_is_the_same_and_what_is_nearly_so_is_found(filled: ScratchVault) -> None:
    exact, near = filled.vault.duplicates.find()

    assert (exact.is_exact, exact.similarity) == (True, 1.0)
    assert {chat.title for chat in exact.chats} == {"b", "B"}
    assert not near.is_exact
    assert 0.5 <= near.similarity < 1.0
    assert [(c.title, c.is_newest, c.is_longest) for c in near.chats] == [
        ("a and more", False, True),
        ("a changed", True, False),
        ("a", False, False),
    ]
    assert [chat.words for chat in near.chats] == [360, 300, 300]


def test_short_chats_are_duplicates_only_word_by_word(vault: ScratchVault) -> None:
    vault.bring(
        *(_chat(name, ["Hi"], ["Hello"]) for name in ("one", "two")), _chat("three", ["Hi"], ["Ho"])
    )

    assert [(sorted(titles), exact) for titles, exact in _groups(vault.vault)] == [
        (["one", "two"], True)
    ]


def test_the_second_time_only_what_changed_is_read(
    filled: ScratchVault, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = _groups(filled.vault)
    signed = []
    sign = filled.vault.duplicates._signer.sign

    def counted(place: tuple[int, int, int], messages: object) -> object:
        signed.append(place)
        return sign(place, messages)  # type: ignore[arg-type]

    monkeypatch.setattr(filled.vault.duplicates._signer, "sign", counted)
    assert _groups(filled.vault) == before
    assert signed == []

    filled.bring(_chat("c", _text(4), _text(5), at_ms=9_000))
    assert (["B", "b", "c"], True) in [
        (sorted(titles), exact) for titles, exact in _groups(filled.vault)
    ]
    assert len(signed) == 1


def test_what_was_said_to_be_no_duplicate_is_not_found_again(filled: ScratchVault) -> None:
    exact, near = filled.vault.duplicates.find()

    first = filled.vault.duplicates.dismiss([chat.row_id for chat in exact.chats])
    assert len(_groups(filled.vault)) == 1
    second = filled.vault.duplicates.dismiss([str(chat.id) for chat in near.chats])
    assert _groups(filled.vault) == []
    assert filled.problems() == []

    forgotten = filled.vault.duplicates.undo(second)
    assert len(_groups(filled.vault)) == 1
    filled.vault.duplicates.undo(forgotten)
    assert _groups(filled.vault) == []
    filled.vault.duplicates.undo(second)
    filled.vault.duplicates.undo(first)
    assert len(_groups(filled.vault)) == 2
    with pytest.raises(UserError, match="two chats or more"):
        filled.vault.duplicates.dismiss([near.chats[0].row_id])


def test_what_is_in_the_trash_or_in_a_hybrid_is_no_duplicate(filled: ScratchVault) -> None:
    exact, near = filled.vault.duplicates.find()

    put = filled.vault.trash.put([exact.chats[1].row_id])
    change = filled.vault.merging.merge([chat.id for chat in near.chats])
    assert _groups(filled.vault) == []

    filled.vault.merging.undo(change)
    filled.vault.trash.undo(put)
    assert len(_groups(filled.vault)) == 2


def test_a_search_that_is_stopped_goes_on_where_it_was(filled: ScratchVault) -> None:
    job = Job()
    job.cancel()

    with pytest.raises(JobCancelled):
        filled.vault.duplicates.find(job)

    assert len(_groups(filled.vault)) == 2


def test_texts_without_spaces_are_compared_by_their_signs(vault: ScratchVault) -> None:
    text = "今日は庭のバラを剪定しました。春になると新しい芽が出てきます。水やりは朝のうちに。" * 3
    vault.bring(_chat("a", [text]), _chat("b", [text.replace("朝", "夜")]))

    [(titles, is_exact)] = _groups(vault.vault)
    assert (sorted(titles), is_exact) == (["a", "b"], False)


def test_a_vault_that_is_read_only_is_not_searched(filled: ScratchVault) -> None:
    filled.vault.lock()

    with (
        Vault.open(filled.folder, PASSWORD, read_only=True) as vault,
        pytest.raises(AccessError),
    ):
        vault.duplicates.find()


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        (_TAMPERED, "signature of conversation 1"),
        (
            "UPDATE chat_signatures SET (signature_sealed, seal) = (SELECT signature_sealed, seal"
            " FROM chat_signatures WHERE conversation_id = 2) WHERE conversation_id = 1",
            "signature of conversation 1",
        ),
        ("UPDATE not_duplicates SET second_id = 6 WHERE id = 1", "of no duplicates"),
        ("UPDATE not_duplicates SET dismissed_at_ms = 6 WHERE id = 1", "of no duplicates"),
    ],
)
def test_what_was_edited_is_named(filled: ScratchVault, statement: str, named: str) -> None:
    exact, _near = filled.vault.duplicates.find()
    filled.vault.duplicates.dismiss([chat.row_id for chat in exact.chats])

    assert filled.attack(statement)

    assert any(p.startswith("duplicates: ") and named in p for p in filled.problems())


def test_new_keys_open_what_was_kept(filled: ScratchVault) -> None:
    exact, _near = filled.vault.duplicates.find()
    filled.vault.duplicates.dismiss([chat.row_id for chat in exact.chats])
    filled.vault.lock()

    Vault.rotate(filled.folder, PASSWORD)

    filled.reopen()
    assert len(_groups(filled.vault)) == 1
    assert filled.problems() == []
