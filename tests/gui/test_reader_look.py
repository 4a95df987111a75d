"""How a message is laid out: what belongs together looks so."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter, QTextBlock

from privatus.core.conversation import Part, PartKind
from support.conversations import message
from ui import theme
from ui.reader.blocks import Fold, Words
from ui.reader.cells import Paint, WordsCell
from ui.reader.documents import Documents
from ui.reader.formulas import Formulas
from ui.reader.markdown import blocks_of
from ui.reader.preparing import prepare


def _cell(text: str) -> WordsCell:
    (block,) = blocks_of(text)
    assert isinstance(block, Words)
    cell = WordsCell(block, 0)
    cell.measure(Documents(Formulas(None)), 400)
    return cell


def test_the_bar_of_a_quote_is_one_however_much_it_holds(qapp: object) -> None:
    cell = _cell("> One.\n>\n> > Inside.\n> >\n> > Inside still.\n>\n> Two.")
    picture = QImage(400, round(cell.height), QImage.Format.Format_RGB32)
    picture.fill(theme.colour("background"))
    painter = QPainter(picture)
    cell.paint(painter, Paint(clip=QRectF(picture.rect())))
    painter.end()

    bar = theme.colour("border_strong")
    painted = [picture.pixelColor(1, y) == bar for y in range(picture.height())]

    assert sum(painted) > cell.height * 0.8
    # From its first line to its last, without a hole.
    assert all(painted[painted.index(True) + 3 : -painted[::-1].index(True) - 3])


def test_what_follows_a_list_stands_as_far_below_as_below_a_paragraph(qapp: object) -> None:
    cell = _cell("A paragraph.\n\n- an item\n- another\n\nAfter it.")
    assert cell.document is not None
    gaps: list[float] = []
    block: QTextBlock = cell.document.begin()
    while block.isValid():
        gaps.append(block.blockFormat().bottomMargin())
        block = block.next()

    paragraph, item, last, _end = gaps

    assert item < last == paragraph


@pytest.mark.parametrize(
    ("name", "data", "wanted"),
    [
        ("A poem", {"version": 1}, "A poem"),
        ("A poem", {"version": 3, "command": "update"}, "A poem  ·  version 3"),
        (None, {"command": "update"}, "Document  ·  changed"),
        (None, {"command": "comment"}, "Document  ·  comments"),
        ("A canvas", {"command": "create"}, "A canvas"),
    ],
)
def test_a_document_says_which_of_its_versions_it_is(
    name: str | None, data: dict[str, object], wanted: str
) -> None:
    part = Part(kind=PartKind.ARTIFACT, name=name, text="The sea is wide.", data=data)

    (fold,) = prepare(message(2, parts=(part,))).blocks

    assert isinstance(fold, Fold)
    assert fold.title == wanted
    assert fold.is_open_first
