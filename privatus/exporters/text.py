"""A conversation as one text to read: Markdown fit for Obsidian, or plain text for a terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from urllib.parse import quote

import msgspec

from privatus.core.conversation import Attachment, Conversation, Message, Part, PartKind
from privatus.exporters.blocks import callout, closed, escaped_line, fence
from privatus.exporters.branches import Branch, branches
from privatus.exporters.characters import encodable, one_line, readable
from privatus.exporters.harmless import harmless
from privatus.exporters.labels import remarks, safe_url, speaker
from privatus.exporters.marking import kept, with_marks
from privatus.exporters.notes import Footnotes, Quotations, plain_notes
from privatus.exporters.privatus_json import encoded
from privatus.exporters.times import minute

# The path of an attachment's file, as a link from the text; None: there is no file.
Link = Callable[[Attachment], str | None]

# The parts that show the attachment they name; what another part names is listed after them.
SHOW_FILES = frozenset(
    {
        *(PartKind.IMAGE, PartKind.AUDIO, PartKind.VIDEO, PartKind.FILE),
        *(PartKind.ARTIFACT, PartKind.TOOL_CALL, PartKind.TOOL_RESULT),
    }
)
_HIDDEN = "hidden"
_UNTITLED = "Untitled"


_SUMMARIES = {
    PartKind.THINKING: "Thinking",
    PartKind.TOOL_CALL: "Tool call",
    PartKind.TOOL_RESULT: "Tool result",
    PartKind.QUOTE: "Source",
    PartKind.UNKNOWN: "Unknown content",
}


def no_link(_: Attachment) -> str | None:
    """Return None: the attachments are only named."""
    return None


def conversation_markdown(
    conversation: Conversation,
    all_branches: bool = True,
    link: Link = no_link,
    *,
    for_paper: bool = False,
) -> str:
    """Return the conversation as Markdown; *link* says where the attachments are.

    What is not on the active path stands at the end, or is left out without *all_branches*.
    *for_paper*: notes stand below their messages, and signs around what is annotated (marking.py).
    """
    notes = Quotations(conversation) if for_paper else Footnotes(conversation)
    if for_paper:
        marked = (_marked(conversation, message) for message in conversation.messages)
        conversation = replace(conversation, messages=tuple(marked))
    blocks = [f"# {escaped_line(conversation.title) or _UNTITLED}", *notes.references()]
    for message in conversation.active_path():
        blocks += _message(conversation, message, link)
        blocks += notes.references(message.number)
    others = branches(conversation) if all_branches else []
    if others:
        blocks.append("# Other branches")
    for branch in others:
        blocks.append(f"> Branch of {escaped_line(branch_point(conversation, branch))}")
        for message in branch.messages:
            blocks += _message(conversation, message, link)
            blocks += notes.references(message.number)
    blocks += notes.definitions()
    return encodable("\n\n".join(blocks)) + "\n"


def conversation_text(
    conversation: Conversation, all_branches: bool = False, marked: int | None = None
) -> str:
    """Return the conversation as plain text that is safe to print to a terminal.

    The message with the number *marked* stands out: it is the one that was looked for.
    """
    blocks = [one_line(conversation.title) or _UNTITLED]
    if conversation.tags_of():
        blocks.append(_tagged(conversation))
    blocks += plain_notes(conversation)
    for message in conversation.active_path():
        blocks += _plain_message(conversation, message, is_marked=message.number == marked)
    for branch in branches(conversation) if all_branches else ():
        blocks.append(f"*** branch of {branch_point(conversation, branch)} ***")
        for message in branch.messages:
            blocks += _plain_message(conversation, message, is_marked=message.number == marked)
    return encodable("\n\n".join(blocks)) + "\n"


def _marked(conversation: Conversation, message: Message) -> Message:
    annotations = conversation.annotations_of(message.number)
    return replace(message, parts=with_marks(message, annotations)) if annotations else message


def heading(conversation: Conversation, message: Message) -> str:
    """Return "You · 2025-01-02 10:11": who, when (UTC), and what is odd about the message."""
    words = [
        one_line(speaker(conversation, message)),
        minute(message.created_at_ms),
        _HIDDEN if message.is_hidden else "",
        *remarks(message),
        _tagged(conversation, message.number),
    ]
    return " · ".join(word for word in words if word)


def _tagged(conversation: Conversation, number: int | None = None) -> str:
    """Return "tagged work/tax, home"; "" if it has no tags."""
    tags = ", ".join(map(one_line, conversation.tags_of(number)))
    return f"tagged {tags}" if tags else ""


def branch_point(conversation: Conversation, branch: Branch) -> str:
    """Return "message 3 (You · 2025-01-02 10:11)": what the branch follows."""
    if branch.parent is None:
        return "the beginning"
    return f"message {branch.parent.number} ({heading(conversation, branch.parent)})"


def unshown_attachments(message: Message) -> list[Attachment]:
    """Return the attachments that no part of the message shows."""
    shown = {part.attachment for part in message.parts if part.kind in SHOW_FILES}
    return [file for index, file in enumerate(message.attachments) if index not in shown]


def attachment_of(message: Message, part: Part) -> Attachment | None:
    """Return the attachment that the part shows, None if there is none."""
    index = part.attachment
    if index is None or not 0 <= index < len(message.attachments):
        return None
    return message.attachments[index]


def as_json(value: object) -> str:
    """Return *value* as indented JSON, to show what no other rule knows how to show."""
    return msgspec.json.format(encoded(value), indent=2).decode()


def looks_like_json(text: str) -> bool:
    """Say whether *text* is a JSON object or list, and so is shown as code in JSON."""
    if not text.lstrip().startswith(("{", "[")):
        return False
    try:
        msgspec.json.decode(encodable(text))
    except (msgspec.DecodeError, RecursionError):
        return False
    return True


def _message(conversation: Conversation, message: Message, link: Link) -> Iterator[str]:
    yield f"## {escaped_line(heading(conversation, message))}"
    blocks = [block for part in message.parts if (block := _part(message, part, link))]
    files = unshown_attachments(message)
    if files:
        blocks.append("\n".join(f"- {_file(file, link)}" for file in files))
    if message.is_hidden and blocks:
        yield callout("note", "Hidden message", "\n\n".join(blocks))
    else:
        yield from blocks


def _part(message: Message, part: Part, link: Link) -> str:
    """Return one part as Markdown; "" if there is nothing to show."""
    match part.kind:
        case PartKind.TEXT:
            return kept(part.text, lambda text: closed(harmless(text)))
        case PartKind.CODE:
            return fence(part.text, part.name or "")
        case PartKind.NOTICE:
            return callout("info", part.name or "", closed(harmless(part.text)), folded=False)
        case PartKind.THINKING:
            return callout("note", summary(part), closed(harmless(part.text)))
        case PartKind.TOOL_CALL | PartKind.TOOL_RESULT:
            body = _joined(_tool_text(part.text), _own_file(message, part, link))
            return callout("note", summary(part), body)
        case PartKind.QUOTE:
            source = _linked(part.url, part.url) if part.url else ""
            return callout("quote", summary(part), _joined(closed(harmless(part.text)), source))
        case PartKind.ARTIFACT:
            title = f"**{escaped_line(part.name)}**" if part.name else ""
            body = fence(part.text, artifact_language(part))
            return _joined(title, body, _own_file(message, part, link))
        case PartKind.IMAGE | PartKind.AUDIO | PartKind.VIDEO:
            return _joined(_media(message, part, link), closed(harmless(part.text)))
        case PartKind.FILE:
            body = callout("note", "Text of the file", fence(part.text)) if part.text else ""
            return _joined(_media(message, part, link), body)
        case PartKind.UNKNOWN:
            body = _joined(closed(harmless(part.text)), fence(as_json(part.data), "json"))
            return callout("note", summary(part), body)


def summary(part: Part) -> str:
    """Return the one line that stands for a folded part: "Tool call: web_search"."""
    what = _SUMMARIES[part.kind]
    return f"{what}: {part.name}" if part.name else what


def artifact_language(part: Part) -> str:
    """Return the language of an artifact's text, as far as its data says it."""
    language = part.data.get("language")
    if isinstance(language, str) and language:
        return language
    media_type = part.data.get("type")
    return _ARTIFACT_LANGUAGES.get(media_type, "") if isinstance(media_type, str) else ""


