"""Hostile chats are read like any other: nothing hangs, is fetched, executed or opened."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QDesktopServices, QTextDocument
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from privatus.core.conversation import Attachment, Part, PartKind, Role
from privatus.core.errors import PrivatusError
from privatus.core.jobs import Job
from support.chats import bring
from support.conversations import attachment, conversation, message
from support.desk import Desk
from support.endless import ENDLESS
from ui.reader import view
from ui.reader.actions import safe_name
from ui.reader.cells import Cell
from ui.reader.documents import Documents
from ui.reader.flow import Item
from ui.reader.items import measure
from ui.reader.links import LinkDialog, host_of, open_in_browser, safe_target
from ui.reader.pictures import decode
from ui.reader.reader import Reader
from ui.reader.side_panel import Place, Places

# Of a screen: two of the largest documents, and what lies between them.
_MOST_CHARS, _CELL_CHARS = 30_000, 100
_HOSTILE = Path(__file__).resolve().parents[3] / "shared" / "samples" / "hostile"


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    found: list[object] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: found.append(url) or True)
    return found


@pytest.fixture
def laid_out(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Return how many characters each cell had that was laid out."""
    found: list[int] = []

    def counted(item: Item, cell: Cell, documents: Documents, width: float) -> None:
        measure(item, cell, documents, width)
        # Also one without a text takes its time.
        found.append(_CELL_CHARS + (cell.document.characterCount() if cell.document else 0))

    monkeypatch.setattr(view, "measure", counted)
    return found


@pytest.fixture
def reader(desk: Desk, qtbot: QtBot) -> Iterator[Reader]:
    desk.unlock()
    made = Reader(desk.window.shell)
    qtbot.addWidget(made)
    made.resize(800, 600)
    made.show()
    yield made
    made.clear()


