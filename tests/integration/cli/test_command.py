"""Help, mistakes, completion, and what is said when the program itself fails."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from privatus.cli.main import command
from support.command_line import ROOT, CommandLine, lines, run_process, start

_SHELLS = {"bash": "-n", "zsh": "-n", "fish": "--no-execute"}


def test_help_shows_every_command_of_the_readme(empty_cli: CommandLine) -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    promised = {line.split()[2] for line in text.splitlines() if line.startswith("| `privatus ")}
    told = empty_cli.run("--help").stdout

    assert len(promised) > 5
    for name in promised:
        assert f"  {name.strip('`')} " in told
        empty_cli.run(name.strip("`"), "--help")


@pytest.mark.parametrize(
    ("asked", "same_as"),
    [
        (("-h",), ("--help",)),
        (("help",), ("--help",)),
        (("help", "list"), ("list", "--help")),
        (("audit", "list", "-h"), ("audit", "list", "--help")),
        (("search", "-h"), ("search", "--help")),
        (("export", "x", "-h"), ("export", "--help")),
    ],
)
def test_help_is_shown_however_it_is_asked_for(
    empty_cli: CommandLine, asked: tuple[str, ...], same_as: tuple[str, ...]
) -> None:
    told = empty_cli.run(*asked).stdout

    assert told == empty_cli.run(*same_as).stdout
    assert "Usage: privatus" in told


def test_every_option_says_what_it_does() -> None:
    def options(group: click.Command) -> Iterator[tuple[str, click.Option]]:
        for parameter in group.params:
            if isinstance(parameter, click.Option):
                yield f"{group.name} {parameter.opts[0]}", parameter
        for below in getattr(group, "commands", {}).values():
            yield from options(below)

    found = dict(options(command))
    assert len(found) > 50
    assert [name for name, option in found.items() if not option.help] == []


def test_help_loads_nothing_of_the_vault() -> None:
    code = (
        "import sys\nfrom privatus.cli.main import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "print([m for m in sys.modules if m in "
        "('privatus.bootstrap', 'cryptography', 'msgspec', 'sqlcipher3', 'markdown_it')])"
    )

    output = subprocess.run(
        [sys.executable, "-c", code, "--help"], capture_output=True, text=True, cwd=ROOT, check=True
    ).stdout

    assert lines(output)[-1] == "[]"


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        (("serch", "bread"), "did you mean 'search'"),
        (("list", "--limt", "3"), "did you mean --limit"),
        (("xyzzy",), "there is no command 'xyzzy'"),
        (("list", "my bread"), "there is no use for 'my bread' here; leave it out"),
        (("tag", "list", "one", "two"), "there is no use for one two here; leave it out"),
        (("audit", "lst"), "did you mean 'list'"),
        (("show",), "ID is missing"),
        (("import",), "PATH… is missing"),
        (("audit",), "which one: list or verify?"),
        (("export", "somewhere"), "--format is missing; it is one of markdown, html, "),
        (("export", "x", "--format", "pdf"), "--format takes one of markdown, html, "),
        (("search", "x", "--limit", "0"), "--limit takes a number from 1 to 10,000"),
        (("list", "--limit", "ten"), "--limit takes a number from 1 on"),
        (("list", "--vault", __file__), "--vault takes a folder, and this is a file"),
        (("list", "--password-file", "/"), "--password-file takes a file, and this is a folder"),
    ],
)
def test_a_mistyped_command_ends_with_code_2_and_one_line_that_helps(
    empty_cli: CommandLine, arguments: tuple[str, ...], hint: str
) -> None:
    result = empty_cli.run(*arguments, code=2)

    (line,) = lines(result.output)
    assert line.startswith("privatus: ") and hint in line
    assert "--help` says more" in line


@pytest.mark.parametrize(
    "arguments",
    [
        ("import", ""),
        ("export", "", "--format", "csv"),
        ("list", "--vault", ""),
        ("list", "--password-file", ""),
        ("passwd", "--new-password-file", ""),
    ],
)
def test_an_empty_name_is_not_the_folder_that_one_is_in(
    cli: CommandLine, arguments: tuple[str, ...]
) -> None:
    result = cli.run(*arguments, code=2)

    assert lines(result.output) == [
        "privatus: the name of a file or folder is empty; write it, or `.` for this one"
    ]


def test_a_fault_of_the_program_is_told_without_content_and_without_a_traceback(
    cli: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise KeyError("a word from a chat")

    monkeypatch.setattr("privatus.services.conversations.ConversationService.list", fail)

    result = cli.run("list", code=1)
    with_traceback = cli.run("list", "--debug", code=1)

    (line,) = lines(result.output)
    assert "KeyError" in line and "--debug" in line and "chat" not in line
    assert "Traceback" in with_traceback.stderr


def test_a_reader_that_has_seen_enough_is_no_error(cli: CommandLine) -> None:
    process = start("list", environment=cli.environment)
    assert process.stdout is not None and process.stderr is not None
    process.stdout.close()

    errors = process.stderr.read()
    process.stderr.close()

    assert process.wait() == 0
    assert errors == b""


def test_the_version_is_the_one_that_is_installed() -> None:
    code, output, _ = run_process("--version", environment={})

    assert code == 0
    assert output.startswith("privatus ")


@pytest.mark.parametrize("shell", _SHELLS)
def test_a_completion_script_is_one_that_its_shell_reads(
    empty_cli: CommandLine, tmp_path: Path, shell: str
) -> None:
    script = tmp_path / "script"
    script.write_text(empty_cli.run("completion", shell).stdout, encoding="utf-8")
    program = shutil.which(shell)
    if program is None:
        pytest.skip(f"{shell} is not installed")

    subprocess.run([program, _SHELLS[shell], script], check=True)


def test_a_completion_script_is_given_to_scripts_as_json(empty_cli: CommandLine) -> None:
    document = empty_cli.json("completion", "bash")

    assert document["shell"] == "bash"
    assert document["script"] == empty_cli.run("completion", "bash").stdout.removesuffix("\n")


def test_the_tab_key_completes_commands_and_options() -> None:
    def complete(words: str, place: int) -> str:
        asked = {
            "_PRIVATUS_COMPLETE": "bash_complete", "COMP_WORDS": words, "COMP_CWORD": str(place),
        }  # fmt: skip
        return run_process(environment=asked)[1]

    assert complete("privatus se", 1) == "plain,search\n"
    assert "plain,--format" in complete("privatus export x --fo", 3)
    assert "plain,parquet" in complete("privatus export x --format p", 4)


def test_a_traceback_does_not_steer_the_terminal(
    cli: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ValueError("x\x1b]0;PWN\x07\x9b")

    monkeypatch.setattr("privatus.services.conversations.ConversationService.list", fail)

    result = cli.run("list", "--debug", code=1)

    assert "Traceback" in result.stderr and "PWN" in result.stderr
    assert not set("\x1b\x07\x9b") & set(result.stderr)
