"""Summaries of the sample chats, held against what their titles say.

A title is what somebody else found the chat to be about, in few words: of those a summary must
hold more than the beginning of the chat does, or as much of it taken anywhere.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import mean

import pytest

from privatus.core.conversation import Conversation, Role
from privatus.core.errors import UnreadableInputError
from privatus.importers import registry
from privatus.importers.base import Notes
from privatus.importers.export import open_export
from privatus.services.text.digest import Said, digest
from privatus.services.text.sentences import sentences
from privatus.services.text.terms import STEM_CHARS, terms

_FOLDERS = ("chatgpt", "claude", "gemini", "mistral", "grok", "deepseek", "copilot", "other")
_LEAST_CHARS = 1_500
_LEAST_CHATS = 10
# The chats of the generators are of a dozen words, of which every title is made, too.
_MADE_OF = "lantern"


def _chats(samples: Path) -> Iterator[Conversation]:
    for folder in _FOLDERS:
        for path in sorted((samples / folder).iterdir()):
            try:
                with open_export(path) as export:
                    yield from registry.find(export).read(export, Notes())
            except UnreadableInputError:
                continue


def _said(chat: Conversation) -> list[Said]:
    return [
        Said(m.number, m.role is Role.USER, m.text)
        for m in chat.active_path()
        if m.role in (Role.USER, Role.ASSISTANT) and not m.is_hidden
    ]


@pytest.fixture(scope="module")
def titled(samples: Path) -> dict[str, list[Said]]:
    """Return what is said in the chats that are long enough, by title."""
    found = {chat.title.removeprefix("Sample: "): _said(chat) for chat in _chats(samples)}
    return {
        title: said
        for title, said in found.items()
        if title and len(said) > 1
        if len(text := " ".join(m.text for m in said)) > _LEAST_CHARS and _MADE_OF not in text
        if digest(said).sentences
    }


def _stems(text: str) -> set[str]:
    return {word[:STEM_CHARS] for word in terms(text, "en") if word}


def _recall(texts: dict[str, str]) -> float:
    """Return how much of the words of their titles *texts* hold, on average."""
    return mean(len(_stems(t) & _stems(text)) / len(_stems(t)) for t, text in texts.items())


def _summary(said: Sequence[Said]) -> str:
    return " ".join(chosen.text for chosen in digest(said).sentences)


def _all(said: Sequence[Said]) -> list[str]:
    return [sentence.text for m in said for sentence in sentences(m.text)]


def _anywhere(said: Sequence[Said], seed: int) -> str:
    shuffled = _all(said)
    random.Random(seed).shuffle(shuffled)
    return " ".join(shuffled)[: len(_summary(said))]


def test_a_summary_says_more_of_what_a_chat_is_about_than_its_beginning(
    titled: dict[str, list[Said]],
) -> None:
    assert len(titled) >= _LEAST_CHATS
    ours = _recall({title: _summary(said) for title, said in titled.items()})
    lead = _recall({title: " ".join(_all(s))[: len(_summary(s))] for title, s in titled.items()})
    anywhere = mean(
        _recall({title: _anywhere(said, seed) for title, said in titled.items()})
        for seed in range(10)
    )

    assert ours >= lead > anywhere, (len(titled), ours, lead, anywhere)
    assert ours > anywhere + 0.1
