"""File names that every system takes, made from titles that anyone may have written."""

from __future__ import annotations

import hashlib
import re
import unicodedata

from privatus.core.conversation import Conversation
from privatus.exporters.characters import encodable
from privatus.exporters.times import moment

# Room for an id and a suffix below the 255 bytes that file systems allow, and below the 143
# that encrypted home folders (eCryptfs) leave of them.
MAX_BYTES = 120
# Separators, what Windows forbids, and what ends a link in Obsidian.
_FORBIDDEN = re.compile(r'[/\\:*?"<>|#^\[\]]')
_RESERVED = re.compile(
    r"(?:con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])\s*(?:\.|$)", re.I
)
_SUFFIX = re.compile(r"\.[A-Za-z0-9]{1,10}\Z")


def safe_name(text: str, max_bytes: int = MAX_BYTES) -> str:
    """Return *text* as a file name: NFC, at most *max_bytes* of UTF-8; "" if nothing is left.

    Holds no separator, no control or direction character, no reserved name, no dot or space at
    either end.
    """
    # A title can have megabytes; four bytes a character is the most that can matter.
    text = unicodedata.normalize("NFC", encodable(text[: max_bytes * 4]))
    text = "".join(c if _is_shown(c) else " " for c in text)
    text = " ".join(_FORBIDDEN.sub(" ", text).split())
    text = _cut(text.strip(". "), max_bytes).strip(". ")
    return _cut("_" + text, max_bytes) if _RESERVED.match(text) else text


def safe_file_name(name: str, mark: str) -> str:
    """Return the name of a file with *mark* before its suffix: "photo 1a2b3c4d.png"."""
    suffix = _SUFFIX.search(name)
    ending = suffix.group() if suffix else ""
    stem = safe_name(name[: len(name) - len(ending)]) or "file"
    return f"{stem} {mark}{ending}"


def short_id(conversation: Conversation) -> str:
    """Return eight characters that tell this conversation from others, the same each time."""
    if conversation.id is not None:
        return conversation.id.hex[:8]
    known = "\0".join((conversation.source, conversation.account or "", conversation.external_id))
    return hashlib.sha256(known.encode(errors="replace")).hexdigest()[:8]


def folder_of(conversation: Conversation) -> str:
    """Return the folder that a conversation's own file goes to: "claude/2025"."""
    times = [conversation.created_at_ms, *(m.created_at_ms for m in conversation.messages[:1])]
    year = next((time.year for ms in times if (time := moment(ms))), None)
    return f"{safe_name(conversation.source, 40) or 'other'}/{year or 'undated'}"


class Names:
    """The paths that an export has given away, so that no two files meet.

    Two paths are one where a system does not tell capitals, or composed letters, apart.
    """

    def __init__(self) -> None:
        self._taken: set[str] = set()
        # Where the search for a free path goes on: all chats of an export may have one title.
        self._numbers: dict[str, int] = {}

    def claim(self, stem: str, suffix: str) -> str:
        """Return *stem* + *suffix*, with a number between them if that path is taken."""
        path = stem + suffix
        wanted = key = _key(path)
        number = self._numbers.get(wanted, 2)
        while key in self._taken:
            path, number = f"{stem} {number}{suffix}", number + 1
            key = _key(path)
        self._numbers[wanted] = number
        self._taken.add(key)
        return path

    def claim_page(self, conversation: Conversation, folder: str, suffix: str) -> str:
        """Return the path of a conversation's own file: "claude/2025/Title 1a2b3c4d.md"."""
        title = safe_name(conversation.title) or "Untitled"
        return self.claim(f"{folder}/{title} {short_id(conversation)}", suffix)


def _key(path: str) -> str:
    return unicodedata.normalize("NFC", path.casefold())


def _is_shown(char: str) -> bool:
    # Cc, Cf, Cs, Co, Cn: controls, direction marks, surrogates, private and unassigned. The
    # joiner is a Cf that belongs to emoji and to Persian and Indian words.
    return char == "\u200d" or not unicodedata.category(char).startswith("C")


def _cut(text: str, max_bytes: int) -> str:
    encoded = text.encode()
    if len(encoded) <= max_bytes:
        return text
    kept = encoded[:max_bytes].decode(errors="ignore")
    # An accent, or the rest of an emoji, must not lose the letter that it sits on.
    while kept and (
        unicodedata.combining(text[len(kept)]) or "\u200d" in text[len(kept) - 1 : len(kept) + 1]
    ):
        kept = kept[:-1]
    return kept
