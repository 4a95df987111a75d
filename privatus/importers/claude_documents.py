"""What Claude's export holds beside chats: projects with their files, and memories."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from privatus.core.conversation import Attachment, Conversation, Json, PartKind, Role
from privatus.importers import media_type, values
from privatus.importers.content import Content, leftover, text_attachment
from privatus.importers.document import Sheet, document

SOURCE = "claude"


def is_project(record: Mapping[str, Json]) -> bool:
    """Say whether *record* is a project."""
    return "name" in record and not record.keys().isdisjoint(
        ("docs", "prompt_template", "is_starter_project")
    )


def read_project(record: Mapping[str, Json], account: str | None) -> Conversation:
    """Return a project: its description, its instructions, then each of its files."""
    creator = values.mapping(record.get("creator"))
    title = values.text(record.get("name"))
    return document(
        source=SOURCE,
        external_id=values.optional_text(record.get("uuid"))
        or values.stable_id(SOURCE, "project", title, values.text(record.get("created_at"))),
        account=account or values.optional_text(creator.get("uuid")),
        title=title,
        project=title or None,
        created_at_ms=values.time_ms(record.get("created_at")),
        updated_at_ms=values.time_ms(record.get("updated_at")),
        sheets=_project_sheets(record),
        metadata={
            "document": "project",
            **leftover(
                record,
                *("uuid", "name", "description", "prompt_template", "docs"),
                *("created_at", "updated_at"),
            ),
        },
    )


def _project_sheets(record: Mapping[str, Json]) -> Iterator[Sheet]:
    if description := values.text(record.get("description")):
        yield _text_sheet("description", Role.USER, description)
    if instructions := values.text(record.get("prompt_template")):
        yield _text_sheet("instructions", Role.SYSTEM, instructions)
    for doc in map(values.mapping, values.sequence(record.get("docs"))):
        if doc:
            yield _doc_sheet(doc)


def _doc_sheet(doc: Mapping[str, Json]) -> Sheet:
    name = values.text(doc.get("filename")) or values.text(doc.get("file_name")) or "unnamed file"
    external_id = values.optional_text(doc.get("uuid"))
    return Sheet(
        external_id=external_id or values.stable_id("doc", name),
        role=Role.USER,
        content=_file(name, values.text(doc.get("content")), leftover(doc, *_DOC_FIELDS)),
        created_at_ms=values.time_ms(doc.get("created_at")),
    )


_DOC_FIELDS = ("uuid", "filename", "file_name", "content", "created_at")


def is_memory(record: Mapping[str, Json]) -> bool:
    """Say whether *record* is what Claude remembers of an account."""
    return not record.keys().isdisjoint(
        ("conversations_memory", "project_memories", "memory_files")
    )


def read_memory(record: Mapping[str, Json], account: str | None) -> Conversation:
    """Return what Claude remembers: of all chats, of each project, and since 2026 as files."""
    account = values.optional_text(record.get("account_uuid")) or account
    sheets = list(_memory_sheets(record))
    return document(
        source=SOURCE,
        external_id=values.stable_id(SOURCE, "memory", account or ""),
        account=account,
        title="Memory",
        updated_at_ms=max(filter(None, (sheet.created_at_ms for sheet in sheets)), default=None),
        sheets=sheets,
        metadata={
            "document": "memory",
            **leftover(
                record,
                *("account_uuid", "conversations_memory", "project_memories", "memory_files"),
            ),
        },
    )


def _memory_sheets(record: Mapping[str, Json]) -> Iterator[Sheet]:
    if text := values.text(record.get("conversations_memory")):
        yield _text_sheet("conversations_memory", Role.ASSISTANT, text)
    for project, memory in values.mapping(record.get("project_memories")).items():
        if text := values.text(memory):
            yield _text_sheet(project, Role.ASSISTANT, text, project=project)
    for file in map(values.mapping, values.sequence(record.get("memory_files"))):
        if not file:
            continue
        path = values.text(file.get("path")) or "unnamed file"
        yield Sheet(
            external_id=path,
            role=Role.ASSISTANT,
            content=_file(
                path, values.text(file.get("content")), leftover(file, "path", "content")
            ),
            created_at_ms=values.time_ms(file.get("updated_at")),
        )


def _text_sheet(external_id: str, role: Role, text: str, *, project: str | None = None) -> Sheet:
    content = Content()
    content.add(PartKind.TEXT, text)
    if project is not None:
        content.metadata["project_uuid"] = project
    return Sheet(external_id=external_id, role=role, content=content)


def _file(name: str, text: str, metadata: Mapping[str, Json]) -> Content:
    """Return a file of which the export holds the text, which is the file if that is a text."""
    content = Content()
    of_type = media_type.of_name(name)
    if text and (of_type is None or media_type.is_text(of_type)):
        attachment = text_attachment(name, text, of_type=of_type, metadata=metadata)
    else:
        attachment = Attachment(name=name, media_type=of_type, metadata=metadata)
    content.attach(attachment, text=text, kind=PartKind.FILE)
    return content
