"""Keys in a repository for other people: put there, found by whom they are for, taken away."""

from __future__ import annotations

import os
from collections.abc import Callable

from privatus.backup import layout
from privatus.backup.destinations.keeping import put_kept
from privatus.backup.destinations.port import Destination, NotThereError
from privatus.backup.repository import Repository
from privatus.backup.unopened import config_of, objects
from privatus.core.errors import AccessError, TamperedError
from privatus.vault.member_key import MemberKeys, Place
from privatus.vault.repository_keys import RepositoryKeys


def give(repository: Repository, seal: Callable[[Place], bytes]) -> str:
    """Put what *seal* makes for a member into the repository; return its name."""
    name = f"{layout.MEMBER_KEYS}{os.urandom(16).hex()}"
    put_kept(repository.destination, name, seal(_place(repository.destination)))
    return name


def take_away(repository: Repository, name: str) -> None:
    """Remove a member's keys."""
    repository.destination.delete(name)


def open_as_member(
    destination: Destination, open_keys: Callable[[Place, bytes], MemberKeys]
) -> tuple[Repository, MemberKeys]:
    """Open a repository with the first keys in it that *open_keys* opens, the most first.

    The keys are the caller's to wipe.

    Raises:
        UserError: there is no repository.
        AccessError: none of the keys there are for this person.
        TamperedError: its config is damaged.
    """
    place = _place(destination)
    found: list[MemberKeys] = []
    for entry in objects(destination, layout.KEYS):
        if layout.is_members(entry.name):
            try:
                found.append(open_keys(place, destination.get(entry.name)))
            except (TamperedError, NotThereError):
                continue  # for somebody else, or just taken away
    if not found:
        raise AccessError(
            "nothing there is for you; ask its owner for the keys, and hand them your card"
        )
    # After new keys of the vault a member gets more of them, and the former object may still lie.
    found.sort(key=lambda keys: len(keys.vault_keys))
    *others, best = found
    for keys in others:
        keys.wipe()
    keys_of = RepositoryKeys(place.repository_id, best.vault_keys)
    return Repository(destination, layout.parse_config(place.config), keys_of), best


def _place(destination: Destination) -> Place:
    raw = config_of(destination)
    return Place(layout.parse_config(raw).repository_id, raw)
