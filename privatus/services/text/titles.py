"""A title for a chat that has none: what the person asked for first, in few words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

from privatus.services.text.sentences import sentences
from privatus.services.text.terms import count_terms, shown

if TYPE_CHECKING:
    from privatus.services.text.digest import Said

MOST_CHARS: Final = 60
_LEAST_CHARS: Final = 20
_MOST_READ_CHARS: Final = 4_000
# A clause ends here, and what is before it can stand for the whole.
_CLAUSE: Final = re.compile(r"[,;:，、；：،؛]\s*|\s[–—-]\s|\s\(")

# How people greet, and how they begin before they say what they want.
_GREETINGS: Final = re.compile(
    r"""^(?:hi|hello|hey|hallo|guten\ (?:tag|morgen|abend)|bonjour|salut|hola|buenas|ciao|olá|oi
        |привет|здравствуйте|hej|cześć|merhaba|moin|servus)
        (?:\s+(?:there|zusammen|chat\w*|claude|gemini|copilot))?[\s,.!–-]+
    """,
    re.IGNORECASE | re.VERBOSE,
)
_OPENINGS: Final = re.compile(
    r"""^(?:
      (?:please|bitte|s'il\ te\ plaît|s'il\ vous\ plaît|por\ favor|per\ favore|пожалуйста)[\s,]+
    | (?:can|could|would|will)\ (?:you|u)\s+(?:please\s+)?
    | (?:help\ me\s+(?:to\s+|with\s+)?|tell\ me\s+(?:about\s+)?|give\ me\s+
      |show\ me\s+(?:how\ to\s+)?)
    | i(?:'d|\ would)\ like\ (?:you\ )?to\s+
    | i\ (?:want|need|am\ trying|was\ wondering)\s+(?:you\s+)?(?:to\s+|if\s+)?
    | (?:kannst|könntest|würdest)\ du\s+(?:mir\s+)?(?:bitte\s+)?(?:mal\s+)?
    | (?:können|könnten|würden)\ sie\s+(?:mir\s+)?(?:bitte\s+)?
    | ich\ (?:möchte|würde\ gerne?|will|brauche|hätte\ gerne?)\s+
    | (?:peux|pourrais)-tu\s+|(?:pouvez|pourriez)-vous\s+|je\ (?:voudrais|veux|cherche\ à)\s+
    | (?:puedes|podrías|puede)\s+|(?:quiero|necesito|quisiera)\s+
    | (?:puoi|potresti)\s+|(?:vorrei|voglio)\s+
    )""",
    re.IGNORECASE | re.VERBOSE,
)


def title_of(messages: Sequence[Said], language: str | None) -> str:
    """Return a title of at most 60 characters in the language of *messages*; "": nothing says.

    It is what the person says first that says something, else what anyone does.
    """
    for is_persons in (True, False):
        texts = (m.text for m in messages if m.is_person is is_persons and m.text.strip())
        if title := _first(texts, language):
            return title
    return ""


def _first(texts: Iterable[str], language: str | None) -> str:
    best = ""
    for _, text in zip(range(5), texts, strict=False):
        for sentence in sentences(text[:_MOST_READ_CHARS]):
            title = _shortened(_without_openings(shown(sentence.text)))
            words = count_terms(title, language)
            if words >= 2:
                return title
            best = best or (title if words else "")
    return best


def _without_openings(text: str) -> str:
    said = _GREETINGS.sub("", text, count=1) or text
    for _ in range(4):
        shorter = _OPENINGS.sub("", said, count=1)
        if shorter == said or not shorter:
            break
        # What is left of "Can you …?" is no question.
        said = shorter.rstrip("?")
    return said[:1].upper() + said[1:]


def _shortened(text: str) -> str:
    # A question stays one; a full stop is no part of a title.
    text = text.rstrip(" .!。！…:;")
    if len(text) <= MOST_CHARS:
        return text
    clauses = [c.start() for c in _CLAUSE.finditer(text) if _LEAST_CHARS <= c.start() < MOST_CHARS]
    if clauses:
        return text[: clauses[-1]]
    cut = text[: MOST_CHARS - 1]
    # Chinese and Japanese have no spaces to cut at.
    return (cut.rsplit(" ", 1)[0] if " " in cut[_LEAST_CHARS:] else cut).rstrip(" ,.") + "…"
