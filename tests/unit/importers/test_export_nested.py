"""ZIPs inside a ZIP or a folder: which are opened, and which are somebody's upload."""

from __future__ import annotations

import io
import os
import zipfile
from pathlib import Path

import pytest

from privatus.core.errors import UnreadableInputError
from privatus.importers import export as export_module
from privatus.importers.export import open_export
from support.exports import paths, read_all, write_zip


def zip_bytes(**members: bytes) -> bytes:
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "."), content)
    return raw.getvalue()


def test_zips_in_a_zip_are_opened_two_levels_deep(tmp_path: Path) -> None:
    inner = zip_bytes(a__json=b"1")
    middle = zip_bytes(inner__zip=inner)
    path = write_zip(tmp_path / "a.zip", {"part1.zip": inner, "part2.zip": middle})

    with open_export(path) as export:
        assert paths(export) == ["part1.zip/a.json", "part2.zip/inner.zip/a.json"]
        assert read_all(export, "part2.zip/inner.zip/a.json") == b"1"


def test_zips_three_levels_deep_are_said(tmp_path: Path) -> None:
    deep = zip_bytes(c__zip=zip_bytes(d__zip=zip_bytes(a__json=b"1")))

    with pytest.raises(UnreadableInputError, match="a ZIP in a ZIP in a ZIP"):
        open_export(write_zip(tmp_path / "a.zip", {"b.zip": deep}))


def test_a_zip_beside_other_files_is_an_upload(tmp_path: Path) -> None:
    members = {"conversations.json": b"[]", "file-1-sources.zip": zip_bytes(a__json=b"1")}

    with open_export(write_zip(tmp_path / "a.zip", members)) as export:
        assert paths(export) == ["conversations.json", "file-1-sources.zip"]


def test_zips_beside_a_manifest_are_opened(tmp_path: Path) -> None:
    members = {"manifest-1.json": b"{}", "part.zip": zip_bytes(a__json=b"1")}

    with open_export(write_zip(tmp_path / "a.zip", members)) as export:
        assert paths(export) == ["manifest-1.json", "part.zip/a.json"]


def test_a_folder_of_zips_is_read_in_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export_module, "_MAX_NESTED_BYTES", 0)
    write_zip(tmp_path / "1.zip", {"a.json": b"1"})
    write_zip(tmp_path / "2.zip", {"a.json": b"2"})

    with open_export(tmp_path) as export:
        assert [member.open().read() for member in export.members] == [b"1", b"2"]


def test_zips_in_a_zip_do_not_fill_the_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inner = zip_bytes(a__json=os.urandom(500))
    monkeypatch.setattr(export_module, "_MAX_NESTED_BYTES", len(inner) + 10)

    with open_export(write_zip(tmp_path / "a.zip", {"1.zip": inner, "2.zip": inner})) as export:
        assert paths(export) == ["1.zip/a.json"]
        assert "too large to be read there" in export.problems[0][1]


def test_a_damaged_zip_in_a_zip_is_said(tmp_path: Path) -> None:
    members = {"1.zip": zip_bytes(a__json=b"1"), "2.zip": zip_bytes(a__json=b"2")[:-30]}

    with open_export(write_zip(tmp_path / "a.zip", members)) as export:
        assert paths(export) == ["1.zip/a.json"]
        assert export.problems[0][0] == "2.zip"


def test_entries_of_all_zips_together_are_counted_before_they_fill_the_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export_module, "_MAX_ENTRIES", 5)
    two, three = zip_bytes(a=b"1", b=b"2"), zip_bytes(a=b"1", b=b"2", c=b"3")
    (tmp_path / "zips").mkdir()
    for name, raw in (("1.zip", two), ("2.zip", three), ("3.zip", two)):
        (tmp_path / "zips" / name).write_bytes(raw)

    with open_export(tmp_path / "zips") as export:
        assert paths(export) == ["1.zip/a", "1.zip/b", "2.zip/a", "2.zip/b", "2.zip/c"]
        [(where, reason)] = export.problems
        assert where == "3.zip" and "more files than any export" in reason


def test_a_zip_is_not_believed_how_many_entries_it_has(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export_module, "_MAX_ENTRIES", 2)
    raw = bytearray(zip_bytes(a=b"1", b=b"2", c=b"3"))
    end = raw.rindex(b"PK\x05\x06")
    raw[end + 8 : end + 12] = b"\1\0\1\0"
    (tmp_path / "a.zip").write_bytes(raw)

    with pytest.raises(UnreadableInputError, match="unpack it and import the folder"):
        open_export(tmp_path / "a.zip")
