"""Pins, stars and what is unread: set by the person, and no import takes it away."""

from __future__ import annotations

import json
from pathlib import Path
from uuid import UUID

import pytest

from privatus.bootstrap import Vault
from privatus.core.conversation import Conversation
from privatus.core.errors import AccessError, UserError
from privatus.core.jobs import Job, Progress
from privatus.core.marks import SETTABLE, Mark
from privatus.services.listing import ListFilter, Order
from privatus.storage.audit import IMPORTED
from support.chatgpt_chats import chat, write_chats
from support.conversations import conversation, message
from support.copies import copied, exported
from support.vaults import PASSWORD, ScratchVault

_DAY_MS = 86_400_000


def _chat(name: str, day: int, *texts: str, **fields: object) -> Conversation:
    said = [message(n, text) for n, text in enumerate(texts or ("Hello",), start=1)]
    return conversation(*said, external_id=name, title=name, updated_at_ms=day * _DAY_MS, **fields)  # type: ignore[arg-type]


def _id(vault: ScratchVault, name: str) -> UUID:
    found = vault.all()[name].id
    assert found is not None
    return found


def _unread(vault: ScratchVault) -> set[str]:
    return {name for name, found in vault.all().items() if found.is_unread}


@pytest.fixture
def filled(vault: ScratchVault) -> ScratchVault:
    vault.bring(
        _chat("old", 1), _chat("middle", 2, is_starred=True), _chat("new", 3, source="chatgpt")
    )
    return vault


def _titles(vault: Vault, wanted: ListFilter | None = None, **how: object) -> list[str]:
    arranged = vault.listing.arrange(wanted, **how)  # type: ignore[arg-type]
    return [row.summary.title for row in vault.listing.rows(arranged.ids)]


def test_what_is_pinned_stands_first_in_each_order(filled: ScratchVault) -> None:
    vault = filled.vault

    vault.marks.set(Mark.PINNED, [_id(filled, "old")])

    assert _titles(vault) == ["old", "new", "middle"]
    assert _titles(vault, order=Order.TITLE) == ["old", "middle", "new"]
    assert _titles(vault, order=Order.OLDEST) == ["old", "middle", "new"]
    assert _titles(vault, by_source=True) == ["old", "new", "middle"]
    assert _titles(vault, newest=1) == ["old", "new"]
    assert _titles(vault, ListFilter(source="chatgpt")) == ["new"]
    assert vault.listing.arrange().pinned == 1


def test_a_list_is_filtered_by_marks(filled: ScratchVault) -> None:
    vault = filled.vault
    vault.marks.set(Mark.PINNED, [_id(filled, "old")])
    vault.marks.set(Mark.UNREAD, [_id(filled, "new")])
    vault.marks.set(Mark.STARRED, [_id(filled, "middle")], is_set=False)
    vault.marks.set(Mark.STARRED, [_id(filled, "old")])

    assert _titles(vault, ListFilter(is_pinned=True)) == ["old"]
    assert _titles(vault, ListFilter(is_pinned=False)) == ["new", "middle"]
    assert _titles(vault, ListFilter(is_unread=True)) == ["new"]
    assert _titles(vault, ListFilter(is_starred=True)) == ["old"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("is:pinned", {"old"}),
        ("hello is:unread", {"new"}),
        ("is:starred", {"old"}),
        ("hello -is:starred", {"middle", "new"}),
    ],
)
def test_a_search_knows_the_marks(filled: ScratchVault, query: str, expected: set[str]) -> None:
    vault = filled.vault
    vault.marks.set(Mark.PINNED, [_id(filled, "old")])
    vault.marks.set(Mark.UNREAD, [_id(filled, "new")])
    vault.marks.set(Mark.STARRED, [_id(filled, "middle")], is_set=False)
    vault.marks.set(Mark.STARRED, [_id(filled, "old")])

    assert {hit.title for hit in vault.search.find(query)} == expected


def test_setting_a_mark_changes_nothing_else(filled: ScratchVault) -> None:
    before = filled.query("SELECT * FROM conversations")
    vault = filled.reopen()

    change = vault.marks.set(Mark.PINNED, [_id(filled, name) for name in ("old", "new")])

    assert change.count == 2
    assert filled.query("SELECT * FROM conversations") == before
    assert filled.problems() == []
    assert len(filled.vault.versions.list(_id(filled, "old"))) == 1


