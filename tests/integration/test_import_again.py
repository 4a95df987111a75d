"""Next month's export: exactly what changed is written, and nothing that was here is lost."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from privatus.core.conversation import Conversation, Message, Part, PartKind, Role
from support.conversations import attachment, contents, conversation, message
from support.filled import ACCOUNT, LARGE_TEXT, first_export, next_export
from support.vaults import ScratchVault, by_external_id, said

_JANUARY_MS = 1_704_067_200_000
_DAY_MS = 86_400_000


def _at(day: int) -> int:
    return _JANUARY_MS + day * _DAY_MS


def _talk(day: int, *texts: str, id: str = "talk", **fields: Any) -> Conversation:
    """Return a conversation that was last changed on *day*; texts are its messages' ids, too."""
    values: dict[str, object] = {
        "external_id": id,
        "title": "Talk",
        "created_at_ms": _at(0),
        "updated_at_ms": _at(day),
    }
    messages = fields.pop("messages", None) or [
        message(n, text, external_id=text, created_at_ms=_at(0) + n)
        for n, text in enumerate(texts, start=1)
    ]
    return conversation(*messages, **{**values, **fields})


def _with_text(said_before: Message, text: str, **fields: Any) -> Message:
    return replace(said_before, parts=(Part(kind=PartKind.TEXT, text=text),), **fields)


def _rows(vault: ScratchVault) -> list[tuple[object, ...]]:
    """Return every row that an import could have touched."""
    with vault.database() as db:
        rows = [
            (table, *row)
            for table in ("conversations", "messages", "messages_history", "attachments")
            for row in db.rows(f"SELECT * FROM {table} ORDER BY id")
        ]
        rows += db.rows("SELECT 'versions', count(*) FROM chat_versions")
    vault.reopen()
    return rows


def test_the_same_file_changes_nothing(vault: ScratchVault) -> None:
    vault.bring(*first_export(), account_name=ACCOUNT, is_whole=True)
    before = _rows(vault)

    counts = vault.bring(*first_export(), account_name=ACCOUNT, is_whole=True).counts

    assert _rows(vault) == before
    assert counts.conversations_unchanged == 3
    assert (counts.conversations_new, counts.conversations_updated) == (0, 0)
    assert (counts.messages_new, counts.messages_updated, counts.attachments_new) == (0, 0, 0)


def test_the_export_of_a_month_later_changes_what_changed(vault: ScratchVault) -> None:
    vault.bring(*first_export(), account_name=ACCOUNT)

    counts = vault.bring(*next_export(), account_name=ACCOUNT).counts

    assert (counts.conversations_unchanged, counts.conversations_updated) == (2, 1)
    assert (counts.messages_new, counts.messages_updated) == (1, 1)
    found = vault.all()["branched"]
    assert found.title == "Three answers"
    assert said(found) == ["A question", "One answer", "Edited answer", "A third answer"]
    messages = by_external_id(found)
    assert [messages[key].number for key in ("m1", "m2", "m3", "m9")] == [1, 2, 3, 4]
    assert [m.parent for m in found.messages] == [None, 1, 1, 1]
    assert [m.is_missing_at_source for m in found.messages] == [False, True, False, False]
    assert [m.text for m in found.active_path()] == ["A question", "A third answer"]
    assert vault.problems() == []


def test_what_a_message_was_stays_in_its_history(vault: ScratchVault) -> None:
    vault.bring(_talk(1, "a", "b"))
    first = vault.only()
    for day, text in enumerate(("b, edited", LARGE_TEXT, "b, once more"), start=2):
        a, b = _talk(1, "a", "b").messages
        vault.bring(_talk(day, "a", "b", messages=(a, _with_text(b, text))))

    former = vault.vault.versions.former_messages(first.id)

    assert [(revision, m.text) for revision, m in former] == [
        (1, "b"),
        (2, "b, edited"),
        (3, LARGE_TEXT),
    ]
    assert {m.number for _, m in former} == {2}
    assert vault.problems() == []


def test_each_change_is_on_record(vault: ScratchVault) -> None:
    vault.bring(_talk(1, "a", "b", project="Old", metadata={"k": 1}))
    vault.bring(_talk(2, "a", "c", title="New title", project="New", is_starred=True))
    vault.bring(_talk(3, "a", "b", "c", title="New title", project="New", is_starred=True))

    _, second, third = vault.vault.versions.list(vault.only().id)

    assert (second.number, second.added, second.changed, second.missing) == (2, 1, 0, 1)
    assert dict(second.details) == {
        "added": [3],
        "changed": [],
        "missing": [2],
        "last": 2,
        "title": "Talk",
        "project": "Old",
        "metadata": {"k": 1},
        "is_starred": False,
        "active": 2,
    }
    assert (third.number, third.details["returned"]) == (3, [2])


def test_a_title_a_star_and_an_archive_flag_follow_the_source(vault: ScratchVault) -> None:
    vault.bring(_talk(1, "a", is_archived=True))

    for changed in ({"title": "Renamed"}, {"is_starred": True}, {"project": "P"}, {"active": 1}):
        counts = vault.bring(_talk(2, "a", **changed)).counts
        found = vault.only()
        assert all(getattr(found, name) == value for name, value in changed.items())
        assert not found.is_archived

    assert counts.messages_updated == 0


