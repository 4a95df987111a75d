"""A merge of contacts is wholly there or not at all, wherever the program dies."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from privatus.bootstrap import Vault
from privatus.core.contact import Contact, ContactField, FieldKind
from support.kill import PASSWORD, calls_that_write, filled_vault, wrong_checks
from support.syscall_faults import require_strace, run_killed_at

_MERGE = """
import os

from privatus.bootstrap import Vault

with Vault.open({vault!r}, "password") as vault:
    os.writev(1, [b"ready\\n"])
    vault.contacts.merge(2, 1)
    os.writev(1, [b"merged\\n"])
"""


@pytest.fixture(scope="module")
def base(memory: Path) -> Path:
    """Return a vault with two contacts who take part in all of its chats."""
    folder = filled_vault(memory / "contacts", conversations=6)
    with Vault.open(folder, PASSWORD) as vault:
        chats = [chat.id for chat in vault.conversations.list()]
        for number in (1, 2):
            mail = ContactField(kind=FieldKind.EMAIL, value=f"{number}@example.org")
            vault.contacts.add(Contact(name=f"Person {number}", fields=(mail,)))
            vault.contacts.take_part(number, chats)
    return folder


def _state(vault: Vault) -> tuple[list[str], int]:
    names = [found.contact.name for found in vault.contacts.list()]
    return names, len(vault.contacts.conversations(1)) + len(vault.contacts.conversations(2))


@pytest.mark.parametrize("step", [8, pytest.param(1, marks=pytest.mark.slow, id="every call")])
def test_a_merge_of_contacts_that_is_killed_is_there_wholly_or_not_at_all(
    base: Path, scratch: Path, step: int
) -> None:
    require_strace()
    seen = set()

    for call in calls_that_write(_MERGE, base, scratch)[::step]:
        folder = shutil.copytree(base, scratch / "vault")
        run_killed_at(_MERGE.format(vault=str(folder)), call)
        with Vault.open(folder, PASSWORD) as vault:
            assert wrong_checks(vault) == []
            names, chats = _state(vault)
            email = vault.contacts.get(1).fields[-1].value
        is_after = names == ["Person 1"]
        assert (chats, email) == ((6, "2@example.org") if is_after else (12, "1@example.org"))
        assert is_after or names == ["Person 1", "Person 2"]
        seen.add(is_after)
        shutil.rmtree(folder)

    assert seen == {True, False}
