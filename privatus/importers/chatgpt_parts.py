"""What ChatGPT's messages hold, by content type, as parts.

A type that is not known is kept whole in the part's data, with any text that it holds.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final

from privatus.core.conversation import Attachment, Json, Part, PartKind, Role
from privatus.importers import (
    chatgpt_canvas,
    chatgpt_citations,
    chatgpt_pointers,
    media_type,
    values,
)
from privatus.importers.chatgpt_assets import file_id
from privatus.importers.chatgpt_reading import Reading

NOTHING: Final[Mapping[str, Json]] = {}

# A link to a file that the code interpreter made.
_SANDBOX_LINK = re.compile(r"sandbox:/mnt/data/([^\s)\]\"'>]+)")
_TEXT_KEYS = frozenset({"text", "content", "result", "summary"})
_MAX_DEPTH = 20


class Draft:
    """One message's parts and attachments, while they are gathered."""

    __slots__ = (
        *("attachments", "conversation_id", "declared", "indexes", "metadata", "parts"),
        *("reading", "recipient", "role", "tool"),
    )

    def __init__(
        self,
        role: Role,
        tool: str | None,
        recipient: str | None,
        metadata: Mapping[str, Json],
        conversation_id: str,
        reading: Reading,
    ) -> None:
        self.role = role
        self.tool = tool  # who speaks, if it is a tool
        self.recipient = recipient  # the tool that is spoken to; None: the person
        self.metadata = metadata
        self.conversation_id = conversation_id
        self.reading = reading
        self.parts: list[Part] = []
        self.attachments: list[Attachment] = []
        # By the file's id: where its attachment is, and what the message says of it.
        self.indexes: dict[str, int] = {}
        self.declared: dict[str, Mapping[str, Json]] = {}

    def add(
        self,
        kind: PartKind,
        text: str = "",
        *,
        name: str | None = None,
        url: str | None = None,
        data: Mapping[str, Json] = NOTHING,
    ) -> None:
        """Add a part, unless there is nothing in it."""
        if text or name or url or data:
            self.parts.append(Part(kind=kind, text=text, name=name, url=url, data=data))

    def say(self, text: str) -> None:
        """Add what the message says, by whom it comes from and whom it goes to."""
        if not text:
            return
        if self.role is Role.TOOL:
            self.add(PartKind.TOOL_RESULT, text, name=self.tool)
        elif self.recipient is not None:
            self.call(self.recipient, text)
        else:
            self.add_resolved(PartKind.TEXT, text)

    def add_resolved(
        self,
        kind: PartKind,
        text: str,
        *,
        name: str | None = None,
        data: Mapping[str, Json] = NOTHING,
    ) -> None:
        """Add a part whose text, if it is an answer's, may hold citation marks."""
        if self.role is Role.ASSISTANT and chatgpt_citations.has_marks(text):
            resolved = chatgpt_citations.resolve(text, self.metadata)
            if resolved != text:
                data = {**data, "original": text}
                text = resolved
        self.add(kind, text, name=name, data=data)

    def call(self, tool: str, text: str, data: Mapping[str, Json] = NOTHING) -> None:
        """Add the call of a tool."""
        part = chatgpt_canvas.artifact(tool, text)
        self.parts.append(part or Part(kind=PartKind.TOOL_CALL, text=text, name=tool, data=data))

    def attach(self, pointer: str, said: Mapping[str, Json] = NOTHING) -> int:
        """Return the index of the attachment that *pointer* means; each file is there once."""
        id = file_id(pointer)
        index = self.indexes.get(id)
        if index is None:
            index = self.indexes[id] = len(self.attachments)
            declared = self.declared.get(id) or said
            self.attachments.append(self.reading.assets.attachment(pointer, declared))
        return index

    def show(
        self, kind: PartKind, pointer: Json, record: Mapping[str, Json], text: str = ""
    ) -> None:
        """Add a part for the file that *pointer* means."""
        data = values.rest(record, "content_type", "asset_pointer", "size_bytes")
        where = values.text(pointer)
        index = self.attach(where, {"size": record.get("size_bytes")}) if where else None
        name = self.attachments[index].name if index is not None else None
        self.parts.append(Part(kind=kind, text=text, name=name, attachment=index, data=data))


def fill(draft: Draft, content: Mapping[str, Json], message: Mapping[str, Json]) -> None:
    """Add the parts of *content*, and the files that the message names beside it."""
    has_files = "attachments" in draft.metadata or "attachments" in message
    files = _declared(draft, message) if has_files else ()
    content_type = content.get("content_type")
    read = _READERS.get(content_type) if type(content_type) is str else None
    if read is None and content_type is None and "parts" in content:
        read = _text
    if read is not None:
        read(draft, content)
    elif "asset_pointer" in content:
        _part(draft, content)
    elif content:
        draft.reading.notes.unknown[f"content_type {values.text(content_type) or 'missing'}"] += 1
        _unknown(draft, content)
    if "aggregate_result" in draft.metadata:
        _results_of_code(draft)
    for file in files:
        _attached(draft, file)
    for pointer in chatgpt_pointers.beside(message, draft.metadata):
        if draft.reading.assets.holds(pointer):
            _attached(draft, {"id": pointer})
    if draft.reading.assets.has_made_files:
        _made_files(draft)


