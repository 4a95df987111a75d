"""Any sequence of exports: no message is ever lost, and the last export is what one reads."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import example, given, settings
from hypothesis import strategies as st

from privatus.core.conversation import Conversation, Message, Part, PartKind, Role
from privatus.services.import_batch import ImportBatch
from support.conversations import attachment, contents, conversation, message
from support.vaults import ScratchVault

_TEXTS = st.sampled_from(["one", "two", "three", "x" * 30_000])


@st.composite
def _messages(draw: st.DrawFn) -> tuple[Message, ...]:
    """Draw some of eight messages, in a tree, each with one of a few contents."""
    found: list[Message] = []
    for number, key in enumerate(draw(st.lists(st.sampled_from("abcdefgh"), unique=True)), start=1):
        files = draw(st.sampled_from([(), (("f", None),), (("f", b"bytes"),), (("g", b"other"),)]))
        found.append(
            Message(
                number=number,
                parent=draw(st.none() | st.sampled_from([m.number for m in found]))
                if found
                else None,
                role=draw(st.sampled_from([Role.USER, Role.ASSISTANT])),
                external_id=key,
                parts=(Part(kind=PartKind.TEXT, text=draw(_TEXTS)),),
                created_at_ms=draw(st.none() | st.just(1_700_000_000_000)),
                model=draw(st.none() | st.sampled_from(["m1", "m2"])),
                attachments=tuple(attachment(name, content) for name, content in files),
            )
        )
    return tuple(found)


@st.composite
def _conversations(draw: st.DrawFn) -> Conversation:
    messages = draw(_messages())
    return Conversation(
        source="claude",
        external_id=draw(st.sampled_from(["c1", "c2", "c3"])),
        account="me",
        title=draw(st.sampled_from(["", "Title", "Other title"])),
        created_at_ms=draw(st.sampled_from([None, 1_600_000_000_000])),
        updated_at_ms=draw(st.none() | st.integers(1, 4)),
        model=draw(st.none() | st.sampled_from(["m1", "m3"])),
        project=draw(st.none() | st.just("P")),
        is_archived=draw(st.booleans()),
        is_starred=draw(st.booleans()),
        active=draw(st.sampled_from([m.number for m in messages])) if messages else None,
        messages=messages,
        metadata=draw(st.sampled_from([{}, {"k": [1]}])),
    )


@contextmanager
def _vault(rows: int) -> Iterator[ScratchVault]:
    before, ImportBatch.ROWS = ImportBatch.ROWS, rows
    with TemporaryDirectory() as folder:
        vault = ScratchVault.create(Path(folder) / "vault")
        try:
            yield vault
        finally:
            vault.vault.lock()
            ImportBatch.ROWS = before


class _Seen:
    """What the vault must remember, worked out without its code."""

    def __init__(self) -> None:
        self.last: dict[str, Conversation] = {}
        self.updated_ms: dict[str, int] = {}
        self.texts: dict[tuple[str, str], set[str]] = {}
        self.ids: dict[str, set[str]] = {}
        self.bytes: dict[str, set[bytes]] = {}

    def take(self, export: list[Conversation]) -> None:
        came: set[str] = set()
        for c in export:
            key, at_ms = c.external_id, c.updated_at_ms or 0
            known_ms = self.updated_ms.get(key, -1)
            is_older = at_ms <= known_ms if key in came else at_ms < known_ms
            came.add(key)
            self.ids.setdefault(key, set())
            for m in c.messages:
                if not is_older or m.external_id not in self.ids[key]:
                    self.texts.setdefault((key, m.external_id), set()).add(m.text)
                    self.bytes.setdefault(key, set()).update(
                        content for content in contents(replace(c, messages=(m,))) if content
                    )
                self.ids[key].add(m.external_id)
            if not is_older:
                self.last[key] = c
                self.updated_ms[key] = max(at_ms, known_ms)


@settings(max_examples=40)
@given(
    exports=st.lists(st.lists(_conversations(), max_size=4), min_size=1, max_size=4),
    rows=st.sampled_from([1, 8_000]),
)
def test_no_message_is_lost_and_the_last_export_is_what_one_reads(
    exports: list[list[Conversation]], rows: int
) -> None:
    seen = _Seen()
    with _vault(rows) as vault:
        for number, export in enumerate(exports):
            if export:
                vault.bring(*export, name=f"export-{number}", account_name="me")
                seen.take(export)

        found = vault.all()
        assert set(found) == set(seen.last)
        for key, conversation in found.items():
            _check_content(conversation, seen.last[key])
            history = vault.vault.versions.former_messages(conversation.id or "")
            _check_memory(conversation, [m for _, m in history], key, seen)
        _check_counts(vault, found)
        assert vault.problems() == []


# One chat three times in an export: the second time with the bytes of a file of which only the
# third, which is the newest, says that the message has it.
_BYTES_BETWEEN = [
    conversation("Look", updated_at_ms=1),
    conversation(message(1, "Look", attachments=(attachment("f", b"bytes"),)), updated_at_ms=1),
    conversation(message(1, "Look", attachments=(attachment("f", None),)), updated_at_ms=2),
]


@settings(max_examples=15)
@given(exports=st.lists(st.lists(_conversations(), min_size=1, max_size=4), min_size=1, max_size=3))
@example(exports=[_BYTES_BETWEEN])
def test_the_last_export_once_more_changes_nothing(exports: list[list[Conversation]]) -> None:
    with _vault(8_000) as vault:
        for export in exports:
            vault.bring(*export, account_name="me")
        before = vault.all()

        counts = vault.bring(*exports[-1], account_name="me").counts

        assert (counts.conversations_new, counts.messages_new, counts.messages_updated) == (0, 0, 0)
        after = vault.all()
        if any(after[key] != before[key] for key in before):
            # A chat stands in the export several times, and one of them has the bytes of a file
            # that only a later one named: they come in now, and nothing else does.
            assert len({c.external_id for c in exports[-1]}) < len(exports[-1])
            _check_only_bytes_came(before, after)
            vault.bring(*exports[-1], account_name="me")
            assert vault.all() == after


def _check_only_bytes_came(before: dict[str, Conversation], after: dict[str, Conversation]) -> None:
    assert {key: _sizeless(c) for key, c in after.items()} == {
        key: _sizeless(c) for key, c in before.items()
    }
    for key, former in before.items():
        pairs = zip(contents(former), contents(after[key]), strict=True)
        assert all(had is None or has == had for had, has in pairs)


def _sizeless(conversation: Conversation) -> Conversation:
    """Return the conversation without what the bytes of its files tell."""
    messages = (
        replace(m, attachments=tuple(replace(a, size_bytes=None) for a in m.attachments))
        for m in conversation.messages
    )
    return replace(conversation, messages=tuple(messages))


def _check_content(found: Conversation, last: Conversation) -> None:
    """Compare what the vault gives with the last export that was not older than what it had."""
    by_key = {m.external_id: m for m in found.messages}
    keys = {m.number: m.external_id for m in last.messages}
    for name in ("title", "model", "project", "is_archived", "is_starred", "metadata"):
        assert getattr(found, name) == getattr(last, name)
    assert (keys.get(last.active or 0)) == next(
        (m.external_id for m in found.messages if m.number == found.active), None
    )
    for said in last.messages:
        stored = by_key[said.external_id]
        assert not stored.is_missing_at_source
        for name in ("role", "parts", "created_at_ms", "model"):
            assert getattr(stored, name) == getattr(said, name)
        assert [a.name for a in stored.attachments] == [a.name for a in said.attachments]
        have = contents(replace(found, messages=(stored,)))
        want = contents(replace(last, messages=(said,)))
        assert all(has == wants for has, wants in zip(have, want, strict=True) if wants)


def _check_memory(found: Conversation, former: list[Message], key: str, seen: _Seen) -> None:
    assert {m.external_id for m in found.messages} == seen.ids[key]
    for external_id in seen.ids[key]:
        texts = {m.text for m in (*found.messages, *former) if m.external_id == external_id}
        assert texts == seen.texts[key, external_id]
    kept = {content for m in (*found.messages, *former) for content in _bytes(found, m)}
    assert kept >= seen.bytes.get(key, set())
    for m in found.messages:
        assert m.parent is None or m.parent < m.number


def _bytes(found: Conversation, said: Message) -> list[bytes]:
    return [content for content in contents(replace(found, messages=(said,))) if content]


def _check_counts(vault: ScratchVault, found: dict[str, Conversation]) -> None:
    statistics = vault.vault.statistics.get()
    assert statistics.conversations == len(found)
    assert statistics.messages == sum(len(c.messages) for c in found.values())
    summaries = {s.id: s.messages for s in vault.vault.conversations.list()}
    assert summaries == {c.id: len(c.messages) for c in found.values()}
    for word in ("one", "two", "three"):
        total = sum(m.text == word for c in found.values() for m in c.messages)
        assert vault.vault.search.find(f"{word} in:text").total == total
