"""Vaults with a random past: all that a person does with one, in an order that a seed gives."""

from __future__ import annotations

import hashlib
import random
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from privatus.bootstrap import Vault
from privatus.core.archives import ArchiveWish
from privatus.core.backup import BackupKind, TableContents
from privatus.core.conversation import Conversation
from privatus.core.errors import UserError
from privatus.core.marks import Mark
from privatus.vault.kdf import KdfParameters
from support import people
from support.conversations import attachment, conversation, message
from support.kill import records_of
from support.vaults import PASSWORD, ScratchVault

_WORDS = ["garden", "tax", "river", "Zaunkönig", "lamp", "鳥", "summer", "code", "bread", "letter"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """What a vault was when a backup of it was made, found out without the backup."""

    backup_id: str
    database: str  # SHA-256 of its file
    files: dict[str, str]  # those beside it, by name
    tables: list[TableContents]
    log: tuple[int, bytes]
    chats: dict[str, Any]


class RandomLife:
    """A vault to which things happen by chance, and its backups in a folder."""

    def __init__(self, folder: Path, chance: random.Random) -> None:
        self._chance = chance
        self.scratch = ScratchVault.create(folder / "vault")
        self.place = folder / "disk"
        self.password = PASSWORD
        self.code = self.vault.passwords.new_recovery_code()
        self.destination = self.vault.backups.add("disk", str(self.place)).id
        self.moments: dict[str, Moment] = {}
        self.done: Counter[str] = Counter()
        self._exports = 0
        self.bring()

    @property
    def vault(self) -> Vault:
        return self.scratch.vault

    def live(self, steps: int) -> None:
        """Let so many things happen; what makes no sense just then is passed over."""
        for _ in range(steps):
            happening = self._chance.choice(_HAPPENINGS)
            with suppress(UserError, IndexError):
                happening(self)
                self.done[happening.__name__] += 1

    def back_up(self) -> None:
        """Make a backup, and keep what the vault is at that moment."""
        with self.vault._store.frozen() as frozen:
            raw = frozen.read(0, frozen.size_bytes)
            tables, log = frozen.contents(), frozen.audit_head()
        kind = self._chance.choice(list(BackupKind))
        made = self.vault.backups.run(self.destination, kind=kind)
        self.moments[made.id] = Moment(
            backup_id=made.id,
            database=hashlib.sha256(raw).hexdigest(),
            files=files_of(self.scratch.folder),
            tables=tables,
            log=log,
            chats=dict(records_of(self.vault)),
        )

    def bring(self) -> None:
        self._exports += 1
        chats = [self._chat(f"{self._exports}-{n}") for n in range(self._chance.randint(1, 5))]
        self.scratch.bring(*chats, name=f"export-{self._exports}")

    def grow(self) -> None:
        """Import a chat again that says more."""
        old = self._any()
        if old.source != "claude":
            return
        last = max((said.number for said in old.messages), default=0)
        more = message(last + 1, self._text(), parent=None, external_id=f"grown-{last}")
        kept = [m for m in old.messages if m.external_id]
        grown = conversation(*kept, more, external_id=old.external_id, title=old.title)
        self.scratch.bring(grown, name=f"grown-{self._chance.random()}")

    def edit(self) -> None:
        chat = self._any()
        number = self._chance.choice(chat.messages).number
        self.vault.editing.edit(str(chat.id), number, self._text())

    def remove(self) -> None:
        chat = self._any()
        self.vault.editing.remove(str(chat.id), [self._chance.choice(chat.messages).number])

    def rename(self) -> None:
        self.vault.editing.rename(str(self._any().id), self._text())

    def tag(self) -> None:
        self.vault.tags.add(self._chance.choice(_WORDS), str(self._any().id))

    def untag(self) -> None:
        self.vault.tags.delete(self._chance.choice(_WORDS))

    def note(self) -> None:
        self.vault.annotations.add(str(self._any().id), self._text())

    def summarise(self) -> None:
        self.vault.summaries.write(str(self._any().id), self._text())

    def mark(self) -> None:
        mark = self._chance.choice([Mark.PINNED, Mark.STARRED, Mark.ARCHIVED])
        self.vault.marks.set(mark, [str(self._any().id)], self._chance.random() < 0.7)

    def file(self) -> None:
        name = self._chance.choice(_WORDS)
        with suppress(UserError):
            self.vault.folders.create(name)
        self.vault.folders.put(name, [str(self._any().id)])

    def meet(self) -> None:
        contact_id = people.add(self.scratch, f"{self._text()} {self._chance.random()}")
        self.vault.contacts.take_part(contact_id, [str(self._any().id)])

    def merge(self) -> None:
        self.vault.merging.merge([str(self._any().id), str(self._any().id)])

    def split(self) -> None:
        chat = self._any()
        self.vault.splitting.split(f"{chat.id}.{self._chance.choice(chat.messages).number}")

    def purge(self) -> None:
        self.vault.purging.purge_history(str(self._any().id))

    def destroy(self) -> None:
        self.vault.purging.destroy(self.vault.purging.row_ids([str(self._any().id)]))

    def throw_away(self) -> None:
        self.vault.trash.put([str(self._any().id)])

    def archive(self) -> None:
        ids = self.vault.purging.row_ids([str(self._any().id)])
        self.vault.archives.create(ArchiveWish(row_ids=ids))

    def unarchive(self) -> None:
        archived = sorted(self.vault.archives.list(), key=lambda chat: chat.title)
        self.vault.archives.bring_back([self._chance.choice(archived).id])

    def change_password(self) -> None:
        self.password = f"password {self._chance.random()}"
        self.vault.passwords.change(self.password, kdf=KdfParameters.for_tests())

    def change_code(self) -> None:
        self.code = self.vault.passwords.new_recovery_code()

    def rotate(self) -> None:
        self.vault.lock()
        self.code = Vault.rotate(self.scratch.folder, self.password)
        self.scratch.vault = Vault.open(self.scratch.folder, self.password)

    def reopen(self) -> None:
        self.vault.lock()
        self.scratch.vault = Vault.open(self.scratch.folder, recovery_code=self.code)

    def drop_a_backup(self) -> None:
        backup_id = self._chance.choice(list(self.moments)[:-1])
        self.vault.backups.drop(self.destination, [backup_id])
        del self.moments[backup_id]
        self.vault.backups.prune(self.destination)

    def bring_out_of_a_backup(self) -> None:
        backup_id = self._chance.choice(list(self.moments))
        with self.vault.backups.browse(self.destination, backup_id) as backup:
            chats = sorted(backup.chats(), key=lambda chat: (chat.title, chat.messages))
            backup.restore_chat(self._chance.choice(chats).id)

    def _any(self) -> Conversation:
        # Not by ids, which are other ones each time.
        chats = sorted(self.vault.conversations.each(), key=lambda c: (c.title, len(c.messages)))
        return self._chance.choice(chats)

    def _chat(self, name: str) -> Conversation:
        count = self._chance.randint(1, 12)
        messages = [
            message(
                number,
                self._text() * self._chance.choice([1, 1, 1, 400]),
                external_id=f"{name}.{number}",
                created_at_ms=1_600_000_000_000 + self._chance.randint(0, 10**11),
                model=self._chance.choice([None, "claude-9", f"model-{name}"]),
                attachments=self._files(name, number),
                parent=self._chance.randint(1, number - 1) if number > 1 else None,
            )
            for number in range(1, count + 1)
        ]
        account = self._chance.choice([None, "me", f"account-{name}"])
        return conversation(*messages, external_id=name, title=self._text(), account=account)

    def _files(self, name: str, number: int) -> tuple[Any, ...]:
        if self._chance.random() < 0.8:
            return ()
        size = self._chance.choice([0, 10, 5_000, 300_000, 1_500_000])
        return (attachment(f"{name}-{number}.bin", self._chance.randbytes(size)),)

    def _text(self) -> str:
        return " ".join(self._chance.choices(_WORDS, k=self._chance.randint(1, 12)))


def files_of(folder: Path) -> dict[str, str]:
    """Return the hashes of the files that belong to a vault beside its database."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for name in ("blobs", "archives")
        for path in (folder / name).rglob("*")
        if path.is_file()
    }


# What is made takes part more often than what takes away, so that there is something left.
_HAPPENINGS: list[Callable[[RandomLife], None]] = [
    *[RandomLife.bring, RandomLife.edit, RandomLife.grow] * 3,
    *[RandomLife.tag, RandomLife.note, RandomLife.merge, RandomLife.purge] * 2,
    *[RandomLife.remove, RandomLife.rename, RandomLife.untag, RandomLife.summarise],
    *[RandomLife.mark, RandomLife.file, RandomLife.meet, RandomLife.split],
    *[RandomLife.destroy, RandomLife.throw_away, RandomLife.archive, RandomLife.unarchive],
    *[RandomLife.change_password, RandomLife.change_code, RandomLife.rotate, RandomLife.reopen],
    *[RandomLife.drop_a_backup, RandomLife.bring_out_of_a_backup],
]
