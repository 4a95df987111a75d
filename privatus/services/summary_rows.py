"""Makes summaries of chats, and rows of the table of summaries of them.

A row of the machine's holds, beside the sentences, what else is wanted of a chat without reading
it anew: a title, and its most frequent words.

    {"s": [[number, start, text, whether a person wrote it], …], "l": language, "t": title,
     "w": [[word, count], …], "p": [phrase, …]}
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from privatus.core import clock
from privatus.core.conversation import Json, Role
from privatus.core.summary import Summary, SummaryAuthor, SummarySentence
from privatus.services.text.digest import Chosen, Digest, Said, digest
from privatus.services.text.terms import shown
from privatus.storage.conversations import StoredConversation
from privatus.storage.messages import StoredMessage
from privatus.storage.rows import ROLES
from privatus.storage.store import Tables
from privatus.storage.summaries import StoredSummary

MAX_TEXT_CHARS = 20_000
# Another number makes all of the machine's summaries anew.
METHOD = 1

# Of a chat that is longer so many messages are read, in pieces from all over it: a chat of a
# hundred thousand must not keep others waiting.
_MOST_READ = 400
_PIECES = 40
_SPEAKERS = (Role.USER, Role.ASSISTANT)


def read(tables: Tables, stored: StoredConversation) -> list[Said]:
    """Return what is said on the branch that is shown, or much of it if that is very long."""
    leaf = stored.active_number or tables.messages.last_number(stored.id)
    count, piece = stored.message_count, _MOST_READ
    offsets: Iterable[int] = (0,)
    if count > _MOST_READ:
        piece = _MOST_READ // _PIECES
        offsets = (n * (count - piece) // (_PIECES - 1) for n in range(_PIECES))
    found: dict[int, Said] = {}
    for offset in offsets:
        rows = tables.messages.path(stored.id, stored.container, leaf, limit=piece, offset=offset)
        found.update((row.number, said) for row in rows if (said := _said(row)) is not None)
    return list(found.values())


def _said(row: StoredMessage) -> Said | None:
    if ROLES[row.role] not in _SPEAKERS:
        return None
    message = row.decode({})
    if message.is_hidden or not (text := message.text):
        return None
    return Said(row.number, message.role is Role.USER, text)


def made_row(row_id: int, stored: StoredConversation, messages: Sequence[Said]) -> StoredSummary:
    """Return the machine's summary of a chat that says *messages*."""
    return StoredSummary(
        id=row_id,
        conversation_id=stored.id,
        version=stored.version,
        message_count=stored.message_count,
        author=SummaryAuthor.MACHINE,
        method=METHOD,
        made_at_ms=clock.now_ms(),
        details=_details(digest(messages), {m.number for m in messages if m.is_person}),
    )


def own_row(row_id: int, stored: StoredConversation, text: str, at_ms: int) -> StoredSummary:
    """Return the person's words for a chat; no words let the machine's count again."""
    return StoredSummary(
        id=row_id,
        conversation_id=stored.id,
        version=stored.version,
        message_count=stored.message_count,
        author=SummaryAuthor.PERSON,
        method=0,
        made_at_ms=at_ms,
        details={"text": text} if text else {},
    )


def summary_of(row: StoredSummary) -> Summary:
    """Return the summary that a row holds."""
    said: Any = row.details
    return Summary(
        author=row.author,
        text=said.get("text", ""),
        sentences=tuple(
            SummarySentence(
                number=number, start=start, text=text, plain=shown(text), is_person=is_person
            )
            for number, start, text, is_person in said.get("s", ())
        ),
        language=said.get("l"),
        version=row.version,
        made_at_ms=row.made_at_ms,
    )


def is_current(row: StoredSummary, stored: StoredConversation) -> bool:
    """Say whether the machine's summary is of the chat as it is, by the method of today."""
    asked = stored.version, stored.message_count, METHOD
    return (row.version, row.message_count, row.method) == asked


def made_of(tables: Tables, stored: StoredConversation) -> StoredSummary:
    """Return the machine's summary of a chat as it is: the one that is kept, else a new one."""
    kept = tables.summaries.newest_made([stored.id]).get(stored.id)
    if kept is not None and is_current(kept, stored):
        return kept
    return made_row(0, stored, read(tables, stored))


def own(rows: Sequence[StoredSummary]) -> StoredSummary | None:
    """Return the last word of the person among *rows*, if it says something."""
    said = [row for row in rows if row.author is SummaryAuthor.PERSON]
    return said[-1] if said and said[-1].details else None


def kept(tables: Tables, stored: StoredConversation) -> Summary | None:
    """Return the summary of a chat that is kept; the machine's is of the chat as it is."""
    rows = tables.summaries.of_conversation(stored.id, stored.container)
    made = (row for row in rows if row.author is SummaryAuthor.MACHINE and is_current(row, stored))
    row = own(rows) or next(made, None)
    return None if row is None else summary_of(row)


def words_of(row: StoredSummary) -> list[tuple[str, int]]:
    """Return the most frequent words of a chat, as the index has them, with how often they are."""
    said: Any = row.details
    return [(word, count) for word, count in said.get("w", ())]


def phrases_of(row: StoredSummary) -> list[str]:
    """Return the most telling words and pairs of words of a chat, as they are written."""
    said: Any = row.details
    return list(said.get("p", ()))


def title_of(row: StoredSummary) -> str:
    """Return the title that a chat could have; "" if nothing in it says one."""
    return str(row.details.get("t", ""))


def _details(made: Digest, persons: set[int]) -> dict[str, Json]:
    details: dict[str, Json] = {
        "s": [_sentence(chosen, persons) for chosen in made.sentences],
        "l": made.language,
        "t": made.title,
        "w": [[word, count] for word, count in made.words],
        "p": list(made.phrases),
    }
    return {key: value for key, value in details.items() if value}


def _sentence(chosen: Chosen, persons: set[int]) -> list[Json]:
    return [chosen.number, chosen.start, chosen.text, chosen.number in persons]
