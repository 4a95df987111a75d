"""Looks for words in every file of a vault, with all of its keys: pages, seals, blobs, leftovers.

The pages of SQLCipher are opened by hand, as the file has them: what is free, and what lies between
rows, is looked at as well as the rows are.
"""

from __future__ import annotations

import shutil
import zlib
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

import zstandard
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from privatus.bootstrap import Vault
from privatus.search.folding import fold
from privatus.storage.database import PAGE_BYTES
from support.vaults import PASSWORD, ScratchVault

# SQLCipher keeps at the end of each page: iv 16, HMAC-SHA-512 64.
_RESERVED_BYTES = 80
_WAL_HEADER_BYTES, _FRAME_HEADER_BYTES = 32, 24
# So much of a sealed value is no chance: two random pieces of this length are never equal.
_PIECE_BYTES = 12
_TAIL_CHARS = 9
_ZSTD_FRAME = b"\x28\xb5\x2f\xfd"


@dataclass(slots=True)
class Sealed:
    """Sealed bytes that are to go, as they lay in rows, and the names of their files."""

    values: set[bytes] = field(default_factory=set)
    blobs: set[str] = field(default_factory=set)


def sealed_of(vault: ScratchVault, *, history_only: bool) -> Sealed:
    """Return what is sealed of all messages: of their former revisions only, or of all."""
    former = " AND {}.revision < m.revision" if history_only else ""
    found = Sealed()
    with vault.database() as db:
        for table, columns in (
            ("messages_history", "o.content_sealed, o.seal"),
            ("message_content", "o.content_sealed, NULL"),
            ("attachments", "o.details_sealed, o.seal"),
        ):
            query = (
                f"SELECT {columns} FROM {table} AS o JOIN messages AS m ON m.id = o.message_id"
                f" WHERE true{former.format('o')}"
            )
            found.values |= {value for row in db.rows(query) for value in row if value}
        if not history_only:
            rows = db.rows("SELECT content_sealed, seal FROM messages")
            found.values |= {value for row in rows for value in row if value}
        found.blobs = {
            name.hex()
            for (name,) in db.rows(
                "SELECT o.blob_name FROM attachments AS o JOIN messages AS m ON m.id = o.message_id"
                f" WHERE o.blob_name IS NOT NULL{former.format('o')}"
            )
        }
    vault.reopen()
    return found


def traces(vault: ScratchVault, words: Sequence[str], sealed: Sealed | None = None) -> list[str]:
    """Return where one of *words*, or a piece of what was *sealed*, still is.

    The files are those of the open vault, as a crash would leave them now. A copy is opened.
    """
    sealed = sealed or Sealed()
    found = []
    with TemporaryDirectory() as scratch:
        folder = shutil.copytree(vault.folder, Path(scratch) / "vault")
        needles = _needles(words, sealed)
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            for place, content in _contents(vault, path):
                seen = {kind for kind, needle in needles if needle in content}
                name = path.relative_to(folder)
                found += [f"{name} {place}: {kind}" for kind in sorted(seen)]
            found += [f"{path.name[:8]}: a blob" for name in sealed.blobs if name == path.name]
        with Vault.open(folder, PASSWORD) as opened:
            found += _opened_traces(opened, words)
    return found


def _needles(words: Sequence[str], sealed: Sealed) -> list[tuple[str, bytes]]:
    needles = []
    for word in words:
        for form in {word, word.lower(), word.upper(), *fold(word).lower().split()}:
            needles.append(("word", form.encode("utf-16-le")))
            # The index writes of a word only what the one before it does not begin with.
            starts = range(max(len(form) - _TAIL_CHARS, 0) + 1)
            needles += [("word", form[start:].encode()) for start in starts]
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
    if path.name.startswith("vault.db"):
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


def _opened_traces(opened: Vault, words: Sequence[str]) -> list[str]:
    """Open every sealed value and every file of a vault, and look for *words* in them."""
    forms = {form.encode() for word in words for form in (word, word.lower(), fold(word).strip())}
    found = []
    with opened._store.exclusive() as tables:
        everything = (1, 1 << 62)
        for name, values in (
            ("messages", map(tables.messages.open_row, tables.messages.raw_between(*everything))),
            ("history", map(tables.messages.open_row, tables.messages.raw_history())),
            ("attachments", map(tables.attachments.open_row, tables.attachments.raw())),
            ("versions", map(tables.versions.open_row, tables.versions.raw())),
            ("annotations", map(tables.annotations.open_row, tables.annotations.raw())),
            ("summaries", map(tables.summaries.open_row, tables.summaries.raw())),
            ("titles", tables.conversations.between(*everything)),
            ("models", tables.models.names().values()),
            ("accounts", tables.accounts.names().values()),
            ("log", tables.audit.entries()),
        ):
            for value in values:
                # The repr of bytes would hide what is not ASCII.
                said = getattr(value, "content", repr(value).encode())
                found += [name for form in forms if form in said]
        for attachment in map(tables.attachments.open_row, tables.attachments.raw()):
            if attachment.digest is not None:
                with opened._store.blobs.open(attachment.digest) as stream:
                    content = stream.read()
                found += [f"blob of {attachment.id}" for form in forms if form in content]
    return found
