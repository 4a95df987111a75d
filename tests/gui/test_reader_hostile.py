"""Hostile chats are read like any other: nothing hangs, is fetched, executed or opened."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtGui import QDesktopServices
from pytestqt.qtbot import QtBot

from privatus.bootstrap import Vault
from privatus.core.conversation import Attachment
from privatus.core.errors import PrivatusError
from privatus.core.jobs import Job
from support.conversations import attachment
from support.desk import Desk
from ui.reader.actions import safe_name
from ui.reader.links import LinkDialog, host_of, open_in_browser, safe_target
from ui.reader.pictures import decode
from ui.reader.reader import Reader

_HOSTILE = Path(__file__).resolve().parents[3] / "shared" / "samples" / "hostile"


@pytest.fixture
def fill() -> Callable[[Vault], object]:
    def bring(vault: Vault) -> None:
        for path in sorted(_HOSTILE.iterdir()):
            try:
                vault.imports.run(path)
            except PrivatusError:
                continue  # what cannot be imported cannot be read either

    return bring


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    found: list[object] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: found.append(url) or True)
    return found


@pytest.mark.skipif(not _HOSTILE.is_dir(), reason="no hostile samples here")
def test_every_hostile_chat_is_opened_and_read_to_its_end(
    desk: Desk, qtbot: QtBot, opened: list[object]
) -> None:
    desk.unlock()
    reader = Reader(desk.window.shell)
    qtbot.addWidget(reader)
    reader.resize(800, 600)
    reader.show()
    chats = desk.session.vault.conversations.list()
    assert chats
    slowest = 0.0

    for chat in chats:
        with qtbot.waitSignal(reader.shown, timeout=30_000):
            reader.open(chat.id)
        for _step in range(12):
            qtbot.waitUntil(
                lambda: not any(p.item.is_waiting for p in reader.view.stack.placed),
                timeout=60_000,
            )
            began = time.thread_time()
            reader.view.scroll_by(500)
            reader.view.grab()
            slowest = max(slowest, time.thread_time() - began)
    reader.clear()

    assert opened == []
    # No promise about speed, but a window that stands still for seconds has hung.
    assert slowest < 3


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
