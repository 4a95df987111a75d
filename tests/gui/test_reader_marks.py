"""What was found is marked where it stands, and what is selected is copied as it is seen."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QTextCursor

from ui.reader.blocks import Words
from ui.reader.cells import WordsCell
from ui.reader.documents import Documents
from ui.reader.finding import any_of, pattern
from ui.reader.formulas import Formulas
from ui.reader.markdown import blocks_of
from ui.reader.painting import places
from ui.reader.selecting import part_of


@pytest.mark.parametrize(
    ("word", "text"),
    [("jeronimos", "Jer\u00f3nimos"), ("jeronimos", "Jero\u0301nimos"), ("c++ (x)", "C++ (x)"),
     ("αθηνα", "Αθήνα"), ("Żółw", "żółw")],
)  # fmt: skip
def test_the_marks_of_a_search_are_where_it_found(word: str, text: str) -> None:
    marked = any_of((word,))

    assert marked is not None
    assert marked.fullmatch(text)


def test_marks_and_copies_are_right_behind_emoji(qapp: object) -> None:
    # Qt counts each of these as two characters.
    (block,) = blocks_of("😀😀 two keys 👩‍👩‍👧 and keys")
    assert isinstance(block, Words)
    cell = WordsCell(block, 0)
    cell.measure(Documents(Formulas(None)), 600)
    wanted = pattern("keys")
    assert wanted is not None
    assert cell.document is not None

    found = places(wanted, block.plain)

    assert len(found) == 2
    for start, end in found:
        cursor = QTextCursor(cell.document)
        cursor.setPosition(start)
        cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
        assert cursor.selectedText() == "keys"
        assert part_of(block, start, end, as_markdown=False) == "keys"
    whole = part_of(block, 0, cell.document.characterCount() - 1, as_markdown=True)
    assert whole == "😀😀 two keys 👩‍👩‍👧 and keys"
