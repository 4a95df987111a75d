"""Attachment files: sealed in chunks, so that any part opens without the rest.

A sealed file, version 1, little endian:

      0  4    "PVBL"
      4  u8   version (1)
      5  u8   binary logarithm of the chunk size (16: chunks of 64 KiB)
      6  2    0
      8  16   salt, random
     24  16   commitment
     40       chunks: AES-256-GCM, ciphertext of one chunk size (the last may be shorter) | tag 16

    name | file key         = BLAKE2b-512(SHA-256 of the content, key = blob key of the scope,
                                          person = "privatus/v1/blob"), 32 bytes each
    chunk key | commitment  = HKDF-Expand(file key, "privatus/v1/blob-chunks" | bytes 0 to 23)
    nonce of a chunk        = 7 zero bytes | u32 chunk number from 0 | u8 1 if the last, else 0

This is the STREAM construction (Hoang, Reyhanitabar, Rogaway and Vizár, 2015): a chunk opens only
in its own place, and only the true last chunk as the last, so nothing can be cut off, added or
moved.  Only the last chunk of a file may be shorter than the others, and it is empty only if the
file is.  The salt makes the chunk key fresh even if one file key should seal two contents (a file
that grew between being hashed and being read), so a zero nonce prefix never meets a key twice.

Equal content has one name within a scope and is stored once.  Without the scope's blob key a name
does not tell what is inside, not even to someone who has the same file.
"""

from __future__ import annotations

import hashlib
import hmac
import io
import os
import struct
from pathlib import Path
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from privatus.core.errors import BugError, DeviceError, TamperedError
from privatus.core.secret import SecretBytes
from privatus.vault.kdf import expand

_MAGIC = b"PVBL"
_VERSION = 1
_PREFIX = struct.Struct("<4sBBH16s")
_COMMITMENT_BYTES = 16
_HEADER_BYTES = _PREFIX.size + _COMMITMENT_BYTES
_NONCE = struct.Struct("<7xIB")
_KEY_BYTES = 32
_TAG_BYTES = 16
_SALT_BYTES = 16
# 64 KiB: measured as fast as larger ones, and a seek opens no more than that.
_CHUNK_LOG2 = 16

_DAMAGED = "an attachment file did not authenticate: it is damaged or was changed"


def blob_keys(blob_key: SecretBytes, digest: bytes) -> tuple[str, bytes]:
    """Return the file name (64 hex digits) and the file key for content with SHA-256 *digest*."""
    if len(digest) != hashlib.sha256().digest_size:
        raise BugError("a blob is named after a SHA-256 digest")
    both = hashlib.blake2b(digest, key=blob_key.reveal(), person=b"privatus/v1/blob").digest()
    return both[:_KEY_BYTES].hex(), both[_KEY_BYTES:]


def seal_blob(
    source: BinaryIO, destination: BinaryIO, file_key: bytes, *, chunk_log2: int = _CHUNK_LOG2
) -> int:
    """Write what *source* holds to *destination*, sealed; return its plain size in bytes.

    Holds two chunks in memory.  The caller makes the file durable.
    """
    prefix = _PREFIX.pack(_MAGIC, _VERSION, chunk_log2, 0, os.urandom(_SALT_BYTES))
    cipher, commitment = _cipher(file_key, prefix)
    destination.write(prefix + commitment)
    chunk_bytes = 1 << chunk_log2
    size = number = 0
    chunk = _read_full(source, chunk_bytes)
    while True:
        following = _read_full(source, chunk_bytes) if len(chunk) == chunk_bytes else b""
        nonce = _NONCE.pack(number, not following)
        destination.write(cipher.encrypt(nonce, chunk, None))
        size += len(chunk)
        if not following:
            return size
        chunk, number = following, number + 1


def open_blob(path: Path, file_key: bytes) -> io.BufferedReader:
    """Return a seekable stream of what *path* holds; every chunk is authenticated as it is read.

    The size is authentic from the start: the last chunk is opened here.

    Raises:
        TamperedError: missing, damaged, cut off or sealed under another key; reading raises it too.
        DeviceError: the file cannot be read; reading raises it too.
    """
    try:
        file = path.open("rb")
    except FileNotFoundError:
        raise TamperedError("an attachment file is missing from the vault") from None
    except OSError as error:
        raise DeviceError(f"an attachment file cannot be read ({error.strerror})") from None
    try:
        blob = _Blob(file, file_key)
    except BaseException:
        file.close()
        raise
    return io.BufferedReader(blob, buffer_size=blob.chunk_bytes)


def open_sealed(sealed: bytes, file_key: bytes) -> bytes:
    """Return all that a sealed file holds whose bytes are *sealed*.

    Raises:
        TamperedError: damaged, cut off or sealed under another key.
    """
    with _Blob(io.BytesIO(sealed), file_key) as blob:
        return blob.readall()


