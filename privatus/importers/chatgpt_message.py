"""One message of a ChatGPT conversation."""

from __future__ import annotations

from collections.abc import Mapping

from privatus.core.conversation import Attachment, Json, Message, Part, PartKind, Role
from privatus.importers import chatgpt_citations, chatgpt_pointers, values
from privatus.importers.base import Notes
from privatus.importers.chatgpt_parts import NOTHING, Draft, fill
from privatus.importers.chatgpt_reading import Reading

_ROLES = {role.value: role for role in Role}
_HIDDEN_TYPES = frozenset({"user_editable_context", "model_editable_context"})
_EVERYONE = "all"
_TEXT = PartKind.TEXT
# What the other fields of a message hold already.
_MESSAGE_FIELDS = frozenset({"id", "author", "create_time", "content", "metadata", "attachments"})
# Of contents whose parts have no place for more: what those parts say.
_CONTENT_FIELDS = {
    **dict.fromkeys(("text", "multimodal_text"), ("parts",)),
    "reasoning_recap": ("content",),
    "user_editable_context": ("user_profile", "user_instructions"),
    "system_error": ("name", "text"),
}
_METADATA_FIELDS = frozenset({"attachments", "is_visually_hidden_from_conversation"})
# What exports of before July 2026 say of nearly every message; later ones leave it out.
_USUAL: Mapping[str, Json] = {
    "status": "finished_successfully",
    "end_turn": True,
    "weight": 1,
    "recipient": _EVERYONE,
    "message_type": "next",
    "timestamp_": "absolute",
    "can_save": True,
}


def read_message(
    number: int,
    parent: int | None,
    external_id: str,
    raw: Mapping[str, Json],
    created_at_ms: int | None,
    conversation_id: str,
    reading: Reading,
) -> Message:
    """Return the message in *raw*."""
    # Written out for speed: this runs once a message, and most are nothing but one text.
    author = author if type(author := raw.get("author")) is dict else NOTHING
    metadata = metadata if type(metadata := raw.get("metadata")) is dict else NOTHING
    content = content if type(content := raw.get("content")) is dict else _as_parts(content)
    role = _role(raw, author, metadata, reading.notes)
    name = name if type(name := author.get("name")) is str and name else None
    plain = _plain_text(role, raw, content, metadata, reading)
    attachments: tuple[Attachment, ...] = ()
    parts: tuple[Part, ...] = ()
    if plain is not None:
        if plain:
            parts = (Part(kind=_TEXT, text=plain, data=NOTHING),)
    else:
        draft = Draft(role, name, _recipient(raw), metadata, conversation_id, reading)
        fill(draft, content, raw)
        parts, attachments = tuple(draft.parts), tuple(draft.attachments)
    model = metadata.get("model_slug") if role is Role.ASSISTANT else None
    return Message(
        number=number,
        parent=parent,
        role=role,
        external_id=external_id,
        parts=parts,
        created_at_ms=created_at_ms,
        author=name,
        model=model if type(model) is str and model else None,
        attachments=attachments,
        is_hidden=_is_hidden(raw, content, metadata) or (role is Role.SYSTEM and not parts),
        metadata=_metadata(role, raw, author, content, metadata, reading),
    )


def unread_message(
    number: int, parent: int | None, external_id: str, raw: Mapping[str, Json]
) -> Message:
    """Return a message that holds *raw* as it stands, for one that cannot be read."""
    return Message(
        number=number,
        parent=parent,
        role=Role.SYSTEM,
        external_id=external_id,
        parts=(Part(kind=PartKind.UNKNOWN, data=raw),),
    )


def _as_parts(content: Json) -> Mapping[str, Json]:
    """Return content as other programs write it, a text or a list of parts, in ChatGPT's shape."""
    if type(content) is str:
        return {"content_type": "text", "parts": [content]}
    return {"parts": content} if type(content) is list else NOTHING


def _role(
    raw: Mapping[str, Json],
    author: Mapping[str, Json],
    metadata: Mapping[str, Json],
    notes: Notes,
) -> Role:
    said = author.get("role") or raw.get("role")
    role = _ROLES.get(said) if type(said) is str else None
    if role is not None:
        return role
    notes.unknown[f"role {values.text(said) or 'missing'}"] += 1
    # Only answers name a model. What nobody is known to have said is put in nobody's mouth.
    return Role.ASSISTANT if metadata.get("model_slug") else Role.SYSTEM


def _recipient(raw: Mapping[str, Json]) -> str | None:
    """Return the tool that the message is for; None: it is for the person."""
    recipient = raw.get("recipient")
    return recipient if type(recipient) is str and recipient not in (_EVERYONE, "") else None


def _plain_text(
    role: Role,
    raw: Mapping[str, Json],
    content: Mapping[str, Json],
    metadata: Mapping[str, Json],
    reading: Reading,
) -> str | None:
    """Return the text of a message that is nothing but one text; None: there is more to it."""
    if (
        role is Role.TOOL
        or content.get("content_type") != "text"
        or "attachments" in metadata
        or "attachments" in raw
        or raw.get("recipient", _EVERYONE) != _EVERYONE
        or chatgpt_pointers.may_be(raw, metadata)
    ):
        return None
    texts = content.get("parts")
    if type(texts) is not list or len(texts) != 1:
        return None
    text = texts[0]
    if type(text) is not str:
        return None
    if role is Role.ASSISTANT and chatgpt_citations.has_marks(text):
        return None
    return None if reading.assets.has_made_files and "sandbox:/" in text else text


def _is_hidden(
    raw: Mapping[str, Json], content: Mapping[str, Json], metadata: Mapping[str, Json]
) -> bool:
    return (
        raw.get("weight") == 0
        or metadata.get("is_visually_hidden_from_conversation") is True
        or metadata.get("is_user_system_message") is True
        or metadata.get("is_visually_hidden_reasoning_group") is True
        or content.get("content_type") in _HIDDEN_TYPES
    )


def _beside_parts(content: Mapping[str, Json]) -> dict[str, Json]:
    """Return what a content says beside its type and what its parts hold."""
    kind = content.get("content_type")
    known = _CONTENT_FIELDS.get(kind) if type(kind) is str else None
    return {} if known is None else values.rest(content, "content_type", *known)


def _metadata(
    role: Role,
    raw: Mapping[str, Json],
    author: Mapping[str, Json],
    content: Mapping[str, Json],
    metadata: Mapping[str, Json],
    reading: Reading,
) -> dict[str, Json]:
    """Return what has no field of its own: the message's, its metadata's, its author's."""
    found = {
        key: value
        for record, known in ((raw, _MESSAGE_FIELDS), (metadata, _METADATA_FIELDS))
        for key, value in record.items()
        # Zero says something; False, which is everyone's default, and the empty ones do not.
        if (value or (value == 0 and value is not False))
        and key not in known
        and _USUAL.get(key) != value
    }
    if role is Role.ASSISTANT and type(found.get("model_slug")) is str:
        del found["model_slug"]
    # Most have a type and parts, and nothing else.
    if len(content) > 2 and (more := _beside_parts(content)):
        found["content"] = more
    if author.get("metadata"):
        found["author"] = author["metadata"]
    said = author.get("role")
    if said and (type(said) is not str or said not in _ROLES):
        found["role"] = said
    if reading.feedback:
        feedback = reading.feedback.get(values.text(raw.get("id")))
        if feedback:
            found["feedback"] = feedback
    return found
