"""A destination in memory: what the port promises, and nothing else."""

from __future__ import annotations

from threading import Lock

from privatus.backup.destinations.port import (
    DestinationError,
    Entry,
    ExistsError,
    NotThereError,
    checked_folder,
    checked_name,
    checked_range,
)


class MemoryDestination:
    """Keeps objects in a dictionary; its clock is a count of what was written."""

    location = "memory"

    def __init__(self) -> None:
        self.objects: dict[str, tuple[bytes, int]] = {}
        self._clock_ms = 0
        self._lock = Lock()

    def put(self, name: str, data: bytes) -> None:
        with self._lock:
            if checked_name(name) in self.objects:
                raise ExistsError(f"{name} is in memory already")
            self._clock_ms += 1
            self.objects[name] = bytes(data), self._clock_ms

    def get(self, name: str) -> bytes:
        try:
            return self.objects[checked_name(name)][0]
        except KeyError:
            raise NotThereError(f"{name} is not in memory") from None

    def get_range(self, name: str, offset: int, length: int) -> bytes:
        checked_range(offset, length)
        data = self.get(name)
        if offset + length > len(data):
            raise DestinationError(f"{name} is shorter than that")
        return data[offset : offset + length]

    def list(self, folder: str) -> list[Entry]:
        prefix = checked_folder(folder) + "/" if folder else ""
        with self._lock:
            return sorted(
                Entry(name, len(data), at_ms)
                for name, (data, at_ms) in self.objects.items()
                if name.startswith(prefix)
            )

    def delete(self, name: str) -> None:
        with self._lock:
            self.objects.pop(checked_name(name), None)

    def free_bytes(self) -> int | None:
        return None

    def clear_leftovers(self, older_than_ms: int) -> int:
        return 0

    def close(self) -> None:
        """Nothing is held open."""
