"""How long data is kept: policies, what is marked to go, and what former runs did.

All of it is bound by seals: who has only the database key can neither let anything go nor say
that the person wanted it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from privatus.core import flags
from privatus.core.conversation import Json
from privatus.core.retention import Action, Kind, Mark, Policy
from privatus.storage.database import Database, Row
from privatus.storage.lists import listed
from privatus.storage.rows import (
    RETENTION_MARKS,
    RETENTION_POLICIES,
    RETENTION_RUNS,
    plain_context,
)
from privatus.vault.keys import Scope

_NUMBERS = {Kind.CHATS: 1, Kind.MESSAGES: 2, Kind.AUDIT: 3, Kind.ERRORS: 4, Kind.METRICS: 5}
_KINDS = {number: kind for kind, number in _NUMBERS.items()}

_SELECT_POLICIES = """
    SELECT id, action, days, grace_days, with_marked, details_sealed, seal
      FROM retention_policies ORDER BY id
"""
_PUT_POLICY = """
    INSERT INTO retention_policies (id, action, days, grace_days, with_marked, details_sealed,
                                    seal)
    VALUES (?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (id)
        DO UPDATE SET action = excluded.action, days = excluded.days,
                      grace_days = excluded.grace_days, with_marked = excluded.with_marked,
                      details_sealed = excluded.details_sealed, seal = excluded.seal
"""
_DELETE_POLICY = "DELETE FROM retention_policies WHERE id = ?"
_MARK_COLUMNS = "id, policy_id, subject_id, until_ms, marked_at_ms, goes_at_ms, is_kept, seal"
_SELECT_MARKS = f"SELECT {_MARK_COLUMNS} FROM retention_marks ORDER BY goes_at_ms, id"
_SELECT_MARK_ID = "SELECT id FROM retention_marks WHERE policy_id = ? AND subject_id = ?"
_NEXT_MARK = "SELECT coalesce(max(id), 0) + 1 FROM retention_marks"
_PUT_MARK = f"""
    INSERT INTO retention_marks ({_MARK_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (id)
        DO UPDATE SET until_ms = excluded.until_ms, marked_at_ms = excluded.marked_at_ms,
                      goes_at_ms = excluded.goes_at_ms, is_kept = excluded.is_kept,
                      seal = excluded.seal
"""
_DELETE_MARK = "DELETE FROM retention_marks WHERE policy_id = ? AND subject_id = ?"
_DELETE_MARKS = "DELETE FROM retention_marks WHERE policy_id = ? AND is_kept = 0"
_SELECT_RUNS = "SELECT id, ran_at_ms, details_sealed, seal FROM retention_runs ORDER BY id DESC"
_LAST_RUN = "SELECT max(ran_at_ms) FROM retention_runs"
_INSERT_RUN = """
    INSERT INTO retention_runs (id, ran_at_ms, details_sealed, seal) VALUES (?, ?, ?, ?)
"""
_NEXT_RUN = "SELECT coalesce(max(id), 0) + 1 FROM retention_runs"
# A report a day for ten years; what was destroyed is in the log, too.
_FORGET_RUNS = "DELETE FROM retention_runs WHERE id <= ? - 3650"
_CHATS = """
    SELECT id, sort_at_ms FROM conversations WHERE id IN (SELECT value FROM json_each(?))
"""
# What a person took out is there without words, and with those that it had.
_HAS_WORDS = f"""
    (NOT m.flags & {flags.REMOVED}
     OR EXISTS (SELECT 1 FROM messages_history AS h
                 WHERE h.message_id = m.id AND NOT h.flags & {flags.PURGED}))
"""
# Of what was merged each message is there twice; it goes with its conversation.
_OLDEST_MESSAGES = f"""
    SELECT c.id, min(m.created_at_ms)
      FROM conversations AS c JOIN messages AS m ON m.conversation_id = c.id
     WHERE c.id IN (SELECT value FROM json_each(?)) AND {_HAS_WORDS}
       AND m.created_at_ms IS NOT NULL
       AND NOT EXISTS (SELECT 1 FROM chat_sources AS s
                        WHERE s.kind = 'merge' AND c.id IN (s.conversation_id, s.source_id))
     GROUP BY c.id
"""
_OLD_NUMBERS = f"""
    SELECT m.number, m.flags & {flags.REMOVED} FROM messages AS m
     WHERE m.conversation_id = ? AND m.created_at_ms < ? AND {_HAS_WORDS}
     ORDER BY m.number
"""

_encode = msgspec.json.Encoder().encode


class Retention:
    """The tables of policies, marks and runs."""

    def __init__(self, db: Database, scope: Scope) -> None:
        self._db = db
        self._scope = scope

    def policies(self) -> dict[Kind, Policy]:
        """Return what the person decided, of those kinds of which they did.

        Raises:
            TamperedError: a row is not what was sealed.
        """
        found = map(self.open_policy, self.raw_policies())
        return {policy.kind: policy for policy in found}

    def put_policy(self, policy: Policy) -> None:
        """Decide; marks of this kind are made anew, but for what the person said that stays."""
        number = _NUMBERS[policy.kind]
        clear = _clear(policy)
        seal, (sealed,) = self._scope.table_cipher(RETENTION_POLICIES.number).seal(
            number, _policy_context(clear), [_encode({"w": policy.where, "f": policy.format})]
        )
        self._db.execute(_PUT_POLICY, (number, *clear, sealed, seal))
        self._db.execute(_DELETE_MARKS, (number,))

    def delete_policy(self, kind: Kind) -> None:
        """Let nothing be decided of a kind, nor marked."""
        self._db.execute(_DELETE_POLICY, (_NUMBERS[kind],))

    def marks(self, kind: Kind) -> dict[int, Mark]:
        """Return what is marked, by subject, what goes first first.

        Raises:
            TamperedError: a row is not what was sealed.
        """
        return {mark.subject: mark for mark in self.all_marks() if mark.kind is kind}

    def all_marks(self) -> list[Mark]:
        """Return what is marked of every kind, what goes first first.

        Raises:
            TamperedError: a row is not what was sealed.
        """
        return [self.open_mark(row) for row in self.raw_marks()]

    def put_marks(self, marks: Iterable[Mark]) -> None:
        """Add marks, or let them say something else."""
        cipher = self._scope.table_cipher(RETENTION_MARKS.number)
        for mark in marks:
            place = _NUMBERS[mark.kind], mark.subject
            row_id = self._db.value(_SELECT_MARK_ID, place) or int(self._db.value(_NEXT_MARK))
            clear = (*place, mark.until_ms, mark.marked_at_ms, mark.goes_at_ms, int(mark.is_kept))
            seal, _ = cipher.seal(row_id, plain_context(*clear), [])
            self._db.execute(_PUT_MARK, (row_id, *clear, seal))

    def delete_marks(self, marks: Iterable[Mark]) -> None:
        self._db.execute_many(_DELETE_MARK, [(_NUMBERS[m.kind], m.subject) for m in marks])

    def add_run(self, ran_at_ms: int, report: dict[str, Json]) -> None:
        """Keep what a run did."""
        row_id = int(self._db.value(_NEXT_RUN))
        seal, (sealed,) = self._scope.table_cipher(RETENTION_RUNS.number).seal(
            row_id, plain_context(ran_at_ms), [_encode(report)]
        )
        self._db.execute(_INSERT_RUN, (row_id, ran_at_ms, sealed, seal))
        self._db.execute(_FORGET_RUNS, (row_id,))

    def last_run_ms(self) -> int | None:
        """Return when the last run was, None if there was none."""
        at_ms: int | None = self._db.value(_LAST_RUN)
        return at_ms

    def changed_at_ms(self, conversation_ids: Iterable[int]) -> dict[int, int]:
        """Return when conversations were last changed."""
        return dict(self._db.rows(_CHATS, (listed(conversation_ids),)))

    def oldest_messages_ms(self, conversation_ids: Iterable[int]) -> dict[int, int]:
        """Return when the oldest message was written, of conversations that are not merged."""
        return dict(self._db.rows(_OLDEST_MESSAGES, (listed(conversation_ids),)))

    def old_messages(self, conversation_id: int, before_ms: int) -> dict[int, bool]:
        """Return the messages that were written before a time, and which were taken out.

        By number; of those that were taken out, which have words still in their history.
        """
        rows = self._db.rows(_OLD_NUMBERS, (conversation_id, before_ms))
        return {number: bool(is_removed) for number, is_removed in rows}

    def raw_policies(self) -> Iterator[Row]:
        """Yield all policies for `open_policy`, so that one which does not open can be named."""
        return self._db.each(_SELECT_POLICIES)

    def raw_marks(self) -> Iterator[Row]:
        """Yield all marks for `open_mark`."""
        return self._db.each(_SELECT_MARKS)

    def raw_runs(self) -> Iterator[Row]:
        """Yield all runs for `open_run`, the last one first."""
        return self._db.each(_SELECT_RUNS)

    def open_policy(self, row: Row) -> Policy:
        """Open one of `raw_policies`.

        Raises:
            TamperedError: it is not what was sealed.
        """
        number, action, days, grace_days, with_marked, sealed, seal = row
        cipher = self._scope.opening_cipher(RETENTION_POLICIES.number, seal)
        context = _policy_context((action, days, grace_days, with_marked))
        (value,) = cipher.open(seal, number, context, [sealed])
        details: dict[str, Any] = msgspec.json.decode(value or b"{}")
        return Policy(
            kind=_KINDS[number],
            action=Action(action),
            days=days,
            grace_days=grace_days,
            with_marked=bool(with_marked),
            where=details.get("w", ""),
            format=details.get("f", "jsonl"),
        )

    def open_mark(self, row: Row) -> Mark:
        """Open one of `raw_marks`.

        Raises:
            TamperedError: it is not what was sealed.
        """
        row_id, number, subject, until_ms, marked_at_ms, goes_at_ms, is_kept, seal = row
        cipher = self._scope.opening_cipher(RETENTION_MARKS.number, seal)
        cipher.open(seal, row_id, plain_context(*row[1:7]), [])
        return Mark(
            kind=_KINDS[number],
            subject=subject,
            until_ms=until_ms,
            marked_at_ms=marked_at_ms,
            goes_at_ms=goes_at_ms,
            is_kept=bool(is_kept),
        )

    def open_run(self, row: Row) -> dict[str, Json]:
        """Open one of `raw_runs`.

        Raises:
            TamperedError: it is not what was sealed.
        """
        row_id, ran_at_ms, sealed, seal = row
        cipher = self._scope.opening_cipher(RETENTION_RUNS.number, seal)
        (value,) = cipher.open(seal, row_id, plain_context(ran_at_ms), [sealed])
        found: dict[str, Json] = msgspec.json.decode(value or b"{}")
        return found


def _clear(policy: Policy) -> tuple[str, int, int, int]:
    return policy.action.value, policy.days, policy.grace_days, int(policy.with_marked)


def _policy_context(clear: tuple[str, int, int, int]) -> bytes:
    return plain_context(*clear[1:]) + clear[0].encode()
