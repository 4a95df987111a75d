"""The log of what was done with the vault: append-only, each row chained to the one before.

chain of a row = tag 1 | tag 2 of (chain of the row before | id:8 | time:8 | action | 0 |
                 seal | details), both keyed BLAKE2b-128

The key comes from the scope's first key: who holds only the database key cannot forge a chain, and
the chain goes on when the scope gets another key.  That the last rows were cut off is not seen
from the log alone, so the index keeps the number and chain of a row that was the last.

Its oldest rows can be cut off, by who has the key: storage/audit_cuts.py says from where on the
chain goes, and what they said that still counts.

What changes the header notes its sequence number under `header`: a change of a password or code
before it, with the number that it has yet under `former`, and once it is done.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass

import msgspec

from privatus.core import clock
from privatus.core.conversation import Json
from privatus.core.errors import TamperedError
from privatus.storage.audit_cuts import AuditCuts, LogCut
from privatus.storage.database import Database, Row
from privatus.storage.rows import AUDIT_LOG, plain_context
from privatus.vault.keys import Scope

_INSERT = """
    INSERT INTO audit_log (id, at_ms, action, details_sealed, seal, chain)
    VALUES (?, ?, ?, ?, ?, ?)
"""
_SELECT_LAST = "SELECT id, chain FROM audit_log ORDER BY id DESC LIMIT 1"
_SELECT_LAST_ACTION = "SELECT action FROM audit_log ORDER BY id DESC LIMIT 1"
_SELECT_LAST_TIME = "SELECT coalesce(max(at_ms), 0) FROM audit_log"
_SELECT_CHAIN = "SELECT chain FROM audit_log WHERE id = ?"
_SELECT = "SELECT id, at_ms, action, details_sealed, seal, chain FROM audit_log ORDER BY id"
_SELECT_OLDEST = """
    SELECT at_ms FROM audit_log WHERE id < (SELECT max(id) FROM audit_log) ORDER BY id LIMIT 1
"""
_DELETE_THROUGH = "DELETE FROM audit_log WHERE id <= ?"
_START = bytes(32)

CREATED = "vault created"
ROTATED = "keys rotated"
TAKEN_BACK = "copy of before a schema change put in place"
IMPORTED = "import"
KEYS_GIVEN, KEYS_TAKEN = "backup keys given", "backup keys taken away"
PASSWORD_BEGUN, PASSWORD_CHANGED = "password change begun", "password changed"
CODE_BEGUN, CODE_CHANGED = "recovery code change begun", "recovery code changed"
CUT = "log cut"
# What a crash had left undone of a change that was in force already.
HEADER_COMPLETED = "header change completed"
_HEADER_ACTIONS = (CREATED, ROTATED, PASSWORD_BEGUN, PASSWORD_CHANGED, CODE_BEGUN, CODE_CHANGED,
                   HEADER_COMPLETED)  # fmt: skip
_SELECT_LAST_HEADER = f"""
    SELECT id, at_ms, action, details_sealed, seal FROM audit_log
     WHERE action IN ({", ".join("?" * len(_HEADER_ACTIONS))})
     ORDER BY id DESC LIMIT 1
"""
_SELECT_OF = """
    SELECT id, at_ms, action, details_sealed, seal FROM audit_log WHERE action = ?
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """One thing that was done."""

    number: int
    at_ms: int
    action: str
    details: dict[str, Json]


@dataclass(frozen=True, slots=True, kw_only=True)
class HeaderNote:
    """What the log says last of the header's sequence number."""

    sequence: int
    former: int | None  # the number before, of a change that was begun; None: it is done

    def fits(self, sequence: int) -> bool:
        return sequence in (self.sequence, self.former)


