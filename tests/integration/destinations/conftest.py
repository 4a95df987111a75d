"""The places that keep the promises of the port, each started when the first test wants it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from privatus.backup.destinations.port import Destination
from support.places import STARTERS, Place
from support.servers import Server


@pytest.fixture(scope="session")
def server_of(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Server]]:
    """Give the server of a kind, started once; a test is skipped where it is not installed."""
    running: dict[str, Server] = {}
    with ExitStack() as stack:

        def of(kind: str) -> Server:
            if kind not in running:
                folder = tmp_path_factory.mktemp(kind)
                running[kind] = stack.enter_context(STARTERS[kind](folder))
            return running[kind]

        yield of


def _place(kind: str, server_of: Callable[[str], Server], folder: Path) -> Iterator[Place]:
    place = Place(kind, server_of(kind) if kind in STARTERS else None, folder)
    with place.opened:
        yield place


@pytest.fixture(params=["folder", "memory", *STARTERS])
def place(
    request: pytest.FixtureRequest, server_of: Callable[[str], Server], tmp_path: Path
) -> Iterator[Place]:
    """Give each kind of place in turn."""
    yield from _place(request.param, server_of, tmp_path)


@pytest.fixture(params=list(STARTERS))
def remote(
    request: pytest.FixtureRequest, server_of: Callable[[str], Server], tmp_path: Path
) -> Iterator[Place]:
    """Give each kind of place behind a server in turn."""
    yield from _place(request.param, server_of, tmp_path)


@pytest.fixture
def destination(place: Place) -> Destination:
    return place.open()
