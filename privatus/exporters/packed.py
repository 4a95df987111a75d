"""One conversation in a format that has rows, in memory: nothing readable lies on a disk."""

from __future__ import annotations

import io
from collections.abc import Callable

from privatus.core.conversation import Conversation
from privatus.core.errors import UsageError
from privatus.exporters.jsonl import line
from privatus.exporters.parquet import libraries, schema, table
from privatus.exporters.rows import rows
from privatus.exporters.table import write_rows


def packed(format: str, conversation: Conversation) -> tuple[str, bytes]:
    """Return a conversation as a file of this format: what to call it, and what is in it.

    Raises:
        UserError: the format needs something that is not installed.
        UsageError: there is no such format.
    """
    if format not in _WRITERS:
        raise UsageError(f"an archive file holds one of {', '.join(_WRITERS)}")
    return f"messages.{format}", _WRITERS[format](conversation)


def _jsonl(conversation: Conversation) -> bytes:
    return b"".join(line(conversation, said, row) + b"\n" for said, row in rows(conversation))


def _csv(conversation: Conversation) -> bytes:
    output = io.StringIO(newline="")
    write_rows(output, [conversation])
    return output.getvalue().encode(errors="replace")


def _parquet(conversation: Conversation) -> bytes:
    pyarrow, parquet = libraries()
    whole = table(schema(pyarrow), [row for _, row in rows(conversation)])
    output = pyarrow.BufferOutputStream()
    parquet.write_table(whole, output, compression="zstd")
    return bytes(output.getvalue())


_WRITERS: dict[str, Callable[[Conversation], bytes]] = {
    "jsonl": _jsonl,
    "csv": _csv,
    "parquet": _parquet,
}
