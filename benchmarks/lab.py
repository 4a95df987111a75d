"""Where the benchmarks work: the exports, and the vaults and floors made of them."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks import floors, generate, ours
from benchmarks.harness import Run, call

SEED = 1


@dataclass(slots=True)
class Lab:
    """A folder with one export a size, and what was imported from it."""

    folder: Path
    messages: int
    repeat: int
    given: Path | None = None  # an export to take instead of a made-up one
    imports: dict[str, list[Run]] = field(default_factory=dict)  # by way and size, for the growth

    def export(self, messages: int | None = None) -> Path:
        """Return an export of so many messages, made if it is missing."""
        if self.given is not None:
            return self.given
        size = messages or self.messages
        path = self.folder / f"export-{size}.zip"
        # The list of what is in it is written last.
        if not path.with_suffix(".json").exists():
            print(f"making an export of {size:,} messages", flush=True)
            call(make, path=path, messages=size)
        return path

    def vault(self, messages: int | None = None) -> Path:
        """Return a vault with the export in it, imported if it is missing."""
        size = messages or self.messages
        folder = self.folder / f"vault-{size}"
        if not ours.is_whole(folder):
            self.imports.setdefault(f"vault {size}", []).append(
                call(ours.import_export, export=self.export(size), folder=folder)
            )
        return folder

    def floor(self, messages: int | None = None) -> Path:
        """Return the floor's database with the export in it, imported if it is missing."""
        size = messages or self.messages
        path = self.folder / f"floor-{size}.db"
        if not floors.is_whole(path):
            self.imports.setdefault(f"floor {size}", []).append(
                call(floors.import_export, export=self.export(size), path=path)
            )
        return path

    def made(self, messages: int | None = None) -> dict[str, Any] | None:
        """Return what is in the made-up export, None for a given one."""
        path = self.export(messages).with_suffix(".json")
        if self.given is not None:
            return None
        found: dict[str, Any] = json.loads(path.read_bytes())
        return found


def make(path: str, messages: int) -> None:
    """Write the export of a size; runs in a process of its own."""
    generate.write(Path(path), messages, SEED)
