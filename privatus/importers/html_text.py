"""HTML of a chat answer to Markdown.

Scripts, styles and the like are dropped, nothing is fetched, and nothing recurses: tags come
one after the other, and depth is a list that is capped. Time and size of the result grow with
the size of the input, whatever the input is.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import dataclass

from privatus.importers.html_table import Table
from privatus.importers.html_tokens import TokenKind, tokens

# Deeper lists and quotes are written as if they were this deep: each level costs characters on
# every line, so that 10,000 levels would make gigabytes. Nobody reads a twentieth level.
_MAX_DEPTH = 20
# No attribute that we use is longer; a data: URL can be megabytes.
_MAX_URL_CHARS = 4096

_DROPPED = frozenset(
    {"script", "style", "template", "noscript", "head", "title", "iframe", "object", "svg"}
)
_BLOCKS = frozenset(
    {"p", "div", "section", "article", "header", "footer", "main", "aside", "figure", "table"}
    | {"figcaption", "details", "summary", "dl", "dt", "dd", "address", "form", "fieldset"}
)
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_MARKS = {"b": "**", "strong": "**", "i": "*", "em": "*", "s": "~~", "del": "~~", "strike": "~~"}
_CODE = frozenset({"code", "tt", "kbd", "samp"})
_SPACE = re.compile(r"\s+")
# What Markdown would take for a list, a heading or a quote at the start of a line.
_LOOKS_LIKE_BLOCK = re.compile(r"(?:#{1,6}|[-+*>])(?=\s)|(\d{1,9})[.)](?=\s)")
_BACKTICKS = re.compile(r"`+")
_LANGUAGE = re.compile(r"(?:^|\s)lang(?:uage)?-([\w+#.-]{1,40})")
_SAFE_URL = re.compile(r"(?:https?:|mailto:|ftp:|tel:)|(?![a-z][a-z0-9+.-]*:)", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*>")
_BREAK = re.compile(r"<br\b[^<>]*>", re.IGNORECASE)


def to_markdown(source: str) -> str:
    """Return the HTML fragment *source* as Markdown."""
    converter = _Converter()
    for token in tokens(source):
        if token.kind is TokenKind.START:
            converter.start(token.value, token.attributes)
        elif token.kind is TokenKind.END:
            converter.end(token.value)
        else:
            converter.text(token.value)
    return converter.finish()


def to_plain(source: str) -> str:
    """Return the text of a short HTML fragment: line breaks kept, tags gone, entities read."""
    return html.unescape(_TAG.sub("", _BREAK.sub("\n", source)))


def fence(text: str, language: str = "") -> str:
    """Return *text* as a fenced code block."""
    longest = max((len(run) for run in _BACKTICKS.findall(text)), default=0)
    marks = "`" * max(3, longest + 1)
    return f"{marks}{language}\n{text}\n{marks}"


@dataclass(slots=True, eq=False)
class _Container:
    """A quote, a list or a list's item that is open."""

    tag: str
    indent: str = ""  # before each line inside; of a list: none
    marker: str = ""  # before the first line instead, until it is written
    count: int | None = None  # of an ordered list: the number of the next item


@dataclass(slots=True)
class _Span:
    """Inline markup that is open: what was written since *start* belongs to it."""

    tag: str
    start: int
    wrap: Callable[[str], str]


