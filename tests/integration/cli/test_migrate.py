"""`privatus migrate`: where the schema is, the way back, and what is to be installed then."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from privatus import Vault
from privatus.storage import migrations
from privatus.storage.schema_files import migrations as shipped
from support.command_line import PASSWORD, CommandLine, Terminal
from support.next_release import RELEASE, next_release

_STEP = len(shipped())


@pytest.fixture
def moved_on(cli: CommandLine) -> Iterator[CommandLine]:
    """Return a command line of the next release, which has opened the vault."""
    with next_release():
        Vault.open(cli.vault, PASSWORD).lock()
        yield cli


def test_it_says_where_the_schema_is_and_that_there_is_no_copy(cli: CommandLine) -> None:
    said = cli.run("migrate").stdout

    assert f"schema step {_STEP}, the last that this program knows" in said
    assert "No copy is kept" in said
    assert cli.json("migrate") == {
        "step": _STEP,
        "program_step": _STEP,
        "release": migrations._app_version(),
        "copy": None,
        "set_aside": [],
        "missing_archives": 0,
    }


def test_it_says_which_copy_is_kept_and_how_old_it_is(moved_on: CommandLine) -> None:
    said = moved_on.run("migrate").stdout
    told = moved_on.json("migrate")

    assert f"A copy from before the last change is kept: step {_STEP}, of " in said
    assert "(today)" in said and "`privatus migrate --back`" in said
    assert (told["step"], told["release"], told["copy"]["step"]) == (_STEP + 1, RELEASE, _STEP)
    assert told["copy"]["file"] == "vault.db.before-migration"


def test_going_back_says_what_to_install(moved_on: CommandLine) -> None:
    before = moved_on.json("list")

    said = moved_on.run("migrate", "--back", "--yes").stdout

    assert f"at schema step {_STEP}." in said
    assert "Now install " in said and f"brings it to step {_STEP + 1} again" in said
    [aside] = moved_on.json("migrate")["set_aside"]
    assert aside["file"] in said and aside["step"] == _STEP + 1
    status = moved_on.run("migrate").stdout
    assert f"at schema step {_STEP}; this program knows {_STEP + 1}, and brings it there" in status
    assert moved_on.json("list") == before


def test_an_older_program_says_that_it_is_too_old_and_can_go_back(cli: CommandLine) -> None:
    with next_release():
        Vault.open(cli.vault, PASSWORD).lock()

    said = cli.run("migrate").stdout
    done = cli.json("migrate", "--back", "--yes")

    assert "and is too old" in said
    assert done["step"] == _STEP
    assert cli.json("check")["ok"]


def test_without_a_terminal_nothing_is_put_back(moved_on: CommandLine) -> None:
    result = moved_on.run("migrate", "--back", code=2)

    assert "set aside" in result.stderr and "--yes" in result.stderr
    assert moved_on.json("migrate")["copy"]


def test_without_a_copy_there_is_no_way_back(cli: CommandLine) -> None:
    for more in ([], ["--yes"]):
        assert "no copy is kept" in cli.run("migrate", "--back", *more, code=1).stderr


def test_copies_are_removed_when_that_is_said(moved_on: CommandLine) -> None:
    moved_on.run("migrate", "--back", "--yes")
    Vault.open(moved_on.vault, PASSWORD).lock()
    assert moved_on.run("migrate", "--forget", code=2).stdout == ""

    gone = moved_on.json("migrate", "--forget", "--yes")["removed"]

    assert gone[0] == "vault.db.before-migration" and len(gone) == 2
    assert not list(moved_on.vault.glob("vault.db.*"))
    assert "nothing to remove" in moved_on.run("migrate", "--forget").stdout
    assert moved_on.json("check")["ok"]


def test_back_and_forget_exclude_each_other(cli: CommandLine) -> None:
    cli.run("migrate", "--back", "--forget", code=2)


def test_a_person_is_asked_and_can_say_no(cli: CommandLine) -> None:
    (cli.vault / "vault.db.before-migration").write_bytes(b"what is left of it")
    for answer, code in (("n", 1), ("y", 0)):
        terminal = Terminal("migrate", "--forget", environment=cli.environment)
        terminal.expect("Remove what may be the only copy")
        terminal.type(answer)
        assert terminal.end() == code

    assert not list(cli.vault.glob("vault.db.*"))
