"""What Claude's tools were asked, and what came back."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import replace

from privatus.core.conversation import Attachment, Json, PartKind
from privatus.importers import media_type, values
from privatus.importers.base import Notes
from privatus.importers.claude_artifacts import Replay
from privatus.importers.content import (
    Content,
    base64_bytes,
    leftover,
    readable_json,
    text_attachment,
)


def add_tool_use(
    block: Mapping[str, Json], content: Content, replay: Replay, *, has_failed: bool
) -> None:
    """Add the version of a document that the call made, or else the call itself."""
    tool = values.text(block.get("name"))
    arguments = block.get("input")
    more = leftover(block, "type", "name", "input")
    artifact = None
    if isinstance(arguments, dict) and not has_failed:
        artifact = replay.called(tool, arguments)
    if artifact is None:
        content.add(PartKind.TOOL_CALL, readable_json(arguments), name=tool or None, data=more)
    else:
        # The artifact has an id of its own; this one is what the tool's answer names.
        if call_id := more.pop("id", None):
            more["tool_use_id"] = call_id
        content.parts.append(replace(artifact, data={**more, "tool": tool, **artifact.data}))


def add_tool_result(
    block: Mapping[str, Json], content: Content, notes: Notes, replay: Replay
) -> None:
    """Add what the tool said, and then the pages, pictures and files that it gave."""
    result = block.get("content")
    if isinstance(result, dict):
        result = [result]
    items = [values.mapping(item) for item in values.sequence(result)]
    texts = [values.text(item.get("text")) for item in items if item.get("type") == "text"]
    said = values.text(result) or "\n\n".join(filter(None, texts))
    message = values.text(block.get("message"))
    known = ("type", "name", "content", "message")
    data = leftover(block, *(known if not said or not message else known[:3]))
    texts_say = [leftover(i, "type", "text", "uuid") for i in items if i.get("type") == "text"]
    if any(texts_say):
        data["items"] = texts_say
    for item in values.sequence(result):
        if isinstance(item, str):
            said = f"{said}\n\n{item}" if said else item
    content.add(
        PartKind.TOOL_RESULT,
        said or message,
        name=values.optional_text(block.get("name")),
        data=data,
    )
    for item in items:
        if item and item.get("type") != "text":
            _add_item(item, content, notes, replay)


def _add_item(item: Mapping[str, Json], content: Content, notes: Notes, replay: Replay) -> None:
    match item.get("type"):
        case "knowledge":
            _add_page(item, content)
        case "image":
            content.attach(_image(item), kind=PartKind.IMAGE)
        case "image_gallery":
            content.add(PartKind.IMAGE, data=dict(item))
        case "local_resource":
            content.attach(_resource(item, replay))
        case other:
            notes.unknown[f"tool result item {values.text(other) or '(no type)'}"] += 1
            content.add(PartKind.UNKNOWN, values.text(item.get("text")), data=dict(item))


def _add_page(item: Mapping[str, Json], content: Content) -> None:
    title, url = values.text(item.get("title")), values.optional_text(item.get("url"))
    content.add(
        PartKind.QUOTE,
        values.text(item.get("text")),
        name=title or url,
        url=url,
        data=leftover(item, "type", "title", "url", "text"),
    )


def _image(item: Mapping[str, Json]) -> Attachment:
    source = values.mapping(item.get("source"))
    raw = base64_bytes(source.get("data"))
    stated = values.optional_text(source.get("media_type"))
    return Attachment(
        name=values.text(item.get("file_name")) or values.text(item.get("title")) or "image",
        media_type=stated or (media_type.sniff(raw) if raw else None) or "image/png",
        size_bytes=len(raw) if raw else None,
        external_id=values.optional_text(item.get("file_uuid") or item.get("uuid")),
        metadata=leftover(
            item, "type", "file_uuid", "uuid", "file_name", *(("source",) if raw else ())
        ),
        open=(lambda: io.BytesIO(raw)) if raw else None,
    )


def _resource(item: Mapping[str, Json], replay: Replay) -> Attachment:
    """Return a file that Claude gave; its bytes are there if it was written in this chat."""
    path = values.text(item.get("file_path"))
    name = values.text(item.get("name")) or path.rpartition("/")[2] or "unnamed file"
    stated = values.optional_text(item.get("mime_type"))
    external_id = values.optional_text(item.get("uuid"))
    more = leftover(item, "type", "name", "mime_type", "uuid")
    if written := replay.get(path):
        return text_attachment(
            name, written.body, of_type=stated, external_id=external_id, metadata=more
        )
    return Attachment(
        name=name,
        media_type=stated or media_type.of_name(name),
        external_id=external_id,
        metadata=more,
    )
