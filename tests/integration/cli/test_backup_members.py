"""`privatus backup member`: another person restores, and is kept out again."""

from __future__ import annotations

from pathlib import Path

import pytest

from privatus import Vault
from support.command_line import PASSWORD, CommandLine
from support.people import contact, keys_of
from support.vaults import ScratchVault

_NEW = "a password of one's own"


@pytest.fixture
def grace(cli: CommandLine, tmp_path: Path) -> CommandLine:
    """Return the command line of a person who knows the one of `cli`, and is known there."""
    folder = tmp_path / "grace"
    other = ScratchVault.create(folder)
    with Vault.open(cli.vault, PASSWORD) as vault:
        for own, peer, name in ((vault, other.vault, "Grace"), (other.vault, vault, "Ada")):
            peer.identity.set(name=name)
            [made] = own.contacts.add(contact(name)).after.contacts
            keys = keys_of(peer.identity.card())
            own.contacts.add_key(made.id, keys)
            own.contacts.verify(made.id, keys)
    other.vault.lock()
    return CommandLine(vault=folder, password_file=cli.password_file)


def test_a_contact_is_given_the_keys_restores_and_is_kept_out_again(
    cli: CommandLine, grace: CommandLine, tmp_path: Path
) -> None:
    place = str(tmp_path / "disk")
    cli.run("backup", "create", "--repo", place)
    assert "Nobody" in cli.run("backup", "member", "list", "--repo", place).stderr
    said = cli.run("backup", "member", "give", "Grace", "--repo", place).stdout
    listed = cli.run("backup", "member", "list", "--repo", place).stdout
    secret = tmp_path / "new"
    secret.write_text(_NEW, encoding="utf-8")
    secret.chmod(0o600)
    restore = ["backup", "member", "restore", "--repo", place, "--new-password-file", secret]

    restored = grace.run(*restore, tmp_path / "hers").stdout

    assert "Grace can restore" in said and listed.startswith("Grace, number ")
    assert "with the new password" in restored
    with Vault.open(tmp_path / "hers", _NEW) as vault:
        assert len(vault.conversations.list()) == 3
    assert cli.json("backup", "member", "remove", "Grace", "--repo", place) == {"removed": 1}
    assert "no keys there" in cli.run("backup", "member", "remove", "1", "--repo", place).stdout
    refused = grace.run(*restore, tmp_path / "again", code=3)
    assert "nothing there is for you" in refused.stderr
