"""The program in one folder makes backups on servers, with the libraries that it brings."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from support import servers
from support.packaged import ROOT, Packaged
from support.servers import Server

_DEMO = ROOT / "docs" / "demo" / "conversations.json"


@pytest.mark.parametrize("start", [servers.moto, servers.openssh, servers.wsgidav])
def test_a_backup_goes_to_a_server_and_is_found_whole(
    start: Callable[[Path], AbstractContextManager[Server]], packaged: Packaged, tmp_path: Path
) -> None:
    packaged.run("import", _DEMO)
    folder = tmp_path / "server"
    folder.mkdir()

    with start(folder) as server:
        options = [f"--option={name}={value}" for name, value in server.said().items()]
        packaged.run("backup", "add", "there", server.where("vault"), *options)
        packaged.run("backup", "create", "--repo", "there")
        verify = ("backup", "verify", "--repo", "there", "--depth", "data", "--json")
        report = json.loads(packaged.run(*verify))

    assert report["problems"] == []
    assert report["backups"] == 1


def test_what_it_does_not_bring_is_said_in_a_sentence(packaged: Packaged) -> None:
    packaged.run("init")
    process = packaged.start("backup", "add", "there", "gs://bucket/folder")
    _, errors = process.communicate(timeout=60)

    assert process.returncode == 1
    assert "came without Google Cloud Storage" in errors
