"""The lines of vCards: unfolded, decoded, taken apart, and written again in the form of 4.0."""

from __future__ import annotations

import quopri
import re
from collections.abc import Iterator
from dataclasses import dataclass

# Privatus' own keys among those of a contact: 64 bytes, as PublicKeys has them.
KEYS_MEDIA_TYPE = "application/x-privatus-keys"
_MAX_LINE_BYTES = 4 * 1024 * 1024
_MAX_HEAD_CHARS = 4_000
_BREAK = re.compile(rb"\r\n|\n|\r")
_NAME = re.compile(r"(?:([A-Za-z0-9-]+)\.)?([A-Za-z0-9-]+)")
_PARAMETER = re.compile(r';([A-Za-z0-9-]+)(?:=((?:"[^"]*"|[^;:",]*)(?:,(?:"[^"]*"|[^;:",]*))*))?')
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_CARET = re.compile(r"\^([n^'])")
_CARETS = {"n": "\n", "^": "^", "'": '"'}
# What a parameter may have only in quotes, and what not even there.
_NEEDS_QUOTES = re.compile("[;:,]")
_ENCODINGS = frozenset({"BASE64", "B", "QUOTED-PRINTABLE", "8BIT", "7BIT"})
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Line:
    """One property: `parameters` in order, names in capitals; those of 2.1 without one are TYPE."""

    group: str
    name: str
    parameters: tuple[tuple[str, str], ...]
    value: str
    is_base64: bool = False

    def all(self, name: str) -> list[str]:
        """Return the values of a parameter; those in one pair of quotes are several, too."""
        found = (value for known, value in self.parameters if known == name)
        return [text for value in found for part in value.split(",") if (text := part.strip())]

    def written(self, value: str) -> str:
        """Return the line with *value*, as 4.0 writes it, not folded."""
        said = "".join(f";{name}={parameter(text)}" for name, text in self.parameters)
        return f"{f'{self.group}.' if self.group else ''}{self.name}{said}:{value}"


def lines_of(raw: bytes) -> Iterator[Line]:
    """Yield the properties of all cards; a line that is none is passed over."""
    for whole in _unfolded(_as_bytes(raw)):
        if (line := _line(whole)) is not None:
            yield line


def decoded(raw: bytes, charset: str = "") -> str:
    """Return *raw* as text: as UTF-8, else as *charset* or what Windows wrote."""
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return raw.decode("utf-16", "replace")
    for encoding in (charset, "utf-8"):
        try:
            return raw.decode(encoding) if encoding else raw.decode("utf-8")
        except (UnicodeDecodeError, LookupError):
            continue
    return raw.decode("cp1252", "replace")


def unescaped(text: str) -> str:
    """Return a value as it was before it was escaped."""
    return _ESCAPE.sub(lambda found: "\n" if found[1] in "nN" else found[1], text)


def escaped(text: str) -> str:
    """Return a text as it stands in a value."""
    plain = _CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    for sign in "\\,;":
        plain = plain.replace(sign, f"\\{sign}")
    return plain.replace("\n", "\\n")


def parameter(text: str) -> str:
    """Return a text as it stands in a parameter [RFC 6868]."""
    plain = text.replace("^", "^^").replace("\n", "^n").replace('"', "^'")
    plain = _CONTROLS.sub("", plain)
    return f'"{plain}"' if _NEEDS_QUOTES.search(plain) else plain


def split(value: str, sign: str) -> list[str]:
    """Return the parts of a value that *sign* stands between, still escaped."""
    parts: list[str] = []
    part: list[str] = []
    is_escaped = False
    for character in value:
        if character == sign and not is_escaped:
            parts.append("".join(part))
            part = []
            continue
        is_escaped = character == "\\" and not is_escaped
        part.append(character)
    return [*parts, "".join(part)]


def folded(line: str) -> str:
    """Return a line in pieces of at most 75 bytes, no character in two of them."""
    pieces: list[str] = []
    piece: list[str] = []
    room = 75
    for character in line:
        size = len(character.encode("utf-8", "replace"))
        if size > room:
            pieces.append("".join(piece))
            piece, room = [], 74
        piece.append(character)
        room -= size
    return "\r\n ".join([*pieces, "".join(piece)]) + "\r\n"


def _as_bytes(raw: bytes) -> bytes:
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return decoded(raw).encode("utf-8", "replace")
    return raw.removeprefix(b"\xef\xbb\xbf")


def _unfolded(raw: bytes) -> Iterator[bytes]:
    """Yield whole lines: joined before they are decoded, as a fold may part a character."""
    pieces: list[bytes] = []
    size, is_soft = 0, False
    for piece in _BREAK.split(raw):
        is_more = bool(pieces) and (piece[:1] in (b" ", b"\t") or is_soft)
        if not is_more:
            if pieces:
                yield b"".join(pieces)
            pieces, size = [piece], len(piece)
        elif (size := size + len(piece)) <= _MAX_LINE_BYTES:
            # Of quoted-printable, which has folds of its own, the sign goes and no space.
            if is_soft:
                pieces[-1] = pieces[-1][:-1]
            pieces.append(piece if is_soft else piece[1:])
        is_soft = piece.endswith(b"=") and b"QUOTED-PRINTABLE" in pieces[0][:200].upper()
    if pieces:
        yield b"".join(pieces)


def _line(raw: bytes) -> Line | None:
    head = decoded(raw[:_MAX_HEAD_CHARS])
    named = _NAME.match(head)
    if named is None:
        return None
    parameters, at = [], named.end()
    encoding = charset = ""
    while found := _PARAMETER.match(head, at):
        at = found.end()
        name, text = found[1].upper(), found[2]
        if text is None:
            name, text = ("ENCODING" if name in _ENCODINGS else "TYPE"), found[1]
        if name == "ENCODING":
            encoding = text.strip('"').upper()
        elif name == "CHARSET":
            charset = text.strip('"')
        else:
            parameters += [(name, value) for value in _values(text)]
    if head[at : at + 1] != ":":
        return None
    value = raw[len(head[: at + 1].encode("utf-8")) :]
    if encoding == "QUOTED-PRINTABLE":
        value = quopri.decodestring(value)
    text_value = decoded(value, charset)
    is_base64 = encoding in ("B", "BASE64")
    return Line(named[1] or "", named[2].upper(), tuple(parameters), text_value, is_base64)


def _values(text: str) -> list[str]:
    found = re.findall(r'"([^"]*)"|([^,]+)', text)
    values = (quoted or plain for quoted, plain in found)
    return [_CARET.sub(lambda caret: _CARETS[caret[1]], value) for value in values]
