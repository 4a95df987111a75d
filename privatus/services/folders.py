"""Folders: making them, putting chats into them, renaming, ordering, deleting.

Each method that changes something returns the change, and `undo` takes it back exactly.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from privatus.core import clock
from privatus.core import tag as names
from privatus.core.errors import UserError
from privatus.core.folder import Folder, FolderCount
from privatus.services import conversation_ids, folder_names
from privatus.services.conversation_ids import Target
from privatus.services.folder_changes import FolderChange, FolderState, apply, naming
from privatus.storage.folders import StoredPlace
from privatus.storage.store import Store, Tables


class FolderService:
    """Keeps a person's folders."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def list(self) -> list[FolderCount]:
        """Return all folders as a tree shows them, each with how many chats its list has.

        Raises:
            TamperedError: a folder is not what was sealed.
        """
        with self._store.snapshot() as tables:
            found = folder_names.in_order(tables.folders.all())
            counts = tables.folder_chats.counts(tables.shelves.hidden())
        return [
            FolderCount(
                folder=folder,
                conversations=counts.get(folder.id, 0),
                all_conversations=sum(
                    counts.get(inner.id, 0) for inner in folder_names.within(found, folder.name)
                ),
            )
            for folder in found
        ]

    def create(self, name: str) -> FolderChange:
        """Make a folder, and those that it lies in.

        Raises:
            UserError: the name does not do, or there is one that is called so.
            AccessError: the vault is open for reading only.
        """
        name = folder_names.clean(name)

        def created(tables: Tables) -> FolderChange:
            found = tables.folders.all()
            if folder_names.find(found, name):
                raise UserError("a folder is called so already; choose another name")
            after = FolderState(folders=tuple(made(tables, found, name)))
            return FolderChange(before=FolderState(), after=after)

        return self._change(created)

    def put(self, name: str, wanted: Iterable[int | Target]) -> FolderChange:
        """Put chats into a folder, out of the one that they are in; it is made if there is none.

        *wanted* are the ids that lists have, of which what has gone is passed over, or those
        that a person sees.

        Raises:
            UserError: the name does not do, or a chat that a person named is not there.
            AccessError: the vault is open for reading only.
        """
        name = folder_names.clean(name)
        return self._change(lambda tables: _put(tables, name, wanted))

    def take_out(self, wanted: Iterable[int | Target]) -> FolderChange:
        """Take chats out of their folders; they are in none then.

        Raises:
            UserError: a chat that a person named is not there.
            AccessError: the vault is open for reading only.
        """

        def taken(tables: Tables) -> FolderChange:
            row_ids = conversation_ids.row_ids(tables, wanted)
            former = tuple(tables.folder_chats.of_chats(row_ids))
            return FolderChange(before=FolderState(places=former), after=FolderState())

        return self._change(taken)

    def rename(self, name: str, new_name: str) -> FolderChange:
        """Call a folder otherwise; those in it go along. With another path it lies elsewhere.

        Raises:
            UserError: there is no such folder, or one that is called so already.
            AccessError: the vault is open for reading only.
        """
        new_name = folder_names.clean(new_name)
        return self._change(lambda tables: _renamed(tables, name, new_name))

    def place(self, name: str, position: int) -> FolderChange:
        """Let a folder stand in the *position* (from 0) among those that lie where it does.

        Raises:
            UserError: there is no such folder.
            AccessError: the vault is open for reading only.
        """

        def placed(tables: Tables) -> FolderChange:
            found = tables.folders.all()
            folder_names.require(found, name)
            former = folder_names.siblings(found, name)
            order = [folder for folder in former if folder != folder_names.find(found, name)]
            order[position:position] = [each for each in former if each not in order]
            after = tuple(replace(folder, position=n) for n, folder in enumerate(order))
            return FolderChange(
                before=FolderState(folders=tuple(former)), after=FolderState(folders=after)
            )

        return self._change(placed)

    def delete(self, name: str) -> FolderChange:
        """Delete a folder and those in it; the chats stay, and are in none then.

        Raises:
            UserError: there is none.
            AccessError: the vault is open for reading only.
        """

        def deleted(tables: Tables) -> FolderChange:
            before = folder_names.require(tables.folders.all(), name)
            places = tables.folder_chats.of_folders(folder.id for folder in before)
            state = FolderState(folders=tuple(before), places=tuple(places))
            return FolderChange(before=state, after=FolderState())

        return self._change(deleted)

    def undo(self, change: FolderChange) -> FolderChange:
        """Take a change back; return what does it again.

        What others did since stays: a chat that was moved on is left where it is.

        Raises:
            UserError: a name that a folder would have again belongs to another one now.
            AccessError: the vault is open for reading only.
        """
        return self._change(lambda _: change.reversed)

    def _change(self, planned: Callable[[Tables], FolderChange]) -> FolderChange:
        with self._store.transaction() as tables:
            change = planned(tables)
            apply(tables, change)
        return change


def _put(tables: Tables, name: str, wanted: Iterable[int | Target]) -> FolderChange:
    found = tables.folders.all()
    known = folder_names.find(found, name)
    new = [] if known else made(tables, found, name)
    folder = known or new[-1]
    row_ids = conversation_ids.row_ids(tables, wanted)
    former = {place.conversation_id: place for place in tables.folder_chats.of_chats(row_ids)}
    now_ms = clock.now_ms()
    moved = [
        StoredPlace(row_id, folder.id, now_ms)
        for row_id in row_ids
        if row_id not in former or former[row_id].folder_id != folder.id
    ]
    before = tuple(former[p.conversation_id] for p in moved if p.conversation_id in former)
    return FolderChange(
        before=FolderState(places=before),
        after=FolderState(folders=tuple(new), places=tuple(moved)),
    )


def _renamed(tables: Tables, name: str, new_name: str) -> FolderChange:
    found = tables.folders.all()
    before = folder_names.require(found, name)
    outer = before[0].name if len(before) == 1 else _common(before, name)
    if names.is_within(new_name, outer) and names.key(new_name) != names.key(outer):
        raise UserError("a folder cannot lie in itself; choose another place for it")
    after = [replace(f, name=names.moved(f.name, outer, new_name)) for f in before]
    for folder in after:
        folder_names.clean(folder.name)
    others = [folder for folder in found if folder not in before]
    if any(folder_names.find(others, folder.name) for folder in after):
        raise UserError("another folder is called so; choose another name")
    if names.key(folder_names.parent(new_name)) != names.key(folder_names.parent(outer)):
        last = len(folder_names.siblings(others, new_name))
        after = [
            replace(f, position=last) if names.key(f.name) == names.key(new_name) else f
            for f in after
        ]
    new = made(tables, others, new_name)[:-1]
    change = FolderChange(
        before=FolderState(folders=tuple(before)), after=FolderState(folders=(*after, *new))
    )
    return naming(tables, change, outer, new_name)


def _common(before: Sequence[Folder], name: str) -> str:
    own = folder_names.find(before, name)
    return own.name if own else name


def made(tables: Tables, found: Sequence[Folder], name: str) -> list[Folder]:
    """Return new folders for *name* and what it lies in, as far as there are none; itself last."""
    parts = name.split(names.SEPARATOR)
    new: list[Folder] = []
    first_id = tables.folders.next_id()
    for depth in range(1, len(parts) + 1):
        path = names.SEPARATOR.join(parts[:depth])
        if depth < len(parts) and folder_names.find(found, path):
            continue
        last = len(folder_names.siblings(found, path))
        new.append(
            Folder(id=first_id + len(new), name=path, position=last, created_at_ms=clock.now_ms())
        )
    return new
