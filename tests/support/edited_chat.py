"""A chat that is imported and edited again and again, and what it must say, kept in Python."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from privatus.core.annotation import Fit
from privatus.core.conversation import Conversation, Message, Part, PartKind, Role
from privatus.core.errors import UserError
from privatus.core.tree import heirs
from privatus.services.revising import VersionChange
from support.conversations import attachment, conversation
from support.vaults import ScratchVault

# What is removed says nothing.
_Texts = dict[int, str | None]


@dataclass
class Said:
    """A message as it must be."""

    parent: int | None
    shown: str | None  # None: removed
    source: str | None  # None: the person's own


@dataclass
class Model:
    """What the chat must say, worked out without the program's code."""

    messages: dict[int, Said] = field(default_factory=dict)
    title: str = "First"
    source_title: str = "First"
    numbers: dict[str, int] = field(default_factory=dict)  # by what the source calls them

    def texts(self) -> _Texts:
        return {number: said.shown for number, said in self.messages.items()}

    def parents(self) -> dict[int, int | None]:
        """Return what each message answers that is there."""
        removed = {n: said.parent for n, said in self.messages.items() if said.shown is None}
        nearest = heirs(removed)
        return {
            n: said.parent if said.parent is None else nearest.get(said.parent, said.parent)
            for n, said in self.messages.items()
            if said.shown is not None
        }

    def take(self, export: Sequence[tuple[str, str | None, str]], title: str) -> None:
        """Take in what a newer export says: (its id, that of its parent, text)."""
        for name, parent, text in export:
            number = self.numbers.get(name)
            if number is None:
                number = self.numbers[name] = len(self.messages) + 1
                answered = None if parent is None else self.numbers[parent]
                self.messages[number] = Said(answered, text, text)
                continue
            said = self.messages[number]
            if said.shown is not None and said.shown == said.source:
                said.shown = text
            said.source = text
        if self.title == self.source_title:
            self.title = self.source_title = title
        elif title != self.title:
            self.source_title = title


