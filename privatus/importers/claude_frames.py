"""Claude's artifacts of 2026, which come as folders of their own.

artifacts/<id>/artifact.json          versions, active_version, owner_account, kind
artifacts/<id>/versions/<version>/…   the files of one version
artifacts/<id>/comments.json, artifact_comments.json
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from privatus.core.conversation import Attachment, Conversation, Json, PartKind, Role
from privatus.core.errors import UnreadableInputError
from privatus.importers import json_stream, media_type, values
from privatus.importers.base import Notes
from privatus.importers.content import Content, leftover
from privatus.importers.document import Sheet, document
from privatus.importers.export import Member

SOURCE = "claude"
_FOLDER = re.compile(r"(.*?(?:^|/)artifacts/([^/]+))/(.+)", re.DOTALL)
_VERSION = re.compile(r"versions/([^/]+)/(.+)", re.DOTALL)
# A text of this size is a book; a larger one is data, and stays an attachment only.
_MAX_TEXT_BYTES = 2 * 2**20


def folders(members: Iterable[Member]) -> dict[str, list[Member]]:
    """Return the members of each artifact's folder, by the folder's path."""
    found: dict[str, list[Member]] = {}
    for member in members:
        if place := _FOLDER.fullmatch(member.path):
            found.setdefault(place[1], []).append(member)
    return {path: all_ for path, all_ in found.items() if _manifest(all_) is not None}


def read_artifact(path: str, members: list[Member], notes: Notes) -> Conversation:
    """Return one artifact, a message for each version."""
    manifest = _manifest(members)
    record = values.mapping(_load(manifest, notes)) if manifest is not None else {}
    artifact_id = path.rpartition("/")[2]
    versions = _versions(members)
    listed = [_listed(value) for value in values.sequence(record.get("versions"))]
    details = {name: more for name, more in listed if name}
    # The listed ones in their order, then what lies there without being listed.
    names = [*details, *(name for name in versions if name not in details)]
    active = _listed(record.get("active_version"))[0]
    title = values.text(record.get("title")) or values.text(record.get("name"))
    return document(
        source=SOURCE,
        external_id=artifact_id,
        account=values.optional_text(record.get("owner_account"))
        or values.optional_text(values.mapping(record.get("owner_account")).get("uuid")),
        title=title or _title(details.get(active, {})) or artifact_id,
        created_at_ms=values.time_ms(record.get("created_at")),
        updated_at_ms=values.time_ms(record.get("updated_at")),
        sheets=[_sheet(name, details.get(name, {}), versions.get(name, [])) for name in names],
        active=active,
        metadata={
            "document": "artifact",
            **leftover(
                record,
                *("versions", "active_version", "owner_account", "title", "name"),
                *("created_at", "updated_at"),
            ),
            **dict(_comments(members, notes)),
        },
    )


def _manifest(members: list[Member]) -> Member | None:
    return next((m for m in members if _inside(m) == "artifact.json"), None)


def _inside(member: Member) -> str:
    place = _FOLDER.fullmatch(member.path)
    return place[3] if place else ""


def _load(member: Member, notes: Notes) -> Json:
    try:
        return json_stream.load(member)
    except UnreadableInputError as error:
        notes.skip(member.path, str(error))
        return None


def _versions(members: list[Member]) -> dict[str, list[Member]]:
    found: dict[str, list[Member]] = {}
    for member in members:
        if place := _VERSION.fullmatch(_inside(member)):
            found.setdefault(place[1], []).append(member)
    return found


def _listed(value: Json) -> tuple[str, Mapping[str, Json]]:
    """Return the id of a version, which is listed by its id or by a record, and the record."""
    if not isinstance(value, dict):
        return values.text(value), {}
    for key in ("id", "uuid", "version_id", "version_uuid", "version"):
        if name := values.text(value.get(key)):
            return name, value
    return "", value


def _title(details: Mapping[str, Json]) -> str:
    return values.text(details.get("title")) or values.text(details.get("name"))


def _sheet(name: str, details: Mapping[str, Json], files: list[Member]) -> Sheet:
    content = Content()
    for member in files:
        _add_file(member, content)
    content.metadata.update(leftover(details, "id", "uuid", "created_at"))
    return Sheet(
        external_id=name,
        role=Role.ASSISTANT,
        content=content,
        created_at_ms=values.time_ms(details.get("created_at")),
    )


def _add_file(member: Member, content: Content) -> None:
    place = _VERSION.fullmatch(_inside(member))
    name = place[2] if place else member.name
    named = media_type.of_name(name)
    sniffed = media_type.sniff(member.head(media_type.SNIFFED_BYTES))
    of_type = named if named and (sniffed in (None, "text/plain")) else sniffed or named
    attachment = Attachment(
        name=name, media_type=of_type, size_bytes=member.size_bytes, open=member.open
    )
    text = ""
    if sniffed is not None and media_type.is_text(sniffed) and member.size_bytes <= _MAX_TEXT_BYTES:
        text = member.head(_MAX_TEXT_BYTES).decode("utf-8", "replace")
    content.attach(attachment, text=text, kind=PartKind.ARTIFACT if text else None)


def _comments(members: list[Member], notes: Notes) -> Iterator[tuple[str, Json]]:
    for name in ("comments.json", "artifact_comments.json"):
        member = next((m for m in members if _inside(m) == name), None)
        if member is not None and (comments := _load(member, notes)):
            yield name.removesuffix(".json"), comments
