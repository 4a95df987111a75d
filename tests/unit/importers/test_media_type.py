"""What sort of file it is."""

from __future__ import annotations

import pytest

from privatus.core.conversation import PartKind
from privatus.importers import media_type


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (b"\x89PNG\r\n\x1a\n....", "image/png"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"GIF89a", "image/gif"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image/webp"),
        (b"RIFF\x00\x00\x00\x00WAVEfmt ", "audio/wav"),
        (b"RIFF\x00\x00\x00\x00????", None),
        (b"\x00\x00\x00\x20ftypisom", "video/mp4"),
        (b"\x00\x00\x00\x20ftypM4A ", "audio/mp4"),
        (b"\x00\x00\x00\x20ftypavif", "image/avif"),
        (b"%PDF-1.7", "application/pdf"),
        (b"PK\x03\x04....word/document.xml", media_type.of_name("a.docx")),
        (b"PK\x03\x04....a.txt", "application/zip"),
        (b"BM\x36\x00\x00\x00\x00\x00\x00\x00", "image/bmp"),
        (b"BMW is a car", "text/plain"),
        (b"ID3\x03\x00\x00", "audio/mpeg"),
        (b"ID3 is a tag", "text/plain"),
        (b"  <!DOCTYPE html><p>", "text/html"),
        (b'<?xml version="1.0"?><svg>', "image/svg+xml"),
        ("naïve".encode(), "text/plain"),
        # Cut in the middle of a character.
        ("naïve café"[:10].encode()[:-1], "text/plain"),
        (b"a\x00b", None),
        (b"\xe9t\xe9 en latin-1, loin de la fin", None),
        (b"", None),
    ],
)
def test_the_first_bytes_tell_the_type(head: bytes, expected: str | None) -> None:
    assert media_type.sniff(head) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a.md", "text/markdown"),
        ("A.PNG", "image/png"),
        ("a.b.json", "application/json"),
        ("archive.tar.gz", None),
        ("a.dat", None),
        ("a.bin", None),
        ("noext", None),
        ("", None),
    ],
)
def test_a_name_promises_a_type_or_none(name: str, expected: str | None) -> None:
    assert media_type.of_name(name) == expected


@pytest.mark.parametrize(
    ("of_type", "is_text"),
    [
        ("text/html", True),
        ("application/json", True),
        ("application/ld+json", True),
        ("image/svg+xml", True),
        ("application/pdf", False),
        ("image/png", False),
        (None, False),
    ],
)
def test_some_types_are_text(of_type: str | None, is_text: bool) -> None:
    assert media_type.is_text(of_type) is is_text


def test_the_part_for_a_file_shows_it_as_what_it_is() -> None:
    types = ["image/png", "audio/wav", "video/mp4", "application/pdf", None]

    assert [media_type.part_kind(t) for t in types] == [
        PartKind.IMAGE,
        PartKind.AUDIO,
        PartKind.VIDEO,
        PartKind.FILE,
        PartKind.FILE,
    ]


def test_a_type_has_its_usual_suffix() -> None:
    assert [media_type.suffix(t) for t in ("image/png", "x/unheard-of", None)] == [".png", "", ""]
