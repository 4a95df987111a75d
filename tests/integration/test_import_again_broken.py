"""Imports that meet the same conversation twice, break off, or hold what no vault can hold."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from privatus.core.conversation import Conversation
from privatus.core.errors import BugError, UnreadableInputError
from privatus.core.jobs import Job, Progress
from privatus.services.import_batch import ImportBatch
from support.claude_records import chat
from support.claude_records import said as human
from support.conversations import attachment, contents, conversation, message
from support.exports import write_json, write_zip
from support.vaults import MadeUpExport, ScratchVault, said


def _talk(name: str, *texts: str, **fields: object) -> Conversation:
    return conversation(
        *(message(n, text, external_id=text) for n, text in enumerate(texts, start=1)),
        external_id=name,
        title=name,
        **fields,
    )


def _talks(count: int) -> list[Conversation]:
    return [_talk(f"talk {n}", f"{n}a", f"{n}b", f"{n}c") for n in range(count)]


# -- the same conversation twice --


@pytest.mark.parametrize("is_newer_first", [False, True])
def test_of_two_records_of_one_conversation_the_newer_one_counts(
    vault: ScratchVault, is_newer_first: bool
) -> None:
    older = _talk("talk", "a", "b", updated_at_ms=1)
    newer = replace(_talk("talk", "a", "c", updated_at_ms=2), title="newer")
    records = (newer, older) if is_newer_first else (older, newer)

    vault.bring(*records)

    found = vault.only()
    assert (found.title, set(said(found))) == ("newer", {"a", "b", "c"})
    assert {m.text for m in found.messages if m.is_missing_at_source} <= {"b"}
    assert vault.problems() == []


@pytest.mark.parametrize("times", [(None, None), (5, 5), (5, None), (1, 2), (2, 1)])
def test_a_file_with_two_records_of_one_conversation_changes_nothing_the_second_time(
    vault: ScratchVault, times: tuple[int | None, int | None]
) -> None:
    one = replace(_talk("talk", "a", "b", updated_at_ms=times[0]), title="one")
    other = replace(_talk("talk", "b", "c", updated_at_ms=times[1]), title="other")
    between = _talks(2)
    vault.bring(one, *between, other)
    before = (vault.all(), vault.vault.versions.list(vault.all()["talk"].id))

    counts = vault.bring(one, *between, other).counts

    assert (counts.conversations_updated, counts.messages_new, counts.messages_updated) == (0, 0, 0)
    assert (vault.all(), vault.vault.versions.list(vault.all()["talk"].id)) == before


def test_a_conversation_in_two_files_of_one_run_is_one(vault: ScratchVault, tmp_path: Path) -> None:
    first = chat(human("u-1", 1, "one"), uuid="c-1", updated_at="2026-01-02T10:00:00Z")
    second = chat(
        human("u-1", 1, "one"), human("u-2", 2, "two"), uuid="c-1",
        updated_at="2026-01-02T11:00:00Z",
    )  # fmt: skip
    files = [
        write_zip(tmp_path / f"conversations-00{n}.zip", {"conversations.json": [record]})
        for n, record in enumerate((first, second))
    ]

    report = vault.vault.imports.run(*files)

    assert not report.failed
    assert (report.total.conversations_new, report.total.conversations_updated) == (1, 1)
    assert said(vault.only()) == ["one", "two"]


def test_short_ids_of_two_accounts_do_not_meet(vault: ScratchVault) -> None:
    for account in ("ada", "bob"):
        vault.bring(
            replace(_talk("1", f"said by {account}"), source="deepseek", account=account),
            source="deepseek",
            account_name=account,
        )

    found = [vault.vault.conversations.get(c.id) for c in vault.vault.conversations.list()]
    assert {(c.account, *said(c)) for c in found} == {
        ("ada", "said by ada"),
        ("bob", "said by bob"),
    }


def test_the_same_id_of_two_providers_is_two_conversations(vault: ScratchVault) -> None:
    talk = _talk("0" * 32, "text")

    vault.bring(talk, replace(talk, source="chatgpt"))

    assert {c.source for c in vault.vault.conversations.list()} == {"claude", "chatgpt"}


def test_an_account_that_is_known_later_is_taken_in_without_a_new_version(
    vault: ScratchVault,
) -> None:
    talk = _talk("0" * 32, "text")
    vault.bring(talk)

    counts = vault.bring(replace(talk, account="me")).counts

    assert counts.conversations_unchanged == 1
    assert vault.only().account == "me"
    assert len(vault.vault.versions.list(vault.only().id)) == 1
    assert vault.problems() == []


# -- stopped and broken --


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let an import commit after every few messages."""
    monkeypatch.setattr(ImportBatch, "ROWS", 8)


