"""What sort of file it is: by its first bytes, else by its name.

Exports often hold files without a suffix, or with a wrong one; the bytes do not lie.
"""

from __future__ import annotations

import mimetypes
import re

from privatus.core.conversation import PartKind

# Enough for every signature below, "ftyp" and "WEBP" included.
SNIFFED_BYTES = 4096

_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"%PDF-", "application/pdf"),
    (b"OggS", "audio/ogg"),
    (b"\xff\xfb", "audio/mpeg"),
    (b"fLaC", "audio/flac"),
    (b"\x1aE\xdf\xa3", "video/webm"),
    (b"\x1f\x8b", "application/gzip"),
    (b"SQLite format 3\x00", "application/vnd.sqlite3"),
)
_RIFF = {b"WEBP": "image/webp", b"WAVE": "audio/wav", b"AVI ": "video/x-msvideo"}
_FTYP = {b"M4A": "audio/mp4", b"avi": "image/avif", b"hei": "image/heic", b"qt ": "video/quicktime"}
_OFFICE = {
    b"word/": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    b"xl/": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    b"ppt/": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}
# What `mimetypes` does not know, or knows differently on each machine.
_BY_SUFFIX = {
    "md": "text/markdown",
    "markdown": "text/markdown",
    "yaml": "application/yaml",
    "yml": "application/yaml",
    "toml": "application/toml",
    "json": "application/json",
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
    "ts": "text/x-typescript",
    "tsx": "text/x-typescript",
    "jsx": "text/javascript",
    "js": "text/javascript",
    "rs": "text/x-rust",
    "go": "text/x-go",
    "py": "text/x-python",
    "sql": "application/sql",
    "sh": "text/x-shellscript",
    "webp": "image/webp",
    "heic": "image/heic",
    "wav": "audio/wav",
}
_TEXTUAL = re.compile(
    r"text/|application/(json|yaml|toml|sql|xml|javascript|x-sh|.*\+(json|xml)$)|image/svg\+xml"
)
# Control bytes that no text file has; tab, line feed, form feed, return and escape it may.
_NOT_TEXT = re.compile(rb"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f]")


def sniff(head: bytes) -> str | None:
    """Return the media type that the first bytes of a file show, None if they show none."""
    for signature, media_type in _SIGNATURES:
        if head.startswith(signature):
            return media_type
    if head.startswith(b"RIFF"):
        return _RIFF.get(head[8:12])
    if head[4:8] == b"ftyp":
        return _FTYP.get(head[8:11], "video/mp4")
    if head.startswith(b"PK\x03\x04"):
        return next((of for name, of in _OFFICE.items() if name in head), "application/zip")
    # Two and three letters that a text may well begin with: their headers have zeros behind.
    if head.startswith(b"BM") and head[6:10] == bytes(4):
        return "image/bmp"
    if head.startswith(b"ID3") and head[4:5] == b"\x00":
        return "audio/mpeg"
    return _sniff_text(head) if head else None


def _sniff_text(head: bytes) -> str | None:
    if _NOT_TEXT.search(head):
        return None
    try:
        # The last character may be cut in the middle: at most three bytes are missing.
        head.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start < len(head) - 3:
            return None
    start = head.lstrip()[:512].lower()
    if start.startswith((b"<!doctype html", b"<html")):
        return "text/html"
    if start.startswith(b"<svg") or (start.startswith(b"<?xml") and b"<svg" in start):
        return "image/svg+xml"
    return "text/plain"


def of_name(name: str) -> str | None:
    """Return the media type that a file's name promises, None if it promises none."""
    _, dot, suffix = name.rpartition(".")
    if not dot:
        return None
    known = _BY_SUFFIX.get(suffix.lower())
    known = known or mimetypes.guess_type("file." + suffix, strict=False)[0]
    # "Some bytes" is no promise: `.dat`, `.bin`.
    return known if known != "application/octet-stream" else None


def suffix(media_type: str | None) -> str:
    """Return the usual suffix of a file of that type, ".png"; "" if it has none."""
    return (mimetypes.guess_extension(media_type) or "") if media_type else ""


def is_text(media_type: str | None) -> bool:
    """Say whether a file of that type can be read as text."""
    return media_type is not None and _TEXTUAL.match(media_type) is not None


def part_kind(media_type: str | None) -> PartKind:
    """Return the kind of part that shows a file of that type."""
    match (media_type or "").partition("/")[0]:
        case "image":
            return PartKind.IMAGE
        case "audio":
            return PartKind.AUDIO
        case "video":
            return PartKind.VIDEO
        case _:
            return PartKind.FILE
