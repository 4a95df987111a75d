"""The tags themselves. Name and colour are sealed; there are few of them, so all are opened."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from privatus.core.conversation import Json
from privatus.core.tag import COLOURS, Tag
from privatus.storage.database import Database, Row
from privatus.storage.rows import TAGS, plain_context
from privatus.vault.keys import Scope
from privatus.vault.sealing import RowCipher, key_id_of

# AUTOINCREMENT: the sequence remembers rows that are gone.
_NEXT_ID = "SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'tags'), 0) + 1"
_INSERT = "INSERT INTO tags (id, created_at_ms, details_sealed, seal) VALUES (?, ?, ?, ?)"
_UPDATE = "UPDATE tags SET details_sealed = ?, seal = ? WHERE id = ?"
_DELETE = "DELETE FROM tags WHERE id = ?"
_SELECT = "SELECT id, created_at_ms, details_sealed, seal FROM tags ORDER BY id"


class Tags:
    """The table of tags."""

    def __init__(self, db: Database, scope: Scope) -> None:
        self._db = db
        self._scope = scope

    def next_id(self) -> int:
        """Return an id that no tag ever had."""
        return int(self._db.value(_NEXT_ID))

    def insert(self, tag: Tag) -> None:
        """Add a tag with the id that it has, or once had."""
        sealed, seal = self._seal(tag)
        self._db.execute(_INSERT, (tag.id, tag.created_at_ms, sealed, seal))

    def update(self, tag: Tag) -> None:
        """Replace name and colour of the tag with this id."""
        sealed, seal = self._seal(tag)
        self._db.execute(_UPDATE, (sealed, seal, tag.id))

    def delete(self, tag_ids: Iterable[int]) -> None:
        """Remove tags, from all that have them, too."""
        self._db.execute_many(_DELETE, [(tag_id,) for tag_id in tag_ids])

    def all(self) -> list[Tag]:
        """Return all tags, the first made first.

        Raises:
            TamperedError: a row is not what was sealed.
        """
        ciphers: dict[int, RowCipher] = {}
        return [self._open(row, ciphers) for row in self.raw()]

    def raw(self) -> list[Row]:
        """Return all rows for `open_row`, so that one which does not open can be named."""
        return self._db.rows(_SELECT)

    def open_row(self, row: Row) -> Tag:
        """Open one of `raw`.

        Raises:
            TamperedError: it is not what was sealed.
        """
        return self._open(row, {})

    def _open(self, row: Row, ciphers: dict[int, RowCipher]) -> Tag:
        row_id, created_at_ms, sealed, seal = row
        cipher = ciphers.get(key_id_of(seal))
        if cipher is None:
            cipher = self._scope.opening_cipher(TAGS.number, seal)
            ciphers[key_id_of(seal)] = cipher
        (details,) = cipher.open(seal, row_id, plain_context(created_at_ms), [sealed])
        said = msgspec.json.decode(details or b"{}")
        colour = said.get("colour")
        return Tag(
            id=row_id,
            name=said["name"],
            # A later version may have more of them.
            colour=colour if colour in COLOURS else None,
            created_at_ms=created_at_ms,
        )

    def _seal(self, tag: Tag) -> tuple[bytes | None, bytes]:
        details: dict[str, Json] = {"name": tag.name}
        if tag.colour:
            details["colour"] = tag.colour
        seal, (sealed,) = self._scope.table_cipher(TAGS.number).seal(
            tag.id, plain_context(tag.created_at_ms), [msgspec.json.encode(details)]
        )
        return sealed, seal
