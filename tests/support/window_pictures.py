"""The pictures of the window in docs/pictures, taken anew.

`python tests/support/window_pictures.py` brings the made-up chats that lie there into a vault in a
temporary folder, draws the window into memory, and writes what it shows; with names those alone.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QLineEdit

from privatus.bootstrap import Vault
from privatus.core.marks import Mark
from privatus.core.retention import Action, Kind, Policy
from privatus.services.kdf import KdfParameters
from ui import app
from ui.backups.words import USUAL
from ui.chats.page import ChatsPage
from ui.imports.page import ImportTarget
from ui.settings import table
from ui.settings.store import Settings
from ui.shell.pages import MessageTarget
from ui.shell.window import MainWindow

_PASSWORD = "seven random words make it long"
_HERE = Path(__file__).resolve().parents[2] / "docs" / "pictures"
# Before it, three of the made-up chats were changed last.
_LONG_AGO = datetime(2025, 7, 25, tzinfo=UTC)
_EXPORTS = (_HERE / "chatgpt.json", _HERE / "claude.json")


def main() -> None:
    """Take all pictures."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
    application = QApplication([])
    with tempfile.TemporaryDirectory(prefix="privatus-pictures-") as folder:
        full, empty = Path(folder, "full"), Path(folder, "empty")
        settings = Settings(Path(folder, "window.ini"))
        app.follow(settings, application)
        kdf = KdfParameters.for_tests()
        with Vault.create(empty, _PASSWORD, kdf=kdf).vault:
            pass
        with Vault.create(full, _PASSWORD, kdf=kdf).vault as made:
            for export in _EXPORTS:
                made.imports.run(export)
            chats = {chat.title: chat.id for chat in made.conversations.list()}
            made.marks.set(Mark.PINNED, [chats["Rye bread for a beginner"]])
            made.marks.set(Mark.UNREAD, [chats["Key rotation without downtime"]])
            _edit(made, chats["Key rotation without downtime"])
            _annotate(made, chats["Rye bread for a beginner"])
        for name, take in _PICTURES.items():
            if sys.argv[1:] and name not in sys.argv[1:]:
                continue
            language = "de" if name.startswith("german") else "en"
            settings.set(table.LANGUAGE, language)
            settings.set(table.THEME, "dark" if name.endswith("dark") else "light")
            with _opened(settings, empty if name == "import" else full) as window:
                take(window)
                _wait(1200)
                _save(window, _HERE / f"{name}.png")


@contextmanager
def _opened(settings: Settings, vault: Path) -> Iterator[MainWindow]:
    window = app.build(settings, vault)
    window.resize(1280, 800)
    window.show()
    window.shell.keeper.open(vault, _PASSWORD)
    _wait(1000)
    yield window
    window.shell.keeper.quit()
    window.close()
    window.deleteLater()
    _wait(100)


def _wait(milliseconds: int) -> None:
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def _save(window: MainWindow, path: Path) -> None:
    """Save what *window* shows in 256 colours: a third as large, and hard to tell apart."""
    picture = window.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    counts = Counter(memoryview(picture.constBits()).cast("I"))
    colours = [colour for colour, _count in counts.most_common(160)]
    # Of what is rare, one of each kind: the star in the list is small, and not grey.
    alike: dict[int, Counter[int]] = {}
    for colour, count in counts.items():
        alike.setdefault(colour & 0xE0E0E0, Counter())[colour] = count
    rare = sorted(alike.values(), key=Counter.total, reverse=True)
    colours += [same.most_common(1)[0][0] for same in rare[: 256 - len(colours)]]
    picture = picture.convertToFormat(QImage.Format.Format_Indexed8, colours)
    picture.save(str(path), "PNG", 0)  # type: ignore[call-overload]


