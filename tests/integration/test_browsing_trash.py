"""What was in the trash when a backup was made is found in it, and comes back out of the trash."""

from __future__ import annotations

from pathlib import Path

import pytest

from privatus.core.errors import JobCancelled
from privatus.core.jobs import Job
from support.conversations import conversation
from support.kill import wrong_checks
from support.vaults import ScratchVault


def test_a_chat_that_was_in_the_trash_then_is_listed_and_comes_back_as_a_chat(
    vault: ScratchVault, tmp_path: Path
) -> None:
    vault.bring(conversation("a question", "an answer", title="Thrown away"))
    service, chat_id = vault.vault, vault.only().id
    assert chat_id is not None
    service.trash.put([chat_id])
    destination = service.backups.add("disk", str(tmp_path / "disk")).id
    service.backups.run(destination)
    service.trash.empty()

    with service.backups.browse(destination) as backup:
        assert [chat.title for chat in backup.chats("thrown")] == ["Thrown away"]
        done = backup.restore_chat(chat_id)

    assert done.conversations == 1
    assert service.conversations.get(chat_id).title == "Thrown away"
    assert service.trash.list() == []
    assert wrong_checks(service) == []


def test_a_chat_stays_in_the_trash_if_bringing_its_messages_back_is_stopped(
    vault: ScratchVault, tmp_path: Path
) -> None:
    vault.bring(conversation("a question", "an answer"))
    service, chat_id = vault.vault, vault.only().id
    assert chat_id is not None
    destination = service.backups.add("disk", str(tmp_path / "disk")).id
    service.backups.run(destination)
    service.editing.remove(chat_id, [1])
    service.trash.put([chat_id])
    job = Job()
    job.cancel()

    with service.backups.browse(destination) as backup, pytest.raises(JobCancelled):
        backup.restore_chat(chat_id, job)

    assert [thrown.summary.id for thrown in service.trash.list()] == [chat_id]
