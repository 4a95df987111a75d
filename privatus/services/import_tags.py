"""The tags that conversations bring along which are new to the vault."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from privatus.core import clock
from privatus.core import tag as tags
from privatus.core.errors import UserError
from privatus.core.jobs import Job
from privatus.core.tag import Tag, Tagging
from privatus.services import tag_names
from privatus.storage.chat_tags import StoredTagging
from privatus.storage.store import Tables


class ImportTags:
    """Gathers tags until their conversations are written."""

    def __init__(self) -> None:
        self._found: list[tuple[int, Tagging]] = []

    def add(self, row_id: int, found: Iterable[Tagging], warn: Callable[[str, str], None]) -> None:
        """Take in what the conversation *row_id* and its messages have."""
        for tagging in found:
            try:
                tag_names.clean(tagging.name)
            except UserError as error:
                warn("a tag", str(error))
                continue
            self._found.append((row_id, tagging))

    def write(self, tables: Tables) -> None:
        """Write them, in the transaction that writes their conversations."""
        if not self._found:
            return
        now_ms = clock.now_ms()
        by_key = {tags.key(tag.name): tag for tag in tables.tags.all()}
        rows: dict[tuple[int, int, int], StoredTagging] = {}
        for row_id, tagging in self._found:
            name = tag_names.clean(tagging.name)
            tag = by_key.get(tags.key(name))
            if tag is None:
                tag = Tag(
                    id=tables.tags.next_id(),
                    name=name,
                    colour=tagging.colour,
                    created_at_ms=now_ms,
                )
                tables.tags.insert(tag)
                by_key[tags.key(name)] = tag
            at_ms = now_ms if tagging.added_at_ms is None else tagging.added_at_ms
            row = StoredTagging(tag.id, row_id, tagging.number, tagging.actor, None, at_ms)
            rows.setdefault(row.place, row)
        tables.chat_tags.insert(list(rows.values()), Job())
