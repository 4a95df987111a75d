"""The sums of the tables that are too large to be read for each backup: kept as rows come and go.

Triggers of the writer's connection alone call functions of ours: triggers, so that no code path can
forget it, and none of the schema, which may call nothing (`trusted_schema`). What they have added
up is written to `table_state` by the transaction itself, just before it is committed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from privatus.core.errors import BugError
from privatus.storage import migrations
from privatus.storage.database import Database
from privatus.storage.rows import SEALED
from privatus.storage.table_sums import KEPT, TableSum, columns_of, kept, sum_of, weighing

_PUT = """
    INSERT INTO table_state (name, schema_step, row_count, data_bytes, checksum)
    VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (name) DO UPDATE
       SET schema_step = excluded.schema_step, row_count = excluded.row_count,
           data_bytes = excluded.data_bytes, checksum = excluded.checksum
"""
_SELECT_NAMES = "SELECT name FROM table_state"
_DELETE = "DELETE FROM table_state WHERE name = ?"
_TRIGGERS = (
    "CREATE TEMP TRIGGER {name}_came AFTER INSERT ON main.{name}"
    " BEGIN SELECT came_into_{name}({new}); END",
    "CREATE TEMP TRIGGER {name}_changed AFTER UPDATE{of} ON main.{name}"
    " BEGIN SELECT went_from_{name}({old}), came_into_{name}({new}); END",
    "CREATE TEMP TRIGGER {name}_went AFTER DELETE ON main.{name}"
    " BEGIN SELECT went_from_{name}({old}); END",
)


class KeptSums:
    """Follows the transactions of the connection that writes."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._step = 0
        # What the transaction that is open has changed so far; None: none is open.
        self._changes: dict[str, TableSum] | None = None
        self._is_sure = True

    def begin(self) -> None:
        """Follow from now on, and count what nobody has followed until now."""
        self._step = migrations.last_step(self._db)
        functions: dict[str, Callable[..., None]] = {}
        for name in KEPT:
            functions[f"came_into_{name}"], functions[f"went_from_{name}"] = self._counting(name)
        self._db.watch(self, functions)
        for name in KEPT:
            self._follow(name)
        counted = kept(self._db)
        missing = [name for name in KEPT if name not in counted]
        # A program that did not follow them may come next.
        others = {name for (name,) in self._db.rows(_SELECT_NAMES)} - set(KEPT)
        if missing or others:
            with self._db.transaction():
                self._count(missing)
                self._db.execute_many(_DELETE, [(name,) for name in others])

    def begun(self) -> None:
        self._changes = {}
        self._is_sure = True

    def failed(self) -> None:
        # What it had added up stays in `_changes`; whoever catches the error may go on.
        self._is_sure = False

    def before_commit(self) -> None:
        changes = self._changes or {}
        if not self._is_sure:
            self._count(changes)
            return
        counted = kept(self._db) if changes else {}
        for name, change in changes.items():
            found = counted.get(name)
            if found is not None and found.join(change):
                self._put(name, found)
            else:
                # Somebody has edited it; that must not keep a person from writing.
                self._count([name])

    def ended(self) -> None:
        self._changes = None

    def _counting(self, name: str) -> tuple[Callable[..., None], Callable[..., None]]:
        """Return what hears of a row that came, and of one that went."""
        weigh = weighing(name)

        def change() -> TableSum:
            if self._changes is None:
                raise BugError("rows were changed outside of a transaction")
            return self._changes.setdefault(name, TableSum())

        return (
            lambda *columns: change().add(*weigh(*columns)),
            lambda *columns: change().take(*weigh(*columns)),
        )

    def _follow(self, name: str) -> None:
        sealed = SEALED.get(name)
        of = "" if sealed is None else " OF seal"
        of += "".join(f", {column}_sealed" for column in (sealed.columns if sealed else ()))
        old, new = columns_of(self._db, name, "old."), columns_of(self._db, name, "new.")
        for trigger in _TRIGGERS:
            self._db.execute(trigger.format(name=name, of=of, old=old, new=new))

    def _count(self, names: Iterable[str]) -> None:
        for name in names:
            self._put(name, sum_of(self._db, name))

    def _put(self, name: str, found: TableSum) -> None:
        self._db.execute(_PUT, (name, self._step, found.rows, found.data_bytes, found.checksum))
