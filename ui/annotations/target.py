"""Where the page of notes can be asked to go."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from ui.annotations.listed import Wish


@dataclass(frozen=True, slots=True, kw_only=True)
class NotesTarget:
    """The notes of one chat, or what was shown before, at a row of it."""

    chat: UUID | None = None
    wish: Wish | None = None
    row: int = -1
