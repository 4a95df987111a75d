"""What one chunk of an AI Studio prompt holds.

A chunk says its text twice: whole in `text`, and in pieces, as they were streamed, in `parts`.
The pieces know what was a thought. They are used where they say the same as the whole; where
they do not (an edited chunk), the whole is what AI Studio shows, and the pieces are kept beside.
"""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Mapping
from typing import BinaryIO

from privatus.core.conversation import Attachment, Json, PartKind
from privatus.importers import media_type, values
from privatus.importers.base import Notes
from privatus.importers.content import Content, leftover, readable_json

_BASE64 = re.compile(r"[A-Za-z0-9+/]*={0,2}")
_URL_SAFE = str.maketrans("-_", "+/", " \t\r\n")
_DRIVE_KINDS = {
    "driveImage": PartKind.IMAGE,
    "driveAudio": PartKind.AUDIO,
    "driveVideo": PartKind.VIDEO,
}
_TEXT_FIELDS = ("text", "thought", "thoughtSignature")
_CODE_FIELDS = ("executableCode", "codeExecutionResult", "functionCall", "functionResponse")
_CHUNK_FIELDS = ("role", "text", "parts", "isThought", "youtubeVideo", "errorMessage")


def said_by(record: Mapping[str, Json]) -> str:
    """Return the text of a chunk or an instruction, wherever it stands."""
    pieces = [
        values.text(values.mapping(p).get("text")) for p in values.sequence(record.get("parts"))
    ]
    return values.text(record.get("text")) or "\n".join(piece for piece in pieces if piece)


def add_chunk(content: Content, chunk: Mapping[str, Json], notes: Notes) -> dict[str, Json]:
    """Add what the chunk holds to *content*; return its fields that are no content."""
    parts = [values.mapping(part) for part in values.sequence(chunk.get("parts"))]
    _add_text(content, chunk, parts, notes)
    rest = leftover(chunk, *_CHUNK_FIELDS)
    pasted = {_data(part.get("inlineData")) for part in parts}
    for name, value in list(rest.items()):
        inner = values.mapping(value)
        if name in _CODE_FIELDS:
            _add_code(content, {name: value}, notes)
        elif _data(inner):
            if _data(inner) not in pasted:
                _add_inline(content, inner, notes)
        elif name.startswith("drive") and values.text(inner.get("id")):
            _add_drive(content, name, inner)
        else:
            continue
        del rest[name]
    _add_video(content, values.mapping(chunk.get("youtubeVideo")))
    if error := values.text(chunk.get("errorMessage")):
        content.add(PartKind.NOTICE, error)
    if grounding := values.mapping(rest.pop("grounding", None)):
        _add_sources(content, grounding)
        if other := leftover(grounding, "groundingSources"):
            rest["grounding"] = other
    return rest


def _add_text(
    content: Content, chunk: Mapping[str, Json], parts: list[dict[str, Json]], notes: Notes
) -> None:
    text = values.text(chunk.get("text"))
    is_thought = chunk.get("isThought") is True
    pieces = [values.text(part.get("text")) for part in parts]
    answer = [p for p, part in zip(pieces, parts, strict=True) if not _is_thought(part)]
    if not text or _bare(text) in (_bare("".join(answer)), _bare("".join(pieces))):
        _add_parts(content, parts, notes, is_thought=is_thought)
        return
    # They say something else. Thoughts are told apart from an answer, not from a thought.
    thoughts = [part for part in parts if _is_thought(part) and not is_thought]
    others = [part for part in parts if leftover(part, *_TEXT_FIELDS)]
    beside = [p for p in (pieces if is_thought else answer) if p.strip()]
    _add_parts(content, thoughts, notes, is_thought=False)
    data: dict[str, Json] = {"parts": beside} if beside else {}
    content.add(PartKind.THINKING if is_thought else PartKind.TEXT, text, data=data)
    _add_parts(content, [leftover(part, *_TEXT_FIELDS) for part in others], notes, is_thought=False)


def _is_thought(part: Mapping[str, Json]) -> bool:
    return part.get("thought") is True


def _bare(text: str) -> str:
    return "".join(text.split())


def _add_parts(
    content: Content, parts: list[dict[str, Json]], notes: Notes, *, is_thought: bool
) -> None:
    """Add parts in their order; what was streamed in pieces becomes one text again."""
    pieces: list[str] = []
    kind = PartKind.TEXT
    data: dict[str, Json] = {}
    for part in [*parts, {}]:
        text = values.text(part.get("text"))
        now = PartKind.THINKING if is_thought or _is_thought(part) else PartKind.TEXT
        if pieces and (now is not kind or not text):
            content.add(kind, "".join(pieces), data=data)
            pieces, data = [], {}
        if text:
            kind = now
            pieces.append(text)
        if signature := part.get("thoughtSignature"):
            data = {**data, "thoughtSignature": signature}
        if other := leftover(part, *_TEXT_FIELDS):
            if pieces:
                content.add(kind, "".join(pieces), data=data)
                pieces, data = [], {}
            _add_part(content, other, notes)


