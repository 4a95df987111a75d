"""What a chat is about in a few sentences: by the machine from its own, or by the person."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class SummaryAuthor(StrEnum):
    """Whose words a summary is."""

    MACHINE = "machine"
    PERSON = "person"


@dataclass(frozen=True, slots=True, kw_only=True)
class SummarySentence:
    """A sentence of a message, as it stands there."""

    number: int  # of the message
    start: int  # in the message's text, in code points
    text: str  # as it is written, in Markdown
    plain: str  # the same on one line, without signs
    is_person: bool = False  # who wrote the message


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """A summary of a version of a chat: either the person's text or sentences of the chat."""

    author: SummaryAuthor = SummaryAuthor.MACHINE
    text: str = ""  # the person's words, in Markdown
    sentences: tuple[SummarySentence, ...] = ()
    language: str | None = None  # two letters
    version: int = 1  # of the chat
    made_at_ms: int | None = None

    @property
    def is_own(self) -> bool:
        """Say whether the person wrote it."""
        return self.author is SummaryAuthor.PERSON

    @property
    def plain(self) -> str:
        """Return it as one text."""
        return self.text if self.is_own else " ".join(said.plain for said in self.sentences)
