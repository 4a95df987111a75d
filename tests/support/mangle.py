"""Exports as nobody meant them: values of other types, bytes gone or put in, ZIPs that lie.

Everything is drawn from a `random.Random`, which Hypothesis or a seed may stand behind.
"""

from __future__ import annotations

import copy
import io
import json
import random
import re
import zipfile
from collections.abc import Mapping
from typing import Any

from privatus.core.conversation import Json

_DEEP: Json = "deep"
for _ in range(200):
    _DEEP = [_DEEP]
# What meets a limit of somebody: of a type, of SQLite, of a calendar, of UTF-8, of our formats.
_NASTY: list[Json] = [
    *(None, True, False, "", " ", [], {}, [[]], [None], {"a": None}, {"": ""}, _DEEP),
    *(0, -1, 1, 2**31, 2**53, 2**63 - 1, 2**63, -(2**63), -(2**63) - 1, 2**64, 2**70, 10**400),
    *(-0.0, 1e-320, 1e15, 1e18, 1e308, float("nan"), float("inf"), float("-inf")),
    *("0", "1e5", "9" * 30, "1" * 5000, "-1", "NaN", "١٢", "Infinity", "0x10"),
    *("2026-13-45T99:99:99Z", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999-14:00"),
    *("1969-12-31T23:59:59Z", "2026-01-02T10:00:00+99:99", "Jan 2, 2026, 3:04:05 PM XYZ"),
    *("\ud83d", "a\udc00b", "\udc00\ud800", "\0", "a\0b", "\x1b[31m", "\u202e", "\ufeff", "\u2028"),
    *("x" * 70_000, "é" * 20_000, "<" * 500, "&" * 500, "[" * 2000, "`" * 300, "|" * 300),
    *("../../x", "file:///etc/passwd", "javascript:alert(1)", "data:;base64,", "data:image/png"),
    *("user", "assistant", "tool", "text", "privatus:1", "sha256:", "#1", "c-1", "a", "root"),
    *("6f1c1f6e-3c1d-4d52-9d0b-5b1c8f3a2e10", "00000000-0000-4000-8000-000000000000"),
]
_BITS = (
    *(b'"', b"{", b"}", b"[", b"]", b",", b":", b"\\", b"\\u", b"\\ud83d", b"\0", b"\xff", b"\n"),
    *(b"<", b">", b"</div>", b"<!--", b"&#0;", b"&#xd800;", b"\r", b";", b"\xef\xbb\xbf", b"null"),
    *(b"1e999", b"NaN", b"-", b"\xed\xa0\x80", b"\xc0\x80", b"]]", b"}{", b"\xff\xfe", b"PK"),
)
# Where the headers of a ZIP are: local, central, end, and those of ZIP64.
_ZIP_HEADERS = re.compile(rb"PK(?:\x01\x02|\x03\x04|\x05\x06|\x06\x06|\x06\x07|\x07\x08)")
_ZIP_HEADER_BYTES = 46


def mangled_export(export: Mapping[str, Json | bytes], chance: random.Random) -> tuple[str, bytes]:
    """Return the name and the bytes of a file: the files of *export*, with something wrong."""
    members = dict(export)
    for _ in range(chance.randint(1, 2)):
        path = chance.choice(sorted(members))
        members[path] = _mangled_member(members[path], chance)
    if len(members) == 1 and chance.random() < 0.7:
        [(path, content)] = members.items()
        return path.rpartition("/")[2], _raw(content, chance)
    raw = _zipped(members, chance)
    return "export.zip", mangled_zip(raw, chance) if chance.random() < 0.3 else raw


def mangled_value(value: Json, chance: random.Random) -> Json:
    """Return a copy of *value* in which a few values are others, elsewhere, twice or gone."""
    result = copy.deepcopy(value)
    for _ in range(chance.randint(1, 5)):
        places = _places(result)
        if not places:
            break
        container, key = chance.choice(places)
        how = chance.randrange(8)
        if how == 0:
            del container[key]
        elif how == 1:
            other, other_key = chance.choice(places)
            # A copy: a value in two places would be a loop when it is changed.
            container[key] = copy.deepcopy(other[other_key])
        elif how == 2 and isinstance(container, list):
            container.insert(key, copy.deepcopy(container[key]))
        elif how == 3 and isinstance(container[key], str):
            container[key] = mangled_bytes(container[key].encode(errors="replace"), chance).decode(
                errors="surrogateescape"
            )
        else:
            container[key] = copy.deepcopy(chance.choice(_NASTY))
    return result


def mangled_bytes(raw: bytes, chance: random.Random) -> bytes:
    """Return *raw* with a few pieces cut out, doubled, overwritten or put in."""
    data = bytearray(raw)
    for _ in range(chance.randint(1, 4)):
        start = chance.randint(0, len(data))
        end = min(len(data), start + chance.choice([0, 1, 1, 2, 8, 60, 1 << 20]))
        piece = bytes(data[start:end])
        bit = chance.choice(_BITS)
        data[start:end] = chance.choice([b"", piece * 2, bit, piece + bit, chance.randbytes(2)])
    return bytes(data)


def mangled_zip(raw: bytes, chance: random.Random) -> bytes:
    """Return a ZIP in which a few bytes are others, most of them in its headers."""
    data = bytearray(raw)
    headers = [match.start() for match in _ZIP_HEADERS.finditer(raw)]
    for _ in range(chance.randint(1, 4)):
        if headers and chance.random() < 0.8:
            at = chance.choice(headers) + chance.randrange(_ZIP_HEADER_BYTES)
        else:
            at = chance.randrange(len(data))
        if at < len(data):
            data[at] = chance.choice([0, 1, 0x7F, 0x80, 0xFF, chance.randrange(256)])
    if chance.random() < 0.1:
        del data[chance.randrange(len(data)) :]
    return bytes(data)


def _mangled_member(content: Json | bytes, chance: random.Random) -> Json | bytes:
    if isinstance(content, bytes):
        return mangled_bytes(content, chance)
    if chance.random() < 0.7:
        return mangled_value(content, chance)
    return mangled_bytes(_raw(content, chance), chance)


def _raw(content: Json | bytes, chance: random.Random) -> bytes:
    if isinstance(content, bytes):
        return content
    if chance.random() < 0.8:
        return json.dumps(content).encode()
    encoding = chance.choice(["utf-8", "utf-8-sig", "utf-16", "utf-16-be"])
    text = json.dumps(content, ensure_ascii=False, indent=chance.choice([None, 1]))
    return text.encode(encoding, errors="surrogatepass")


def _zipped(members: dict[str, Json | bytes], chance: random.Random) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", chance.choice([0, zipfile.ZIP_DEFLATED])) as archive:
        for path, content in members.items():
            archive.writestr(path, _raw(content, chance))
    return file.getvalue()


def _places(value: Json) -> list[tuple[Any, Any]]:
    """Return each (container, key) in *value*."""
    found: list[tuple[Any, Any]] = []
    waiting = [value]
    while waiting:
        inner = waiting.pop()
        if not isinstance(inner, list | dict):
            continue
        for key in range(len(inner)) if isinstance(inner, list) else list(inner):
            found.append((inner, key))
            waiting.append(inner[key])
    return found
