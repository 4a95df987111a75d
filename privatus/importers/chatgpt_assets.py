"""Files of a ChatGPT export: from a pointer in a message to a name, a type and bytes.

No single table knows them all. A file is called by its id with its old name behind it, or
`<id>.dat` with its name in `conversation_asset_file_names.json` or `library_files.json`; many
pointers have no file in the export at all.
"""

from __future__ import annotations

from collections.abc import Mapping

from privatus.core.conversation import Attachment, Json
from privatus.core.errors import UnreadableInputError
from privatus.importers import json_stream, media_type, values
from privatus.importers.base import Notes
from privatus.importers.export import Export, Member

NAMES_FILE = "conversation_asset_file_names*.json"
LIBRARY_FILE = "library_files*.json"

_NO_RECORD: Mapping[str, Json] = {}
# What says nothing about the content.
_VAGUE_TYPES = ("", "application/octet-stream", "binary/octet-stream")


class Assets:
    """Finds the files of one export."""

    def __init__(self, export: Export, notes: Notes) -> None:
        self._by_name: dict[str, Member] = {}
        self._by_id: dict[str, Member] = {}
        self._names: dict[str, str] = {}
        self._library: dict[str, dict[str, Json]] = {}
        # By conversation and name.
        self._made: dict[tuple[str, str], str] = {}
        self.has_made_files = False
        self._unused: set[str] = set()
        for member in export.members:
            self._unused.add(member.path)
            self._by_name.setdefault(member.name, member)
            for id in _ids_in(member.name):
                self._by_id.setdefault(id, member)
        self._read_names(export, notes)
        self._read_library(export, notes)
        self.has_made_files = bool(self._made)

    def attachment(self, pointer: str, declared: Mapping[str, Json] = _NO_RECORD) -> Attachment:
        """Return the file that *pointer* means; *declared* is what its message says of it."""
        id = file_id(pointer)
        row = self._library.get(id, _NO_RECORD)
        member = self._found(id)
        if member is not None:
            self._unused.discard(member.path)
        name = (
            values.text(declared.get("name"))
            or values.text(row.get("file_name"))
            or self._names.get(id, "").rpartition("/")[2]
            or (_name_behind_id(member.name, id) if member is not None else "")
            or id
        )
        said = (
            values.text(declared.get("mime_type"))
            or values.text(declared.get("mimeType"))
            or values.text(row.get("mime_type"))
        )
        size = values.size_bytes(declared.get("size")) or values.size_bytes(
            declared.get("size_bytes")
        )
        return Attachment(
            name=name,
            media_type=_media_type(said, name, member),
            size_bytes=member.size_bytes if member is not None else size,
            external_id=id or None,
            metadata=_said_beside(declared, row),
            open=member.open if member is not None else None,
        )

    def holds(self, pointer: str) -> bool:
        """Say whether the export has the file that *pointer* means."""
        return self._found(file_id(pointer)) is not None

    def made_in(self, conversation_id: str, name: str) -> str | None:
        """Return the id of the file called *name* that was made in that conversation."""
        return self._made.get((conversation_id, name))

    def unused(self) -> set[str]:
        """Return the paths of the members that no message has asked for."""
        return self._unused

    def _found(self, id: str) -> Member | None:
        row = self._library.get(id, _NO_RECORD)
        return self._member(id) or self._member(values.text(row.get("file_id")))

    def _member(self, id: str) -> Member | None:
        if not id:
            return None
        if (member := self._by_id.get(id)) is not None:
            return member
        # The table of names may say where the file stands under its old name.
        return self._by_name.get(self._names.get(id, id).rpartition("/")[2])

    def _read_names(self, export: Export, notes: Notes) -> None:
        for member in export.find(NAMES_FILE):
            for key, name in values.mapping(load_or_note(member, notes)).items():
                self._names[key.removesuffix(".dat")] = values.text(name)

    def _read_library(self, export: Export, notes: Notes) -> None:
        for member in export.find(LIBRARY_FILE):
            for row in values.sequence(load_or_note(member, notes)):
                record = values.mapping(row)
                own = record.get("id")
                own_id = values.text(values.mapping(own).get("id") or own)
                id = values.text(record.get("file_id")) or own_id
                for key in filter(None, (own_id, id)):
                    self._library.setdefault(key, record)
                name = values.text(record.get("file_name"))
                for key in ("initiating_conversation_id", "origination_thread_id"):
                    if conversation_id := values.text(record.get(key)):
                        self._made.setdefault((conversation_id, name), id)


def file_id(pointer: str) -> str:
    """Return the id in `file-service://file-X`, `sediment://file_X#part` or a bare id."""
    return pointer.rpartition("://")[2].partition("#")[0].partition("?")[0]


def _ids_in(name: str) -> list[str]:
    """Return the ids under which a member of that name may be asked for."""
    stem = name.rpartition(".")[0] or name
    if name.startswith("file-"):
        # The id itself begins with "file-" and has no other dash: file-<id>-holiday.png
        return [stem, "-".join(stem.split("-", 2)[:2])]
    if name.startswith("file_"):
        return [stem, stem.partition("-")[0]]
    return [stem]


def _name_behind_id(name: str, id: str) -> str:
    behind = name.removeprefix(id)
    return behind[1:] if behind.startswith("-") and len(behind) > 1 else name


def _media_type(said: str, name: str, member: Member | None) -> str | None:
    if said not in _VAGUE_TYPES:
        return said
    by_name = media_type.of_name(name)
    if by_name is not None and by_name not in _VAGUE_TYPES:
        return by_name
    return media_type.sniff(member.head(media_type.SNIFFED_BYTES)) if member is not None else None


def _said_beside(declared: Mapping[str, Json], row: Mapping[str, Json]) -> dict[str, Json]:
    said = values.rest(declared, "id", "name", "size", "size_bytes", "mime_type", "mimeType")
    if row and (library := values.rest(row, "file_name", "file_id", "mime_type")):
        said["library"] = library
    return said


def load_or_note(member: Member, notes: Notes) -> Json:
    """Return the value of a small member; None, and a note, if it cannot be read."""
    try:
        return json_stream.load(member)
    except UnreadableInputError as error:
        notes.warn(member.path, str(error))
        return None
