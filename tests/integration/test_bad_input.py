"""Bad input of each sort through a whole import: what it brings, and what a person is told.

The samples have more of it; these stand here so that each sort is met without them, too.
"""

from __future__ import annotations

import json
import stat
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from privatus.core.conversation import Json
from privatus.core.import_report import ImportReport
from privatus.importers import export as exports
from support.chatgpt_chats import chat as good_chat
from support.chatgpt_chats import write_chats
from support.chatgpt_records import START_S, chat, node, parts, said, text, tree
from support.exports import write_json, write_zip
from support.vaults import ScratchVault

_WORDS = "a word of the good part"
_GOOD = chat(said("g", _WORDS, 1), conversation_id="good", title="The good part")


@dataclass(frozen=True, kw_only=True)
class _Case:
    """What is written, which titles come of it, and words of what is said about it.

    `said` is looked for in the reasons, the kinds kept raw and those passed over; "" where there
    is nothing to say. `is_refused`: the file as a whole is.
    """

    make: Callable[[Path], Path]
    titles: tuple[str, ...] = ()
    said: str = ""
    is_refused: bool = False


def _raw(content: bytes, name: str = "conversations.json") -> _Case:
    def make(folder: Path) -> Path:
        path = folder / name
        path.write_bytes(content)
        return path

    return _Case(make=make)


def _records(*records: Json, titles: tuple[str, ...] = (), said: str = "") -> _Case:
    return _Case(
        make=lambda folder: write_json(folder / "conversations.json", [*records, _GOOD]),
        titles=(*titles, "The good part"),
        said=said,
    )


def _zip(change: Callable[[zipfile.ZipFile], object], **fields: Any) -> _Case:
    def make(folder: Path) -> Path:
        path = write_zip(folder / "export.zip", {"conversations.json": [_GOOD]})
        with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
            change(archive)
        return path

    return _Case(make=make, **{"titles": ("The good part",), **fields})


def _edited_zip(edit: Callable[[bytes], bytes]) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        path = write_zip(folder / "export.zip", {"conversations.json": [_GOOD]})
        path.write_bytes(edit(path.read_bytes()))
        return path

    return make


def _with_password(raw: bytes) -> bytes:
    """Set the flag of a password in both headers of the only entry."""
    edited = bytearray(raw)
    edited[6] |= 1
    edited[raw.index(b"PK\x01\x02") + 8] |= 1
    return bytes(edited)


def _link(archive: zipfile.ZipFile) -> None:
    entry = zipfile.ZipInfo("files/link")
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    archive.writestr(entry, "/etc/passwd")


def _zip64(folder: Path) -> Path:
    path = folder / "export.zip"
    with (
        zipfile.ZipFile(path, "w") as archive,
        archive.open("conversations.json", "w", force_zip64=True) as member,
    ):
        member.write(json.dumps([_GOOD]).encode())
    return path


def _nested(folder: Path) -> Path:
    inner = write_zip(folder / "inner.zip", {"conversations.json": [_GOOD]})
    return write_zip(folder / "outer.zip", {"inner.zip": inner.read_bytes()})


def _odd(message: Any = None, **fields: Any) -> Any:
    return chat(
        message or said("o", "words", 1), **{"conversation_id": "o", "title": "Odd", **fields}
    )


