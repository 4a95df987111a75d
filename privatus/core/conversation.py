"""A conversation: participants who say messages, which form a tree.

An imported AI chat, a thread with a person and a session with a bot are all this one shape.
Importers make these values, storage keeps them, exporters write them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, BinaryIO
from uuid import UUID

from privatus.core.annotation import Annotation
from privatus.core.marks import Mark, SetMark, has_mark
from privatus.core.summary import Summary
from privatus.core.tag import Tagging

# What `json.loads` returns: dict, list, str, int, float, bool or None.
Json = Any


class Kind(StrEnum):
    """What sort of conversation it is."""

    AI = "ai"
    DIRECT = "direct"
    GROUP = "group"
    ROOM = "room"
    BOT = "bot"
    # Reference material that came with an export: a project's instructions and files, a memory.
    DOCUMENT = "document"


class Role(StrEnum):
    """Who speaks."""

    USER = "user"
    ASSISTANT = "assistant"
    SYSTEM = "system"
    TOOL = "tool"


class PartKind(StrEnum):
    """What one piece of a message is, and so how it is shown and searched."""

    TEXT = "text"  # Markdown
    CODE = "code"  # name: the language
    THINKING = "thinking"  # name: its title
    TOOL_CALL = "tool_call"  # name: the tool; text: its arguments
    TOOL_RESULT = "tool_result"  # name: the tool; text: what came back
    QUOTE = "quote"  # a passage of a page or file; name: its title; url: where it is
    ARTIFACT = "artifact"  # a document made in the chat; name: its title; text: its body
    IMAGE = "image"  # text: caption or prompt
    AUDIO = "audio"  # text: transcript
    VIDEO = "video"
    FILE = "file"  # name: the file's; text: what the provider extracted from it
    NOTICE = "notice"  # a remark of the program: "thought for 12 seconds", an error
    UNKNOWN = "unknown"  # data: the raw value, kept; text: whatever text it held


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One piece of a message.

    `attachment` is an index into the message's attachments. `data` keeps, as JSON, what the
    other fields do not name, so that nothing of an export is lost.
    """

    kind: PartKind
    text: str = ""
    name: str | None = None
    url: str | None = None
    attachment: int | None = None
    data: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file that belongs to a message.

    `open` gives its bytes as a new binary stream; None: the export named the file but did not
    hold it. It takes no part in equality: two attachments are equal if they say the same.
    """

    name: str
    media_type: str | None = None
    size_bytes: int | None = None
    external_id: str | None = None
    metadata: Mapping[str, Json] = field(default_factory=dict)
    open: Callable[[], BinaryIO] | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message of a conversation.

    `number` is its own within the conversation, from 1, never reused; `parent` is the number of
    the message it answers, always smaller than its own, None for a root. `external_id` is the
    provider's id, unique within the conversation; an importer makes one up where there is none,
    the same at each import.
    """

    number: int
    parent: int | None
    role: Role
    external_id: str
    parts: tuple[Part, ...]
    created_at_ms: int | None = None  # unix milliseconds, UTC; None: the export does not say
    author: str | None = None  # a name beyond the role: the tool's, the person's
    model: str | None = None
    attachments: tuple[Attachment, ...] = ()
    is_hidden: bool = False  # the provider does not show it: system prompts, contexts
    is_missing_at_source: bool = False  # a later export no longer held it
    is_purged: bool = False  # what it said was taken out for good; only of former states
    is_edited: bool = False  # a person wrote what it says now; its source said something else
    metadata: Mapping[str, Json] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """What a person reads: the text of its visible parts, as Markdown."""
        return "\n\n".join(p.text for p in self.parts if p.kind in READABLE_PARTS and p.text)