class _Converter:
    def __init__(self) -> None:
        self._out: list[str] = []
        self._inline: list[str] = []
        self._spans: list[_Span] = []
        self._containers: list[_Container] = []
        self._before: list[_Container] = []  # the containers of the block written last
        self._dropped: list[str] = []
        self._heading = 0
        self._pre: list[str] | None = None
        self._language = ""
        self._table: Table | None = None

    def start(self, tag: str, values: dict[str, str]) -> None:
        if self._dropped or tag in _DROPPED:
            self._drop(tag)
        elif self._pre is not None:
            self._start_in_pre(self._pre, tag, values)
        elif tag in _MARKS or tag in _CODE or tag in ("a", "sup") or "data-math" in values:
            self._start_span(tag, values)
        elif tag == "br":
            self._inline.append(" " if self._table or self._heading else "  \n")
        elif tag == "img":
            self._image(values)
        elif tag == "annotation":  # of MathML: the same formula again, as TeX
            self._drop(tag)
        elif self._table is not None and tag in ("tr", "td", "th", "table"):
            self._flush()
            self._table.start(tag)
        else:
            self._start_block(tag, values)

    def end(self, tag: str) -> None:
        if self._dropped:
            if tag == self._dropped[-1]:
                self._dropped.pop()
        elif self._pre is not None:
            if tag == "pre":
                self._end_pre()
        elif any(span.tag == tag for span in self._spans):
            self._end_span(tag)
        elif self._table is not None and tag in ("tr", "td", "th", "table"):
            self._end_in_table(self._table, tag)
        elif tag in _HEADINGS:
            self._flush()
            self._heading = 0
        elif tag in ("ul", "ol", "li", "blockquote"):
            self._leave(tag)
        elif tag in _BLOCKS:
            self._flush()

    def text(self, data: str) -> None:
        if self._dropped:
            return
        if self._pre is not None:
            self._pre.append(data)
        else:
            self._inline.append(_SPACE.sub(" ", data))

    def finish(self) -> str:
        """Close all that is open and return the Markdown."""
        if self._pre is not None:
            self._end_pre()
        if self._table is not None:
            self._end_table()
        self._flush()
        return "".join(self._out)

    def _start_block(self, tag: str, values: dict[str, str]) -> None:
        if tag in _HEADINGS:
            self._flush()
            self._heading = _HEADINGS[tag]
        elif tag == "pre":
            self._flush()
            self._pre = []
            self._language = _language(values)
        elif tag == "hr":
            self._flush()
            self._write("---")
        elif tag == "table":
            self._flush()
            self._table = Table()
        elif tag in ("ul", "ol", "li", "blockquote"):
            self._enter(tag, values)
        elif tag in _BLOCKS:
            self._flush()

    def _enter(self, tag: str, values: dict[str, str]) -> None:
        self._flush()
        if tag == "blockquote":
            self._containers.append(_Container(tag, indent="> "))
        elif tag == "li":
            self._enter_item()
        else:
            start = values.get("start", "1")
            first = int(start) if start.isascii() and start.isdigit() and len(start) < 9 else 1
            self._containers.append(_Container(tag, count=first if tag == "ol" else None))

    def _enter_item(self) -> None:
        # "<li>" closes the item before it, if that was not closed.
        if self._containers and self._containers[-1].tag == "li":
            self._containers.pop()
        above = self._containers[-1] if self._containers else None
        if above is None or above.tag not in ("ul", "ol"):
            above = _Container("ul")
            self._containers.append(above)
        marker = "- "
        if above.count is not None:
            marker = f"{above.count}. "
            above.count += 1
        self._containers.append(_Container("li", indent=" " * len(marker), marker=marker))

    def _leave(self, tag: str) -> None:
        self._flush()
        # An end tag without its start, in the last few levels, is passed over.
        for position in range(len(self._containers) - 1, -1, -1):
            if self._containers[position].tag == tag:
                del self._containers[position:]
                return
            if len(self._containers) - position > _MAX_DEPTH:
                return

    def _flush(self) -> None:
        """Write what was collected as one block; spans that are open go on in the next."""
        for span in reversed(self._spans):
            self._wrap(span)
            span.start = 0
        text = "".join(self._inline).strip()
        self._inline = []
        if not text:
            return
        if self._table is not None:
            self._table.add(text)
        elif self._heading:
            self._write("#" * self._heading + " " + text)
        else:
            self._write(_escape_start(text))

    def _write(self, block: str) -> None:
        shown = self._containers[-_MAX_DEPTH:]
        is_new_item = any(container.marker for container in shown)
        first = "".join(container.marker or container.indent for container in shown)
        rest = "".join(container.indent for container in shown)
        if self._out:
            shared = ""
            for container, before in zip(shown, self._before, strict=False):
                if container is not before:
                    break
                shared += container.indent
            is_tight = is_new_item and any(container.tag == "li" for container in self._before)
            self._out.append("\n" if is_tight else f"\n{shared.rstrip()}\n")
        lines = block.split("\n")
        self._out.append(first + lines[0])
        self._out += [f"\n{rest}{line}" if line else f"\n{rest.rstrip()}" for line in lines[1:]]
        for container in shown:
            container.marker = ""
        self._before = shown

    def _start_in_pre(self, pre: list[str], tag: str, values: dict[str, str]) -> None:
        if tag == "code":
            self._language = self._language or _language(values)
        elif tag == "br":
            pre.append("\n")

    def _end_pre(self) -> None:
        text = "".join(self._pre or ())
        self._pre = None
        text = text.removeprefix("\n").rstrip("\n")
        if not text.strip():
            return
        if self._table is not None:
            self._table.add(_code_span(_SPACE.sub(" ", text)))
        else:
            self._write(fence(text, self._language))

    def _end_in_table(self, table: Table, tag: str) -> None:
        self._flush()
        table.end(tag)
        if table.is_done:
            self._end_table()

    def _end_table(self) -> None:
        self._flush()
        table, self._table = self._table, None
        if table is not None and (text := table.markdown()):
            self._write(text)

    def _start_span(self, tag: str, values: dict[str, str]) -> None:
        if tag == "a":
            wrap = _link(values.get("href", ""))
        elif tag in _CODE:
            wrap = _code_span
        elif tag == "sup":
            wrap = _superscript
        elif "data-math" in values:
            wrap = _formula(values["data-math"])
        else:
            wrap = _emphasis(_MARKS[tag])
        # Bold within bold says nothing, and a thousand of it would be written a thousand times.
        if len(self._spans) < _MAX_DEPTH and not any(span.tag == tag for span in self._spans):
            self._spans.append(_Span(tag, len(self._inline), wrap))

    def _end_span(self, tag: str) -> None:
        # "<b><i></b></i>": what was opened inside ends with it.
        while self._spans:
            span = self._spans.pop()
            self._wrap(span)
            if span.tag == tag:
                return

    def _wrap(self, span: _Span) -> None:
        text = "".join(self._inline[span.start :])
        inner = text.strip()
        if not inner:
            return
        lead = text[: len(text) - len(text.lstrip())]
        trail = text[len(text.rstrip()) :]
        self._inline[span.start :] = [lead, span.wrap(inner), trail]

    def _image(self, values: dict[str, str]) -> None:
        source = values.get("src", "")
        alt = _SPACE.sub(" ", values.get("alt", "")).replace("[", "(").replace("]", ")").strip()
        if source and len(source) <= _MAX_URL_CHARS and _SAFE_URL.match(source):
            self._inline.append(f"![{alt}]({_target(source)})")
        elif alt:
            self._inline.append(alt)

    def _drop(self, tag: str) -> None:
        """Pass over the element that begins, to its own end tag."""
        # Only what can nest is counted: "<script>" in a dropped element has no end of its own.
        if not self._dropped or tag == self._dropped[-1]:
            self._dropped.append(tag)


