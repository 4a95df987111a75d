"""Microsoft Copilot: three tables, each a CSV file of its own.

    copilot-activity-history.csv               Conversation,Time,Author,Message
    copilot-chat-activity.csv and others       CreatedAt,MessageContent,Author,ChatName
    windows-apps-copilot-activity-history.csv  Timestamp,ClientApp,Prompt

There are no ids: a conversation is what has one title, so two of the same title become one.
What has no title is grouped by day. The newest row is first, and a question may stand behind
its answer, with the same time.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from privatus.core.conversation import Conversation, Json, Message, Part, PartKind, Role
from privatus.core.errors import UnreadableInputError
from privatus.importers import records, titles, values
from privatus.importers.base import Notes
from privatus.importers.encoding import detect
from privatus.importers.export import Export, Member
from privatus.importers.external_ids import ExternalIds

_SOURCE = "copilot"
# A pasted file can be long; an unclosed quotation mark must not fill the memory.
_MAX_FIELD_CHARS = 32 * 1024**2
_MAX_HEADER_CHARS = 1024
_DELIMITERS = ",;\t"
_LINE_END = re.compile(r"[\r\n]")

_AUTHORS = {
    **dict.fromkeys(("human", "user", "you"), Role.USER),
    **dict.fromkeys(("ai", "bot", "copilot", "assistant"), Role.ASSISTANT),
    "system": Role.SYSTEM,
}
_US_TIME = re.compile(
    r"(\d{1,2})/(\d{1,2})/(\d{4})[ ,]+(\d{1,2}):(\d{2}):(\d{2})\s*([AP]M)?\s*([+-]\d{2}:\d{2}|Z)?",
    re.IGNORECASE,
)
_ZONE = re.compile(r"(?:Z|UTC|GMT|[+-]\d{2}:?\d{2})\s*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Table:
    """What the columns of one sort of table are called."""

    name: str
    time: str
    text: str
    author: str | None = None  # None: all rows are the person's
    title: str | None = None
    app: str | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        every = (self.time, self.text, self.author, self.title, self.app)
        return tuple(column for column in every if column)


_TABLES = (
    _Table(name="history", time="time", text="message", author="author", title="conversation"),
    _Table(name="chat", time="createdat", text="messagecontent", author="author", title="chatname"),
    _Table(name="windows", time="timestamp", text="prompt", app="clientapp"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Key:
    """What the rows of one conversation have in common."""

    table: str
    title: str = ""
    app: str = ""
    day: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    key: _Key
    place: tuple[int, int]  # of its table, and in it: the second grows with time
    time_ms: int | None
    time_text: str
    author: str
    text: str
    more: tuple[str, ...] = ()


class CopilotImporter:
    """Reads the activity that Microsoft's privacy page exports."""

    source = _SOURCE
    label = "Microsoft Copilot"

    def recognises(self, export: Export) -> bool:
        return any(_table(m) is not None for m in _members(export)[: records.MAX_HEADS])

    def account(self, export: Export) -> str | None:
        return None

    def is_whole_account(self, export: Export) -> bool:
        # Each product has a table of its own, and Microsoft does not say from when on.
        return False

    def read(self, export: Export, notes: Notes) -> Iterator[Conversation]:
        """Yield the conversations; see `Importer.read`.

        The tables are read twice, to know which row is the last of its conversation: memory
        holds only conversations that are not complete yet.
        """
        sizes: Counter[_Key] = Counter()
        readable: list[tuple[Member, bool]] = []
        for member in _members(export):
            if _table(member) is None:
                notes.ignored[f"table {member.name}"] += 1
                continue
            try:
                readable.append((member, _count(member, sizes, notes)))
            except UnreadableInputError as error:
                notes.skip(member.path, str(error))
        waiting: dict[_Key, list[_Row]] = {}
        for table, (member, is_newest_first) in enumerate(readable):
            for row in _rows(member, Notes(), table, is_newest_first=is_newest_first):
                rows = waiting.setdefault(row.key, [])
                rows.append(row)
                if len(rows) == sizes[row.key]:
                    yield records.counted(_conversation(waiting.pop(row.key), notes), notes)
        # Rows are still waiting only if a table was changed meanwhile.
        for rows in waiting.values():
            yield records.counted(_conversation(rows, notes), notes)


