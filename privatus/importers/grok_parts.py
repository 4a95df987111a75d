"""The content of one response of Grok, the person's questions included."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

from privatus.core.conversation import Attachment, Json, PartKind
from privatus.importers import artifact_tags, json_value, values
from privatus.importers.base import Notes
from privatus.importers.content import Content, leftover, readable_json
from privatus.importers.grok_assets import Assets

_ARTIFACTS = artifact_tags.pattern("xaiArtifact")
# Where a card stands in the text: a citation, a picture. Its content is in the cards.
_RENDER = re.compile(
    r"<grok:render\b([^<>]{0,1000})(?:/>|>(?:(?!<grok:render).){0,4000}?</grok:render>)", re.DOTALL
)
_CARD_ID = re.compile(r"card_id=[\"']([^\"']{1,200})[\"']")
_SAFE_URL = re.compile(r"https?://[^\s<>\"]+", re.IGNORECASE)


def read_content(response: Mapping[str, Json], assets: Assets, notes: Notes) -> Content:
    """Return the parts and attachments of *response*."""
    content = Content()
    if thinking := values.text(response.get("thinking_trace")):
        content.add(PartKind.THINKING, thinking)
    for trace in values.sequence(response.get("agent_thinking_traces")):
        _add_trace(trace, content)
    for step in values.sequence(response.get("steps")):
        _add_step(step, content)
    cards = list(_cards(response, notes))
    _add_message(values.text(response.get("message")), cards, content)
    _add_pages(response, content)
    _add_card_images(cards, assets, content)
    for url in map(values.text, values.sequence(response.get("generated_image_urls"))):
        _add_image(url, "", assets.in_url(url), content, {})
    for reference in values.sequence(response.get("file_attachments")):
        if (attachment := assets.attachment(reference)) is not None:
            content.attach(attachment)
    if error := response.get("error"):
        content.add(PartKind.NOTICE, readable_json(error), name="error")
    return content


def _add_message(text: str, cards: list[dict[str, Json]], content: Content) -> None:
    if not text.strip():
        return
    pieces = artifact_tags.split(text, _ARTIFACTS) if "<xaiArtifact" in text else [text]
    for piece in pieces:
        if isinstance(piece, str):
            shown = _without_cards(piece, cards)
            data = {} if shown == piece else {"original": piece}
            if shown.strip() or data:
                content.add(PartKind.TEXT, shown, data=data)
        else:
            attributes = dict(piece.attributes)
            name = attributes.pop("title", "") or attributes.get("artifact_id", "")
            content.add(PartKind.ARTIFACT, piece.body, name=name or None, data=attributes)


def _without_cards(text: str, cards: list[dict[str, Json]]) -> str:
    """Replace the places of cards by links, if the card has one, else by nothing."""
    if "<grok:" not in text:
        return text
    urls = {values.text(card.get("id")): values.text(card.get("url")) for card in cards}

    def link(match: re.Match[str]) -> str:
        found = _CARD_ID.search(match[1])
        url = urls.get(found[1], "") if found else ""
        if not _SAFE_URL.fullmatch(url):
            return ""
        return f" [{_host(url)}]({url.replace('(', '%28').replace(')', '%29')})"

    return _RENDER.sub(link, text).strip("\n")


def _host(url: str) -> str:
    try:
        host = urlsplit(url).hostname
    except ValueError:
        host = None
    return re.sub(r"[^\w.-]", "", host or "") or "link"


def _cards(response: Mapping[str, Json], notes: Notes) -> Iterator[dict[str, Json]]:
    for raw in values.sequence(response.get("card_attachments_json")):
        if isinstance(raw, dict):
            yield raw
            continue
        try:
            card = json_value.decode(values.text(raw).encode())
        except ValueError:
            notes.unknown["card that is not JSON"] += 1
            card = {"raw": raw}
        if isinstance(card, dict):
            yield card


def _add_card_images(cards: list[dict[str, Json]], assets: Assets, content: Content) -> None:
    """Add each picture once: there is a card for every step of its making, the last one counts."""
    images: dict[str, dict[str, Json]] = {}
    others: list[Json] = []
    for card in cards:
        chunk = values.mapping(card.get("image_chunk"))
        if chunk:
            key = values.text(chunk.get("imageUuid")) or values.text(chunk.get("imageUrl"))
            images[key] = chunk
        else:
            others.append(card)
    for chunk in images.values():
        prompt = chunk.get("imagePrompt")
        text = values.text(prompt) or values.text(values.mapping(prompt).get("prompt"))
        url = values.text(chunk.get("imageUrl"))
        image_id = values.text(chunk.get("imageUuid"))
        attachment = assets.attachment(image_id) if assets.is_held(image_id) else assets.in_url(url)
        more = leftover(chunk, "imagePrompt", "imageUrl")
        _add_image(url, text, attachment, content, more)
    if others:
        content.metadata["cards"] = others


def _add_image(
    url: str,
    text: str,
    attachment: Attachment | None,
    content: Content,
    data: Mapping[str, Json],
) -> None:
    if attachment is not None:
        content.attach(attachment, text=text, kind=PartKind.IMAGE, data=data)
    elif url or text:
        content.add(PartKind.IMAGE, text, url=url or None, data=data)


def _add_trace(trace: Json, content: Content) -> None:
    record = trace if isinstance(trace, dict) else {"thinking_trace": trace}
    text = values.text(record.get("thinking_trace")) or values.text(record.get("text"))
    more = leftover(record, "thinking_trace", "text", "agent_name")
    if text or more:
        name = values.optional_text(record.get("agent_name"))
        content.add(PartKind.THINKING, text, name=name, data=more)


def _add_step(step: Json, content: Content) -> None:
    """Add a step of the reasoning: its texts by tag ("header", "summary"), and what tools said."""
    record = values.mapping(step)
    tagged = values.mapping(record.get("tagged_text"))
    texts = {tag: values.text(text) for tag, text in tagged.items()}
    header = texts.pop("header", "")
    body = "\n\n".join(filter(None, texts.values()))
    results = values.sequence(record.get("tool_usage_results"))
    more = leftover(record, "tagged_text", "tool_usage_results", "tag_order")
    if header or body or (more and not results):
        content.add(PartKind.THINKING, body, name=header or None, data=more)
    for result in results:
        name = values.optional_text(values.mapping(result).get("tool_name"))
        content.add(PartKind.TOOL_RESULT, readable_json(result), name=name)


def _add_pages(response: Mapping[str, Json], content: Content) -> None:
    """Add the pages that were found, each once, and say which ones the answer cites."""
    cited = [values.mapping(p) for p in values.sequence(response.get("cited_web_search_results"))]
    cited_urls = {values.text(page.get("url")) for page in cited}
    found = [values.mapping(p) for p in values.sequence(response.get("web_search_results"))]
    found_urls = {values.text(page.get("url")) for page in found}
    for page in [*found, *(p for p in cited if values.text(p.get("url")) not in found_urls)]:
        url = values.text(page.get("url"))
        if page:
            content.add(
                PartKind.QUOTE,
                values.text(page.get("preview")) or values.text(page.get("snippet")),
                name=values.optional_text(page.get("title")) or url or None,
                url=url or None,
                data={
                    **leftover(page, "url", "title", "preview", "snippet"),
                    **({"is_cited": True} if url in cited_urls else {}),
                },
            )
