"""What all conversations of one ChatGPT export share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from privatus.core.conversation import Json
from privatus.importers.base import Notes
from privatus.importers.chatgpt_assets import Assets


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One export while it is read."""

    notes: Notes
    assets: Assets
    account: str | None = None
    # What the person thought of answers: by message id, and by conversation with that id.
    feedback: Mapping[str, Json] = field(default_factory=dict)
    feedback_in: Mapping[str, list[tuple[str, Json]]] = field(default_factory=dict)
    shared: Mapping[str, list[Json]] = field(default_factory=dict)  # by conversation id
