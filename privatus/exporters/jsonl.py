"""One JSON object a message and line, for programs that read a line at a time.

DEST/messages.jsonl    the fields of a row, and `parts` with what was said beside the text
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

from privatus.core.conversation import Conversation, Message
from privatus.core.jobs import Job
from privatus.exporters.base import ExportResult, each
from privatus.exporters.files import ExportFolder
from privatus.exporters.privatus_json import annotation_record, encoded, part_record
from privatus.exporters.rows import Row, rows
from privatus.exporters.times import iso


class JsonlExporter:
    """Writes one line of JSON a message."""

    format = "jsonl"
    label = "JSON lines"

    def write(
        self, conversations: Iterable[Conversation], destination: Path, job: Job
    ) -> ExportResult:
        folder = ExportFolder(destination, self.format)
        count = 0
        with folder.create("messages.jsonl") as output:
            for conversation in each(conversations, job):
                for message, row in rows(conversation):
                    output.write(line(conversation, message, row) + b"\n")
                count += 1
        return folder.result(count)


def line(conversation: Conversation, message: Message, row: Row) -> bytes:
    """Return one message as a line, without its end."""
    record = {
        ("created_at" if key == "created_at_ms" else key): value
        for key, value in asdict(row).items()
    }
    record["created_at"] = iso(row.created_at_ms)
    record["annotations"] = [
        annotation_record(conversation, said)
        for said in conversation.annotations_of(message.number)
    ]
    record["parts"] = [part_record(part) for part in message.parts]
    return encoded(record)


EXPORTER = JsonlExporter()
