"""Exports as a person has them: ZIPs, folders, files, whole and damaged."""

from __future__ import annotations

import io
import os
import stat
import struct
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from privatus.core.errors import UnreadableInputError
from privatus.importers import export as export_module
from privatus.importers.export import open_export
from support.exports import paths, read_all, write_zip
from support.rights import as_person

needs_links = pytest.mark.skipif(sys.platform == "win32", reason="links need rights on Windows")


def set_flag(path: Path, bit: int) -> None:
    """Set a bit of the flags of every entry, in local headers and in the directory."""
    raw = bytearray(path.read_bytes())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = raw.find(mark)
        while at >= 0:
            raw[at + offset] |= bit
            at = raw.find(mark, at + 4)
    path.write_bytes(raw)


def test_a_zip_is_known_by_its_content(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "export.backup", {"a.json": b"1", "b/c.json": b"2"})

    with open_export(path) as export:
        assert paths(export) == ["a.json", "b/c.json"]
        assert read_all(export, "b/c.json") == b"2"
        assert [member.name for member in export.members] == ["a.json", "c.json"]
        assert export.size_bytes == 2


def test_a_folder_is_an_export(tmp_path: Path) -> None:
    (tmp_path / "deep" / "er").mkdir(parents=True)
    (tmp_path / "deep" / "er" / "x.json").write_bytes(b"[]")
    (tmp_path / "a.json").write_bytes(b"{}")

    with open_export(tmp_path) as export:
        assert paths(export) == ["a.json", "deep/er/x.json"]
        assert read_all(export, "deep/er/x.json") == b"[]"
        assert export.name == tmp_path.name


def test_a_single_file_is_an_export(tmp_path: Path) -> None:
    path = tmp_path / "conversations.json"
    path.write_bytes(b"[]")
    os.utime(path, (1_700_000_000, 1_700_000_000))

    with open_export(path) as export:
        assert paths(export) == ["conversations.json"]
        assert export.members[0].modified_at_ms == 1_700_000_000_000


def test_what_systems_leave_behind_is_no_member(tmp_path: Path) -> None:
    names = ["__MACOSX/._a.json", "._a.json", ".DS_Store", "x/Thumbs.db", "x/desktop.ini", "a.json"]

    with open_export(write_zip(tmp_path / "a.zip", dict.fromkeys(names, b"1"))) as export:
        assert paths(export) == ["a.json"]
        assert export.problems == []


def test_a_path_that_leads_outside_is_only_a_name(tmp_path: Path) -> None:
    names = ["../../up.json", "/abs/a.json", "C:\\evil.json", "a/../../b.json", "..\\c.json"]

    with open_export(write_zip(tmp_path / "a.zip", dict.fromkeys(names, b"1"))) as export:
        assert paths(export) == ["up.json", "abs/a.json", "evil.json", "a/b.json", "c.json"]
        assert [path for path, _ in export.problems] == paths(export)
        assert read_all(export, "up.json") == b"1"

    assert list(tmp_path.parent.glob("up.json")) == []


def test_backslashes_part_folders(tmp_path: Path) -> None:
    with open_export(write_zip(tmp_path / "a.zip", {"My Activity\\a.json": b"1"})) as export:
        assert paths(export) == ["My Activity/a.json"]
        assert export.problems == []


def test_a_name_in_utf8_without_its_flag_is_read_as_meant(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "a.zip", {"größe.json": b"1"})
    raw = path.read_bytes()
    # The flag for UTF-8 is bit 11: bit 3 of the second byte.
    path.write_bytes(raw.replace(b"\x00\x08", b"\x00\x00"))

    with open_export(path) as export:
        assert paths(export) == ["größe.json"]


