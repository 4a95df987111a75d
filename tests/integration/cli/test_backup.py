"""Backups from the command line."""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path

import pytest

from privatus.bootstrap import Vault
from privatus.vault import header_files
from support.command_line import CommandLine, lines
from support.vaults import PASSWORD


def _ms(said: str) -> int:
    return round(datetime.fromisoformat(said).timestamp() * 1000)


@pytest.fixture
def disk(tmp_path: Path) -> str:
    return str(tmp_path / "disk")


def test_a_vault_that_is_lost_comes_back_with_the_repository_and_the_password(
    cli: CommandLine, disk: str
) -> None:
    before = cli.json("list")
    made = cli.json("backup", "create", "--repo", disk)
    assert (made["kind"], made["total_bytes"] > 0) == ("full", True)
    shutil.rmtree(cli.vault)

    (listed,) = cli.json("backup", "list", "--repo", disk)["backups"]
    assert listed["id"] == made["id"]
    report = cli.json("backup", "restore", "--repo", disk)

    assert (report["backup_id"], report["kept_aside"]) == (made["id"], None)
    assert cli.json("list") == before
    assert cli.json("check")["ok"]


def test_a_vault_is_never_restored_over(cli: CommandLine, disk: str) -> None:
    cli.run("backup", "create", "--repo", disk)
    refused = cli.run("backup", "restore", "--repo", disk, code=1)
    assert "there is a vault" in refused.stderr and "--keep-aside" in refused.stderr
    report = cli.json("backup", "restore", "--repo", disk, "--keep-aside")
    assert (Path(report["kept_aside"]) / "vault.db").is_file()


def test_the_second_backup_writes_what_changed_and_show_tells_what_it_holds(
    cli: CommandLine, disk: str
) -> None:
    full = cli.json("backup", "create", "--repo", disk)
    made = cli.json("backup", "create", "--repo", disk)
    assert made["kind"] == "incremental" and made["new_bytes"] * 5 < full["new_bytes"]

    shown = cli.json("backup", "show", made["id"][:8], "--repo", disk)

    assert shown["location"] == disk
    rows = {table["name"]: table["rows"] for table in shown["tables"]}
    assert rows["conversations"] == 3
    assert all(len(table["checksum"]) == 64 for table in shown["tables"])
    heading, *others = lines(cli.run("backup", "list", "--repo", disk).stdout)
    assert heading.split()[0] == "ID" and len(others) == 2


