"""What a person sees for a source, a speaker, and the page that a conversation came from."""

from __future__ import annotations

import re

from privatus.core.conversation import Conversation, Kind, Message, Role
from privatus.exporters.characters import BIDI_CONTROLS

_SOURCES = {
    "chatgpt": "ChatGPT",
    "claude": "Claude",
    "gemini": "Gemini",
    "aistudio": "AI Studio",
    "mistral": "Le Chat",
    "grok": "Grok",
    "deepseek": "DeepSeek",
    "copilot": "Copilot",
}
# Where the provider shows a conversation, by the id that its export holds.
_PAGES = {
    "chatgpt": "https://chatgpt.com/c/",
    "claude": "https://claude.ai/chat/",
    "gemini": "https://gemini.google.com/app/",
    "mistral": "https://chat.mistral.ai/chat/",
    "grok": "https://grok.com/c/",
    "deepseek": "https://chat.deepseek.com/a/chat/s/",
}
_PROVIDER_ID = re.compile(r"[A-Za-z0-9_-]{8,80}\Z")
# White space ends a link, and a terminal acts on control characters and marks of direction.
_SAFE_LINK = re.compile(
    rf"(?:https?://|mailto:)[^\s\x00-\x20\x7f-\x9f{BIDI_CONTROLS}<>\"\\]+\Z", re.IGNORECASE
)


def source_label(source: str) -> str:
    """Return "ChatGPT" for "chatgpt", and an unknown source as it is."""
    return _SOURCES.get(source, source)


def speaker(conversation: Conversation, message: Message) -> str:
    """Return who says *message*: "You", the model's name, "Tool: web_search"."""
    match message.role:
        case Role.USER:
            among_people = conversation.kind in (Kind.DIRECT, Kind.GROUP, Kind.ROOM)
            return (among_people and message.author) or "You"
        case Role.ASSISTANT:
            return message.model or message.author or source_label(conversation.source)
        case Role.TOOL:
            return f"Tool: {message.author}" if message.author else "Tool"
        case Role.SYSTEM:
            return message.author or "System"


def remarks(message: Message) -> list[str]:
    """Return what a reader has to know of where the words of *message* come from."""
    return [
        *(["no longer at the provider"] if message.is_missing_at_source else []),
        *(["edited here"] if message.is_edited else []),
    ]


def page_url(conversation: Conversation) -> str | None:
    """Return where the provider shows the conversation, if its id allows to say so."""
    page = _PAGES.get(conversation.source)
    if page is None or conversation.kind is not Kind.AI:
        return None
    return page + conversation.external_id if _PROVIDER_ID.match(conversation.external_id) else None


def safe_url(url: str | None) -> str | None:
    """Return *url* if a link may lead there: http, https or mailto, and nothing odd in it."""
    return url if url and _SAFE_LINK.match(url) else None
