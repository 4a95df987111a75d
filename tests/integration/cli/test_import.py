"""What an import says, and how it is stopped."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from privatus import Vault
from privatus.cli.progress import long_work
from privatus.core.errors import JobCancelled
from support.chatgpt_chats import chat, write_chats
from support.command_line import PASSWORD, CommandLine, Terminal, lines
from support.exports import write_zip

_MANY = 6_000


def _broken_chats(count: int) -> list[object]:
    return ["this is no conversation"] * count


def _write_many(path: Path) -> Path:
    text = "words that take a while to fold, to seal and to index " * 20
    return write_chats(path, *(chat(f"Chat {n}", text, text, text) for n in range(_MANY)))


def _conversations(cli: CommandLine) -> int:
    with Vault.open(cli.vault, PASSWORD) as vault:
        assert vault.integrity.check().ok
        return vault.statistics.get().conversations


def test_an_import_gives_scripts_the_promised_keys(cli: CommandLine, tmp_path: Path) -> None:
    export = write_chats(tmp_path / "conversations.json", chat("New", "one", "two"))

    document = cli.json("import", export)

    assert set(document) == {
        "files", "conversations", "messages", "attachments", "warnings", "seconds",
        "tagged", "rule_problems", "merged", "merge_problems",
    }  # fmt: skip
    assert document["conversations"] == {
        "new": 1, "updated": 0, "unchanged": 0, "deleted": 0, "skipped": 0
    }  # fmt: skip
    assert document["messages"] == {"new": 2, "updated": 0, "kept": 0}
    assert document["attachments"] == {"new": 0, "missing": 0}
    (file,) = document["files"]
    assert file["name"] == "conversations.json" and file["source"] == "chatgpt"


def test_importing_again_finds_everything_unchanged(cli: CommandLine, tmp_path: Path) -> None:
    export = write_chats(tmp_path / "conversations.json", chat("New", "one", "two"))
    cli.run("import", export)

    result = cli.run("import", export)

    assert "1 conversation, nothing new" in result.stdout


def test_a_file_that_cannot_be_read_is_named_and_the_others_come_in(
    cli: CommandLine, tmp_path: Path
) -> None:
    good = write_chats(tmp_path / "conversations.json", chat("New", "one", "two"))
    bad = tmp_path / "holiday.txt"
    bad.write_text("sun", encoding="utf-8")

    document = cli.json("import", bad, good, code=4)
    result = cli.run("import", bad, good, code=4)

    failed, imported = sorted(document["files"], key=lambda file: file["error"] is None)
    assert failed["name"] == "holiday.txt" and "holiday.txt" in failed["error"]
    assert set(failed) == set(imported)
    assert document["conversations"]["new"] == 1
    assert "holiday.txt: could not be read: " in result.stdout
    assert "1 of 2 files imported: " in result.stdout


def test_whose_exports_are_read_is_said_once_after_the_last_file(
    cli: CommandLine, tmp_path: Path
) -> None:
    strange = [tmp_path / "a.txt", tmp_path / "b.txt"]
    for path in strange:
        path.write_text("sun", encoding="utf-8")

    told = lines(cli.run("import", *strange, code=4).stdout)
    unmade = cli.run("import", *strange, "--vault", tmp_path / "none", code=4).stderr

    assert [("DeepSeek" in line) for line in told] == [False, False, True, False]
    assert told[2].startswith("Privatus reads exports of Privatus, ")
    assert unmade.count("DeepSeek") == 1 and "no vault was made" in unmade


@pytest.mark.parametrize(
    ("form", "label"),
    [("csv", "CSV"), ("html", "HTML"), ("markdown", "Markdown"), ("jsonl", "JSON Lines")],
)
def test_an_export_of_ours_that_is_for_reading_is_named_as_such(
    cli: CommandLine, tmp_path: Path, form: str, label: str
) -> None:
    out = tmp_path / "out"
    cli.run("export", out, "--format", form)
    file = next(path for path in sorted(out.rglob("*.*")) if path.suffix)

    folder = cli.run("import", out, code=4).stdout
    alone = cli.run("import", file, code=4).stdout

    for told in (folder, alone):
        assert f"is an export of Privatus as {label}; only one as JSON can be imported" in told


def test_verbose_lists_all_that_was_passed_over(cli: CommandLine, tmp_path: Path) -> None:
    records = [{"messages": [{"role": "user", "content": "Hello"}]}]
    export = write_zip(
        tmp_path / "a.zip",
        {"chats.json": records, **{f"photo {n}.jpg": b"\xff" for n in range(25)}},
    )

    short = cli.run("import", export).stdout
    long = cli.run("import", "-v", export).stdout

    assert "and 5 more kinds" in short
    assert sum(line.startswith("    file photo ") for line in long.splitlines()) == 25


def test_what_was_left_out_is_named_with_its_reason(cli: CommandLine, tmp_path: Path) -> None:
    export = write_chats(
        tmp_path / "conversations.json", *_broken_chats(2), chat("New", "one", "two")
    )

    report = cli.run("import", export).stdout

    assert "not imported (2):" in report
    assert report.count("conversations.json[") == 2
    assert "1 conversation new" in report
    assert cli.json("import", export)["conversations"]["skipped"] == 2


def test_a_long_list_is_cut_at_20_and_says_how_to_see_the_rest(
    cli: CommandLine, tmp_path: Path
) -> None:
    export = write_chats(
        tmp_path / "conversations.json", *_broken_chats(23), chat("New", "one", "two")
    )

    short = cli.run("import", export).stdout
    long = cli.run("import", export, "--verbose").stdout

    assert short.count("conversations.json[") == 20
    assert "and 3 more; --verbose or --json lists them" in short
    assert long.count("conversations.json[") == 23
    assert "more; --verbose" not in long


def test_ctrl_c_keeps_what_was_read_and_the_next_import_brings_the_rest(
    cli: CommandLine, tmp_path: Path
) -> None:
    export = _write_many(tmp_path / "conversations.json")
    person = Terminal("import", export, environment=cli.environment)

    person.expect("importing conversations.json")
    person.press_ctrl_c()
    person.expect("stopping at the next safe point")
    person.expect("What was read is in the vault")

    assert person.end() == 1
    assert 3 < _conversations(cli) < 3 + _MANY
    cli.run("import", export)
    assert _conversations(cli) == 3 + _MANY


def test_the_first_interrupt_cancels_and_the_second_stops_at_once() -> None:
    former = signal.getsignal(signal.SIGINT)

    with long_work() as job:
        signal.raise_signal(signal.SIGINT)
        with pytest.raises(JobCancelled):
            job.check()
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)

    assert signal.getsignal(signal.SIGINT) is former


def test_an_import_that_is_stopped_at_once_leaves_a_whole_vault(
    cli: CommandLine, tmp_path: Path
) -> None:
    export = _write_many(tmp_path / "conversations.json")

    def stop(_: object) -> None:
        raise KeyboardInterrupt

    with Vault.open(cli.vault, PASSWORD) as vault, pytest.raises(KeyboardInterrupt):
        vault.imports.run(export, on_progress=stop)

    assert _conversations(cli) < 3 + _MANY


def test_ctrl_c_at_a_prompt_ends_with_code_130(cli: CommandLine) -> None:
    person = Terminal("list", environment={"PRIVATUS_VAULT": str(cli.vault)})

    person.expect("Password: ")
    person.press_ctrl_c()
    person.expect("privatus: stopped")

    assert person.end() == 130


def test_nothing_is_written_over_where_no_terminal_is(cli: CommandLine, tmp_path: Path) -> None:
    export = write_chats(tmp_path / "conversations.json", chat("New", "one", "two"))

    result = cli.run("import", export)

    assert result.stderr == "" and "\r" not in result.stdout
