"""The names of providers as a search takes them, and what somebody meant who typed another."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from privatus.search.syntax import And, Facet, Node, Not, Or, Within

# The importers have them too; they are here so that a search need not load those.
KNOWN = (
    *("chatgpt", "claude", "gemini", "aistudio", "mistral", "grok", "deepseek", "copilot"),
    *("other", "privatus"),
)
_MEANT = {
    "openai": "chatgpt",
    "gpt": "chatgpt",
    "anthropic": "claude",
    "google": "gemini",
    "bard": "gemini",
    "lechat": "mistral",
    "xai": "grok",
    "microsoft": "copilot",
    "bing": "copilot",
}


def meant(name: str) -> str | None:
    """Return the known source that is nearest to *name*, None if it is one, or none is near."""
    typed = "".join(c for c in name.casefold() if c.isalnum())
    if typed in KNOWN:
        return None
    near = get_close_matches(typed, (*KNOWN, *_MEANT), n=1)
    return _MEANT.get(near[0], near[0]) if near else None


def notes(root: Node | None) -> Iterator[str]:
    """Yield a sentence for each source in a query that Privatus does not import from."""
    for value in _sources(root):
        if value.casefold() in KNOWN:
            continue
        near = meant(value)
        said = f"did you mean source:{near}" if near else f"it knows {', '.join(KNOWN)}"
        yield f"source:{value} is none that Privatus knows, {said}"


def _sources(node: Node | None) -> Iterator[str]:
    match node:
        case Facet(kind="source", value=value):
            yield value
        case And(items=items) | Or(items=items):
            for item in items:
                yield from _sources(item)
        case Not(item=item) | Within(item=item):
            yield from _sources(item)
        case _:
            pass
