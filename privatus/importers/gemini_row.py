"""One row of Google's activity: mostly a prompt and the answer to it.

A row's title is a verb in the account's language and the prompt behind it. The verbs cannot be
listed, so that a row with an answer is a prompt whatever it begins with, and what stands before
most of the answered prompts of an export is taken for its verb.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum

from privatus.core.conversation import Json
from privatus.importers import values

SOURCE = "gemini"

# Verbs that were seen in exports; "Asked" and "Said" are those of Bard and the Assistant.
_PROMPT = re.compile(
    r"(?:Prompted(?: with)?|Asked(?: Gemini| Bard)?|Said"
    r"|Eingegebener Prompt|Upit|送信したメッセージ)(?:\s*[:\uff1a]\s*|\s+|$)"
)
_EVENTS = (
    "Created Gemini Canvas",
    "Branched",
    "Live Prompt",
    "Added chat from link",
    "Gave feedback",
    "Selected preferred draft",
    "Used an Assistant feature",
    "Answered survey question",
    "Used Gemini Apps",
    "Cleared previous feedback",
    "Searched for",
    "Uploaded",
    "Canvas",
    "Feedback",
)
_EVENT = re.compile(rf"(?:{'|'.join(_EVENTS)})(?=\s|:|$)")
# A verb of another language: up to its colon or hard space.
_UNKNOWN_VERB = re.compile(r"[^\n:\uff1a\u00a0]{1,40}(?:[:\uff1a][ \u00a0]?|\u00a0)")
_MIN_ROWS_TO_LEARN = 2

_PRODUCT = re.compile(r"gemini|\bbard\b", re.IGNORECASE)
_THREAD = re.compile(
    r"(?:gemini|bard)\.google\.com/(?:u/\d+/)?(?:app/(?:c/)?|gem/[\w-]+/)([\w-]{4,128})"
)
_GEMINI_ADDRESS = re.compile(r"https?://(?:gemini|bard)\.google\.com\b")


class RowKind(Enum):
    """What a row becomes."""

    TURN = "turn"  # a prompt, and an answer if there is one
    NOTICE = "notice"  # something else that holds content
    EVENT = "event"  # something else that holds none: it is counted only


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row of either format, before it is converted: answers are still HTML."""

    where: str
    folder: str  # of the member, where the row's files are
    product: str
    title: str  # verb and prompt, as they stand there
    time_ms: int | None
    threads: tuple[str, ...] = ()
    answers: tuple[str, ...] = ()
    content: str = ""  # of an event: the text below its title
    files: Mapping[str, str] = field(default_factory=dict)  # path in the folder: name shown
    prompt: str | None = None  # where the export says it apart from the title
    metadata: Mapping[str, Json] = field(default_factory=dict)

    @property
    def is_gemini(self) -> bool:
        """Say whether the row belongs to Gemini, in whatever language the product's name is."""
        return _PRODUCT.search(self.product) is not None or bool(self.threads)

    @property
    def id(self) -> str:
        """An id that is the same in each export, as JSON or HTML."""
        # HTML knows the time to the second, and writes hard spaces.
        seconds = "" if self.time_ms is None else str(self.time_ms // 1000)
        return values.stable_id(SOURCE, seconds, " ".join(self.title.split()))

    @property
    def event(self) -> str | None:
        """The name of the event, if the title is that of an event that we know."""
        found = _EVENT.match(self.title)
        return found[0] if found else None

    def kind(self, verbs: frozenset[str] = frozenset()) -> RowKind:
        """Return what the row becomes, where *verbs* are the export's own."""
        if self.prompt is not None or split_verb(self.title, verbs)[0]:
            return RowKind.TURN
        is_canvas = self.event is not None and "Canvas" in self.event
        if self.answers and not is_canvas:
            return RowKind.TURN
        if self.content or self.answers or self.files:
            return RowKind.NOTICE
        # A title that we do not know may be a prompt in a language that we do not know.
        return RowKind.NOTICE if self.title and self.event is None else RowKind.EVENT


def split_verb(title: str, verbs: frozenset[str] = frozenset()) -> tuple[str, str]:
    """Return the title's verb with what ends it, and the prompt; "" and the title if none."""
    found = _PROMPT.match(title)
    if found is None:
        found = _UNKNOWN_VERB.match(title)
        if found is None or found[0] not in verbs:
            return "", title
    return found[0], title[found.end() :]


def unknown_verb(row: Row) -> str | None:
    """Return what may be the verb of an answered row whose verb we do not know."""
    if not row.answers or row.event or _PROMPT.match(row.title):
        return None
    found = _UNKNOWN_VERB.match(row.title)
    return found[0] if found else ""


def learn_verbs(candidates: Counter[str]) -> frozenset[str]:
    """Return what must be a verb: half of the answered rows begin with it."""
    total = candidates.total()
    return frozenset(
        verb
        for verb, count in candidates.most_common(2)
        if verb and count >= _MIN_ROWS_TO_LEARN and count * 2 >= total
    )


def thread_ids(texts: Iterable[str]) -> tuple[str, ...]:
    """Return the ids of the threads that addresses in *texts* point to, each once."""
    return tuple(dict.fromkeys(id_ for text in texts for id_ in _THREAD.findall(text)))


def is_file(address: str) -> bool:
    """Say whether an address names a file of the export, not a page."""
    return bool(address) and ":" not in address[:16] and not address.startswith(("/", "#", "?"))


def is_gemini_address(address: str) -> bool:
    """Say whether an address leads to Gemini."""
    return _GEMINI_ADDRESS.match(address) is not None
