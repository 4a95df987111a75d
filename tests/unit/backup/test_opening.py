"""What a person writes is taken for the place that it means."""

from __future__ import annotations

from pathlib import Path

import pytest

from privatus.backup.destinations.opening import open_destination
from privatus.core.errors import UnreachableError, UserError


def test_a_path_is_a_folder(tmp_path: Path) -> None:
    assert open_destination(str(tmp_path)).location == str(tmp_path)


def test_a_file_address_is_a_folder(tmp_path: Path) -> None:
    folder = tmp_path / "with spaces"
    folder.mkdir()

    assert open_destination(folder.as_uri()).location == str(folder)


def test_a_folder_that_is_not_there_is_made_only_when_asked(tmp_path: Path) -> None:
    folder = tmp_path / "backups"

    with pytest.raises(UnreachableError):
        open_destination(str(folder))
    assert not folder.exists()
    open_destination(str(folder), make=True)
    assert folder.is_dir()


def test_an_unplugged_disk_is_not_made_up(tmp_path: Path) -> None:
    with pytest.raises(UnreachableError):
        open_destination(str(tmp_path / "media" / "usb"), make=True)

    assert not (tmp_path / "media").exists()


@pytest.mark.parametrize("where", ["", "  ", "carrier-pigeon://loft", "file://server/share"])
def test_what_is_no_place_is_refused(where: str) -> None:
    with pytest.raises(UserError):
        open_destination(where)
