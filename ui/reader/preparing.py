"""Makes a message ready for the view, off the GUI thread: its parts become blocks."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator, Sequence

from privatus.core.conversation import (
    READABLE_PARTS,
    Attachment,
    Message,
    Part,
    PartKind,
    Role,
)
from ui.i18n import _, ngettext
from ui.reader.blocks import (
    BOLD,
    LINE_BREAK,
    LINK,
    Block,
    FileLine,
    Fold,
    FoldKind,
    Paragraph,
    Picture,
    Prepared,
    Remark,
    Run,
    Words,
    everything,
)
from ui.reader.inline import cut
from ui.reader.markdown import blocks_of
from ui.reader.tracking import is_tracking, shifted
from ui.reader.verbatim import code_blocks, plain_blocks

_TITLE_CHARS, _NAME_CHARS = 500, 120
_ARTIFACT_LANGUAGES = {
    "application/vnd.ant.react": "jsx",
    "text/html": "html",
    "image/svg+xml": "xml",
    "application/vnd.ant.mermaid": "mermaid",
    "application/vnd.ant.code": "text",
}
_FOLDED = {
    PartKind.THINKING: FoldKind.THINKING,
    PartKind.TOOL_CALL: FoldKind.TOOL_CALL,
    PartKind.TOOL_RESULT: FoldKind.TOOL_RESULT,
    PartKind.ARTIFACT: FoldKind.ARTIFACT,
    PartKind.UNKNOWN: FoldKind.UNKNOWN,
}


def prepare(message: Message) -> Prepared:
    """Return *message* as blocks."""
    blocks = tuple(_Maker(message).blocks())
    is_aside = message.is_hidden or message.role in (Role.TOOL, Role.SYSTEM)
    if is_aside and not (len(blocks) == 1 and isinstance(blocks[0], Fold)):
        kind = FoldKind.TOOL_RESULT if message.role is Role.TOOL else FoldKind.SYSTEM
        for block, _is_folded in everything(blocks):
            block.depth += 1
        blocks = (Fold(kind=kind, title=_title_aside(message), blocks=blocks),) if blocks else ()
    folds = [block for block, _is_folded in everything(blocks) if isinstance(block, Fold)]
    for index, fold in enumerate(folds):
        fold.index = index
    return Prepared(message=message, blocks=blocks, is_aside=is_aside)


def _title_aside(message: Message) -> str:
    if message.role is Role.TOOL:
        return message.author or _("Tool")
    if message.role is Role.SYSTEM:
        return _("System prompt")
    return _("Hidden by the provider")


class _Maker:
    """Turns the parts of one message into blocks."""

    def __init__(self, message: Message) -> None:
        self._message = message
        self._left = set(range(len(message.attachments)))
        self._starts = _starts(message) if is_tracking() else {}

    def blocks(self) -> Iterator[Block]:
        for is_quote, parts in itertools.groupby(
            self._message.parts, lambda part: part.kind is PartKind.QUOTE
        ):
            if is_quote:
                yield self._sources(list(parts))
            else:
                for part in parts:
                    yield from self._placed(part, list(self._of(part)))
        for index in sorted(self._left):
            yield _file(self._message.attachments[index], "", 0)

    def _placed(self, part: Part, blocks: list[Block]) -> list[Block]:
        """Let *blocks*, made of *part*, say where they stand in the message, if that is asked."""
        if is_tracking():
            start = self._starts.get(id(part))
            for block, _is_folded in everything(tuple(blocks)):
                block.spans = () if start is None else shifted(block.spans, start)
        return blocks

    def _of(self, part: Part) -> Iterator[Block]:
        match part.kind:
            case PartKind.TEXT:
                yield from self._text(part.text)
            case PartKind.CODE:
                yield from code_blocks(part.text, part.name or "", source=_fenced(part))
            case PartKind.IMAGE | PartKind.AUDIO | PartKind.VIDEO | PartKind.FILE:
                yield from self._media(part)
            case PartKind.NOTICE:
                if said := part.text or part.name:
                    first, *others = cut(said)
                    yield Remark(text=first, source=part.text)
                    yield from (Remark(text=more) for more in others)
            case PartKind.QUOTE:
                yield self._sources([part])
            case _:
                yield from self._folded(part)

    def _text(self, text: str, depth: int = 0) -> Sequence[Block]:
        if self._message.role is Role.USER:
            return plain_blocks(text, depth=depth)
        return blocks_of(text, depth=depth)

    def _folded(self, part: Part) -> Iterator[Block]:
        kind = _FOLDED[part.kind]
        inner: list[Block] = []
        if part.kind is PartKind.THINKING:
            inner += blocks_of(part.text, depth=1)
        elif part.kind is PartKind.ARTIFACT:
            inner += self._artifact(part)
        elif part.text.lstrip()[:1] in ("{", "["):
            inner += code_blocks(part.text, "json", depth=1)
        elif part.text:
            inner += code_blocks(part.text, _language(part), depth=1)
        if part.attachment is not None:
            inner.append(self._attached(part, 1))
        if part.kind is PartKind.UNKNOWN and part.data:
            raw = json.dumps(dict(part.data), ensure_ascii=False, indent=2)
            inner += code_blocks(raw, "json", depth=1)
        yield Fold(
            kind=kind,
            title=_fold_title(part),
            blocks=tuple(inner),
            source=part.text,
            is_open_first=part.kind is PartKind.ARTIFACT,
        )

    def _artifact(self, part: Part) -> Sequence[Block]:
        language = _language(part)
        if language in ("", "document", "markdown"):
            return blocks_of(part.text, depth=1)
        return code_blocks(part.text, language, depth=1)

    def _sources(self, parts: list[Part]) -> Fold:
        found = tuple(itertools.chain.from_iterable(map(_source, parts)))
        title = ngettext("{n} source", "{n} sources", len(parts))
        return Fold(kind=FoldKind.FILE, title=title, blocks=found)

    def _media(self, part: Part) -> Iterator[Block]:
        if part.attachment is not None or part.name or part.url or part.kind is PartKind.IMAGE:
            yield self._attached(part, 0)
        if not part.text:
            return
        if part.kind is PartKind.AUDIO:
            yield Remark(text=_("Said aloud"), icon="mic")
            yield from self._text(part.text)
        elif part.kind is PartKind.FILE:
            yield Fold(
                kind=FoldKind.FILE,
                title=_("Text of {name}").replace("{name}", part.name or _("the file")),
                blocks=tuple(code_blocks(part.text, "", depth=1)),
                source=part.text,
            )
        elif part.kind is not PartKind.IMAGE:
            yield from self._text(part.text)

    def _attached(self, part: Part, depth: int) -> Block:
        attachment = None
        if part.attachment is not None and part.attachment < len(self._message.attachments):
            attachment = self._message.attachments[part.attachment]
            self._left.discard(part.attachment)
        if part.kind is PartKind.IMAGE:
            return Picture(attachment=attachment, caption=part.text, depth=depth)
        icon = {PartKind.AUDIO: "mic", PartKind.VIDEO: "play"}.get(part.kind, "file")
        name = part.name or (attachment.name if attachment else "") or part.url or _("File")
        return FileLine(attachment=attachment, name=name, icon=icon, depth=depth)


def _starts(message: Message) -> dict[int, int]:
    """Return where the parts begin that are the text of *message*, by their identity."""
    found: dict[int, int] = {}
    at = 0
    for part in message.parts:
        if part.kind in READABLE_PARTS and part.text:
            found[id(part)] = at
            at += len(part.text) + len("\n\n")
    return found


def _source(part: Part) -> Iterator[Words]:
    """Yield a page that was cited: its title, which leads there, and the passage."""
    title = " ".join((part.name or part.url or _("Source")).split())[:_TITLE_CHARS]
    style = BOLD | LINK if part.url else BOLD
    paragraphs = [Paragraph((Run(title, style, part.url or ""),), is_tight=bool(part.text))]
    source = f"[{title}]({part.url or ''})"
    for passage in cut(part.text.strip()):
        said = Run(passage.replace("\n", LINE_BREAK))
        paragraphs.append(Paragraph((said,), quotes=1))
        yield Words(paragraphs=tuple(paragraphs), depth=1, source=source)
        paragraphs, source = [], ""
    if paragraphs:
        yield Words(paragraphs=tuple(paragraphs), depth=1, source=source)


def _file(attachment: Attachment, caption: str, depth: int) -> Block:
    if (attachment.media_type or "").startswith("image/"):
        return Picture(attachment=attachment, caption=caption, depth=depth)
    icon = "mic" if (attachment.media_type or "").startswith("audio/") else "file"
    return FileLine(attachment=attachment, name=attachment.name, icon=icon, depth=depth)


def _fold_title(part: Part) -> str:
    name = " ".join((part.name or "").split())[:_NAME_CHARS]
    if part.kind is PartKind.THINKING:
        return name or _("Thinking")
    if part.kind is PartKind.TOOL_CALL:
        return _("Used {tool}").replace("{tool}", name) if name else _("Used a tool")
    if part.kind is PartKind.TOOL_RESULT:
        return _("Result of {tool}").replace("{tool}", name) if name else _("Result of a tool")
    if part.kind is PartKind.ARTIFACT:
        return artifact_title(part)
    return name or _("Something this version does not know")


def artifact_title(part: Part) -> str:
    """Return what a document is called, and which of its versions this is."""
    named = " ".join((part.name or "").split())[:_NAME_CHARS] or _("Document")
    version, command = part.data.get("version"), part.data.get("command")
    if isinstance(version, int) and version > 1:
        return f"{named}  ·  " + _("version {n}").replace("{n}", str(version))
    if command == "comment":
        return f"{named}  ·  " + _("comments")
    # Where versions are not counted.
    return f"{named}  ·  " + _("changed") if command == "update" else named


def _language(part: Part) -> str:
    for key in ("language", "type", "media_type"):
        said = part.data.get(key)
        if isinstance(said, str) and said:
            if said in _ARTIFACT_LANGUAGES:
                return _ARTIFACT_LANGUAGES[said]
            last = said.rpartition("/")[2]
            if last not in ("create", "update", "rewrite"):
                return last
    return ""


def _fenced(part: Part) -> str:
    return f"```{part.name or ''}\n{part.text}\n```"
