"""What an HTML page of an export holds, and the proof that nothing of it acts."""

from __future__ import annotations

import re
from html.parser import HTMLParser

_VOID = frozenset({"meta", "br", "hr", "img"})
# Whoever adds a tag here says that it loads nothing, runs nothing and sends nothing.
_TAGS_LIST = """
    html head title style body nav header main section article details summary figure figcaption
    h1 h2 h3 h4 h5 h6 p a b strong em s small span time div ul ol li blockquote pre code
    table thead tbody tr th td mark
"""
_ATTRIBUTES_LIST = """
    charset http-equiv content name dir id class href rel datetime title alt src download start
"""
_TAGS = _VOID | frozenset(_TAGS_LIST.split())
_ATTRIBUTES = frozenset(_ATTRIBUTES_LIST.split())
_SAFE_LINK = re.compile(r"(https?://|mailto:|#[bm]\d+$|(\.\./\.\./)?[^:]*$)", re.IGNORECASE)
_RASTER = re.compile(r"data:image/(png|jpeg|gif|webp);base64,[A-Za-z0-9+/]*=*$")


class Page(HTMLParser):
    """A page read back: its tags with their attributes, and its text."""

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.words: list[str] = []
        self._open: list[str] = []
        self.feed(source)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in _VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open, f"</{tag}> ends nothing"
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self._open:
            self.words.append(data)

    @property
    def text(self) -> str:
        return "".join(self.words)

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.tags if name == tag]


def assert_nothing_acts(source: str) -> Page:
    """Read a page, and prove that it runs, loads and sends nothing."""
    page = Page(source)
    assert {tag for tag, _ in page.tags} <= _TAGS
    assert {name for _, attributes in page.tags for name in attributes} <= _ATTRIBUTES
    assert source.count("<style>") == 1
    assert "@import" not in source[: source.index("</style>")]
    assert "url(" not in source[: source.index("</style>")]
    policies = [m for m in page.all("meta") if m.get("http-equiv") == "Content-Security-Policy"]
    assert len(policies) == 1
    assert [m for m in page.all("meta") if m.get("http-equiv")] == policies
    for link in page.all("a"):
        assert _SAFE_LINK.match(link["href"]), link["href"]
        if re.match(r"(?i)https?:|mailto:", link["href"]):
            assert link["rel"] == "noreferrer noopener"
    for image in page.all("img"):
        assert _RASTER.match(image["src"])
    return page
