"""Measures the text of messages: words, tokens, languages.

Tokens are estimated. The weights were fitted to what OpenAI's o200k encoding makes of prose in 16
languages, Markdown, code and JSON: sums are within 5 % for English, German, French, Spanish,
Chinese, Japanese, Korean and code, and within 13 % for the others.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from privatus.core.conversation import READABLE_PARTS, Part, PartKind
from privatus.core.usage import Fact, quarter_of
from privatus.services.text.languages import language_of

_FENCE = re.compile(r"^[ \t>]*(?:```|~~~)[ \t]*([A-Za-z][\w+#.-]{0,19})", re.MULTILINE)
_ALIASES = {
    "py": "python", "python3": "python", "js": "javascript", "jsx": "javascript",
    "ts": "typescript", "tsx": "typescript", "sh": "shell", "bash": "shell", "zsh": "shell",
    "console": "shell", "yml": "yaml", "c++": "cpp", "cs": "csharp", "c#": "csharp",
    "golang": "go", "rs": "rust", "kt": "kotlin", "rb": "ruby", "md": "markdown",
    "ps1": "powershell", "docker": "dockerfile", "tex": "latex", "postgresql": "sql",
}  # fmt: skip
# Fences that hold no program.
_NO_CODE = frozenset({"text", "txt", "plaintext", "plain", "unknown"})

_ASSISTANT = 2
# As much of a chat's beginning says which language it is in.
SAMPLE_CHARS = 600


class Measured(NamedTuple):
    """A message as it is to be measured; `is_there`: nobody removed it."""

    number: int
    parent: int | None
    role: int
    model: str | None
    created_at_ms: int | None
    parts: Iterable[Part]
    message_id: int = 0
    revision: int = 1
    is_there: bool = True
    known: Fact | None = None  # measured before; its parts need not be there


def _all_but(*kept: tuple[int, int]) -> bytes:
    return bytes(b for b in range(256) if not any(first <= b <= last for first, last in kept))


# Bytes of UTF-8 that are deleted to count those that are left, and tokens for each of these.
_NO_ASCII = _all_but((0x80, 0xFF))
_DIGITS, _PER_DIGIT = _all_but((48, 57)), 1.066
_SIGNS, _PER_SIGN = _all_but((33, 47), (58, 64), (91, 96), (123, 126)), 0.67
_PER_LETTER, _PER_WORD = 0.203, 0.24
# The first bytes of longer characters.
_UNSPACED = _all_but((0xE3, 0xE9)), 0.767  # kana, Chinese
_OTHERS = (
    (_all_but((0xC3, 0xCB)), 1.288),  # Latin with accents
    (_all_but((0xCC, 0xDF)), 0.293),  # Greek, Cyrillic, Hebrew, Arabic
    (_all_but((0xEA, 0xED)), 0.722),  # Korean
    (_all_but((0xE0, 0xE1)), 0.8),  # Indic, Thai
    (_all_but((0xE2, 0xE2)), 1.497),  # dashes, curly quotes, signs
    (_all_but((0xEE, 0xF4)), 2.512),  # emoji
)


def facts_of(messages: Iterable[Measured]) -> list[Fact]:
    """Return what the messages of a conversation count for, in the order of their numbers."""
    tokens_until: dict[int, int] = {}
    found, sample = [], ""
    for m in messages:
        if m.known is None:
            words, tokens, codes, text = measure(m.parts)
        else:
            words, tokens, codes, text = m.known.words, m.known.tokens, m.known.codes, ""
        context = 0 if m.parent is None else tokens_until.get(m.parent, 0)
        tokens_until[m.number] = context + tokens
        if len(sample) < SAMPLE_CHARS and text:
            sample += f"{text[:SAMPLE_CHARS]}\n"
        if m.is_there:
            found.append(
                (m.message_id, m.revision, m.role, m.model, quarter_of(m.created_at_ms), words,
                 tokens, context if m.role == _ASSISTANT else 0, codes)
            )  # fmt: skip
    language = language_of(sample) or ""
    return [Fact(*said[:8], language, said[8]) for said in found]


def measure(parts: Iterable[Part]) -> tuple[int, int, tuple[str, ...], str]:
    """Return the words that a person reads, the tokens of all, code languages, and a text."""
    words = tokens = 0
    sample, codes = "", set[str]()
    for part in parts:
        text = part.text
        if part.kind is PartKind.CODE and part.name:
            codes.add(part.name)
        if not text:
            continue
        more, estimate = size_of(text)
        tokens += estimate
        if part.kind in READABLE_PARTS:
            words += more
            if not sample and part.kind is PartKind.TEXT:
                sample = text
        if "```" in text or "~~~" in text:
            codes.update(_FENCE.findall(text))
    return words, tokens, _named(codes) if codes else (), sample


def size_of(text: str) -> tuple[int, int]:
    """Count the words of *text* and estimate its tokens.

    Each character of a script without spaces is a word, as it is in word processors.
    """
    words = len(text.split())
    if not words:
        return 0, 0
    encoded = text.encode("utf-8", "replace")
    digits, signs = len(encoded.translate(None, _DIGITS)), len(encoded.translate(None, _SIGNS))
    letters = len(encoded) - digits - signs - encoded.count(b" ") - encoded.count(b"\n")
    estimate = _PER_WORD * words + _PER_DIGIT * digits + _PER_SIGN * signs
    if len(encoded) != len(text):
        longer = encoded.translate(None, _NO_ASCII)
        letters -= len(longer)
        unspaced = len(longer.translate(None, _UNSPACED[0]))
        # A run of them was one word; where they are many, hardly anything else is.
        words += max(unspaced - (words if unspaced > 2 * words else 1), 0)
        estimate += _UNSPACED[1] * unspaced
        for others, weight in _OTHERS:
            estimate += weight * len(longer.translate(None, others))
    return words, max(round(estimate + _PER_LETTER * letters), 1)


def _named(codes: Iterable[str]) -> tuple[str, ...]:
    folded = (name.strip().lower() for name in codes)
    names = {_ALIASES.get(name, name)[:20] for name in folded if name}
    return tuple(sorted(names - _NO_CODE))
