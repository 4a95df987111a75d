"""What happens around a backup while it is looked into, and what comes out of it is on its way."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import pytest

from privatus.bootstrap import Vault
from privatus.core.conversation import Role
from privatus.core.errors import JobCancelled
from privatus.core.jobs import Job
from privatus.services import conversation_ids
from support.conversations import attachment, conversation, message
from support.kill import wrong_checks
from support.vaults import PASSWORD, ScratchVault


class _Kept:
    """A vault with one chat, and a backup of it."""

    def __init__(self, vault: ScratchVault, place: Path) -> None:
        files = (attachment("plan.txt", b"the plan" * 30_000),)
        vault.bring(
            conversation(message(1, "a question", attachments=files), "an answer", title="Plan")
        )
        self.vault = vault.vault
        self.place = place
        chat_id = vault.only().id
        assert chat_id is not None
        self.chat_id: UUID = chat_id
        self.at = self.vault.backups.add("disk", str(place)).id
        self.first = self.vault.backups.run(self.at).id


@pytest.fixture
def kept(vault: ScratchVault, tmp_path: Path) -> _Kept:
    return _Kept(vault, tmp_path / "disk")


def test_what_others_do_to_a_chat_while_its_messages_come_back_stays_done(
    kept: _Kept, tmp_path: Path
) -> None:
    kept.vault.conversations.append(kept.chat_id, Role.USER, "Written later")
    newest = kept.vault.backups.run(kept.at).id
    Vault.restore(str(kept.place), tmp_path / "older", PASSWORD, backup_id=kept.first)
    with (
        Vault.open(tmp_path / "older", PASSWORD) as older,
        older.backups.browse(kept.at, newest) as backup,
        backup._origin.store.snapshot() as there,
    ):
        chat = conversation_ids.find(there, kept.chat_id)
        looked_up = backup._require_here(chat)
        older.editing.rename(kept.chat_id, "Called otherwise")

        done = backup._mending.messages(there, chat, looked_up, None, Job())

        assert done.messages == 1
        assert older.conversations.get(kept.chat_id).title == "Called otherwise"
        assert wrong_checks(older) == []


def test_a_stop_while_files_come_from_far_away_changes_nothing(kept: _Kept) -> None:
    vault, chat_id = kept.vault, kept.chat_id
    vault.editing.remove(chat_id, [1])
    vault.purging.purge_history(chat_id, [1])
    before = vault.conversations.get(chat_id), vault.versions.list(chat_id)
    job = Job()
    job.cancel()

    with vault.backups.browse(kept.at) as backup:
        with pytest.raises(JobCancelled):
            backup.restore_chat(chat_id, job)
        assert (vault.conversations.get(chat_id), vault.versions.list(chat_id)) == before
        assert backup.restore_chat(chat_id).files == 1


def test_who_looks_changes_nothing_where_the_backups_lie(kept: _Kept) -> None:
    kept.vault.passwords.change("another password")
    before = {path: path.read_bytes() for path in kept.place.rglob("*") if path.is_file()}

    with kept.vault.backups.browse(kept.at) as opened:
        assert opened.chats()
    kept.vault.backups.prune(kept.at, dry_run=True)

    assert {path: path.read_bytes() for path in kept.place.rglob("*") if path.is_file()} == before
