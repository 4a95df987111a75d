"""Contacts and one's own card from the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from privatus.vault import card
from support.command_line import CommandLine, lines
from support.people import other_card, png


def test_contacts_are_added_listed_shown_changed_and_removed(
    cli: CommandLine, tmp_path: Path
) -> None:
    (tmp_path / "ada.png").write_bytes(png())
    made = cli.run(
        "contact", "add", "Ada Lovelace", "--email", "work:ada@example.org", "--tag", "maths",
        "--alias", "Countess", "--note", "Engines", "--picture", tmp_path / "ada.png",
    )  # fmt: skip
    assert made.stdout == "Contact 1 is added.\n"
    heading, row = lines(cli.run("contact", "list", "count").stdout)
    assert heading.split() == ["NUMBER", "NAME", "REACHED", "BY", "KEY", "CHATS"]
    assert row.split() == ["1", "Ada", "Lovelace", "ada@example.org", "0"]

    cli.run("contact", "edit", "countess", "--name", "Ada King", "--email", "", "--phone", "5")
    shown = cli.json("contact", "show", "ada king")
    assert (shown["name"], shown["aliases"]) == ("Ada King", ["Countess", "Ada Lovelace"])
    assert shown["fields"] == [
        {"kind": "phone", "value": "5", "label": ""},
    ]
    assert "phone: 5" in cli.run("contact", "show", "1").stdout

    assert cli.run("contact", "block", "1").stdout == "Contact 1 is blocked.\n"
    assert "(blocked)" in cli.run("contact", "list").stdout
    cli.run("contact", "block", "1", "--undo")
    assert cli.run("contact", "remove", "ada").stdout == "1 contact removed.\n"
    assert cli.json("contact", "list") == {"contacts": []}


def test_a_card_is_looked_at_taken_and_verified(cli: CommandLine, tmp_path: Path) -> None:
    path = tmp_path / "ada.privatus-card"
    path.write_bytes(other_card(tmp_path / "ada", "Ada"))
    looked = cli.run("contact", "card", path)
    assert "Ada" in looked.stdout and "compare the safety number" in looked.stderr
    assert cli.json("contact", "import", path, "--dry-run")["added"] == 1
    taken = cli.run("contact", "import", path)
    assert taken.stdout == "1 contact added, 0 updated, 0 known already.\n"

    number = cli.json("contact", "show", "ada")["safety_numbers"][0]
    wrong = cli.run("contact", "verify", "ada", number["digits"][:-1] + "x", code=1)
    assert "not the same" in wrong.stderr
    assert cli.json("contact", "show", "ada")["is_verified"] is False
    cli.run("contact", "verify", "ada", " ".join(number["words"]), "--how", "phone")
    [key] = cli.json("contact", "show", "ada")["keys"]
    assert key["verified_by"] == "phone"
    cli.run("contact", "verify", "ada", "--undo")
    assert cli.json("contact", "show", "ada")["is_verified"] is False
    cli.run("contact", "verify", "ada", code=2)


def test_a_changed_card_is_refused_by_its_exit_code(cli: CommandLine, tmp_path: Path) -> None:
    path = tmp_path / "eve.privatus-card"
    path.write_bytes(other_card(tmp_path / "ada", "Ada").replace(b"Ada", b"Eve"))

    refused = cli.run("contact", "import", path, code=4)

    assert "changed after it was signed" in refused.stderr


def test_vcards_go_out_and_come_back(cli: CommandLine, tmp_path: Path) -> None:
    cli.run("contact", "add", "Ada", "--email", "ada@example.org")
    cli.run("contact", "add", "Grace")
    path = tmp_path / "book.vcf"
    cli.run("contact", "export", path)
    assert path.read_bytes().count(b"BEGIN:VCARD") == 2
    assert b"FN:Grace" in cli.run("contact", "export", "-", "grace").stdout_bytes
    cli.run("contact", "remove", "ada")

    again = cli.json("contact", "import", path)

    assert (again["added"], again["updated"], again["known"]) == (1, 0, 1)


def test_doubles_are_listed_and_merged(cli: CommandLine) -> None:
    cli.run("contact", "add", "Ada", "--email", "ada@example.org")
    cli.run("contact", "add", "Countess", "--email", "ada@example.org")
    [pair] = cli.json("contact", "list", "--doubles")["doubles"]
    assert pair == {"first": 1, "second": 2, "by": "e-mail"}

    cli.run("contact", "merge", "2", "1")

    assert [c["name"] for c in cli.json("contact", "list")["contacts"]] == ["Ada"]
    assert "No two contacts" in cli.run("contact", "list", "--doubles").stderr


def test_a_note_to_a_contact_is_found_and_was_sent_nowhere(cli: CommandLine) -> None:
    cli.run("contact", "add", "Ada")
    said = cli.run("contact", "note", "ada", "Bring the engine")
    assert "nothing was sent" in said.stdout

    [hit] = cli.json("search", "engine")["hits"]

    assert hit["title"] == "Ada"
    [chat] = cli.json("contact", "show", "ada")["conversations"]
    assert chat["id"] == hit["conversation_id"] and chat["kind"] == "direct"


def test_ones_own_card_is_set_shown_and_written(cli: CommandLine, tmp_path: Path) -> None:
    cli.run("identity", "card", tmp_path / "me.privatus-card", code=1)
    cli.run("identity", "set", "--name", "Grace", "--email", "grace@example.org")
    cli.run("identity", "set", "--note", "Compilers")

    shown = cli.json("identity", "show")
    assert (shown["name"], shown["note"], len(shown["fields"])) == ("Grace", "Compilers", 1)
    assert len(shown["fingerprint"]["digits"].split()) == 6
    cli.run("identity", "card", tmp_path / "me.privatus-card")
    said = card.read((tmp_path / "me.privatus-card").read_bytes())
    assert (said.name, said.keys.signing.hex()) == ("Grace", shown["signing"])


def test_a_card_is_shown_and_written_as_a_code(cli: CommandLine, tmp_path: Path) -> None:
    cli.run("identity", "set", "--name", "Grace")

    assert "▀" in cli.run("identity", "qr").stdout
    assert card.read(cli.json("identity", "qr")["text"].encode()).name == "Grace"
    cli.run("identity", "qr", tmp_path / "me.png")
    cli.run("identity", "qr", tmp_path / "me.svg")
    assert (tmp_path / "me.png").read_bytes().startswith(b"\x89PNG")
    assert b"<svg" in (tmp_path / "me.svg").read_bytes()
    cli.run("identity", "qr", tmp_path / "me.gif", code=2)


def test_new_keys_are_made_when_the_person_says_so(cli: CommandLine) -> None:
    former = cli.json("identity", "show")["signing"]
    cli.run("identity", "renew", typed="n\n", code=1)
    assert cli.json("identity", "show")["signing"] == former

    cli.run("identity", "renew", "--yes")

    assert cli.json("identity", "show")["signing"] != former


@pytest.mark.parametrize("who", ["nobody", "99"])
def test_who_is_not_there_is_told(cli: CommandLine, who: str) -> None:
    assert "no contact" in cli.run("contact", "show", who, code=1).stderr