def test_what_is_so_already_is_no_change(filled: ScratchVault) -> None:
    vault = filled.vault
    both = [_id(filled, "old"), _id(filled, "middle")]

    assert vault.marks.set(Mark.STARRED, both).count == 1
    assert vault.marks.set(Mark.STARRED, both).count == 0
    assert vault.marks.set(Mark.UNREAD, both, is_set=False).count == 0


def test_undo_leaves_all_as_it_was(filled: ScratchVault, tmp_path: Path) -> None:
    vault = filled.vault
    vault.marks.set(Mark.STARRED, [_id(filled, "middle")], is_set=False)
    before = exported(vault, tmp_path / "before")
    rows = vault.listing.arrange().ids

    changes = [vault.marks.set_rows(mark, rows) for mark in SETTABLE]
    assert exported(vault, tmp_path / "between") != before
    for change in changes:
        vault.marks.undo(change)

    assert exported(vault, tmp_path / "after") == before


def test_an_id_that_is_not_there_sets_nothing_at_all(filled: ScratchVault) -> None:
    vault = filled.vault

    with pytest.raises(UserError, match="no conversation has this id"):
        vault.marks.set(Mark.PINNED, [str(_id(filled, "old")), "00000000"])

    assert vault.listing.arrange().pinned == 0
    assert vault.marks.set_rows(Mark.PINNED, [1, 99]).count == 1


def test_a_vault_that_is_read_takes_no_marks(filled: ScratchVault) -> None:
    wanted = _id(filled, "old")
    filled.vault.lock()

    with (
        Vault.open(filled.folder, PASSWORD, read_only=True) as vault,
        pytest.raises(AccessError),
    ):
        vault.marks.set(Mark.PINNED, [wanted])


def test_more_are_marked_than_one_statement_takes(vault: ScratchVault) -> None:
    vault.bring(*(_chat(f"c{n}", n + 1) for n in range(1_100)))
    rows = vault.vault.listing.arrange().ids

    change = vault.vault.marks.set_rows(Mark.UNREAD, rows)

    assert change.count == 1_100
    assert sum(c.is_unread for c in vault.vault.conversations.list()) == 1_100
    vault.vault.marks.undo(change)
    assert not any(c.is_unread for c in vault.vault.conversations.list())


# What an import does.


def test_a_first_import_is_not_unread_and_a_later_one_is(vault: ScratchVault) -> None:
    vault.bring(_chat("a", 1), _chat("b", 2))
    assert _unread(vault) == set()

    vault.bring(_chat("a", 1), _chat("b", 4, "Hello", "More"), _chat("c", 5))

    assert _unread(vault) == {"b", "c"}


def test_the_first_import_of_another_source_is_not_unread(vault: ScratchVault) -> None:
    vault.bring(_chat("a", 1))

    vault.bring(_chat("b", 2, source="chatgpt"), _chat("c", 3, source="chatgpt"))

    assert _unread(vault) == set()


def test_an_older_export_and_a_better_reading_are_not_news(vault: ScratchVault) -> None:
    vault.bring(_chat("a", 5, "Hello"), _chat("b", 6))

    vault.bring(_chat("a", 5, "Hello, read better"), _chat("older", 2))

    assert vault.all()["a"].messages[0].text == "Hello, read better"
    assert _unread(vault) == set()


def test_a_renamed_chat_is_not_unread(vault: ScratchVault) -> None:
    vault.bring(_chat("a", 1))

    vault.bring(conversation(message(1, "Hello"), external_id="a", title="Renamed",
                             updated_at_ms=2 * _DAY_MS))  # fmt: skip

    assert vault.only().title == "Renamed"
    assert _unread(vault) == set()


def test_what_was_read_is_unread_again_when_more_comes(vault: ScratchVault) -> None:
    vault.bring(_chat("a", 1))
    vault.bring(_chat("a", 2, "Hello", "More"))
    vault.vault.marks.set(Mark.UNREAD, [_id(vault, "a")], is_set=False)

    vault.bring(_chat("a", 2, "Hello", "More"))
    assert _unread(vault) == set()
    vault.bring(_chat("a", 3, "Hello", "More", "Even more"))

    assert _unread(vault) == {"a"}


