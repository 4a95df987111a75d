"""Pages of a conversation: together they are its active branch, however its tree has grown."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

from privatus.core.conversation import Conversation, Message, Role
from support.conversations import conversation, message
from support.vaults import ScratchVault

_TREES = 60
_MOST_MESSAGES = 30


def _tree(seed: int) -> Conversation:
    """Return a tree with branches, gaps in its numbers and several roots: more with each seed."""
    chance, said, number = random.Random(seed), list[Message](), 0
    for _ in range(chance.randint(1, _MOST_MESSAGES)):
        number += 1 if chance.random() < 0.8 else chance.randint(2, 4)
        said.append(message(number, f"{seed}.{number}", parent=_parent(said, chance, seed)))
    leaf = chance.choice(said[-4:]).number
    return conversation(*said, external_id=f"tree {seed}", active=leaf)


def _parent(earlier: Sequence[Message], chance: random.Random, seed: int) -> int | None:
    if not earlier or chance.random() < seed / _TREES / 8:
        return None
    follows = chance.random() > seed / _TREES / 2
    return earlier[-1].number if follows else chance.choice(earlier).number


def _pages(vault: ScratchVault, chat: Conversation, size: int) -> Iterator[Message]:
    assert chat.id is not None
    offset = 0
    while page := vault.vault.conversations.page(chat.id, limit=size, offset=offset):
        assert len(page) <= size
        yield from page
        offset += size


def test_the_pages_of_any_tree_are_its_active_branch(vault: ScratchVault) -> None:
    trees = [_tree(seed) for seed in range(_TREES)]
    assert len({len(tree.messages) - len(tree.active_path()) for tree in trees}) > 5
    vault.bring(*trees)

    for chat in vault.all().values():
        branch = chat.active_path()
        assert branch
        for size in (1, 2, 7, 50):
            assert tuple(_pages(vault, chat, size)) == branch


def test_a_page_behind_the_end_is_empty(vault: ScratchVault) -> None:
    vault.bring(conversation("one", "two", "three"))
    chat = vault.only()

    assert [m.text for m in vault.vault.conversations.page(chat.id, offset=2)] == ["three"]
    assert vault.vault.conversations.page(chat.id, offset=3) == []
    assert vault.vault.conversations.page(chat.id, limit=0) == []


def test_an_appended_message_is_on_the_last_page(vault: ScratchVault) -> None:
    vault.bring(conversation("one", message(2, "left"), message(3, "right", parent=1), active=2))
    chat = vault.only()

    vault.vault.conversations.append(chat.id, Role.USER, "more")

    page = vault.vault.conversations.page(chat.id)
    assert [m.text for m in page] == ["one", "left", "more"]
