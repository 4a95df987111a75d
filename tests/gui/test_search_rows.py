"""What is drawn of a result: so many lines and no more, in every script."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from ui import theme
from ui.search.row import lay_out

_ENGLISH = "Store the key away from the data, or the backup of every key protects nothing at all"
_ARABIC = "ابدأ بساحة جامع الفنا في المساء، ثم زر حديقة ماجوريل. المفتاح هو أن تمشي ببطء كل يوم"
_EMOJI = "🌿 " * 40 + "then the 🔑 key of the garden, and the 🔑 key of the house"


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize("lines", [1, 2])
@pytest.mark.parametrize("text", [_ENGLISH, _ARABIC, _EMOJI])
def test_a_passage_keeps_to_its_lines_however_much_is_marked(text: str, lines: int) -> None:
    # What is marked is bold, and wider than the rest.
    words = tuple((at, at + 6) for at in range(0, len(text) - 6, 7))

    for width in range(60, 700, 7):
        laid = lay_out(text, words, theme.font(13.5), width, lines)
        assert laid.lineCount() <= lines
        shown = laid.text()
        assert shown == text or text.startswith(shown.rstrip("…\u200d").rstrip())


@pytest.mark.usefixtures("qapp")
@pytest.mark.parametrize("text", ["Key", "المفتاح"])
def test_texts_stand_at_the_side_where_the_window_begins(text: str) -> None:
    left = lay_out(text, (), theme.font(14), 400, 1, Qt.AlignmentFlag.AlignLeft)
    right = lay_out(text, (), theme.font(14), 400, 1, Qt.AlignmentFlag.AlignRight)

    assert left.lineAt(0).naturalTextRect().left() < 5
    assert right.lineAt(0).naturalTextRect().right() > 395
