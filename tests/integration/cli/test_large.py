"""An archive that is too large for one screen, and work on it that is stopped."""

from __future__ import annotations

import re
from pathlib import Path

from support.command_line import CommandLine, Terminal, lines


def test_a_list_for_people_ends_after_50_and_one_for_scripts_does_not(
    large_cli: CommandLine,
) -> None:
    shown = large_cli.run("list")

    assert len(lines(shown.stdout)) == 1 + 50
    assert "--offset 50" in shown.stderr
    assert len(large_cli.json("list")["conversations"]) == 2_500
    assert len(large_cli.json("list", "--limit", "7")["conversations"]) == 7


def test_a_common_word_is_counted_to_1000_and_ranked_among_the_newest(
    large_cli: CommandLine,
) -> None:
    shown = lines(large_cli.run("search", "word").stdout)

    assert re.fullmatch(
        r"20 of more than 300 matches, ranked among the newest 300, in [\d.]+ ms", shown[-1]
    )
    assert large_cli.json("search", "word")["total_is_exact"] is False


def test_all_matches_are_ranked_when_asked(large_cli: CommandLine) -> None:
    assert "ranked among" not in large_cli.run("search", "word", "--all").stdout
    assert "ranked among" not in large_cli.run("search", "word", "--order", "newest").stdout


def test_ctrl_c_stops_an_export_and_leaves_whole_files(
    large_cli: CommandLine, tmp_path: Path
) -> None:
    person = Terminal(
        "export", tmp_path / "out", "--format", "markdown", environment=large_cli.environment
    )

    person.expect("writing: export")
    person.press_ctrl_c()
    person.expect("Stopped. The files that are there are whole")

    assert person.end() == 1
    written = list((tmp_path / "out").rglob("*.md"))
    assert len(written) < 2_500
    assert not list((tmp_path / "out").rglob("*.part"))


def test_ctrl_c_in_an_export_of_pages_says_that_their_list_is_missing(
    large_cli: CommandLine, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    person = Terminal("export", out, "--format", "html", environment=large_cli.environment)

    person.expect("writing: export")
    person.press_ctrl_c()
    person.expect("The page with the list of them is missing or old.")

    assert person.end() == 1
    assert not (out / "index.html").exists()


def test_ctrl_c_stops_a_check(large_cli: CommandLine) -> None:
    person = Terminal("check", environment=large_cli.environment)

    person.expect("checking: ")
    person.press_ctrl_c()
    person.expect("Stopped. The vault is as it was.")

    assert person.end() == 1
    large_cli.run("check")