_ARTIFACT_LANGUAGES = {
    "text/markdown": "markdown",
    "text/html": "html",
    "image/svg+xml": "svg",
    "application/vnd.ant.react": "jsx",
    "application/vnd.ant.mermaid": "mermaid",
}


def _tool_text(text: str) -> str:
    return fence(text, "json" if looks_like_json(text) else "") if text else ""


def _joined(*blocks: str) -> str:
    return "\n\n".join(filter(None, blocks))


def _own_file(message: Message, part: Part, link: Link) -> str:
    return "" if part.attachment is None else _media(message, part, link)


def _media(message: Message, part: Part, link: Link) -> str:
    attachment = attachment_of(message, part)
    if attachment is None:
        return _linked(part.name or part.kind.value, part.url)
    return _file(attachment, link, is_image=part.kind is PartKind.IMAGE)


def _file(attachment: Attachment, link: Link, *, is_image: bool = False) -> str:
    name = escaped_line(attachment.name) or "file"
    path = link(attachment)
    if path is None:
        return f"{name} *(not in the export)*" if attachment.open is None else name
    return f"{'!' if is_image else ''}[{name}]({quote(path)})"


def _linked(name: str, url: str | None) -> str:
    # Never an embedded image: to open the note would tell its host that somebody reads it.
    safe = safe_url(url)
    return f"[{escaped_line(name)}](<{safe}>)" if safe else escaped_line(name)


def _plain_message(
    conversation: Conversation, message: Message, *, is_marked: bool
) -> Iterator[str]:
    before, after = (">>>", "<<<") if is_marked else ("---", "---")
    # With its number it can be shown, cited and found again: 1a2b3c4d.7.
    yield f"{before} {message.number} · {heading(conversation, message)} {after}"
    for part in message.parts:
        yield from _plain_part(message, part)
    for file in unshown_attachments(message):
        yield f"[file: {one_line(file.name)}]"
    yield from plain_notes(conversation, message.number)


def _plain_part(message: Message, part: Part) -> Iterable[str]:
    text = readable(part.text).strip("\n")
    if part.kind in (PartKind.TEXT, PartKind.CODE):
        return [text] if text else []
    attachment = attachment_of(message, part) if part.kind in SHOW_FILES else None
    name = part.name or (attachment.name if attachment else None) or part.url or ""
    label = one_line(f"{part.kind.value.replace('_', ' ')}: {name}" if name else part.kind.value)
    # A bar at the left shows where it ends, as the mail programs of old did.
    return [f"[{label}]" + "".join(f"\n| {line}" for line in text.split("\n") if text)]
