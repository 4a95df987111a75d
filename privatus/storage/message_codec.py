"""How a message is encoded before it is sealed.

content = size of details:4 (little endian) | details | words

details:   0 | JSON object, or empty
           1 | external id as UUID:16 | JSON object, or empty
words:     "T" | UTF-8                  one plain text part, as most messages are
           "P" | JSON list of parts

object:    {"x": external id, "a": author, "m": metadata, "s": what the source said, in hex}
           "s" stands last; it is there only where a person edited or removed the message
part:      {"k": kind, "t": text, "n": name, "u": url, "a": attachment, "d": data}

In one value, because a second one would cost a frame, a tag and an encryption of its own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import msgspec

from privatus.core.conversation import Message, Part, PartKind
from privatus.core.errors import TamperedError

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder().decode
# No text ends so: its quotes are escaped, and no other value of the object is named "s".
_SAID = re.compile(rb'([{,])"s":"([0-9a-f]{32})"}\Z')


def _encode_words(parts: tuple[Part, ...]) -> bytes:
    """Return the parts of a message as bytes."""
    if len(parts) == 1:
        part = parts[0]
        # An empty name or address is not the same as none: JSON gives back the one that it got.
        has_more = (part.name, part.url, part.attachment) != (None, None, None)
        if part.kind is PartKind.TEXT and not (part.data or has_more):
            return b"T" + part.text.encode("utf-8", "replace")
    return b"P" + _encode([_part_to_json(part) for part in parts])


def decode_words(content: bytes) -> tuple[Part, ...]:
    """Return the parts of a message.

    Raises:
        TamperedError: this version does not know the encoding.
    """
    words = content[4 + int.from_bytes(content[:4], "little") :]
    if words[:1] == b"T":
        return (Part(kind=PartKind.TEXT, text=words[1:].decode("utf-8")),)
    if words[:1] == b"P":
        return tuple(_part_from_json(value) for value in _decode(words[1:]))
    raise TamperedError("a message has an encoding that this version does not know")


def _part_to_json(part: Part) -> dict[str, Any]:
    value: dict[str, Any] = {"k": part.kind.value}
    if part.text:
        value["t"] = part.text
    if part.name is not None:
        value["n"] = part.name
    if part.url is not None:
        value["u"] = part.url
    if part.attachment is not None:
        value["a"] = part.attachment
    if part.data:
        value["d"] = part.data
    return value


def _part_from_json(value: dict[str, Any]) -> Part:
    return Part(
        kind=PartKind(value["k"]),
        text=value.get("t", ""),
        name=value.get("n"),
        url=value.get("u"),
        attachment=value.get("a"),
        data=value.get("d", {}),
    )


def encode_message(message: Message) -> bytes:
    """Return words and details of a message as bytes."""
    details = _encode_details(message.external_id, message.author, message.metadata)
    return _joined(details, _encode_words(message.parts))


def with_parts(content: bytes, parts: tuple[Part, ...]) -> bytes:
    """Return *content* with other words."""
    return _joined(_details(content), _encode_words(parts))


def _encode_details(external_id: str, author: str | None, metadata: Mapping[str, Any]) -> bytes:
    rest: dict[str, Any] = {}
    prefix = _uuid_prefix(external_id)
    if prefix is None:
        prefix, rest["x"] = b"\x00", external_id
    if author:
        rest["a"] = author
    if metadata:
        rest["m"] = metadata
    return prefix + _encode(rest) if rest else prefix


def said_digest(content: bytes) -> bytes | None:
    """Return what tells what the source last said of an edited message; None: nothing does."""
    found = _SAID.search(_details(content))
    return None if found is None else bytes.fromhex(found[2].decode())


def with_said(content: bytes, digest: bytes | None) -> bytes:
    """Return *content* with *digest* as what `said_digest` returns."""
    words = content[4 + int.from_bytes(content[:4], "little") :]
    return _joined(_details_with(content, digest), words)


def without_words(content: bytes, digest: bytes | None = None) -> bytes:
    """Return what is left of a message that a person removes: whose it is, and nothing said."""
    external_id, _, _ = decode_details(content)
    bare = _joined(_encode_details(external_id, None, {}), b"T")
    return with_said(bare, digest)


def _joined(details: bytes, words: bytes) -> bytes:
    return len(details).to_bytes(4, "little") + details + words


def _details(content: bytes) -> bytes:
    return content[4 : 4 + int.from_bytes(content[:4], "little")]


def _details_with(content: bytes, digest: bytes | None) -> bytes:
    details = _details(content)
    if found := _SAID.search(details):
        # All of the object if nothing else is in it.
        details = details[: found.start()] + (b"}" if found[1] == b"," else b"")
    if digest is None:
        return details
    said = b'"s":"' + digest.hex().encode() + b'"}'
    is_object = len(details) > (17 if details[:1] == b"\x01" else 1)
    return details[:-1] + b"," + said if is_object else details + b"{" + said


def _uuid_prefix(text: str) -> bytes | None:
    """Return the short form of an id that is a UUID as `uuid` writes it, else None."""
    if len(text) != 36 or text[14] not in "12345678" or text[8] != "-":
        return None
    try:
        value = bytes.fromhex(text.replace("-", ""))
    except ValueError:
        return None
    if len(value) != 16 or _uuid_text(value) != text:
        return None
    return b"\x01" + value


def _uuid_text(value: bytes) -> str:
    text = value.hex()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def decode_details(content: bytes) -> tuple[str, str | None, dict[str, Any]]:
    """Return a message's external id, author and metadata.

    Raises:
        TamperedError: this version does not know the encoding.
    """
    details = _details(content)
    if details[:1] == b"\x01":
        external_id, rest = str(UUID(bytes=details[1:17])), details[17:]
    elif details[:1] == b"\x00":
        external_id, rest = "", details[1:]
    else:
        raise TamperedError("a message's details have an encoding that this version does not know")
    value = _decode(rest) if rest else {}
    return value.get("x", external_id), value.get("a"), value.get("m", {})
