"""What a message holds, as bits that a query can ask for.

Plain integers and no enum: an import asks for every message, and `IntFlag` costs more than
sealing does.
"""

from __future__ import annotations

from typing import Final

from privatus.core.conversation import Message, PartKind

HIDDEN: Final = 1
MISSING: Final = 2  # a later export of its source no longer held it
CODE: Final = 4
IMAGE: Final = 8
FILE: Final = 16
LINK: Final = 32
THINKING: Final = 64
AUDIO: Final = 128
TOOL: Final = 256
EDITED: Final = 512  # its words are a person's, and not those that its source said last
REMOVED: Final = 1024  # a person took it out: its row is there, without words
PURGED: Final = 4096  # a former revision whose words were taken out for good

# What the vault knows of a message; an import says the other bits.
OF_VAULT: Final = MISSING | EDITED | REMOVED | PURGED
# What a person made of it.
OF_PERSON: Final = EDITED | REMOVED

# The words after `has:` in a search.
SEARCHABLE: Final = {
    "code": CODE,
    "image": IMAGE,
    "file": FILE,
    "link": LINK,
    "thinking": THINKING,
    "audio": AUDIO,
    "tool": TOOL,
}

_OF_KIND: Final = {
    PartKind.CODE: CODE,
    PartKind.IMAGE: IMAGE,
    PartKind.FILE: FILE,
    PartKind.THINKING: THINKING,
    PartKind.AUDIO: AUDIO,
    PartKind.TOOL_CALL: TOOL,
    PartKind.TOOL_RESULT: TOOL,
}


def flags_of(message: Message) -> int:
    """Return the bits of *message*."""
    bits = HIDDEN if message.is_hidden else 0
    if message.is_missing_at_source:
        bits |= MISSING
    if message.is_edited:
        bits |= EDITED
    for part in message.parts:
        bits |= _OF_KIND.get(part.kind, 0)
        text = part.text
        # A single character is looked for ten times as fast, and most texts have none of them.
        if "`" in text and "```" in text:
            bits |= CODE
        if part.url or ("/" in text and ("http://" in text or "https://" in text)):
            bits |= LINK
    for attachment in message.attachments:
        kind = attachment.media_type or ""
        bits |= IMAGE if kind.startswith("image/") else AUDIO if kind.startswith("audio/") else FILE
    return bits