class EditedChat:
    """The chat in a vault, beside its model; every step is done to both."""

    def __init__(self, vault: ScratchVault) -> None:
        self.scratch = vault
        self.model = Model()
        self.export: list[tuple[str, str | None, str]] = []
        self.changes: list[VersionChange] = []
        self.said: dict[int, tuple[_Texts, str]] = {}  # texts and title, by version
        self.seen: dict[int, Conversation] = {}
        self.ever: set[str] = set()
        self.time_ms = 0
        self.words = 0
        for parent in (None, 0, 1, 1):
            self._grow(parent)
        self.bring()

    @property
    def chat(self) -> Conversation:
        return self.scratch.only()

    def text(self) -> str:
        """Return a text whose words no other text has."""
        self.words += 1
        return f"alpha{self.words} beta{self.words} gamma{self.words}"

    def _grow(self, parent: int | None) -> None:
        answered = None if parent is None else self.export[parent % len(self.export)][0]
        self.export.append(
            (f"m{len(self.model.numbers) + len(self.export)}", answered, self.text())
        )

    def bring(self, *, title: str | None = None, name: str = "export") -> None:
        """Import what the source says now."""
        self.time_ms += 1
        self.model.take(self.export, title or self.model.source_title)
        at = {called: number for number, (called, _, _) in enumerate(self.export, start=1)}
        messages = [
            Message(
                number=number,
                parent=None if parent is None else at[parent],
                role=Role.USER if number % 2 else Role.ASSISTANT,
                external_id=called,
                parts=(
                    Part(kind=PartKind.THINKING, text="hm"),
                    Part(kind=PartKind.TEXT, text=text),
                ),
                attachments=(attachment("f.txt", b"bytes"),) if number == 1 else (),
            )
            for number, (called, parent, text) in enumerate(self.export, start=1)
        ]
        said = conversation(
            *messages, title=title or self.model.source_title, updated_at_ms=self.time_ms
        )
        self.scratch.bring(said, name=name)

    def do(self, step: tuple[str, int, int]) -> None:
        """Do one step of the vault and of the model; what the vault refuses is not done."""
        what, first, second = step
        try:
            getattr(self, f"do_{what}")(first, second)
        except UserError:
            assert what not in ("same", "grow", "change", "shrink", "append", "note")
        version = self.scratch.vault.versions.list(self.chat.id)[-1].number
        self.said[version] = self.model.texts(), self.model.title
        self.seen[version] = self.chat
        self.ever.update(text for _, _, text in self.export)
        self.ever.update(text for text in self.model.texts().values() if text)

    def do_same(self, *_: int) -> None:
        before = self.scratch.vault.versions.list(self.chat.id)
        self.time_ms -= 1
        self.bring()
        self.bring()
        self.bring()
        # It was new at most once: what it says now, and once more with another time only.
        assert len(self.scratch.vault.versions.list(self.chat.id)) <= len(before) + 1

    def do_grow(self, first: int, _: int) -> None:
        self._grow(first)
        self.bring()

    def do_change(self, first: int, second: int) -> None:
        at = first % len(self.export)
        name, parent, _ = self.export[at]
        shown = self.model.messages[self.model.numbers[name]].shown
        # Now and then the source comes to say what the person wrote.
        text = shown if second % 4 == 0 and shown else self.text()
        self.export[at] = name, parent, text
        self.bring()

    def do_shrink(self, *_: int) -> None:
        if len(self.export) > 1:
            self.export.pop()
        self.bring()

    def do_retitle(self, first: int, _: int) -> None:
        self.bring(title=f"Title {first}")

    def do_append(self, *_: int) -> None:
        text = self.text()
        message = self.scratch.vault.conversations.append(self.chat.id, Role.USER, text)
        self.model.messages[message.number] = Said(message.parent, text, text)

    def do_edit(self, first: int, second: int) -> None:
        number = first % len(self.model.messages) + 1
        said = self.model.messages[number]
        text = said.source if second % 4 == 0 and said.source else self.text()
        self._note(self.scratch.vault.editing.edit(self.chat.id, number, text))
        said.shown = text

    def do_cut(self, first: int, second: int) -> None:
        number = first % len(self.model.messages) + 1
        shown = self.model.messages[number].shown or ""
        start = second % 7
        change = self.scratch.vault.editing.cut(self.chat.id, number, start, start + 4)
        self._note(change)
        self.model.messages[number].shown = shown[:start] + shown[start + 4 :]

    def do_remove(self, first: int, second: int) -> None:
        number = first % len(self.model.messages) + 1
        with_answers = bool(second % 2)
        parents = self.model.parents()
        self._note(
            self.scratch.vault.editing.remove(self.chat.id, [number], with_answers=with_answers)
        )
        gone = {number}
        for each in sorted(parents) if with_answers else ():
            if parents[each] in gone:
                gone.add(each)
        for each in gone:
            self.model.messages[each].shown = None

    def do_rename(self, first: int, _: int) -> None:
        title = f"Mine {first}" if first % 3 else ""
        self._note(self.scratch.vault.editing.rename(self.chat.id, title))
        self.model.title = title or self.model.source_title

    def do_restore(self, first: int, _: int) -> None:
        number = first % (max(self.said, default=1)) + 1
        if number not in self.said:
            return
        self._note(self.scratch.vault.versions.restore(self.chat.id, number))
        texts, self.model.title = self.said[number]
        for each, said in self.model.messages.items():
            said.shown = texts.get(each)

    def do_undo(self, first: int, _: int) -> None:
        if not self.changes:
            return
        change = self.changes[-1 - first % len(self.changes)]
        self._note(self.scratch.vault.editing.undo(change))
        texts, title = self.said[change.version]
        before, former_title = self.said[change.version - 1]
        for number in change.messages:
            if self.model.messages[number].shown == texts[number]:
                self.model.messages[number].shown = before.get(number)
        if change.title is not None and self.model.title == title:
            self.model.title = former_title

    def do_note(self, first: int, second: int) -> None:
        texts = {number: text for number, text in self.model.texts().items() if text}
        if texts:
            number = sorted(texts)[first % len(texts)]
            start = second % max(len(texts[number]) - 3, 1)
            self.scratch.vault.annotations.add(
                f"{self.chat.id}.{number}", span=(start, min(start + 5, len(texts[number])))
            )

    def _note(self, change: VersionChange) -> None:
        self.changes.append(change)

    def check_now(self) -> None:
        """Hold the chat against the model."""
        chat, texts = self.chat, self.model.texts()
        assert {m.number: m.text for m in chat.messages} == _there(texts)
        assert {m.number: m.parent for m in chat.messages} == self.model.parents()
        assert chat.title == self.model.title
        assert chat.active is None or texts[chat.active] is not None
        [summary] = self.scratch.vault.conversations.list()
        assert summary.messages == len(chat.messages)
        path = [m.number for m in self.scratch.vault.conversations.page(chat.id, limit=99)]
        assert path == [m.number for m in chat.active_path()]
        tree = self.scratch.vault.pages.shape(chat.id).tree
        assert {n: tree.parent(n) for n in _there(texts)} == self.model.parents()
        assert len(tree) == len(chat.messages)

    def check_notes(self) -> None:
        """Hold every annotation against the text that it is said to stand on."""
        texts = self.model.texts()
        for found in self.scratch.vault.annotations.list():
            said, place = found.annotation, found.place
            assert said.number is not None
            assert said.passage is not None
            text = texts[said.number]
            held = None if place.span is None else (text or "")[slice(*place.span)]
            if text is None or place.fit is Fit.LOST:
                assert (place.fit, held) == (Fit.LOST, None)
            elif place.fit is Fit.CHANGED:
                assert held
            else:
                assert held == said.passage.quote

    def check_versions(self) -> None:
        """Hold every version against what the chat said when it was the newest."""
        versions, chat = self.scratch.vault.versions, self.chat
        reachable: set[str] = set()
        for version in versions.list(chat.id):
            found = versions.at(chat.id, version.number)
            reachable.update(m.text for m in found.messages)
            reachable.update(m.text for m in versions.conflicts(chat.id, version.number))
            if version.number in self.said:
                texts, title = self.said[version.number]
                assert {m.number: m.text for m in found.messages} == _there(texts)
                assert found.title == title
                assert found == _versioned(self.seen[version.number], chat)
        assert self.ever - reachable <= {""}

    def check_search(self) -> None:
        """Hold what is found against what is said now."""
        there = _there(self.model.texts())
        for text in self.ever:
            for word in text.split():
                hits = {hit.number for hit in self.scratch.vault.search.find(word)}
                assert hits == {n for n, said in there.items() if word in said.split()}


def _there(texts: _Texts) -> dict[int, str]:
    return {number: text for number, text in texts.items() if text is not None}


def _versioned(seen: Conversation, now: Conversation) -> Conversation:
    """Return what a version keeps of a chat as it was seen; the rest is as it is now."""
    return replace(
        seen, marks=None, tags=(), annotations=(),
        updated_at_ms=now.updated_at_ms, created_at_ms=now.created_at_ms,
    )  # fmt: skip