def test_a_drill_and_a_verification_say_what_is_damaged_and_exit_with_6(
    cli: CommandLine, disk: str
) -> None:
    cli.run("backup", "create", "--repo", disk)
    assert cli.run("backup", "drill", "--repo", disk).stdout.startswith("Proven: ")
    for depth in ("list", "structure", "part", "data"):
        whole = cli.run("backup", "verify", "--repo", disk, "--depth", depth).stdout
        assert whole.startswith("All is whole: 1 backup, ")
    (pack,) = Path(disk).glob("data/*/*")
    raw = bytearray(pack.read_bytes())
    raw[len(raw) // 2] ^= 1
    pack.write_bytes(raw)

    assert pack.name in cli.run("backup", "drill", "--repo", disk, code=6).stdout
    verified = cli.run("backup", "verify", "--repo", disk, "--depth", "data", code=6)
    assert pack.name in verified.stdout


def test_a_damaged_index_is_made_anew(cli: CommandLine, disk: str) -> None:
    cli.run("backup", "create", "--repo", disk)
    (damaged,) = Path(disk).glob("index/*")
    damaged.write_bytes(damaged.read_bytes()[:-1] + b"x")
    assert damaged.name in cli.run("backup", "verify", "--repo", disk, code=6).stdout

    done = cli.run("backup", "repair", "--repo", disk).stdout

    assert done == "The index is whole again: it lacked 1 pack.\n"
    assert cli.run("backup", "verify", "--repo", disk).stdout.startswith("All is whole")
    assert cli.json("backup", "repair", "--repo", disk) == {"packs": 0}


def test_what_is_due_is_made_once_and_an_absent_disk_is_one_line(
    cli: CommandLine, disk: str
) -> None:
    cli.run("backup", "add", "disk", disk, "--every", "daily", "--full-every", "90")
    assert cli.run("backup", "run").stdout.startswith("disk: wrote ")
    assert cli.run("backup", "run").stdout == ""
    (status,) = cli.json("backup", "status")["destinations"]
    assert (status["health"], status["backups"]) == ("good", 1)
    assert status["destination"]["schedule"] == {"frequency": "daily", "full_days": 90}

    Path(disk).rename(disk + " unplugged")
    cli.run("backup", "create", "--repo", "disk", code=7)
    (status,) = cli.json("backup", "status")["destinations"]
    assert status["health"] == "away"
    assert "is not there" in status["problem"]


def test_rules_say_of_each_backup_why_it_stays_or_goes(cli: CommandLine, disk: str) -> None:
    for _ in range(3):
        cli.run("backup", "create", "--repo", disk)
    asked = cli.json("backup", "keep", "--repo", disk)
    assert [one["stays"] for one in asked["decisions"]] == [True] * 3

    said = cli.json("backup", "keep", "--repo", disk, "--last", "2")

    assert [one["stays"] for one in said["decisions"]] == [True, True, False]
    assert said["decisions"][2]["reasons"] == ["no rule keeps it"]
    assert len(cli.json("backup", "list", "--repo", disk)["backups"]) == 3


def test_a_restore_beside_a_vault_needs_neither_that_nor_its_password(
    cli: CommandLine, disk: str, tmp_path: Path
) -> None:
    cli.run("backup", "create", "--repo", disk)
    with Vault.open(cli.vault, PASSWORD) as vault:
        assert cli.json("backup", "restore", tmp_path / "beside", "--repo", disk)["backup_id"]
        vault.passwords.change("another password")

    # The disk was not there since: the former password opens what lies on it.
    assert cli.json("backup", "restore", tmp_path / "former", "--repo", disk)["backup_id"]

    cli.run("backup", "restore", tmp_path / "none", "--repo", "no-name", code=3)
    assert not (tmp_path / "none").exists()
    for header in header_files.NAMES:
        (cli.vault / header).write_bytes(b"damaged")
    assert cli.json("backup", "restore", tmp_path / "whole", "--repo", disk)["backup_id"]


def test_a_wrong_password_is_told_from_a_place_without_backups(
    cli: CommandLine, disk: str, tmp_path: Path
) -> None:
    Path(disk).mkdir()
    shutil.rmtree(cli.vault)
    nothing = cli.run("backup", "restore", "--repo", disk, code=1)
    assert "there are no backups" in nothing.stderr


def test_the_recovery_plan_tells_what_was_measured_and_promises_nothing(
    cli: CommandLine, disk: str
) -> None:
    assert "there is no backup yet" in cli.run("recovery-plan").stdout
    cli.run("backup", "create", "--repo", disk)
    plan = cli.run("recovery-plan").stdout
    assert "Recovery time: not measured yet" in plan and "No restore of it was ever tried" in plan

    drill = cli.json("backup", "drill", "--repo", disk)

    said = cli.json("recovery-plan")
    assert said["recovery_time_ms"] == drill["duration_ms"] > 0
    assert said["recovery_point_ms"] == _ms(said["made_at"]) - _ms(drill["made_at"])
    assert f"backup restore --repo {disk}" in cli.run("recovery-plan", "--html").stdout


def test_pruning_drops_what_no_rule_keeps_and_never_what_is_pinned(
    cli: CommandLine, disk: str
) -> None:
    made = [cli.json("backup", "create", "--repo", disk, "--full")["id"] for _ in range(4)]
    cli.run("backup", "pin", made[0][:10], "--repo", disk)
    cli.run("backup", "keep", "--repo", disk, "--last", "1")
    would = cli.json("backup", "prune", "--repo", disk, "--dry-run")
    assert (would["dropped"], would["is_dry_run"]) == (2, True)
    before = sum(path.stat().st_size for path in Path(disk).rglob("*") if path.is_file())

    done = cli.json("backup", "prune", "--repo", disk)

    assert done["dropped"] == 2
    after = sum(path.stat().st_size for path in Path(disk).rglob("*") if path.is_file())
    assert done["freed_bytes"] > 0 and before - after > done["freed_bytes"] * 0.9
    left = [one["id"] for one in cli.json("backup", "list", "--repo", disk)["backups"]]
    assert left == [made[3], made[0]]
    assert cli.json("backup", "verify", "--repo", disk, "--depth", "data")["problems"] == []
    cli.run("backup", "unpin", made[0], "--repo", disk)
    assert cli.json("backup", "prune", "--repo", disk)["dropped"] == 1


def test_a_backup_is_dropped_by_name_and_never_the_last_one(cli: CommandLine, disk: str) -> None:
    made = [cli.json("backup", "create", "--repo", disk)["id"] for _ in range(2)]
    assert cli.json("backup", "forget", made[0], "--repo", disk) == {"dropped": [made[0]]}
    refused = cli.run("backup", "forget", made[1], "--repo", disk, code=1)
    assert "no backup would be left" in refused.stderr
    cli.run("backup", "drill", "--repo", disk)