def _is_whole(vault: ScratchVault) -> bool:
    return all(len(found.messages) == 3 for found in vault.all().values())


@pytest.mark.usefixtures("small_batches")
@pytest.mark.parametrize("stop_after", [1, 2, 3, 7, 10])
def test_a_stopped_import_keeps_whole_conversations_and_the_next_one_brings_the_rest(
    vault: ScratchVault, stop_after: int
) -> None:
    class Impatient(Job):
        reports = 0

        def report(self, stage: str, done: int, total: int | None) -> None:
            self.reports += stage.startswith("importing")
            if self.reports == stop_after:
                self.cancel()
            super().report(stage, done, total)

    export = MadeUpExport(conversations=_talks(10))
    [report] = vault.bring_export(export, job=Impatient()).files

    assert report.is_cancelled
    assert report.counts.conversations_new == len(vault.all()) == stop_after
    assert _is_whole(vault)
    assert vault.problems() == []
    counts = vault.bring(*_talks(10)).counts
    assert counts.conversations_unchanged == stop_after
    assert len(vault.all()) == 10
    assert vault.vault.search.find("9c").total == 1
    assert vault.problems() == []


@pytest.mark.usefixtures("small_batches")
@pytest.mark.parametrize("breaks_after", [0, 1, 5, 10])
@pytest.mark.parametrize("error", [RuntimeError("a fault"), KeyboardInterrupt()], ids=repr)
def test_an_import_with_a_fault_leaves_whole_conversations_and_a_vault_that_works(
    vault: ScratchVault, breaks_after: int, error: BaseException
) -> None:
    export = MadeUpExport(conversations=_talks(10), breaks_after=breaks_after, error=error)

    with pytest.raises(type(error)):
        vault.bring_export(export)

    assert len(vault.all()) <= breaks_after
    assert _is_whole(vault)
    assert vault.problems() == []
    vault.bring(*_talks(10))
    assert len(vault.all()) == 10
    assert vault.problems() == []


def test_what_stood_before_the_damage_in_a_file_comes_in(vault: ScratchVault) -> None:
    report = vault.bring_export(MadeUpExport(conversations=_talks(10), breaks_after=4))

    assert not report.failed
    [file] = report.files
    assert file.counts.conversations_new == len(vault.all()) == 4
    assert "it breaks off; what stood before it was imported" in [t.reason for t in file.skipped]


def test_a_file_of_which_nothing_can_be_read_has_failed(vault: ScratchVault) -> None:
    report = vault.bring_export(MadeUpExport(conversations=_talks(3), breaks_after=0))

    assert not report.files
    assert [trouble.reason for trouble in report.failed] == ["it breaks off"]
    assert vault.all() == {}


def test_a_broken_file_does_not_keep_a_good_one_out(vault: ScratchVault, tmp_path: Path) -> None:
    (tmp_path / "broken.zip").write_bytes(b"PK\x03\x04 no")
    good = write_json(
        tmp_path / "good.json", [{"messages": [{"role": "user", "content": "it is here"}]}]
    )

    report = vault.vault.imports.run(tmp_path / "broken.zip", good, tmp_path / "none.zip")

    assert [trouble.file for trouble in report.failed] == ["broken.zip", "none.zip"]
    assert report.total.conversations_new == 1
    assert vault.vault.search.find('"it is here" role:user').total == 1


def test_a_damaged_attachment_is_told_and_the_message_comes_in(vault: ScratchVault) -> None:
    def broken() -> object:
        raise UnreadableInputError("the archive is damaged")

    bad = replace(attachment("bad.png", b""), open=broken)
    talk = conversation(
        message(1, "see", attachments=(bad, attachment("good.png", b"good"))), title="Talk"
    )

    report = vault.bring(talk)

    assert (report.counts.attachments_new, report.counts.attachments_missing) == (1, 1)
    assert [(t.where, t.reason) for t in report.warnings] == [
        ("«Talk»: bad.png", "the archive is damaged")
    ]
    assert [f.open is None for f in vault.only().messages[0].attachments] == [True, False]


