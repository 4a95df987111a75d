"""A chat on paper: nothing in it is looked up, whatever somebody wrote into it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QTextDocument, QTextFragment

from privatus.core.errors import JobCancelled
from privatus.core.jobs import Job, Progress
from privatus.services.exports import BEGIN, END
from support.conversations import conversation
from support.vaults import ScratchVault
from ui.chats.paper import document_of, write_pdf


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


@pytest.mark.parametrize("stage", ["layout", "pages"])
def test_a_long_chat_is_stopped_where_it_is_and_leaves_no_file(
    tmp_path: Path, qapp: object, stage: str
) -> None:
    path = tmp_path / "chat.pdf"
    seen: list[Progress] = []

    def stop(progress: Progress) -> None:
        seen.append(progress)
        if progress.stage == stage:
            job.cancel()

    job = Job(stop)
    scratch = ScratchVault.create(tmp_path / "vault")
    with scratch.vault as vault:
        scratch.bring(conversation(*(f"Paragraph {n}\n\n" * 30 for n in range(40))))
        row_id = vault.listing.row_id(vault.conversations.list()[0].id)
        (chat,) = vault.listing.rows([row_id])

        with pytest.raises(JobCancelled):
            write_pdf(vault, chat, path, job)

    # It stopped at the first step of what was going on.
    assert (seen[-1].stage, seen[-1].done) == (stage, 0)
    assert not path.exists()


def _fragments(document: QTextDocument) -> Iterator[QTextFragment]:
    block = document.begin()
    while block.isValid():
        pieces = block.begin()
        while not pieces.atEnd():
            yield pieces.fragment()
            pieces += 1
        block = block.next()


def test_what_is_annotated_is_marked_on_paper_and_its_note_stands_below(
    tmp_path: Path, qapp: object
) -> None:
    scratch = ScratchVault.create(tmp_path / "vault")
    with scratch.vault as vault:
        scratch.bring(conversation("It is a **small wren** here.", title="Birds"))
        chat = vault.conversations.list()[0]
        vault.annotations.add(f"{chat.id}.1", "tiny", quote="**small wren** here")
        vault.summaries.write(str(chat.id), "About a bird.")

        document = document_of(vault.exports.paper(chat.id))

    marked = [f.text() for f in _fragments(document) if f.charFormat().background().isOpaque()]
    assert "".join(marked) == "small wren here"
    text = document.toPlainText()
    assert "About a bird." in text and "tiny" in text and "Note · " in text
    assert BEGIN not in text and END not in text
