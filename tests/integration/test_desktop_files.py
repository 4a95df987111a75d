"""What tells a Linux desktop of the program: its entries, its icon, the type of its files."""

from __future__ import annotations

import configparser
import shutil
import struct
import subprocess
from pathlib import Path
from xml.etree import ElementTree

import pytest

from support.vaults import ScratchVault

_FOLDER = Path(__file__).resolve().parents[2] / "packaging"
_NAME = "org.privatus.Privatus"
_MIME = "{http://www.freedesktop.org/standards/shared-mime-info}"
_ENTRIES = sorted(path.name for path in _FOLDER.glob("*.desktop"))


def _entry(name: str) -> configparser.SectionProxy:
    parser = configparser.ConfigParser(interpolation=None)
    parser.optionxform = str  # type: ignore[assignment, method-assign]
    parser.read(_FOLDER / name, encoding="utf-8")
    return parser["Desktop Entry"]


def _type() -> ElementTree.Element:
    found = _tree(f"{_NAME}.xml").find(f"{_MIME}mime-type")
    assert found is not None
    return found


def _metainfo() -> ElementTree.Element:
    return _tree(f"{_NAME}.metainfo.xml")


def _tree(name: str) -> ElementTree.Element:
    return ElementTree.parse(_FOLDER / name).getroot()  # noqa: S314 - we wrote it


def _check(tool: str, *arguments: str | Path) -> None:
    if shutil.which(tool) is None:
        pytest.skip(f"{tool} is not here")
    run = subprocess.run([tool, *arguments], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr


@pytest.mark.parametrize("name", _ENTRIES)
def test_an_entry_starts_the_program_by_its_name_and_icon(name: str) -> None:
    entry = _entry(name)

    assert entry["Type"] == "Application"
    assert entry["Exec"].split()[0] == "privatus"
    assert (_FOLDER / f"{entry['Icon']}.svg").is_file()
    assert entry["Comment[de]"] != entry["Comment"]


def test_the_menu_shows_the_program_once() -> None:
    assert [name for name in _ENTRIES if "NoDisplay" not in _entry(name)] == [f"{_NAME}.desktop"]


@pytest.mark.parametrize("name", _ENTRIES)
def test_an_entry_is_valid(name: str) -> None:
    _check("desktop-file-validate", _FOLDER / name)


def test_a_file_manager_knows_the_header_of_a_vault_and_opens_the_vault_by_it(
    vault: ScratchVault,
) -> None:
    headers = {path.name: path.read_bytes() for path in vault.folder.glob("vault.pvh.*")}
    globs = {glob.get("pattern") for glob in _type().iter(f"{_MIME}glob")}
    begin, version = list(_type().iter(f"{_MIME}match"))

    assert globs == set(headers)
    for header in headers.values():
        assert header.startswith(str(begin.get("value")).encode())
        assert struct.unpack_from("<H", header, int(str(version.get("offset"))))[0] == int(
            str(version.get("value"))
        )
    opener = _entry(f"{_NAME}.vault.desktop")
    assert opener["MimeType"] == f"{_type().get('type')};"
    assert opener["Exec"].endswith("--vault %f")


def test_the_type_is_valid() -> None:
    _check("xmllint", "--noout", _FOLDER / f"{_NAME}.xml")


def test_the_program_claims_no_archives() -> None:
    # Exports are ZIP files, but who double-clicks a ZIP wants to look into it.
    claimed = [_entry(name).get("MimeType", "") for name in _ENTRIES]

    assert claimed == ["", "application/vnd.privatus.vault;"]


def test_the_description_for_shops_names_what_is_there() -> None:
    found = _metainfo()

    assert found.findtext("id") == _NAME
    assert found.findtext("launchable") == f"{_NAME}.desktop"
    assert found.findtext("project_license") == "GPL-3.0-or-later"
    assert found.findtext("provides/mediatype") == _type().get("type")
    assert found.findtext("provides/binary") == "privatus"


def test_the_description_for_shops_is_valid() -> None:
    _check("appstreamcli", "validate", "--no-net", _FOLDER / f"{_NAME}.metainfo.xml")
