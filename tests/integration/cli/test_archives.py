"""Archives from the command line."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from support.command_line import CommandLine, lines


@pytest.fixture
def ids(cli: CommandLine) -> dict[str, str]:
    return {c["title"]: c["id"] for c in cli.json("list")["conversations"]}


def test_what_a_search_finds_is_archived_and_brought_back(
    cli: CommandLine, ids: dict[str, str]
) -> None:
    before = cli.json("show", ids["Sourdough"], "--all-branches")
    asked = cli.run("archives", "create", "bread", "--dry-run").stdout
    assert asked.startswith("1 conversation with ") and asked.endswith("would be archived.\n")
    assert len(cli.json("list")["conversations"]) == 3

    made = cli.json("archives", "create", "bread", "--format", "csv")

    assert made["conversations"] == 1 and made["ids"] == [ids["Sourdough"]]
    assert len(cli.json("list")["conversations"]) == 2
    asked = cli.run("show", ids["Sourdough"], code=1)
    assert "archives bring-back" in asked.stderr
    heading, row = lines(cli.run("archives", "list").stdout)
    assert heading.split()[0] == "ID"
    assert row.split()[0] == ids["Sourdough"][:8]
    back = cli.run("archives", "bring-back", ids["Sourdough"][:8])
    assert back.stdout == "1 conversation brought back.\n"
    assert cli.json("show", ids["Sourdough"], "--all-branches") == before
    assert cli.json("check")["ok"]


def test_archives_are_found_by_title_and_date(cli: CommandLine, ids: dict[str, str]) -> None:
    cli.run("archives", "create", "--older-than", "1")

    assert len(cli.json("archives", "list")["archived"]) == 3
    [found] = cli.json("archives", "find", "sour", "--until", "today")["archived"]
    assert (found["id"], found["where"], found["format"]) == (ids["Sourdough"], None, "jsonl")
    assert cli.json("archives", "find", "sour", "--since", "today")["archived"] == []
    assert "\x1b" not in cli.run("archives", "list").stdout
    assert cli.run("archives", "find", "--since", "then", code=2).stderr.startswith(
        "privatus: this"
    )


def test_archives_on_a_folder_outside_are_verified(cli: CommandLine, tmp_path: Path) -> None:
    cli.run("archives", "create", "bread", "--to", str(tmp_path / "disk"))
    assert cli.json("archives", "verify") == {"files": 1, "ok": True, "problems": []}
    (tmp_path / "disk").rename(tmp_path / "unplugged")
    away = cli.run("archives", "verify", code=7).stdout
    assert away.startswith("0 archive files read, 1 damaged or out of reach.")
    (tmp_path / "unplugged").rename(tmp_path / "disk")
    [piece] = (tmp_path / "disk").glob("archives/*")

    content = bytearray(piece.read_bytes())
    content[-1] ^= 1
    piece.chmod(0o600)
    piece.write_bytes(content)

    said = cli.run("archives", "verify", code=6).stdout
    assert "1 damaged or out of reach" in said and "Sourdough" in said


def test_who_does_not_say_what_to_archive_is_asked(
    cli: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "--older-than" in cli.run("archives", "create", code=2).stderr
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    no_parquet = cli.run("archives", "create", "bread", "--format", "parquet", code=1)
    assert "-m pip install pyarrow" in no_parquet.stderr
    assert "1 to 36,500" in cli.run("archives", "create", "--older-than", "0", code=2).stderr
    assert cli.run("archives", "list").stderr == "Nothing is archived here.\n"


def test_a_folder_for_archives_is_the_one_beside_the_person(
    cli: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    cli.run("archives", "create", "bread", "--to", "disk")
    said = cli.json("retention", "set", "chats", "archive", "--to", "disk")

    assert list((tmp_path / "disk").glob("archives/*"))
    assert said["where"] == str(tmp_path / "disk")


def test_archives_go_to_a_backup_destination_by_its_name(
    cli: CommandLine, ids: dict[str, str], tmp_path: Path
) -> None:
    disk = tmp_path / "disk"
    cli.run("backup", "add", "usb", str(disk))
    cli.run("archives", "create", "bread", "--to", "usb")
    assert list(disk.glob("archives/*"))
    assert cli.json("archives", "list")["archived"][0]["where"] == str(disk)
    cli.run("archives", "bring-back", ids["Sourdough"])
    assert cli.json("check")["ok"]
    assert cli.json("backup", "create", "--repo", "usb")["kind"] == "full"