def _members(export: Export) -> list[Member]:
    return list(export.members) if len(export.members) == 1 else export.find("*.csv")


def _header(line: str) -> tuple[list[str], str]:
    """Return a header's columns and what stands between them."""
    # Excel writes semicolons where the comma is for decimals.
    delimiter = max(_DELIMITERS, key=line.count)
    columns = next(csv.reader([line], delimiter=delimiter), [])
    return [column.strip().casefold() for column in columns], delimiter


def _of_columns(columns: Sequence[str]) -> _Table | None:
    return next((t for t in _TABLES if set(t.columns) <= set(columns)), None)


def _table(member: Member) -> _Table | None:
    lines = _LINE_END.split(member.head(_MAX_HEADER_CHARS).decode("utf-8", "replace"), maxsplit=1)
    return _of_columns(_header(lines[0].strip())[0])


def _count(member: Member, sizes: Counter[_Key], notes: Notes) -> bool:
    """Count the rows of each conversation; say if the newest row comes first."""
    first = last = None
    found: Counter[_Key] = Counter()
    for row in _rows(member, notes, 0, is_newest_first=True):
        found[row.key] += 1
        if row.time_ms is not None:
            first = row.time_ms if first is None else first
            last = row.time_ms
    sizes.update(found)
    return first is None or last is None or first >= last


def _rows(
    member: Member, notes: Notes, table_number: int, *, is_newest_first: bool
) -> Iterator[_Row]:
    # The limit is the process's own, and at 128 KB less than what people paste.
    csv.field_size_limit(_MAX_FIELD_CHARS)
    with member.open() as raw:
        encoding, skip = detect(raw.read(4))
    raw = member.open()
    raw.read(skip)
    with io.TextIOWrapper(raw, encoding, errors="replace", newline="") as stream:
        columns, delimiter = _header(stream.readline(_MAX_HEADER_CHARS).strip())
        table = _of_columns(columns)
        if table is None:
            return
        reader = csv.reader(stream, delimiter=delimiter)
        number = 0
        while True:
            where = f"{member.path}[{number}]"
            try:
                cells = next(reader, None)
            except csv.Error:
                notes.skip(where, "a quotation does not end; the rest of the table was left out")
                return
            if cells is None:
                return
            if not any(cells):
                continue
            number += 1
            if len(cells) < len(columns):
                notes.skip(where, "the row has fewer fields than the table has columns")
                continue
            place = table_number, -number if is_newest_first else number
            row = _row(table, columns, cells, place)
            if row.time_ms is None:
                notes.warn(where, "its time cannot be read")
            yield row


def _row(
    table: _Table, columns: Sequence[str], cells: Sequence[str], place: tuple[int, int]
) -> _Row:
    cell = dict(zip(columns, map(values.text, cells), strict=False))
    time_text = cell[table.time].strip()
    time_ms = _time_ms(time_text)
    title = cell[table.title].strip() if table.title else ""
    day = ""
    if not title:
        moment = datetime.fromtimestamp((time_ms or 0) / 1000, UTC)
        day = "unknown" if time_ms is None else moment.date().isoformat()
    more = [f"{name}: {cell[name]}" for name in columns if name not in table.columns and cell[name]]
    return _Row(
        key=_Key(
            table=table.name,
            title=title,
            app=cell[table.app].strip() if table.app else "",
            day=day,
        ),
        place=place,
        time_ms=time_ms,
        time_text=time_text,
        author=cell[table.author].strip() if table.author else "user",
        text=cell[table.text],
        more=(*more, *cells[len(columns) :]),
    )