_TEXT = json.dumps([_GOOD]).encode()
_CASES = {
    "not a ZIP": replace(_raw(b"<html>", "export.zip"), said="not a ZIP", is_refused=True),
    "truncated ZIP": _Case(
        make=_edited_zip(lambda raw: raw[:-40]), said="download the export again", is_refused=True
    ),
    "encrypted ZIP": _Case(
        make=_edited_zip(_with_password), said="password-protected", is_refused=True
    ),
    "ZIP bomb": _zip(lambda z: z.writestr("big.json", bytes(3_000_000)), said="as a ZIP bomb does"),
    "path traversal": _zip(
        lambda z: z.writestr("../../evil.json", b"[]"), said="leads outside the ZIP"
    ),
    "symlink": _zip(_link, said="it is a link, which is not followed"),
    "ZIP64": _Case(make=_zip64, titles=("The good part",)),
    "nested ZIP": _Case(make=_nested, titles=("The good part",)),
    "byte order mark": replace(_raw(b"\xef\xbb\xbf" + _TEXT), titles=("The good part",)),
    "UTF-16": replace(_raw(_TEXT.decode().encode("utf-16")), titles=("The good part",)),
    "Latin-1": replace(
        _raw(_TEXT.replace(b"The good part", "Köln".encode("latin-1"))), titles=("K\ufffdln",)
    ),
    "half a surrogate pair": replace(
        _raw(_TEXT.replace(b"The good part", b"half \\ud83d")), titles=("half \ufffd",)
    ),
    "NaN": replace(
        _raw(_TEXT.replace(b'"create_time": 1767323046.0', b'"create_time": NaN')),
        titles=("The good part",),
    ),
    "numbers as text": _records(
        _odd(create_time=str(START_S), update_time=str(START_S)), titles=("Odd",)
    ),
    "null for text": _records(
        _odd(said("o", text(None, "words"), 1), title=None, current_node=None), titles=("words",)
    ),
    "no parent": _records(
        tree(node("n", "nobody", said("n", "alone", 1)), conversation_id="o", title="Odd"),
        titles=("Odd",),
    ),
    "a circle": _records(
        tree(
            node("a", "b", said("a", "one", 1)),
            node("b", "a", said("b", "two", 2)),
            conversation_id="o",
            title="Odd",
        ),
        titles=("Odd",),
    ),
    "one id twice": _records(
        _odd(), _odd(said("p", "later", 2), update_time=START_S + 99), titles=("Odd",)
    ),
    "no messages": _records(
        tree(node("root", None), conversation_id="o", title="Odd"),
        titles=("Odd",),
        said="the conversation holds no messages",
    ),
    "the time 0": _records(_odd(said("o", "words", create_time=0), create_time=0), titles=("Odd",)),
    "the year 9999": _records(
        _odd(said("o", "words", create_time=253_402_300_799.0), update_time=253_402_300_799.0),
        titles=("Odd",),
    ),
    "an unknown content type": _records(
        _odd(said("o", {"content_type": "hologram", "light": 1}, 1)),
        titles=("Odd",),
        said="content_type hologram",
    ),
    "an unknown part": _records(
        _odd(said("o", parts({"content_type": "smell"}, "words"), 1)),
        titles=("Odd",),
        said="part smell",
    ),
    "no records": _records(7, "text", None, said="it is not a record of a conversation"),
    "an unknown provider": replace(
        _raw(b'{"letters": []}'), said="is not an export that Privatus knows", is_refused=True
    ),
    "an empty file": replace(_raw(b""), said="holds nothing to import", is_refused=True),
}


def _told(report: ImportReport) -> list[str]:
    troubles = [t for file in report.files for t in (*file.skipped, *file.warnings)]
    reasons = [trouble.reason for trouble in (*report.failed, *troubles)]
    counted = [name for file in report.files for name in (*file.unknown, *file.ignored)]
    return [*reasons, *counted]


@pytest.mark.parametrize("name", _CASES)
def test_bad_input_brings_what_can_be_read_and_a_word_about_the_rest(
    vault: ScratchVault, tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A megabyte of nothing is a bomb here: the true one takes minutes to write.
    monkeypatch.setattr(exports, "_MIN_SUSPECT_BYTES", 1_000_000)
    monkeypatch.setattr(exports, "_MAX_RATIO", 500)
    case = _CASES[name]
    beside = write_chats(tmp_path / "beside.json", good_chat("Beside", "a question", "an answer"))

    report = vault.vault.imports.run(case.make(tmp_path), beside)

    assert {c.title for c in vault.all().values()} == {*case.titles, "Beside"}
    assert bool(report.failed) is case.is_refused
    told = _told(report)
    assert any(case.said in sentence for sentence in told) if case.said else told == []
    assert not any("Error" in sentence or "Traceback" in sentence for sentence in told)
    # Nothing was written beside the vault.
    assert not [path for path in tmp_path.rglob("*") if path.name in ("evil.json", "link")]
    assert vault.problems() == []


def test_a_message_of_50_megabytes_comes_in_whole_and_is_found(
    vault: ScratchVault, tmp_path: Path
) -> None:
    line = "a long log of a program that ran for days \n"
    long = "needle " + line * (50_000_000 // len(line))
    export = write_json(tmp_path / "conversations.json", [_odd(said("o", long, 1)), _GOOD])

    report = vault.vault.imports.run(export)

    assert report.total.messages_new == 2 and _told(report) == []
    [hit] = vault.vault.search.find("needle")
    assert vault.vault.conversations.get(hit.conversation_id).messages[0].text == long
    assert vault.problems() == []
