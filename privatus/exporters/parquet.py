"""One row a message in a Parquet file, for data tools.

DEST/messages.parquet    times as timestamp[ms, UTC], texts compressed with zstd
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from privatus.core.conversation import Conversation
from privatus.core.errors import UserError
from privatus.core.jobs import Job
from privatus.exporters.base import ExportResult, each
from privatus.exporters.files import ExportFolder, OutputFile
from privatus.exporters.rows import Row, rows

if TYPE_CHECKING:
    import pyarrow

# A row group is held in memory while it is written, so both are bounded.
_MAX_GROUP_ROWS = 20_000
_MAX_GROUP_CHARS = 32_000_000
_REPEATED = ["source", "kind", "role", "author", "model", "title", "conversation_id"]


class ParquetExporter:
    """Writes one row of Parquet a message; needs pyarrow, which is an extra."""

    format = "parquet"
    label = "Parquet"

    def write(
        self, conversations: Iterable[Conversation], destination: Path, job: Job
    ) -> ExportResult:
        """Write *conversations* as `Exporter.write` says.

        Raises:
            UserError: pyarrow is not installed.
        """
        pyarrow, parquet = libraries()
        folder = ExportFolder(destination, self.format)
        columns = schema(pyarrow)
        count = 0
        with (
            folder.create("messages.parquet") as output,
            parquet.ParquetWriter(
                pyarrow.PythonFile(_Sink(output), mode="w"),
                columns,
                compression="zstd",
                use_dictionary=_REPEATED,
            ) as writer,
        ):
            group = _Group(columns, writer)
            for conversation in each(conversations, job):
                for _, row in rows(conversation):
                    group.add(row)
                count += 1
            group.write()
        return folder.result(count)


def libraries() -> tuple[Any, Any]:
    """Return pyarrow and its part for Parquet.

    Raises:
        UserError: pyarrow is not installed.
    """
    try:
        import pyarrow
        from pyarrow import parquet
    except ImportError:
        raise UserError(
            "Parquet needs pyarrow, which is not installed; choose another format"
        ) from None
    return pyarrow, parquet


class _Sink:
    """An output file as pyarrow wants it."""

    closed = False

    def __init__(self, output: OutputFile) -> None:
        self._output = output

    def write(self, content: bytes) -> int:
        return self._output.write(bytes(content))

    def flush(self) -> None:
        """Do nothing: the export folder closes the file, and by that writes it out."""

    def close(self) -> None:
        """Do nothing: as above."""
        self.closed = True


class _Group:
    """The rows that wait to be written together."""

    def __init__(self, schema: pyarrow.Schema, writer: Any) -> None:
        self._schema = schema
        self._writer = writer
        self._rows: list[Row] = []
        self._chars = 0

    def add(self, row: Row) -> None:
        self._rows.append(row)
        self._chars += len(row.text)
        if len(self._rows) >= _MAX_GROUP_ROWS or self._chars >= _MAX_GROUP_CHARS:
            self.write()

    def write(self) -> None:
        if not self._rows:
            return
        self._writer.write_table(table(self._schema, self._rows))
        self._rows = []
        self._chars = 0


def table(schema: pyarrow.Schema, found: Sequence[Row]) -> pyarrow.Table:
    """Return rows as a table of this `schema`."""
    import pyarrow

    columns = [
        pyarrow.array([getattr(row, field.name) for row in found], type=column.type)
        for field, column in zip(fields(Row), schema, strict=True)
    ]
    return pyarrow.Table.from_arrays(columns, schema=schema)


def schema(pa: Any) -> pyarrow.Schema:
    """Return the columns of a table, and of which types they are."""
    types = {
        "created_at_ms": pa.timestamp("ms", tz="UTC"),
        "is_active": pa.bool_(),
        "is_hidden": pa.bool_(),
        "is_edited": pa.bool_(),
        # A text column takes 2 GB a group at most; `_MAX_GROUP_CHARS` keeps far below.
        "attachments": pa.list_(pa.string()),
        "tags": pa.list_(pa.string()),
        "notes": pa.list_(pa.string()),
        "highlights": pa.list_(pa.string()),
    }
    return pa.schema(
        pa.field(field.metadata.get("column", field.name), types.get(field.name, pa.string()))
        for field in fields(Row)
    )


EXPORTER = ParquetExporter()
