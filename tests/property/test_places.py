"""Whatever is archived, thrown away, moved and taken back: each chat stands in one place."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from privatus.bootstrap import Vault
from privatus.core.errors import UserError
from privatus.core.marks import Mark, Shelf
from privatus.services.listing import ListFilter
from support.conversations import conversation
from support.vaults import ScratchVault

_CHATS = 5
_FOLDERS = ("a", "a/b", "c")

_chats = st.lists(st.integers(0, _CHATS - 1), max_size=3)
_steps = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(["trash", "restore", "take_out"]), _chats),
        st.tuples(
            st.just("mark"),
            _chats,
            st.sampled_from([Mark.ARCHIVED, Mark.STARRED, Mark.PINNED, Mark.UNREAD]),
            st.booleans(),
        ),
        st.tuples(st.just("merged"), _chats, st.booleans()),
        st.tuples(st.just("put"), _chats, st.sampled_from(_FOLDERS)),
        st.tuples(st.just("delete"), st.sampled_from(_FOLDERS)),
        st.tuples(st.just("rename"), st.sampled_from(_FOLDERS), st.sampled_from(("d", "c/e"))),
        st.tuples(st.just("import"), _chats),
        st.tuples(st.just("undo"), st.integers(0, 8)),
    ),
    min_size=3,
    max_size=14,
)


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ScratchVault]:
    made = ScratchVault.create(tmp_path_factory.mktemp("places") / "vault")
    made.bring(*(_chat(number, 1) for number in range(_CHATS)))
    yield made
    assert made.problems() == []
    made.vault.lock()


def _chat(number: int, day: int) -> Any:
    texts = ["Hello"] * day
    return conversation(
        *texts, external_id=f"c{number}", title=f"c{number}", is_starred=number == 1,
        is_archived=number == 2, updated_at_ms=day * 86_400_000,
    )  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(steps=_steps)
def test_each_chat_stands_in_one_place_and_the_counts_are_right(
    scratch: ScratchVault, steps: list[tuple[Any, ...]]
) -> None:
    done: list[tuple[Callable[[Any], Any], Any]] = []

    for step in steps:
        # Taken back out of order, a folder may be called as another one is by now.
        with suppress(UserError):
            _do(scratch, step, done)
        _check(scratch.vault)
    for undo, change in reversed(done):
        with suppress(UserError):
            undo(change)
        _check(scratch.vault)


def _do(scratch: ScratchVault, step: tuple[Any, ...], done: list[Any]) -> None:
    vault = scratch.vault
    match step:
        case "trash", chats:
            done.append((vault.trash.undo, vault.trash.put(_ids(vault, chats))))
        case "restore", chats:
            done.append((vault.trash.undo, vault.trash.restore(_ids(vault, chats))))
        case "take_out", chats:
            done.append((vault.folders.undo, vault.folders.take_out(_ids(vault, chats))))
        case "mark", chats, mark, is_set:
            change = vault.marks.set_rows(mark, _ids(vault, chats), is_set)
            done.append((vault.marks.undo, change))
        case "merged", chats, is_set:
            change = vault.marks.set_rows(Mark.MERGED, _ids(vault, chats), is_set)
            done.append((vault.marks.undo, change))
        case "put", chats, name:
            done.append((vault.folders.undo, vault.folders.put(name, _ids(vault, chats))))
        case "delete", name if name in _names(vault):
            done.append((vault.folders.undo, vault.folders.delete(name)))
        case "rename", name, other if name in _names(vault) and not _taken(vault, other):
            if not other.startswith(f"{name}/"):
                done.append((vault.folders.undo, vault.folders.rename(name, other)))
        case "import", [_, *_] as chats:
            newest = max(row.summary.messages for row in _rows(vault).values())
            scratch.bring(*(_chat(number, newest + 1) for number in set(chats)))
        case "undo", back if done:
            undo, change = done.pop(-1 - back % len(done))
            done.append((undo, undo(change)))


def _ids(vault: Vault, chats: list[int]) -> list[int]:
    found = _rows(vault)
    return [found[f"c{number}"].row_id for number in chats]


def _rows(vault: Vault) -> dict[str, Any]:
    ids = [i for shelf in Shelf for i in vault.listing.arrange(ListFilter(shelf=shelf)).ids]
    assert len(ids) == len(set(ids)) == _CHATS
    return {row.summary.title: row for row in vault.listing.rows(ids)}


def _names(vault: Vault) -> set[str]:
    return {count.folder.name for count in vault.folders.list()}


def _taken(vault: Vault, name: str) -> bool:
    return any(known == name or known.startswith(f"{name}/") for known in _names(vault))


def _check(vault: Vault) -> None:
    rows, counts = _rows(vault).values(), vault.listing.counts()
    on = {shelf: [r for r in rows if _shelf(r.summary) is shelf] for shelf in Shelf}
    chats = [row.summary for row in on[Shelf.CHATS]]
    assert counts.chats == len(chats) == len(vault.listing.arrange().ids)
    assert counts.pinned == sum(chat.is_pinned for chat in chats)
    assert counts.unread == sum(chat.is_unread for chat in chats)
    assert counts.starred == sum(chat.is_starred for chat in chats)
    assert counts.archive == len(on[Shelf.ARCHIVE])
    assert counts.merged == len(on[Shelf.MERGED])
    assert counts.trash == len(on[Shelf.TRASH]) == len(vault.trash.list())
    for count in vault.folders.list():
        kept = [chat for chat in chats if chat.folder == count.folder.name]
        assert count.conversations == len(kept)
        listed = vault.listing.arrange(ListFilter(folder=count.folder.name)).ids
        assert count.all_conversations == len(listed)
    found = {hit.title for hit in vault.search.find("hello", limit=100)}
    assert found == {r.summary.title for r in (*on[Shelf.CHATS], *on[Shelf.ARCHIVE])}


def _shelf(summary: Any) -> Shelf:
    if summary.deleted_at_ms is not None:
        return Shelf.TRASH
    if summary.is_merged:
        return Shelf.MERGED
    return Shelf.ARCHIVE if summary.is_put_away else Shelf.CHATS
