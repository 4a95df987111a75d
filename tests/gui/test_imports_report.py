"""The report of an import, and how much room each view of the page takes."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import (
    QFileDialog,
    QPushButton,
    QScrollArea,
    QWidget,
)
from pytestqt.qtbot import QtBot

from privatus.core.import_report import Counts, FileReport, ImportReport, Trouble
from privatus.core.jobs import Progress
from support.chatgpt_chats import chat, write_chats
from support.desk import Desk
from support.import_page import click, view_of
from ui import i18n
from ui.imports.guides import GUIDES
from ui.imports.importing import Outcome, Phase
from ui.imports.page import ImportsPage
from ui.imports.preview_view import PreviewView
from ui.imports.progress_view import ProgressView
from ui.imports.report_rows import Sort, sentence, text_of, tiles_of
from ui.imports.report_view import ReportModel, ReportView
from ui.imports.start_view import GuideView, StartView
from ui.settings import table


@pytest.fixture
def export(tmp_path: Path) -> Path:
    return write_chats(tmp_path / "conversations.json", chat("Garlic", "When?"), chat("Bikes", "a"))


def _outcome() -> Outcome:
    file = FileReport(
        name="export.zip", source="chatgpt", label="ChatGPT",
        counts=Counts(conversations_new=3, messages_new=9, attachments_missing=2),
        skipped=(Trouble(file="export.zip", where="a.json[3]", reason="it has no messages"),),
        skipped_count=2,
        warnings=(Trouble(file="export.zip", where="«Garlic»", reason="a time is missing"),),
        warnings_count=1,
        unknown={"content_type hologram": 4}, ignored={"account data": 1},
    )  # fmt: skip
    failed = Trouble(file="letter.txt", where="letter.txt", reason="letter.txt is no export")
    return Outcome(ImportReport(files=(file,), failed=(failed,), seconds=1.0))


def test_a_report_can_be_filtered_by_words_and_sorts(desk: Desk, qtbot: QtBot) -> None:
    desk.unlock()
    view = ReportView(desk.window.shell, _outcome())
    qtbot.addWidget(view)
    assert [row.sort for row in view.model.shown] == [
        Sort.FAILED, Sort.SKIPPED, Sort.SKIPPED, Sort.DOUBTFUL, Sort.UNKNOWN, Sort.IGNORED,
    ]  # fmt: skip

    view.chips[Sort.SKIPPED].setChecked(False)
    assert Sort.SKIPPED not in {row.sort for row in view.model.shown}
    qtbot.keyClicks(view.filter_field, "garlic")

    assert [row.reason for row in view.model.shown] == ["A time is missing"]
    assert view.count.text() == "1 entry"


def test_a_report_can_be_saved_and_copied_as_text(
    desk: Desk, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.unlock()
    view = ReportView(desk.window.shell, _outcome())
    qtbot.addWidget(view)
    view.footer.resize(900, 60)
    view.footer.show()
    qtbot.addWidget(view.footer)
    path = tmp_path / "report.txt"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(path), ""))

    click(view.footer, "Save the report…", qtbot)
    click(view.footer, "Copy the report", qtbot)

    qtbot.waitUntil(path.exists)
    qtbot.waitUntil(lambda: "Report saved as report.txt." in desk.window.shell.told)
    text = path.read_text()
    assert text == text_of(_outcome()) == QGuiApplication.clipboard().text()
    for said in ("3 new chats", "a.json[3]: It has no messages", "content_type hologram: 4 times",
                 "1 more, which is only counted", "letter.txt is no export"):  # fmt: skip
        assert said in text


@pytest.mark.parametrize(("zoom", "width"), [(300, 1240), (150, 900), (100, 480)])
def test_no_view_scrolls_sideways_and_no_button_is_cut(
    desk: Desk, qtbot: QtBot, export: Path, tmp_path: Path, zoom: int, width: int
) -> None:
    letter = tmp_path / "Donaudampfschifffahrtsgesellschaftskapitänsmützenbrief_vom_Vorjahr.txt"
    letter.write_text("Dear Ada,")
    desk.settings.set(table.LANGUAGE, "de")
    desk.settings.set(table.ZOOM, zoom)
    desk.unlock()
    desk.window.resize(width, 800)
    page = desk.show_page("imports")
    assert isinstance(page, ImportsPage) and page.importing is not None
    wide = [_too_wide(page, StartView, qtbot)]

    page.on_target(GUIDES[1])
    wide.append(_too_wide(page, GuideView, qtbot))
    page.importing._enter(Phase.LOOKING)
    page.importing._on_progress(_progress(letter))
    wide.append(_too_wide(page, ProgressView, qtbot))
    page.look_into((export, letter))
    wide.append(_too_wide(page, PreviewView, qtbot))
    page.importing.outcome = _outcome()
    page.importing.preview = None
    page.importing._enter(Phase.DONE)
    wide.append(_too_wide(page, ReportView, qtbot))

    assert wide == [[], [], [], [], []]


def _progress(file: Path) -> Progress:
    stage = f"looking into {file.name}"
    return Progress(stage=stage, done=10**8, total=10**9, elapsed_s=100.0)


def _too_wide(page: ImportsPage, kind: type[QWidget], qtbot: QtBot) -> list[str]:
    """Return what of the view sticks out, once it is on the screen."""
    view_of(page, kind, qtbot)
    qtbot.wait(50)
    area = page.findChild(QScrollArea)
    assert area is not None
    found = [
        button.text()
        for button in page.findChildren(QPushButton)
        if button.isVisible() and button.width() < button.minimumSizeHint().width()
    ]
    return found + ["all of it"] * (area.horizontalScrollBar().maximum() > 0)


def test_the_buttons_stand_under_the_view(
    desk: Desk, qtbot: QtBot, export: Path, tmp_path: Path
) -> None:
    desk.unlock()
    page = desk.show_page("imports")
    assert isinstance(page, ImportsPage)
    others = [write_chats(tmp_path / f"{n}.json", chat(f"Soup {n}", "b")) for n in range(9)]

    page.look_into((export,))
    first = view_of(page, PreviewView, qtbot)
    qtbot.wait(50)
    edges = [_right_edges(page, first)]
    page.look_into(tuple(others))
    second = view_of(page, PreviewView, qtbot)
    qtbot.wait(50)
    # Now with a bar.
    edges.append(_right_edges(page, second))

    assert edges[0] != edges[1]
    assert [view == button for view, button in edges] == [True, True]


def _right_edges(page: ImportsPage, view: PreviewView) -> tuple[int, int]:
    return tuple(
        widget.mapTo(page, QPoint(widget.width(), 0)).x() for widget in (view, view.import_button)
    )


def test_one_of_a_kind_is_said_as_one() -> None:
    counts = Counts(conversations_new=1, messages_new=1, attachments_new=1)

    i18n.set_language("de")

    assert [name for _count, name in tiles_of(counts)] == [
        *("neuer Chat", "geänderte Chats", "ohne Neues", "neue Nachricht", "Anhang")
    ]


def test_the_model_of_a_report_keeps_to_qts_rules(qtbot: QtBot) -> None:
    model = ReportModel([])
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal, model)

    model.filter("x", frozenset(Sort))

    assert model.rowCount() == 0


def test_the_reasons_of_a_report_are_said_in_the_language(desk: Desk) -> None:
    i18n.set_language("de")

    text = text_of(_outcome())

    assert "Nicht importiert" in text
    assert "Angaben zum Konto" in text and "account data" not in text
    trouble = Trouble(
        file="a.zip", where="a.zip", reason="a.zip is not a ZIP file; download it again"
    )
    assert sentence(trouble).startswith("a.zip ist keine ZIP-Datei; ")
    record = Trouble(file="a.zip", where="x[3]", reason="the record holds no messages")
    assert sentence(record) == "Der Datensatz enthält keine Nachrichten"