# Parts that are the message itself; the others are shown folded, as what happened beside it.
READABLE_PARTS = frozenset(
    {
        PartKind.TEXT,
        PartKind.CODE,
        PartKind.ARTIFACT,
        PartKind.AUDIO,
        PartKind.IMAGE,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """A conversation with all its messages, in the order of their numbers.

    `id` is None until a vault has given it one. `external_id` is what the provider calls it
    (or a stable stand-in), and matches it at the next import. `active` is the number of the
    leaf of the branch that the provider showed last.
    """

    id: UUID | None = None
    kind: Kind = Kind.AI
    source: str
    external_id: str
    account: str | None = None  # the provider's id of the account it came from
    title: str = ""
    created_at_ms: int | None = None
    updated_at_ms: int | None = None
    model: str | None = None
    project: str | None = None  # name, or id where the export has no name
    is_archived: bool = False  # at its provider; `in_archive` asks the person first
    is_starred: bool = False  # at its provider; `has_star` asks the person first
    is_missing_at_source: bool = False
    active: int | None = None
    folder: str | None = None  # the person's own, by its whole name, as work/tax
    marks: tuple[SetMark, ...] | None = None  # by name; None: not of a vault, so nobody could say
    tags: tuple[Tagging, ...] = ()  # the person's own, of the whole and of its messages
    annotations: tuple[Annotation, ...] = ()  # the person's own, the first made first
    summary: Summary | None = None  # as far as one is kept
    messages: tuple[Message, ...] = ()
    metadata: Mapping[str, Json] = field(default_factory=dict)

    @property
    def has_star(self) -> bool:
        """What the person says of it counts, else what its provider does."""
        return has_mark(self.marks or (), Mark.STARRED, otherwise=self.is_starred)

    @property
    def in_archive(self) -> bool:
        """What the person says of it counts, else what its provider does."""
        return has_mark(self.marks or (), Mark.ARCHIVED, otherwise=self.is_archived)

    @property
    def is_pinned(self) -> bool:
        return has_mark(self.marks or (), Mark.PINNED)

    @property
    def is_unread(self) -> bool:
        return has_mark(self.marks or (), Mark.UNREAD)

    @property
    def is_merged(self) -> bool:
        """Say whether it is read in a hybrid, which has its messages, too."""
        return has_mark(self.marks or (), Mark.MERGED)

    def tags_of(self, number: int | None = None) -> tuple[str, ...]:
        """Return the names of the tags of a message, or of the conversation as a whole."""
        return tuple(tagging.name for tagging in self.tags if tagging.number == number)

    def annotations_of(self, number: int | None = None) -> tuple[Annotation, ...]:
        """Return the annotations of a message, or those of the conversation as a whole."""
        return tuple(said for said in self.annotations if said.number == number)

    def active_path(self) -> tuple[Message, ...]:
        """Return the messages from the root to the active leaf, root first."""
        by_number = {message.number: message for message in self.messages}
        path: list[Message] = []
        current = by_number.get(self.active) if self.active is not None else None
        if current is None and self.messages:
            current = self.messages[-1]
        while current is not None:
            path.append(current)
            # A parent's number is smaller than its child's, so this ends.
            current = by_number.get(current.parent) if current.parent is not None else None
        return tuple(reversed(path))


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationSummary:
    """What a list shows of a conversation."""

    id: UUID
    kind: Kind
    source: str
    title: str
    created_at_ms: int | None
    updated_at_ms: int | None
    model: str | None
    messages: int
    is_archived: bool  # by the person, or at its provider if they did not say
    is_starred: bool  # by the person, or at its provider if they did not say
    is_pinned: bool
    is_unread: bool
    is_missing_at_source: bool
    is_put_away: bool = False  # archived by the person, and so not among the chats
    is_merged: bool = False  # it is read in a hybrid, which has its messages, too
    deleted_at_ms: int | None = None  # in the trash since
    folder: str | None = None  # the person's own, by its whole name
    sources: tuple[str, ...] = ()  # of a hybrid: those of the chats that it was merged of
    tags: tuple[str, ...] = ()  # of the conversation as a whole, by name

    def has(self, mark: Mark) -> bool:
        """Say whether *mark* is set."""
        match mark:
            case Mark.PINNED:
                return self.is_pinned
            case Mark.STARRED:
                return self.is_starred
            case Mark.UNREAD:
                return self.is_unread
            case Mark.ARCHIVED:
                return self.is_put_away
            case Mark.MERGED:
                return self.is_merged

    def with_mark(self, mark: Mark, is_set: bool) -> ConversationSummary:
        """Return the same with *mark*, or without it."""
        match mark:
            case Mark.PINNED:
                return replace(self, is_pinned=is_set)
            case Mark.STARRED:
                return replace(self, is_starred=is_set)
            case Mark.UNREAD:
                return replace(self, is_unread=is_set)
            case Mark.ARCHIVED:
                return replace(self, is_archived=is_set, is_put_away=is_set)
            case Mark.MERGED:
                return replace(self, is_merged=is_set)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationVersion:
    """What one import or edit changed in a conversation; version 1 is how it first came.

    `details` says which messages, by number, and what else changed as it was before:
    {"added": [5, 6], "changed": [2], "missing": [], "title": "former title"}. docs/versions.md
    names all of it.
    """

    number: int
    actor: str  # "import" or "person"
    created_at_ms: int
    added: int
    changed: int
    missing: int
    details: Mapping[str, Json] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        """What made it: import, edit, cut, remove, rename, restore, undo, merge or split."""
        return str(self.details.get("kind", "import"))

    @property
    def description(self) -> str:
        """What the person said of it, or what it came from; mostly nothing."""
        return str(self.details.get("description", ""))

    def numbers(self, what: str) -> tuple[int, ...]:
        """Return which messages it *what*: added, changed, removed, restored, conflicts."""
        return tuple(self.details.get(what, ()))
