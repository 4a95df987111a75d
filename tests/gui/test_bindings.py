"""The bindings keep count of what they hand out."""

from __future__ import annotations

import sys

from PySide6.QtGui import QTextDocument


def test_a_thousand_calls_leave_the_count_of_none_as_it_was() -> None:
    # PySide6 6.12.0 on Python 3.11 takes one reference to None with each call that returns
    # nothing; when none is left the interpreter ends the process.
    document = QTextDocument()
    kept = [None] * 10_000
    before = sys.getrefcount(None)

    for _ in range(1_000):
        document.setDocumentMargin(0)

    assert abs(sys.getrefcount(None) - before) < 100
    assert len(kept) == 10_000
