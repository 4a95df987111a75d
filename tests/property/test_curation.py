"""Any sequence of imports, edits, merges, splits, restores and undos leaves the vault whole.

No message that an export held is ever unreachable: it is in a chat, in one that is in the trash, or
in a version. Undone in turn, a person's changes leave the lists as they were.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from privatus.core.conversation import Conversation
from privatus.core.errors import UserError
from privatus.core.marks import Shelf
from privatus.core.merge import MergeOrder
from support.conversations import annotation, conversation, message, tagging
from support.vaults import ScratchVault

_LONG = "This is long enough that two chats do not say it by accident, whoever wrote them. {}"
_NAMES = st.sampled_from("abc")
_Step = tuple[str, Any, Any]
_STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("import"), _NAMES, st.tuples(st.integers(1, 6), st.booleans())),
        st.tuples(st.just("merge"), st.sampled_from(MergeOrder), st.integers(0, 5)),
        st.tuples(st.just("split"), st.integers(0, 5), st.integers(1, 6)),
        st.tuples(st.just("edit"), st.integers(0, 5), st.integers(1, 6)),
        st.tuples(st.just("remove"), st.integers(0, 5), st.integers(1, 6)),
        st.tuples(st.just("restore"), st.integers(0, 5), st.integers(1, 3)),
        st.tuples(st.just("undo"), st.integers(0, 3), st.none()),
    ),
    min_size=2,
    max_size=9,
)


def _chat(name: str, count: int, is_changed: bool) -> Conversation:
    """Return a chat of *count* messages with a branch; the first two are the same in all."""
    texts = [_LONG.format(n) if n < 3 else f"{name}{n}" for n in range(1, count + 1)]
    if is_changed:
        texts[-1] += " changed"
    messages = [
        message(n, text, external_id=f"{name}{n}", created_at_ms=n * 10, parent=_parent(n))
        for n, text in enumerate(texts, start=1)
    ]
    return conversation(
        *messages,
        external_id=name,
        title=name,
        updated_at_ms=count * 10 + is_changed,
        tags=(tagging("kept", 1),),
        annotations=(annotation(f"note on {name}", 1),),
    )


def _parent(number: int) -> int | None:
    """Return what a message answers: the fourth is another answer to the second."""
    return 2 if number == 4 else number - 1 or None


@contextmanager
def _vault() -> Iterator[ScratchVault]:
    with tempfile.TemporaryDirectory() as folder:
        vault = ScratchVault.create(Path(folder) / "vault")
        vault.bring(*(_chat(name, 3, False) for name in "ab"))
        yield vault
        vault.vault.lock()


class _Person:
    """Does steps in a vault, and remembers what takes each back and what was ever said."""

    def __init__(self, vault: ScratchVault) -> None:
        self.vault = vault
        self.undos: list[Callable[[], object]] = []
        self.said = {m.text for c in vault.all().values() for m in c.messages}

    def do(self, step: _Step) -> None:
        """Do one step; one that makes no sense there is refused."""
        action, first, second = step
        try:
            getattr(self, f"_{action}")(first, second)
        except (UserError, IndexError):
            return

    def _id(self, at: int) -> Any:
        listed = self.vault.vault.conversations.list()
        return sorted(listed, key=lambda chat: (chat.title, chat.id))[at].id

    def _import(self, name: str, said: tuple[int, bool]) -> None:
        chat = _chat(name, *said)
        self.vault.bring(chat)
        if not any(c.external_id == name for c in self.vault.all().values()):
            raise AssertionError("an import has brought nothing")

    def _merge(self, order: MergeOrder, at: int) -> None:
        merging = self.vault.vault.merging
        change = merging.merge([self._id(0), self._id(max(1, at))], order)
        self.undos.append(lambda: self.vault.vault.merging.undo(change))

    def _split(self, at: int, number: int) -> None:
        change = self.vault.vault.splitting.split(f"{self._id(at)}.{number}")
        self.undos.append(lambda: self.vault.vault.splitting.undo(change))

    def _edit(self, at: int, number: int) -> None:
        text = f"edited {number}"
        change = self.vault.vault.editing.edit(self._id(at), number, text)
        self.undos.append(lambda: self.vault.vault.editing.undo(change))
        self.said.add(text)

    def _remove(self, at: int, number: int) -> None:
        change = self.vault.vault.editing.remove(self._id(at), [number])
        self.undos.append(lambda: self.vault.vault.editing.undo(change))

    def _restore(self, at: int, number: int) -> None:
        change = self.vault.vault.versions.restore(self._id(at), number)
        self.undos.append(lambda: self.vault.vault.versions.undo(change))

    def _undo(self, at: int, _none: None) -> None:
        self.undos.pop(-1 - at)()

    def reachable(self) -> set[str]:
        """Return all texts that can be read: in any chat, now or in one of its versions."""
        found: set[str] = set()
        vault = self.vault.vault
        for shelf in Shelf:
            for summary in vault.conversations.list(shelf=shelf):
                for version in vault.versions.list(summary.id):
                    chat = vault.versions.at(summary.id, version.number)
                    found |= {m.text for m in chat.messages}
        return found


@given(steps=_STEPS)
@settings(max_examples=40)
def test_whatever_is_done_the_vault_is_whole_and_nothing_is_lost(steps: list[_Step]) -> None:
    with _vault() as vault:
        person = _Person(vault)
        for step in steps:
            person.do(step)
            chats = vault.vault.conversations.list()
            person.said |= {
                m.text for c in chats for m in vault.vault.conversations.get(c.id).messages
            }

        vault.vault.merging.updates.run()
        assert vault.problems() == []
        assert person.said <= person.reachable()
        for summary in vault.vault.conversations.list():
            chat = vault.vault.conversations.get(summary.id)
            assert summary.messages == len(chat.messages)
            numbers = {m.number for m in chat.messages}
            assert {a.number for a in chat.annotations} <= numbers | {None}
            assert {t.number for t in chat.tags} <= numbers | {None}
        for summary in vault.vault.conversations.list(shelf=Shelf.MERGED):
            # What is not in the list leads to what is there in its place, and has all of it.
            numbers = {m.number for m in vault.vault.conversations.get(summary.id).messages}
            hybrids = [c for c in vault.vault.merging.of(summary.id).made if c.origin == "merge"]
            assert hybrids
            for hybrid in hybrids:
                links = vault.vault.merging.links(hybrid.id)
                assert numbers <= {x.source_number for x in links if x.source_id == summary.id}


_BY_PERSON = _STEPS.map(lambda steps: [s for s in steps if s[0] not in ("import", "undo")])


@given(steps=_BY_PERSON)
@settings(max_examples=25)
def test_undone_in_turn_a_persons_changes_leave_the_lists_as_they_were(
    steps: list[_Step],
) -> None:
    with _vault() as vault:
        before = {c.id: vault.vault.conversations.get(c.id) for c in _listed(vault)}
        person = _Person(vault)
        for step in steps:
            person.do(step)
        for undo in reversed(person.undos):
            undo()

        assert {c.id: vault.vault.conversations.get(c.id) for c in _listed(vault)} == before
        assert vault.problems() == []


def _listed(vault: ScratchVault) -> list[Any]:
    return list(vault.vault.conversations.list())
