"""A vault to search in by hand: small chats of several sources, years and scripts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from privatus.bootstrap import Vault
from privatus.core.conversation import Conversation
from support.chats import bring
from support.conversations import conversation, message

_TALKS: tuple[tuple[str, str, str, str, tuple[str, ...]], ...] = (
    ("Vault key rotation", "chatgpt", "gpt-5", "2026-05-12", (
        "How do I rotate the passphrase of an encrypted vault without re-encrypting 40 GB?",
        "Short answer: wrap the data key, do not re-encrypt the data. The vault has one random"
        " data-encryption key; your passphrase only unlocks a small key that wraps it.",
        "And what changes when the data key itself rotates?",
        "Three things change when the data key rotates: every page is written anew, the old key"
        " slot goes away, and the backups made before open with the former key only.",
    )),
    ("Docker volume backup", "claude", "claude-opus-4", "2026-04-28", (
        "How should I back up a Docker volume?",
        "Stop the container first, then tar the volume. Store the key away from the data, or the"
        " backup protects nothing.",
    )),
    ("Gartenplan für den Frühling", "mistral", "mistral-large", "2026-03-02", (
        "Welche Tomaten wachsen auf einem Balkon nach Norden?",
        "Kirschtomaten kommen mit wenig Sonne zurecht. Für größere Sorten braucht der Balkon"
        " mindestens sechs Stunden Sonne; der Schlüssel ist die Sorte, nicht der Dünger.",
    )),
    ("رحلة إلى مراكش", "gemini", "gemini-2.5-pro", "2026-02-14", (
        "ما هي أفضل الأماكن لزيارتها في مراكش؟",
        "ابدأ بساحة جامع الفنا في المساء، ثم زر حديقة ماجوريل في الصباح الباكر قبل الزحام."
        " المفتاح هو أن تمشي ببطء.",
    )),
    ("Piano practice plan", "claude", "claude-sonnet-4", "2025-11-11", (
        "Make me a practice plan for the piano.",
        "Ten minutes of scales, then the left hand alone. Change the key every day.",
    )),
)  # fmt: skip


def talks() -> tuple[Conversation, ...]:
    """Return five small chats, and one that is long enough to scroll through."""
    return (*(_talk(*each) for each in _TALKS), _long_talk())


def fill(vault: Vault) -> None:
    """Bring the chats into *vault*."""
    bring(vault, *talks())


def _talk(title: str, source: str, model: str, day: str, said: tuple[str, ...]) -> Conversation:
    start = datetime.fromisoformat(day).replace(tzinfo=UTC) + timedelta(hours=9)
    messages = (
        message(
            number,
            text,
            created_at_ms=int((start + timedelta(minutes=number)).timestamp() * 1000),
            model=model if number % 2 == 0 else None,
        )
        for number, text in enumerate(said, start=1)
    )
    return conversation(
        *messages,
        title=title,
        source=source,
        external_id=title,
        created_at_ms=int(start.timestamp() * 1000),
    )


def _long_talk() -> Conversation:
    said = tuple(
        f"Lighthouse number {n}: a lantern, {n} steps and a keeper." for n in range(1, 141)
    )
    return _talk("A walk along the coast", "chatgpt", "gpt-4o", "2025-06-01", said)
