"""JSON files by records: large, odd and broken ones."""

from __future__ import annotations

import json
import tracemalloc
import zipfile
from pathlib import Path

import pytest

from privatus.core.conversation import Json
from privatus.core.errors import UnreadableInputError
from privatus.importers import json_stream, json_value
from privatus.importers.base import Notes
from privatus.importers.export import open_export

ROWS = [
    {"id": f"r{n}", "title": f"T{n} }},{{ \\", "inner": [{"id": "x"}, {"id": "y"}]}
    for n in range(9)
]


def read(tmp_path: Path, raw: bytes | str, *keys: str) -> tuple[list[Json], Notes]:
    path = tmp_path / "rows.json"
    path.write_bytes(raw if isinstance(raw, bytes) else raw.encode())
    notes = Notes()
    with open_export(path) as export:
        found = list(json_stream.items(export.members[0], notes, *keys))
    for where, _ in found:
        assert where == "rows.json" or where.startswith("rows.json[")
    return [value for _, value in found], notes


def reasons(notes: Notes) -> list[tuple[str, str]]:
    return [(note.where, note.reason) for note in notes.skipped]


@pytest.fixture(params=["whole", "in blocks of 16", "in blocks of 100"])
def _blocks(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param != "whole":
        size = int(request.param.rpartition(" ")[2])
        monkeypatch.setattr(json_stream, "_BLOCK_BYTES", size)
        monkeypatch.setattr(json_stream, "_WHOLE_BYTES", 0)


@pytest.mark.usefixtures("_blocks")
class TestAnyBlockSize:
    """What must hold wherever the blocks are cut."""

    @pytest.mark.parametrize("indent", [None, 2])
    def test_every_record_comes_as_it_is(self, tmp_path: Path, indent: int | None) -> None:
        found, notes = read(tmp_path, json.dumps(ROWS, indent=indent))

        assert found == ROWS
        assert notes == Notes()

    def test_records_may_begin_differently(self, tmp_path: Path) -> None:
        rows: list[Json] = [{"id": 1, "b": 2}, None, 3, "},{", [], {}, {"b": [{}]}, {"id": 2}, -1.5]

        assert read(tmp_path, json.dumps(rows)) == (rows, Notes())

    def test_a_list_under_a_key_is_found(self, tmp_path: Path) -> None:
        document = {
            "meta": {"rows": [1]},
            "other": [[1], {"rows": [2]}],
            "n": -1,
            "rows": ROWS,
            "z": [],
        }

        assert read(tmp_path, json.dumps(document), "rows") == (ROWS, Notes())

    def test_all_the_keys_are_looked_for(self, tmp_path: Path) -> None:
        assert read(tmp_path, '{"a": [1, 2], "b": [3], "c": [4]}', "a", "c")[0] == [1, 2, 4]

    def test_a_broken_record_does_not_take_the_others_with_it(self, tmp_path: Path) -> None:
        raw = json.dumps(ROWS).replace('"id": "r4"', '"id": r4"')

        found, notes = read(tmp_path, raw)

        assert found == ROWS[:4] + ROWS[5:]
        assert notes.skipped[0].where == "rows.json[4]"

    def test_a_missing_bracket_takes_one_record(self, tmp_path: Path) -> None:
        raw = json.dumps(ROWS).replace('"y"}]}', '"y"}]', 1)

        found, notes = read(tmp_path, raw)

        assert found == ROWS[1:]
        assert reasons(notes) == [("rows.json[0]", "it is not valid JSON; it may be cut off")]

    def test_a_bracket_too_many_takes_no_record(self, tmp_path: Path) -> None:
        raw = json.dumps(ROWS).replace('"y"}]}', '"y"}]}}', 1)

        assert read(tmp_path, raw)[0] == ROWS

    def test_a_list_that_seems_to_end_early_is_read_on(self, tmp_path: Path) -> None:
        raw = json.dumps(ROWS).replace('"y"}]}', '"y"}]]]}', 1)

        assert read(tmp_path, raw)[0] == ROWS[1:]

    def test_what_is_whole_of_a_truncated_file_comes(self, tmp_path: Path) -> None:
        found, notes = read(tmp_path, json.dumps(ROWS)[:-40])

        assert found == ROWS[:-1]
        assert reasons(notes) == [("rows.json[8]", "it is not valid JSON; it may be cut off")]

    def test_a_file_that_ends_after_a_record_is_said_to(self, tmp_path: Path) -> None:
        found, notes = read(tmp_path, json.dumps(ROWS)[:-1])

        assert found == ROWS
        assert notes.skipped[0].reason == "the file ends before its list does"

    def test_what_follows_the_list_is_said(self, tmp_path: Path) -> None:
        found, notes = read(tmp_path, json.dumps(ROWS) + " rubbish")

        assert found == ROWS
        assert notes.skipped[0].reason == "what follows the end of the list was left out"

    @pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
    def test_any_encoding_is_understood(self, tmp_path: Path, encoding: str) -> None:
        rows = [{"id": "é", "title": "日本 😀"}] * 5

        raw = json.dumps(rows, ensure_ascii=False).encode(encoding)

        assert read(tmp_path, raw) == (rows, Notes())

    def test_numbers_that_are_none_are_unknown(self, tmp_path: Path) -> None:
        raw = '[{"id": NaN, "a": [Infinity, -Infinity]}, {"id": 1e999}, {"id": 1}]'

        found, notes = read(tmp_path, raw)

        assert found == [{"id": None, "a": [None, None]}, {"id": None}, {"id": 1}]
        assert notes == Notes()


def test_half_pairs_become_the_replacement_character(tmp_path: Path) -> None:
    raw = r'[{"a": "x\ud83dy", "\ude00": "\ud83d\ude00 \\ud83d \ud83d\ud83d\ude00"}]'

    found, _ = read(tmp_path, raw)

    assert found == [{"a": "x\ufffdy", "\ufffd": "😀 \\ud83d \ufffd😀"}]


def test_broken_utf8_becomes_the_replacement_character(tmp_path: Path) -> None:
    assert read(tmp_path, b'[{"a": "x\xff\xed\xa0\xbdy"}]')[0][0]["a"].startswith("x\ufffd")


def test_control_characters_and_nul_stay(tmp_path: Path) -> None:
    assert read(tmp_path, b'[{"a": "1\n2\t3\\u0000"}]')[0] == [{"a": "1\n2\t3\x00"}]


def test_of_a_key_that_is_there_twice_the_last_counts(tmp_path: Path) -> None:
    assert read(tmp_path, '[{"a": 1, "a": 2}]')[0] == [{"a": 2}]


def test_one_bare_object_is_one_record(tmp_path: Path) -> None:
    row = {"id": 1, "rows": "none here", "list": [1, {"rows": 3}]}

    assert read(tmp_path, json.dumps(row), "rows") == ([row], Notes())
    assert read(tmp_path, json.dumps(row)) == ([row], Notes())


def test_a_broken_bare_object_is_said(tmp_path: Path) -> None:
    found, notes = read(tmp_path, '{"id": 1, "rows": 3', "rows")

    assert found == []
    assert reasons(notes) == [("rows.json", "it is not valid JSON; it may be cut off")]


@pytest.mark.parametrize("raw", ["[]", " [ ] ", '{"rows": []}', "[,]"])
def test_an_empty_list_has_no_records(tmp_path: Path, raw: str) -> None:
    assert read(tmp_path, raw, "rows") == ([], Notes())


@pytest.mark.parametrize("raw", ["null", "3", '"text"', "<html>", " "])
def test_what_holds_no_records_is_said(tmp_path: Path, raw: str) -> None:
    found, notes = read(tmp_path, raw)

    assert found == []
    assert notes.skipped_count == 1


def test_nesting_past_all_sense_is_said_and_the_rest_comes(tmp_path: Path) -> None:
    deep = '{"id": ' + "[" * 200_000 + "]" * 200_000 + "}"

    found, notes = read(tmp_path, f'[{{"id": 1}}, {deep}, {{"id": 2}}]')

    assert found == [{"id": 1}, {"id": 2}]
    assert notes.skipped_count == 1


def test_a_record_without_end_does_not_fill_the_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(json_stream, "_BLOCK_BYTES", 1000)
    monkeypatch.setattr(json_stream, "_WHOLE_BYTES", 0)
    monkeypatch.setattr(json_stream, "_MAX_RECORD_BYTES", 100_000)
    raw = '[{"id": 1, "b": 1}, {"id": "' + "x" * 3_000_000 + '"}]'

    tracemalloc.start()
    found, notes = read(tmp_path, raw)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert found == [{"id": 1, "b": 1}]
    assert notes.skipped_count >= 1
    # The test's own text and its bytes are 6 MB of it.
    assert peak < 8_000_000


@pytest.mark.parametrize(
    ("raw", "records"),
    [
        # The first key of the records stands everywhere, and nowhere where one could be cut.
        (b'[{"messages":[1]},' + b'{"messages":1}}' * 20_000 + b"]", 20_001),
        # A list that ends again and again.
        (b'[{"a":1x},' + b'{"a":1}],' * 100_000 + b"]", 100_000),
        # Nothing but keys before the list.
        (b"{" + b'"a":1,' * 400_000 + b'"rows":[{"a":1}]}', 1),
        (b"[" + b", " * 2_000_000 + b'{"a":1}]', 1),
    ],
    ids=["keys", "ends", "members", "commas"],
)
def test_odd_files_are_read_in_time_in_proportion_to_their_size(
    tmp_path: Path, raw: bytes, records: int
) -> None:
    # To look through the rest, or to copy it, at each record or key took minutes.
    assert len(read(tmp_path, raw, "rows")[0]) == records


def test_records_that_are_never_closed_are_looked_for_so_often_and_no_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(json_stream, "_MAX_REREAD_BYTES", 100_000)

    found, notes = read(tmp_path, b'[{"a":1},' + b'{"a":1,' * 100_000 + b"]")

    assert found == [{"a": 1}]
    assert notes.skipped_count == 2


@pytest.mark.parametrize("size", ["a whole file", "a record"])
def test_a_record_of_more_values_than_any_is_named_and_the_rest_comes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: str
) -> None:
    monkeypatch.setattr(json_value, "_MAX_VALUES", 10_000)
    bomb = b'{"id": 2, "x": [' + b"[]," * 20_000 + b"1]}"

    raw = bomb if size == "a whole file" else b'[{"id": 1}, ' + bomb + b', {"id": 3}]'
    found, notes = read(tmp_path, raw)

    assert found == ([] if size == "a whole file" else [{"id": 1}, {"id": 3}])
    [(where, reason)] = reasons(notes)
    assert where == ("rows.json" if size == "a whole file" else "rows.json[1]")
    assert "more values than any export" in reason