def _most_laid_out(reader: Reader, qtbot: QtBot, laid_out: list[int], chat: UUID) -> list[int]:
    """Read *chat* to its end; return what was laid out for the screen that took the most."""
    most: list[int] = []
    with qtbot.waitSignal(reader.shown):
        reader.open(chat)
    view, model = reader.view, reader.model
    assert model is not None
    count = model.rowCount()
    for row, _step in itertools.product(range(0, count, count // 6 + 1), range(6)):
        if not _step:
            view.jump_to_row(row)
        qtbot.waitUntil(lambda: not any(p.item.is_waiting for p in view.stack.placed))
        if not _step:
            view.pointing.fold_all()
        view.scroll_by(500)
        laid_out.clear()
        # All that is seen is laid out anew, and nothing else.
        view.set_reading(text_size=15, width=740, wraps_code=True)
        view.grab()
        most = max(most, list(laid_out), key=sum)
    return most


@pytest.mark.skipif(not _HOSTILE.is_dir(), reason="no hostile samples here")
def test_every_hostile_chat_is_opened_and_read_to_its_end(
    reader: Reader, desk: Desk, qtbot: QtBot, opened: list[object], laid_out: list[int]
) -> None:
    for path in sorted(_HOSTILE.iterdir()):
        with contextlib.suppress(PrivatusError):
            # What cannot be imported cannot be read either.
            desk.session.vault.imports.run(path)
    chats = desk.session.vault.conversations.list()
    assert len(chats) > 5

    most = [_most_laid_out(reader, qtbot, laid_out, chat.id) for chat in chats]

    assert opened == []
    # What Qt lays out while the window stands still: a screen, whatever a chat holds.
    assert 0 < max(map(sum, most)) <= _MOST_CHARS


@pytest.mark.parametrize("kind", ENDLESS)
def test_an_endless_message_is_laid_out_a_screen_at_a_time(
    reader: Reader, desk: Desk, qtbot: QtBot, laid_out: list[int], kind: str
) -> None:
    text = ENDLESS[kind]
    thought = Part(kind=PartKind.THINKING, text=text)
    passage = Part(kind=PartKind.QUOTE, name="A page", text=text)
    remark = Part(kind=PartKind.NOTICE, text=text)
    bring(
        desk.session.vault,
        conversation(
            text,
            message(2, text),
            message(3, role=Role.ASSISTANT, parts=(thought, passage, remark)),
        ),
    )
    chat = desk.session.vault.conversations.list()[0]

    most = _most_laid_out(reader, qtbot, laid_out, chat.id)

    assert 0 < sum(most) <= _MOST_CHARS


def test_thousands_of_messages_that_say_nothing_are_not_all_laid_out(
    reader: Reader, desk: Desk, qtbot: QtBot
) -> None:
    silent = (message(number, "", role=Role.ASSISTANT) for number in range(2, 3_000))
    bring(desk.session.vault, conversation("Hello", *silent, message(3_000, "The end")))
    view = reader.view

    with qtbot.waitSignal(reader.shown):
        reader.open(desk.session.vault.conversations.list()[0].id)
    qtbot.waitUntil(lambda: not any(p.item.is_waiting for p in view.stack.placed))
    assert len(view.stack.placed) < 400

    view.pointing.to_end(is_last=True)
    qtbot.waitUntil(lambda: not any(p.item.is_waiting for p in view.stack.placed))
    assert view.number_of(view.stack.placed[-1].item) == 3_000


@pytest.mark.parametrize(
    "link",
    [
        "javascript:alert(1)",
        "file:///etc/passwd",
        "data:text/html,x",
        "smb://server/share",
        "https://a.example/\u202egpj.exe",
        "https://a.example/ b",
        "http:" + "//" + "a" * 5000,
        "",
    ],
)
def test_a_link_that_is_no_web_address_is_never_opened(link: str, opened: list[object]) -> None:
    assert safe_target(link) is None
    assert not open_in_browser(link)
    assert opened == []


def test_a_link_is_shown_whole_before_it_is_opened(qtbot: QtBot, opened: list[object]) -> None:
    from PySide6.QtWidgets import QPlainTextEdit, QWidget

    window = QWidget()
    qtbot.addWidget(window)
    link = "https://bank.example@evil.example/login"

    dialog = LinkDialog(link, window)

    assert dialog.findChild(QPlainTextEdit).toPlainText() == link
    assert host_of(link) == "evil.example"
    assert opened == []
    assert open_in_browser(link)
    assert len(opened) == 1


def test_a_host_in_letters_that_look_like_others_is_written_out() -> None:
    assert host_of("https://\u0430pple.example/") == "xn--pple-43d.example"


@pytest.mark.parametrize(
    "content",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg'><image href='file:///etc/passwd'/></svg>",
        b"\x89PNG\r\n\x1a\n" + b"broken" * 30,
        b"",
        b"%PDF-1.4",
    ],
    ids=["svg", "broken", "empty", "pdf"],
)
def test_what_is_no_plain_image_is_not_decoded(content: bytes) -> None:
    with pytest.raises(PrivatusError):
        decode(attachment("x.png", content), 300, Job())


def test_html_in_what_a_tool_tip_shows_stays_text(desk: Desk, qtbot: QtBot) -> None:
    evil = "Chat <img src='file:///etc/logo.png'> & <b>bold</b>"
    desk.unlock()
    bring(desk.session.vault, replace(conversation("Hello"), title=evil))
    reader = Reader(desk.window.shell)
    qtbot.addWidget(reader)
    with qtbot.waitSignal(reader.shown):
        reader.open(desk.session.vault.conversations.list()[0].id)
    places = Places()
    places.add([Place(text=evil, icon="file", number=1)])

    tips = [reader.header.title.toolTip(), places.index(0).data(Qt.ItemDataRole.ToolTipRole)]

    for shown in tips:
        read = QTextDocument()
        read.setHtml(shown)
        assert read.toPlainText() == evil
    reader.clear()


def test_an_image_that_would_fill_the_memory_is_not_decoded() -> None:
    head = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + (60_000).to_bytes(4, "big") * 2
    body = attachment("bomb.png", head + b"\x08\x06\x00\x00\x00" + b"\x00" * 64)

    with pytest.raises(PrivatusError, match=r"too large|damaged"):
        decode(body, 300, Job())


def test_a_file_without_its_bytes_is_said_to_be_missing() -> None:
    with pytest.raises(PrivatusError, match="did not hold"):
        decode(Attachment(name="lost.png"), None, Job())


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("../../.bashrc", "bashrc"),
        ("C:\\Windows\\evil.exe", "evil.exe"),
        ("a\u202egpj.exe", "agpj.exe"),
        ("", "file"),
        ("..", "file"),
    ],
)
def test_a_file_is_offered_under_a_name_that_stays_in_its_folder(name: str, wanted: str) -> None:
    assert safe_name(name) == wanted


def test_a_file_that_is_saved_can_be_read_by_its_owner_alone(
    reader: Reader, desk: Desk, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        QFileDialog, "getSaveFileName", lambda *_asked: (str(tmp_path / "saved.bin"), "")
    )
    bring(desk.session.vault, conversation("Hello"))
    with qtbot.waitSignal(reader.shown):
        reader.open(desk.session.vault.conversations.list()[0].id)

    reader.actions_.save(attachment("a.bin", b"from the vault"))

    qtbot.waitUntil(lambda: desk.session.tasks.live == 0)
    assert (tmp_path / "saved.bin").read_bytes() == b"from the vault"
    assert (tmp_path / "saved.bin").stat().st_mode & 0o077 == 0
