"""Taking words out for good, as far as rows go, and what is still to be done of that.

The schema keeps history whatever code runs: only between the two statements of `permit`, within
one transaction, does it let former words go. What lies outside the rows (the index, files, pages
that are not used any more) cannot be part of that transaction: `begun` says what of it is left.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import msgspec

from privatus.core import clock, flags
from privatus.core.conversation import Message
from privatus.core.errors import TamperedError
from privatus.storage.database import Database, Row
from privatus.storage.message_codec import decode_details, encode_message
from privatus.storage.messages import FORMER_COLUMNS, message_row, open_message
from privatus.storage.rows import MESSAGES, ROLES
from privatus.vault.keys import Container

_PERMIT = "INSERT INTO purge_permits (id) VALUES (1)"
_END_PERMIT = "DELETE FROM purge_permits"

_THESE = "(:numbers IS NULL OR {}.number IN (SELECT value FROM json_each(:numbers)))"
_SELECT_FORMER = f"""
    SELECT h.id, h.replaced_at_ms,
           (SELECT count(*) FROM attachments AS a
             WHERE a.message_id = h.message_id AND a.revision = h.revision),
           {FORMER_COLUMNS}
      FROM messages_history AS h
     WHERE h.conversation_id = :conversation_id AND h.flags & {flags.PURGED} = 0
       AND {_THESE.format("h")}
     ORDER BY h.number, h.revision
"""
_BLANK = "UPDATE messages_history SET flags = ?, content_sealed = ?, seal = ? WHERE id = ?"
_DELETE_LARGE = "DELETE FROM message_content WHERE message_id = ? AND revision = ?"
_FORMER_FILES = f"""
      FROM attachments AS a JOIN messages AS m ON m.id = a.message_id
     WHERE m.conversation_id = :conversation_id AND a.revision < m.revision
       AND {_THESE.format("m")}
"""
_NOTE_FORMER_BLOBS = f"""
    INSERT OR IGNORE INTO purge_blobs (blob_name)
    SELECT a.blob_name {_FORMER_FILES} AND a.blob_name IS NOT NULL
"""
_DELETE_FORMER_FILES = f"DELETE FROM attachments WHERE id IN (SELECT a.id {_FORMER_FILES})"
_COUNT_SPARE = f"""
    SELECT count(DISTINCT a.blob_name) {_FORMER_FILES} AND a.blob_name IS NOT NULL
       AND NOT EXISTS (SELECT 1 FROM attachments AS o JOIN messages AS n ON n.id = o.message_id
                        WHERE o.blob_name = a.blob_name
                          AND NOT (n.conversation_id = :conversation_id
                                   AND o.revision < n.revision AND {_THESE.format("n")}))
       AND NOT EXISTS (SELECT 1 FROM archived_blobs AS b WHERE b.blob_name = a.blob_name)
"""
_SPARE_BLOBS = """
    SELECT blob_name FROM purge_blobs AS p
     WHERE NOT EXISTS (SELECT 1 FROM attachments AS a WHERE a.blob_name = p.blob_name)
       AND NOT EXISTS (SELECT 1 FROM archived_blobs AS b WHERE b.blob_name = p.blob_name)
"""
_BEGIN = "INSERT INTO purges (begun_at_ms, with_copy) VALUES (?, ?)"
_BEGUN = "SELECT count(*), max(with_copy) FROM purges"
_END = "DELETE FROM purges"
_END_BLOBS = "DELETE FROM purge_blobs"

_encode = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True, kw_only=True)
class FormerRevision:
    """A former revision whose words are still there."""

    row_id: int
    number: int  # of the message
    revision: int
    replaced_at_ms: int
    size_bytes: int  # as it is stored
    attachments: int
    row: Row


@dataclass(frozen=True, slots=True)
class Begun:
    """Purges that were begun and are not done; *with_copy*: also what was set aside."""

    count: int
    with_copy: bool


class Purging:
    """Former revisions, and the tables of what is being purged."""

    def __init__(self, db: Database) -> None:
        self._db = db

    @contextmanager
    def permit(self) -> Iterator[None]:
        """Let former words go inside the block; within a transaction, which else fails."""
        self._db.execute(_PERMIT)
        yield
        self._db.execute(_END_PERMIT)

    def former(
        self, conversation_id: int, numbers: Collection[int] | None = None
    ) -> list[FormerRevision]:
        """Return former revisions of these messages, or of all, that still have words."""
        rows = self._db.rows(_SELECT_FORMER, _asked(conversation_id, numbers))
        return [
            FormerRevision(
                row_id=row_id,
                number=row[2],
                revision=row[8],
                replaced_at_ms=replaced_at_ms,
                size_bytes=len(row[9] or b""),
                attachments=attachments,
                row=tuple(row),
            )
            for row_id, replaced_at_ms, attachments, *row in rows
        ]

    def spare_files(self, conversation_id: int, numbers: Collection[int] | None = None) -> int:
        """Return how many files nothing names but former revisions of these messages."""
        return int(self._db.value(_COUNT_SPARE, _asked(conversation_id, numbers)))

    def blank(self, former: FormerRevision, container: Container) -> None:
        """Seal a former revision anew, without its words; needs a permit."""
        row_id, conversation_id, number, parent, role, model_id, made_ms, bits, revision, *_ = (
            former.row
        )
        cipher = container.cipher(MESSAGES.number)
        try:
            external_id = decode_details(open_message(cipher, former.row).content)[0]
        except TamperedError:
            # What does not open is to go all the same.
            external_id = ""
        empty = Message(
            number=number, parent=parent, role=ROLES[role], external_id=external_id, parts=()
        )
        place, clear = (row_id, conversation_id, revision), (number, parent, role, made_ms)
        more = (model_id, bits | flags.PURGED)
        row, _ = message_row(cipher, place, clear, more, encode_message(empty))
        self._db.execute(_BLANK, (*row[-3:], former.row_id))
        self._db.execute(_DELETE_LARGE, (row_id, revision))

    def forget_files(self, conversation_id: int, numbers: Collection[int] | None) -> None:
        """Delete the attachments of former revisions, and note their blobs; needs a permit."""
        asked = _asked(conversation_id, numbers)
        self._db.execute(_NOTE_FORMER_BLOBS, asked)
        self._db.execute(_DELETE_FORMER_FILES, asked)

    def begin(self, *, with_copy: bool) -> None:
        """Note in the transaction that changes the rows that more is to be done."""
        self._db.execute(_BEGIN, (clock.now_ms(), with_copy))

    def begun(self) -> Begun:
        """Return what was begun and is not done."""
        count, with_copy = self._db.rows(_BEGUN)[0]
        return Begun(count, bool(with_copy))

    def spare_blobs(self) -> list[bytes]:
        """Return the blobs that were noted and that nothing names any more."""
        return [row[0] for row in self._db.rows(_SPARE_BLOBS)]

    def end(self) -> None:
        """Note that all is done."""
        self._db.execute(_END_BLOBS)
        self._db.execute(_END)


def _asked(conversation_id: int, numbers: Collection[int] | None) -> dict[str, object]:
    listed = None if numbers is None else _encode(sorted(numbers)).decode()
    return {"conversation_id": conversation_id, "numbers": listed}
