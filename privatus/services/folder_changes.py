"""A change of folders as what was before and what is after it, so that it can be taken back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from privatus.core import tag as names
from privatus.core.errors import UserError
from privatus.core.folder import Folder
from privatus.core.saved_search import SavedSearch
from privatus.core.tag import TagRule
from privatus.search.wording import with_names
from privatus.services.folder_names import doubles
from privatus.storage.folders import StoredPlace
from privatus.storage.store import Tables


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderState:
    """The folders that a change touched, and where the chats were that it moved."""

    folders: tuple[Folder, ...] = ()
    places: tuple[StoredPlace, ...] = ()
    searches: tuple[SavedSearch, ...] = ()  # that name the folders
    rules: tuple[TagRule, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderChange:
    """What was done: `FolderService.undo` takes it back, and gives what does it again."""

    before: FolderState
    after: FolderState

    @property
    def conversations(self) -> int:
        """Return how many chats went into another folder, or into none."""
        moved = set(self.before.places) ^ set(self.after.places)
        return len({place.conversation_id for place in moved})

    @property
    def reversed(self) -> FolderChange:
        return FolderChange(before=self.after, after=self.before)


def apply(tables: Tables, change: FolderChange) -> None:
    """Make a change, in the transaction that is open.

    What another change has done meanwhile stays: a chat that was moved on is left where it is,
    and a folder into which something was put is kept.

    Raises:
        UserError: two folders would have the same name.
    """
    present = {folder.id: folder for folder in tables.folders.all()}
    before = {folder.id: folder for folder in change.before.folders}
    after = {folder.id: folder for folder in change.after.folders}
    for folder_id, folder in after.items():
        if folder_id in present:
            changed = _differences(before.get(folder_id, folder), folder)
            tables.folders.update(replace(present[folder_id], **changed))
        elif folder_id not in before:
            tables.folders.insert(folder)
    _move(tables, change)
    _change_queries(tables, change)
    gone = [folder_id for folder_id in before if folder_id not in after]
    in_use = tables.folder_chats.counts()
    tables.folders.delete(folder_id for folder_id in gone if not in_use.get(folder_id))
    if doubles(tables.folders.all()):
        raise UserError("another folder is called so; rename it first")


def _move(tables: Tables, change: FolderChange) -> None:
    before = {place.conversation_id: place for place in change.before.places}
    after = {place.conversation_id: place for place in change.after.places}
    chats = [*before, *(row_id for row_id in after if row_id not in before)]
    present = {place.conversation_id: place for place in tables.folder_chats.of_chats(chats)}
    folders = {folder.id for folder in tables.folders.all()}
    moved = [row_id for row_id in chats if present.get(row_id) == before.get(row_id)]
    wanted = [place for row_id in moved if (place := after.get(row_id)) is not None]
    tables.folder_chats.take_out(row_id for row_id in moved if row_id not in after)
    tables.folder_chats.put([place for place in wanted if place.folder_id in folders])


def naming(tables: Tables, change: FolderChange, name: str, new_name: str) -> FolderChange:
    """Return *change* with the saved searches and rules that name the folder, or one in it."""

    def renamed(query: str) -> str:
        return with_names(query, "folder", lambda said: names.moved(said, name, new_name))

    searches = [s for s in tables.saved_searches.all() if renamed(s.query) != s.query]
    rules = [rule for rule in tables.tag_rules.all() if renamed(rule.query) != rule.query]
    return FolderChange(
        before=replace(change.before, searches=tuple(searches), rules=tuple(rules)),
        after=replace(
            change.after,
            searches=tuple(replace(s, query=renamed(s.query)) for s in searches),
            rules=tuple(replace(rule, query=renamed(rule.query)) for rule in rules),
        ),
    )


def _change_queries(tables: Tables, change: FolderChange) -> None:
    searches = {saved.id: saved for saved in tables.saved_searches.all()}
    for before, after in zip(change.before.searches, change.after.searches, strict=True):
        saved = searches.get(before.id)
        # What was saved anew meanwhile is the person's own.
        if saved is not None and saved.query == before.query:
            tables.saved_searches.update(replace(saved, query=after.query))
    rules = {rule.id: rule for rule in tables.tag_rules.all()}
    for former, wanted in zip(change.before.rules, change.after.rules, strict=True):
        rule = rules.get(former.id)
        if rule is not None and rule.query == former.query:
            tables.tag_rules.update(replace(rule, query=wanted.query))


def _differences(before: Folder, after: Folder) -> dict[str, Any]:
    return {
        name: getattr(after, name)
        for name in ("name", "position")
        if getattr(after, name) != getattr(before, name)
    }
