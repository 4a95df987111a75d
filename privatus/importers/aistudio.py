"""Google AI Studio: prompts as it saves them in Drive, one JSON file each, without a suffix.

    {runSettings, systemInstruction, chunkedPrompt: {chunks: [...], pendingInputs: [...]}}

A chunk is a message or a thought. Files from Drive are named by their id only; files that were
pasted are there as base64. A prompt has no id, and often no time but that of its file.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from functools import partial

from privatus.core.conversation import Conversation, Json, Message, Part, PartKind, Role
from privatus.core.errors import UnreadableInputError
from privatus.importers import json_stream, records, titles, values
from privatus.importers.aistudio_parts import add_chunk, said_by
from privatus.importers.base import Notes
from privatus.importers.content import Content, leftover
from privatus.importers.export import Export, Member
from privatus.importers.external_ids import ExternalIds

_SOURCE = "aistudio"
_OURS = ("chunkedPrompt", "runSettings", "imagenPrompt")
_OURS_KEY = records.key(*_OURS)
_ROLES = {"user": Role.USER, "model": Role.ASSISTANT, "system": Role.SYSTEM}
_FILE_SUFFIXES = (".json", ".txt", ".prompt")
_FIELDS = ("id", "title", "displayName", "create_time", "update_time", "systemInstruction")
# Fields of a chunk that are kept as metadata; others that are kept so are counted as unknown.
_CHUNK_METADATA = frozenset(
    {"thinkingBudget", "tokenCount", "finishReason", "branchParent", "branchChildren", "grounding"}
    | {"isEdited", "isGeneratedUsingApiKey", "safetyRatings", "citations", "createTime"}
)


class AIStudioImporter:
    """Reads prompts of Google AI Studio."""

    source = _SOURCE
    label = "Google AI Studio"

    def recognises(self, export: Export) -> bool:
        # In a whole Drive, the prompts have a folder of their own.
        likely = sorted(export.members, key=lambda member: "AI Studio" not in member.path)
        return any(_is_prompt(member) for member in likely[: records.MAX_HEADS])

    def account(self, export: Export) -> str | None:
        return None

    def is_whole_account(self, export: Export) -> bool:
        # Prompts live among the files of a Drive, from which people pick.
        return False

    def read(self, export: Export, notes: Notes) -> Iterator[Conversation]:
        """Yield the prompts; see `Importer.read`."""
        ids, seen = ExternalIds(), set[tuple[str, bytes]]()
        alike = Counter((member.name, member.size_bytes) for member in export.members)
        for member in export.members:
            if not _is_prompt(member):
                notes.ignored["file that is no prompt"] += 1
                continue
            if alike[member.name, member.size_bytes] > 1 and _is_there(member, seen):
                notes.ignored["prompt that is there twice"] += 1
                continue
            read = partial(_conversation, member=member, ids=ids, notes=notes)
            found = json_stream.items(member, notes)
            yield from records.conversations(found, read, notes)


def _is_prompt(member: Member) -> bool:
    head = member.head()
    return head.lstrip()[:1] in (b"{", b"[") and _OURS_KEY.search(head) is not None


def _is_there(member: Member, seen: set[tuple[str, bytes]]) -> bool:
    """Say whether the same file came before: two downloads of one folder, perhaps."""
    digest = hashlib.sha256()
    with suppress(UnreadableInputError), member.open() as stream:
        while block := stream.read(1 << 20):
            digest.update(block)
        file = member.name, digest.digest()
        if file in seen:
            return True
        seen.add(file)
    return False


def _conversation(
    record: dict[str, Json], where: str, *, member: Member, ids: ExternalIds, notes: Notes
) -> Conversation | None:
    prompt = values.mapping(record.get("chunkedPrompt"))
    if not any(name in record for name in _OURS):
        notes.skip(where, "it is no prompt of AI Studio")
        return None
    model = values.text(values.mapping(record.get("runSettings")).get("model"))
    model = model.removeprefix("models/")
    messages = list(_other_prompts(record, 0, notes))
    chunks = values.sequence(prompt.get("chunks"))
    for chunk in chunks:
        messages.append(_message(len(messages) + 1, chunk, model, notes))
    messages = _with_instruction(record.get("systemInstruction"), messages)
    if not any(not message.is_hidden for message in messages):
        notes.warn(where, "the conversation holds no messages")
    title = _title(record, member)
    times = [m.created_at_ms for m in messages if m.created_at_ms is not None]
    created = values.time_ms(record.get("create_time")) or min(times, default=None)
    updated = values.time_ms(record.get("update_time")) or max(times, default=None)
    metadata = leftover(record, *_FIELDS, *(n for n in record if n.endswith("Prompt")))
    metadata.update(leftover(prompt, "chunks", "pendingInputs"))
    if drafts := [d for d in values.sequence(prompt.get("pendingInputs")) if _says_something(d)]:
        metadata["pendingInputs"] = drafts
    if created is None and member.modified_at_ms is not None:
        metadata["time_from"] = "file"
    return Conversation(
        source=_SOURCE,
        external_id=ids.take(values.text(record.get("id")) or _made_up_id(title, chunks)),
        title=title or titles.from_messages(messages),
        created_at_ms=created or member.modified_at_ms,
        updated_at_ms=updated or member.modified_at_ms,
        model=model or None,
        active=len(messages) or None,
        messages=tuple(messages),
        metadata=metadata,
    )


def _title(record: Mapping[str, Json], member: Member) -> str:
    title = values.text(record.get("title")) or values.text(record.get("displayName"))
    if title:
        return title
    name = member.name
    for suffix in _FILE_SUFFIXES:
        name = name.removesuffix(suffix)
    return name


def _made_up_id(title: str, chunks: list[Json]) -> str:
    """Return an id of what stays when the prompt goes on: its name and how it begins."""
    first = values.mapping(chunks[0]) if chunks else {}
    return values.stable_id(_SOURCE, title, values.text(first.get("createTime")), said_by(first))


def _says_something(draft: Json) -> bool:
    return bool(leftover(values.mapping(draft), "role"))


def _with_instruction(instruction: Json, messages: list[Message]) -> list[Message]:
    """Return *messages* with the system instruction before the words of the first.

    It is no message of the prompt, so it makes one only where there is no other.
    """
    text = values.text(instruction) or said_by(values.mapping(instruction))
    if not text:
        return messages
    part = Part(
        kind=PartKind.NOTICE,
        name="System instruction",
        text=text,
        data=leftover(values.mapping(instruction), "parts", "text", "role"),
    )
    if messages:
        return [replace(messages[0], parts=(part, *messages[0].parts)), *messages[1:]]
    return [
        Message(
            number=1,
            parent=None,
            role=Role.SYSTEM,
            external_id="system",
            parts=(part,),
            is_hidden=True,
        )
    ]


def _other_prompts(record: Mapping[str, Json], before: int, notes: Notes) -> Iterator[Message]:
    """Yield prompts of other sorts (for images, or older ones) as they stand there."""
    names = (n for n in record if n.endswith("Prompt") and values.mapping(record[n]))
    found = [name for name in names if name != "chunkedPrompt"]
    for number, name in enumerate(found, before + 1):
        notes.unknown[f"prompt {name[:40]}"] += 1
        inner = record[name]
        texts = (values.text(inner.get(key)) for key in ("text", "prompt", "input"))
        text = next(filter(None, texts), "")
        yield Message(
            number=number,
            parent=number - 1 or None,
            role=Role.USER,
            external_id=name,
            parts=(Part(kind=PartKind.UNKNOWN, text=text, name=name, data=inner),),
        )


def _message(number: int, raw: Json, model: str, notes: Notes) -> Message:
    chunk = values.mapping(raw)
    content = Content()
    rest = add_chunk(content, chunk, notes)
    if not chunk:
        content.add(PartKind.UNKNOWN, values.text(raw), data={"chunk": raw})
        notes.unknown["chunk without fields"] += 1
    for name in rest:
        if name not in _CHUNK_METADATA:
            notes.unknown[f"chunk field {name[:40]}"] += 1
    named = values.text(chunk.get("role"))
    role = _ROLES.get(named)
    if role is None:
        notes.unknown[f"role {named[:40] or '(none)'}"] += 1
        role = Role.ASSISTANT
    created_at_ms = values.time_ms(chunk.get("createTime"))
    if created_at_ms is not None:
        rest.pop("createTime", None)
    return Message(
        number=number,
        parent=number - 1 or None,
        role=role,
        external_id=f"#{number}",
        parts=tuple(content.parts),
        created_at_ms=created_at_ms,
        model=(model or None) if role is Role.ASSISTANT else None,
        attachments=tuple(content.attachments),
        metadata=rest,
    )


IMPORTER = AIStudioImporter()