def _edit(vault: Vault, conversation_id: UUID) -> None:
    """Change a chat twice, so that it has versions to look at."""
    first, second = vault.conversations.get(conversation_id).active_path()[:2]
    last = second.text.rfind("\n\n")
    vault.editing.edit(conversation_id, first.number, first.text.replace("How", "How exactly"))
    vault.editing.edit(conversation_id, second.number, f"{second.text[:last]}\n\nMonthly will do.")


def _annotate(vault: Vault, conversation_id: UUID) -> None:
    """Highlight and note on a chat, and give one of its messages a tag."""
    notes, chat = vault.annotations, str(conversation_id)
    notes.add(f"{chat}.1", "Asked the baker, too: she says the same.")
    notes.add(f"{chat}.2", quote="half rye and half wheat", colour="yellow")
    notes.add(f"{chat}.2", "Ten minutes are enough", quote="no kneading", colour="green")
    notes.add(f"{chat}.4", "In spring, with the starter of the neighbours", quote="sourdough")
    vault.tags.add("baking/rye", f"{chat}.4")
    vault.tags.colour("baking/rye", "orange")


def _notes(window: MainWindow) -> None:
    window.resize(1480, 800)
    _read(window, "Rye bread for a beginner")


def _notes_page(window: MainWindow) -> None:
    window.shell.go("annotations")


def _read(window: MainWindow, title: str) -> None:
    session = window.shell.session
    assert session is not None
    [chat] = [c.id for c in session.vault.conversations.list() if c.title == title]
    window.shell.open_message(MessageTarget(conversation_id=chat))
    _wait(1000)
    assert window.workspace is not None
    page = window.workspace.page("chats")
    assert isinstance(page, ChatsPage)
    page.pane.focus_list()


def _type(text: str) -> None:
    _wait(300)
    field = QApplication.focusWidget()
    assert isinstance(field, QLineEdit)
    field.insert(text)


def _code(window: MainWindow) -> None:
    _read(window, "Sort files by month in Python")


def _branches(window: MainWindow) -> None:
    _read(window, "Three quiet days in Lisbon")
    window.shell.commands.run("chat-panel")


def _mathematics(window: MainWindow) -> None:
    _read(window, "Least squares, seen as a projection")


def _versions(window: MainWindow) -> None:
    _read(window, "Key rotation without downtime")
    window.shell.commands.run("versions")


def _merged(window: MainWindow) -> None:
    session = window.shell.session
    assert session is not None
    chats = {chat.title: chat.id for chat in session.vault.conversations.list()}
    wanted = "Postgres: an index that is not used", "Key rotation without downtime"
    if "Work on the database" not in chats:
        session.vault.merging.merge([chats[each] for each in wanted], title="Work on the database")
        session.tell_changed("conversations")
        _wait(1000)
    _read(window, "Work on the database")


def _palette(window: MainWindow) -> None:
    _read(window, "Key rotation without downtime")
    window.shell.commands.run("palette")
    _type("keys")


def _search(window: MainWindow) -> None:
    window.shell.go("search", None)
    _type("bread OR first OR key*")


def _import(window: MainWindow) -> None:
    window.shell.go("imports", ImportTarget(paths=_EXPORTS))


def _places(window: MainWindow) -> None:
    """Show the sidebar: folders, a saved search, tags, and what is put away."""
    session = window.shell.session
    assert session is not None
    vault = session.vault
    found = vault.conversations.list()
    ids = [chat.id for chat in found]
    for name, some in (("Kitchen", ids[:3]), ("Work/Letters", ids[3:5]), ("Work", ids[5:6])):
        vault.folders.put(name, [str(chat) for chat in some])
    vault.tags.add("bread", str(ids[0]), str(ids[6]))
    vault.tags.colour("bread", "orange")
    vault.tags.add("to do", str(ids[4]))
    vault.saved_searches.save("Answers with code", "role:assistant has:code")
    vault.marks.set(Mark.ARCHIVED, ids[-1:])
    vault.trash.put([str(chat) for chat in ids[-3:-1]])
    session.tell_changed("conversations")
    _wait(300)
    assert window.workspace is not None
    page = window.workspace.page("chats")
    assert isinstance(page, ChatsPage)
    if not page.beside.sidebar.isVisible():
        page.beside.toggle()
    _wait(300)
    item = page.beside.sidebar.tree.folder_item("Kitchen")
    assert item is not None
    page.beside.sidebar.tree.setCurrentItem(item)


