"""Trash, archive and folders from the command line."""

from __future__ import annotations

import pytest

from support.command_line import CommandLine, lines


@pytest.fixture
def ids(cli: CommandLine) -> list[str]:
    return [c["id"] for c in cli.json("list")["conversations"]]


def _listed(cli: CommandLine, *options: str) -> list[str]:
    return [c["id"] for c in cli.json("list", *options)["conversations"]]


def test_what_is_put_into_the_trash_is_listed_there_alone(cli: CommandLine, ids: list[str]) -> None:
    put = cli.run("trash", "put", ids[0][:8], ids[1])

    assert put.stdout == "2 conversations put into the trash.\n"
    assert _listed(cli) == [ids[2]]
    assert set(_listed(cli, "--trash")) == {ids[0], ids[1]}
    heading, *rows = lines(cli.run("trash", "list").stdout)
    assert heading.split() == ["ID", "DELETED", "GOES", "MESSAGES", "TITLE"]
    assert {row.split()[0] for row in rows} == {ids[0][:8], ids[1][:8]}
    assert {row.split()[2] for row in rows} == {"never"}
    assert cli.run("show", ids[0]).stdout
    assert cli.run("trash", "restore", ids[0]).stdout == "1 conversation taken out of the trash.\n"
    assert set(_listed(cli)) == {ids[0], ids[2]}


def test_the_trash_says_when_something_goes(cli: CommandLine, ids: list[str]) -> None:
    assert cli.run("trash", "days").stdout == "Nothing leaves the trash by itself.\n"
    said = "What is in the trash goes for good after 30 days.\n"
    assert cli.run("trash", "days", "30").stdout == said
    put = cli.run("trash", "put", ids[0])

    assert put.stdout.endswith("into the trash, and goes for good after 30 days.\n")
    document = cli.json("trash", "list")
    assert document["days"] == 30
    [found] = document["conversations"]
    assert found["goes_at"] > found["deleted_at"]
    assert cli.run("trash", "days", "4000", code=1).stderr.startswith("privatus: the trash keeps")


def test_nothing_goes_for_good_before_its_day_or_unasked(cli: CommandLine, ids: list[str]) -> None:
    cli.run("trash", "put", ids[0])

    refused = cli.run("trash", "empty", code=2)
    assert "say --yes if that is meant" in refused.stderr
    assert cli.json("trash", "empty", "--older-than", "1", "--yes") == {"conversations": 0}
    assert _listed(cli, "--trash") == [ids[0]]
    gone = cli.run("trash", "empty", "--yes")

    assert gone.stdout == "1 conversation deleted for good.\n"
    assert cli.run("trash", "list").stderr == "The trash is empty.\n"
    assert "no conversation has this id" in cli.run("show", ids[0], code=1).stderr
    assert "ok" in cli.run("check").stdout.lower()


def test_what_is_archived_is_listed_and_found(cli: CommandLine, ids: list[str]) -> None:
    said = cli.run("mark", ids[0], "--archived")

    assert said.stdout == "1 conversation now archived.\n"
    assert ids[0] not in _listed(cli)
    assert _listed(cli, "--archived") == [ids[0]]
    hits = cli.json("search", "is:archived")["hits"]
    assert {hit["conversation_id"] for hit in hits} == {ids[0]} and hits[0]["is_archived"]
    cli.run("mark", ids[0], "--not-archived")
    assert cli.run("list", "--archived").stderr == "Nothing is archived.\n"


def test_folders_are_made_filled_renamed_and_deleted(cli: CommandLine, ids: list[str]) -> None:
    assert cli.run("folder", "create", "work/tax").stdout == "2 folders made.\n"
    put = cli.run("folder", "put", "work/tax", ids[0][:8], ids[1])
    cli.run("folder", "put", "home", ids[1])

    assert put.stdout == "2 conversations moved.\n"
    assert _listed(cli, "--folder", "work") == [ids[0]]
    heading, *rows = lines(cli.run("folder", "list").stdout)
    assert heading.split() == ["FOLDER", "CONVERSATIONS"]
    assert [row.split() for row in rows] == [["work", "1"], ["work/tax", "1"], ["home", "1"]]
    assert cli.run("folder", "rename", "work", "job").stdout == "2 folders renamed.\n"
    cli.run("folder", "move", "home", "--to", "1")
    names = [f["name"] for f in cli.json("folder", "list")["folders"]]
    assert names == ["home", "job", "job/tax"]
    refused = cli.run("folder", "delete", "job", code=1)
    assert "1 folder in it would go, too, such as job/tax" in refused.stderr
    deleted = cli.run("folder", "delete", "job", "--nested")
    assert deleted.stdout == "2 folders deleted; 1 conversation in no folder now.\n"
    assert cli.run("folder", "remove", ids[1]).stdout == ("1 conversation taken out of a folder.\n")
    assert cli.json("folder", "list")["folders"][0]["all_conversations"] == 0


def test_a_folder_that_there_is_not_is_named_with_the_nearest_one(
    cli: CommandLine, ids: list[str]
) -> None:
    cli.run("folder", "put", "work", ids[0])

    misspelt = cli.run("list", "--folder", "wrok", code=1)

    assert misspelt.stderr == "privatus: no folder is called wrok, did you mean work\n"
    nothing = cli.run("list", "--folder", "work", "--source", "claude")
    assert "No conversation is in this folder" in nothing.stderr
