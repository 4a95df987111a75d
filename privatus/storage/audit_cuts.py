"""Where the log begins since its oldest entries were destroyed.

A cut keeps the chain of the last entry that went, so that the rest proves itself as before; how
many went and from when to when, so that nobody can say there were none; and of what they said
what still counts: the number of the header, the imports that came to their end, the keys that
were replaced, the keys to backups that other people have.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import msgspec

from privatus.core.conversation import Json
from privatus.core.errors import TamperedError
from privatus.storage.database import Database, Row
from privatus.storage.rows import AUDIT_CUTS, plain_context
from privatus.vault.keys import Scope

_COLUMNS = "id, cut_at_ms, chain, details_sealed, seal"
_SELECT = f"SELECT {_COLUMNS} FROM audit_cuts ORDER BY id"
_SELECT_LAST = f"SELECT {_COLUMNS} FROM audit_cuts ORDER BY id DESC LIMIT 1"
_INSERT = f"INSERT INTO audit_cuts ({_COLUMNS}) VALUES (?, ?, ?, ?, ?)"
_CHAIN = "SELECT chain FROM audit_cuts WHERE id = ?"


@dataclass(frozen=True, slots=True, kw_only=True)
class LogCut:
    """What went of the log at once; `carried`: (action, details) of what still counts."""

    number: int  # of the last entry that went
    cut_at_ms: int
    chain: bytes  # of that entry
    entries: int
    first_at_ms: int
    last_at_ms: int
    carried: tuple[tuple[str, dict[str, Json]], ...]


class AuditCuts:
    """The table of cuts."""

    def __init__(self, db: Database, scope: Scope) -> None:
        self._db = db
        self._scope = scope

    def last(self) -> LogCut | None:
        """Return the last cut, None if the log begins with its first entry.

        Raises:
            TamperedError: it is not what was sealed.
        """
        row = self._db.row(_SELECT_LAST)
        return None if row is None else self.open_row(row)

    def carried(self, actions: Iterable[str]) -> list[tuple[str, dict[str, Json]]]:
        """Return what counts still of entries with these actions that went; none if unreadable."""
        wanted = frozenset(actions)
        try:
            cut = self.last()
        except TamperedError:
            return []  # `privatus check` names it
        return [] if cut is None else [pair for pair in cut.carried if pair[0] in wanted]

    def chain_of(self, number: int) -> bytes | None:
        """Return the chain of an entry that was the last of a cut."""
        chain: bytes | None = self._db.value(_CHAIN, (number,))
        return chain

    def insert(self, cut: LogCut) -> None:
        details = {
            "entries": cut.entries,
            "first": cut.first_at_ms,
            "last": cut.last_at_ms,
            "carried": cut.carried,
        }
        seal, (sealed,) = self._scope.table_cipher(AUDIT_CUTS.number).seal(
            cut.number, plain_context(cut.cut_at_ms) + cut.chain, [msgspec.json.encode(details)]
        )
        self._db.execute(_INSERT, (cut.number, cut.cut_at_ms, cut.chain, sealed, seal))

    def raw(self) -> Iterator[Row]:
        """Yield all rows for `open_row`, so that one which does not open can be named."""
        return self._db.each(_SELECT)

    def open_row(self, row: Row) -> LogCut:
        """Open one of `raw`.

        Raises:
            TamperedError: it is not what was sealed.
        """
        number, cut_at_ms, chain, sealed, seal = row
        cipher = self._scope.opening_cipher(AUDIT_CUTS.number, seal)
        (value,) = cipher.open(seal, number, plain_context(cut_at_ms) + chain, [sealed])
        details = msgspec.json.decode(value or b"{}")
        return LogCut(
            number=number,
            cut_at_ms=cut_at_ms,
            chain=chain,
            entries=details["entries"],
            first_at_ms=details["first"],
            last_at_ms=details["last"],
            carried=tuple((action, said) for action, said in details["carried"]),
        )
