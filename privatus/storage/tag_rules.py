"""Rules that give tags. Their searches are sealed: they tell what somebody looks for."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

import msgspec

from privatus.core.conversation import Json
from privatus.core.tag import TagRule
from privatus.storage.database import Database, Row
from privatus.storage.rows import TAG_RULES, plain_context
from privatus.vault.keys import Scope

# AUTOINCREMENT: the sequence remembers rows that are gone.
_NEXT_ID = "SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'tag_rules'), 0) + 1"
_INSERT = """
    INSERT INTO tag_rules (id, tag_id, created_at_ms, details_sealed, seal) VALUES (?, ?, ?, ?, ?)
"""
_UPDATE = "UPDATE tag_rules SET tag_id = ?, details_sealed = ?, seal = ? WHERE id = ?"
_DELETE = "DELETE FROM tag_rules WHERE id = ?"
_SELECT = "SELECT id, tag_id, created_at_ms, details_sealed, seal FROM tag_rules ORDER BY id"


class TagRules:
    """The table of rules."""

    def __init__(self, db: Database, scope: Scope) -> None:
        self._db = db
        self._scope = scope

    def next_id(self) -> int:
        """Return an id that no rule ever had."""
        return int(self._db.value(_NEXT_ID))

    def insert(self, rule: TagRule) -> None:
        """Add a rule with the id that it has, or once had."""
        sealed, seal = self._seal(rule)
        self._db.execute(_INSERT, (rule.id, rule.tag_id, rule.created_at_ms, sealed, seal))

    def update(self, rule: TagRule) -> None:
        """Replace the rule with this id."""
        sealed, seal = self._seal(rule)
        self._db.execute(_UPDATE, (rule.tag_id, sealed, seal, rule.id))

    def delete(self, rule_ids: Iterable[int]) -> None:
        """Remove rules; what has its tag by them keeps it."""
        self._db.execute_many(_DELETE, [(rule_id,) for rule_id in rule_ids])

    def all(self) -> list[TagRule]:
        """Return all rules, the first made first.

        Raises:
            TamperedError: a row is not what was sealed.
        """
        return [self.open_row(row) for row in self.raw()]

    def raw(self) -> list[Row]:
        """Return all rows for `open_row`, so that one which does not open can be named."""
        return self._db.rows(_SELECT)

    def open_row(self, row: Row) -> TagRule:
        """Open one of `raw`.

        Raises:
            TamperedError: it is not what was sealed.
        """
        row_id, tag_id, created_at_ms, sealed, seal = row
        cipher = self._scope.opening_cipher(TAG_RULES.number, seal)
        (details,) = cipher.open(seal, row_id, plain_context(tag_id, created_at_ms), [sealed])
        said = msgspec.json.decode(details or b"{}")
        return TagRule(
            id=row_id,
            tag_id=tag_id,
            query=said["query"],
            exceptions=frozenset(map(UUID, said.get("exceptions", ()))),
            created_at_ms=created_at_ms,
        )

    def _seal(self, rule: TagRule) -> tuple[bytes | None, bytes]:
        details: dict[str, Json] = {"query": rule.query}
        if rule.exceptions:
            details["exceptions"] = sorted(public_id.hex for public_id in rule.exceptions)
        seal, (sealed,) = self._scope.table_cipher(TAG_RULES.number).seal(
            rule.id,
            plain_context(rule.tag_id, rule.created_at_ms),
            [msgspec.json.encode(details)],
        )
        return sealed, seal
