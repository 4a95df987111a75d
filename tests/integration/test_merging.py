"""Merging chats: a hybrid of copies with links, sources that stay, and all of it taken back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from privatus.bootstrap import Vault
from privatus.core.conversation import Conversation
from privatus.core.errors import AccessError, JobCancelled, UserError
from privatus.core.jobs import Job
from privatus.core.marks import Mark
from privatus.core.merge import MergeOrder, Origin
from privatus.services.listing import ListFilter
from support.conversations import (
    annotation,
    attachment,
    contents,
    conversation,
    message,
    tagging,
)
from support.copies import copied
from support.vaults import PASSWORD, ScratchVault

_LONG = "This is long enough that two chats do not say it by accident, whoever wrote them. {}"


def garden() -> Conversation:
    """Return a chat with a branch, a file, a tag and a note."""
    return conversation(
        message(1, "How do I prune roses?", created_at_ms=1_000),
        message(2, "In spring, above a bud.", created_at_ms=3_000, model="claude-9"),
        message(3, "In autumn.", parent=1, created_at_ms=3_500),
        message(
            4,
            "And this one?",
            parent=2,
            created_at_ms=5_000,
            attachments=(attachment("rose.png", b"a rose", media_type="image/png"),),
        ),
        external_id="garden",
        title="Roses",
        created_at_ms=1_000,
        updated_at_ms=5_000,
        active=4,
        tags=(tagging("home"), tagging("plants", 2)),
        annotations=(annotation("ask again", 2), annotation("of the whole")),
    )


def letters() -> Conversation:
    return conversation(
        message(1, "Write to my landlord", created_at_ms=2_000),
        message(2, "Dear Mr Müller", created_at_ms=4_000),
        external_id="letters",
        source="chatgpt",
        title="Letter",
        created_at_ms=2_000,
        updated_at_ms=4_000,
        tags=(tagging("home"),),
    )


@pytest.fixture
def filled(vault: ScratchVault) -> ScratchVault:
    vault.bring(garden())
    vault.bring(letters(), source="chatgpt")
    return vault


def _ids(vault: ScratchVault) -> dict[str, str]:
    return {summary.title: str(summary.id) for summary in vault.vault.conversations.list()}


def _merge(vault: ScratchVault, order: MergeOrder = MergeOrder.TIME) -> Conversation:
    ids = _ids(vault)
    change = vault.vault.merging.merge([ids["Roses"], ids["Letter"]], order)
    return vault.vault.conversations.get(change.conversation_id)


def test_two_chats_of_two_providers_become_one_line(filled: ScratchVault) -> None:
    hybrid = _merge(filled)

    assert hybrid.title == "Roses + Letter"
    assert hybrid.source == "privatus"
    assert [m.text for m in hybrid.active_path()] == [
        "How do I prune roses?",
        "Write to my landlord",
        "In spring, above a bud.",
        "Dear Mr Müller",
        "And this one?",
    ]
    assert hybrid.messages[2].model == "claude-9"
    assert (hybrid.created_at_ms, hybrid.updated_at_ms) == (1_000, 5_000)
    assert filled.problems() == []


def test_branches_files_tags_and_notes_come_along(filled: ScratchVault) -> None:
    blobs = filled.blob_paths
    hybrid = _merge(filled)

    [other] = [m for m in hybrid.messages if m.text == "In autumn."]
    answer = next(m for m in hybrid.messages if m.text == "In spring, above a bud.")
    assert other.parent == answer.parent
    assert contents(hybrid) == [b"a rose"]
    assert filled.blob_paths == blobs
    assert [(t.name, t.number) for t in hybrid.tags] == [("home", None), ("plants", answer.number)]
    assert {(a.text, a.number) for a in hybrid.annotations} == {
        ("ask again", answer.number),
        ("of the whole", None),
    }
    found = filled.vault.search.find("landlord")
    assert hybrid.id in {hit.conversation_id for hit in found}


def test_each_message_says_where_it_came_from(filled: ScratchVault) -> None:
    hybrid = _merge(filled)

    assert hybrid.id is not None
    links = filled.vault.merging.links(hybrid.id)
    names = {str(chat.id): chat.title for chat in filled.vault.merging.of(hybrid.id).sources}
    texts = {m.number: m.text for m in hybrid.messages}

    assert {(texts[x.number], names[str(x.source_id)], x.source_number) for x in links} == {
        ("How do I prune roses?", "Roses", 1),
        ("In spring, above a bud.", "Roses", 2),
        ("In autumn.", "Roses", 3),
        ("And this one?", "Roses", 4),
        ("Write to my landlord", "Letter", 1),
        ("Dear Mr Müller", "Letter", 2),
    }
    assert {x.source_revision for x in links} == {1}


def test_hybrid_and_sources_lead_to_each_other(filled: ScratchVault) -> None:
    ids = _ids(filled)
    hybrid = _merge(filled)

    assert hybrid.id is not None
    of_hybrid = filled.vault.merging.of(hybrid.id)
    of_source = filled.vault.merging.of(ids["Letter"])

    assert of_hybrid.is_hybrid
    assert [(c.title, c.source) for c in of_hybrid.sources] == [
        ("Roses", "claude"),
        ("Letter", "chatgpt"),
    ]
    assert [(c.id, c.origin) for c in of_source.made] == [(hybrid.id, Origin.MERGE)]
    assert not of_source.is_hybrid


def test_the_sources_stay_as_they_are_and_are_marked(filled: ScratchVault) -> None:
    ids = _ids(filled)
    before = {title: filled.vault.conversations.get(ids[title]) for title in ids}

    _merge(filled)

    for title, was in before.items():
        found = filled.vault.conversations.get(ids[title])
        assert found.is_merged
        assert replace(found, marks=()) == replace(was, marks=())
    [hybrid] = filled.vault.conversations.list()
    assert hybrid.title == "Roses + Letter"


def test_a_hybrid_is_of_each_of_its_providers(filled: ScratchVault) -> None:
    hybrid = _merge(filled)

    vault = filled.vault
    for source, said in (("claude", "spring"), ("chatgpt", "landlord")):
        assert [c.id for c in vault.conversations.list(source=source)] == [hybrid.id]
        assert len(vault.listing.arrange(ListFilter(source=source)).ids) == 1
        [hit] = vault.search.find(f"{said} source:{source}")
        assert hit.conversation_id == hybrid.id
    assert not vault.search.find("spring source:chatgpt")
    assert hybrid.id is not None
    filled.vault.editing.edit(hybrid.id, 2, "Write to my landlord again")
    assert len(vault.search.find("landlord source:chatgpt")) == 1
    vault.integrity.rebuild_index()
    assert len(vault.search.find("landlord source:chatgpt")) == 1
    assert not vault.search.find("landlord source:claude")


def test_undo_leaves_the_lists_as_they_were(filled: ScratchVault) -> None:
    ids, before = _ids(filled), filled.vault.conversations.list()
    merging = filled.vault.merging
    change = merging.merge(list(ids.values()))

    taken_back = merging.undo(change)
    assert filled.vault.conversations.list() == before
    assert merging.of(ids["Roses"]).made == ()
    assert filled.problems() == []

    assert filled.vault.merging.undo(taken_back) == change
    [hybrid] = filled.vault.conversations.list()
    assert hybrid.id == change.conversation_id
    filled.vault.merging.undo(change)
    filled.vault.merging.undo(change)
    assert filled.vault.conversations.list() == before


def test_a_hybrid_that_goes_to_the_trash_gives_its_sources_back(filled: ScratchVault) -> None:
    before = filled.vault.conversations.list()
    hybrid = _merge(filled)

    assert hybrid.id is not None
    change = filled.vault.trash.put([hybrid.id])
    assert filled.vault.conversations.list() == before
    with pytest.raises(UserError, match="in the trash"):
        filled.vault.merging.merge([hybrid.id, before[0].id])

    filled.vault.trash.undo(change)
    assert [c.id for c in filled.vault.conversations.list()] == [hybrid.id]
    assert filled.problems() == []


def test_a_merge_is_taken_back_at_any_time(filled: ScratchVault) -> None:
    before = filled.vault.conversations.list()
    hybrid = _merge(filled)

    assert hybrid.id is not None
    filled.vault.merging.dissolve(hybrid.id)

    assert filled.vault.conversations.list() == before
    with pytest.raises(UserError, match="was not merged"):
        filled.vault.merging.dissolve(before[0].id)


def test_a_source_of_two_hybrids_stays_merged_while_there_is_one(filled: ScratchVault) -> None:
    ids = _ids(filled)
    first = filled.vault.merging.merge(list(ids.values()))
    second = filled.vault.merging.merge(list(ids.values()), MergeOrder.SEQUENCE)

    filled.vault.merging.undo(first)
    assert filled.vault.conversations.get(ids["Roses"]).is_merged
    filled.vault.merging.undo(second)
    assert not filled.vault.conversations.get(ids["Roses"]).is_merged


def test_a_hybrid_is_merged_as_any_chat_is(filled: ScratchVault) -> None:
    hybrid = _merge(filled)
    filled.bring(conversation("One more", "Yes", external_id="more", title="More"))

    assert hybrid.id is not None
    change = filled.vault.merging.merge([hybrid.id, _ids(filled)["More"]])

    found = filled.vault.conversations.get(change.conversation_id)
    assert len(found.messages) == 8
    assert contents(found) == [b"a rose"]
    assert filled.problems() == []


def test_what_both_have_is_there_once_with_both_links(vault: ScratchVault) -> None:
    same = [message(n, _LONG.format(n), created_at_ms=n) for n in (1, 2)]
    vault.bring(
        conversation(*same, message(3, "only here"), external_id="a", title="Roses",
                     annotations=(annotation("same note", 1),))
    )  # fmt: skip
    vault.bring(
        conversation(*same, external_id="b", title="Letter", source="chatgpt",
                     annotations=(annotation("same note", 1), annotation("another", 2))),
        source="chatgpt",
    )  # fmt: skip
    ids = _ids(vault)

    change = vault.vault.merging.merge([ids["Roses"], ids["Letter"]])

    assert (change.messages, change.duplicates) == (3, 2)
    links = vault.vault.merging.links(change.conversation_id)
    assert [link.number for link in links] == [1, 1, 2, 2, 3]
    notes = vault.vault.conversations.get(change.conversation_id).annotations
    assert [(note.text, note.number) for note in notes] == [("same note", 1), ("another", 2)]


def test_a_preview_says_what_a_merge_makes(filled: ScratchVault) -> None:
    ids = list(_ids(filled).values())

    preview = filled.vault.merging.preview(ids)

    assert (preview.messages, preview.shown, preview.duplicates, preview.branches) == (6, 5, 0, 1)
    assert (preview.first_at_ms, preview.last_at_ms) == (1_000, 5_000)
    assert preview.attachments == 1
    assert len(filled.vault.conversations.list()) == 2


def test_pins_and_stars_come_along(filled: ScratchVault) -> None:
    ids = _ids(filled)
    filled.vault.marks.set(Mark.PINNED, [ids["Roses"]])
    filled.vault.marks.set(Mark.STARRED, [ids["Letter"]])

    hybrid = _merge(filled)

    assert (hybrid.is_pinned, hybrid.has_star, hybrid.is_unread) == (True, True, False)


def test_a_title_of_ones_own_is_taken(filled: ScratchVault) -> None:
    ids = list(_ids(filled).values())

    change = filled.vault.merging.merge(ids, title="  Spring  ")

    assert filled.vault.conversations.get(change.conversation_id).title == "Spring"
    with pytest.raises(UserError, match="at most"):
        filled.vault.merging.merge(ids, title="x" * 501)


def test_less_than_two_chats_are_not_merged(filled: ScratchVault) -> None:
    one = _ids(filled)["Roses"]

    for ids in ([], [one], [one, one]):
        with pytest.raises(UserError, match="two chats or more"):
            filled.vault.merging.merge(ids)


def test_a_merge_that_is_stopped_has_written_nothing(filled: ScratchVault) -> None:
    before, job = filled.vault.conversations.list(), Job()
    job.cancel()

    with pytest.raises(JobCancelled):
        filled.vault.merging.merge([c.id for c in before], job=job)

    assert filled.vault.conversations.list() == before


def test_a_vault_that_is_read_only_merges_nothing(filled: ScratchVault) -> None:
    ids = list(_ids(filled).values())
    filled.vault.lock()

    with (
        Vault.open(filled.folder, PASSWORD, read_only=True) as vault,
        pytest.raises(AccessError),
    ):
        vault.merging.merge(ids)


def test_a_hybrid_goes_into_another_vault_with_its_sources(
    filled: ScratchVault, tmp_path: Path
) -> None:
    hybrid = _merge(filled)

    copied(filled.vault, tmp_path)

    with Vault.open(tmp_path / "other", PASSWORD) as copy:
        chats = {chat.title: chat for chat in copy.conversations.list()}
        found = copy.conversations.get(chats["Roses + Letter"].id)
    # There it is a chat as any other: nothing stands in the shadow of what may not be there.
    assert set(chats) == {"Roses", "Letter", "Roses + Letter"}
    assert [m.text for m in found.active_path()] == [m.text for m in hybrid.active_path()]
    assert [source["title"] for source in found.metadata["merged"]["sources"]] == [
        "Roses",
        "Letter",
    ]


def test_a_rotation_of_keys_keeps_the_links(filled: ScratchVault) -> None:
    hybrid = _merge(filled)
    assert hybrid.id is not None
    before = filled.vault.merging.links(hybrid.id)

    filled.vault.lock()
    Vault.rotate(filled.folder, PASSWORD)

    filled.reopen()
    assert all(check.ok for check in filled.vault.integrity.check().checks)
    assert filled.vault.merging.links(hybrid.id) == before
