"""Citation marks in ChatGPT's texts: made links where the export says whereto, else removed.

Three generations: `【4†source】` with `citations` beside the text, then
`:contentReference[oaicite:0]{index=0}`, and since 2025 runs between U+E200 and U+E201 with
`content_references`. The offsets that come with them are unreliable (code points or UTF-16), so
marks are matched by their text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from privatus.core.conversation import Json
from privatus.importers import values

_START, _END, _NEXT = "\ue200", "\ue201", "\ue202"
# Where a passage begins that a citation is for; often without any citation.
_PASSAGE = "\ue203"

# One pattern for each generation, each with one first character: `re` looks for a single character
# ten times faster than for one of several. A run without end was cut off in the middle.
_RUN = re.compile(rf"{_START}(?:(?P<run>[^{_START}{_END}]*){_END}|[\w{_NEXT}-]*)")
_DAGGER = re.compile(r"【(?P<number>\d+)(?::\d+)?†(?P<label>[^】\n]{0,200})】")
_OAI = re.compile(r":contentReference\[oaicite:\d+\](?:\{index=\d+\})?")
_STRAY = re.compile(rf"[{_START}-\ue206]+")
_GENERATIONS = ((_RUN, _START), (_DAGGER, "†"), (_OAI, ":contentReference["))
# Labels that name no source but a place in it.
_LINES = re.compile(r"source|L\d+(?:-L?\d+)?")


def has_marks(text: str) -> bool:
    """Say whether *text* may hold a mark."""
    # This runs for every answer. Whether a text can hold such a character at all is known without
    # a search; of the words, the longer is found faster.
    return _START in text or "†" in text or ":contentReference[" in text or _has_strays(text)


def resolve(text: str, metadata: Mapping[str, Json]) -> str:
    """Return *text* with its marks as Markdown links, or without them."""
    links = _from_references(values.sequence(metadata.get("content_references")))
    links |= _from_citations(values.sequence(metadata.get("citations")), text)
    for pattern, sign in _GENERATIONS:
        if sign in text:
            text = _replaced(text, pattern, links)
    return _STRAY.sub("", text) if _has_strays(text) else text


def _has_strays(text: str) -> bool:
    return _END in text or _NEXT in text or _PASSAGE in text


def _replaced(text: str, pattern: re.Pattern[str], links: Mapping[str, str]) -> str:
    pieces: list[str] = []
    end = 0
    for match in pattern.finditer(text):
        piece = text[end : match.start()]
        end = match.end()
        link = links.get(match[0])
        if link is None:
            link = _readable(match, links)
        # The space before a mark that leaves nothing goes with it.
        pieces += (piece, link) if link else (piece.removesuffix(" "),)
    pieces.append(text[end:])
    return "".join(pieces)


def _readable(match: re.Match[str], links: Mapping[str, str]) -> str:
    """Return what a mark says by itself, without a reference that belongs to it."""
    if match.re is _DAGGER:
        number, label = match.group("number", "label")
        return links.get(number) or ("" if _LINES.fullmatch(label) else f"({label})")
    name, *arguments = (match.groupdict().get("run") or "").split(_NEXT)
    if name == "entity" and arguments:
        # ["city", "Zurich", "largest city of Switzerland"]: the name is a word of the sentence.
        try:
            entity = values.sequence(json.loads(arguments[0]))
        except (ValueError, RecursionError):
            return ""
        return values.text(entity[1]) if len(entity) > 1 else ""
    if name == "url" and len(arguments) > 1:
        return _link(arguments[0], arguments[1])
    return ""


def _from_references(references: list[Json]) -> dict[str, str]:
    links: dict[str, str] = {}
    for reference in references:
        if type(reference) is not dict:
            continue
        matched = values.text(reference.get("matched_text"))
        text = _reference_text(reference) if has_marks(matched) else None
        if text is None:
            continue
        for pattern, _sign in _GENERATIONS:
            for mark in pattern.finditer(matched):
                # Several marks in one reference: the first stands for all of them.
                links.setdefault(mark[0], text)
                text = ""
    return links


def _reference_text(reference: dict[str, Json]) -> str | None:
    """Return what stands for a reference; None: it says nothing, the mark may."""
    if reference.get("type") == "hidden" or reference.get("invalid") is True:
        return ""
    if alt := values.text(reference.get("alt")).strip():
        return alt
    found: list[str] = []
    for key in ("items", "fallback_items"):
        for item in values.sequence(reference.get(key)):
            entry = values.mapping(item)
            title = values.text(entry.get("attribution")) or values.text(entry.get("title"))
            if link := _link(title, values.text(entry.get("url"))):
                found.append(link)
        if found:
            return f"({', '.join(found)})"
    name = values.text(reference.get("name")) or values.text(reference.get("title"))
    link = _link(name, values.text(reference.get("url")))
    return f"({link})" if link else None


def _from_citations(citations: list[Json], text: str) -> dict[str, str]:
    """Return links by mark, where the offsets do hit one, and by the number in it."""
    links: dict[str, str] = {}
    for citation in citations:
        entry = values.mapping(citation)
        source = values.mapping(entry.get("metadata"))
        title = values.text(source.get("title")) or values.text(source.get("name"))
        link = _link(title, values.text(source.get("url")))
        if not link:
            continue
        start, end = values.whole(entry.get("start_ix")), values.whole(entry.get("end_ix"))
        if start is not None and end is not None and 0 <= start < end <= start + 200:
            links.setdefault(text[start:end].strip(), f"({link})")
        number = values.mapping(source.get("extra")).get("cited_message_idx")
        if type(number) is int:
            links.setdefault(str(number), f"({link})")
    return links


def _link(title: str, url: str) -> str:
    """Return a Markdown link; only the title if *url* is none of the web."""
    title = " ".join(title.split())
    if not url.startswith(("https://", "http://")):
        return title
    if not title:
        try:
            title = urlsplit(url).hostname or url
        except ValueError:
            title = url
    title = title.replace("[", r"\[").replace("]", r"\]")
    for char, code in ((" ", "%20"), ("\n", "%0A"), ("(", "%28"), (")", "%29"), ("<", "%3C")):
        url = url.replace(char, code)
    return f"[{title}]({url})"
