"""Which conversations say the same words: what likeness between chats is made of.

All of it is read from the index of words as it is, so that nothing of it can be stale.
"""

from __future__ import annotations

from collections.abc import Iterable

from privatus.storage.database import Database

# A word in more messages than this tells no chats apart; so many are read in milliseconds.
COMMON_FROM = 5_000

# What is found beside the words, in the output of tools and in names of files, says less.
_MATCH = '{{title body}} : "{}"'
_FREQUENCY = """
    SELECT count(*) FROM (SELECT 1 FROM messages_fts WHERE messages_fts MATCH ? LIMIT ?)
"""
_HOLDERS = """
    SELECT d.conversation_id, count(*)
      FROM messages_fts AS f CROSS JOIN docs AS d ON d.doc_id = f.rowid
     WHERE f.messages_fts MATCH ?
     GROUP BY d.conversation_id
"""


class Likeness:
    """Asks the index of words. Used by one thread at a time."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def frequencies(self, words: Iterable[str]) -> dict[str, int]:
        """Return in how many messages and titles each of *words* is, COMMON_FROM at most.

        They are as the index has them.
        """
        return {
            word: int(self._db.value(_FREQUENCY, (_MATCH.format(word), COMMON_FROM)))
            for word in words
        }

    def holders(self, word: str) -> dict[int, int]:
        """Return the conversations that say *word*, each with in how many messages it does."""
        return dict(self._db.rows(_HOLDERS, (_MATCH.format(word),)))
