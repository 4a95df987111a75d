"""Whatever happened to the index, after opening the vault a search finds everything."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from privatus.core.conversation import Role
from privatus.core.errors import TamperedError
from privatus.search import folding
from privatus.search.index import Index
from privatus.search.index_writer import IndexWriter
from privatus.services import indexing
from support.conversations import attachment, conversation, message
from support.filled import LARGE_TEXT
from support.vaults import ScratchVault

_WORDS = ("anchor", "bobbin", "candle")


def _talk(word: str, **fields: object) -> object:
    return conversation(
        message(1, f"the {word}", attachments=(attachment(f"{word}.pdf", None),)),
        message(2, "an answer", model="some-model"),
        external_id=word,
        title=f"About {word}s",
        **fields,
    )


@pytest.fixture
def filled(vault: ScratchVault) -> ScratchVault:
    vault.bring(*(_talk(word) for word in _WORDS))
    return vault


def _is_complete(vault: ScratchVault, words: tuple[str, ...] = _WORDS) -> bool:
    """Say whether everything is found, by text, title, file name, model and source."""
    find = vault.vault.search.find
    counts = [
        find(question).total
        for word in words
        for question in (f"{word} in:text", f"{word}s in:title", f'"{word}.pdf" in:files')
    ]
    facets = [find("model:some-model source:claude role:assistant").total, find("about").total]
    return counts == [1] * 3 * len(words) and facets == [len(words)] * 2


def _log(vault: ScratchVault) -> list[str]:
    return [entry.action for entry in vault.vault.audit.list()]


def test_an_index_that_nothing_happened_to_is_not_made_anew(filled: ScratchVault) -> None:
    filled.vault.lock()
    before = filled.index_path.stat().st_ino

    filled.reopen()

    assert _is_complete(filled)
    assert filled.index_path.stat().st_ino == before
    assert "search index made anew" not in _log(filled)


def _unlink(path: Path) -> None:
    path.unlink()


def _empty(path: Path) -> None:
    path.write_bytes(b"")


def _garbage(path: Path) -> None:
    path.write_bytes(b"garbage" * 5_000)


def _halve(path: Path) -> None:
    raw = path.read_bytes()
    path.write_bytes(raw[: len(raw) // 2])


def _first_page(path: Path) -> None:
    _damage(path, 4_000)


def _damage(path: Path, offset: int) -> None:
    raw = bytearray(path.read_bytes())
    raw[offset] ^= 1
    path.write_bytes(raw)


@pytest.mark.parametrize("damage", [_unlink, _empty, _garbage, _halve, _first_page])
def test_an_index_that_is_gone_or_damaged_is_made_anew(
    filled: ScratchVault, damage: Callable[[Path], None]
) -> None:
    filled.vault.lock()
    damage(filled.index_path)

    filled.reopen()

    assert _is_complete(filled)
    assert filled.problems() == []
    assert _log(filled).count("search index made anew") == 1


def test_an_index_with_the_log_of_another_one_is_made_anew(filled: ScratchVault) -> None:
    filled.vault.lock()
    filled.index_path.unlink()
    filled.index_path.with_name("1.db-wal").write_bytes(b"garbage" * 10_000)

    filled.reopen()

    assert _is_complete(filled)
    assert filled.problems() == []


def test_damage_behind_the_first_pages_is_named_and_mended_on_demand(
    filled: ScratchVault,
) -> None:
    filled.bring(conversation(LARGE_TEXT, external_id="large"))
    filled.vault.lock()
    size = filled.index_path.stat().st_size
    for offset in range(size // 2, size, 8192):
        _damage(filled.index_path, offset)
    vault = filled.reopen()

    [named] = [check for check in vault.integrity.check().checks if not check.ok]
    assert named.name == "index"
    assert "--rebuild-index" in named.detail
    with pytest.raises(TamperedError, match="--rebuild-index"):
        vault.search.find(LARGE_TEXT.rpartition(" ")[2])

    assert vault.integrity.rebuild_index() == 11

    assert vault.integrity.check().ok
    assert _is_complete(filled)


def test_an_index_of_another_folding_is_made_anew(
    filled: ScratchVault, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folding, "VERSION", "2 unicode 99.0")
    filled.reopen()
    assert _log(filled).count("search index made anew") == 1

    filled.reopen()

    assert _log(filled).count("search index made anew") == 1
    assert _is_complete(filled)
    assert filled.problems() == []


# -- the index lies in another file, which cannot commit together with the vault --


class _Crash(BaseException):
    """The program ends here."""


def _crash(*_: object, **__: object) -> None:
    raise _Crash


def _crashing_writer(self: IndexWriter, *args: object, **fields: object) -> None:
    raise _Crash


def test_what_was_committed_and_not_indexed_is_found_after_a_crash(
    filled: ScratchVault, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(IndexWriter, "put", _crashing_writer)
    changed = _talk("anchor", updated_at_ms=5)
    words = changed.messages[0].parts[0]
    changed = replace(
        changed,
        title="About dynamos",
        messages=(replace(changed.messages[0], parts=(replace(words, text="a dynamo"),)),),
        active=1,
    )
    for export in ((changed,), (_talk("engine"), _talk("funnel"))):
        with pytest.raises(_Crash):
            filled.bring(*export)
    monkeypatch.undo()
    filled.reopen()

    find = filled.vault.search.find
    assert [find(f"{word} in:text").total for word in ("anchor", "dynamo", "engine")] == [0, 1, 1]
    assert [find(f"{word} in:title").total for word in ("anchors", "dynamos")] == [0, 1]
    assert filled.problems() == []
    assert "search index made anew" not in _log(filled)


def test_a_message_of_ones_own_is_found_after_a_crash(
    filled: ScratchVault, monkeypatch: pytest.MonkeyPatch
) -> None:
    [first, *_] = filled.vault.conversations.list()
    monkeypatch.setattr(Index, "apply", _crash)
    with pytest.raises(_Crash):
        filled.vault.conversations.append(first.id, Role.USER, "a gasket")
    monkeypatch.undo()

    # The next one must not hide that the one before it was not taken over.
    filled.vault.conversations.append(first.id, Role.USER, "a hinge")

    filled.reopen()
    assert [filled.vault.search.find(word).total for word in ("gasket", "hinge")] == [1, 1]
    assert filled.problems() == []


def test_an_import_does_not_hide_what_an_earlier_one_left_unindexed(
    filled: ScratchVault, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(IndexWriter, "put", _crashing_writer)
    with pytest.raises(_Crash):
        filled.bring(_talk("engine"))
    monkeypatch.undo()

    filled.bring(_talk("funnel"))

    assert _is_complete(filled, (*_WORDS, "engine", "funnel"))
    assert filled.problems() == []


def test_the_queue_is_kept_until_the_index_is_on_disk(filled: ScratchVault) -> None:
    def queued() -> int:
        with filled.vault._store.snapshot() as tables:
            return len(list(tables.index_queue.after(0)))

    assert queued() == 0
    reader = filled.vault._index_reader
    assert reader is not None
    [first, *_] = filled.vault.conversations.list()
    filled.vault.conversations.append(first.id, Role.USER, "a gasket")
    with reader.snapshot():
        reader.rows("SELECT * FROM docs")
        filled.vault.conversations.append(first.id, Role.USER, "a hinge")
        filled.vault._index.db._connection.execute("PRAGMA busy_timeout = 50")
        indexing.confirm(filled.vault._store, filled.vault._index)

        assert queued() == 2

    indexing.confirm(filled.vault._store, filled.vault._index)
    assert queued() == 0


@pytest.mark.parametrize("is_confirmed", [True, False])
def test_an_older_index_put_back_is_brought_up_to_the_vault(
    filled: ScratchVault, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_confirmed: bool
) -> None:
    filled.vault.lock()
    older = shutil.copy(filled.index_path, tmp_path / "older.db")
    filled.reopen()
    if not is_confirmed:
        monkeypatch.setattr(indexing, "confirm", lambda *_: None)
    filled.bring(_talk("engine"))
    filled.vault.lock()
    monkeypatch.undo()
    shutil.copy(older, filled.index_path)

    filled.reopen()

    assert _is_complete(filled, (*_WORDS, "engine"))
    assert ("search index made anew" in _log(filled)) is is_confirmed
    assert filled.problems() == []


def test_an_index_that_is_ahead_of_a_vault_from_a_backup_is_made_anew(
    filled: ScratchVault, tmp_path: Path
) -> None:
    filled.vault.lock()
    older = shutil.copy(filled.folder / "vault.db", tmp_path / "older.db")
    filled.reopen()
    filled.bring(_talk("engine"), _talk("funnel"))
    filled.vault.lock()
    shutil.copy(older, filled.folder / "vault.db")

    filled.reopen()
    assert _is_complete(filled)
    filled.bring(_talk("gasket"))

    assert _is_complete(filled, (*_WORDS, "gasket"))
    assert filled.vault.search.find("engine").total == 0
    assert filled.problems() == []


def test_a_rebuild_that_was_broken_off_is_begun_again(
    filled: ScratchVault, monkeypatch: pytest.MonkeyPatch
) -> None:
    apply = Index.apply
    calls = 0

    def once(*args: object, **fields: object) -> None:
        nonlocal calls
        calls += 1
        if calls > 2:
            raise _Crash
        apply(*args, **fields)  # type: ignore[arg-type]

    monkeypatch.setattr(indexing, "_CHUNK", 2)
    monkeypatch.setattr(Index, "apply", once)
    with pytest.raises(_Crash):
        filled.vault.integrity.rebuild_index()
    monkeypatch.undo()

    filled.reopen()

    assert _is_complete(filled)
    assert filled.problems() == []


@pytest.mark.parametrize("chunk", [1, 2, 5, 5_000])
def test_a_rebuild_in_chunks_is_the_same_as_in_one(
    filled: ScratchVault, monkeypatch: pytest.MonkeyPatch, chunk: int
) -> None:
    monkeypatch.setattr(indexing, "_CHUNK", chunk)

    assert filled.vault.integrity.rebuild_index() == 9

    assert _is_complete(filled)
    assert filled.problems() == []


def test_a_search_that_was_open_goes_on_in_an_index_made_anew(filled: ScratchVault) -> None:
    search = filled.vault.search
    assert search.find("anchor").total == 1

    filled.vault.integrity.rebuild_index()

    assert search.find("anchor").total == 1


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE messages SET role = 2 WHERE id = 3",
        "UPDATE messages SET content_sealed = zeroblob(50) WHERE id = 3",
        "UPDATE conversations SET kind = 'room' WHERE id = 2",
        "UPDATE attachments SET position = 3 WHERE message_id = 3",
    ],
)
def test_a_row_that_does_not_open_keeps_neither_the_vault_nor_the_other_rows_closed(
    filled: ScratchVault, statement: str
) -> None:
    filled.attack(statement)
    filled.index_path.unlink()

    filled.reopen()

    assert filled.vault.search.find("anchor in:text").total == 1
    assert filled.vault.search.find("candles in:title").total == 1
    named = {problem.partition(":")[0] for problem in filled.problems()}
    assert named and "index" not in named


def test_it_is_known_how_much_the_index_has_not_taken_over(
    filled: ScratchVault, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert filled.vault.search.waiting() == 0

    monkeypatch.setattr(IndexWriter, "put", _crashing_writer)
    with pytest.raises(_Crash):
        filled.bring(_talk("dagger"))
    monkeypatch.undo()

    # Two messages and a title.
    assert filled.vault.search.waiting() == 3
    assert filled.reopen().search.waiting() == 0
