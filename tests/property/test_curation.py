"""Whatever a person does to an archive: nothing is lost, counts are right, undo takes it back.

Imports, edits, restores, merges, splits, tags, notes, folders and the trash in any order.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from privatus.core.annotation import Fit
from privatus.core.conversation import Conversation
from privatus.core.errors import UserError
from privatus.core.marks import Mark
from support.conversations import conversation, message
from support.vaults import ScratchVault

_SOURCES = ("chatgpt", "claude", "chatgpt")
_FITTING = {Fit.EXACT, Fit.MOVED, Fit.WHOLE}


class _Archive:
    """Three chats at their sources, and the vault that they come into again and again."""

    def __init__(self, folder: Path) -> None:
        self.scratch = ScratchVault.create(folder / "vault")
        self.time_ms = 1_700_000_000_000
        self.words = 0
        self.ever: set[str] = set()
        self.undos: list[Callable[[], object]] = []
        self.chats = [self._chat(number) for number in range(len(_SOURCES))]
        self.bring(0)

    @property
    def vault(self):  # type: ignore[no-untyped-def]
        return self.scratch.vault

    def text(self) -> str:
        """Return a text whose words no other has, long enough to be told from others."""
        self.words += 1
        said = " ".join(f"{name}{self.words}" for name in ("alpha", "beta", "gamma", "delta"))
        self.ever.add(said)
        return said

    def _chat(self, number: int) -> Conversation:
        return conversation(
            *(message(n, self.text(), external_id=f"{number}-{n}") for n in (1, 2, 3)),
            message(4, self.text(), parent=1, external_id=f"{number}-4"),
            external_id=f"chat{number}",
            title=f"Chat {number}",
            source=_SOURCES[number],
            updated_at_ms=self.time_ms,
        )

    def bring(self, _at: int) -> None:
        """Import all that the sources say now."""
        for source in dict.fromkeys(_SOURCES):
            own = [chat for chat in self.chats if chat.source == source]
            self.scratch.bring(*own, name=source)

    def grow(self, at: int) -> None:
        """Let a source say one message more, and change one."""
        self.time_ms += 1
        which = at % len(self.chats)
        chat = self.chats[which]
        number = len(chat.messages) + 1
        parent = 1 + at % (number - 1)
        more = message(number, self.text(), parent=parent, external_id=f"{which}-{number}")
        first, *others = chat.messages
        [part] = first.parts
        changed = replace(first, parts=(replace(part, text=self.text()),))
        self.chats[which] = replace(
            chat, messages=(changed, *others, more), updated_at_ms=self.time_ms
        )
        self.bring(at)

    # What a person does; each may be refused, and then changes nothing.

    def _id(self, at: int) -> UUID:
        chats = self.vault.conversations.list()
        if not chats:
            raise UserError("nothing is listed")
        found: UUID = chats[at % len(chats)].id
        return found

    def _number(self, chat_id: UUID, at: int) -> int:
        messages = self.vault.conversations.get(chat_id).messages
        if not messages:
            raise UserError("nothing is in it")
        number: int = messages[at % len(messages)].number
        return number

    def _did(self, undo: Callable[[object], object], change: object) -> None:
        self.undos.append(lambda: undo(change))

    def edit(self, at: int) -> None:
        chat_id = self._id(at)
        editing = self.vault.editing
        self._did(editing.undo, editing.edit(chat_id, self._number(chat_id, at), self.text()))

    def cut(self, at: int) -> None:
        chat_id = self._id(at)
        editing = self.vault.editing
        self._did(editing.undo, editing.cut(chat_id, self._number(chat_id, at), 0, 5))

    def remove(self, at: int) -> None:
        chat_id = self._id(at)
        editing = self.vault.editing
        numbers = [self._number(chat_id, at)]
        self._did(editing.undo, editing.remove(chat_id, numbers, with_answers=at % 2 == 0))

    def restore(self, at: int) -> None:
        chat_id = self._id(at)
        versions = self.vault.versions
        number = 1 + at % len(versions.list(chat_id))
        self._did(versions.undo, versions.restore(chat_id, number))

    def merge(self, at: int) -> None:
        first, second = self._id(at), self._id(at + 1)
        if first != second:
            self._did(self.vault.merging.undo, self.vault.merging.merge([first, second]))

    def split(self, at: int) -> None:
        chat_id = self._id(at)
        splitting = self.vault.splitting
        change = splitting.split(f"{chat_id}.{self._number(chat_id, at)}")
        self._did(splitting.undo, change)

    def tag(self, at: int) -> None:
        chat_id = self._id(at)
        target = f"{chat_id}.{self._number(chat_id, at)}"
        self._did(self.vault.tags.undo, self.vault.tags.add("work", chat_id, target))

    def note(self, at: int) -> None:
        chat_id = self._id(at)
        number = self._number(chat_id, at)
        [said] = [m for m in self.vault.conversations.get(chat_id).messages if m.number == number]
        change = self.vault.annotations.add(f"{chat_id}.{number}", "noted", quote=said.text[-6:])
        self._did(self.vault.annotations.undo, change)

    def throw_away(self, at: int) -> None:
        trash = self.vault.trash
        self._did(trash.undo, trash.put([self._id(at)]))

    def archive(self, at: int) -> None:
        marks = self.vault.marks
        self._did(marks.undo, marks.set(Mark.ARCHIVED, [self._id(at)]))

    def undo(self, _at: int) -> None:
        if self.undos:
            self.undos.pop()()

    def reopen(self, _at: int) -> None:
        self.undos.clear()
        self.scratch.reopen()

    # What must hold.

    def check(self) -> None:
        chats = self.scratch.all().values()
        reachable: set[str] = set()
        for chat in chats:
            assert chat.id is not None
            reachable |= {said.text for said in chat.messages}
            versions = self.vault.versions.list(chat.id)
            for version in versions:
                former = self.vault.versions.at(chat.id, version.number)
                # What a source said of a message that kept a person's words.
                others = self.vault.versions.conflicts(chat.id, version.number)
                reachable |= {said.text for said in (*former.messages, *others)}
        assert self.ever <= reachable
        listed = self.vault.conversations.list()
        assert [s.messages for s in listed] == [
            len(self.vault.conversations.get(s.id).messages) for s in listed
        ]
        assert self.vault.analytics.counts() == self.vault.analytics.recount()
        for chat in chats:
            self._check_notes(chat)

    def _check_notes(self, chat: Conversation) -> None:
        texts = {said.number: said.text for said in chat.messages}
        for found in self.vault.annotations.of(chat.id):
            passage, place = found.annotation.passage, found.place
            if place.fit in _FITTING and passage is not None:
                assert place.span is not None
                assert texts[found.annotation.number][slice(*place.span)] == passage.quote


_STEPS = [
    _Archive.bring, _Archive.grow, _Archive.edit, _Archive.cut, _Archive.remove, _Archive.restore,
    _Archive.merge, _Archive.split, _Archive.tag, _Archive.note, _Archive.throw_away,
    _Archive.archive, _Archive.undo, _Archive.undo, _Archive.reopen,
]  # fmt: skip


@settings(max_examples=30)
@given(st.lists(st.tuples(st.sampled_from(_STEPS), st.integers(0, 30)), max_size=12))
def test_nothing_is_lost_and_all_counts_are_right(
    steps: list[tuple[Callable[[_Archive, int], None], int]],
) -> None:
    with TemporaryDirectory() as folder:
        archive = _Archive(Path(folder))
        for step, at in steps:
            try:
                step(archive, at)
            except UserError:
                assert step not in (_Archive.bring, _Archive.grow, _Archive.reopen)
            archive.check()
        assert archive.scratch.problems() == []
        archive.check()
        archive.vault.lock()
