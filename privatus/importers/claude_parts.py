"""The content of one Claude message: blocks, attachments and files become parts.

`text` beside the blocks is a flattening of them, without thinking, and with "not supported on
your current device" where a tool was used; it counts only where the blocks hold no text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from privatus.core.conversation import Attachment, Json, PartKind
from privatus.importers import artifact_tags, claude_artifacts, media_type, values
from privatus.importers.base import Notes
from privatus.importers.claude_artifacts import Replay
from privatus.importers.claude_tools import add_tool_result, add_tool_use
from privatus.importers.content import Content, leftover, text_attachment

# What `text` says in place of a block that it cannot flatten.
_PLACEHOLDER = re.compile(
    r"(?:```\s*)?(?:This block is not supported on your current device yet\."
    r"|Viewing artifacts created via the Analysis Tool[^\n`]*)(?:\s*```)?"
)
_READABLE = frozenset({PartKind.TEXT, PartKind.ARTIFACT, PartKind.AUDIO})


@dataclass(slots=True)
class Reading:
    """What reading one conversation carries from message to message."""

    notes: Notes
    replay: Replay = field(default_factory=Replay)


def read_content(message: Mapping[str, Json], reading: Reading) -> Content:
    """Return the parts and attachments of *message*."""
    content = Content()
    blocks = message.get("content")
    if isinstance(blocks, str):
        _add_text(blocks, content, message)
    else:
        failed = _failed_tools(blocks) if isinstance(blocks, list) and len(blocks) > 1 else ()
        for block in values.sequence(blocks):
            if isinstance(block, dict):
                _add_block(block, content, message, reading, failed)
            elif isinstance(block, str):
                _add_text(block, content, message)
    _add_flattened(message, content)
    if message.get("attachments"):
        _add_attachments(message, content)
    if message.get("files"):
        _add_files(message, content)
    return content


def _failed_tools(blocks: list[Json]) -> tuple[str, ...]:
    return tuple(
        values.text(block.get("tool_use_id"))
        for block in blocks
        if isinstance(block, dict) and block.get("type") == "tool_result" and block.get("is_error")
    )


def _add_block(
    block: dict[str, Json],
    content: Content,
    message: Mapping[str, Json],
    reading: Reading,
    failed: tuple[str, ...],
) -> None:
    kind = block.get("type")
    if kind == "text":
        _add_text(block.get("text"), content, message, block, reading)
    elif kind == "tool_use":
        add_tool_use(block, content, reading.replay, has_failed=block.get("id") in failed)
    elif kind == "tool_result":
        add_tool_result(block, content, reading.notes, reading.replay)
    elif kind == "token_budget":
        # What the model was told of its own limits: never shown, of no use to a reader.
        content.metadata.setdefault("token_budgets", []).append(leftover(block, "type"))
    elif simple := _SIMPLE.get(kind) if isinstance(kind, str) else None:
        simple(block, content)
    else:
        reading.notes.unknown[f"content block {values.text(kind) or '(no type)'}"] += 1
        content.add(PartKind.UNKNOWN, _any_text(block), name=values.optional_text(kind), data=block)


def _add_text(
    value: Json,
    content: Content,
    message: Mapping[str, Json],
    block: Mapping[str, Json] | None = None,
    reading: Reading | None = None,
) -> None:
    text = values.text(value)
    if not text.strip():
        return
    data: dict[str, Json] = {}
    if block is not None:
        data = leftover(block, "type", "text")
        _drop_repeated_times(data, message)
    if "<ant" in text and reading is not None and message.get("sender") != "human":
        _add_tagged(text, content, reading.replay, data)
    else:
        content.add(PartKind.TEXT, text, data=data)
    if "citations" in data:
        _add_sources(values.sequence(data["citations"]), content)


def _drop_repeated_times(data: dict[str, Json], message: Mapping[str, Json]) -> None:
    own = (message.get("created_at"), message.get("updated_at"))
    for key in ("start_timestamp", "stop_timestamp"):
        if key in data and data[key] in own:
            del data[key]


def _add_tagged(text: str, content: Content, replay: Replay, data: dict[str, Json]) -> None:
    for piece in artifact_tags.split(text, claude_artifacts.TAGS):
        if isinstance(piece, str):
            content.add(PartKind.TEXT, piece, data=data)
            # The block's data once, with its first text.
            data = {}
        elif piece.tag == "antThinking":
            content.add(PartKind.THINKING, piece.body)
        else:
            content.parts.append(replay.tagged(piece))


def _add_sources(citations: list[Json], content: Content) -> None:
    """Add each page once that the text before it cites; where it does stays in that text's data."""
    seen: set[str] = set()
    for citation in map(values.mapping, citations):
        details = values.mapping(citation.get("details"))
        url = values.text(citation.get("url")) or values.text(details.get("url"))
        title = values.text(citation.get("title")) or values.text(details.get("title"))
        if (url or title) and (url or title) not in seen:
            seen.add(url or title)
            content.add(PartKind.QUOTE, name=title or url, url=url or None)


