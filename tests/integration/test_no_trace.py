"""A purge leaves no word of what it took out in any file of the vault, whatever key opens it.

Each step of a purge is left out once, and then the search for traces has to find some: else it
would prove nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from privatus.core.conversation import Conversation, Part, PartKind
from privatus.search.index import Index
from privatus.storage.annotations import Annotations
from privatus.storage.blob_files import BlobFiles
from privatus.storage.deleted import DeletedConversations
from privatus.storage.purging import Purging
from privatus.storage.store import Store
from privatus.storage.summaries import Summaries
from privatus.storage.versions import Versions
from support.conversations import attachment, conversation, message
from support.traces import Sealed, sealed_of, traces
from support.vaults import ScratchVault

# Words that stand nowhere else, one for each place where a former state can hold one.
_WORDS = {
    place: f"Xq{place}Zaunkönig"
    for place in (
        *("text", "large", "thinking", "author", "metadata", "title", "project", "head"),
        *("filename", "file", "quoted", "tombstone"),
    )
}
# Over 16 KB also when it is compressed, so that it lies by itself.
_LARGE = " ".join(f"{n * 7919 % 1_000_003:x}" for n in range(12_000))


def _chat(*, is_first: bool) -> Conversation:
    """Return a chat as it first was, with words that are to go, or as it was later."""
    w = {place: f" {word} " if is_first else " " for place, word in _WORDS.items()}
    thought = Part(kind=PartKind.THINKING, text=f"I think{w['thinking']}so")
    return conversation(
        message(
            1,
            f"A question{w['text']}about birds and their songs",
            attachments=(
                attachment(f"list{w['filename']}.txt", f"a list{w['file']}of birds".encode()),
            ),
            author=f"Ada{w['author']}L",
            metadata={"place": f"here{w['metadata']}now"},
        ),
        message(2, parts=(thought, *message(2, f"{_LARGE}{w['large']}").parts)),
        message(3, f"before the{w['quoted']}wren after"),
        title=f"Birds{w['title']}",
        project=f"Naturkunde{w['project']}",
        metadata={"head": f"x{w['head']}y"},
        updated_at_ms=1_800_000_000_000 + (not is_first),
    )


@pytest.fixture
def vault(tmp_path: Path) -> Iterator[ScratchVault]:
    """Return a vault in which a chat has changed, and another has not."""
    scratch = ScratchVault.create(tmp_path / "vault")
    scratch.bring(_chat(is_first=True), name="first")
    chat = scratch.only()
    scratch.vault.annotations.add(f"{chat.id}.3", quote="wren")
    scratch.vault.summaries.make(str(chat.id))
    scratch.bring(_chat(is_first=False), name="later")
    scratch.vault.summaries.make(str(chat.id))
    scratch.bring(conversation("another chat", external_id="c2"), name="other")
    yield scratch
    scratch.vault.lock()


def _purge(vault: ScratchVault) -> None:
    chat = vault.all()["c1"]
    vault.vault.purging.purge_history(chat.id)


def _destroy(vault: ScratchVault) -> None:
    vault.vault.purging.destroy([1])


def test_the_words_are_in_the_vault_before_a_purge(vault: ScratchVault) -> None:
    found = traces(vault, list(_WORDS.values()), sealed_of(vault, history_only=True))

    assert {"history", "attachments", "versions", "annotations"} <= set(found)
    assert any("sealed bytes" in place for place in found)
    assert any(place.startswith("blob of") for place in found)


def test_a_purge_of_history_leaves_no_trace(vault: ScratchVault) -> None:
    sealed = sealed_of(vault, history_only=True)

    _purge(vault)

    assert traces(vault, list(_WORDS.values()), sealed) == []


def test_a_chat_that_is_destroyed_leaves_no_trace(vault: ScratchVault) -> None:
    words = [*_WORDS.values(), "birds", "wren", "Naturkunde"]
    key = vault.query("SELECT wrapped_key FROM key_store WHERE id = 2")[0][0]
    sealed = sealed_of(vault, history_only=False)
    mine = sealed_of(vault, history_only=True)
    [other] = vault.query("SELECT content_sealed, seal FROM messages WHERE conversation_id = 2")
    vault.reopen()
    sealed.values = (sealed.values | mine.values | {key}) - set(other)

    _destroy(vault)

    assert traces(vault, words, sealed) == []


def _nothing(*_: Any, **__: Any) -> None:
    return None


_STEPS: dict[str, tuple[type, str]] = {
    "former revisions": (Purging, "blank"),
    "files of former revisions": (Purging, "forget_files"),
    "former titles": (Versions, "replace_details"),
    "quotes": (Annotations, "update"),
    "summaries": (Summaries, "delete_former"),
    "words of the index": (Index, "forget_for_good"),
    "blobs": (BlobFiles, "remove"),
}


@pytest.mark.parametrize("step", _STEPS)
def test_a_purge_without_one_of_its_steps_is_found_out(
    vault: ScratchVault, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    sealed = sealed_of(vault, history_only=True)
    monkeypatch.setattr(*_STEPS[step], _nothing)

    _purge(vault)

    assert traces(vault, list(_WORDS.values()), sealed) != []


def test_a_log_that_stays_is_found_out(
    vault: ScratchVault, monkeypatch: pytest.MonkeyPatch
) -> None:
    sealed = sealed_of(vault, history_only=True)
    # Else it takes the log's contents over.
    monkeypatch.setattr(Store, "compact", _nothing)
    monkeypatch.setattr(Store, "checkpoint", lambda _: True)

    _purge(vault)

    assert traces(vault, list(_WORDS.values()), sealed) != []


@pytest.mark.parametrize(
    ("owner", "name"),
    [(DeletedConversations, "destroy"), (Index, "forget_for_good"), (BlobFiles, "remove")],
)
def test_a_destruction_without_one_of_its_steps_is_found_out(
    vault: ScratchVault, owner: type, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    sealed = sealed_of(vault, history_only=True)
    monkeypatch.setattr(owner, name, lambda *_: 1)

    _destroy(vault)

    assert traces(vault, [*_WORDS.values(), "wren"], sealed) != []


def test_sealed_bytes_are_found_wherever_they_lie(vault: ScratchVault) -> None:
    sealed = Sealed(values={bytes(range(100, 140))})
    (vault.folder / "vault.db.before-migration").write_bytes(bytes(range(90, 150)))

    assert traces(vault, [], sealed) == ["vault.db.before-migration as it is: sealed bytes"]


def test_what_a_person_edited_away_is_gone_after_a_purge_and_does_not_come_back(
    vault: ScratchVault,
) -> None:
    chat = conversation(
        "Call me on Zebrafink street", "I shall", "The Zilpzalp sings", "Bye",
        title="Zeisig and more", external_id="c9",
    )  # fmt: skip
    vault.bring(chat, name="mine")
    wanted = vault.all()["c9"].id
    assert wanted is not None
    editing = vault.vault.editing
    editing.edit(wanted, 1, "Call me")
    editing.remove(wanted, [3])
    editing.rename(wanted, "And more")
    words = ["Zebrafink", "Zilpzalp", "Zeisig"]
    assert traces(vault, words) != []

    vault.vault.purging.purge_history(wanted)
    assert traces(vault, words) == []
    vault.bring(chat, name="mine again")

    assert traces(vault, words) == []
    assert vault.problems() == []