@pytest.mark.parametrize(
    "change",
    [
        {"role": Role.SYSTEM},
        {"created_at_ms": 5},
        {"created_at_ms": None},
        {"model": "other"},
        {"author": "somebody"},
        {"is_hidden": True},
        {"metadata": {"k": 1}},
        {"parts": (Part(kind=PartKind.CODE, text="a", name="python"),)},
        {"attachments": (attachment("new.txt", None),)},
    ],
    ids=lambda change: next(iter(change)),
)
def test_every_field_of_a_message_follows_the_source(
    vault: ScratchVault, change: dict[str, object]
) -> None:
    before = _talk(1, "a", "b")
    vault.bring(before)
    changed = replace(before.messages[0], **change)

    counts = vault.bring(
        replace(before, updated_at_ms=_at(2), messages=(changed, before.messages[1]))
    ).counts

    assert counts.messages_updated == 1
    assert vault.only().messages[0] == changed
    assert [m for _, m in vault.vault.versions.former_messages(vault.only().id)] == [
        before.messages[0]
    ]


@pytest.mark.parametrize(
    "change",
    [{"model": "other"}, {"metadata": {"k": 1}}, {"updated_at_ms": _at(9)}, {"created_at_ms": 7}],
    ids=lambda change: next(iter(change)),
)
def test_every_field_of_a_conversation_follows_the_source(
    vault: ScratchVault, change: dict[str, object]
) -> None:
    vault.bring(_talk(1, "a"))

    vault.bring(replace(_talk(1, "a"), **change))

    found = vault.only()
    assert all(getattr(found, name) == value for name, value in change.items())
    assert vault.problems() == []


def test_new_and_changed_conversations_in_any_order_come_in(vault: ScratchVault) -> None:
    # Ids as no two accounts have them: an account that is known later makes no difference.
    one, two = str(UUID(int=1)), str(UUID(int=2))
    vault.bring(_talk(1, "a", id=one), _talk(1, "a", id=two))

    vault.bring(
        _talk(2, "x", id="new-1"),
        _talk(2, "a", "b", id=one, account="somebody", model="first-model"),
        _talk(2, "y", id="new-2", model="second-model"),
        _talk(2, "a", "c", id=two, account="somebody"),
        _talk(2, "z", id="new-3"),
    )

    found = vault.all()
    assert {key: said(c) for key, c in found.items()} == {
        one: ["a", "b"],
        two: ["a", "c"],
        "new-1": ["x"],
        "new-2": ["y"],
        "new-3": ["z"],
    }
    assert found[one].account == "somebody"
    assert found[one].model == "first-model"
    assert vault.problems() == []


def test_an_older_export_adds_what_is_not_here_and_overwrites_nothing(
    vault: ScratchVault,
) -> None:
    a, b = _talk(5, "a", "b").messages
    newer = _talk(5, "a", "b", title="Newer", messages=(_with_text(a, "newer text"), b))
    vault.bring(newer)

    counts = vault.bring(_talk(3, "a", "b", "gone since", title="Older", is_starred=True)).counts

    found = vault.only()
    assert said(found) == ["newer text", "b", "gone since"]
    # The newer export did not have it, so it is gone there.
    assert [m.is_missing_at_source for m in found.messages] == [False, False, True]
    assert (found.title, found.is_starred, found.updated_at_ms) == ("Newer", False, _at(5))
    assert (counts.messages_new, counts.messages_updated) == (1, 0)
    assert vault.vault.versions.former_messages(found.id) == []
    assert vault.bring(newer).counts.conversations_unchanged == 1
    assert vault.problems() == []


def test_a_message_that_returns_is_no_longer_missing(vault: ScratchVault) -> None:
    for day, texts in ((1, "ab"), (2, "a"), (3, "ab")):
        vault.bring(_talk(day, *texts))
        missing = [m.external_id for m in vault.only().messages if m.is_missing_at_source]
        assert missing == (["b"] if texts == "a" else [])

    assert vault.vault.versions.former_messages(vault.only().id) == []


# -- conversations that their source no longer has --


def _whole(vault: ScratchVault, *conversations: Conversation, account: str = "me") -> int:
    report = vault.bring(
        *(replace(c, account=account) for c in conversations), account_name=account, is_whole=True
    )
    return report.counts.conversations_missing


def _missing(vault: ScratchVault) -> set[str]:
    return {key for key, found in vault.all().items() if found.is_missing_at_source}


def test_a_conversation_that_a_whole_export_lacks_is_marked_and_kept(vault: ScratchVault) -> None:
    one, two, three = (_talk(day, "a", id=str(day)) for day in (1, 2, 3))
    _whole(vault, one, two, three)

    assert _whole(vault, one, three) == 1

    assert _missing(vault) == {"2"}
    assert said(vault.all()["2"]) == ["a"]
    assert vault.vault.search.find("a is:missing").total == 1
    assert _whole(vault, one, three) == 0
    assert vault.problems() == []


