"""An account's export with files, and its export of a month later, by which it has grown.

Made by chance from a seed: the same seed gives the same bytes. Written as chatgpt.com does, which
holds all that an import can meet: files, branches, an account, chats that are gone.
"""

from __future__ import annotations

import json
import random
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from privatus.core.conversation import Json

_START_S = 1_730_000_000.0
_MONTH_S = 2_600_000.0
_WORDS = ("harbour", "violin", "granite", "meadow", "copper", "lantern", "orchard", "thimble")
# From here on a message's text lies in a table of its own.
_LONG_TEXT_WORDS = 4_000


@dataclass(frozen=True, slots=True, kw_only=True)
class GrownExport:
    """Two exports of one account; `later` lacks chats, has new ones, and changed some."""

    first: Path
    later: Path


def write_exports(
    folder: Path, *, conversations: int = 60, file_bytes: int = 40_000, seed: int = 1
) -> GrownExport:
    """Write both exports as ZIPs into *folder*.

    Every third chat has files, of up to *file_bytes* each.
    """
    chance = random.Random(seed)
    chats = [_Chat(number, chance) for number in range(conversations)]
    first = _write(folder / "first.zip", chats, file_bytes)
    for chat in chats[::3]:
        chat.grow(chance)
    later = chats[4:] + [_Chat(conversations + n, chance) for n in range(conversations // 6)]
    return GrownExport(first=first, later=_write(folder / "later.zip", later, file_bytes))


def word_of(number: int) -> str:
    """Return the word that only the chat of that number holds."""
    return "needle" + "".join(chr(ord("a") + int(digit)) for digit in f"{number:04d}")


class _Chat:
    """One chat, as its record grows."""

    def __init__(self, number: int, chance: random.Random) -> None:
        self.number = number
        self.files: dict[str, bytes] = {}
        self.at_s = _START_S + number * 86_400
        self.title = f"Chat {number} of the {chance.choice(_WORDS)}"
        self.nodes: list[dict[str, Json]] = []
        self.add("root", None, chance)
        parent = "root"
        for n in range(chance.randint(2, 9)):
            parent = self.add(f"{number}-{n}", parent, chance)
        if number % 4 == 0:
            self.add(f"{number}-again", f"{number}-0", chance)

    def add(self, key: str, parent: str | None, chance: random.Random) -> str:
        self.at_s += 30
        node: dict[str, Json] = {"id": key, "parent": parent, "children": [], "message": None}
        if parent is not None:
            node["message"] = self._message(key, chance)
        self.nodes.append(node)
        return key

    def grow(self, chance: random.Random) -> None:
        """Go on with the chat: a new name, an edited message and two more, one with a file."""
        self.at_s += _MONTH_S
        self.title += ", continued"
        edited = chance.choice(self.nodes[1:])
        edited["message"]["content"]["parts"][-1] += " and so it was put differently"
        last = self.nodes[-1]["id"]
        for n in range(2):
            last = self.add(f"{self.number}-later-{n}", last, chance)

    def record(self) -> dict[str, Json]:
        return {
            "conversation_id": f"{self.number:08x}-0000-4000-8000-000000000000",
            "title": self.title,
            "create_time": _START_S + self.number * 86_400,
            "update_time": self.at_s,
            "mapping": {node["id"]: node for node in self.nodes},
            "current_node": self.nodes[-1]["id"],
            "is_archived": self.number % 7 == 0,
        }

    def _message(self, key: str, chance: random.Random) -> dict[str, Json]:
        is_persons = chance.random() < 0.5
        count = _LONG_TEXT_WORDS if chance.random() < 0.03 else chance.randint(3, 60)
        said = " ".join([word_of(self.number), *chance.choices(_WORDS, k=count)])
        content: dict[str, Json] = {"content_type": "text", "parts": [said]}
        if self.number % 3 == 0 and chance.random() < 0.5:
            id = f"file-{self.number:04d}{len(self.files):04d}"
            self.files[id] = chance.randbytes(1 << 16)
            pointer = {"content_type": "image_asset_pointer", "asset_pointer": f"sediment://{id}"}
            content = {"content_type": "multimodal_text", "parts": [pointer, said]}
        return {
            "id": key,
            "author": {"role": "user" if is_persons else "assistant"},
            "create_time": self.at_s,
            "content": content,
            "metadata": {} if is_persons else {"model_slug": chance.choice(["gpt-4o", "o3"])},
        }


def _write(path: Path, chats: list[_Chat], file_bytes: int) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("user.json", json.dumps({"id": "user-1", "email": "a@example.org"}))
        archive.writestr("conversations.json", json.dumps([chat.record() for chat in chats]))
        for name, content in _files(chats, file_bytes):
            archive.writestr(name, content)
    return path


def _files(chats: list[_Chat], file_bytes: int) -> Iterator[tuple[str, bytes]]:
    for chat in chats:
        for id, content in chat.files.items():
            # Sizes from a few bytes to the limit, of which none is that of another.
            size = 1 + int.from_bytes(content[:2], "little") % file_bytes
            yield f"{id}-picture.png", (content * (size // len(content) + 1))[:size]
