"""Takes out of conversations what tells of a person, before any format writes them.

The same thing has the same placeholder throughout an export, such as [e-mail 1]. A number that
JSON holds is looked at as the text that it would be written as. Files that are text are redacted,
others are left out: nobody can look into them.
"""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import BinaryIO

from privatus.core.annotation import Annotation
from privatus.core.conversation import Attachment, Conversation, Json, Message, Part
from privatus.core.errors import TamperedError, UnreadableInputError
from privatus.core.summary import Summary
from privatus.exporters.personal import find

# A text file over that is left out as a picture is: it is read whole.
MAX_FILE_BYTES = 16 << 20
# Replacing one thing can bring another to light, which stood together with it.
_MAX_PASSES = 4


class Redactor:
    """Replaces what it finds, and counts it; one for each export."""

    def __init__(self, region: str | None = None) -> None:
        """*region*: the country whose phone numbers are written without its prefix."""
        self._region = region
        self._numbers: dict[tuple[str, str], int] = {}
        self._made: Counter[str] = Counter()
        self.replaced: Counter[str] = Counter()
        self.files_left_out = 0
        self._is_used = False

    def notes(self) -> tuple[str, ...]:
        """Return what a person should know of it; nothing if nothing was looked at."""
        if not self._is_used:
            return ()
        counts = ", ".join(f"{count:,} {kind}" for kind, count in sorted(self.replaced.items()))
        said = (
            f"replaced: {counts or 'nothing'}; names, addresses and what no pattern knows stay,"
            " so read it before you share it"
        )
        files = self.files_left_out
        noun = "file was" if files == 1 else "files were"
        left = (f"{files:,} {noun} left out, as nobody can look into them",) if files else ()
        return (said, *left)

    def text(self, text: str) -> str:
        """Return *text* without what was found in it."""
        for _ in range(_MAX_PASSES):
            found = find(text, self._region)
            if not found:
                return text
            pieces, at = [], 0
            for finding in found:
                pieces += [text[at : finding.start], self._placeholder(finding.kind, finding.value)]
                at = finding.end
                self.replaced[finding.kind] += 1
            text = "".join([*pieces, text[at:]])
        return text

    def conversation(self, conversation: Conversation) -> Conversation:
        """Return *conversation* redacted; whose account it is is left out altogether."""
        self._is_used = True
        return replace(
            conversation,
            external_id=self.text(conversation.external_id),
            account=None,
            title=self.text(conversation.title),
            model=self._maybe(conversation.model),
            project=self._maybe(conversation.project),
            folder=self._maybe(conversation.folder),
            source=self.text(conversation.source),
            tags=tuple(replace(tag, name=self.text(tag.name)) for tag in conversation.tags),
            annotations=tuple(map(self._annotation, conversation.annotations)),
            summary=conversation.summary and self._summary(conversation.summary),
            messages=tuple(map(self._message, conversation.messages)),
            metadata=self._mapping(conversation.metadata),
        )

    def _summary(self, summary: Summary) -> Summary:
        sentences = (
            replace(said, text=self.text(said.text), plain=self.text(said.plain))
            for said in summary.sentences
        )
        return replace(summary, text=self.text(summary.text), sentences=tuple(sentences))

    def _message(self, message: Message) -> Message:
        return replace(
            message,
            external_id=self.text(message.external_id),
            author=self._maybe(message.author),
            model=self._maybe(message.model),
            parts=tuple(map(self._part, message.parts)),
            attachments=tuple(map(self._attachment, message.attachments)),
            metadata=self._mapping(message.metadata),
        )

    def _part(self, part: Part) -> Part:
        return replace(
            part,
            text=self.text(part.text),
            name=self._maybe(part.name),
            url=self._maybe(part.url),
            data=self._mapping(part.data),
        )

    def _attachment(self, attachment: Attachment) -> Attachment:
        content = None if attachment.open is None else self._content(attachment.open)
        if attachment.open is not None and content is None:
            self.files_left_out += 1
        return replace(
            attachment,
            name=self.text(attachment.name),
            media_type=self._maybe(attachment.media_type),
            size_bytes=attachment.size_bytes if content is None else len(content),
            external_id=self._maybe(attachment.external_id),
            metadata=self._mapping(attachment.metadata),
            open=None if content is None else partial(_stream, content),
        )

    def _content(self, open_file: Callable[[], BinaryIO]) -> bytes | None:
        """Return the bytes of a file redacted; None if it is no text."""
        try:
            with open_file() as stream:
                content = stream.read(MAX_FILE_BYTES + 1)
        except (TamperedError, UnreadableInputError):
            return None
        if len(content) > MAX_FILE_BYTES or b"\0" in content:
            return None
        try:
            return self.text(content.decode("utf-8-sig")).encode()
        except UnicodeDecodeError:
            return None

    def _annotation(self, said: Annotation) -> Annotation:
        passage = said.passage and replace(
            said.passage,
            quote=self.text(said.passage.quote),
            prefix=self.text(said.passage.prefix),
            suffix=self.text(said.passage.suffix),
        )
        return replace(said, text=self.text(said.text), passage=passage)

    def _mapping(self, value: Mapping[str, Json]) -> dict[str, Json]:
        return {self.text(key): self._json(inner) for key, inner in value.items()}

    def _json(self, value: Json) -> Json:
        match value:
            case str():
                return self.text(value)
            case bool() | None:
                return value
            case int() | float():
                said = self.text(str(value))
                return value if said == str(value) else said
            case dict():
                return self._mapping(value)
            case list() | tuple():
                return [self._json(inner) for inner in value]
            case _:
                return value

    def _maybe(self, text: str | None) -> str | None:
        return None if text is None else self.text(text)

    def _placeholder(self, kind: str, value: str) -> str:
        if (kind, value) not in self._numbers:
            self._made[kind] += 1
            self._numbers[kind, value] = self._made[kind]
        return f"[{kind} {self._numbers[kind, value]}]"


def _stream(content: bytes) -> BinaryIO:
    return io.BytesIO(content)
