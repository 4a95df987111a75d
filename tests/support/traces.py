"""Looks for words in every file of a vault, with all of its keys: pages, seals, blobs, leftovers.

The pages of SQLCipher are opened by hand, as the file has them: what is free, and what lies between
rows, is looked at as well as the rows are.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import zstandard
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from privatus.search.folding import fold
from privatus.storage.database import PAGE_BYTES
from support.vaults import ScratchVault

# SQLCipher keeps at the end of each page: iv 16, HMAC-SHA-512 64.
_RESERVED_BYTES = 80
_WAL_HEADER_BYTES, _FRAME_HEADER_BYTES = 32, 24
# So much of a sealed value is no chance: two random pieces of this length are never equal.
_PIECE_BYTES = 12
_ZSTD_FRAME = b"\x28\xb5\x2f\xfd"


@dataclass(slots=True)
class Sealed:
    """Sealed bytes that are to go, as they lay in rows, and the names of their files."""

    values: set[bytes] = field(default_factory=set)
    blobs: set[bytes] = field(default_factory=set)


def sealed_of(vault: ScratchVault, *, messages: Sequence[int], history_only: bool) -> Sealed:
    """Return what is sealed of some message rows: of former revisions only, or of all."""
    places = ", ".join(map(str, messages))
    queries = [
        f"SELECT content_sealed, seal FROM messages_history WHERE message_id IN ({places})",
        "SELECT l.content_sealed, NULL FROM message_content AS l JOIN messages AS m"
        f" ON m.id = l.message_id WHERE m.id IN ({places})"
        + (" AND l.revision < m.revision" if history_only else ""),
        "SELECT a.details_sealed, a.seal FROM attachments AS a JOIN messages AS m"
        f" ON m.id = a.message_id WHERE m.id IN ({places})"
        + (" AND a.revision < m.revision" if history_only else ""),
    ]
    if not history_only:
        queries.append(f"SELECT content_sealed, seal FROM messages WHERE id IN ({places})")
    found = Sealed()
    for query in queries:
        for values in vault.query(query):
            found.values |= {value for value in values if value}
    vault.reopen()
    return found


def traces(vault: ScratchVault, words: Sequence[str], sealed: Sealed | None = None) -> list[str]:
    """Return where one of *words*, or a piece of what was *sealed*, still is."""
    vault.vault.lock()
    needles = _needles(words, sealed or Sealed())
    found = []
    for path in sorted(path for path in vault.folder.rglob("*") if path.is_file()):
        for place, content in _contents(vault, path):
            seen = {kind for kind, needle in needles if needle in content}
            found += [f"{path.relative_to(vault.folder)} {place}: {kind}" for kind in sorted(seen)]
    found += _opened_traces(vault, words)
    gone = (sealed or Sealed()).blobs
    found += [f"blob {p.name[:8]}" for p in vault.blob_paths if bytes.fromhex(p.name) in gone]
    return found


def _needles(words: Sequence[str], sealed: Sealed) -> list[tuple[str, bytes]]:
    needles = []
    for word in words:
        for form in {word, word.lower(), word.upper(), *fold(word).split()}:
            needles += [("word", form.encode()), ("word", form.encode("utf-16-le"))]
    for value in sealed.values:
        # From the start, the middle and the end: what is left may be a part.
        for at in (0, len(value) // 2, max(len(value) - _PIECE_BYTES, 0)):
            needles.append(("sealed bytes", value[at : at + _PIECE_BYTES]))
    return needles


def _contents(vault: ScratchVault, path: Path) -> Iterator[tuple[str, bytes]]:
    """Yield a file as it is, and all that its keys make of it."""
    raw = path.read_bytes()
    yield "as it is", raw
    key = bytes.fromhex(bytes(vault.search_key)[2:66].decode())
    if path.parent == vault.folder and path.name.startswith("vault.db"):
        key = vault.database_key[:32]
    elif path.parent.name != "search":
        return
    if path.name.endswith("-wal"):
        step = _FRAME_HEADER_BYTES + PAGE_BYTES
        for number, at in enumerate(range(_WAL_HEADER_BYTES, len(raw), step)):
            page = raw[at + _FRAME_HEADER_BYTES : at + step]
            yield from _forms(f"frame {number}", opened_page(key, page))
    elif not path.name.endswith("-shm"):
        for number, at in enumerate(range(0, len(raw), PAGE_BYTES), start=1):
            yield from _forms(f"page {number}", opened_page(key, raw[at : at + PAGE_BYTES], number))


def opened_page(key: bytes, page: bytes, number: int = 0) -> bytes:
    """Return the plain bytes of a SQLCipher page; the first begins with the salt."""
    body, iv = page[:-_RESERVED_BYTES], page[-_RESERVED_BYTES:][:16]
    if number == 1 or len(body) % 16:
        body = body[16:]
    return Cipher(algorithms.AES(key), modes.CBC(iv)).decryptor().update(body)


def _forms(place: str, plain: bytes) -> Iterator[tuple[str, bytes]]:
    yield place, plain
    at = plain.find(_ZSTD_FRAME)
    while at >= 0:
        with suppress(zstandard.ZstdError):
            inflated = zstandard.ZstdDecompressor().decompress(plain[at:], max_output_size=1 << 20)
            yield f"{place}, inflated", inflated
        at = plain.find(_ZSTD_FRAME, at + 1)
    with suppress(zlib.error):
        yield f"{place}, inflated", zlib.decompress(plain)


def _opened_traces(vault: ScratchVault, words: Sequence[str]) -> list[str]:
    """Open every sealed value and every file of the vault, and look for *words* in them."""
    forms = {form.encode() for word in words for form in (word, word.lower(), fold(word).strip())}
    opened = vault.reopen()
    found = []
    with opened._store.exclusive() as tables:
        everything = (1, 1 << 62)
        for name, values in (
            ("messages", map(tables.messages.open_row, tables.messages.raw_between(*everything))),
            ("history", map(tables.messages.open_row, tables.messages.raw_history())),
            ("attachments", map(tables.attachments.open_row, tables.attachments.raw())),
            ("versions", map(tables.versions.open_row, tables.versions.raw())),
            ("annotations", map(tables.annotations.open_row, tables.annotations.raw())),
            ("titles", tables.conversations.between(*everything)),
            ("models", tables.models.names().values()),
            ("accounts", tables.accounts.names().values()),
            ("log", tables.audit.entries()),
        ):
            for value in values:
                said = repr(value).encode()
                found += [name for form in forms if form in said]
        for attachment in map(tables.attachments.open_row, tables.attachments.raw()):
            if attachment.digest is not None:
                with opened._store.blobs.open(attachment.digest) as stream:
                    content = stream.read()
                found += [f"blob of {attachment.id}" for form in forms if form in content]
    return found
