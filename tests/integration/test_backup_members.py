"""Another person restores a vault with their own identity, if they were given its keys."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from privatus.bootstrap import Vault
from privatus.core import clock
from privatus.core.backup import VerifyDepth
from privatus.core.errors import AccessError, UserError
from support.filled import fill
from support.people import add, keys_of
from support.vaults import PASSWORD, ScratchVault

_NEW = "a password of one's own"


class _People:
    """Ada, who has backups at a place, and Grace, who has a vault of her own."""

    def __init__(self, folder: Path) -> None:
        self.place = str(folder / "disk")
        self.ada = ScratchVault.create(folder / "ada")
        self.grace = ScratchVault.create(folder / "grace")
        fill(self.ada)
        self.ada_knows = self._know(self.ada, self.grace, "Grace")
        self.grace_knows = self._know(self.grace, self.ada, "Ada")
        self.at = self.ada.vault.backups.add("disk", self.place).id
        self.ada.vault.backups.run(self.at)

    @staticmethod
    def _know(vault: ScratchVault, other: ScratchVault, name: str) -> int:
        other.vault.identity.set(name=name)
        contact_id = add(vault, name)
        vault.vault.contacts.add_key(contact_id, keys_of(other.vault.identity.card()))
        return contact_id

    def verify(self, *, giver: bool = True, taker: bool = True) -> None:
        for wanted, vault, other, contact_id in (
            (giver, self.ada, self.grace, self.ada_knows),
            (taker, self.grace, self.ada, self.grace_knows),
        ):
            if wanted:
                keys = keys_of(other.vault.identity.card())
                vault.vault.contacts.verify(contact_id, keys)

    def give(self) -> str:
        return self.ada.vault.backups.members.give(self.at, self.ada_knows).name

    def cut_log(self) -> None:
        with self.ada.vault._store.transaction() as tables, tables.purging.permit():
            assert tables.audit.cut_before(clock.now_ms() + 1) > 0

    def close(self) -> None:
        self.ada.vault.lock()
        self.grace.vault.lock()


@pytest.fixture
def people(tmp_path: Path) -> Iterator[_People]:
    made = _People(tmp_path)
    yield made
    made.close()


def test_who_was_given_keys_restores_the_vault_with_a_password_of_their_own(
    people: _People, tmp_path: Path
) -> None:
    people.verify()
    people.give()
    expected = people.ada.all()

    [backup] = people.grace.vault.backups.members.backups(people.place)
    report = people.grace.vault.backups.members.restore(people.place, tmp_path / "new", _NEW)

    assert report.backup_id == backup.id
    restored = ScratchVault(tmp_path / "new", Vault.open(tmp_path / "new", _NEW))
    assert restored.all() == expected
    assert restored.vault.warnings == []
    assert [c for c in restored.vault.integrity.check().checks if not c.ok] == []
    code = restored.vault.passwords.new_recovery_code()
    restored.vault.lock()
    Vault.open(tmp_path / "new", recovery_code=code).lock()
    with pytest.raises(AccessError):
        Vault.open(tmp_path / "new", PASSWORD)


def test_nobody_else_and_nobody_without_keys_gets_in(people: _People, tmp_path: Path) -> None:
    people.verify()
    with pytest.raises(AccessError, match="nothing there is for you"):
        people.grace.vault.backups.members.backups(people.place)
    people.give()
    third = ScratchVault.create(tmp_path / "third")

    with pytest.raises(AccessError, match="nothing there is for you"):
        third.vault.backups.members.restore(people.place, tmp_path / "new", _NEW)

    third.vault.lock()
    assert not (tmp_path / "new").exists()
    # The owner's password opens the repository as before.
    Vault.restore(people.place, tmp_path / "own", PASSWORD)


def test_keys_are_given_to_nobody_whose_key_was_not_made_sure_of(people: _People) -> None:
    with pytest.raises(UserError, match="made sure"):
        people.give()
    people.verify()
    people.ada.vault.contacts.block(people.ada_knows)

    with pytest.raises(UserError, match="blocked"):
        people.give()

    assert people.ada.vault.backups.members.given(people.at) == []
    assert not list(Path(people.place).glob("keys/member-*"))


def test_keys_of_a_stranger_are_not_used(people: _People, tmp_path: Path) -> None:
    people.verify(taker=False)
    people.give()

    with pytest.raises(AccessError, match="have not verified"):
        people.grace.vault.backups.members.restore(people.place, tmp_path / "new", _NEW)

    people.verify(giver=False)
    people.grace.vault.backups.members.restore(people.place, tmp_path / "new", _NEW)


def test_what_was_given_stays_known_when_the_log_loses_its_oldest_entries(
    people: _People,
) -> None:
    people.verify()
    name = people.give()
    members = people.ada.vault.backups.members
    given = members.given(people.at)
    people.ada.vault.passwords.new_recovery_code()

    people.cut_log()

    assert members.given(people.at) == given and [one.name for one in given] == [name]
    people.cut_log()
    assert members.take_away(people.at, people.ada_knows) == 1
    assert members.given(people.at) == []
    people.cut_log()
    assert members.given(people.at) == []
    assert people.ada.problems() == []


def test_what_was_given_stays_known_when_its_place_was_forgotten_and_added_again(
    people: _People, tmp_path: Path
) -> None:
    people.verify()
    name = people.give()
    backups = people.ada.vault.backups
    backups.remove(people.at)

    other = backups.add("other", str(tmp_path / "other")).id
    again = backups.add("again", people.place).id

    assert backups.members.given(other) == []
    assert [one.name for one in backups.members.given(again)] == [name]
    assert backups.members.take_away(again, people.ada_knows) == 1
    with pytest.raises(AccessError, match="nothing there is for you"):
        people.grace.vault.backups.members.backups(people.place)


def test_what_was_given_is_known_and_can_be_taken_away(people: _People) -> None:
    people.verify()
    name = people.give()
    members = people.ada.vault.backups.members
    assert [(one.name, one.contact_id) for one in members.given(people.at)] == [
        (name, people.ada_knows)
    ]

    assert members.take_away(people.at, people.ada_knows) == 1

    assert members.given(people.at) == [] and members.take_away(people.at, people.ada_knows) == 0
    with pytest.raises(AccessError, match="nothing there is for you"):
        people.grace.vault.backups.members.backups(people.place)
    assert people.ada.problems() == []


def test_new_keys_of_the_vault_end_it_until_they_are_given_again(people: _People) -> None:
    people.verify()
    people.give()
    people.ada.vault.lock()
    Vault.rotate(people.ada.folder, PASSWORD)
    people.ada.vault = Vault.open(people.ada.folder, PASSWORD)
    people.ada.vault.backups.run(people.at)
    members = people.grace.vault.backups.members

    assert len(members.backups(people.place)) == 1
    people.give()
    assert len(members.backups(people.place)) == 2


def test_keys_that_somebody_changed_open_nothing(people: _People) -> None:
    people.verify()
    path = Path(people.place) / people.give()
    raw = bytearray(path.read_bytes())
    verify = people.ada.vault.backups.verify
    assert verify(people.at, VerifyDepth.LIST).problems == ()
    raw[60] ^= 1
    path.chmod(0o600)
    path.write_bytes(raw)

    with pytest.raises(AccessError):
        people.grace.vault.backups.members.backups(people.place)
    [problem] = verify(people.at, VerifyDepth.LIST).problems
    assert problem.name == path.relative_to(people.place).as_posix()


def test_a_restore_needs_a_new_password(people: _People, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="new password"):
        people.grace.vault.backups.members.restore(people.place, tmp_path / "new", "")