def _add_flattened(message: Mapping[str, Json], content: Content) -> None:
    """Take `text` for the text if the blocks held none; keep it if it says something else."""
    text = values.text(message.get("text"))
    if not text:
        return
    parts = content.parts
    if len(parts) == 1 and parts[0].text == text:
        return
    rest = _PLACEHOLDER.sub("", text)
    squeezed = "".join(rest.split())
    if not squeezed or squeezed in "".join("".join(p.text.split()) for p in parts):
        return
    if not any(part.kind in _READABLE and part.text for part in parts):
        content.add(PartKind.TEXT, rest.strip("\n"))
    elif "<ant" not in text:
        content.metadata["text"] = text


def _add_thinking(block: dict[str, Json], content: Content) -> None:
    summaries = [
        values.text(s.get("summary") if isinstance(s, dict) else s)
        for s in values.sequence(block.get("summaries"))
    ]
    text = values.text(block.get("thinking")) or values.text(block.get("text"))
    # The last summary is the one that stays on the screen.
    name = next((s for s in reversed(summaries) if s), None)
    data = leftover(
        block, "type", "thinking", "text", *(("summaries",) if len(summaries) < 2 else ())
    )
    if text or name or data:
        content.add(PartKind.THINKING, text, name=name, data=data)


def _add_redacted(block: dict[str, Json], content: Content) -> None:
    content.add(PartKind.THINKING, name="redacted by the provider", data=leftover(block, "type"))


def _add_voice(block: dict[str, Json], content: Content) -> None:
    text = values.text(block.get("text")) or values.text(block.get("transcript"))
    content.add(
        PartKind.AUDIO,
        text,
        name=values.optional_text(block.get("title")),
        data=leftover(block, "type", "title", "text" if block.get("text") else "transcript"),
    )


def _add_flag(block: dict[str, Json], content: Content) -> None:
    flag = values.text(block.get("flag"))
    content.add(
        PartKind.NOTICE, f"flagged: {flag}" if flag else "flagged", data=leftover(block, "type")
    )


def _add_injected(block: dict[str, Json], content: Content) -> None:
    # Anthropic's words, not the person's: a reminder of the style or of the rules.
    content.add(
        PartKind.NOTICE,
        values.text(block.get("prompt")) or values.text(block.get("text")),
        name="added by the provider",
        data=leftover(block, "type", "prompt"),
    )


_SIMPLE: Mapping[str, Callable[[dict[str, Json], Content], None]] = {
    "thinking": _add_thinking,
    "redacted_thinking": _add_redacted,
    "voice_note": _add_voice,
    "flag": _add_flag,
    "injected_prompt_block": _add_injected,
}


def _any_text(block: Mapping[str, Json]) -> str:
    """Return what a block of an unknown type says: its texts, but not its ids."""
    skipped = ("type", "id", "uuid", "start_timestamp", "stop_timestamp")
    found = [values.text(v) for k, v in block.items() if k not in skipped and isinstance(v, str)]
    return "\n\n".join(text for text in found if text)


def _add_attachments(message: Mapping[str, Json], content: Content) -> None:
    """Add what Claude read as text; the text of a text file is the file itself."""
    for record in map(values.mapping, values.sequence(message["attachments"])):
        if not record:
            continue
        text = values.text(record.get("extracted_content"))
        name = values.text(record.get("file_name"))
        stated = values.text(record.get("file_type"))
        of_type = stated if "/" in stated else media_type.of_name(name or f"x.{stated or 'txt'}")
        more = leftover(
            record, "file_name", "file_type", "file_size", "extracted_content", "id", "uuid"
        )
        external_id = values.optional_text(record.get("id") or record.get("uuid"))
        if text and media_type.is_text(of_type):
            attachment = text_attachment(
                name or "pasted text",
                text,
                of_type=of_type,
                external_id=external_id,
                metadata=more,
            )
        else:
            attachment = Attachment(
                name=name or "unnamed file",
                media_type=of_type,
                size_bytes=values.size_bytes(record.get("file_size")),
                external_id=external_id,
                metadata=more,
            )
        content.attach(attachment, text=text, kind=PartKind.FILE)


def _add_files(message: Mapping[str, Json], content: Content) -> None:
    """Add files that the export names but does not hold; a name that was read as text is there."""
    there = {attachment.name for attachment in content.attachments}
    for record in map(values.mapping, values.sequence(message["files"])):
        name = values.text(record.get("file_name"))
        if not record or (name and name in there and not record.get("file_uuid")):
            continue
        of_type = media_type.of_name(name)
        kind = values.text(record.get("file_kind"))
        attachment = Attachment(
            name=name or "unnamed file",
            media_type=of_type,
            size_bytes=values.size_bytes(record.get("size_bytes")),
            external_id=values.optional_text(record.get("file_uuid") or record.get("uuid")),
            metadata=leftover(record, "file_name", "file_uuid", "uuid", "size_bytes"),
        )
        content.attach(attachment, kind=PartKind.IMAGE if kind == "image" else None)