def _declared(draft: Draft, message: Mapping[str, Json]) -> list[dict[str, Json]]:
    """Return the files that the message names, and let the draft know them by their ids."""
    files: list[dict[str, Json]] = []
    for holder in (draft.metadata, message):
        for file in values.sequence(holder.get("attachments")):
            if type(file) is dict and type(file.get("id")) is str:
                files.append(file)
                draft.declared.setdefault(file_id(file["id"]), file)
    return files


def _attached(draft: Draft, file: Mapping[str, Json]) -> None:
    if file_id(file["id"]) in draft.indexes:
        return
    index = draft.attach(file["id"], file)
    attachment = draft.attachments[index]
    kind = media_type.part_kind(attachment.media_type)
    draft.parts.append(Part(kind=kind, name=attachment.name, attachment=index))


def _made_files(draft: Draft) -> None:
    """Attach the files that the text links to in the code interpreter's folder."""
    for part in tuple(draft.parts):
        if "sandbox:/mnt/data/" not in part.text:
            continue
        for name in _SANDBOX_LINK.findall(part.text):
            id = draft.reading.assets.made_in(draft.conversation_id, name)
            if id is not None:
                _attached(draft, {"id": id, "name": name})


def _text(draft: Draft, content: Mapping[str, Json]) -> None:
    for part in values.sequence(content.get("parts")):
        if type(part) is str:
            draft.say(values.text(part))
        elif type(part) is dict:
            _part(draft, part)
    if "parts" not in content:
        draft.say(values.text(content.get("text")))


def _part(draft: Draft, part: Mapping[str, Json]) -> None:
    kind = part.get("content_type")
    pointer = part.get("asset_pointer")
    match kind:
        case "image_asset_pointer":
            draft.show(PartKind.IMAGE, pointer, part, _image_prompt(part))
        case "audio_transcription":
            text = values.text(part.get("text"))
            data = values.rest(part, "content_type", "text")
            draft.add_resolved(PartKind.AUDIO, text, data=data)
        case "audio_asset_pointer":
            draft.show(PartKind.AUDIO, pointer, part)
        case "video_container_asset_pointer":
            draft.show(PartKind.VIDEO, pointer, part)
        case "real_time_user_audio_video_asset_pointer":
            _live(draft, part)
        case "text" | None if type(part.get("text")) is str:
            draft.say(values.text(part["text"]))
        case _:
            draft.reading.notes.unknown[f"part {values.text(kind) or 'without content_type'}"] += 1
            _unknown(draft, part)


def _image_prompt(part: Mapping[str, Json]) -> str:
    made = values.mapping(values.mapping(part.get("metadata")).get("dalle"))
    return values.text(made.get("prompt"))


def _live(draft: Draft, part: Mapping[str, Json]) -> None:
    """Add what was recorded of a voice or video call."""
    nested = {
        "audio_asset_pointer": PartKind.AUDIO,
        "video_container_asset_pointer": PartKind.VIDEO,
    }
    # The audio's own part keeps what is said of the whole recording.
    data = values.rest(part, "content_type", "frames_asset_pointers", *nested)
    for key, kind in nested.items():
        value = part.get(key)
        record = values.mapping(value)
        pointer = record.get("asset_pointer") if record else value
        if pointer:
            draft.show(kind, pointer, {**record, **data})
    if data and not any(part.get(key) for key in nested):
        draft.add(PartKind.AUDIO, data=data)
    for frame in values.sequence(part.get("frames_asset_pointers")):
        record = values.mapping(frame)
        draft.show(PartKind.IMAGE, record.get("asset_pointer") if record else frame, record)


def _code(draft: Draft, content: Mapping[str, Json]) -> None:
    text = values.text(content.get("text"))
    language = values.text(content.get("language"))
    data = values.rest(content, "content_type", "text", "language")
    if draft.recipient is None:
        name = language if language != "unknown" else None
        draft.add(PartKind.CODE, text, name=name or None, data=data)
        return
    if language not in ("", "unknown"):
        data["language"] = language
    draft.call(draft.recipient, text, data)


def _thoughts(draft: Draft, content: Mapping[str, Json]) -> None:
    data: Mapping[str, Json] = values.rest(content, "content_type", "thoughts")
    for thought in values.sequence(content.get("thoughts")):
        record = values.mapping(thought)
        text = values.text(record.get("content")) or "".join(
            map(values.text, values.sequence(record.get("chunks")))
        )
        name = values.optional_text(record.get("summary"))
        more = values.rest(record, "content", "summary", "chunks", "finished")
        if text or name:
            draft.add_resolved(PartKind.THINKING, text, name=name, data={**data, **more})
            data = NOTHING


