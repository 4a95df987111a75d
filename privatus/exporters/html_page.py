"""One conversation as one HTML page that holds all it shows.

Made piece by piece: a page with a hundred photos does not fit in memory twice.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator
from functools import partial
from html import escape
from typing import Protocol

from privatus.core.annotation import Annotation
from privatus.core.conversation import Attachment, Conversation, Message, Part, PartKind, Role
from privatus.exporters.branches import Branch, branches
from privatus.exporters.characters import one_line, readable
from privatus.exporters.html_style import head
from privatus.exporters.labels import page_url, remarks, safe_url, source_label, speaker
from privatus.exporters.markdown_html import code, rendered
from privatus.exporters.marking import as_html, kept, with_marks
from privatus.exporters.notes import facts
from privatus.exporters.text import (
    SHOW_FILES,
    artifact_language,
    as_json,
    attachment_of,
    branch_point,
    looks_like_json,
    summary,
    unshown_attachments,
)
from privatus.exporters.times import iso, minute


class Files(Protocol):
    """Where a page finds the attachments of its messages."""

    def image(self, attachment: Attachment) -> tuple[str, bytes] | None:
        """Return the media type and the bytes of a picture that a page may hold, else None."""
        ...

    def link(self, attachment: Attachment) -> str | None:
        """Return the address of the attachment's file, as seen from the page, if it has one."""
        ...


def page(conversation: Conversation, files: Files, index: str) -> Iterator[str]:
    """Yield the page of *conversation* in pieces; *index* is the address of the list of all."""
    title = shown(conversation.title) or "Untitled"
    yield head(title)
    yield f'<body>\n<nav><a href="{index}">All conversations</a></nav>\n'
    yield f'<header><h1 dir="auto">{title}</h1>\n{_facts(conversation)}</header>\n<main>\n'
    yield _summary(conversation)
    for said in conversation.annotations_of():
        yield from _note(said)
    others = branches(conversation)
    forks: dict[int | None, list[int]] = {}
    for number, branch in enumerate(others, start=1):
        point = None if branch.parent is None else branch.parent.number
        forks.setdefault(point, []).append(number)
    for message in conversation.active_path():
        yield from _message(conversation, message, files)
        yield _fork(forks.get(message.number, []))
    yield "</main>\n"
    if others:
        yield '<section class="branches"><h2>Other branches</h2>\n'
        for number, branch in enumerate(others, start=1):
            yield from _branch(conversation, number, branch, files)
        yield "</section>\n"
    yield "</body>\n</html>\n"


def _summary(conversation: Conversation) -> str:
    """Return the summary of *conversation* as paragraphs; "" if none is kept."""
    said = conversation.summary
    if said is None or not said.plain:
        return ""
    lines = said.text.splitlines() if said.is_own else [s.plain for s in said.sentences]
    told = "".join(f'<p dir="auto">{shown(line)}</p>\n' for line in lines if line.strip())
    return f'<section class="summary"><h2>Summary</h2>\n{told}</section>\n'


def shown(text: str | None) -> str:
    """Return *text* as one line of HTML."""
    return escape(one_line(text or ""))


def time(time_ms: int | None) -> str:
    """Return a time as HTML; "" if it is not known."""
    text = minute(time_ms)
    return f'<time datetime="{iso(time_ms)}" title="{text} UTC">{text}</time>' if text else ""