def verify_blob(path: Path, file_key: bytes, digest: bytes) -> None:
    """Read the whole file and compare it with the SHA-256 *digest* of its content.

    Raises:
        TamperedError: it is missing, damaged, or not this content.
        DeviceError: it cannot be read.
    """
    with open_blob(path, file_key) as stream:
        found = hashlib.file_digest(stream, "sha256").digest()
    if not hmac.compare_digest(found, digest):
        raise TamperedError("an attachment file does not hold what was stored")


class _Blob(io.RawIOBase):
    """The plain bytes of a sealed file, one chunk of them in memory."""

    def __init__(self, file: BinaryIO, file_key: bytes) -> None:
        self._file = file
        self._cipher, self.chunk_bytes = self._open_header(file_key)
        self._last, self._size = self._measure()
        self._position = 0
        self._number = self._last
        self._chunk = self._open_chunk(self._last)

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Move to *offset*, and return where that is."""
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._position, os.SEEK_END: self._size}[whence]
        if start + offset < 0:
            raise ValueError("negative seek position")
        self._position = start + offset
        return self._position

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        """Fill *buffer* with what is left of the current chunk; return the number of bytes."""
        part = self._next(len(buffer))
        buffer[: len(part)] = part
        return len(part)

    def readall(self) -> bytes:
        """Return the rest, in whole chunks: the inherited one copies 8 KiB at a time."""
        return b"".join(iter(lambda: self._next(self.chunk_bytes), b""))

    def close(self) -> None:
        """Close the file below as well."""
        self._file.close()
        super().close()

    def _next(self, length: int) -> memoryview:
        """Return at most *length* bytes of one chunk, and move behind them; none at the end."""
        if self._position >= self._size:
            return memoryview(b"")
        number, offset = divmod(self._position, self.chunk_bytes)
        if number != self._number:
            self._chunk = self._open_chunk(number)
            self._number = number
        part = memoryview(self._chunk)[offset : offset + length]
        self._position += len(part)
        return part

    def _open_header(self, file_key: bytes) -> tuple[AESGCM, int]:
        raw = self._read_at(0, _HEADER_BYTES)
        if len(raw) != _HEADER_BYTES:
            raise TamperedError("an attachment file is cut short")
        prefix, found = raw[: _PREFIX.size], raw[_PREFIX.size :]
        magic, version, chunk_log2, zero, _salt = _PREFIX.unpack(prefix)
        if (magic, version, zero) != (_MAGIC, _VERSION, 0):
            raise TamperedError(_DAMAGED)
        cipher, commitment = _cipher(file_key, prefix)
        if not hmac.compare_digest(commitment, found):
            raise TamperedError(_DAMAGED)
        return cipher, 1 << chunk_log2

    def _measure(self) -> tuple[int, int]:
        """Return the number of the last chunk, and the plain size if that chunk opens."""
        sealed_bytes = self._file.seek(0, os.SEEK_END) - _HEADER_BYTES
        last = max(0, sealed_bytes - 1) // (self.chunk_bytes + _TAG_BYTES)
        size = sealed_bytes - (last + 1) * _TAG_BYTES
        # Only an empty file may end with an empty chunk.
        if size < 0 or (last > 0 and size == last * self.chunk_bytes):
            raise TamperedError("an attachment file is cut short")
        return last, size

    def _open_chunk(self, number: int) -> bytes:
        sealed_chunk_bytes = self.chunk_bytes + _TAG_BYTES
        start = _HEADER_BYTES + number * sealed_chunk_bytes
        is_last = number == self._last
        length = self._size - number * self.chunk_bytes + _TAG_BYTES
        sealed = self._read_at(start, length if is_last else sealed_chunk_bytes)
        try:
            return self._cipher.decrypt(_NONCE.pack(number, is_last), sealed, None)
        except (InvalidTag, ValueError):
            raise TamperedError(_DAMAGED) from None

    def _read_at(self, start: int, length: int) -> bytes:
        try:
            self._file.seek(start)
            return self._file.read(length)
        except OSError as error:
            raise DeviceError(f"an attachment file cannot be read ({error.strerror})") from None


def _cipher(file_key: bytes, prefix: bytes) -> tuple[AESGCM, bytes]:
    info = b"privatus/v1/blob-chunks" + prefix
    with expand(file_key, info, _KEY_BYTES + _COMMITMENT_BYTES) as keys:
        both = bytes(keys.reveal())
    return AESGCM(both[:_KEY_BYTES]), both[_KEY_BYTES:]


def _read_full(source: BinaryIO, length: int) -> bytes:
    """Return *length* bytes, or fewer at the end only; one read may return less."""
    parts = []
    while length and (part := source.read(length)):
        parts.append(part)
        length -= len(part)
    return b"".join(parts)
