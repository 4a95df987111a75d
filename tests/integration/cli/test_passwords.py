"""Where passwords come from, making a vault, and changing what opens it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from privatus import Vault
from privatus.cli.password import weakness
from support.chatgpt_chats import chat, write_chats
from support.command_line import PASSWORD, CommandLine, Terminal, lines, run_process

_CODE = re.compile(r"(?:[0-9A-Z]{4}-){8}[0-9A-Z]{2}")


def _written(path: Path, text: str | bytes) -> Path:
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    path.chmod(0o600)
    return path


def _opens(cli: CommandLine, password: str) -> bool:
    from privatus.core.errors import AccessError

    try:
        Vault.open(cli.vault, password).lock()
    except AccessError:
        return False
    return True


def test_init_gives_scripts_the_vault_and_its_recovery_code(empty_cli: CommandLine) -> None:
    document = empty_cli.json("init", "--kdf-memory", "64")

    assert set(document) == {"vault_id", "recovery_code"}
    assert _CODE.fullmatch(document["recovery_code"])
    with Vault.open(empty_cli.vault, recovery_code=document["recovery_code"]) as vault:
        assert str(vault.id) == document["vault_id"]
    assert _opens(empty_cli, PASSWORD)


def test_init_shows_people_the_code_once_and_not_on_standard_output(
    empty_cli: CommandLine,
) -> None:
    result = empty_cli.run("init", "--kdf-memory", "64")

    assert result.stdout == ""
    assert len(_CODE.findall(result.stderr)) == 1
    assert "Write it on paper" in result.stderr
    assert "64 MiB" in result.stderr


def test_init_does_not_touch_a_vault_that_is_there(cli: CommandLine) -> None:
    result = cli.run("init", code=1)

    assert "there is a vault" in result.stderr
    assert _opens(cli, PASSWORD)


@pytest.mark.parametrize("memory", ["63", "4097", "much"])
def test_memory_out_of_bounds_is_refused_before_anything_is_made(
    empty_cli: CommandLine, memory: str
) -> None:
    empty_cli.run("init", "--kdf-memory", memory, code=2)

    assert not empty_cli.vault.exists()


def test_a_person_types_a_new_password_twice_until_both_are_the_same(
    empty_cli: CommandLine, tmp_path: Path
) -> None:
    export = write_chats(tmp_path / "conversations.json", chat("Bread", "Flat", "Proof it"))
    person = Terminal("import", export, environment={"PRIVATUS_VAULT": str(empty_cli.vault)})

    person.expect("This import makes one")
    person.expect("New password: ")
    person.type("short")
    person.expect("at least 8 characters")
    person.expect("New password: ")
    person.type(PASSWORD)
    person.expect("New password again: ")
    person.type(f"{PASSWORD}x")
    person.expect("not the same")
    person.expect("New password: ")
    person.type(PASSWORD)
    person.expect("New password again: ")
    person.type(PASSWORD)
    person.expect("RECOVERY CODE")
    person.expect("1 new conversation")

    assert person.end() == 0
    assert _opens(empty_cli, PASSWORD)


def test_a_person_is_asked_before_the_repeat_whether_a_weak_password_will_do(
    empty_cli: CommandLine,
) -> None:
    weak = "Password2024!"
    person = Terminal("init", "--kdf-memory", "64", environment={
        "PRIVATUS_VAULT": str(empty_cli.vault)
    })  # fmt: skip

    person.expect("New password: ")
    person.type(weak)
    person.expect("first that a thief tries")
    person.expect("Use it all the same? [y/N] ")
    person.type("")
    person.expect("New password: ")
    person.type(weak)
    person.expect("Use it all the same? [y/N] ")
    person.type("y")
    person.expect("New password again: ")
    person.type(weak)
    person.expect("RECOVERY CODE")

    assert person.end() == 0
    assert "thief tries" not in person.screen and _opens(empty_cli, weak)


def test_the_folder_is_looked_at_before_a_password_is_asked_for(
    empty_cli: CommandLine, tmp_path: Path
) -> None:
    (tmp_path / "full").mkdir()
    _written(tmp_path / "full" / "letter.txt", "dear all")

    full = empty_cli.run("init", "--vault", tmp_path / "full", code=1, PRIVATUS_PASSWORD_FILE=None)
    below = tmp_path / "full" / "letter.txt" / "vault"
    file = empty_cli.run("init", "--vault", below, code=1, PRIVATUS_PASSWORD_FILE=None)

    assert "is not empty" in full.stderr and "is a file" in file.stderr


def test_passwords_can_come_from_standard_input(cli: CommandLine) -> None:
    typed = f"{PASSWORD}\nanother few words\n"

    cli.run("passwd", "--password-file", "-", "--new-password-file", "-", typed=typed)
    empty = cli.run("list", "--password-file", "-", typed="", code=2)

    assert _opens(cli, "another few words") and not _opens(cli, PASSWORD)
    assert "no password on standard input" in empty.stderr


def test_the_same_password_is_no_change(cli: CommandLine) -> None:
    same = cli.run("passwd", "--new-password-file", cli.password_file, code=1)
    harder = ("passwd", "--new-password-file", cli.password_file, "--kdf-memory", "64")

    assert "is the password that the vault has" in same.stderr
    assert "is changed" in cli.run(*harder).stderr


def test_a_typed_password_is_not_shown(cli: CommandLine) -> None:
    person = Terminal("list", environment={"PRIVATUS_VAULT": str(cli.vault)})

    person.expect("Password: ")
    person.type(PASSWORD)

    assert person.end() == 0
    assert "Sourdough" in person.screen and PASSWORD not in person.screen


def test_without_a_terminal_the_error_says_how_to_give_the_password(cli: CommandLine) -> None:
    code, output, errors = run_process("list", environment={"PRIVATUS_VAULT": str(cli.vault)})

    assert code == 2 and output == ""
    (line,) = lines(errors)
    assert "--password-file" in line and "PRIVATUS_PASSWORD_FILE" in line


def test_without_a_terminal_the_error_says_how_to_give_a_new_password(cli: CommandLine) -> None:
    code, _, errors = run_process("passwd", environment=cli.environment)

    assert code == 2
    assert "--new-password-file" in errors and "PRIVATUS_PASSWORD_FILE" not in errors


def test_no_password_is_asked_for_where_no_vault_is(tmp_path: Path) -> None:
    code, _, errors = run_process("list", environment={"PRIVATUS_VAULT": str(tmp_path / "none")})

    assert code == 1
    assert "there is no vault" in errors and "privatus import" in errors


@pytest.mark.parametrize("end", ["", "\n", "\r\n", "\nmore\n"])
def test_the_password_is_the_first_line_of_its_file(
    cli: CommandLine, tmp_path: Path, end: str
) -> None:
    file = _written(tmp_path / "other", PASSWORD + end)

    cli.run("list", "--password-file", file, PRIVATUS_PASSWORD_FILE=None)


def test_a_password_that_is_not_utf_8_opens_what_it_made(
    empty_cli: CommandLine, tmp_path: Path
) -> None:
    file = _written(tmp_path / "latin", b"p\xe4ssw\xf6rter ohne Ende\n")
    empty_cli.run("init", "--kdf-memory", "64", "--password-file", file)

    empty_cli.run("list", "--password-file", file)


def test_an_empty_or_missing_password_file_is_wrong_usage(cli: CommandLine, tmp_path: Path) -> None:
    empty = _written(tmp_path / "empty", "\nsecond line\n")

    assert "is empty" in cli.run("list", "--password-file", empty, code=2).stderr
    assert "cannot be read" in cli.run("list", "--password-file", tmp_path / "no", code=2).stderr


def test_a_password_file_that_others_can_read_brings_a_warning(cli: CommandLine) -> None:
    assert "others can read" not in cli.run("list").stderr

    cli.password_file.chmod(0o640)

    assert "others can read" in cli.run("list").stderr


def test_a_wrong_password_ends_with_code_3_and_one_line(cli: CommandLine, tmp_path: Path) -> None:
    result = cli.run("list", "--password-file", _written(tmp_path / "bad", "not this one"), code=3)

    assert lines(result.output) == ["privatus: the password is wrong"]


def test_a_short_new_password_is_refused(empty_cli: CommandLine, tmp_path: Path) -> None:
    short = _written(tmp_path / "short", "seven77\n")

    assert "at least 8" in empty_cli.run("init", "--password-file", short, code=2).stderr
    assert not empty_cli.vault.exists()


@pytest.mark.parametrize(
    ("password", "word"),
    [
        ("Password2024!", "first that a thief tries"),
        ("1234567890123456", "first that a thief tries"),
        ("aaaaaaaaaaaaaaaaaa", "first that a thief tries"),
        ("k7#vQ9!pz", "short"),
    ],
)
def test_a_password_that_is_easy_to_guess_brings_a_remark(password: str, word: str) -> None:
    assert word in str(weakness(password))


def test_a_long_unusual_password_brings_no_remark() -> None:
    assert weakness(PASSWORD) is None


def test_passwd_lets_the_new_password_in_and_the_former_one_out(
    cli: CommandLine, tmp_path: Path
) -> None:
    new = _written(tmp_path / "new", "another few words")

    result = cli.run("passwd", "--new-password-file", new)

    assert "changed" in result.stderr
    assert _opens(cli, "another few words") and not _opens(cli, PASSWORD)


def test_a_forgotten_password_is_replaced_with_the_recovery_code(
    cli: CommandLine, tmp_path: Path
) -> None:
    code = cli.json("recovery")["recovery_code"]
    new = _written(tmp_path / "new", "another few words")
    written = _written(tmp_path / "code", code.lower().replace("-", " "))

    cli.run(
        "passwd", "--recovery-code-file", written, "--new-password-file", new,
        PRIVATUS_PASSWORD_FILE=None,
    )  # fmt: skip

    assert _opens(cli, "another few words") and not _opens(cli, PASSWORD)


def test_a_recovery_code_may_be_typed(cli: CommandLine) -> None:
    code = cli.json("recovery")["recovery_code"]
    person = Terminal("passwd", "--recovery", environment={"PRIVATUS_VAULT": str(cli.vault)})

    person.expect("Recovery code")
    person.type(code)
    person.expect("New password: ")
    person.type("another few words")
    person.expect("New password again: ")
    person.type("another few words")
    person.expect("is changed")

    assert person.end() == 0
    assert _opens(cli, "another few words")


def test_a_recovery_code_with_a_typing_mistake_ends_with_code_3(
    cli: CommandLine, tmp_path: Path
) -> None:
    wrong = _written(tmp_path / "code", "0000-" * 8 + "01")
    new = _written(tmp_path / "new", "another few words")

    result = cli.run("passwd", "--recovery-code-file", wrong, "--new-password-file", new, code=3)

    assert "typing mistake" in result.stderr
    assert _opens(cli, PASSWORD)


def test_a_new_recovery_code_replaces_the_former_one(cli: CommandLine) -> None:
    former = cli.json("recovery")["recovery_code"]

    result = cli.run("recovery")

    (code,) = _CODE.findall(result.stderr)
    assert code != former and result.stdout == ""
    Vault.open(cli.vault, recovery_code=code).lock()
    with pytest.raises(Exception, match="recovery code"):
        Vault.open(cli.vault, recovery_code=former)


def test_rotate_gives_new_keys_and_shows_the_code_that_goes_with_them(cli: CommandLine) -> None:
    former = cli.json("recovery")["recovery_code"]
    before = cli.json("list")

    result = cli.run("rotate")
    again = cli.json("rotate")

    (code,) = _CODE.findall(result.stderr)
    assert result.stdout == "" and set(again) == {"recovery_code"}
    for void in (former, code):
        with pytest.raises(Exception, match="recovery code"):
            Vault.open(cli.vault, recovery_code=void)
    Vault.open(cli.vault, recovery_code=again["recovery_code"]).lock()
    assert cli.json("list") == before
    assert cli.json("check")["ok"]
    assert [e["action"] for e in cli.json("audit", "list")["entries"]][-2:] == ["keys rotated"] * 2


def test_rotate_with_a_wrong_password_ends_with_code_3(cli: CommandLine, tmp_path: Path) -> None:
    wrong = _written(tmp_path / "wrong", "not this one")

    cli.run("rotate", "--password-file", wrong, code=3)

    assert _opens(cli, PASSWORD)


def test_an_import_that_makes_a_vault_gives_scripts_the_code_and_no_other_does(
    empty_cli: CommandLine, tmp_path: Path
) -> None:
    export = write_chats(tmp_path / "conversations.json", chat("Bread", "Flat", "Proof it"))

    first = empty_cli.run("import", export, "--json")
    again = empty_cli.json("import", export)

    code = json.loads(first.stdout)["recovery_code"]
    assert _CODE.fullmatch(code) and code not in first.stderr
    assert "recovery_code" not in again


def test_no_vault_is_made_for_a_file_that_is_no_export(
    empty_cli: CommandLine, tmp_path: Path
) -> None:
    _written(tmp_path / "letter.txt", "dear all")

    missing = empty_cli.run("import", tmp_path / "tpyo.zip", code=4)
    strange = empty_cli.run("import", tmp_path / "letter.txt", code=4)

    assert "tpyo.zip" in missing.stderr and "letter.txt" in strange.stderr
    assert not empty_cli.vault.exists()