def test_a_conversation_that_returns_is_no_longer_missing(vault: ScratchVault) -> None:
    one, two, three = (_talk(day, "a", id=str(day)) for day in (1, 2, 3))
    _whole(vault, one, two, three)
    _whole(vault, one, three)

    _whole(vault, one, two, three)

    assert _missing(vault) == set()


def test_what_is_not_a_whole_account_marks_nothing(vault: ScratchVault) -> None:
    one, two = (_talk(day, "a", id=str(day)) for day in (1, 2))
    _whole(vault, one, two)

    vault.bring(replace(two, account="me"), account_name="me")
    vault.bring(two, is_whole=True)
    _whole(vault, two, account="somebody else")
    vault.bring(replace(two, source="grok"), account_name="me", is_whole=True, source="grok")

    assert _missing(vault) == set()


def test_an_export_with_a_record_that_could_not_be_read_marks_nothing(
    vault: ScratchVault,
) -> None:
    one, two = (_talk(day, "a", id=str(day)) for day in (1, 2))
    _whole(vault, one, two)

    _whole(vault, two, replace(one, external_id="bad", active=77))

    assert _missing(vault) == set()


def test_an_older_export_marks_and_unmarks_nothing(vault: ScratchVault) -> None:
    one, two = (_talk(day, "a", id=str(day)) for day in (1, 2))
    later = _talk(8, "a", id="later", created_at_ms=_at(7))
    _whole(vault, one, two)
    _whole(vault, one, later)
    assert _missing(vault) == {"2"}

    _whole(vault, one, two)

    assert _missing(vault) == {"2"}


def test_an_older_message_does_not_bring_a_missing_conversation_back(vault: ScratchVault) -> None:
    one, two = _talk(1, "a", id="1"), _talk(5, "a", id="2")
    _whole(vault, one, two)
    _whole(vault, one, _talk(9, "a", id="3"))

    vault.bring(_talk(2, "a", "lost", id="2", account="me"), account_name="me")

    assert _missing(vault) == {"2"}
    assert said(vault.all()["2"]) == ["a", "lost"]


# -- files --


def _with_file(
    day: int, content: bytes | None, text: str = "see", name: str = "a.png"
) -> Conversation:
    said_with = message(
        1, text, external_id="m", created_at_ms=1, attachments=(attachment(name, content),)
    )
    return _talk(day, messages=(said_with,), active=1)


def test_bytes_that_come_later_are_taken_in(vault: ScratchVault) -> None:
    assert vault.bring(_with_file(1, None)).counts.attachments_missing == 1

    for older in (2, 0):
        counts = vault.bring(_with_file(older, b"bytes")).counts
        assert counts.attachments_new == (1 if older == 2 else 0)

    assert contents(vault.only()) == [b"bytes"]
    assert vault.problems() == []


def test_an_older_export_brings_the_bytes_that_a_newer_one_lacked(vault: ScratchVault) -> None:
    vault.bring(_with_file(5, None, text="newer"))

    counts = vault.bring(_with_file(3, b"bytes", text="older")).counts

    assert counts.attachments_new == 1
    assert contents(vault.only()) == [b"bytes"]
    assert said(vault.only()) == ["newer"]
    assert vault.problems() == []


def test_bytes_that_a_later_export_leaves_out_stay(vault: ScratchVault) -> None:
    vault.bring(_with_file(1, b"bytes"))

    vault.bring(_with_file(2, None))
    assert contents(vault.only()) == [b"bytes"]
    vault.bring(_with_file(3, None, text="edited"))

    assert contents(vault.only()) == [b"bytes"]
    assert said(vault.only()) == ["edited"]
    assert vault.problems() == []


def test_a_file_that_a_message_lost_stays_with_what_the_message_was(vault: ScratchVault) -> None:
    vault.bring(_with_file(1, b"former"))

    vault.bring(_with_file(2, b"latter", name="b.png"))

    found = vault.only()
    assert contents(found) == [b"latter"]
    [(revision, former)] = vault.vault.versions.former_messages(found.id)
    assert revision == 1
    assert contents(replace(found, messages=(former,))) == [b"former"]
    assert vault.vault.statistics.get().attachments == 1
    assert vault.problems() == []


@pytest.mark.parametrize("text", ["see", "edited"])
def test_files_of_one_name_keep_their_bytes_apart(vault: ScratchVault, text: str) -> None:
    pasted = (b"first", b"second", b"third")

    def pictures(day: int, text: str, *contents: bytes | None) -> Conversation:
        files = tuple(attachment("image.png", content) for content in contents)
        return _talk(day, messages=(message(1, text, external_id="m", attachments=files),))

    vault.bring(pictures(1, "see", None, b"second", None))
    vault.bring(pictures(2, text, *pasted))
    assert contents(vault.only()) == [*pasted]

    vault.bring(pictures(3, "edited again", None, None, None))
    assert contents(vault.only()) == [*pasted]
    assert vault.problems() == []
