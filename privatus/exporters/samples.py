"""The first conversation of an export as it would be written, without writing anything."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

import msgspec

from privatus.core.conversation import Attachment, Conversation
from privatus.core.errors import UsageError
from privatus.exporters import html_page, jsonl, table
from privatus.exporters.markdown import front_matter
from privatus.exporters.privatus_json import conversation_record, encoded
from privatus.exporters.rows import rows
from privatus.exporters.text import conversation_markdown


def sample(format: str, conversation: Conversation) -> str:
    """Return *conversation* as *format* writes it; Parquet, which is no text, as a table.

    Raises:
        UsageError: there is no such format.
    """
    if format not in _SAMPLES:
        raise UsageError(f"this format is not known; choose one of {', '.join(_SAMPLES)}")
    return _SAMPLES[format](conversation)


def _markdown(conversation: Conversation) -> str:
    return front_matter(conversation) + "\n" + conversation_markdown(conversation)


def _html(conversation: Conversation) -> str:
    return "".join(html_page.page(conversation, _NoFiles(), "index.html"))


def _json(conversation: Conversation) -> str:
    document = encoded(conversation_record(conversation, lambda _: None))
    return msgspec.json.format(document, indent=2).decode()


def _jsonl(conversation: Conversation) -> str:
    lines = (jsonl.line(conversation, message, row) for message, row in rows(conversation))
    return b"\n".join(lines).decode()


def _table(conversation: Conversation) -> str:
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(table.COLUMNS)
    for _, row in rows(conversation):
        writer.writerow(map(table.cell, table.values(row)))
    return written.getvalue()


class _NoFiles:
    """What a page shows of attachments while none is written."""

    def image(self, attachment: Attachment) -> tuple[str, bytes] | None:
        return None

    def link(self, attachment: Attachment) -> str | None:
        return None


_SAMPLES: dict[str, Callable[[Conversation], str]] = {
    "markdown": _markdown, "html": _html, "json": _json, "jsonl": _jsonl, "csv": _table,
    "parquet": _table,
}  # fmt: skip