def _reasoning_recap(draft: Draft, content: Mapping[str, Json]) -> None:
    draft.add(PartKind.NOTICE, values.text(content.get("content")))


def _execution_output(draft: Draft, content: Mapping[str, Json]) -> None:
    data = values.rest(content, "content_type", "text")
    draft.add(PartKind.TOOL_RESULT, values.text(content.get("text")), name=draft.tool, data=data)


def _results_of_code(draft: Draft) -> None:
    """Add the images that code has drawn."""
    result = values.mapping(draft.metadata["aggregate_result"])
    for output in values.sequence(result.get("messages")):
        record = values.mapping(output)
        if record.get("message_type") == "image" and record.get("image_url"):
            draft.show(PartKind.IMAGE, record["image_url"], NOTHING)


def _browsing_display(draft: Draft, content: Mapping[str, Json]) -> None:
    text = values.text(content.get("result"))
    summary = values.text(content.get("summary"))
    data = values.rest(content, "content_type", "result", *(() if text else ("summary",)))
    draft.add(PartKind.TOOL_RESULT, text or summary, name=draft.tool, data=data)


def _quote(draft: Draft, content: Mapping[str, Json]) -> None:
    text = values.text(content.get("text"))
    draft.add(
        PartKind.QUOTE,
        text or values.text(content.get("snippet")),
        name=values.optional_text(content.get("title")),
        url=values.optional_text(content.get("url")),
        data=values.rest(
            content, "content_type", "text", "title", "url", *(() if text else ("snippet",))
        ),
    )


def _user_context(draft: Draft, content: Mapping[str, Json]) -> None:
    said = values.mapping(draft.metadata.get("user_context_message_data"))
    pairs = (("user_profile", "about_user_message"), ("user_instructions", "about_model_message"))
    for key, other in pairs:
        if text := values.text(content.get(key)) or values.text(said.get(other)):
            draft.add(PartKind.TEXT, text, name=key)


def _model_context(draft: Draft, content: Mapping[str, Json]) -> None:
    draft.add(
        PartKind.TEXT,
        values.text(content.get("model_set_context")),
        data=values.rest(content, "content_type", "model_set_context"),
    )


def _system_error(draft: Draft, content: Mapping[str, Json]) -> None:
    name = values.optional_text(content.get("name"))
    draft.add(PartKind.NOTICE, values.text(content.get("text")), name=name)


def _computer_output(draft: Draft, content: Mapping[str, Json]) -> None:
    state = values.mapping(content.get("state"))
    text = "\n".join(filter(None, (values.text(state.get(key)) for key in ("title", "url"))))
    data = values.rest(content, "content_type", "screenshot")
    draft.add(PartKind.TOOL_RESULT, text, name=draft.tool, data=data)
    screenshot = values.mapping(content.get("screenshot"))
    if screenshot:
        draft.show(PartKind.IMAGE, screenshot.get("asset_pointer"), screenshot)


def _citable_output(draft: Draft, content: Mapping[str, Json]) -> None:
    data = values.rest(content, "content_type", "output_str")
    text = values.text(content.get("output_str"))
    draft.add(PartKind.TOOL_RESULT, text, name=draft.tool, data=data)


def _aside(draft: Draft, content: Mapping[str, Json]) -> None:
    text = values.text(content.get("text")) or values.text(content.get("content"))
    data = values.rest(
        content, "content_type", *(("text",) if content.get("text") else ("content",))
    )
    draft.add(PartKind.THINKING, text, data=data)


def _unknown(draft: Draft, value: Mapping[str, Json]) -> None:
    found: list[str] = []
    _collect_text(value, found, 0)
    draft.add(PartKind.UNKNOWN, "\n\n".join(found), data=value)


def _collect_text(value: Json, found: list[str], depth: int) -> None:
    if depth > _MAX_DEPTH:
        return
    if type(value) is list:
        for item in value:
            if type(item) is not str:
                _collect_text(item, found, depth + 1)
            elif item:
                found.append(item)
        return
    for key, item in values.mapping(value).items():
        if type(item) is not str:
            _collect_text(item, found, depth + 1)
        elif key in _TEXT_KEYS and item:
            found.append(item)


_READERS: dict[str, Callable[[Draft, Mapping[str, Json]], None]] = {
    "text": _text,
    "multimodal_text": _text,
    "code": _code,
    "execution_output": _execution_output,
    "tether_quote": _quote,
    "sonic_webpage": _quote,
    "tether_browsing_display": _browsing_display,
    "thoughts": _thoughts,
    "reasoning_recap": _reasoning_recap,
    "user_editable_context": _user_context,
    "model_editable_context": _model_context,
    "system_error": _system_error,
    "computer_output": _computer_output,
    "citable_code_output": _citable_output,
    "analysis": _aside,
    "commentary": _aside,
    "super_widget": _unknown,
    "app_pairing_content": _unknown,
}
