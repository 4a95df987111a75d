"""Which importer an export is for."""

from __future__ import annotations

from pathlib import Path

import pytest

from privatus.core.conversation import Json
from privatus.core.errors import UnreadableInputError
from privatus.importers import registry
from privatus.importers.export import open_export
from support.chatgpt_records import chat, said
from support.exports import write_json

_CLAUDE = {"uuid": "c", "name": "A chat", "chat_messages": []}
_DEEPSEEK_MESSAGE = {
    "fragments": [{"type": "REQUEST", "content": "Hi"}],
    "inserted_at": "2026-01-02T10:00:00+08:00",
}
_DEEPSEEK = {
    "id": "c",
    "title": "A chat",
    "inserted_at": "2026-01-02T10:00:00+08:00",
    "mapping": {"1": {"id": "1", "parent": None, "children": [], "message": _DEEPSEEK_MESSAGE}},
}


@pytest.mark.parametrize(
    ("value", "source"),
    [
        ([chat(said("m", "Hi"))], "chatgpt"),
        ([_CLAUDE], "claude"),
        ([_DEEPSEEK], "deepseek"),
        ([], "chatgpt"),
    ],
)
def test_files_of_one_name_are_told_apart_by_their_shape(
    tmp_path: Path, value: Json, source: str
) -> None:
    with open_export(write_json(tmp_path / "conversations.json", value)) as export:
        assert registry.find(export).source == source


def test_an_export_of_nobody_is_refused_with_what_is_read(tmp_path: Path) -> None:
    with (
        open_export(write_json(tmp_path / "todo.json", {"hello": "world"})) as export,
        pytest.raises(UnreadableInputError, match=r"todo\.json is not an export .* ChatGPT"),
    ):
        registry.find(export)


def test_every_importer_has_a_name_to_store_and_one_to_show() -> None:
    sources = [importer.source for importer in registry.BUILT_IN]

    assert len(set(sources)) == len(sources)
    assert all(source == source.lower() and " " not in source for source in sources)
    assert all(importer.label for importer in registry.BUILT_IN)
