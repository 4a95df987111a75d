"""The states by which conversations are looked for: each set, not set, or whatever."""

from __future__ import annotations

from typing import NamedTuple


class States(NamedTuple):
    """What is asked of a conversation; None: whatever."""

    pinned: bool | None = None
    unread: bool | None = None
    tagged: bool | None = None  # the conversation, or a message of it
    starred: bool | None = None
    archived: bool | None = None
    missing: bool | None = None


def _has(mark: str) -> str:
    return f"""EXISTS (SELECT 1 FROM conversation_marks AS m
                        WHERE m.mark = '{mark}' AND m.value = 1 AND m.conversation_id = c.id)"""


# A condition on a conversation c that is not in the trash; its parameters are those of States.
# SQLite looks no further where whatever will do. A person's star counts more than a provider's.
IN_STATES = f"""
           c.deleted_at_ms IS NULL
       AND (:archived IS NULL OR c.is_archived = :archived)
       AND (:missing IS NULL OR c.is_missing = :missing)
       AND (:pinned IS NULL OR :pinned = {_has("pinned")})
       AND (:unread IS NULL OR :unread = {_has("unread")})
       AND (:tagged IS NULL
            OR :tagged = EXISTS (SELECT 1 FROM chat_tags AS t WHERE t.conversation_id = c.id))
       AND (:starred IS NULL
            OR :starred = coalesce((SELECT m.value FROM conversation_marks AS m
                                     WHERE m.conversation_id = c.id AND m.mark = 'starred'),
                                   c.is_starred))
"""
