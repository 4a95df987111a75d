"""The states by which conversations are looked for: each set, not set, or whatever."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from privatus.core import flags
from privatus.core.marks import Mark, Shelf
from privatus.storage.lists import listed


class States(NamedTuple):
    """What is asked of a conversation; None: whatever."""

    pinned: bool | None = None
    unread: bool | None = None
    tagged: bool | None = None  # the conversation, or a message of it
    starred: bool | None = None
    archived: bool | None = None  # by the person, or by its provider
    missing: bool | None = None
    put_away: bool | None = None  # archived by the person
    merged: bool | None = False
    trashed: bool | None = False
    annotated: bool | None = None  # the conversation, or a message of it
    folders: str | None = None  # in one of these: a list of row ids, as JSON

    def within(self, folder_ids: Sequence[int]) -> States:
        """Return the same, of what is in one of these folders."""
        return self._replace(folders=listed(folder_ids))

    def on(self, shelf: Shelf) -> States:
        """Return the same, of what stands on *shelf*.

        Who asks for what is archived finds what was put away among the chats, too.
        """
        match shelf:
            case Shelf.CHATS:
                put_away = None if self.archived else False
                return self._replace(put_away=put_away, merged=False, trashed=False)
            case Shelf.ARCHIVE:
                return self._replace(put_away=True, merged=False, trashed=False)
            case Shelf.MERGED:
                return self._replace(put_away=None, merged=True, trashed=False)
            case Shelf.TRASH:
                return self._replace(put_away=None, merged=None, trashed=True)


def _has(mark: Mark) -> str:
    return f"""EXISTS (SELECT 1 FROM conversation_marks AS m
                        WHERE m.mark = '{mark}' AND m.value = 1 AND m.conversation_id = c.id)"""


def _said(mark: Mark, otherwise: str) -> str:
    return f"""coalesce((SELECT m.value FROM conversation_marks AS m
                          WHERE m.conversation_id = c.id AND m.mark = '{mark}'), {otherwise})"""


def _among(mark: Mark) -> str:
    """Return what holds for who has *mark*; read once, for what every list asks."""
    return f"""c.id IN (SELECT m.conversation_id FROM conversation_marks AS m
                         WHERE m.mark = '{mark}' AND m.value = 1)"""


# A condition on a conversation c: it is not in the trash, and no chat was made of it that stands
# for it in lists, searches and counts.
IS_COUNTED = f"(c.deleted_at_ms IS NULL AND NOT {_among(Mark.MERGED)})"

# A condition on a tagging or an annotation t: it is of a chat, or of a message that was not
# removed. One step in the small index of what was: a million taggings took 1.2 seconds to count,
# and 13 with NOT IN.
IS_SHOWN = f"""
    NOT EXISTS (SELECT 1 FROM messages AS r INDEXED BY messages_removed
                 WHERE r.conversation_id = t.conversation_id AND r.number = t.message_number
                   AND r.flags & {flags.REMOVED})
""".strip()

# A condition on a conversation c; its parameters are those of States. SQLite looks no further
# where whatever will do. What the person says counts more than what a provider does.
IN_STATES = f"""
           (:trashed IS NULL OR :trashed = (c.deleted_at_ms IS NOT NULL))
       AND (:merged IS NULL OR :merged = ({_among(Mark.MERGED)}))
       AND (:put_away IS NULL OR :put_away = ({_among(Mark.ARCHIVED)}))
       AND (:missing IS NULL OR c.is_missing = :missing)
       AND (:pinned IS NULL OR :pinned = {_has(Mark.PINNED)})
       AND (:unread IS NULL OR :unread = {_has(Mark.UNREAD)})
       AND (:tagged IS NULL
            OR :tagged = EXISTS (SELECT 1 FROM chat_tags AS t
                               WHERE t.conversation_id = c.id AND {IS_SHOWN}))
       AND (:annotated IS NULL
            OR :annotated = EXISTS (SELECT 1 FROM annotations AS t
                                     WHERE t.conversation_id = c.id AND {IS_SHOWN}))
       AND (:starred IS NULL OR :starred = {_said(Mark.STARRED, "c.is_starred")})
       AND (:folders IS NULL
            OR c.id IN (SELECT f.conversation_id FROM folder_chats AS f
                         WHERE f.folder_id IN (SELECT value FROM json_each(:folders))))
       AND (:archived IS NULL OR :archived = {_said(Mark.ARCHIVED, "c.is_archived")})
"""

# A condition on a conversation c: it or a message of it has one of :tags, as JSON; NULL: whatever.
HAS_A_TAG = f"""
    (:tags IS NULL
     OR c.id IN (SELECT t.conversation_id FROM chat_tags AS t
                  WHERE t.tag_id IN (SELECT value FROM json_each(:tags)) AND {IS_SHOWN}))
"""

# A condition on a conversation c: it is of :source, or of several and one of them; NULL: whatever.
IS_OF_SOURCE = """
    (:source IS NULL OR c.source = :source
     OR c.id IN (SELECT s.conversation_id
                   FROM chat_sources AS s JOIN conversations AS o ON o.id = s.source_id
                  WHERE s.kind = 'merge' AND o.source = :source))
"""
