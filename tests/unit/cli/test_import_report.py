"""What an import tells a person."""

from __future__ import annotations

from privatus.cli.import_report import report_lines
from privatus.core.import_report import Counts, FileReport, ImportReport, Trouble


def _file(**fields: object) -> FileReport:
    fields = {"counts": Counts(conversations_new=1, messages_new=2), **fields}
    return FileReport(name="export.zip", source="claude", label="Claude", **fields)  # type: ignore[arg-type]


def _told(file: FileReport, *, verbose: bool = False) -> str:
    report = ImportReport(files=(file,), failed=(), seconds=0.12)
    return "\n".join(report_lines(report, verbose=verbose))


def test_attachments_and_what_the_export_lacks_are_counted() -> None:
    counts = Counts(attachments_new=3, attachments_missing=2, conversations_missing=1)

    told = _told(_file(counts=counts))

    assert "3 attachments new, 2 named in the export but not in it" in told
    assert "1 conversation of this account no longer in the export: kept, and marked" in told


def test_unknown_and_ignored_things_are_named_the_most_frequent_first() -> None:
    told = _told(_file(unknown={"part hologram": 1, "part smell": 7}, ignored={"user.json": 1}))

    assert "does not know: part smell (7), part hologram (1)" in told
    assert "no conversation: user.json (1)" in told


def test_many_kinds_of_unknown_things_are_cut_at_20() -> None:
    told = _told(_file(unknown={f"kind {number:02}": 1 for number in range(23)}))

    assert "kind 19 (1), and 3 more kinds" in told and "kind 20" not in told


def test_what_was_only_counted_is_said_to_be_so() -> None:
    troubles = tuple(Trouble(file="f", where=f"f[{n}]", reason="broken") for n in range(3))

    told = _told(_file(warnings=troubles, warnings_count=1_234), verbose=True)

    assert "imported, but (1,234):" in told
    assert "and 1,231 more, which are counted only" in told


def test_files_that_failed_are_told_with_the_total() -> None:
    failed = Trouble(file="bad.zip", where="bad.zip", reason="it is cut off")
    report = ImportReport(files=(_file(),), failed=(failed,), seconds=1.25)

    told = list(report_lines(report, verbose=False))

    assert "bad.zip: could not be read: it is cut off" in told
    assert told[-1] == ("1 of 2 files imported: 1 new conversation, 2 new messages, in 1.2 s")
