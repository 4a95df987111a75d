"""Exports for tests: written as a file or a ZIP, and read back through an importer."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping
from pathlib import Path

from privatus.core.conversation import Conversation, Json, Kind, Part, PartKind
from privatus.importers.base import Importer, Notes
from privatus.importers.export import Export, open_export


def write_zip(path: Path, members: Mapping[str, Json | bytes]) -> Path:
    """Write a ZIP of *members*: bytes as they are, anything else as JSON."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            raw = content if isinstance(content, bytes) else json.dumps(content).encode()
            archive.writestr(name, raw)
    return path


def write_json(path: Path, value: Json) -> Path:
    path.write_text(json.dumps(value), encoding="utf-8")
    return path


def read_export(importer: Importer, path: Path) -> tuple[list[Conversation], Notes]:
    """Return all that *importer* finds in the export at *path*; attachments cannot be opened."""
    notes = Notes()
    with open_export(path) as export:
        return list(importer.read(export, notes)), notes


def chats(conversations: list[Conversation]) -> list[Conversation]:
    """Return the conversations that are chats, not documents."""
    return [conversation for conversation in conversations if conversation.kind is Kind.AI]


def says_something(parts: tuple[Part, ...]) -> bool:
    """Say whether a reader sees a text; a file's own text, a call or a thought is none."""
    shown = (PartKind.TEXT, PartKind.CODE, PartKind.ARTIFACT)
    return any(part.kind in shown and part.text.strip() for part in parts)


def paths(export: Export) -> list[str]:
    return [member.path for member in export.members]


def read_all(export: Export, path: str) -> bytes:
    member = export.get(path)
    assert member is not None
    with member.open() as stream:
        return stream.read()
