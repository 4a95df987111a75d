"""Out of one vault and into another by its own JSON."""

from __future__ import annotations

from pathlib import Path

from privatus.bootstrap import Vault
from privatus.core.marks import Shelf
from support.vaults import ScratchVault


def exported(vault: Vault, folder: Path) -> dict[str, bytes]:
    """Return every file of an export of the whole vault, by its path."""
    result = vault.exports.run(folder, "json")
    kept = [shelf for shelf in Shelf if shelf is not Shelf.TRASH]
    assert result.conversations == sum(len(vault.conversations.list(shelf=s)) for s in kept)
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def copied(vault: Vault, folder: Path) -> dict[str, bytes]:
    """Return what *vault* exports, once it is seen that a vault made from it exports the same."""
    first = exported(vault, folder / "first")
    other = ScratchVault.create(folder / "other")
    try:
        report = other.vault.imports.run(folder / "first")
        assert not report.failed
        [file] = report.files
        assert (file.skipped, file.warnings, dict(file.unknown)) == ((), (), {})

        assert exported(other.vault, folder / "second") == first
        assert other.problems() == []
        again = other.vault.imports.run(folder / "first").total
        assert (again.conversations_new, again.conversations_updated) == (0, 0)
    finally:
        other.vault.lock()
    return first
