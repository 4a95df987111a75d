"""A file of an export that is named by its hash."""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass
from typing import BinaryIO, cast

from privatus.core.errors import UnreadableInputError
from privatus.importers.export import Member


@dataclass(frozen=True, slots=True)
class CheckedMember:
    """A member whose bytes must have this SHA-256."""

    member: Member
    sha256: str

    def open(self) -> BinaryIO:
        """Return a new stream; it raises UnreadableInputError at its end if the hash differs."""
        return cast(BinaryIO, io.BufferedReader(_Checked(self.member.open(), self.sha256)))


class _Checked(io.RawIOBase):
    """A stream that proves at its end to hold the bytes that its name promises."""

    def __init__(self, stream: BinaryIO, sha256: str) -> None:
        self._stream = stream
        self._sha256 = sha256
        self._digest = hashlib.sha256()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        chunk = self._stream.read(len(buffer))
        if not chunk and self._digest.hexdigest() != self._sha256:
            raise UnreadableInputError("a file of the export is damaged; export again")
        self._digest.update(chunk)
        buffer[: len(chunk)] = chunk
        return len(chunk)

    def close(self) -> None:
        self._stream.close()
        super().close()
