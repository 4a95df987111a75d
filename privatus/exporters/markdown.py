"""One Markdown file a conversation, fit for Obsidian.

DEST/claude/2025/Title 1a2b3c4d.md    front matter, then the messages (see `text`)
DEST/attachments/photo 5e6f7a8b….png   linked from there, each content once
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from pathlib import Path

from privatus.core.conversation import Attachment, Conversation
from privatus.core.jobs import Job
from privatus.exporters.bare import is_bare
from privatus.exporters.base import ExportResult, each
from privatus.exporters.characters import encodable, one_line
from privatus.exporters.files import AttachmentFolder, ExportFolder
from privatus.exporters.labels import page_url
from privatus.exporters.names import Names, folder_of, safe_file_name
from privatus.exporters.text import conversation_markdown
from privatus.exporters.times import iso_second, moment

# From a conversation's file to the folder of the export: its source, its year.
_TO_ROOT = "../../"
# Letters, digits and these are what Obsidian takes in a tag.
_NOT_IN_TAG = re.compile(r"[^\w/-]+")


class MarkdownExporter:
    """Writes one Markdown file a conversation."""

    format = "markdown"
    label = "Markdown"

    def __init__(self, *, all_branches: bool = True) -> None:
        """Leave out what is not on the active path unless *all_branches*."""
        self._all_branches = all_branches

    def write(
        self, conversations: Iterable[Conversation], destination: Path, job: Job
    ) -> ExportResult:
        folder = ExportFolder(destination, self.format)
        files = AttachmentFolder(
            folder, "attachments", lambda file, sha256: safe_file_name(file.name, sha256[:16])
        )
        names = Names()
        count = 0

        def link(file: Attachment) -> str | None:
            stored = files.add(file)
            return stored and _TO_ROOT + stored[1]

        for conversation in each(conversations, job):
            text = conversation_markdown(conversation, self._all_branches, link)
            path = names.claim_page(conversation, folder_of(conversation), ".md")
            with folder.create(path) as output:
                output.write_text(front_matter(conversation) + "\n" + text)
            count += 1
        return folder.result(count)


def front_matter(conversation: Conversation) -> str:
    """Return what is known about the conversation as YAML between two lines of dashes."""
    if is_bare(conversation):
        return ""
    title = one_line(conversation.title)
    fields = {
        "title": conversation.title,
        "aliases": [title] if title else [],
        "id": str(conversation.id) if conversation.id else None,
        "source": conversation.source,
        "source_id": conversation.external_id,
        "account": conversation.account,
        "kind": conversation.kind.value,
        "project": conversation.project,
        "folder": conversation.folder,
        "model": conversation.model,
        "url": page_url(conversation),
        "summary": conversation.summary.plain if conversation.summary else None,
        "tags": [tag for word in conversation.tags_of() if (tag := _tag(word))],
        "archived": conversation.in_archive or None,
        "starred": conversation.has_star or None,
        "messages": len(conversation.messages),
    }
    lines = [f"{key}: {_yaml(value)}" for key, value in fields.items() if value is not None]
    # Times bare, so that YAML and Obsidian take them for times.
    for key, time_ms in (
        ("created", conversation.created_at_ms),
        ("updated", conversation.updated_at_ms),
    ):
        if moment(time_ms) is not None:
            lines.append(f"{key}: {iso_second(time_ms)}")
    return "\n".join(["---", *lines, "---", ""])


def _yaml(value: object) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case list():
            return "[" + ", ".join(map(_yaml, value)) + "]"
        case _:
            return '"' + "".join(map(_yaml_char, encodable(str(value)))) + '"'


def _yaml_char(char: str) -> str:
    """Return a character as it may stand between double quotes in any version of YAML."""
    if char in '"\\':
        return "\\" + char
    # Controls, direction marks, line separators, what is not assigned: YAML forbids some, folds
    # others, and none of them may act in the editor that shows the file.
    if unicodedata.category(char)[0] == "C" or char in "\u2028\u2029":
        return f"\\x{ord(char):02x}" if char < "\x80" else f"\\U{ord(char):08x}"
    return char


def _tag(word: str) -> str:
    tag = _NOT_IN_TAG.sub("-", one_line(word)).strip("-/")
    # Obsidian takes a number for a number.
    return f"_{tag}" if tag.isdigit() else tag


EXPORTER = MarkdownExporter()
