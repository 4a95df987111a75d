"""What a folder may be called, which folder a name means, and in which order they stand."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from privatus.core import tag as names
from privatus.core.errors import TamperedError, UserError
from privatus.core.folder import Folder
from privatus.core.tag import SEPARATOR
from privatus.search import folding
from privatus.services.tag_names import near, tidy
from privatus.storage.store import Tables

MAX_CHARS = 100
# A search could not say them: quotes end its words, a star stands for the rest of a word.
_UNSAYABLE = frozenset('"“”„‟*')


def clean(name: str) -> str:
    """Return a folder's name with single spaces, and none beside the slashes.

    Raises:
        UserError: it is blank, too long, or has what no search could ask for.
    """
    cleaned = tidy(name)
    if not all(folding.words(part) for part in cleaned.split(SEPARATOR)):
        raise UserError(
            "a folder needs a name of letters or digits, also before and after each slash: work/tax"
        )
    if len(cleaned) > MAX_CHARS:
        raise UserError(f"a folder's name has at most {MAX_CHARS} characters; choose a shorter one")
    if _UNSAYABLE & set(cleaned) or not cleaned.isprintable():
        raise UserError("a folder has no quotes, no stars and no invisible signs; leave them out")
    return cleaned


def find(found: Iterable[Folder], name: str) -> Folder | None:
    """Return the folder that is called *name*, if there is one."""
    wanted = names.key(tidy(name))
    return next((folder for folder in found if names.key(folder.name) == wanted), None)


def within(found: Iterable[Folder], name: str) -> list[Folder]:
    """Return the folder *name* and those that lie in it."""
    wanted = tidy(name)
    return [folder for folder in found if names.is_within(folder.name, wanted)]


def require(found: Sequence[Folder], name: str) -> list[Folder]:
    """Return what `within` does, of which there must be something.

    Raises:
        UserError: there is none; it names those that are called nearly so.
    """
    wanted = within(found, name)
    if not wanted:
        raise UserError(unknown(found, name))
    return wanted


def unknown(found: Collection[Folder], name: str) -> str:
    """Return that there is no folder *name*, and what it may have meant."""
    shown = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in tidy(name))
    if not found:
        return f"no folder is called {shown}, there are none yet"
    if close := near(found, name):
        return f"no folder is called {shown}, did you mean {' or '.join(close)}"
    return f"no folder is called {shown}, and none is called nearly so"


def ids(tables: Tables, name: str) -> list[int]:
    """Return the row ids of the folder *name* and of those that lie in it.

    Raises:
        UserError: there is none.
    """
    return [folder.id for folder in require(tables.folders.all(), name)]


def of(tables: Tables, conversation_ids: Sequence[int]) -> dict[int, str]:
    """Return by conversation the name of the folder that it is in, if it is in one.

    Raises:
        TamperedError: a folder is not what was sealed, or is gone.
    """
    known = {folder.id: folder.name for folder in tables.folders.all()}
    if not known:
        return {}
    found = tables.folder_chats.folders_of(conversation_ids)
    return {row_id: _called(known, folder_id) for row_id, folder_id in found.items()}


def kept_in(tables: Tables, conversation_id: int) -> str | None:
    """Return the folder of one conversation, None if it is in none.

    Raises:
        TamperedError: what says so is not what was sealed.
    """
    places = tables.folder_chats.of_chats([conversation_id])
    known = {folder.id: folder.name for folder in tables.folders.all()} if places else {}
    return _called(known, places[0].folder_id) if places else None


def _called(known: Mapping[int, str], folder_id: int) -> str:
    name = known.get(folder_id)
    if name is None:
        raise TamperedError("a folder is gone that a conversation is in")
    return name


def in_order(found: Iterable[Folder]) -> list[Folder]:
    """Return folders as a tree shows them: each before those in it, siblings by position."""
    found = list(found)
    positions = {names.key(folder.name): folder.position for folder in found}

    def place(folder: Folder) -> list[tuple[int, str]]:
        parts = names.key(folder.name).split(SEPARATOR)
        outer = [SEPARATOR.join(parts[: depth + 1]) for depth in range(len(parts))]
        return [(positions.get(key, 0), key) for key in outer]

    return sorted(found, key=place)


def parent(name: str) -> str:
    """Return what a folder lies in, "" if it lies in none."""
    return name.rpartition(SEPARATOR)[0]


def siblings(found: Iterable[Folder], name: str) -> list[Folder]:
    """Return the folders that lie where *name* does, in order."""
    wanted = names.key(parent(name))
    return in_order(folder for folder in found if names.key(parent(folder.name)) == wanted)


def doubles(found: Iterable[Folder]) -> list[str]:
    """Return what is wrong with folders of which no two may have the same name."""
    keys = [names.key(folder.name) for folder in found]
    return ["two folders have the same name"] if len(keys) != len(set(keys)) else []
