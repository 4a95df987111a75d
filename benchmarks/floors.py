"""The floor: the same messages in a plain SQLite file with a plain FTS5 index.

The same importer reads the same export, in one process; what a vault seals is text here, in the
tables that a person would make who had nothing to protect.  With `key` the file is SQLCipher's,
which is what one layer of encryption costs.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import sqlcipher3.dbapi2 as sqlcipher

from privatus.core.conversation import READABLE_PARTS, Conversation, Message, Part, PartKind
from privatus.importers import registry
from privatus.importers.base import Notes
from privatus.importers.export import open_export

_BATCH = 10_000
_PAGE_BYTES = 8192
# SQLCipher keeps 80 bytes of a page; without it, 8,000 leaves room for FTS5's own header.
_FTS_PAGE_BYTES = 7950
_HASH_BYTES = 64 * 1024 * 1024
_CACHE_KIB = 64 * 1024
_KEY = "x'" + "5a" * 48 + "'"

_PRAGMAS = f"""
PRAGMA page_size = {_PAGE_BYTES};
PRAGMA journal_mode = WAL;
PRAGMA synchronous = FULL;
PRAGMA foreign_keys = ON;
PRAGMA cache_size = -{_CACHE_KIB};
"""
_SCHEMA = """
CREATE TABLE conversations (
    id INTEGER PRIMARY KEY, source TEXT, account TEXT, external_id TEXT UNIQUE, title TEXT,
    created_at_ms INTEGER, updated_at_ms INTEGER, model TEXT, project TEXT, is_archived INTEGER,
    is_starred INTEGER, message_count INTEGER, active INTEGER, metadata TEXT
);
CREATE INDEX conversations_newest ON conversations (updated_at_ms DESC, id DESC);
CREATE TABLE messages (
    id INTEGER PRIMARY KEY, conversation_id INTEGER NOT NULL REFERENCES conversations (id),
    number INTEGER NOT NULL, parent INTEGER, external_id TEXT, role TEXT, author TEXT, model TEXT,
    created_at_ms INTEGER, is_hidden INTEGER, content TEXT, metadata TEXT,
    UNIQUE (conversation_id, number)
);
CREATE TABLE attachments (
    id INTEGER PRIMARY KEY, message_id INTEGER NOT NULL REFERENCES messages (id), name TEXT,
    media_type TEXT, external_id TEXT, metadata TEXT
);
CREATE VIRTUAL TABLE fts USING fts5 (title, body, aside, files, content = '');
"""
_CONFIGURE = "INSERT INTO fts (fts, rank) VALUES (?, ?)"
_INSERTS = {
    "conversations": f"INSERT INTO conversations VALUES ({', '.join('?' * 14)})",  # noqa: S608
    "messages": f"INSERT INTO messages VALUES ({', '.join('?' * 12)})",  # noqa: S608
    "attachments": (
        "INSERT INTO attachments (message_id, name, media_type, external_id, metadata)"
        " VALUES (?, ?, ?, ?, ?)"
    ),
    "fts": "INSERT INTO fts (rowid, title, body, aside, files) VALUES (?, ?, ?, ?, ?)",
}

_encode = msgspec.json.Encoder().encode


def connect(path: str | Path, library: str = "sqlite3", *, key: bool = False) -> Any:
    """Open a floor's file as the floor is run: safe against a power cut, with the same cache."""
    connect: Callable[..., Any] = sqlite3.connect if library == "sqlite3" else sqlcipher.connect
    database = connect(str(path), isolation_level=None)
    if key:
        database.execute(f'PRAGMA key = "{_KEY}"')
        database.execute(f"PRAGMA cipher_page_size = {_PAGE_BYTES}")
    database.executescript(_PRAGMAS)
    return database