def test_an_import_leaves_what_the_person_set(filled: ScratchVault) -> None:
    vault = filled.vault
    vault.marks.set(Mark.PINNED, [_id(filled, "old")])
    vault.marks.set(Mark.STARRED, [_id(filled, "old")])
    vault.marks.set(Mark.STARRED, [_id(filled, "middle")], is_set=False)

    filled.bring(_chat("old", 8, "Hello", "More"), _chat("middle", 9, "More", is_starred=True))

    found = filled.all()
    assert (found["old"].is_pinned, found["old"].has_star, found["old"].is_starred) == (
        True, True, False,
    )  # fmt: skip
    assert (found["middle"].has_star, found["middle"].is_starred) == (False, True)


# Out of one vault and into another.


def test_marks_are_copied_with_their_times(filled: ScratchVault, tmp_path: Path) -> None:
    filled.vault.marks.set(Mark.PINNED, [_id(filled, "old")])
    filled.vault.marks.set(Mark.UNREAD, [_id(filled, "new")])
    filled.vault.marks.set(Mark.STARRED, [_id(filled, "middle")], is_set=False)

    tree = copied(filled.vault, tmp_path)

    document = json.loads(tree["privatus-export.json"])
    marks = {c["title"]: c["marks"] for c in document["conversations"]}
    assert marks["middle"][0].keys() == {"mark", "is_set", "set_at"}
    assert [(m["mark"], m["is_set"]) for m in marks["middle"]] == [("starred", False)]


def test_a_document_leaves_the_marks_of_what_is_there_already(
    filled: ScratchVault, tmp_path: Path
) -> None:
    filled.vault.marks.set(Mark.PINNED, [_id(filled, "old")])
    exported(filled.vault, tmp_path / "first")
    filled.vault.marks.set(Mark.PINNED, [_id(filled, "old")], is_set=False)

    filled.vault.imports.run(tmp_path / "first")

    assert not filled.all()["old"].is_pinned


def test_a_first_import_of_several_files_is_not_unread(vault: ScratchVault, tmp_path: Path) -> None:
    # Each changed a second later for each of its messages.
    write_chats(tmp_path / "a.json", chat("Old", "Hello"))
    write_chats(tmp_path / "b.json", chat("New", "Hello", "Hello"))
    write_chats(tmp_path / "c.json", chat("Newest", "Hello", "Hello", "And"))

    vault.vault.imports.run(tmp_path / "a.json", tmp_path / "b.json")
    assert _unread(vault) == set()
    vault.vault.imports.run(tmp_path / "c.json")

    assert [c.title for c in vault.vault.conversations.list() if c.is_unread] == ["Newest"]


def test_a_log_that_does_not_say_whether_an_import_was_stopped_stops_no_import(
    filled: ScratchVault, tmp_path: Path
) -> None:
    with filled.vault._store.transaction() as tables:
        tables.audit.append(IMPORTED, {"source": "chatgpt"})
    write_chats(tmp_path / "later.json", chat("later", "Hello", "Hi"))

    filled.vault.imports.run(tmp_path / "later.json")

    assert "later" in _unread(filled)


def test_the_rest_of_a_first_import_that_was_stopped_is_not_unread(
    vault: ScratchVault, tmp_path: Path
) -> None:
    # The oldest first, so that all that is left is newer than what came in.
    path = tmp_path / "a.json"
    said = [["Hello"] * (number + 1) for number in range(40)]
    write_chats(path, *(chat(f"{len(texts)}", *texts) for texts in said))

    def stop(progress: Progress) -> None:
        if (progress.done or 0) > path.stat().st_size // 2:
            job.cancel()

    job = Job(stop)
    assert vault.vault.imports.run(path, job=job).files[0].is_cancelled
    assert 0 < len(vault.vault.conversations.list(limit=100)) < 40

    vault.vault.imports.run(path)

    assert len(vault.vault.conversations.list(limit=100)) == 40
    assert _unread(vault) == set()