def _escape_start(text: str) -> str:
    found = _LOOKS_LIKE_BLOCK.match(text)
    if found is None:
        return text
    # A letter or digit cannot be escaped: of "1. " it is the full stop.
    at = found.end(1) if found[1] else 0
    return f"{text[:at]}\\{text[at:]}"


def _language(values: dict[str, str]) -> str:
    found = _LANGUAGE.search(values.get("class", "")[:200])
    return found[1] if found else ""


def _emphasis(mark: str) -> Callable[[str], str]:
    return lambda text: f"{mark}{text}{mark}"


def _code_span(text: str) -> str:
    text = text.replace("  \n", " ").replace("\n", " ")
    longest = max((len(run) for run in _BACKTICKS.findall(text)), default=0)
    marks = "`" * (longest + 1)
    edge = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{marks}{edge}{text}{edge}{marks}"


def _superscript(text: str) -> str:
    return "^" + text if len(text) <= 10 and text.isalnum() else text


def _formula(tex: str) -> Callable[[str], str]:
    # The element's own text is the drawn formula, letter by letter; the attribute is its source.
    return lambda _: f"${tex.strip()}$"


def _link(href: str) -> Callable[[str], str]:
    if not href or len(href) > _MAX_URL_CHARS or not _SAFE_URL.match(href):
        return lambda text: text
    # An address that is its own text needs no brackets.
    return lambda text: text if text == href else f"[{text}]({_target(href)})"


def _target(url: str) -> str:
    url = url.strip().replace("\n", "%0A").replace(" ", "%20")
    return f"<{url}>" if "(" in url or ")" in url else url
