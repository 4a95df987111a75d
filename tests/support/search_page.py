"""The search page on a desk of tests: typed into, and waited for."""

from __future__ import annotations

from support.desk import Desk
from ui.search.facets_pane import FacetRow
from ui.search.page import PAGE, SearchPage
from ui.shell.pages import Page, PageWidget
from ui.shell.shell import Shell


class ChatsStub(PageWidget):
    """Stands for the page of chats: remembers what it is asked to show."""

    def __init__(self, shell: Shell) -> None:
        super().__init__(shell)
        self.targets: list[object] = []

    def on_target(self, target: object) -> None:
        self.targets.append(target)


PAGES = (Page(name="chats", title="Chats", icon="message-square", make=ChatsStub), PAGE)


def open_search(desk: Desk) -> SearchPage:
    """Unlock the vault, and go to the search page."""
    desk.window.resize(1240, 800)
    desk.unlock()
    made = desk.show_page("search")
    assert isinstance(made, SearchPage)
    desk.qtbot.waitUntil(lambda: made.head.field.hasFocus())
    return made


def type_search(desk: Desk, page: SearchPage, text: str) -> None:
    """Type *text* into the field, and wait for what comes of it."""
    page.head.field.clear()
    with desk.qtbot.waitSignals([page._searcher.answered, page._searcher.counted]):
        desk.qtbot.keyClicks(page.head.field, text)


def fail_search(desk: Desk, page: SearchPage, text: str) -> None:
    """Search for *text*, and wait for what is wrong with it."""
    with desk.qtbot.waitSignal(page._searcher.failed):
        page.head.put(text)


def titles(page: SearchPage) -> list[str]:
    """Return the titles of the chats that results are in."""
    return [hit.title for hit in page.model.hits]


def facet(page: SearchPage, kind: str, value: str) -> FacetRow:
    """Return the row of a value that narrows the search."""
    return next(row for row in page.facets.groups[kind].rows if row.value == value)


def chats(desk: Desk) -> ChatsStub:
    """Return the page that stands for the chats."""
    assert desk.window.workspace is not None
    found = desk.window.workspace.page("chats")
    assert isinstance(found, ChatsStub)
    return found