def import_export(
    export: str, path: str, library: str = "sqlite3", key: bool = False
) -> dict[str, Any]:
    """Import into a new file; the time is from an open file to a closed one."""
    file = Path(path)
    for suffix in ("", "-wal", "-shm"):
        Path(path + suffix).unlink(missing_ok=True)
    database = connect(file, library, key=key)
    database.executescript(_SCHEMA)
    database.execute(_CONFIGURE, ("pgsz", _FTS_PAGE_BYTES))
    database.execute(_CONFIGURE, ("hashsize", _HASH_BYTES))
    wall_s, cpu_s = time.perf_counter(), time.process_time()
    writer = _Writer(database)
    with open_export(Path(export)) as opened:
        for conversation in registry.find(opened).read(opened, Notes()):
            writer.add(conversation)
    writer.flush()
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    wall_s, cpu_s = time.perf_counter() - wall_s, time.process_time() - cpu_s
    return {
        "wall_s": wall_s,
        "cpu_s": cpu_s,
        "messages": writer.messages,
        "conversations": writer.conversations,
        "bytes": file.stat().st_size,
    }


class _Writer:
    """Gathers rows and writes them in batches."""

    def __init__(self, database: Any) -> None:
        self._database = database
        self._rows: dict[str, list[Any]] = {table: [] for table in _INSERTS}
        self.conversations = self.messages = 0

    def add(self, c: Conversation) -> None:
        self.conversations += 1
        rows, key = self._rows, self.conversations
        rows["conversations"].append(
            (key, c.source, c.account, c.external_id, c.title, c.created_at_ms, c.updated_at_ms,
             c.model, c.project, c.is_archived, c.is_starred, len(c.messages), c.active,
             _json(c.metadata))
        )  # fmt: skip
        # Titles are documents too; below zero they are in nobody's way.
        rows["fts"].append((-key, c.title, "", "", ""))
        for m in c.messages:
            self.messages += 1
            rows["messages"].append(
                (self.messages, key, m.number, m.parent, m.external_id, m.role.value, m.author,
                 m.model, m.created_at_ms, m.is_hidden, content(m), _json(m.metadata))
            )  # fmt: skip
            rows["fts"].append((self.messages, "", *_words(m)))
            rows["attachments"] += [
                (self.messages, a.name, a.media_type, a.external_id, _json(a.metadata))
                for a in m.attachments
            ]
        if len(rows["messages"]) >= _BATCH:
            self.flush()

    def flush(self) -> None:
        # FTS5 writes out what it has gathered whenever a row id goes backwards.
        self._rows["fts"].sort(key=lambda row: row[0])
        self._database.execute("BEGIN")
        for table, insert in _INSERTS.items():
            self._database.executemany(insert, self._rows[table])
            self._rows[table].clear()
        self._database.execute("COMMIT")


def content(message: Message) -> str:
    """Return what a message says: its text, or its parts as JSON where there is more to it."""
    parts = message.parts
    if len(parts) == 1 and parts[0].kind is PartKind.TEXT and not parts[0].data:
        return parts[0].text
    return _json([dict(_fields(part)) for part in parts])


def _fields(part: Part) -> Iterator[tuple[str, Any]]:
    yield "kind", part.kind.value
    for name in ("text", "name", "url", "attachment", "data"):
        if value := getattr(part, name):
            yield name, value


def _words(message: Message) -> tuple[str, str, str]:
    """Return what goes into which column of the index: as a vault's index has it."""
    files = "\n".join(a.name for a in message.attachments) if message.attachments else ""
    parts = message.parts
    if len(parts) == 1 and parts[0].kind in READABLE_PARTS and not parts[0].name:
        body, aside = parts[0].text, ""
    else:
        body = "\n".join(
            t for p in parts if p.kind in READABLE_PARTS for t in (p.name, p.text) if t
        )
        aside = "\n".join(
            t for p in parts if p.kind not in READABLE_PARTS for t in (p.name, p.text, p.url) if t
        )
    return ("", f"{body}\n{aside}", files) if message.is_hidden else (body, aside, files)


def _json(value: Any) -> str:
    return _encode(value).decode() if value else ""
