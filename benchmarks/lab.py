"""Where the benchmarks work: the exports, and the vaults and floors made of them."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
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

    def export(self, messages: int | None = None) -> Path:
        """Return an export of so many messages, made if it is missing."""
        if self.given is not None:
            return self.given
        size = messages or self.messages
        path = self.folder / f"export-{size}.zip"
        # The list of what is in it is written last.
        if not path.with_suffix(".json").exists():
            print(f"making an export of {size:,} messages", file=sys.stderr, flush=True)
            call(make, path=path, messages=size)
        return path

    def vault(self, messages: int | None = None) -> Path:
        """Return a vault with the export in it, imported if it is missing."""
        size = messages or self.messages
        folder = self.folder / f"vault-{size}"
        if not self._path_of_imports("vault", size).exists():
            run = call(ours.import_export, export=self.export(size), folder=folder)
            self.remember_imports("vault", size, [run])
        return folder

    def floor(self, messages: int | None = None) -> Path:
        """Return the floor's database with the export in it, imported if it is missing."""
        size = messages or self.messages
        path = self.folder / f"floor-{size}.db"
        if not self._path_of_imports("floor", size).exists():
            run = call(floors.import_export, export=self.export(size), path=path)
            self.remember_imports("floor", size, [run])
        return path

    def remember_imports(self, way: str, size: int, runs: Sequence[Run]) -> None:
        """Keep what imports cost: it is part of how the figures grow."""
        numbers = [{**run.result, "rss_mb": run.rss_mb} for run in runs]
        self._path_of_imports(way, size).write_text(json.dumps(numbers), encoding="utf-8")

    def imports(self, way: str, size: int) -> list[dict[str, Any]]:
        """Return what the imports of so many messages cost."""
        found: list[dict[str, Any]] = json.loads(self._path_of_imports(way, size).read_bytes())
        return found

    def _path_of_imports(self, way: str, size: int) -> Path:
        return self.folder / f"import-{way}-{size}.json"


def make(path: str, messages: int) -> None:
    """Write the export of a size; runs in a process of its own."""
    generate.write(Path(path), messages, SEED)