def _retention(window: MainWindow) -> None:
    """Show what was decided of each kind of data, and what is marked; one of it stays."""
    window.resize(1280, 1120)
    session = window.shell.session
    assert session is not None
    retention = session.vault.retention
    age_days = (datetime.now(UTC) - _LONG_AGO).days
    for policy in (
        Policy(kind=Kind.CHATS, action=Action.ARCHIVE, days=age_days, grace_days=30),
        Policy(kind=Kind.AUDIT, action=Action.DESTROY, days=1095, grace_days=14),
        Policy(kind=Kind.ERRORS, action=Action.DESTROY, days=90, grace_days=0),
    ):
        retention.set(policy)
    retention.run()
    retention.keep(Kind.CHATS, [retention.waiting()[-1].subject])
    window.shell.go("retention")


def _backups(window: MainWindow) -> None:
    """Show made-up backups: real ones would name a folder of whoever takes the picture."""
    from privatus.core.backup import Frequency, Health, Schedule
    from support.backups import DAY_MS, HOUR_MS
    from support.fake_backups import FakeBackups, backup
    from ui.backups.target import BackupsTarget
    from ui.backups.watch import Watch

    fake = FakeBackups(now_ms=round(time.time() * 1000))
    now = fake.now_ms
    usb = [backup(n, now - (6 - n) * DAY_MS - 2 * HOUR_MS) for n in range(6, 0, -1)]
    usb[0] = replace(usb[0], verified_at_ms=now - HOUR_MS)
    usb[3] = replace(usb[3], verified_at_ms=now - 3 * DAY_MS, proven_at_ms=now - 2 * DAY_MS)
    usb[5] = replace(usb[5], verified_at_ms=now - 3 * DAY_MS, is_pinned=True)
    daily = Schedule(frequency=Frequency.DAILY, full_days=90)
    fake.put(
        *("USB disk at home", "/media/ada/BACKUP/privatus", *usb),
        schedule=daily, keep=USUAL, next_at_ms=now + 22 * HOUR_MS,
    )  # fmt: skip
    cloud = [backup(n, now - (4 - n) * DAY_MS) for n in range(3, 0, -1)]
    fake.put(
        *("Cloud", "webdavs://cloud.example.org/dav/ada/privatus", *cloud),
        schedule=Schedule(frequency=Frequency.HOURLY), keep=USUAL, health=Health.AWAY,
    )  # fmt: skip
    stands_in = property(lambda _vault: fake, lambda _vault, _real: None)
    Vault.backups = stands_in  # type: ignore[assignment,method-assign]
    Watch.of(window.shell).read()
    _wait(300)
    is_dark = window.shell.settings.get(table.THEME) == "dark"
    window.shell.go("backups", BackupsTarget(destination_id=1) if is_dark else None)


_PICTURES: dict[str, Callable[[MainWindow], None]] = {
    "reading": _code,
    "branches-dark": _branches,
    "german": _mathematics,
    "palette-dark": _palette,
    "search": _search,
    "import": _import,
    "versions-light": _versions,
    "versions-dark": _versions,
    "notes-light": _notes,
    "notes-dark": _notes,
    "notes-page-light": _notes_page,
    "notes-page-dark": _notes_page,
    # They change the vault, so they come last.
    "places-light": _places,
    "places-dark": _places,
    "merging-light": _merged,
    "merging-dark": _merged,
    "retention-dark": _retention,
    # Nothing is real after these.
    "backups-light": _backups,
    "backups-dark": _backups,
}

if __name__ == "__main__":
    main()
