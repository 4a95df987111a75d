"""A chat on paper: nothing in it is looked up, whatever somebody wrote into it."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtGui import QTextDocument, QTextFragment

from ui.chats.paper import document_of


def test_paper_reads_no_file_and_takes_html_for_text() -> None:
    document = document_of(
        "<script>x</script> ![a picture](file:///etc/hostname) [here](file:///etc/passwd)"
        " [there](https://a.example)\n\n```py\nx = 1\n```\n"
    )

    text = document.toPlainText()
    assert "<script>x</script>" in text and "[a picture]" in text and "x = 1" in text
    leads_to = {
        fragment.charFormat().anchorHref()
        for fragment in _fragments(document)
        if fragment.charFormat().isAnchor()
    }
    assert leads_to == {"https://a.example"}
    assert not any(fragment.charFormat().isImageFormat() for fragment in _fragments(document))


def _fragments(document: QTextDocument) -> Iterator[QTextFragment]:
    block = document.begin()
    while block.isValid():
        pieces = block.begin()
        while not pieces.atEnd():
            yield pieces.fragment()
            pieces += 1
        block = block.next()