def _time_ms(text: str) -> int | None:
    found = _US_TIME.fullmatch(text)
    if found is None:
        return values.time_ms(text)
    month, day, year, hour, minute, second = (int(found[n]) for n in range(1, 7))
    if found[7]:
        hour = hour % 12 + (12 if found[7].upper() == "PM" else 0)
    clock = f"{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}"
    return values.time_ms(clock + (found[8] or ""))


def _conversation(rows: list[_Row], notes: Notes) -> Conversation:
    key, rows = rows[0].key, _once(rows, notes)
    ids = ExternalIds()
    messages = [_message(n, row, ids, notes) for n, row in enumerate(_in_order(rows), 1)]
    times = [row.time_ms for row in rows if row.time_ms is not None]
    grouped_by = "title" if key.title else "app and day" if key.app else "day"
    metadata: dict[str, Json] = {"grouped_by": grouped_by}
    if key.app:
        metadata["app"] = key.app
    if times and not all(_ZONE.search(row.time_text) for row in rows):
        metadata["time_zone"] = "not stated; read as UTC"
    day = f"{key.app or 'Copilot'}, {key.day}" if key.day else ""
    return Conversation(
        source=_SOURCE,
        external_id=values.stable_id(_SOURCE, key.table, key.title, key.app, key.day),
        title=key.title or (day if key.app else titles.from_messages(messages) or day),
        created_at_ms=min(times, default=None),
        updated_at_ms=max(times, default=None),
        active=len(messages),
        messages=tuple(messages),
        metadata=metadata,
    )


def _once(rows: list[_Row], notes: Notes) -> list[_Row]:
    """Return the rows without those that an earlier table has: two exports may overlap."""
    found: list[_Row] = []
    kept: Counter[tuple[object, ...]] = Counter()
    here: Counter[tuple[object, ...]] = Counter()
    for row in rows:
        says = row.time_text, row.author, row.text, row.more
        here[row.place[0], *says] += 1
        if here[row.place[0], *says] > kept[says]:
            kept[says] += 1
            found.append(row)
    if len(found) < len(rows):
        notes.ignored["row that is there twice"] += len(rows) - len(found)
    return found


def _in_order(rows: list[_Row]) -> list[_Row]:
    """Return the rows in time; of the same moment, each question before its answer."""
    timed: list[tuple[int, _Row]] = []
    table = last_ms = 0
    for row in sorted(rows, key=lambda row: row.place):
        # A row without a time stays behind the one before it in its table.
        last_ms = last_ms if row.place[0] == table else 0
        last_ms = last_ms if row.time_ms is None else row.time_ms
        table = row.place[0]
        timed.append((last_ms, row))
    timed.sort(key=lambda item: item[0])
    order = [row for _, row in timed]
    for at in range(len(order) - 1):
        first, second = order[at], order[at + 1]
        is_waiting = at > 0 and _role(order[at - 1]) is Role.USER
        if (
            timed[at][0] == timed[at + 1][0]
            and _role(first) is Role.ASSISTANT
            and _role(second) is Role.USER
            and not is_waiting
        ):
            order[at], order[at + 1] = second, first
    return order


def _role(row: _Row) -> Role | None:
    return _AUTHORS.get(row.author.casefold())


def _message(number: int, row: _Row, ids: ExternalIds, notes: Notes) -> Message:
    role = _role(row)
    if role is None:
        notes.unknown[f"author {row.author[:40] or '(none)'}"] += 1
    metadata: dict[str, Json] = {"more": list(row.more)} if row.more else {}
    if row.time_ms is None and row.time_text:
        metadata["time"] = row.time_text
    return Message(
        number=number,
        parent=number - 1 or None,
        role=role or Role.ASSISTANT,
        external_id=ids.take(values.stable_id(row.time_text, row.author, row.text)),
        parts=(Part(kind=PartKind.TEXT, text=row.text),),
        created_at_ms=row.time_ms,
        author=None if role else row.author or None,
        metadata=metadata,
    )


IMPORTER = CopilotImporter()
