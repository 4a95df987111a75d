"""Which place a backup command is for, and what a person is told of it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from privatus import Vault
from support import servers
from support.command_line import PASSWORD, CommandLine, lines
from support.servers import Server


@pytest.fixture
def disk(tmp_path: Path) -> str:
    return str(tmp_path / "disk")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    folder = tmp_path / "server"
    folder.mkdir()
    with servers.wsgidav(folder) as started:
        yield started


def test_a_place_is_one_destination_however_it_is_written(
    cli: CommandLine, disk: str, tmp_path: Path
) -> None:
    cli.run("backup", "create", "--repo", disk)
    (tmp_path / "link").symlink_to(disk)

    for written in (disk + "/", f"file://{disk}", str(tmp_path / "link"), f"{disk}/../disk"):
        cli.run("backup", "create", "--repo", written)
        refused = cli.run("backup", "add", "again", written, code=1)
        assert "backups go there already" in refused.stderr

    assert len(cli.json("backup", "destinations")["destinations"]) == 1
    assert len(cli.json("backup", "list", "--repo", disk)["backups"]) == 5


def test_the_only_destination_need_not_be_named(cli: CommandLine, disk: str) -> None:
    assert "backups go nowhere yet" in cli.run("backup", "create", code=1).stderr
    made = cli.json("backup", "create", "--repo", disk)
    assert [one["id"] for one in cli.json("backup", "list")["backups"]] == [made["id"]]
    cli.run("backup", "add", "second", disk + "2")
    assert f"--repo: {disk}, second" in cli.run("backup", "verify", code=2).stderr
    assert "is empty" in cli.run("backup", "create", "--repo", "", code=2).stderr


def test_backups_do_not_go_into_a_vault(cli: CommandLine, tmp_path: Path) -> None:
    shutil.copytree(cli.vault, tmp_path / "other")
    for place in (cli.vault / "in", f"file://{cli.vault}/in"):
        assert "be lost with it" in cli.run("backup", "create", "--repo", place, code=1).stderr
    refused = cli.run("backup", "add", "disk", tmp_path / "other" / "in", code=1)
    assert "another vault" in refused.stderr
    assert cli.json("backup", "destinations")["destinations"] == []


def test_a_place_with_the_backups_of_another_vault_is_not_remembered(
    cli: CommandLine, disk: str, tmp_path: Path
) -> None:
    other = CommandLine(vault=tmp_path / "other", password_file=cli.password_file)
    other.run("init", "--kdf-memory", "64")
    other.run("backup", "create", "--repo", disk)
    assert "of another vault" in cli.run("backup", "create", "--repo", disk, code=1).stderr
    assert cli.json("backup", "destinations")["destinations"] == []


def test_after_a_restore_all_backups_are_known_again(cli: CommandLine, disk: str) -> None:
    former = [cli.json("backup", "create", "--repo", disk)["id"] for _ in range(3)]
    cli.run("backup", "forget", former[0], "--repo", disk)
    shutil.rmtree(cli.vault)
    cli.run("backup", "restore", "--repo", disk)

    new = cli.json("backup", "create", "--repo", disk)["id"]

    assert [one["id"] for one in cli.json("backup", "list")["backups"]] == [new, *former[:0:-1]]
    cli.run("backup", "remove", disk)
    cli.run("backup", "add", "disk", disk)
    assert len(cli.json("backup", "list")["backups"]) == 3


def test_a_vault_restores_elsewhere_from_a_destination_that_it_knows(
    cli: CommandLine, disk: str, tmp_path: Path
) -> None:
    cli.run("backup", "add", "disk", disk)
    made = cli.json("backup", "create")
    restored = cli.json("backup", "restore", tmp_path / "then", "--repo", "disk")
    assert restored["backup_id"] == made["id"]
    assert restored["folder"] == str(tmp_path / "then")
    with Vault.open(tmp_path / "then", PASSWORD) as vault:
        assert len(vault.conversations.list()) == 3
    early = cli.run("backup", "restore", tmp_path / "x", "--at", "2020-01-01T12:00", code=1)
    assert "no backup of that time" in early.stderr
    shutil.rmtree(cli.vault)
    assert "--repo is missing" in cli.run("backup", "restore", code=2).stderr


def test_what_opens_a_store_is_kept_and_never_shown(
    cli: CommandLine, server: Server, tmp_path: Path
) -> None:
    options = tmp_path / "options"
    said = server.said()
    options.write_text("# of the store\n" + "".join(f"{n}={said[n]}\n" for n in said))
    where = server.where("backups")
    add = ["backup", "add", "cloud", where, "--options-file", options]
    shown = [cli.run(*add, "--json")]
    shown.append(cli.run("backup", "change", "cloud", "--option", f"user={said['user']}"))
    unknown = cli.run("backup", "change", "cloud", "--option", "colour=red", code=1)
    assert "has no option of that name" in unknown.stderr
    shown.append(cli.run("backup", "create"))
    shown.append(cli.run("backup", "destinations", "--json"))
    shown.append(cli.run("backup", "restore", tmp_path / "then", "--repo", "cloud"))
    assert all(said["password"] not in one.stdout + one.stderr for one in shown)
    (known,) = cli.json("backup", "destinations")["destinations"]
    assert known["option_names"] == ["password", "user"]
    shutil.rmtree(cli.vault)
    cli.run("backup", "restore", "--repo", where, "--options-file", options)


def test_a_folder_has_no_options(cli: CommandLine, disk: str) -> None:
    cli.run("backup", "add", "disk", disk)
    refused = cli.run("backup", "change", "disk", "--option", "secret=hidden-words", code=1)
    assert "a folder has no options" in refused.stderr
    assert "hidden-words" not in refused.stderr
    cli.run("backup", "create")


def test_a_vault_that_is_open_elsewhere_is_told_and_its_backups_are_still_listed(
    cli: CommandLine, disk: str
) -> None:
    cli.run("backup", "create", "--repo", disk)
    with Vault.open(cli.vault, PASSWORD):
        for words in (["create"], ["run"], ["prune"]):
            refused = cli.run("backup", *words, code=5)
            assert "open in another program; close it there" in refused.stderr
        assert len(lines(cli.run("backup", "list").stdout)) == 2
        assert "manual" in cli.run("backup", "status").stdout


def test_the_status_says_what_to_do(cli: CommandLine, disk: str) -> None:
    added = cli.run("backup", "add", "my disk", disk, "--every", "daily")
    assert "`privatus backup create --repo 'my disk'` makes a backup there now" in added.stderr
    assert "there is no backup yet" in cli.run("backup", "status").stderr
    cli.run("backup", "create")
    assert cli.run("backup", "status").stderr == ""


def test_times_in_json_are_those_of_iso_8601(cli: CommandLine, disk: str) -> None:
    made = cli.json("backup", "create", "--repo", disk)
    cli.run("backup", "verify", "--depth", "data")
    (status,) = cli.json("backup", "status")["destinations"]
    assert status["last_backup_at"] == made["made_at"]
    assert made["made_at"].startswith("20") and made["made_at"].endswith("Z")
    assert status["last_verified_at"] > made["made_at"]
    checked = cli.json("backup", "verify")
    assert checked["at"] > status["last_verified_at"]
    names = [*status, *checked, *cli.json("backup", "drill")]
    assert not [name for name in names if name.endswith(("at_ms", "since_ms"))]


def test_a_place_that_takes_no_backup_is_not_remembered(
    cli: CommandLine, disk: str, tmp_path: Path
) -> None:
    cli.run("backup", "create", "--repo", disk)
    blocked = tmp_path / "blocked"
    blocked.mkdir()
    (blocked / "data").write_bytes(b"")
    cli.run("backup", "create", "--repo", blocked, code=1)
    assert [one["location"] for one in cli.json("backup", "destinations")["destinations"]] == [disk]


def test_a_mistyped_name_is_not_taken_for_a_new_folder(
    cli: CommandLine, disk: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    cli.run("backup", "add", "usb", disk)
    refused = cli.run("backup", "create", "--repo", "ubs", code=2).stderr
    assert "no destination is called ubs" in refused and "./ubs" in refused
    assert not (tmp_path / "ubs").exists()
    cli.run("backup", "create", "--repo", "./ubs")
    assert (tmp_path / "ubs" / "config").is_file()
