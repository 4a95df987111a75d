"""What a hybrid takes over when its sources have changed.

New messages go where they belong: what follows the last of its chat on the line goes to the end
of the line, another answer beside the one that it was given instead of, and what follows a branch
onto that branch. What is already in the line stays where it is.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from privatus.core import flags
from privatus.core.conversation import Message
from privatus.core.merge import MERGED_KEY, MergeOrder
from privatus.services.import_compare import (
    Changes,
    Files,
    ModelId,
    note_presence,
    take_over,
    with_bytes,
)
from privatus.services.likeness import likeness
from privatus.services.merge_alignment import Said as Words
from privatus.services.merge_alignment import is_telling
from privatus.services.merge_plan import said_of, times_of
from privatus.services.merge_sources import SourceChat, copy_of, external_id_of
from privatus.services.preparing import encode
from privatus.services.said import Said
from privatus.storage.attachments import StoredAttachment
from privatus.storage.chat_links import StoredLink
from privatus.storage.conversations import StoredConversation
from privatus.storage.message_codec import decode_details
from privatus.storage.messages import StoredMessage

_Place = tuple[int, int]  # row id of a source, number of its message


@dataclass(slots=True)
class LinkChanges:
    """What becomes of the links of a hybrid."""

    added: list[StoredLink] = field(default_factory=list)
    removed: list[StoredLink] = field(default_factory=list)
    renewed: list[StoredLink] = field(default_factory=list)


class MergeUpdate:
    """Compares a hybrid with its sources; `changes`, `links` and `active` are what is to be."""

    def __init__(
        self,
        hybrid: StoredConversation,
        rows: Sequence[StoredMessage],
        links: Sequence[StoredLink],
        sources: Mapping[int, SourceChat],
    ) -> None:
        self._hybrid, self._rows, self._sources = hybrid, rows, sources
        self._messages = {
            (row_id, m.number): m
            for row_id, source in sources.items()
            for m in source.chat.messages
        }
        self._parents = {row.number: row.parent_number for row in rows}
        self._where = {link.origin: link.number for link in links}
        self._groups: dict[int, list[StoredLink]] = {}
        for link in links:
            self._groups.setdefault(link.number, []).append(link)
        self._next = max(self._parents, default=0) + 1
        self.active = hybrid.active_number
        if self.active is None and rows:
            self.active = rows[-1].number
        self._line = self._line_of(self.active)
        # What was taken out at its end is gone on from all the same.
        self._removed = {row.number for row in rows if row.is_removed}
        self._said: dict[_Place, Words] = {}
        self._answers: dict[tuple[int | None, bytes], list[tuple[int, _Place]]] = {}
        self._shown = {
            (row_id, m.number) for row_id, s in sources.items() for m in s.chat.active_path()
        }
        self._siblings: dict[tuple[int, int | None], list[int]] = {}
        for (row_id, number), message in self._messages.items():
            self._siblings.setdefault((row_id, message.parent), []).append(number)
        self._external_ids = {decode_details(row.content)[0] for row in rows}
        # Which chats each message is of.
        self._is_of = {(link.number, link.source_id) for link in links}
        self.changes = Changes(last=self._next - 1)
        self.links = LinkChanges()

    def compare(self, files: Files, model_id: ModelId, said: Said) -> None:
        """Find what is new, changed, gone and there again."""
        news = self._parted()
        for row in self._rows:
            if row.number in self._groups:
                self._compare_row(row, files.get(row.id, []), model_id, said)
        for place in self._where:
            self._remember(place)
        for place in [*news, *self._unknown()]:
            self._add(place)

    def origins(self) -> dict[int, str]:
        """Return from which provider each message of the hybrid is, by number."""
        places = reversed(self._where.items())
        return {
            number: self._sources[place[0]].stored.source
            for place, number in places
            if place[0] in self._sources
        }

    def _compare_row(
        self, row: StoredMessage, files: list[StoredAttachment], model_id: ModelId, said: Said
    ) -> None:
        """Take over what the sources say now of one message."""
        links = [x for x in self._groups[row.number] if x.origin in self._messages]
        if not links:
            # Its sources have been cut or deleted; here it stays.
            return
        external_id = decode_details(row.content)[0]
        copies = [self._messages[link.origin] for link in links]
        e = encode(copy_of(copies, row.number, row.parent_number, external_id))
        renewed = [x for x in map(self._as_now, links) if x not in links]
        self.links.renewed += renewed
        if renewed and take_over(self.changes, row, e, files, model_id, said):
            return
        if not row.is_removed:
            note_presence(self.changes, row, is_missing=bool(e.flags & flags.MISSING))
            if attachments := with_bytes(files, e):
                self.changes.filled.append((row, attachments))

    def _as_now(self, link: StoredLink) -> StoredLink:
        revision = self._sources[link.source_id].revisions[link.source_number]
        return link._replace(source_revision=revision)

    def _parted(self) -> list[_Place]:
        """Return the messages that were said alike once, and are not any more."""
        parted = []
        for links in self._groups.values():
            there = [link for link in links if link.origin in self._messages]
            for link in there[1:]:
                first, other = (self._messages[x.origin] for x in (there[0], link))
                if self._as_now(link) == link and self._as_now(there[0]) == there[0]:
                    continue
                if likeness(first) != likeness(other):
                    parted.append(link.origin)
                    self.links.removed.append(link)
                    links.remove(link)
                    del self._where[link.origin]
        return parted

    def _unknown(self) -> Iterator[_Place]:
        """Yield the messages that came to the sources, in the order of the hybrid."""
        by_source = []
        for source in self._sources.values():
            path = source.chat.active_path()
            times = dict(zip((m.number for m in path), times_of(path), strict=True))
            latest, found = 0.0, []
            for message in source.chat.messages:
                latest = max(latest, times.get(message.number, message.created_at_ms or 0.0))
                if (place := (source.stored.id, message.number)) not in self._where:
                    found.append((latest, place))
            by_source.append(found)
        if self._order is MergeOrder.SEQUENCE:
            yield from (place for found in by_source for _, place in found)
        else:
            yield from (place for _, place in heapq.merge(*by_source, key=lambda pair: pair[0]))

    @property
    def _order(self) -> MergeOrder:
        said = self._hybrid.metadata.get(MERGED_KEY)
        order = said.get("order") if isinstance(said, dict) else None
        return MergeOrder.SEQUENCE if order == MergeOrder.SEQUENCE else MergeOrder.TIME

    def _add(self, place: _Place) -> None:
        """Give a message its place in the hybrid, or find that it is there already."""
        if place in self._where:
            return
        number = self._alike(place)
        if number is None:
            number = self._append(*place)
        revision = self._sources[place[0]].revisions[place[1]]
        self.links.added.append(StoredLink(0, self._hybrid.id, number, *place, revision))
        self._where[place] = number
        self._is_of.add((number, place[0]))
        self._remember(place)

    def _append(self, source_id: int, source_number: int) -> int:
        """Make a copy of a message, in its place; return its number."""
        message = self._messages[source_id, source_number]
        number, self._next = self._next, self._next + 1
        is_end = self._follows(source_id, message) or not self._line
        parent = self.active if is_end else self._parent_for(source_id, message)
        self._parents[number] = parent
        if is_end:
            self.active = number
            self._line.add(number)
        external_id = external_id_of(self._sources[source_id].chat.id, source_number)
        copied = copy_of([message], number, parent, self._external_id(external_id))
        self.changes.added.append(encode(copied))
        return number

    def _external_id(self, wanted: str) -> str:
        """Return *wanted*, or what is not taken: a message that was parted may have been here."""
        return f"{wanted}.{self._next}" if wanted in self._external_ids else wanted

    def _follows(self, source_id: int, message: Message) -> bool:
        """Say whether a message goes on with the shown branch of its chat, where the line ended."""
        if (source_id, message.number) not in self._shown:
            return False
        siblings = self._siblings[source_id, message.parent]
        if any(self._where.get((source_id, number)) in self._line for number in siblings):
            return False
        if message.parent is None:
            return True
        before: int | None = self._where[source_id, message.parent]
        while before in self._removed:
            before = self._parents[before]
        return before is None or before in self._line

    def _parent_for(self, source_id: int, message: Message) -> int | None:
        for other in self._siblings[source_id, message.parent]:
            instead = self._where.get((source_id, other))
            if instead in self._line:
                return self._parents[instead]
        return None if message.parent is None else self._where[source_id, message.parent]

    def _alike(self, place: _Place) -> int | None:
        """Return the number of a message that says the same in the same place, of another chat."""
        words, message = self._words(place), self._messages[place]
        if words.likeness is None:
            return None
        parent = None if message.parent is None else self._where[place[0], message.parent]
        for number, other in self._answers.get((parent, words.likeness.key), ()):
            is_taken = (number, place[0]) in self._is_of
            if not is_taken and is_telling([(self._words(other), words)]):
                return number
        return None

    def _remember(self, place: _Place) -> None:
        message = self._messages.get(place)
        if message is None:
            return
        alike = self._words(place).likeness
        parent = None if message.parent is None else self._where.get((place[0], message.parent))
        if alike is not None:
            there = self._answers.setdefault((parent, alike.key), [])
            there.append((self._where[place], place))

    def _words(self, place: _Place) -> Words:
        if place not in self._said:
            self._said[place] = said_of(self._messages[place])
        return self._said[place]

    def _line_of(self, leaf: int | None) -> set[int]:
        line: set[int] = set()
        while leaf is not None:
            line.add(leaf)
            leaf = self._parents[leaf]
        return line


def updated(hybrid: StoredConversation, update: MergeUpdate, newest_ms: int) -> StoredConversation:
    """Return the row of the hybrid as it is to be; *newest_ms*: when its sources last changed."""
    return replace(
        hybrid,
        active_number=update.active if update.changes.added else hybrid.active_number,
        updated_at_ms=max(hybrid.updated_at_ms or 0, newest_ms) or None,
    )
