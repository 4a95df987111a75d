"""What failed and how long what took, from the command line."""

from __future__ import annotations

from pathlib import Path

from support.command_line import CommandLine, lines


def test_the_command_lists_what_failed_and_how_often(cli: CommandLine, tmp_path: Path) -> None:
    assert cli.run("log", "errors").stderr == "Nothing failed.\n"
    path = tmp_path / "holiday.json"
    path.write_text("{", encoding="utf-8")
    for _ in range(2):
        cli.run("import", str(path), code=4)

    [line] = lines(cli.run("log", "errors").stdout)
    assert line.startswith("2x") and "import" in line and "unreadable-input" in line
    [record] = cli.json("log", "errors")["errors"]
    assert (record["where"], record["count"]) == ("import", 2)
    assert record["at"] <= record["last_at"]
    assert cli.json("log", "errors", "--since", "2020")["errors"] == [record]


def test_the_command_lists_how_long_work_took(cli: CommandLine) -> None:
    [head, *rows] = lines(cli.run("log", "metrics").stdout)
    measured = cli.json("log", "metrics")["metrics"]

    assert head.split() == ["AT", "WORK", "SECONDS", "ITEMS", "BYTES"]
    assert len(rows) == len(measured) >= 1
    assert {each["what"] for each in measured} == {"import"}
    assert all(each["items"] > 0 and each["duration_ms"] >= 0 for each in measured)


def test_a_day_that_is_none_is_refused(cli: CommandLine) -> None:
    assert "this is no day" in cli.run("log", "errors", "--since", "soon", code=2).stderr
