"""Rows of Google's activity as HTML: MyActivity.html, under a name in any language.

    <div class="outer-cell ...">
      <div class="header-cell ...">  the product  </div>
      <div class="content-cell ... body-1">
        verb prompt <br> Attached 1 file. <br> - <a href="file">name</a> <br> date <br> answer
      </div>
      <div class="content-cell ... text-right">  images  </div>
      <div class="content-cell ... caption">  products; details with the thread's address  </div>
    </div>

An older layout has verb and date in the header cell, and prompt and answer as paragraphs. Pages
of 100 MB and more exist, so that a page is read in blocks and cut at its outer cells.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass

from privatus.core.conversation import Json
from privatus.importers.base import Notes
from privatus.importers.export import Member
from privatus.importers.gemini_row import Row, is_file, split_verb, thread_ids
from privatus.importers.gemini_time import date_ms, looks_like_date
from privatus.importers.html_text import to_markdown, to_plain
from privatus.importers.html_tokens import TokenKind, tokens

_BLOCK_BYTES = 1024**2
# The longest answer known has some 100 KB; a page without cells must not fill the memory.
_MAX_CELL_CHARS = 64 * 1024**2
# An outer cell's start tag is shorter: so much of a block's end may belong to one that is cut.
_MAX_TAG_CHARS = 512

_OUTER = re.compile(r'<div\b[^<>]{0,200}?\bclass="[^"<>]{0,200}?\bouter-cell\b')
_CELL = re.compile(r'<div\b[^<>]*?\bclass="([^"<>]*\b(?:header|content)-cell\b[^"<>]*)"[^<>]*>')
_BREAK = re.compile(r"<br\b[^<>]*>", re.IGNORECASE)
_LINE_END = re.compile(r"<br\b[^<>]*>|</(?:p|h[1-6]|div|b)\s*>", re.IGNORECASE)
_FIRST_PARAGRAPH = re.compile(r"\s*<p\b[^<>]*>(.*?)</p\s*>", re.IGNORECASE | re.DOTALL)
_END_TAG = re.compile(r"</(?:div|body|html)>$", re.IGNORECASE)


def is_activity(head: str) -> bool:
    """Say whether a page that begins so holds rows of an activity."""
    return _OUTER.search(head) is not None


def rows(member: Member, notes: Notes) -> Iterator[Row | None]:
    """Yield the member's rows in its order; None stands for one that was noted as unreadable.

    Raises:
        UnreadableInputError: the member is damaged.
    """
    folder = member.path.rpartition("/")[0]
    for number, cell in enumerate(_cells(member)):
        where = f"{member.path}[{number}]"
        if len(cell) > _MAX_CELL_CHARS:
            notes.skip(where, "the row is longer than any that Google writes")
            yield None
        else:
            yield _row(where, folder, cell)


def _cells(member: Member) -> Iterator[str]:
    """Yield the page's outer cells, each up to the next one's start."""
    decoder = codecs.getincrementaldecoder("utf-8-sig")(errors="replace")
    pending: list[str] = []  # the cell that is open, without its last block
    size = 0
    is_open = False
    tail = ""
    with member.open() as stream:
        while block := stream.read(_BLOCK_BYTES):
            tail += decoder.decode(block)
            start, is_new = 0, False
            for found in _OUTER.finditer(tail):
                if is_open:
                    yield "".join((*pending, tail[start : found.start()]))
                pending, size, start = [], 0, found.start()
                is_open = is_new = True
            # What may be the beginning of the next start tag waits for the next block.
            # One character further than a tag that was found, so that it is not found again.
            cut = max(start + is_new, len(tail) - _MAX_TAG_CHARS)
            if is_open and size <= _MAX_CELL_CHARS:
                pending.append(tail[start:cut])
                size += cut - start
            tail = tail[cut:]
    if is_open:
        yield "".join((*pending, tail))


@dataclass(slots=True)
class _Cells:
    """The cells within one outer cell, as HTML."""

    header: str = ""
    main: str = ""
    images: str = ""
    caption: str = ""


def _split(cell: str) -> _Cells:
    found = list(_CELL.finditer(cell))
    ends = [match.start() for match in found[1:]] + [len(cell)]
    cells = _Cells()
    # Of a cell that holds none, the one end is left over.
    for match, end in zip(found, ends, strict=False):
        inner = _without_end_tags(cell[match.end() : end])
        if "header-cell" in match[1]:
            cells.header += inner
        elif "caption" in match[1]:
            cells.caption += inner
        elif "text-right" in match[1]:
            cells.images += inner
        else:
            cells.main += inner
    return cells


def _without_end_tags(source: str) -> str:
    """Return *source* without the end tags of the cells around it."""
    end = len(source.rstrip())
    while found := _END_TAG.search(source, max(0, end - 8), end):
        end = found.start()
        while end and source[end - 1].isspace():
            end -= 1
    return source[:end]


def _lines(source: str) -> list[str]:
    """Return the lines of text in a short piece of HTML, trimmed, without empty ones."""
    text = to_plain(_LINE_END.sub("\n", source))
    return [line for raw in text.split("\n") if (line := " ".join(raw.split()))]


def _row(where: str, folder: str, cell: str) -> Row:
    cells = _split(cell)
    header = _lines(cells.header)
    product = header[0] if header else ""
    date = next((line for line in header[1:] if looks_like_date(line)), None)
    files = _files(cells.images)
    content = ""
    if date is not None:
        verb = " ".join(line for line in header[1:] if line != date)
        title, answer, content = _from_paragraphs(verb, cells.main)
    else:
        before, date, answer = _at_date(cells.main)
        title, content = _title(before, files)
    metadata: dict[str, Json] = {}
    time_ms = date_ms(date) if date else None
    if date:
        # The zone is that of the day of the export, so the hour may be wrong by one.
        metadata = {"time": date, "time_precision": "zone-abbreviation"}
    if details := _details(cells.caption, product):
        metadata["details"] = details
    return Row(
        where=where,
        folder=folder,
        product=product,
        title=title,
        time_ms=time_ms,
        threads=thread_ids(_addresses(cells.caption)),
        answers=(answer,) if _says_something(answer) else (),
        content=content,
        files=files,
        metadata=metadata,
    )


def _from_paragraphs(verb: str, main: str) -> tuple[str, str, str]:
    """Return title, answer and content of a row whose verb stands in its header."""
    if not split_verb(f"{verb} ")[0]:
        return verb, "", to_markdown(main)
    found = _FIRST_PARAGRAPH.match(main)
    if found is None:
        return f"{verb} {to_plain(main).strip()}", "", ""
    return f"{verb} {to_plain(found[1]).strip()}", main[found.end() :].strip(), ""


def _at_date(main: str) -> tuple[list[str], str | None, str]:
    """Cut the main cell at its date: the lines before it, the date, the answer behind it."""
    lines: list[str] = []
    start = 0
    for found in _BREAK.finditer(main):
        line = main[start : found.start()]
        # The answer may hold dates as well; the first one is the row's.
        if looks_like_date(text := " ".join(to_plain(line).split())):
            return lines, text, main[found.end() :].strip()
        lines.append(line)
        start = found.end()
    rest = main[start:]
    if lines and looks_like_date(text := " ".join(to_plain(rest).split())):
        return lines, text, ""
    # Without a date nothing says where the prompt ends; it is the first line.
    return lines[:1] or [rest], None, "<br>".join([*lines[1:], rest]) if lines else ""


def _title(lines: list[str], files: dict[str, str]) -> tuple[str, str]:
    """Return the title, and what an event has below it; put attached files into *files*."""
    texts: list[str] = []
    has_files = False
    for line in lines:
        text = to_plain(line)
        attached = _files(line) if text.lstrip().startswith("-") else {}
        if attached:
            # The line before the first file says how many there are.
            if not has_files and len(texts) > 1:
                texts.pop()
            has_files = True
            files.update(attached)
        else:
            texts.append(text)
    first = texts[0].strip() if texts else ""
    if split_verb(first)[0] or len(texts) < 2:
        return "\n".join(texts).strip(), ""
    return _event_or_prompt(first, texts)


def _event_or_prompt(first: str, texts: list[str]) -> tuple[str, str]:
    from_event = Row(where="", folder="", product="", title=first, time_ms=None).event
    if from_event:
        return first, "\n".join(texts[1:]).strip()
    return "\n".join(texts).strip(), ""


def _files(source: str) -> dict[str, str]:
    """Return the files of the export that links and images point to, and their shown names."""
    found: dict[str, str] = {}
    current = ""
    for token in tokens(source):
        if token.kind is TokenKind.START:
            address = token.attributes.get("href" if token.value == "a" else "src", "")
            current = address if is_file(address) else current
            if is_file(address):
                found.setdefault(address, token.attributes.get("alt", ""))
        elif token.kind is TokenKind.TEXT and current:
            found[current] = found[current] or " ".join(token.value.split())
        elif token.kind is TokenKind.END:
            current = ""
    return {path: name or path for path, name in found.items()}


def _addresses(source: str) -> list[str]:
    return [
        token.attributes.get("href", "")
        for token in tokens(source)
        if token.kind is TokenKind.START
    ]


def _details(caption: str, product: str) -> list[str]:
    """Return what the caption says beside labels, the product and the thread's address."""
    return [
        line
        for line in _lines(caption)
        if not line.endswith((":", "\uff1a")) and line != product and not thread_ids([line])
    ]


def _says_something(source: str) -> bool:
    return bool(to_plain(source).strip()) or "<img" in source
