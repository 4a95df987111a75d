"""When two messages say the same: who speaks, and what, whatever its spaces and capitals."""

from __future__ import annotations

import hashlib
import unicodedata
from typing import NamedTuple

from privatus.core.conversation import Message


class Likeness(NamedTuple):
    """What is equal for two messages that say the same; `weight`: in how many characters."""

    key: bytes
    weight: int


def normalised(text: str) -> str:
    """Return *text* without what two exports of the same words differ in."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def likeness(message: Message) -> Likeness | None:
    """Return what tells whether another message says the same; None: it says nothing.

    Files count by their names, and where there are no words by their contents' sizes, too:
    pictures are often all called the same.
    """
    text = normalised(message.text)
    if not text:
        text = normalised("\n".join(f"{p.kind} {p.name or ''} {p.text}" for p in message.parts))
        text = text if any(p.text for p in message.parts) else ""
    if not (text or message.attachments):
        return None
    files = sorted(
        file.name.casefold() + ("" if text else f" {file.size_bytes} {file.media_type}")
        for file in message.attachments
    )
    said = "\0".join((message.role.value, text, *files))
    digest = hashlib.blake2b(said.encode("utf-8", "replace"), digest_size=16).digest()
    return Likeness(digest, len(text) + sum(map(len, files)))
