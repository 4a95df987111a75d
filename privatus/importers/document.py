"""Reference material as a conversation: one message for each text or file, in a row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from privatus.core.conversation import Conversation, Json, Kind, Message, Role
from privatus.importers.content import Content
from privatus.importers.external_ids import ExternalIds


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One text or file of a document; `external_id` is unique within the document."""

    external_id: str
    role: Role
    content: Content
    created_at_ms: int | None = None


def document(
    *,
    source: str,
    external_id: str,
    title: str,
    sheets: Iterable[Sheet],
    account: str | None = None,
    project: str | None = None,
    created_at_ms: int | None = None,
    updated_at_ms: int | None = None,
    active: str | None = None,
    metadata: Mapping[str, Json],
) -> Conversation:
    """Return a conversation of kind document; *active* is the sheet shown last, else the last."""
    messages: list[Message] = []
    shown: int | None = None
    ids = ExternalIds()
    for sheet in sheets:
        messages.append(_message(sheet, len(messages) + 1, ids))
        if active is not None and sheet.external_id == active:
            shown = len(messages)
    return Conversation(
        kind=Kind.DOCUMENT,
        source=source,
        external_id=external_id,
        account=account,
        title=title,
        created_at_ms=created_at_ms,
        updated_at_ms=updated_at_ms,
        project=project,
        active=shown or len(messages) or None,
        messages=tuple(messages),
        metadata=metadata,
    )


def _message(sheet: Sheet, number: int, ids: ExternalIds) -> Message:
    return Message(
        number=number,
        # In a row, so that the active path holds them all.
        parent=number - 1 or None,
        role=sheet.role,
        external_id=ids.take(sheet.external_id),
        parts=tuple(sheet.content.parts),
        created_at_ms=sheet.created_at_ms,
        attachments=tuple(sheet.content.attachments),
        metadata=sheet.content.metadata,
    )