def _add_part(content: Content, part: dict[str, Json], notes: Notes) -> None:
    file = values.mapping(part.get("fileData"))
    if _data(part.get("inlineData")):
        _add_inline(content, values.mapping(part["inlineData"]), notes)
    elif file:
        uri = values.text(file.get("fileUri"))
        content.attach(
            Attachment(
                name=uri.rpartition("/")[2] or "file",
                media_type=values.optional_text(file.get("mimeType")),
                external_id=uri or None,
                metadata=leftover(file, "mimeType"),
            )
        )
    elif not _add_code(content, part, notes):
        notes.unknown[f"part {' '.join(sorted(part))[:40]}"] += 1
        content.add(PartKind.UNKNOWN, data=part)


def _add_code(content: Content, part: Mapping[str, Json], notes: Notes) -> bool:
    """Add code that was run, what came of it, or a call; say if it was one of these."""
    code = values.mapping(part.get("executableCode"))
    result = values.mapping(part.get("codeExecutionResult"))
    call = values.mapping(part.get("functionCall"))
    response = values.mapping(part.get("functionResponse"))
    if code:
        content.add(
            PartKind.CODE,
            values.text(code.get("code")),
            name=values.text(code.get("language")).lower() or None,
            data=leftover(code, "code", "language"),
        )
    if result:
        content.add(
            PartKind.TOOL_RESULT,
            values.text(result.get("output")),
            name="code execution",
            data=leftover(result, "output"),
        )
    for kind, value, key in (
        (PartKind.TOOL_CALL, call, "args"),
        (PartKind.TOOL_RESULT, response, "response"),
    ):
        if value:
            content.add(
                kind,
                readable_json(value.get(key)),
                name=values.optional_text(value.get("name")),
                data=leftover(value, "name", key),
            )
    return bool(code or result or call or response)


def _data(value: Json) -> str:
    """Return the base64 that an inline file holds, "" if it is none."""
    inner = values.mapping(value)
    data = inner.get("data")
    return data if isinstance(data, str) and "mimeType" in inner else ""


def _add_inline(content: Content, inner: Mapping[str, Json], notes: Notes) -> None:
    data = _data(inner)
    of_type = values.optional_text(inner.get("mimeType"))
    # Checked here, decoded when the bytes are wanted: it can be tens of megabytes.
    if not _is_base64(data):
        data = data.translate(_URL_SAFE)
        data += "=" * (-len(data) % 4)
    is_whole = _is_base64(data)
    metadata = leftover(inner, "data", "mimeType", "name", "fileName")
    if not is_whole:
        notes.unknown["file that is no base64"] += 1
        metadata["data"] = inner["data"]
    name = values.text(inner.get("name")) or values.text(inner.get("fileName"))
    kind = media_type.part_kind(of_type)
    content.attach(
        Attachment(
            name=name or kind.value + _suffix(of_type or ""),
            media_type=of_type,
            size_bytes=len(data) // 4 * 3 - data[-2:].count("=") if is_whole else None,
            metadata=metadata,
            open=(lambda: _decoded(data)) if is_whole else None,
        )
    )


def _suffix(of_type: str) -> str:
    """Return ".png" for "image/png": what fits a file's name, else nothing."""
    subtype = of_type.rpartition("/")[2].lower()
    return f".{subtype}" if subtype == "jpeg" or (subtype.isalnum() and len(subtype) < 5) else ""


def _is_base64(data: str) -> bool:
    return len(data) % 4 == 0 and _BASE64.fullmatch(data) is not None


def _decoded(data: str) -> BinaryIO:
    return io.BytesIO(base64.b64decode(data))


def _add_drive(content: Content, name: str, inner: Mapping[str, Json]) -> None:
    drive_id = values.text(inner.get("id"))
    content.attach(
        Attachment(
            name=values.text(inner.get("name")) or drive_id,
            media_type=values.optional_text(inner.get("mimeType")),
            external_id=drive_id,
            metadata={"kind": name, **leftover(inner, "id", "name", "mimeType")},
        ),
        kind=_DRIVE_KINDS.get(name, PartKind.FILE),
    )


def _add_video(content: Content, video: Mapping[str, Json]) -> None:
    if video:
        video_id = values.text(video.get("id"))
        url = f"https://www.youtube.com/watch?v={video_id}" if video_id else None
        content.add(PartKind.VIDEO, url=url, data=leftover(video, "id"))


def _add_sources(content: Content, grounding: Mapping[str, Json]) -> None:
    for source in map(values.mapping, values.sequence(grounding.get("groundingSources"))):
        content.add(
            PartKind.QUOTE,
            name=values.optional_text(source.get("title")),
            url=values.optional_text(source.get("uri")),
            data=leftover(source, "title", "uri"),
        )
