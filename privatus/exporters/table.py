"""One row a message in a CSV file, for spreadsheets.

DEST/messages.csv    RFC 4180, UTF-8 with a mark at its beginning, by which Excel knows it

What a spreadsheet would take for a formula gets an apostrophe in front, and so does what begins
with one: whoever drops one where a cell, or a piece of it, begins has the text again. Pieces begin
after semicolons, tabs and line ends: where those part cells, a quotation mark in the middle of a
line holds nothing together.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from dataclasses import fields
from pathlib import Path
from typing import Protocol

from privatus.core.conversation import Conversation
from privatus.core.jobs import Job
from privatus.exporters.base import ExportResult, each
from privatus.exporters.files import ExportFolder, OutputFile
from privatus.exporters.rows import Row, rows
from privatus.exporters.times import iso

# OWASP's list, with the wide forms that Japanese and Chinese Excel take for the same.
_FORMULA = re.compile("(?:\\A(?=[\t\r\n])|(?:\\A|(?<=[;\t\r\n]))(?=[=+@＝＋－＠'-]))")  # noqa: RUF001
COLUMNS = tuple(str(field.metadata.get("column", field.name)) for field in fields(Row))


class TableExporter:
    """Writes one row of CSV a message."""

    format = "csv"
    label = "CSV"

    def write(
        self, conversations: Iterable[Conversation], destination: Path, job: Job
    ) -> ExportResult:
        folder = ExportFolder(destination, self.format)
        with folder.create("messages.csv") as output:
            count = write_rows(_Text(output), each(conversations, job))
        return folder.result(count)


class TextOutput(Protocol):
    """What takes text."""

    def write(self, text: str, /) -> object: ...


def write_rows(output: TextOutput, conversations: Iterable[Conversation]) -> int:
    """Write the head, and one row a message; return how many conversations it were."""
    output.write("\ufeff")
    writer = csv.writer(output, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    count = 0
    for conversation in conversations:
        for _, row in rows(conversation):
            writer.writerow(map(cell, values(row)))
        count += 1
    return count


def cell(value: object) -> str:
    """Return *value* as the text of a cell that no spreadsheet takes for a formula."""
    text = "" if value is None else str(value)
    return _FORMULA.sub("'", text)


def values(row: Row) -> Iterable[object]:
    """Yield what the cells of *row* hold, in the order of the columns."""
    for field in fields(row):
        value = getattr(row, field.name)
        if field.name == "created_at_ms":
            yield iso(value)
        elif isinstance(value, bool):
            yield "true" if value else "false"
        elif isinstance(value, tuple):
            yield "; ".join(value)
        else:
            yield value


class _Text:
    """An output file as `csv` wants it: `write` takes text."""

    def __init__(self, output: OutputFile) -> None:
        self.write = output.write_text


EXPORTER = TableExporter()
