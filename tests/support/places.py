"""Places for the tests of destinations: folders, memory, and folders of real servers."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from privatus.backup.destinations.opening import open_destination
from privatus.backup.destinations.port import Destination
from support import cloud_stores, servers
from support.faulty import Faults, Faulty
from support.memory_destination import MemoryDestination
from support.proxy import Proxy
from support.servers import Server

STARTERS: dict[str, Callable[[Path], AbstractContextManager[Server]]] = {
    "seaweedfs": servers.seaweedfs,
    "moto": servers.moto,
    "openssh": servers.openssh,
    "wsgidav": servers.wsgidav,
    # Not the real ones, and said to be so.
    "like-google": cloud_stores.google,
    "like-azure": cloud_stores.azure,
}


@dataclass(slots=True)
class Place:
    """An empty place for one test, which several destinations may be opened at."""

    kind: str
    server: Server | None
    folder: Path
    name: str = field(default_factory=lambda: f"test-{secrets.token_hex(8)}")
    memory: MemoryDestination = field(default_factory=MemoryDestination)
    opened: ExitStack = field(default_factory=ExitStack)

    def open(self, port: int | None = None, **keywords: object) -> Destination:
        if self.kind == "memory":
            destination: Destination = Faulty(self.memory, Faults(), seed=0)
        elif self.server is None:
            destination = open_destination(str(self.folder / self.name), make=True)
        else:
            settings = {"options": self.server.said(port), "make": True} | keywords
            destination = open_destination(self.server.where(self.name, port), **settings)  # type: ignore[arg-type]
        self.opened.callback(destination.close)
        return destination

    def enter(self, proxy: Proxy) -> Proxy:
        """Use *proxy* as long as the test goes on."""
        return self.opened.enter_context(proxy)

    def on_disk(self) -> Path:
        """Return the folder where the server keeps this place."""
        assert self.server is not None
        return self.server.home / self.name
