"""People as places to go to."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

# What the page "contacts" takes to show the person's own card.
OWN = "own-card"


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactTarget:
    """What the page "contacts" takes to show a contact."""

    contact_id: int


@dataclass(frozen=True, slots=True)
class ContactFiles:
    """What the page "contacts" takes to look into files."""

    paths: tuple[Path, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonTarget:
    """What the page "chats" takes to list the chats in which somebody takes part."""

    name: str
