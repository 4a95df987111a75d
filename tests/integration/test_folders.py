"""Folders: a chat is in one of them at most, and nothing that is done with one loses a chat."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from privatus.bootstrap import Vault
from privatus.core.errors import AccessError, QueryError, UserError
from privatus.core.marks import Mark
from privatus.exporters.markdown import front_matter
from privatus.services.folder_changes import FolderChange
from privatus.services.listing import ListFilter
from support.conversations import conversation
from support.copies import copied, exported
from support.vaults import PASSWORD, ScratchVault

_TITLES = ("Bread", "Keys", "Water", "Rain")


def _chat(title: str, *more: str, day: int = 1) -> object:
    return conversation(f"Ask about {title}", *more, external_id=title, title=title,
                        updated_at_ms=day * 86_400_000)  # fmt: skip


@pytest.fixture
def filled(vault: ScratchVault) -> ScratchVault:
    """Return a vault: Bread in work, Keys in work/tax, Water in home, Rain in none."""
    vault.bring(*map(_chat, _TITLES))  # type: ignore[arg-type]
    rows = _rows(vault.vault)
    for title, folder in (("Bread", "work"), ("Keys", "work/tax"), ("Water", "home")):
        vault.vault.folders.put(folder, [rows[title]])
    return vault


def _rows(vault: Vault) -> dict[str, int]:
    found = vault.listing.rows(vault.listing.arrange().ids)
    return {row.summary.title: row.row_id for row in found}


def _in(vault: Vault, folder: str) -> set[str]:
    found = vault.listing.rows(vault.listing.arrange(ListFilter(folder=folder)).ids)
    return {row.summary.title for row in found}


def _folders(vault: Vault) -> dict[str, str | None]:
    return {c.title: c.folder for c in vault.conversations.list()}


def _tree(vault: Vault) -> list[tuple[str, int, int]]:
    return [(c.folder.name, c.conversations, c.all_conversations) for c in vault.folders.list()]


def _found(vault: Vault, query: str) -> set[str]:
    return {hit.title for hit in vault.search.find(query)}


def test_a_list_has_what_is_in_a_folder_and_in_those_within(filled: ScratchVault) -> None:
    vault = filled.vault

    assert _in(vault, "work") == {"Bread", "Keys"}
    assert _in(vault, "WORK / tax") == {"Keys"}
    assert {c.title for c in vault.conversations.list(folder="home")} == {"Water"}
    assert _tree(vault) == [("work", 1, 2), ("work/tax", 1, 1), ("home", 1, 1)]
    with pytest.raises(UserError, match="no folder is called wrk, did you mean work"):
        _in(vault, "wrk")


def test_a_chat_is_in_one_folder_at_most(filled: ScratchVault) -> None:
    vault = filled.vault

    change = vault.folders.put("home", _rows(vault).values())

    assert change.conversations == 3
    assert set(_folders(vault).values()) == {"home"}
    assert _tree(vault) == [("work", 0, 0), ("work/tax", 0, 0), ("home", 4, 4)]


def test_what_is_archived_or_in_the_trash_is_not_counted(filled: ScratchVault) -> None:
    vault, rows = filled.vault, _rows(filled.vault)
    vault.trash.put([rows["Bread"]])
    vault.marks.set_rows(Mark.ARCHIVED, [rows["Keys"]])

    assert _tree(vault) == [("work", 0, 0), ("work/tax", 0, 0), ("home", 1, 1)]
    assert _in(vault, "work") == set()
    vault.trash.restore([rows["Bread"]])

    assert _in(vault, "work") == {"Bread"}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("folder:work", "Bread Keys"),
        ("ask folder:work/tax", "Keys"),
        ("ask -folder:work", "Water Rain"),
        ("ask folder:work folder:home", "Bread Keys Water"),
        ("folder:work is:starred", ""),
        ("folder:work -folder:work/tax", "Bread"),
    ],
)
def test_a_search_knows_folders(filled: ScratchVault, query: str, expected: str) -> None:
    assert _found(filled.vault, query) == set(expected.split())


def test_a_search_with_a_tag_and_a_folder_needs_both(filled: ScratchVault) -> None:
    vault = filled.vault
    vault.tags.add_to_found("t", "bread OR water")

    assert _found(vault, "folder:work tag:t") == {"Bread"}


def test_a_folder_that_there_is_not_is_an_error_with_the_nearest_one(filled: ScratchVault) -> None:
    with pytest.raises(QueryError, match="did you mean home") as caught:
        filled.vault.search.find("ask folder:hone")

    assert caught.value.nearest == "ask folder:home"


@pytest.mark.parametrize("name", ["", "a//b", "/", "…", 'say "no"', "wo*", "x" * 101, "a\u202eb"])
def test_a_name_that_does_not_do_changes_nothing(filled: ScratchVault, name: str) -> None:
    with pytest.raises(UserError):
        filled.vault.folders.create(name)

    assert len(_tree(filled.vault)) == 3


def test_a_folder_within_others_makes_them(vault: ScratchVault) -> None:
    change = vault.vault.folders.create("a/b/c")

    assert [name for name, *_ in _tree(vault.vault)] == ["a", "a/b", "a/b/c"]
    with pytest.raises(UserError, match="called so already"):
        vault.vault.folders.create("A/B")
    vault.vault.folders.undo(change)
    assert _tree(vault.vault) == []


def test_those_within_go_along_when_a_folder_is_called_otherwise(filled: ScratchVault) -> None:
    vault = filled.vault
    saved = vault.saved_searches.save("Mine", "ask folder:work/tax")
    vault.tags.rules.add("t", "folder:WORK")

    change = vault.folders.rename("Work", "home/office")

    assert _tree(vault) == [("home", 1, 3), ("home/office", 1, 2), ("home/office/tax", 1, 1)]
    assert vault.saved_searches.list()[0].query == "ask folder:home/office/tax"
    assert vault.tags.rules.list()[0].rule.query == "folder:home/office"
    vault.folders.undo(change)
    assert _tree(vault) == [("work", 1, 2), ("work/tax", 1, 1), ("home", 1, 1)]
    assert vault.saved_searches.list() == [saved]


def test_a_folder_does_not_go_where_it_cannot(filled: ScratchVault) -> None:
    vault = filled.vault
    before = _tree(vault)

    with pytest.raises(UserError, match="cannot lie in itself"):
        vault.folders.rename("work", "work/old")
    with pytest.raises(UserError, match="another folder is called so"):
        vault.folders.rename("work", "Home")
    with pytest.raises(UserError, match="no folder is called wok, did you mean work"):
        vault.folders.rename("wok", "play")

    assert _tree(vault) == before


def test_folders_stand_where_they_are_put(filled: ScratchVault) -> None:
    vault = filled.vault
    vault.folders.create("work/letters")

    change = vault.folders.place("home", 0)
    vault.folders.place("work/letters", 0)

    assert [name for name, *_ in _tree(vault)] == ["home", "work", "work/letters", "work/tax"]
    vault.folders.undo(change)
    assert [name for name, *_ in _tree(vault)] == ["work", "work/letters", "work/tax", "home"]


def test_chats_stay_when_their_folder_is_deleted(filled: ScratchVault) -> None:
    vault = filled.vault

    change = vault.folders.delete("work")

    assert _folders(vault) == {"Bread": None, "Keys": None, "Water": "home", "Rain": None}
    again = vault.folders.undo(change)
    assert _folders(vault)["Keys"] == "work/tax"
    assert _tree(vault) == [("work", 1, 2), ("work/tax", 1, 1), ("home", 1, 1)]
    vault.folders.undo(again)
    assert _tree(vault) == [("home", 1, 1)]
    assert filled.problems() == []


def test_undo_leaves_what_was_moved_on_since(filled: ScratchVault) -> None:
    vault, rows = filled.vault, _rows(filled.vault)
    put = vault.folders.put("new", [rows["Bread"], rows["Rain"]])
    vault.folders.put("home", [rows["Bread"]])
    vault.folders.put("new", [rows["Water"]])

    vault.folders.undo(put)

    assert _folders(vault) == {"Bread": "home", "Keys": "work/tax", "Water": "new", "Rain": None}


@pytest.mark.parametrize("what", ["put", "take_out", "rename", "delete", "create", "place"])
def test_undo_leaves_all_as_it_was_and_redo_does_it_again(
    filled: ScratchVault, what: str, tmp_path: Path
) -> None:
    vault, rows = filled.vault, _rows(filled.vault)
    before = exported(vault, tmp_path / "before"), _tree(vault)

    change: FolderChange = {
        "put": lambda: vault.folders.put("work/new", rows.values()),
        "take_out": lambda: vault.folders.take_out(rows.values()),
        "rename": lambda: vault.folders.rename("work/tax", "tax"),
        "delete": lambda: vault.folders.delete("work"),
        "create": lambda: vault.folders.create("garden"),
        "place": lambda: vault.folders.place("home", 0),
    }[what]()
    done = exported(vault, tmp_path / "done"), _tree(vault)
    assert done != before
    again = vault.folders.undo(change)
    assert (exported(vault, tmp_path / "undone"), _tree(vault)) == before
    vault.folders.undo(again)

    assert (exported(vault, tmp_path / "redone"), _tree(vault)) == done


def test_ids_that_a_person_sees_do_as_well(filled: ScratchVault) -> None:
    vault = filled.vault
    rain = next(c for c in vault.conversations.list() if c.title == "Rain")

    with pytest.raises(UserError, match="no conversation has this id"):
        vault.folders.put("home", [str(rain.id)[:8], "00000000"])
    vault.folders.put("home", [str(rain.id)[:8]])

    assert vault.conversations.get(rain.id).folder == "home"


def test_no_import_moves_a_chat(filled: ScratchVault) -> None:
    filled.bring(*(_chat(title, "More", day=5) for title in _TITLES))  # type: ignore[arg-type]

    assert _folders(filled.vault) == {
        "Bread": "work", "Keys": "work/tax", "Water": "home", "Rain": None,
    }  # fmt: skip
    assert filled.problems() == []


def test_a_vault_takes_folders_along(filled: ScratchVault, tmp_path: Path) -> None:
    tree = copied(filled.vault, tmp_path)

    said = json.loads(tree["privatus-export.json"])["conversations"]
    assert {c["title"]: c["folder"] for c in said} == _folders(filled.vault)
    bread = next(c for c in filled.all().values() if c.title == "Bread")
    assert 'folder: "work"' in front_matter(bread)


def test_a_document_that_is_brought_in_again_leaves_chats_where_they_are(
    filled: ScratchVault, tmp_path: Path
) -> None:
    exported(filled.vault, tmp_path / "out")
    filled.vault.folders.put("elsewhere", [_rows(filled.vault)["Bread"]])

    filled.vault.imports.run(tmp_path / "out")

    assert _folders(filled.vault)["Bread"] == "elsewhere"


def test_a_table_has_a_column_of_folders(filled: ScratchVault, tmp_path: Path) -> None:
    filled.vault.exports.run(tmp_path / "out", "csv")

    text = "".join(path.read_text("utf-8-sig") for path in (tmp_path / "out").glob("*.csv"))
    assert "folder" in text.splitlines()[0] and "work/tax" in text


def test_a_vault_that_is_read_takes_no_folders(filled: ScratchVault) -> None:
    filled.vault.lock()

    with Vault.open(filled.folder, PASSWORD, read_only=True) as vault, pytest.raises(AccessError):
        vault.folders.create("new")


@pytest.mark.parametrize(
    "attack",
    [
        "UPDATE folders SET details_sealed = (SELECT details_sealed FROM folders WHERE id = 2)"
        " WHERE id = 1",
        "UPDATE folders SET created_at_ms = created_at_ms + 1 WHERE id = 1",
        "UPDATE folder_chats SET folder_id = 1",
        "UPDATE folder_chats SET put_at_ms = put_at_ms + 1",
    ],
)
def test_who_has_the_database_key_moves_nothing_unseen(filled: ScratchVault, attack: str) -> None:
    assert filled.attack(attack)

    assert filled.problems() == ["folders"] or "folders" in str(filled.problems())


def test_folders_and_the_days_of_the_trash_open_under_new_keys(filled: ScratchVault) -> None:
    filled.vault.trash.set_days(30)
    filled.vault.trash.put([_rows(filled.vault)["Rain"]])
    before = _tree(filled.vault), _folders(filled.vault)
    filled.vault.lock()

    Vault.rotate(filled.folder, PASSWORD)

    with Vault.open(filled.folder, PASSWORD) as vault:
        assert (_tree(vault), _folders(vault)) == before
        assert vault.trash.days() == 30 and len(vault.trash.list()) == 1
        assert vault.integrity.check().ok