class AuditLog:
    """The table of the log."""

    def __init__(self, db: Database, scope: Scope) -> None:
        self._db = db
        self._scope = scope
        self.cuts = AuditCuts(db, scope)

    def append(self, action: str, details: dict[str, Json] | None = None) -> None:
        """Add a row, in the transaction that does what it tells."""
        number, chain = self._db.row(_SELECT_LAST) or (0, _START)
        number += 1
        at_ms = clock.now_ms()
        context = plain_context(at_ms) + action.encode()
        seal, (sealed,) = self._scope.table_cipher(AUDIT_LOG.number).seal(
            number, context, [msgspec.json.encode(details or {})]
        )
        link = self._link(chain, number, at_ms, action, seal, sealed or b"")
        self._db.execute(_INSERT, (number, at_ms, action, sealed, seal, link))

    def entries(self) -> Iterator[AuditEntry]:
        """Yield all rows, the oldest first, checked against the chain.

        Raises:
            TamperedError: a row was edited, removed or added by somebody without the key.
        """
        cut = self.cuts.last()
        chain, expected = (_START, 1) if cut is None else (cut.chain, cut.number + 1)
        for row in self._db.each(_SELECT):
            number, at_ms, action, sealed, seal, _link = row
            chain = self._check(row, chain, expected)
            details = self._open(number, at_ms, action, sealed, seal)
            yield AuditEntry(number=number, at_ms=at_ms, action=action, details=details)
            expected += 1

    def head(self) -> tuple[int, bytes]:
        """Return number and chain of the last row."""
        number, chain = self._db.row(_SELECT_LAST) or (0, _START)
        return number, chain

    def chain_of(self, number: int) -> bytes | None:
        """Return the chain of a row, as it stands there; None: there is no such row."""
        chain: bytes | None = self._db.value(_SELECT_CHAIN, (number,))
        return self.cuts.chain_of(number) if chain is None else chain

    def is_cut_off(self, number: int) -> bool:
        """Say whether a row went with the oldest ones, so that nothing is known of its chain.

        Raises:
            TamperedError: what says so is not what was sealed.
        """
        cut = self.cuts.last()
        return cut is not None and number < cut.number

    def oldest_ms(self) -> int | None:
        """Return when the oldest entry was made that could be cut off: the last one never is."""
        at_ms: int | None = self._db.value(_SELECT_OLDEST)
        return at_ms

    def cut_before(self, at_ms: int) -> int:
        """Destroy the oldest entries, made before a time; return how many; needs a permit.

        Raises:
            TamperedError: the log is not what was written: nothing of it goes then.
        """
        gone = self._before(at_ms)
        if not gone:
            return 0
        number = gone[-1].number
        cut = LogCut(
            number=number,
            cut_at_ms=clock.now_ms(),
            chain=self.chain_of(number) or _START,
            entries=len(gone),
            first_at_ms=gone[0].at_ms,
            last_at_ms=gone[-1].at_ms,
            carried=tuple(_carried([*self._said_before(), *((e.action, e.details) for e in gone)])),
        )
        self.cuts.insert(cut)
        self._db.execute(_DELETE_THROUGH, (number,))
        self.append(CUT, {"through": number, "entries": len(gone)})
        return len(gone)

    def count_before(self, at_ms: int) -> int:
        """Return how many entries `cut_before` would destroy.

        Raises:
            TamperedError: the log is not what was written.
        """
        return len(self._before(at_ms))

    def last_action(self) -> str | None:
        action: str | None = self._db.value(_SELECT_LAST_ACTION)
        return action

    def last_at_ms(self) -> int:
        """Return when something was last noted; 0: nothing was."""
        return int(self._db.value(_SELECT_LAST_TIME))

    def imported_sources(self) -> set[str]:
        """Return the sources of which an import came to its end.

        A row that does not open says nothing here: `privatus check` names it.
        """
        found: set[str] = set()
        for details in self._said(IMPORTED):
            with suppress(KeyError):
                # Earlier vaults do not say it: what they hold is no first import any more.
                if not details.get("is_cancelled"):
                    found.add(details["source"])
        return found

    def retired_epochs(self) -> set[int]:
        """Return the epochs of the vault keys that were kept when others took their place.

        A row that does not open says nothing here: `privatus check` names it.
        """
        epochs = (details.get("epoch") for details in self._said(ROTATED))
        return {n for n in epochs if isinstance(n, int)}

    def given_keys(self) -> list[dict[str, Json]]:
        """Return what was said of keys to backups that were given and not taken away again.

        A row that does not open says nothing here: `privatus check` names it.
        """
        taken = {details.get("object") for details in self._said(KEYS_TAKEN)}
        return [said for said in self._said(KEYS_GIVEN) if said.get("object") not in taken]

    def last_header(self) -> HeaderNote | None:
        """Return what the log says last of the header.

        Raises:
            TamperedError: the row does not open.
        """
        row = self._db.row(_SELECT_LAST_HEADER, _HEADER_ACTIONS)
        details = self._open(*row) if row is not None else None
        if details is None:
            details = next((said for _, said in self.cuts.carried(_HEADER_ACTIONS)[::-1]), None)
        if details is None:
            return None
        return HeaderNote(sequence=details.get("header", 0), former=details.get("former"))

    def _before(self, at_ms: int) -> list[AuditEntry]:
        found = list(self.entries())
        end = next((n for n, entry in enumerate(found) if entry.at_ms >= at_ms), len(found))
        # Of the last one a crash or a copy can be told by.
        return found[: min(end, len(found) - 1)]

    def _said(self, action: str) -> Iterator[dict[str, Json]]:
        """Yield the details of all entries with this action, of those that open, and were cut."""
        for _, details in self.cuts.carried([action]):
            yield details
        for row in self._db.each(_SELECT_OF, (action,)):
            with suppress(TamperedError):
                yield self._open(*row)

    def _said_before(self) -> list[tuple[str, dict[str, Json]]]:
        cut = self.cuts.last()
        return [] if cut is None else list(cut.carried)

    def _open(
        self, number: int, at_ms: int, action: str, sealed: bytes, seal: bytes
    ) -> dict[str, Json]:
        cipher = self._scope.opening_cipher(AUDIT_LOG.number, seal)
        (details,) = cipher.open(seal, number, plain_context(at_ms) + action.encode(), [sealed])
        found: dict[str, Json] = msgspec.json.decode(details or b"{}")
        return found

    def _check(self, row: Row, chain: bytes, expected: int) -> bytes:
        number, at_ms, action, sealed, seal, link = row
        if number != expected or link != self._link(chain, number, at_ms, action, seal, sealed):
            raise TamperedError(f"entry {expected} of the log is missing or was edited")
        return bytes(link)

    def _link(
        self, chain: bytes, number: int, at_ms: int, action: str, seal: bytes, sealed: bytes
    ) -> bytes:
        row = struct.pack("<qq", number, at_ms) + action.encode() + b"\0" + seal + sealed
        half = self._scope.tag(b"audit chain 1", chain + row)
        return half + self._scope.tag(b"audit chain 2", chain + row)


def _carried(
    said: Iterable[tuple[str, dict[str, Json]]],
) -> Iterator[tuple[str, dict[str, Json]]]:
    """Yield what still counts of entries that go, the oldest first: no files, no counts."""
    header: tuple[str, dict[str, Json]] | None = None
    sources: dict[str, dict[str, Json]] = {}
    given: dict[Json, dict[str, Json]] = {}
    for action, details in said:
        if action in _HEADER_ACTIONS:
            header = action, {n: details[n] for n in ("header", "former") if n in details}
        if action == ROTATED and "epoch" in details:
            yield action, {"epoch": details["epoch"]}
        if action == IMPORTED and not details.get("is_cancelled") and "source" in details:
            sources[details["source"]] = {"source": details["source"]}
        if action == KEYS_GIVEN:
            given[details.get("object")] = details
        if action == KEYS_TAKEN:
            given.pop(details.get("object"), None)
    for details in sources.values():
        yield IMPORTED, details
    for details in given.values():
        yield KEYS_GIVEN, details
    if header is not None:
        yield header
