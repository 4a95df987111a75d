"""Any sequence of what changes an archive: the counts that are kept are those of a recount."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from privatus.core.conversation import Conversation, Message, Part, PartKind, Role
from privatus.core.errors import UserError
from privatus.services import chat_measuring, measuring
from privatus.services.import_batch import ImportBatch
from support.conversations import conversation
from support.vaults import ScratchVault

_TEXTS = st.sampled_from(
    [
        "What is it that you would like to have?",
        "Ich weiß nicht, was das ist und wie man es macht",
        "```python\nprint(1)\n```",
        "東京は日本の首都です",
        "",
    ]
)
_TIMES = st.none() | st.sampled_from([1_700_000_000_000, 1_700_000_900_000, 1_711_846_800_000, -5])


@st.composite
def _conversations(draw: st.DrawFn) -> Conversation:
    count = draw(st.integers(0, 5))
    messages = tuple(
        Message(
            number=number,
            parent=draw(st.sampled_from([*range(1, number), None])),
            role=draw(st.sampled_from(list(Role))),
            external_id=f"m{number}",
            parts=(Part(kind=PartKind.TEXT, text=draw(_TEXTS)),),
            created_at_ms=draw(_TIMES),
            model=draw(st.none() | st.sampled_from(["m1", "m2"])),
        )
        for number in range(1, count + 1)
    )
    return conversation(
        *messages,
        external_id=draw(st.sampled_from(["c1", "c2", "c3"])),
        source=draw(st.sampled_from(["claude", "chatgpt"])),
        updated_at_ms=draw(st.none() | st.integers(1, 5)),
    )


Step = Callable[[ScratchVault, list[int]], object]


def _bring(found: list[Conversation]) -> Step:
    unique = {(c.source, c.external_id): c for c in found}
    return lambda vault, _: vault.bring(*unique.values())


def _put(vault: ScratchVault, ids: list[int]) -> None:
    vault.vault.trash.put(ids)


def _restore(vault: ScratchVault, ids: list[int]) -> None:
    vault.vault.trash.restore(ids)


def _put_and_undo(vault: ScratchVault, ids: list[int]) -> None:
    vault.vault.trash.undo(vault.vault.trash.put(ids))


def _append(vault: ScratchVault, ids: list[int]) -> None:
    for summary in vault.vault.conversations.list(limit=len(ids)):
        vault.vault.conversations.append(summary.id, Role.USER, "One more thing that I have")


def _tag(vault: ScratchVault, ids: list[int]) -> None:
    for summary in vault.vault.conversations.list(limit=len(ids)):
        vault.vault.tags.add("work", str(summary.id))


def _merge(vault: ScratchVault, ids: list[int]) -> None:
    two = [summary.id for summary in vault.vault.conversations.list(limit=2)]
    if len(two) == 2 and all(vault.vault.conversations.get(i).messages for i in two):
        change = vault.vault.merging.merge(two)
        if len(ids) > 1:
            vault.vault.merging.undo(change)


def _each_text(vault: ScratchVault, limit: int) -> Iterator[tuple[UUID, Message]]:
    for summary in vault.vault.conversations.list(limit=limit):
        for message in vault.vault.conversations.get(summary.id).messages:
            if message.text:
                yield summary.id, message


def _edit(vault: ScratchVault, ids: list[int]) -> None:
    for conversation_id, message in list(_each_text(vault, len(ids))):
        vault.vault.editing.edit(conversation_id, message.number, f"{message.text} und das da")


def _cut(vault: ScratchVault, ids: list[int]) -> None:
    for conversation_id, message in list(_each_text(vault, len(ids))):
        vault.vault.editing.cut(conversation_id, message.number, 0, len(message.text) // 2 + 1)


def _remove(vault: ScratchVault, ids: list[int]) -> None:
    for conversation_id, message in list(_each_text(vault, 1)):
        if message.number in ids:
            change = vault.vault.editing.remove(conversation_id, [message.number])
            if len(ids) > 2:
                vault.vault.editing.undo(change)


def _back(vault: ScratchVault, ids: list[int]) -> None:
    for summary in vault.vault.conversations.list(limit=len(ids)):
        # It may be as it was in that version already.
        with suppress(UserError):
            vault.vault.versions.restore(summary.id, 1)


def _destroy(vault: ScratchVault, ids: list[int]) -> None:
    vault.vault.purging.destroy(ids[:1])


def _look(vault: ScratchVault, ids: list[int]) -> None:
    vault.vault.analytics.of()


def _reopen(vault: ScratchVault, ids: list[int]) -> None:
    vault.reopen()


_STEPS = st.one_of(
    st.lists(_conversations(), min_size=1, max_size=4).map(_bring),
    st.sampled_from(
        [
            _edit,
            _cut,
            _remove,
            _back,
            _put,
            _restore,
            _put_and_undo,
            _append,
            _tag,
            _merge,
            _destroy,
            _look,
            _reopen,
        ]
    ),
)


@settings(max_examples=40)
@given(
    steps=st.lists(st.tuples(_STEPS, st.lists(st.integers(1, 6), unique=True)), max_size=8),
    rows=st.sampled_from([1, 5_000]),
    many=st.sampled_from([0, 100]),
)
def test_the_counts_that_are_kept_are_those_of_a_recount(
    steps: list[tuple[Step, list[int]]], rows: int, many: int
) -> None:
    before, ImportBatch.ROWS = ImportBatch.ROWS, rows
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        # Small chats are to be renewed as long ones are.
        patch.setattr(chat_measuring, "_MANY", many)
        patch.setattr(chat_measuring, "_FIRST", 1)
        patch.setattr(chat_measuring, "SAMPLE_CHARS", 600 if many else 8)
        patch.setattr(measuring, "SAMPLE_CHARS", 600 if many else 8)
        vault = ScratchVault.create(Path(folder) / "vault")
        try:
            for step, ids in steps:
                step(vault, ids)
                # Also what nobody looked at yet: it is counted where nothing may be written.
                assert vault.vault.analytics.counts() == vault.vault.analytics.recount()
            vault.vault.analytics.catch_up()
            assert vault.vault.analytics.counts() == vault.vault.analytics.recount()
            assert vault.problems() == []
        finally:
            vault.vault.lock()
            ImportBatch.ROWS = before
