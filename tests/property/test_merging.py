"""Whatever chats are merged: nothing is lost, nothing is there twice, and undo takes it back."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from privatus.core.conversation import Conversation, Message
from privatus.core.marks import Mark
from privatus.core.merge import MergeOrder
from privatus.services.import_objections import objection
from privatus.services.likeness import likeness
from privatus.services.merge_plan import plan_merge
from privatus.services.merge_sources import hybrid_of
from support.conversations import conversation, conversations, message
from support.vaults import ScratchVault

_LONG = "This is long enough that two chats do not say it by accident, whoever wrote them. {}"
_TEXTS = st.sampled_from(["", "go on", "yes", "no", *(_LONG.format(n) for n in range(4))])
_ORDERS = st.sampled_from(MergeOrder)


@st.composite
def _alike(draw: st.DrawFn, name: str) -> Conversation:
    """Draw a chat, with branches, of few texts and times, so that others say the same."""
    said: list[Message] = []
    for number in range(1, draw(st.integers(0, 7)) + 1):
        before = [m.number for m in said]
        mostly = st.sampled_from([before[-1], before[-1], *before]) if before else st.none()
        said.append(
            message(
                number,
                draw(_TEXTS),
                parent=draw(mostly),
                external_id=f"{name}{number}",
                created_at_ms=draw(st.none() | st.integers(1, 12)),
            )
        )
    leaves = [None, *sorted({m.number for m in said} - {m.parent for m in said})]
    return conversation(*said, external_id=name, title=name, active=draw(st.sampled_from(leaves)))


_CHATS = st.tuples(_alike("a"), _alike("b"), _alike("c"))


@given(chats=_CHATS | st.lists(conversations(), min_size=2, max_size=3).map(tuple), order=_ORDERS)
@settings(max_examples=300)
def test_every_message_has_one_place(chats: tuple[Conversation, ...], order: MergeOrder) -> None:
    plan = plan_merge(chats, order)

    origins = Counter(origin for planned in plan.messages for origin in planned.origins)
    said = {(i, m.number): m for i, chat in enumerate(chats) for m in chat.messages}
    assert origins == Counter(said.keys())
    for number, planned in enumerate(plan.messages, start=1):
        assert planned.number == number
        assert planned.parent is None or planned.parent < number
        # What is there once is said alike by all whose copy it is, and once by each of them.
        assert len({likeness(said[origin]) for origin in planned.origins}) == 1
        assert len({index for index, _ in planned.origins}) == len(planned.origins)
    in_a_vault = [replace(chat, id=UUID(int=index)) for index, chat in enumerate(chats)]
    if not any(map(objection, chats)):
        assert objection(hybrid_of(in_a_vault, plan, order, "Title")) is None


@given(chats=_CHATS, order=_ORDERS)
@settings(max_examples=300)
def test_the_line_keeps_the_order_of_each_chat(
    chats: tuple[Conversation, ...], order: MergeOrder
) -> None:
    plan = plan_merge(chats, order)

    numbers = plan.numbers()
    assert [p.parent for p in plan.messages[: plan.shown]] == [
        number or None for number in range(plan.shown)
    ]
    for index, chat in enumerate(chats):
        path = [numbers[index, m.number] for m in chat.active_path()]
        in_line = [number for number in path if number <= plan.shown]
        assert in_line == sorted(in_line)
        # Only what follows a branch that another chat does not show is not in the line.
        assert index > 0 or in_line == path


@given(chat=_alike("a"), order=_ORDERS)
def test_a_chat_with_its_copy_is_the_chat(chat: Conversation, order: MergeOrder) -> None:
    plan = plan_merge([chat, chat], order)

    says_nothing = sum(likeness(m) is None for m in chat.messages)
    if chat.messages and not says_nothing:
        siblings = Counter((m.parent, likeness(m)) for m in chat.messages)
        if max(siblings.values()) == 1:
            assert plan.duplicates == len(chat.messages)


@contextmanager
def _vault(chats: tuple[Conversation, ...]) -> Iterator[ScratchVault]:
    with tempfile.TemporaryDirectory() as folder:
        vault = ScratchVault.create(Path(folder) / "vault")
        vault.bring(*chats)
        yield vault
        vault.vault.lock()


@given(chats=_CHATS, order=_ORDERS)
@settings(max_examples=15)
def test_a_merge_links_everything_and_undo_restores_the_lists(
    chats: tuple[Conversation, ...], order: MergeOrder
) -> None:
    with _vault(chats) as vault:
        before = vault.vault.conversations.list()
        everything = vault.all()

        change = vault.vault.merging.merge([c.id for c in before], order)

        hybrid = vault.vault.conversations.get(change.conversation_id)
        links = vault.vault.merging.links(change.conversation_id)
        texts = {m.number: m.text.casefold() for m in hybrid.messages}
        assert Counter((x.source_id, x.source_number) for x in links) == Counter(
            (c.id, m.number) for c in everything.values() for m in c.messages
        )
        by_id = {c.id: {m.number: m for m in c.messages} for c in everything.values()}
        for link in links:
            was = by_id[link.source_id][link.source_number]
            assert texts[link.number] == was.text.casefold()
        assert vault.problems() == []

        vault.vault.merging.undo(change)
        assert vault.vault.conversations.list() == before
        assert not any(c.is_merged for c in before)
        assert {m.mark for c in vault.all().values() for m in c.marks or ()} <= {Mark.UNREAD}
        assert vault.problems() == []