def test_a_link_in_a_zip_is_not_followed(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        link = zipfile.ZipInfo("link")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
        archive.writestr("a.json", "1")

    with open_export(path) as export:
        assert paths(export) == ["a.json"]
        assert export.problems == [("link", "it is a link, which is not followed")]


@needs_links
def test_a_link_in_a_folder_is_not_followed(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.mkdir()
    (secret / "key").write_text("x")
    folder = tmp_path / "export"
    folder.mkdir()
    (folder / "a.json").write_text("1")
    (folder / "file").symlink_to(secret / "key")
    (folder / "folder").symlink_to(secret)

    with open_export(folder) as export:
        assert paths(export) == ["a.json"]
        assert [path for path, _ in export.problems] == ["file", "folder"]


@needs_links
def test_a_link_that_the_person_names_is_followed(tmp_path: Path) -> None:
    folder = tmp_path / "export"
    folder.mkdir()
    (folder / "a.json").write_text("1")
    link = tmp_path / "link"
    link.symlink_to(folder)

    with open_export(link) as export:
        assert paths(export) == ["a.json"]


def test_a_zip_with_a_password_is_refused_with_a_word_on_it(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "a.zip", {"a.json": b"1"})
    set_flag(path, 0x1)

    with pytest.raises(UnreadableInputError, match=r"a\.zip is password-protected; unpack it with"):
        open_export(path)


def test_one_member_with_a_password_is_left_out_and_said(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "a.zip", {"a.json": b"1"})
    set_flag(path, 0x1)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("b.json", "2")

    with open_export(path) as export:
        assert paths(export) == ["b.json"]
        assert "password-protected" in export.problems[0][1]


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_name_that_is_there_twice_is_read_twice(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.json", "1")
        archive.writestr("a.json", "2")

    with open_export(path) as export:
        assert [member.open().read() for member in export.members] == [b"1", b"2"]
        assert "more than once" in export.problems[0][1]


def test_a_file_without_a_name_is_left_out_and_said(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(zipfile.ZipInfo(""), "1")
        archive.writestr("b.json", "2")

    with open_export(path) as export:
        assert paths(export) == ["b.json"]
        assert export.problems == [("a.zip", "a file in it has no name; it was left out")]


def test_a_bomb_is_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export_module, "_MIN_SUSPECT_BYTES", 1_000_000)

    path = write_zip(tmp_path / "a.zip", {"bomb.json": b" " * 5_000_000, "a.json": b" " * 999_999})

    with open_export(path) as export:
        assert paths(export) == ["a.json"]
        assert "bomb" in export.problems[0][1]


def test_a_member_that_says_it_is_small_yields_no_more_than_that(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "a.zip", {"a.json": b" " * 5_000_000})
    raw = bytearray(path.read_bytes())
    struct.pack_into("<I", raw, raw.find(b"PK\x01\x02") + 24, 10)
    path.write_bytes(raw)

    with open_export(path) as export:
        assert export.size_bytes == 10
        with export.members[0].open() as stream, pytest.raises(UnreadableInputError):
            stream.read()
        assert len(export.members[0].head()) == 10


def test_damage_shows_while_reading_and_the_head_is_there_all_the_same(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.json", b"[1, 2, 3]")
    path.write_bytes(path.read_bytes().replace(b"[1, 2, 3]", b"[1, 7, 3]"))

    with open_export(path) as export:
        member = export.members[0]
        with member.open() as stream, pytest.raises(UnreadableInputError, match=r"a\.json is dam"):
            stream.read()
        assert member.head() == b"[1, 7, 3]"


@pytest.mark.parametrize("cut", [10, 60, 120])
def test_a_zip_that_was_cut_off_is_said_to_be(tmp_path: Path, cut: int) -> None:
    path = write_zip(tmp_path / "a.zip", {"a.json": b"1" * 100, "b.json": b"2"})
    path.write_bytes(path.read_bytes()[:-cut])

    with pytest.raises(UnreadableInputError, match="damaged or incomplete; download the export"):
        open_export(path)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.zip", b"hello", "a.zip is not a ZIP file"),
        ("a.7z", b"7z\xbc\xaf\x27\x1c\0\0", "7z archive; unpack it and import the folder"),
        ("a.rar", b"Rar!\x1a\x07\0\0", "RAR archive"),
        ("a.tgz", b"\x1f\x8b\x08\0\0\0\0\0", "gzip archive"),
        ("a.json", b"", "a.json holds nothing to import"),
        ("a.zip", b"PK\x05\x06" + bytes(18), "a.zip holds nothing to import"),
    ],
)
def test_what_is_no_export_is_refused_with_what_to_do(
    tmp_path: Path, name: str, content: bytes, words: str
) -> None:
    (tmp_path / name).write_bytes(content)

    with pytest.raises(UnreadableInputError, match=words):
        open_export(tmp_path / name)


def test_nothing_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(UnreadableInputError, match="there is no file or folder gone"):
        open_export(tmp_path / "gone")
    (tmp_path / "empty").mkdir()
    with pytest.raises(UnreadableInputError, match="empty holds nothing to import"):
        open_export(tmp_path / "empty")


def test_an_unknown_compression_is_said(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "a.zip", {"a.json": b"1"})
    raw = bytearray(path.read_bytes())
    for mark, offset in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
        # 9 is Deflate64, which Windows uses for large files.
        struct.pack_into("<H", raw, raw.find(mark) + offset, 9)
    path.write_bytes(raw)

    with open_export(path) as export, pytest.raises(UnreadableInputError, match="compressed in a"):
        export.members[0].open()


def test_a_zip64_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with (
        zipfile.ZipFile(path, "w") as archive,
        archive.open("a.json", "w", force_zip64=True) as file,
    ):
        file.write(b"[1]")

    with open_export(path) as export:
        assert read_all(export, "a.json") == b"[1]"


def test_times_of_members_are_utc(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(zipfile.ZipInfo("plain", (2026, 1, 2, 3, 4, 6)), "1")
        exact = zipfile.ZipInfo("exact", (2026, 1, 2, 3, 4, 6))
        exact.extra = struct.pack("<HHBi", 0x5455, 5, 1, 1_700_000_000)
        archive.writestr(exact, "1")
        archive.writestr(zipfile.ZipInfo("none"), "1")

    with open_export(path) as export:
        times = [member.modified_at_ms for member in export.members]

    assert times == [1_767_323_046_000, 1_700_000_000_000, None]


def test_the_head_is_utf8_whatever_the_file_is(tmp_path: Path) -> None:
    members = {
        "mark": "é".encode("utf-8-sig"),
        "little": '["é"]'.encode("utf-16"),
        "big": b"\xfe\xff" + '["é"]'.encode("utf-16-be"),
        "unmarked": '["é"]'.encode("utf-16-le"),
    }

    with open_export(write_zip(tmp_path / "a.zip", members)) as export:
        heads = [member.head().decode() for member in export.members]

    assert heads == ["é", '["é"]', '["é"]', '["é"]']


def test_what_is_read_is_counted_and_the_head_is_not(tmp_path: Path) -> None:
    with open_export(write_zip(tmp_path / "a.zip", {"a": b"12345", "b": b"123"})) as export:
        export.members[0].head()
        assert export.bytes_read == 0

        read_all(export, "a")
        with export.members[1].open() as stream:
            stream.read(2)

        assert export.bytes_read == 7


def test_members_are_found_by_name_in_any_case(tmp_path: Path) -> None:
    members = {"x/Conversations-001.JSON": b"1", "conversations.json": b"2", "my.json": b"3"}

    with open_export(write_zip(tmp_path / "a.zip", members)) as export:
        found = [member.path for member in export.find("CONVERSATIONS*.json")]
        assert found == ["x/Conversations-001.JSON", "conversations.json"]
        assert export.get("nowhere") is None


def test_a_stream_serves_as_text_and_in_pieces(tmp_path: Path) -> None:
    with open_export(write_zip(tmp_path / "a.zip", {"a": b"one\r\ntwo"})) as export:
        with io.TextIOWrapper(export.members[0].open(), newline="") as text:
            assert text.read() == "one\r\ntwo"
        with export.members[0].open() as stream:
            assert stream.read(2) + stream.read() == b"one\r\ntwo"


@pytest.mark.skipif(sys.platform == "win32", reason="an open file cannot be deleted there anyway")
def test_a_closed_export_reads_no_more(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "a.zip", {"a": b"1"})
    with open_export(path) as export:
        member = export.members[0]

    with pytest.raises(UnreadableInputError):
        member.open()


@pytest.mark.skipif(sys.platform == "win32", reason="permissions are of another kind there")
def test_a_file_without_permission_is_said(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text("1")
    path.chmod(0)
    look = "from pathlib import Path; from privatus.importers.export import open_export as look"

    # Root's rights are given up for good, so in a process of its own.
    done = subprocess.run(
        [*as_person(), sys.executable, "-c", f"{look}; look(Path({str(path)!r}))"],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1
    assert "UnreadableInputError" in done.stderr
    assert "may not be read; check its permissions" in done.stderr
