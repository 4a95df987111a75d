"""Privatus' JSON loses nothing, and the same conversations give the same bytes."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from privatus.core.conversation import Conversation
from privatus.importers.base import Notes
from privatus.importers.export import open_export
from privatus.importers.privatus_json import IMPORTER
from support.conversations import contents, conversations
from support.privatus_exports import read_json, write_json


@contextmanager
def folders() -> Iterator[tuple[Path, Path]]:
    # Not `tmp_path`: that is one folder for all the examples of a test.
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder) / "first", Path(folder) / "second"


@settings(max_examples=100)
@given(st.lists(conversations(), max_size=3))
def test_what_is_exported_comes_back_equal(chats: list[Conversation]) -> None:
    with folders() as (first, _):
        write_json(chats, first)

        found, files, notes = read_json(first)

    assert found == chats
    assert files == [contents(chat) for chat in chats]
    assert (notes.skipped, notes.warnings, notes.unknown) == ([], [], {})
    assert notes.conversations_seen == len(chats)
    assert notes.messages_seen == sum(len(chat.messages) for chat in chats)


@settings(max_examples=100)
@given(st.lists(conversations(), max_size=3))
def test_exporting_what_was_imported_gives_the_same_bytes(chats: list[Conversation]) -> None:
    with folders() as (first, second):
        document = write_json(chats, first)
        with open_export(first) as export:
            again = write_json(IMPORTER.read(export, Notes()), second)

        assert again == document
        assert {path.name for path in second.rglob("*")} == {p.name for p in first.rglob("*")}