def count(number: int, noun: str) -> str:
    """Return "1 message", "2 messages"."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _facts(conversation: Conversation) -> str:
    url = page_url(conversation)
    facts = [
        shown(source_label(conversation.source)),
        time(conversation.created_at_ms),
        shown(conversation.model),
        shown(conversation.project),
        count(len(conversation.messages), "message"),
        "archived" if conversation.in_archive else "",
        "starred" if conversation.has_star else "",
        f'<a href="{escape(url)}" rel="noreferrer noopener">open at its source</a>' if url else "",
    ]
    line = "".join(f"<span>{fact}</span>" for fact in facts if fact)
    tags = "".join(f"<span>{shown(tag)}</span>" for tag in conversation.tags_of())
    return f'<p class="facts">{line}</p>\n' + (f'<p class="facts tags">{tags}</p>\n' * bool(tags))


def _fork(numbers: list[int]) -> str:
    links = ", ".join(f'<a href="#b{number}">branch {number}</a>' for number in numbers)
    return f'<p class="fork">It also went on otherwise: {links}</p>\n' if links else ""


def _branch(conversation: Conversation, number: int, branch: Branch, files: Files) -> Iterator[str]:
    yield f'<details class="branch" id="b{number}"><summary>Branch {number}: '
    yield f"{count(len(branch.messages), 'message')}</summary>\n"
    point = shown(branch_point(conversation, branch))
    if branch.parent is not None:
        point = f'<a href="#m{branch.parent.number}">{point}</a>'
    yield f'<p class="facts">Branch of {point}</p>\n'
    for message in branch.messages:
        yield from _message(conversation, message, files)
    yield "</details>\n"


def _message(conversation: Conversation, message: Message, files: Files) -> Iterator[str]:
    yield f'<article class="message {message.role.value}" id="m{message.number}">\n<header>'
    yield f'<b dir="auto">{shown(speaker(conversation, message))}</b>'
    yield f'<a href="#m{message.number}">{time(message.created_at_ms)}</a>'
    for tag in conversation.tags_of(message.number):
        yield f'<span class="tag">{shown(tag)}</span>'
    for remark in remarks(message):
        yield f"<span>{remark}</span>"
    yield "</header>\n"
    if message.is_hidden:
        yield '<details class="aside"><summary>Hidden by the provider</summary>\n'
    yield '<div class="body">\n'
    for part in with_marks(message, conversation.annotations_of(message.number)):
        yield from _part(message, part, files)
    for file in unshown_attachments(message):
        yield from _media(file, files)
    yield "</div>\n"
    if message.is_hidden:
        yield "</details>\n"
    for said in conversation.annotations_of(message.number):
        yield from _note(said)
    yield "</article>\n"


def _note(said: Annotation) -> Iterator[str]:
    yield f'<section class="note">\n<p class="facts">{facts(said)}</p>\n'
    if said.passage is not None:
        yield f'<blockquote dir="auto">{shown(said.passage.quote)}</blockquote>\n'
    yield rendered(said.text, keeps_lines=True) if said.text else ""
    yield "</section>\n"


def _part(message: Message, part: Part, files: Files) -> Iterator[str]:
    attachment = attachment_of(message, part) if part.kind in SHOW_FILES else None
    match part.kind:
        case PartKind.TEXT:
            keeps_lines = message.role is Role.USER
            yield as_html(kept(part.text, partial(rendered, keeps_lines=keeps_lines)))
        case PartKind.CODE:
            yield code(part.text, part.name or "")
        case PartKind.NOTICE:
            words = " ".join(filter(None, (shown(part.name), escape(readable(part.text)))))
            yield f'<p class="notice" dir="auto">{words}</p>\n'
        case PartKind.ARTIFACT:
            yield f'<p dir="auto"><b>{shown(part.name)}</b></p>\n' if part.name else ""
            yield code(part.text, artifact_language(part))
            yield from _media(attachment, files)
        case PartKind.IMAGE | PartKind.AUDIO | PartKind.VIDEO:
            yield from _media(attachment, files) if attachment else _address(part)
            yield rendered(part.text)
        case PartKind.FILE:
            yield from _media(attachment, files) if attachment else _address(part)
            if part.text:
                yield _aside("Text of the file", code(part.text, ""))
        case _:
            yield from _folded(part, attachment, files)


def _folded(part: Part, attachment: Attachment | None, files: Files) -> Iterator[str]:
    """Yield what happened beside the message: thinking, tools, sources."""
    yield f'<details class="aside"><summary dir="auto">{shown(summary(part))}</summary>\n'
    if part.kind in (PartKind.TOOL_CALL, PartKind.TOOL_RESULT):
        yield code(part.text, "json" if looks_like_json(part.text) else "") if part.text else ""
    else:
        yield rendered(part.text)
    if part.kind is PartKind.UNKNOWN:
        yield code(as_json(part.data), "json")
    yield from _address(part) if part.url else ()
    yield from _media(attachment, files)
    yield "</details>\n"


def _aside(title: str, body: str) -> str:
    return f'<details class="aside"><summary>{title}</summary>\n{body}</details>\n'


def _address(part: Part) -> Iterable[str]:
    """Yield a link to what is on the web; nothing is loaded from there."""
    url = safe_url(part.url)
    name = shown(part.name or part.url or part.kind.value)
    if url is None:
        yield f'<p><span class="file">{name}</span></p>\n'
    else:
        yield f'<p><a href="{escape(url)}" rel="noreferrer noopener">{name}</a></p>\n'


def _media(attachment: Attachment | None, files: Files) -> Iterator[str]:
    if attachment is None:
        return
    name = shown(attachment.name) or "file"
    image = files.image(attachment)
    if image is not None:
        media_type, content = image
        yield f'<figure class="image"><img alt="{name}" src="data:{media_type};base64,'
        yield base64.b64encode(content).decode()
        yield f'"><figcaption dir="auto">{name}</figcaption></figure>\n'
        return
    address = files.link(attachment)
    if address is None:
        yield f'<p><span class="file">{name} <small>not in the export</small></span></p>\n'
    else:
        yield f'<p><a class="file" href="{escape(address)}" download="{name}">{name}</a></p>\n'