def test_a_damaged_attachment_comes_in_with_a_whole_download_of_the_same_export(
    vault: ScratchVault,
) -> None:
    def broken() -> object:
        raise UnreadableInputError("the archive is damaged")

    whole = conversation(
        message(1, "see", attachments=(attachment("a", b"a"), attachment("b", b"b")))
    )
    bad = replace(whole.messages[0].attachments[1], open=broken)
    damaged = conversation(message(1, "see", attachments=(attachment("a", b"a"), bad)))

    for new in (1, 0):
        report = vault.bring(damaged)
        assert [trouble.reason for trouble in report.warnings] == ["the archive is damaged"]
        assert (report.counts.attachments_new, report.counts.conversations_updated) == (new, 0)
    for new in (1, 0):
        assert vault.bring(whole).counts.attachments_new == new

    assert contents(vault.only()) == [b"a", b"b"]
    assert len(vault.vault.versions.list(vault.only().id)) == 2
    assert vault.problems() == []


def test_messages_that_an_importer_loses_are_noticed(
    vault: ScratchVault, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Forgetful(MadeUpExport):
        def read(self, export: object, notes: object) -> Iterator[Conversation]:
            for found in super().read(export, notes):  # type: ignore[arg-type]
                yield replace(found, messages=found.messages[:-1], active=None)

    with pytest.raises(BugError, match="saw 9 messages and gave 6"):
        vault.bring_export(Forgetful(conversations=_talks(3)))


# -- what no vault can hold --


def _odd(number: int) -> Conversation:
    a, b = _talk("odd", "a", "b").messages
    return [
        _talk("odd", "a", source=""),
        _talk("odd", "a", source="s" * 65),
        _talk("odd", "a", source="\0abc"),
        _talk("odd", "a", source="a\nb"),
        _talk("odd", "a", source="\ud800"),
        _talk("odd", "a", created_at_ms=2**63),
        _talk("odd", "a", updated_at_ms=-(2**63)),
        replace(_talk("odd", "a"), messages=(replace(a, created_at_ms=2**70),)),
        replace(_talk("odd", "a"), messages=(b, a)),
        replace(_talk("odd", "a"), messages=(a, replace(b, number=1))),
        replace(_talk("odd", "a"), messages=(a, replace(b, parent=2))),
        replace(_talk("odd", "a"), messages=(replace(a, parent=5), b)),
        replace(_talk("odd", "a"), messages=(a, replace(b, external_id="a"))),
        replace(_talk("odd", "a"), messages=(replace(a, number=0), b)),
        replace(_talk("odd", "a"), messages=(a, replace(b, number=2**53 + 1))),
        _talk("odd", "a", active=2),
    ][number]


@pytest.mark.parametrize("number", range(16))
def test_a_record_that_breaks_a_rule_is_named_and_the_others_come_in(
    vault: ScratchVault, number: int
) -> None:
    one, two = _talks(2)

    report = vault.bring(one, _odd(number), two)

    assert set(vault.all()) == {"talk 0", "talk 1"}
    [skipped] = report.skipped
    assert skipped.where == "«odd»"
    assert report.counts.conversations_new == 2
    assert vault.problems() == []


def test_a_chat_with_the_highest_number_there_is_still_grows(vault: ScratchVault) -> None:
    talk = _talk("talk", "a")
    high = replace(talk, messages=(replace(talk.messages[0], number=2**53),), active=2**53)
    vault.bring(high)

    vault.bring(_talk("talk", "a", "b"))

    assert [m.number for m in vault.only().messages] == [2**53, 2**53 + 1]
    assert vault.problems() == []


@pytest.mark.parametrize("size", [-1, 2**63, 10**30])
def test_a_size_that_no_file_has_is_not_believed(vault: ScratchVault, size: int) -> None:
    talk = conversation(message(1, attachments=(attachment("a", None, size_bytes=size),)))

    vault.bring(talk)

    [found] = vault.only().messages[0].attachments
    assert found.size_bytes is None


def test_progress_is_told_and_ends_at_the_end(vault: ScratchVault, tmp_path: Path) -> None:
    heard: list[Progress] = []
    path = write_json(
        tmp_path / "a.json",
        [{"id": str(n), "messages": [{"role": "user", "content": "x" * 999}]} for n in range(50)],
    )

    vault.vault.imports.run(path, on_progress=heard.append)

    assert heard
    assert [p.done for p in heard] == sorted(p.done for p in heard)
    assert all(p.total == path.stat().st_size for p in heard)
