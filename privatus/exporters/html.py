"""One HTML page a conversation, and a list of them.

DEST/index.html                        the list, newest first
DEST/claude/2025/Title 1a2b3c4d.html   a page that holds all it shows, images too
DEST/files/notes 5e6f7a8b….pdf         what a page cannot hold, linked from there
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from privatus.core.conversation import Attachment, Conversation
from privatus.core.jobs import Job
from privatus.exporters.base import ExportResult, each
from privatus.exporters.files import AttachmentFolder, ExportFolder
from privatus.exporters.html_page import count, page, shown, time
from privatus.exporters.html_style import head
from privatus.exporters.labels import source_label
from privatus.exporters.names import Names, folder_of, safe_file_name
from privatus.exporters.times import moment

# From a conversation's page to the folder of the export: its source, its year.
_TO_ROOT = "../../"
_MAX_IMAGE_BYTES = 10 << 20
# Pictures of dots, by their first bytes: a name or a type from outside proves nothing, and an
# SVG is a program.
_RASTER = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
)
# What a browser, or a double click, shows or plays but does not run. Anything else gets ".txt".
_HARMLESS_LIST = """
    aac avif bmp csv docx epub flac gif gz heic jpeg jpg json m4a md mkv mov mp3 mp4 odp ods odt
    ogg opus pdf png pptx rtf tar tif tiff tsv txt wav webm webp xlsx zip
"""
_HARMLESS = frozenset(_HARMLESS_LIST.split())


class HtmlExporter:
    """Writes one HTML page a conversation."""

    format = "html"
    label = "HTML"

    def write(
        self, conversations: Iterable[Conversation], destination: Path, job: Job
    ) -> ExportResult:
        folder = ExportFolder(destination, self.format)
        files = _PageFiles(folder)
        names = Names()
        names.claim("index", ".html")
        entries = []
        for conversation in each(conversations, job):
            path = names.claim_page(conversation, folder_of(conversation), ".html")
            with folder.create(path) as output:
                for piece in page(conversation, files, _TO_ROOT + "index.html"):
                    output.write_text(piece)
            entries.append(_Entry.of(conversation, path))
        with folder.create("index.html") as output:
            for piece in _index(entries):
                output.write_text(piece)
        return folder.result(len(entries))


class _PageFiles:
    """Gives pages their images, and files for what they cannot hold."""

    def __init__(self, folder: ExportFolder) -> None:
        self._files = AttachmentFolder(folder, "files", _file_name)

    def image(self, attachment: Attachment) -> tuple[str, bytes] | None:
        head = self._files.read(attachment, 16)
        media_type = _raster_type(head or b"")
        if media_type is None:
            return None
        content = self._files.read(attachment, _MAX_IMAGE_BYTES + 1)
        if content is None or len(content) > _MAX_IMAGE_BYTES:
            return None
        return media_type, content

    def link(self, attachment: Attachment) -> str | None:
        stored = self._files.add(attachment)
        return stored and _TO_ROOT + quote(stored[1])


@dataclass(frozen=True, slots=True)
class _Entry:
    """A line of the list: all that is kept of a conversation when its page is written."""

    time_ms: int | None
    title: str
    path: str
    source: str
    messages: int

    @staticmethod
    def of(conversation: Conversation, path: str) -> _Entry:
        times = [conversation.created_at_ms, *(m.created_at_ms for m in conversation.messages[:1])]
        return _Entry(
            time_ms=next((ms for ms in times if moment(ms)), None),
            title=shown(conversation.title[:500]) or "Untitled",
            path=path,
            source=shown(source_label(conversation.source)),
            messages=len(conversation.messages),
        )


def _index(entries: list[_Entry]) -> Iterator[str]:
    entries.sort(key=lambda entry: (entry.time_ms is None, -(entry.time_ms or 0)))
    yield head("Conversations")
    total = count(len(entries), "conversation")
    yield f'<body>\n<header><h1>Conversations</h1>\n<p class="facts">{total}</p></header>\n<main>\n'
    year = None
    for entry in entries:
        when = moment(entry.time_ms)
        this_year = str(when.year) if when else "Undated"
        if this_year != year:
            yield "" if year is None else "</ul>\n"
            yield f'<h2 class="year">{this_year}</h2>\n<ul class="list">\n'
            year = this_year
        facts = (entry.source, time(entry.time_ms), count(entry.messages, "message"))
        line = "".join(f"<span>{fact}</span>" for fact in facts if fact)
        yield f'<li><a href="{quote(entry.path)}" dir="auto">{entry.title}</a>'
        yield f'<div class="facts">{line}</div></li>\n'
    yield "" if year is None else "</ul>\n"
    yield "</main>\n</body>\n</html>\n"


def _raster_type(head: bytes) -> str | None:
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    return next((media_type for magic, media_type in _RASTER if head.startswith(magic)), None)


def _file_name(attachment: Attachment, sha256: str) -> str:
    name = safe_file_name(attachment.name, sha256[:16])
    return name if name.rpartition(".")[2].lower() in _HARMLESS else name + ".txt"


EXPORTER = HtmlExporter()
