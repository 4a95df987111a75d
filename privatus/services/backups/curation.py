"""What a person made of conversations, carried along when they come out of a backup.

Tags and folders are met again by their names, and made again where they are gone. Contacts are
not: who deleted one did not ask for them to come back with a chat.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from privatus.core import clock
from privatus.core.jobs import Job
from privatus.services import folder_names, tag_names
from privatus.storage.annotations import StoredAnnotation
from privatus.storage.chat_sources import StoredSource
from privatus.storage.conversations import StoredConversation
from privatus.storage.folders import StoredPlace
from privatus.storage.not_duplicates import Pair
from privatus.storage.participants import StoredParticipant
from privatus.storage.store import Tables


class Curation:
    """Carries rows to conversations that were just added; *ids*: there and here."""

    def __init__(self, tables: Tables, there: Tables, ids: Mapping[int, int]) -> None:
        self._tables = tables
        self._there = there
        self._ids = ids
        self.contacts_left_out = 0

    def carry(self, chats: Sequence[StoredConversation]) -> None:
        """Add all that the backup has of *chats* beside what they say.

        Raises:
            TamperedError: a row of the backup is not what was sealed.
        """
        for chat in chats:
            self._tags(chat)
            self._folder(chat)
            self._notes(chat)
            self._participants(chat)
        for chat in chats:
            self._ties(chat)
        self._not_duplicates()

    def _tags(self, chat: StoredConversation) -> None:
        given = self._there.chat_tags.of_conversation(chat.id, chat.container)
        if not given:
            return
        here, rules = self._tags_here({row.tag_id for row in given}), self._rules()
        self._tables.chat_tags.insert(
            [
                row._replace(
                    tag_id=here[row.tag_id],
                    conversation_id=self._ids[chat.id],
                    rule_id=row.rule_id if row.rule_id in rules else None,
                )
                for row in given
            ],
            Job(),
        )

    def _tags_here(self, tag_ids: set[int]) -> dict[int, int]:
        """Return which tag of the vault each of the backup's is; what is gone is made again."""
        tags, found = self._tables.tags, dict[int, int]()
        for tag in self._there.tags.all():
            if tag.id not in tag_ids:
                continue
            same = tag_names.find(tags.all(), tag.name)
            if same is None:
                same = replace(tag, id=tags.next_id())
                tags.insert(same)
            found[tag.id] = same.id
        return found

    def _rules(self) -> set[int]:
        """Return the rules that are the same here and there."""
        here = {(rule.id, rule.created_at_ms) for rule in self._tables.tag_rules.all()}
        there = {(rule.id, rule.created_at_ms) for rule in self._there.tag_rules.all()}
        return {row_id for row_id, _ in here & there}

    def _folder(self, chat: StoredConversation) -> None:
        for place in self._there.folder_chats.of_chats([chat.id]):
            there = {folder.id: folder for folder in self._there.folders.all()}
            folder = there[place.folder_id]
            found = folder_names.find(self._tables.folders.all(), folder.name)
            if found is None:
                found = replace(folder, id=self._tables.folders.next_id())
                self._tables.folders.insert(found)
            row = StoredPlace(self._ids[chat.id], found.id, place.put_at_ms)
            self._tables.folder_chats.put([row])

    def _notes(self, chat: StoredConversation) -> None:
        row_id, tables = self._ids[chat.id], self._tables
        here = tables.conversations.get(row_id)
        if here is None:
            return
        for note in self._there.annotations.of_conversation(chat.id, chat.container):
            whole = replace(note, id=tables.annotations.next_id())
            tables.annotations.insert(here.container, StoredAnnotation(row_id, whole))
        for summary in self._there.summaries.of_conversation(chat.id, chat.container):
            moved = replace(summary, id=tables.summaries.next_id(), conversation_id=row_id)
            tables.summaries.insert(here.container, moved)

    def _participants(self, chat: StoredConversation) -> None:
        rows = self._there.participants.of_conversation(chat.id)
        there = self._there.contacts.some(row.contact_id for row in rows)
        here = {contact.public_id: contact.id for contact in self._tables.contacts.all()}
        found = [(row, here.get(there[row.contact_id].public_id)) for row in rows]
        self.contacts_left_out += sum(contact_id is None for _, contact_id in found)
        self._tables.participants.insert(
            StoredParticipant(self._ids[chat.id], contact_id, row.added_at_ms)
            for row, contact_id in found
            if contact_id is not None
        )

    def _ties(self, chat: StoredConversation) -> None:
        """Add what it has in common with chats that are here, whichever was made of the other."""
        rows = [*self._there.chat_sources.of(chat.id), *self._there.chat_sources.made_of(chat.id)]
        for row in rows:
            made, source = self._here(row.conversation_id), self._here(row.source_id)
            if made is None or source is None:
                continue
            if source.id in {one.source_id for one in self._tables.chat_sources.of(made.id)}:
                continue
            self._add_tie(row, made, source)

    def _add_tie(
        self, row: StoredSource, made: StoredConversation, source: StoredConversation
    ) -> None:
        tables = self._tables
        tie = row._replace(conversation_id=made.id, source_id=source.id)
        tables.chat_sources.insert(made.container, [tie])
        maker = self._there.conversations.get(row.conversation_id)
        if maker is None:
            return
        links = self._there.chat_links.of(row.conversation_id, maker.container)
        last_made, last_source = map(tables.messages.last_number, (made.id, source.id))
        tables.chat_links.insert(
            made.container,
            [
                link._replace(conversation_id=made.id, source_id=source.id)
                for link in links
                if link.source_id == row.source_id
                and link.number <= last_made
                and link.source_number <= last_source
            ],
        )

    def _not_duplicates(self) -> None:
        pairs = set()
        for pair in self._there.not_duplicates.all():
            if not {pair.first_id, pair.second_id} & set(self._ids):
                continue
            both = self._here(pair.first_id), self._here(pair.second_id)
            if both[0] is not None and both[1] is not None:
                pairs.add(Pair.of(both[0].id, both[1].id))
        new = pairs - self._tables.not_duplicates.all()
        self._tables.not_duplicates.insert(sorted(new), clock.now_ms())

    def _here(self, row_id: int) -> StoredConversation | None:
        """Return the conversation of the vault that one of the backup is."""
        if row_id in self._ids:
            return self._tables.conversations.get(self._ids[row_id])
        public_ids = self._there.conversations.public_ids([row_id])
        if row_id not in public_ids:
            return None
        return self._tables.conversations.find_by_public_id(public_ids[row_id])
