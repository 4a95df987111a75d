"""Pins, stars and what is unread, from the command line."""

from __future__ import annotations

from support.command_line import CommandLine


def _states(cli: CommandLine) -> list[tuple[bool, bool, bool]]:
    found = cli.json("list")["conversations"]
    return [(c["is_pinned"], c["is_starred"], c["is_unread"]) for c in found]


def test_mark_sets_several_marks_of_several_conversations(cli: CommandLine) -> None:
    first, second, _ = (c["id"] for c in cli.json("list")["conversations"])

    done = cli.json("mark", first, second[:8], "--pinned", "--unread", "--not-starred")

    assert done == {"changed": {"pinned": 2, "starred": 0, "unread": 2}}
    assert [state[0] for state in _states(cli)] == [True, True, False]
    assert cli.json("show", first)["is_pinned"] is True
    assert {h["conversation_id"] for h in cli.json("search", "is:pinned")["hits"]} == {
        first, second,
    }  # fmt: skip


def test_mark_says_what_it_did(cli: CommandLine) -> None:
    wanted = cli.json("list")["conversations"][0]["id"]
    cli.run("mark", wanted, "--pinned")

    result = cli.run("mark", wanted, "--not-pinned", "--starred")

    assert result.stdout == "1 conversation now not pinned.\n1 conversation now starred.\n"


def test_mark_without_a_mark_says_which_there_are(cli: CommandLine) -> None:
    result = cli.run("mark", "1a2b3c4d", code=2)

    assert "--pinned, --starred, --read" in result.stderr
