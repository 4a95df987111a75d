"""Chats to search in: their messages are known by their external ids."""

from __future__ import annotations

from datetime import UTC, datetime

from privatus.core.conversation import Conversation, Kind, Part, PartKind, Role
from support.conversations import attachment, conversation, message


def at_ms(text: str) -> int:
    """Return an ISO time as unix milliseconds, UTC."""
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


def _part(kind: PartKind, text: str = "", **fields: str) -> Part:
    return Part(kind=kind, text=text, **fields)  # type: ignore[arg-type]


def archive() -> tuple[Conversation, ...]:
    """Return four conversations, between them with all that a search can ask for."""
    return _keys(), _garden(), _timeless(), _document()


def _keys() -> Conversation:
    return conversation(
        message(
            1, "How does key rotation work?", external_id="q1", created_at_ms=at_ms("2025-01-10")
        ),
        message(
            2,
            "Rotation of a key means: make a new key, wrap the old data",
            external_id="a1",
            created_at_ms=at_ms("2025-01-10T00:00:05"),
            model="claude-opus-4",
        ),
        message(
            3,
            external_id="q2",
            created_at_ms=at_ms("2025-02-01T12:00:00"),
            parts=(_part(PartKind.TEXT, "see the plan"),),
            attachments=(attachment("plan-rotation.pdf", b"x", media_type="application/pdf"),),
        ),
        message(
            4,
            external_id="a2",
            created_at_ms=at_ms("2025-02-01T23:59:59"),
            model="claude-sonnet-4",
            parts=(
                _part(PartKind.THINKING, "maybe entropy matters"),
                _part(PartKind.CODE, "import entropy", name="python"),
            ),
        ),
        external_id="keys",
        title="Garden keys",
        source="claude",
        project="Garden",
        is_starred=True,
        created_at_ms=at_ms("2025-01-10"),
    )


def _garden() -> Conversation:
    return conversation(
        message(1, "My garden needs water", external_id="g1", created_at_ms=at_ms("2024-06-01")),
        message(
            2,
            external_id="g2",
            created_at_ms=at_ms("2024-06-01T08:00:00"),
            model="gpt-4o",
            parts=(
                _part(PartKind.TEXT, "Look: https://example.org/water"),
                _part(PartKind.IMAGE, "a watering can"),
            ),
        ),
        message(
            3, "hidden gardener", external_id="g3", role=Role.SYSTEM, is_hidden=True,
            created_at_ms=at_ms("2024-06-02"),
        ),
        message(
            4,
            external_id="g4",
            role=Role.TOOL,
            created_at_ms=at_ms("2024-06-03"),
            parts=(_part(PartKind.TOOL_RESULT, "weather says rain", name="weather"),),
        ),
        external_id="garden",
        title="Watering",
        source="chatgpt",
        is_archived=True,
        created_at_ms=at_ms("2024-06-01"),
    )  # fmt: skip


def _timeless() -> Conversation:
    return conversation(
        message(1, "rotation without a time", external_id="t1"),
        message(2, parts=(_part(PartKind.AUDIO, "spoken rotation"),), external_id="t2"),
        external_id="timeless",
        title="No time",
        source="grok",
    )


def _document() -> Conversation:
    return conversation(
        message(1, "key facts of the garden", external_id="d1"),
        external_id="document",
        title="Garden",
        kind=Kind.DOCUMENT,
        project="Other",
    )