def test_commas_and_brackets_of_a_text_are_no_values(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(json_value, "_MAX_VALUES", 10_000)
    row = {"id": 1, "table": '[1,2,"3\\",' * 20_000}

    assert read(tmp_path, json.dumps([row]))[0] == [row]


def test_memory_holds_a_few_blocks_of_a_large_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(json_stream, "_BLOCK_BYTES", 64 * 1024)
    monkeypatch.setattr(json_stream, "_WHOLE_BYTES", 0)
    path = tmp_path / "rows.zip"
    row = json.dumps({"id": "r", "title": "t", "text": "word " * 200})
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("rows.json", "[" + ",".join([row] * 20_000) + "]")

    with open_export(path) as export:
        tracemalloc.start()
        count = sum(1 for _ in json_stream.items(export.members[0], Notes()))
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()

    assert count == 20_000
    assert peak < 1_500_000


def damaged_zip(path: Path, raw: bytes) -> Path:
    """Write a ZIP whose one member fails its checksum."""
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("rows.json", raw)
    path.write_bytes(path.read_bytes().replace(b'"r8"', b'"r9"'))
    return path


def read_zip(path: Path, *keys: str) -> tuple[list[Json], Notes]:
    notes = Notes()
    with open_export(path) as export:
        return [value for _, value in json_stream.items(export.members[0], notes, *keys)], notes


def load(path: Path) -> Json:
    with open_export(path) as export:
        return json_stream.load(export.members[0])


def test_nothing_comes_of_a_small_damaged_member(tmp_path: Path) -> None:
    path = damaged_zip(tmp_path / "a.zip", json.dumps(ROWS).encode())

    found, notes = read_zip(path)

    assert found == []
    assert "rows.json is damaged" in notes.skipped[0].reason


def test_damage_of_a_large_member_is_said_at_its_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(json_stream, "_BLOCK_BYTES", 100)
    monkeypatch.setattr(json_stream, "_WHOLE_BYTES", 0)
    raw = json.dumps({"rows": ROWS, "after": "x" * 50_000}).encode()

    found, notes = read_zip(damaged_zip(tmp_path / "a.zip", raw), "rows")

    assert len(found) == 9
    assert "rows.json is damaged" in notes.skipped[0].reason


def test_a_small_document_is_loaded_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "user.json"
    path.write_bytes('{"id": "ü"}'.encode("utf-16"))
    assert load(path) == {"id": "ü"}

    path.write_bytes(b"{")
    with pytest.raises(UnreadableInputError, match=r"user\.json is not valid JSON"):
        load(path)

    monkeypatch.setattr(json_stream, "_WHOLE_BYTES", 0)
    with pytest.raises(UnreadableInputError, match="too large"):
        load(path)


@pytest.mark.parametrize("raw", [b"", b"{", b"[1,]", b"tru", b"'a'", b"[" * 200_000, b"1 2"])
def test_what_is_no_json_raises(raw: bytes) -> None:
    with pytest.raises(ValueError, match=r"Expecting|nested|Extra|Illegal"):
        json_value.decode(raw)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_progress_goes_on_with_the_records_of_a_member_that_is_read_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, encoding: str
) -> None:
    monkeypatch.setattr(json_stream, "_BLOCK_BYTES", 1_000)
    path = tmp_path / "a.json"
    path.write_text(json.dumps([{"n": n, "text": "x" * 100} for n in range(200)]), encoding)
    with open_export(path) as export:
        [member] = export.members

        read = [export.bytes_read for _ in json_stream.items(member, Notes())]

        assert export.bytes_read == export.size_bytes
        assert read == sorted(read) and len(set(read)) > 10


def test_a_chat_of_a_hundred_thousand_messages_has_not_too_many_values(tmp_path: Path) -> None:
    row = {"id": 1, "values": [0] * 3_500_000}

    assert len(read(tmp_path, json.dumps([row]))[0][0]["values"]) == 3_500_000
