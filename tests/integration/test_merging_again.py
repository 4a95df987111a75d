"""What an import brings to a source comes into the hybrid, and takes nothing away from it."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest

from privatus.core.conversation import Conversation
from privatus.core.errors import UserError
from privatus.core.merge import MergeOrder
from support.conversations import attachment, contents, conversation, message
from support.vaults import ScratchVault

_LONG = "This is long enough that two chats do not say it by accident, whoever wrote them. {}"


def _chat(name: str, *said: tuple[str, int], **fields: object) -> Conversation:
    messages = [
        message(n, text, external_id=f"{name}{n}", created_at_ms=at_ms)
        for n, (text, at_ms) in enumerate(said, start=1)
    ]
    fields.setdefault("updated_at_ms", max((at_ms for _, at_ms in said), default=0))
    return conversation(*messages, external_id=name, title=name, **fields)


def _text(chat: Conversation) -> list[str]:
    return [m.text for m in chat.active_path()]


A = _chat("a", ("a1", 10), ("a2", 30))
B = _chat("b", ("b1", 20), ("b2", 40))


@pytest.fixture
def hybrid_id(vault: ScratchVault) -> UUID:
    vault.bring(A, B)
    ids = {c.title: c.id for c in vault.vault.conversations.list()}
    return vault.vault.merging.merge([ids["a"], ids["b"]], title="Both").conversation_id


def _hybrid(vault: ScratchVault, hybrid_id: UUID) -> Conversation:
    assert vault.problems() == []
    return vault.vault.conversations.get(hybrid_id)


def test_new_messages_come_to_the_end_of_the_line(vault: ScratchVault, hybrid_id: UUID) -> None:
    a = _chat("a", ("a1", 10), ("a2", 30), ("a3", 50), ("a4", 70))
    b = _chat("b", ("b1", 20), ("b2", 40), ("b3", 60))

    report = vault.bring_export_of(a, b)

    assert report.merged == 1
    hybrid = _hybrid(vault, hybrid_id)
    assert _text(hybrid) == ["a1", "b1", "a2", "b2", "a3", "b3", "a4"]
    assert (hybrid.title, hybrid.updated_at_ms, hybrid.is_unread) == ("Both", 70, True)
    assert len(vault.vault.merging.links(hybrid_id)) == 7
    [first, second] = vault.vault.versions.list(hybrid_id)
    assert (first.kind, first.added, second.kind, second.added) == ("merge", 4, "import", 3)
    assert vault.bring_export_of(a, b).merged == 0
    assert len(vault.vault.versions.list(hybrid_id)) == 2


def test_another_answer_stands_beside_the_one_that_was_merged(
    vault: ScratchVault, hybrid_id: UUID
) -> None:
    other = message(3, "a2 otherwise", parent=1, external_id="a3", created_at_ms=50)
    on = message(4, "and on", parent=3, external_id="a4", created_at_ms=60)
    vault.bring(replace(A, messages=(*A.messages, other, on), active=4, updated_at_ms=60))

    hybrid = _hybrid(vault, hybrid_id)

    assert _text(hybrid) == ["a1", "b1", "a2", "b2"]
    by_text = {m.text: m for m in hybrid.messages}
    assert by_text["a2 otherwise"].parent == by_text["a2"].parent == by_text["b1"].number
    assert by_text["and on"].parent == by_text["a2 otherwise"].number


def test_what_changed_at_a_source_is_a_new_revision(vault: ScratchVault, hybrid_id: UUID) -> None:
    vault.bring(_chat("a", ("a1", 10), ("a2, better", 30), updated_at_ms=90))

    assert _text(_hybrid(vault, hybrid_id)) == ["a1", "b1", "a2, better", "b2"]
    history = vault.vault.versions.former_messages(hybrid_id)
    assert [(revision, m.text) for revision, m in history] == [(1, "a2")]
    revisions = {(x.number, x.source_revision) for x in vault.vault.merging.links(hybrid_id)}
    assert revisions == {(1, 1), (2, 1), (3, 2), (4, 1)}


def test_what_a_person_edited_or_took_out_of_the_hybrid_stays_so(
    vault: ScratchVault, hybrid_id: UUID
) -> None:
    vault.vault.editing.edit(hybrid_id, 3, "my words")
    vault.vault.editing.remove(hybrid_id, [4])
    vault.vault.editing.rename(hybrid_id, "My title")
    vault.bring(_chat("a", ("a1", 10), ("a2, better", 30), ("a3", 50), updated_at_ms=90))
    vault.bring(_chat("b", ("b1", 20), ("b2, better", 40), ("b3", 60), updated_at_ms=95))

    hybrid = _hybrid(vault, hybrid_id)

    assert hybrid.title == "My title"
    assert _text(hybrid) == ["a1", "b1", "my words", "a3", "b3"]
    conflicts = [v.numbers("conflicts") for v in vault.vault.versions.list(hybrid_id)]
    assert (3,) in conflicts


def test_undo_after_edits_and_imports_gives_the_sources_back(
    vault: ScratchVault, hybrid_id: UUID
) -> None:
    vault.vault.editing.edit(hybrid_id, 3, "my words")
    vault.bring(_chat("a", ("a1", 10), ("a2", 30), ("a3", 50)))

    vault.vault.merging.dissolve(hybrid_id)

    listed = {c.title: c for c in vault.vault.conversations.list()}
    assert set(listed) == {"a", "b"}
    assert _text(vault.vault.conversations.get(listed["a"].id)) == ["a1", "a2", "a3"]
    assert vault.problems() == []
    vault.bring(_chat("a", ("a1", 10), ("a2", 30), ("a3", 50), ("a4", 70)))
    assert len(vault.vault.conversations.get(hybrid_id).messages) == 5


def test_a_hybrid_stays_when_it_alone_has_the_messages_of_a_source(
    vault: ScratchVault, hybrid_id: UUID
) -> None:
    [source] = [s for s in vault.vault.merging.of(hybrid_id).sources if s.title == "a"]
    vault.vault.purging.destroy(vault.vault.purging.row_ids([source.id]))

    with pytest.raises(UserError, match="its messages are here alone"):
        vault.vault.merging.dissolve(hybrid_id)

    assert [c.title for c in vault.vault.conversations.list()] == ["Both"]
    assert _text(_hybrid(vault, hybrid_id)) == ["a1", "b1", "a2", "b2"]


def test_what_is_gone_at_its_source_is_said_of_the_copy(
    vault: ScratchVault, hybrid_id: UUID
) -> None:
    [first, _] = A.messages
    vault.bring(replace(A, messages=(first,), active=1, updated_at_ms=90))
    gone = {m.text for m in _hybrid(vault, hybrid_id).messages if m.is_missing_at_source}
    vault.bring(replace(A, updated_at_ms=91))
    after = {m.text for m in _hybrid(vault, hybrid_id).messages if m.is_missing_at_source}

    assert (gone, after) == ({"a2"}, set())


def test_bytes_of_a_file_that_come_later_come_to_the_copy(vault: ScratchVault) -> None:
    def pictured(content: bytes | None, at_ms: int) -> Conversation:
        file = attachment("rose.png", content, media_type="image/png")
        said = message(1, "Look", created_at_ms=10, attachments=(file,))
        return conversation(said, external_id="p", title="p", updated_at_ms=at_ms)

    vault.bring(pictured(None, 10), B)
    ids = [c.id for c in vault.vault.conversations.list()]
    hybrid_id = vault.vault.merging.merge(ids).conversation_id
    assert contents(_hybrid(vault, hybrid_id)) == [None]

    vault.bring(pictured(b"a rose", 20))

    assert contents(_hybrid(vault, hybrid_id)) == [b"a rose"]


def test_what_both_said_alike_and_one_says_otherwise_now_is_there_twice(
    vault: ScratchVault,
) -> None:
    same = [(_LONG.format(n), n) for n in (1, 2)]
    vault.bring(_chat("a", *same), _chat("b", *same))
    ids = {c.title: c.id for c in vault.vault.conversations.list()}
    change = vault.vault.merging.merge([ids["a"], ids["b"]])
    assert change.duplicates == 2

    vault.bring(_chat("b", same[0], ("otherwise", 2), ("b3", 3), updated_at_ms=9))

    hybrid = _hybrid(vault, change.conversation_id)
    assert {m.text for m in hybrid.messages} == {same[0][0], same[1][0], "otherwise", "b3"}
    links = vault.vault.merging.links(change.conversation_id)
    assert len({(x.source_id, x.source_number) for x in links}) == len(links) == 5


def test_the_same_news_of_two_sources_is_taken_over_once(vault: ScratchVault) -> None:
    same = [(_LONG.format(n), n) for n in (1, 2)]
    vault.bring(_chat("a", *same), _chat("b", *same))
    ids = {c.title: c.id for c in vault.vault.conversations.list()}
    change = vault.vault.merging.merge([ids["a"], ids["b"]])

    vault.bring(_chat("a", *same, (_LONG.format(3), 3)), _chat("b", *same, (_LONG.format(3), 3)))

    assert len(_hybrid(vault, change.conversation_id).messages) == 3
    assert len(vault.vault.merging.links(change.conversation_id)) == 6


def test_in_a_sequence_what_is_new_comes_chat_by_chat(vault: ScratchVault) -> None:
    vault.bring(A, B)
    ids = {c.title: c.id for c in vault.vault.conversations.list()}
    change = vault.vault.merging.merge([ids["b"], ids["a"]], MergeOrder.SEQUENCE)

    vault.bring(_chat("a", ("a1", 10), ("a2", 30), ("a3", 50)))

    hybrid = _hybrid(vault, change.conversation_id)
    assert _text(hybrid) == ["b1", "b2", "a1", "a2", "a3"]


def test_news_go_through_a_hybrid_of_a_hybrid(vault: ScratchVault, hybrid_id: UUID) -> None:
    vault.bring(_chat("c", ("c1", 15)))
    [c] = [c.id for c in vault.vault.conversations.list() if c.title == "c"]
    outer = vault.vault.merging.merge([hybrid_id, c]).conversation_id

    assert vault.bring_export_of(_chat("a", ("a1", 10), ("a2", 30), ("a3", 50))).merged == 2

    assert _text(_hybrid(vault, outer)) == ["a1", "c1", "b1", "a2", "b2", "a3"]


def test_what_a_person_edits_at_a_source_comes_with_the_next_import(
    vault: ScratchVault, hybrid_id: UUID
) -> None:
    source = vault.vault.merging.of(hybrid_id).sources[0].id
    vault.vault.editing.edit(source, 2, "a2 by hand")
    vault.vault.editing.remove(source, [1])
    vault.bring(_chat("b", ("b1", 20), ("b2", 40), ("b3", 60)))

    # What is cut there is not cut here, where somebody reads it.
    assert _text(_hybrid(vault, hybrid_id)) == ["a1", "b1", "a2 by hand", "b2", "b3"]


def test_a_source_that_was_deleted_for_good_leaves_its_copies(
    vault: ScratchVault, hybrid_id: UUID
) -> None:
    row_id = vault.vault.listing.row_id(vault.vault.merging.of(hybrid_id).sources[0].id)
    assert row_id is not None
    vault.vault.purging.destroy([row_id])
    vault.bring(_chat("b", ("b1", 20), ("b2", 40), ("b3", 60)))

    assert _text(_hybrid(vault, hybrid_id)) == ["a1", "b1", "a2", "b2", "b3"]
    assert [c.title for c in vault.vault.merging.of(hybrid_id).sources] == ["b"]


def test_a_hybrid_that_is_deleted_for_good_gives_its_sources_back(
    vault: ScratchVault, hybrid_id: UUID
) -> None:
    row_id = vault.vault.listing.row_id(hybrid_id)
    assert row_id is not None
    vault.vault.purging.destroy([row_id])

    assert {c.title for c in vault.vault.conversations.list()} == {"a", "b"}
    assert vault.problems() == []
