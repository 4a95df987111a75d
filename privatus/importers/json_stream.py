"""JSON files of any size, one record at a time.

The file is read in blocks. A block is cut where a record seems to end, put in brackets and
decoded as a list of raw values: if that works, its brackets balance and no string is open, so the
cut was right and every record in it is exact. msgspec splits 1.2 GB a second in this way. Where no
cut works (odd or broken JSON), a scanner that knows only strings and brackets finds the records.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator
from itertools import islice

import msgspec

from privatus.core.conversation import Json
from privatus.core.errors import UnreadableInputError
from privatus.importers.base import Notes
from privatus.importers.encoding import detect, to_utf8
from privatus.importers.export import Member

# 1, 4 and 16 MB were equally fast; memory holds about three blocks.
_BLOCK_BYTES = 4 * 1024**2
# A member up to this size is read before its first record is given out, so that a checksum that
# does not match is known before anything is imported.
_WHOLE_BYTES = 64 * 1024**2
# The largest conversation known has 8 MB; a file without any structure must not fill the memory.
_MAX_RECORD_BYTES = 256 * 1024**2
# More is no key of any export, but text of which we lost the thread.
_MAX_KEY_BYTES = 64 * 1024
# Wrong guesses cost one pass over the block each; six cost as much as the scanner.
_MAX_GUESSES = 6
# A record's first key stands within this distance of the comma before it, however indented.
_INDENT = 64
_FIRST_VALUE = 4096

_STRING = rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"'
_SCALAR = rb"(?:" + _STRING + rb"|[^\s\"{}\[\],]+)"
_FIRST_KEYS = re.compile(
    rb"\{\s*(%b)\s*:\s*(?:%b\s*,\s*(%b)\s*:)?" % (_STRING, _SCALAR, _STRING), re.DOTALL
)
_KEY = re.compile(rb"\s*,?\s*(" + _STRING + rb")\s*:\s*(?=[^\s])", re.DOTALL)
# A quote that begins no whole string is one that is cut off.
_INSIDE = re.compile(_STRING + rb'|["{}\[\]]', re.DOTALL)
_OUTSIDE = re.compile(_STRING + rb'|["{}\[\],]', re.DOTALL)
_ESCAPE = re.compile(
    r"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(u[dD][89a-fA-F].{2})|.)",
    re.DOTALL,
)

_split = msgspec.json.Decoder(list[msgspec.Raw]).decode
_decode = msgspec.json.Decoder().decode
_NOT_JSON = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


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


def decode(raw: bytes | bytearray | msgspec.Raw) -> Json:
    """Return the value of one JSON text.

    NaN and infinite numbers become None, half surrogate pairs and broken UTF-8 become U+FFFD,
    control characters in strings stay, of duplicate keys the last one counts.

    Raises:
        ValueError: it is no JSON even so.
    """
    try:
        return _decode(raw)
    except _NOT_JSON:
        pass
    text = bytes(raw).decode("utf-8", errors="replace")
    if "\\u" in text:
        text = _ESCAPE.sub(_whole_pair, text)
    try:
        return _TOLERANT.decode(text)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def _whole_pair(match: re.Match[str]) -> str:
    return "\\ufffd" if match[1] else match[0]


def _finite(digits: str) -> float | None:
    value = float(digits)
    return value if abs(value) != float("inf") else None


_TOLERANT = json.JSONDecoder(parse_float=_finite, parse_constant=lambda _name: None, strict=False)


class _Window:
    """The part of a member that is in memory, as UTF-8: grows at its end, shrinks at its start."""

    def __init__(self, member: Member) -> None:
        self.data = b""
        self.is_complete = False
        self.damage: str | None = None
        self.whole: bytes | bytearray | None = None  # if the member is small enough
        self._blocks = self._read(member)

    def grow(self) -> bool:
        """Read as much again as there is, at least a block; False: there was no more."""
        wanted = max(_BLOCK_BYTES, len(self.data))
        parts = [self.data]
        try:
            while wanted > 0 and (block := next(self._blocks, None)) is not None:
                parts.append(block)
                wanted -= len(block)
        except UnreadableInputError as error:
            self.damage = str(error)
        self.is_complete = wanted > 0
        self.data = b"".join(parts)
        return len(parts) > 1

    def drop(self, size: int) -> None:
        self.data = self.data[size:]

    def skip_space(self) -> bytes:
        """Drop leading white space; return the first byte, or nothing at the end."""
        while True:
            self.data = self.data.lstrip(b" \t\r\n")
            if self.data or not self.grow():
                return self.data[:1]

    def drain(self) -> bool:
        """Read to the end, to have the checksum compared; say if there was more than space."""
        has_more = bool(self.skip_space())
        self.data = b""
        while self.grow():
            self.data = b""
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

    def values(self, keys: tuple[str, ...]) -> Iterator[tuple[str, Json]]:
        window = self._window
        first = window.skip_space()
        if first == b"[":
            window.drop(1)
            yield from self._list()
            if window.drain():
                self._notes.warn(self._path, "what follows the end of the list was left out")
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
            window.drop(1)
            while (key := self._next_key()) is not None:
                if window.data.startswith(b"["):
                    window.drop(1)
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
        except ValueError:
            self._notes.skip(self._path, "it is not valid JSON; it may be cut off")
        else:
            yield self._path, value

    def _next_key(self) -> bytes | None:
        """Drop up to the next value of an object and return its key; None: there is no other."""
        window = self._window
        while not (match := _KEY.match(window.data)):
            if (
                window.skip_space() == b"}"
                or len(window.data) > _MAX_KEY_BYTES
                or not window.grow()
            ):
                return None
        window.drop(match.end())
        return match[1][1:-1]

    def _skip_value(self) -> None:
        window = self._window
        while (end := _value_end(window.data, 0)) is None:
            if len(window.data) > _MAX_RECORD_BYTES or not window.grow():
                end = len(window.data)
                break
        window.drop(end)

    def _list(self, *, is_wanted: bool = True) -> Iterator[tuple[str, Json]]:
        """Yield the elements up to the end of the list; the window stands behind its `[`."""
        window = self._window
        while first := window.skip_space():
            if first == b"]":
                window.drop(1)
                if not self._resume():
                    return
            elif first in b",}":
                window.drop(1)
            else:
                if len(window.data) < _BLOCK_BYTES and not window.is_complete:
                    window.grow()
                found = self._cut() or self._scan()
                if is_wanted:
                    yield from self._decoded(found)
        if is_wanted and not window.damage and not self._is_broken:
            self._notes.warn(self._path, "the file ends before its list does")

    def _decoded(self, found: list[bytes] | list[msgspec.Raw]) -> Iterator[tuple[str, Json]]:
        for raw in found:
            where = f"{self._path}[{self._count}]"
            self._count += 1
            try:
                value = decode(raw)
            except ValueError:
                self._notes.skip(where, "it is not valid JSON; it may be cut off")
            else:
                yield where, value

    def _cut(self) -> list[msgspec.Raw]:
        """Cut whole records off the window at a guess that proves right; none: none did."""
        data = self._window.data
        for end in islice(self._guesses(), _MAX_GUESSES):
            try:
                found = _split(b"[" + data[:end] + b"]")
            except _NOT_JSON:
                continue
            self._window.drop(end)
            return found
        return []

    def _guesses(self) -> Iterator[int]:
        """Yield where the last record of the window may end, from the back."""
        data = self._window.data
        if self._window.is_complete and (end := data.rfind(b"]")) > 0:
            yield end
        if self._boundary is None:
            self._learn()
        if self._boundary is None:
            return
        at = data.rfind(self._first_key)
        while at > 0:
            found = self._boundary.search(data, max(0, at - _INDENT), at + _FIRST_VALUE)
            if found:
                yield found.start()
            at = data.rfind(self._first_key, 0, at)

    def _learn(self) -> None:
        """Take from the first record how records begin: `{"id": "...", "title":`."""
        match = _FIRST_KEYS.match(self._window.data)
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
        data = window.data
        found: list[bytes] = []
        start = 0
        while (end := _value_end(data, start)) is not None:
            raw = data[start:end]
            if not _is_json(raw):
                # A bracket may be missing, and more than this record have been taken for it.
                self._is_broken = True
                end = self._next_start(data, start, end) or end
            found.append(raw)
            start = end + 1
            if data[end : end + 1] != b",":
                start = end
                break
        if not found and (len(data) > _MAX_RECORD_BYTES or not window.grow()):
            start = len(data)
            if not _is_json(data):
                self._is_broken = True
                start = self._next_start(data, 0, start) or start
            found.append(data[:start])
        window.drop(start)
        return found

    def _next_start(self, data: bytes, start: int, end: int) -> int | None:
        """Return the comma before the next record that begins like the first one."""
        found = self._boundary.search(data, start + 1, end) if self._boundary else None
        return found.start() if found else None

    def _resume(self) -> bool:
        """Go on after a list that seemed to end only because a record in it was broken."""
        if not self._is_broken:
            return False
        end = self._next_start(self._window.data, -1, len(self._window.data))
        if end is not None:
            self._window.drop(end)
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
    except ValueError:
        return False
    return True
