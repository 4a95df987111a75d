"""JSON files of any size, one record at a time.

The file is read in blocks. A block is cut where a record seems to end, put in brackets and
decoded as a list of raw values: if that works, its brackets balance and no string is open, so the
cut was right and every record in it is exact. msgspec splits 1.2 GB a second in this way. Where no
cut works (odd or broken JSON), a scanner that knows only strings and brackets finds the records.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator

import msgspec

from privatus.core.conversation import Json
from privatus.core.errors import UnreadableInputError
from privatus.importers.base import Notes
from privatus.importers.encoding import detect, to_utf8
from privatus.importers.export import Member
from privatus.importers.json_value import NOT_JSON, STRING, TooLarge, decode

# 1, 4 and 16 MB were equally fast; memory holds about three blocks.
_BLOCK_BYTES = 4 * 1024**2
# A member up to this size is read before its first record is given out, so that a checksum that
# does not match is known before anything is imported.
_WHOLE_BYTES = 64 * 1024**2
# The largest conversation known has 8 MB; a file without any structure must not fill the memory.
_MAX_RECORD_BYTES = 256 * 1024**2
# More is no key of any export, but text of which we lost the thread.
_MAX_KEY_BYTES = 64 * 1024
# Wrong guesses cost one pass over the block each; six cost as much as the scanner. To look where
# one may be costs little, but a file can have the first key of its records a million times.
_GUESS_STEPS = 4_000
_MAX_STEPS = 6 * _GUESS_STEPS
# What was taken for a part of a broken record is read again, up to this much of a file.
_MAX_REREAD_BYTES = 256 * 1024**2
# A record's first key stands within this distance of the comma before it, however indented.
_INDENT = 64
_FIRST_VALUE = 4096

_SCALAR = rb"(?:" + STRING + rb"|[^\s\"{}\[\],]+)"
_FIRST_KEYS = re.compile(
    rb"\{\s*(%b)\s*:\s*(?:%b\s*,\s*(%b)\s*:)?" % (STRING, _SCALAR, STRING), re.DOTALL
)
_SPACE = re.compile(rb"[ \t\r\n]*")
_BETWEEN = re.compile(rb"[ \t\r\n,}]*")
_KEY = re.compile(rb"\s*,?\s*(" + STRING + rb")\s*:\s*(?=[^\s])", re.DOTALL)
# A quote that begins no whole string is one that is cut off.
_INSIDE = re.compile(STRING + rb'|["{}\[\]]', re.DOTALL)
_OUTSIDE = re.compile(STRING + rb'|["{}\[\],]', re.DOTALL)
_split = msgspec.json.Decoder(list[msgspec.Raw]).decode


def items(member: Member, notes: Notes, *keys: str) -> Iterator[tuple[str, Json]]:
    """Yield (where, value) for each element of the member's list.

    The list is the member itself, or stands under one of *keys*; a member that is an object and
    has none of them is itself the one value. What is broken goes to *notes*, the rest comes all
    the same; damage of a member over 64 MB is noted when its end is reached. Memory holds one
    element and a few blocks.
    """
    return _Reader(member, notes).values(keys)


def load(member: Member) -> Json:
    """Return the value of a small member.

    Raises:
        UnreadableInputError: it is damaged, no JSON, or larger than 64 MB.
    """
    if member.size_bytes > _WHOLE_BYTES:
        raise UnreadableInputError(f"{member.path} is too large for what it should hold")
    with member.open() as stream:
        raw = to_utf8(stream.read())
    try:
        return decode(raw)
    except ValueError:
        raise UnreadableInputError(f"{member.path} is not valid JSON") from None


class _Window:
    """The part of a member that is in memory, as UTF-8: grows at its end, shrinks at its start.

    It shrinks by moving `start`: to copy the rest after each record, or each comma, takes the
    square of their number.
    """

    def __init__(self, member: Member) -> None:
        self.data = b""
        self.start = 0  # what stands before it is done with
        self.wrong_guesses = 0  # since the window grew
        self.is_complete = False
        self.damage: str | None = None
        self.whole: bytes | bytearray | None = None  # if the member is small enough
        self._blocks = self._read(member)

    def grow(self) -> bool:
        """Read as much again as there is, at least a block; False: there was no more."""
        wanted = max(_BLOCK_BYTES, self.size)
        parts = [self.data[self.start :]]
        try:
            while wanted > 0 and (block := next(self._blocks, None)) is not None:
                parts.append(block)
                wanted -= len(block)
        except UnreadableInputError as error:
            self.damage = str(error)
        self.is_complete = wanted > 0
        if len(parts) > 1:
            self.wrong_guesses = 0
        self.data = b"".join(parts)
        self.start = 0
        return len(parts) > 1

    @property
    def size(self) -> int:
        """The bytes that are not done with."""
        return len(self.data) - self.start

    def skip_space(self) -> bytes:
        """Drop leading white space; return the first byte, or nothing at the end."""
        while True:
            self.start = _SPACE.match(self.data, self.start).end()  # type: ignore[union-attr]
            if self.size or not self.grow():
                return self.data[self.start : self.start + 1]

    def drain(self) -> bool:
        """Read to the end, to have the checksum compared; say if there was more than space."""
        has_more = bool(self.skip_space())
        self.start = len(self.data)
        while self.grow():
            self.start = len(self.data)
        return has_more

    def _read(self, member: Member) -> Iterator[bytes]:
        with member.open() as stream:
            if member.size_bytes <= _WHOLE_BYTES:
                whole = bytearray()
                while block := stream.read(_BLOCK_BYTES):
                    whole += block
                self.whole = whole = to_utf8(whole)
                member.count(-len(whole))
                for start in range(0, len(whole), _BLOCK_BYTES):
                    member.count(len(block := bytes(whole[start : start + _BLOCK_BYTES])))
                    yield block
                return
            block = stream.read(_BLOCK_BYTES)
            encoding, skip = detect(block[:4])
            block = block[skip:]
            decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
            while block:
                yield block if encoding == "utf-8" else decoder.decode(block).encode()
                block = stream.read(_BLOCK_BYTES)


class _Reader:
    """Finds the records of one member."""

    def __init__(self, member: Member, notes: Notes) -> None:
        self._path = member.path
        self._notes = notes
        self._window = _Window(member)
        self._count = 0
        # What stands between two records, if they begin like the first one.
        self._boundary: re.Pattern[bytes] | None = None
        self._first_key = b""
        self._is_broken = False
        self._reread_bytes = 0

    def values(self, keys: tuple[str, ...]) -> Iterator[tuple[str, Json]]:
        window = self._window
        first = window.skip_space()
        if first == b"[":
            window.start += 1
            yield from self._list()
            if window.drain():
                self._notes.skip(self._path, "what follows the end of the list was left out")
        elif first == b"{":
            yield from self._object(tuple(key.encode() for key in keys))
        elif not window.damage:
            self._notes.skip(self._path, "it holds no records" if first else "it is empty")
        if window.damage:
            self._notes.skip(self._path, window.damage)

    def _object(self, keys: tuple[bytes, ...]) -> Iterator[tuple[str, Json]]:
        """Yield what is in the lists under *keys*; the object itself if there are none."""
        window = self._window
        whole = window.whole
        is_found = False
        if whole is None or any(b'"%b"' % key in whole for key in keys):
            window.start += 1
            while (key := self._next_key()) is not None:
                if window.data.startswith(b"[", window.start):
                    window.start += 1
                    is_found = is_found or key in keys
                    yield from self._list(is_wanted=key in keys)
                else:
                    self._skip_value()
        window.drain()
        if is_found or window.damage:
            return
        if whole is None:
            self._notes.skip(self._path, "it is a single record of more than 64 MB")
            return
        try:
            value = decode(whole)
        except TooLarge as error:
            self._notes.skip(self._path, str(error))
        except ValueError:
            self._notes.skip(self._path, "it is not valid JSON; it may be cut off")
        else:
            yield self._path, value

    def _next_key(self) -> bytes | None:
        """Drop up to the next value of an object and return its key; None: there is no other."""
        window = self._window
        while not (match := _KEY.match(window.data, window.start)):
            if window.skip_space() == b"}" or window.size > _MAX_KEY_BYTES or not window.grow():
                return None
        window.start = match.end()
        return match[1][1:-1]

    def _skip_value(self) -> None:
        window = self._window
        while (end := _value_end(window.data, window.start)) is None:
            if window.size > _MAX_RECORD_BYTES or not window.grow():
                end = len(window.data)
                break
        window.start = end

    def _list(self, *, is_wanted: bool = True) -> Iterator[tuple[str, Json]]:
        """Yield the elements up to the end of the list; the window stands behind its `[`."""
        window = self._window
        while first := window.skip_space():
            if first == b"]":
                window.start += 1
                if not self._resume():
                    return
            elif first in b",}":
                window.start += 1
            else:
                if window.size < _BLOCK_BYTES and not window.is_complete:
                    window.grow()
                found = self._cut() or self._scan()
                if is_wanted:
                    yield from self._decoded(found)
        if is_wanted and not window.damage and not self._is_broken:
            self._notes.skip(self._path, "the file ends before its list does")

    def _decoded(self, found: list[bytes] | list[msgspec.Raw]) -> Iterator[tuple[str, Json]]:
        for raw in found:
            where = f"{self._path}[{self._count}]"
            self._count += 1
            try:
                value = decode(raw)
            except TooLarge as error:
                self._notes.skip(where, str(error))
            except ValueError:
                self._notes.skip(where, "it is not valid JSON; it may be cut off")
            else:
                yield where, value

    def _cut(self) -> list[msgspec.Raw]:
        """Cut whole records off the window at a guess that proves right; none: none did."""
        window = self._window
        data = window.data
        for end in self._guesses():
            try:
                found = _split(b"[" + data[window.start : end] + b"]")
            except NOT_JSON:
                window.wrong_guesses += _GUESS_STEPS
                continue
            window.start = end
            return found
        return []

    def _guesses(self) -> Iterator[int]:
        """Yield where the last record of the window may end, from the back."""
        window = self._window
        data, start = window.data, window.start
        if window.wrong_guesses >= _MAX_STEPS:
            return
        if window.is_complete and (end := data.rfind(b"]", start)) > start:
            yield end
        if self._boundary is None:
            self._learn()
        if self._boundary is None:
            return
        at = data.rfind(self._first_key, start)
        while at > start and window.wrong_guesses < _MAX_STEPS:
            found = self._boundary.search(data, max(start, at - _INDENT), at + _FIRST_VALUE)
            if found:
                yield found.start()
            window.wrong_guesses += 1
            at = data.rfind(self._first_key, start, at)

    def _learn(self) -> None:
        """Take from the first record how records begin: `{"id": "...", "title":`."""
        match = _FIRST_KEYS.match(self._window.data, self._window.start)
        if not match:
            return
        pattern = rb",\s*\{\s*" + re.escape(match[1]) + rb"\s*:\s*"
        if match[2]:
            pattern += _SCALAR + rb"\s*,\s*" + re.escape(match[2]) + rb"\s*:"
        self._first_key = match[1]
        self._boundary = re.compile(pattern, re.DOTALL)

    def _scan(self) -> list[bytes]:
        """Find the records of the window one by one; none: it holds no whole one yet."""
        window = self._window
        data, start = window.data, window.start
        found: list[bytes] = []
        while not data.startswith(b"]", start) and (end := _value_end(data, start)) is not None:
            raw = data[start:end]
            if not _is_json(raw):
                # A bracket may be missing, and more than this record have been taken for it.
                end = self._end_of_broken(start, end)
            found.append(raw)
            start = _BETWEEN.match(data, end).end()  # type: ignore[union-attr]
        if found:
            window.start = start
        elif window.size > _MAX_RECORD_BYTES or not window.grow():
            found.append(self._rest())
        return found

    def _rest(self) -> bytes:
        """Take what is left of the window for one record that is cut off or too large."""
        window = self._window
        data, start, end = window.data, window.start, len(window.data)
        if not _is_json(data[start:]):
            end = self._end_of_broken(start, end)
        window.start = end
        return data[start:end]

    def _end_of_broken(self, start: int, end: int) -> int:
        """Return where a record ends that is no JSON: before one that begins like the first."""
        self._is_broken = True
        if self._reread_bytes > _MAX_REREAD_BYTES:
            return end
        next_start = self._next_start(start + 1, end)
        if next_start is None:
            return end
        self._reread_bytes += end - next_start
        return next_start

    def _next_start(self, start: int, end: int) -> int | None:
        """Return the comma before the next record that begins like the first one."""
        found = self._boundary and self._boundary.search(self._window.data, start, end)
        return found.start() if found else None

    def _resume(self) -> bool:
        """Go on after a list that seemed to end only because a record in it was broken."""
        if not self._is_broken:
            return False
        window = self._window
        end = self._next_start(window.start, len(window.data))
        if end is not None:
            window.start = end
        return end is not None


def _value_end(data: bytes, start: int) -> int | None:
    """Return where the value at *start* ends, the comma or bracket after it; None: not here."""
    depth = 0
    at = start
    while True:
        for match in (_INSIDE if depth else _OUTSIDE).finditer(data, at):
            token = match[0]
            if token == b'"':
                return None
            if token in b"{[":
                depth += 1
                if depth == 1:
                    break
            elif token in b"}]":
                if not depth:
                    return match.start()
                depth -= 1
                if not depth:
                    break
            elif token == b",":
                return match.start()
        else:
            return None
        at = match.end()


def _is_json(raw: bytes) -> bool:
    try:
        decode(raw)
    except TooLarge:
        return True
    except ValueError:
        return False
    return True
