"""What of a message goes into which column of the index."""

from __future__ import annotations

from typing import NamedTuple

from privatus.core import flags
from privatus.core.conversation import READABLE_PARTS, Message
from privatus.search.folding import fold
from privatus.search.match import facet

# A message of 50 MB is kept whole; its index covers this much, as nobody means the rest.
MAX_INDEXED_CHARS = 16_000_000


# The columns body, aside and files of a message.
Words = tuple[str, str, str]
# What decides a message's facets: source, role, model and flags.
Traits = tuple[str, str, str | None, int]


class Document(NamedTuple):
    """An entry of the index: a message, or (message_id None) the title of a conversation.

    A named tuple, because an import makes a million: a frozen dataclass takes three times as long.
    """

    message_id: int | None
    conversation_id: int
    revision: int
    created_at_ms: int | None
    title: str
    body: str
    aside: str
    files: str
    facets: str


def empty(
    message_id: int | None, conversation_id: int, revision: int, created_at_ms: int | None
) -> Document:
    """Return the document of what does not open: it is found by nothing."""
    return Document(message_id, conversation_id, revision, created_at_ms, "", "", "", "", "")


class DocumentMaker:
    """Makes documents of messages; keeps the facets that repeat."""

    def __init__(self) -> None:
        self._facets: dict[Traits, str] = {}

    def title(
        self, conversation_id: int, revision: int, source: str, title: str, at_ms: int | None
    ) -> Document:
        """Return the document of a conversation's title."""
        facets = facet("source", source)
        return Document(None, conversation_id, revision, at_ms, fold(title), "", "", "", facets)

    def message(
        self,
        place: tuple[int, int, int],
        created_at_ms: int | None,
        traits: Traits,
        words: Words,
    ) -> Document:
        """Return the document of a message; *place*: its id, conversation id and revision."""
        facets = self._facets.get(traits)
        if facets is None:
            facets = self._facets[traits] = _facets(*traits)
        return Document(*place, created_at_ms, "", *words, facets)


def words_of(message: Message, bits: int) -> Words:
    """Return the words of a message with the flags *bits*, folded."""
    parts = message.parts
    if len(parts) == 1 and parts[0].kind in READABLE_PARTS and not parts[0].name:
        body, aside = parts[0].text, ""
    else:
        body, aside = _texts(message)
    if bits & flags.HIDDEN:
        body, aside = "", f"{body}\n{aside}" if aside else body
    files = (
        fold("\n".join(attachment.name for attachment in message.attachments))
        if message.attachments
        else ""
    )
    return (
        fold(body[:MAX_INDEXED_CHARS]) if body else "",
        fold(aside[:MAX_INDEXED_CHARS]) if aside else "",
        files,
    )


def _texts(message: Message) -> tuple[str, str]:
    body: list[str] = []
    aside: list[str] = []
    for part in message.parts:
        texts = body if part.kind in READABLE_PARTS else aside
        if part.name:
            texts.append(part.name)
        if part.text:
            texts.append(part.text)
        if part.url:
            aside.append(part.url)
    return "\n".join(body), "\n".join(aside)


def _facets(source: str, role: str, model: str | None, bits: int) -> str:
    found = [facet("source", source), facet("role", role)]
    if model:
        found.append(facet("model", model))
    found += [facet("has", word) for word, bit in flags.SEARCHABLE.items() if bits & bit]
    return " ".join(found)
