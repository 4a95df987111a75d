"""Conversations written as Privatus' JSON, and read back."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from privatus.core.conversation import Conversation
from privatus.core.jobs import Job
from privatus.exporters.privatus_json import EXPORTER
from privatus.importers.base import Notes
from privatus.importers.export import open_export
from privatus.importers.privatus_json import IMPORTER
from support.conversations import contents


def write_json(conversations: Iterable[Conversation], folder: Path) -> bytes:
    """Export into *folder* and return the document."""
    EXPORTER.write(conversations, folder, Job())
    return (folder / "privatus-export.json").read_bytes()


def read_json(path: Path) -> tuple[list[Conversation], list[list[bytes | None]], Notes]:
    """Import *path*; return the conversations, the bytes of their attachments, and the notes."""
    notes = Notes()
    with open_export(path) as export:
        assert IMPORTER.recognises(export)
        found = list(IMPORTER.read(export, notes))
        return found, [contents(conversation) for conversation in found], notes
