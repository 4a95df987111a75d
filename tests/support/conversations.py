"""Conversations for tests: small ones by hand, and arbitrary ones for property tests."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from hypothesis import strategies as st

from privatus.core.annotation import Annotation, Passage
from privatus.core.conversation import (
    Attachment,
    Conversation,
    Json,
    Kind,
    Message,
    Part,
    PartKind,
    Role,
)
from privatus.core.marks import SETTABLE, SetMark
from privatus.core.summary import Summary, SummaryAuthor
from privatus.core.tag import COLOURS, TagActor, Tagging
from privatus.core.tag import key as tag_key

_INT64 = st.integers(min_value=-(2**63), max_value=2**63 - 1)


def attachment(name: str, content: bytes | None, **fields: Any) -> Attachment:
    """Return an attachment that holds *content*; None: its bytes are not in the export."""
    if content is None:
        return Attachment(name=name, **fields)
    return Attachment(name=name, open=lambda: io.BytesIO(content), **fields)


def message(number: int, text: str = "", **fields: Any) -> Message:
    """Return message *number*, an answer to the one before it unless *fields* say otherwise.

    Odd numbers are the person's, even ones the assistant's.
    """
    fields.setdefault("parent", number - 1 or None)
    fields.setdefault("role", Role.USER if number % 2 else Role.ASSISTANT)
    fields.setdefault("external_id", f"m{number}")
    fields.setdefault("parts", (Part(kind=PartKind.TEXT, text=text),))
    return Message(number=number, **fields)


def conversation(*messages: Message | str, **fields: Any) -> Conversation:
    """Return a conversation of *messages*; a bare text is said by each in turn."""
    fields.setdefault("source", "claude")
    fields.setdefault("external_id", "c1")
    whole = tuple(
        message(number, said) if isinstance(said, str) else said
        for number, said in enumerate(messages, start=1)
    )
    fields.setdefault("active", whole[-1].number if whole else None)
    return Conversation(messages=whole, **fields)


def contents(conversation: Conversation) -> list[bytes | None]:
    """Return the bytes of every attachment in order, None where there are none."""
    found: list[bytes | None] = []
    for said in conversation.messages:
        for file in said.attachments:
            if file.open is None:
                found.append(None)
            else:
                with file.open() as stream:
                    found.append(stream.read())
    return found


def tagging(name: str, number: int | None = None, **fields: Any) -> Tagging:
    """Return a tag that a person gave a conversation, or its message *number*, long ago."""
    fields.setdefault("actor", TagActor.PERSON)
    fields.setdefault("added_at_ms", 1_735_812_672_345)
    return Tagging(name=name, number=number, **fields)


def annotation(text: str = "", number: int | None = None, **fields: Any) -> Annotation:
    """Return a note on a conversation, or on its message *number*, made long ago."""
    fields.setdefault("created_at_ms", 1_735_812_672_345)
    return Annotation(text=text, number=number, **fields)


@cache
def texts(max_size: int = 40) -> st.SearchStrategy[str]:
    """Draw any text that can be encoded, and often enough text that means something to a format."""
    return st.text(max_size=max_size) | st.sampled_from(_TELLING_TEXTS)


@cache
def names() -> st.SearchStrategy[str | None]:
    """Draw a field that is often missing: one draw, because a conversation has many."""
    return st.sampled_from([None, None, None, "name", *_TELLING_TEXTS])


@cache
def json_values() -> st.SearchStrategy[Json]:
    """Draw any value that JSON can hold and give back unchanged."""
    floats = st.floats(allow_nan=False, allow_infinity=False)
    plain: st.SearchStrategy[Json] = st.one_of(st.none(), st.booleans(), _INT64, floats, texts(10))
    return st.recursive(
        plain,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts(8), inner, max_size=3),
        max_leaves=5,
    )


@cache
def mappings() -> st.SearchStrategy[Mapping[str, Json]]:
    """Draw a metadata field: empty as often as not, as in real exports."""
    return st.sampled_from(_TELLING_MAPPINGS).flatmap(
        lambda drawn: (
            st.just(drawn)
            if drawn is not None
            else st.dictionaries(texts(8), json_values(), max_size=2)
        )
    )


@cache
def times() -> st.SearchStrategy[int | None]:
    """Draw None, a time of our days, or any time at all."""
    return st.none() | st.integers(min_value=0, max_value=2_000_000_000_000) | _INT64


@st.composite
def attachments(draw: st.DrawFn) -> Attachment:
    """Draw a file, with or without its bytes."""
    content = draw(st.none() | st.binary(max_size=60))
    return attachment(
        draw(texts()),
        content,
        media_type=draw(st.sampled_from([None, "image/png", "text/html", "", "x"])),
        size_bytes=draw(st.sampled_from([None, 0, len(content or b""), 2**40])),
        external_id=draw(names()),
        metadata=draw(mappings()),
    )


@st.composite
def parts(draw: st.DrawFn, attachment_count: int = 0) -> Part:
    """Draw a part of any kind; it points at one of the message's attachments, or at none."""
    return Part(
        kind=draw(st.sampled_from(PartKind)),
        text=draw(texts()),
        name=draw(names()),
        url=draw(st.sampled_from(_TELLING_URLS)),
        attachment=draw(st.sampled_from([None, *range(attachment_count)])),
        data=draw(mappings()),
    )


@st.composite
def messages(draw: st.DrawFn, number: int, earlier: list[int]) -> Message:
    """Draw message *number*; its parent is one of the *earlier* numbers, or it is a root."""
    files = tuple(draw(st.lists(attachments(), max_size=2)))
    return Message(
        number=number,
        parent=draw(st.sampled_from([None, *earlier])),
        role=draw(st.sampled_from(Role)),
        external_id=f"{number}{draw(names()) or ''}",
        parts=tuple(draw(st.lists(parts(len(files)), max_size=3))),
        created_at_ms=draw(times()),
        author=draw(names()),
        model=draw(names()),
        attachments=files,
        is_hidden=draw(st.booleans()),
        is_missing_at_source=draw(st.booleans()),
        metadata=draw(mappings()),
    )


def set_marks() -> st.SearchStrategy[SetMark]:
    return st.builds(
        SetMark,
        mark=st.sampled_from(SETTABLE),
        is_set=st.booleans(),
        set_at_ms=st.integers(0, 4_000_000_000_000),
    )


# Each with its colour, as a vault has one of a name.
_TAGS = {"work": None, "work/tax": "green", "two words": "grey", "Ünï/京都": None, "2024": "red"}


@st.composite
def taggings(draw: st.DrawFn, numbers: Sequence[int]) -> tuple[Tagging, ...]:
    """Draw tags of a conversation and of its messages, in the order in which a vault has them."""
    places = st.tuples(st.sampled_from([0, *numbers]), st.sampled_from(sorted(_TAGS)))
    drawn = sorted(draw(st.sets(places, max_size=3)), key=lambda p: (p[0], tag_key(p[1])))
    return tuple(
        Tagging(
            name=name,
            colour=_TAGS[name],
            number=number or None,
            actor=draw(st.sampled_from(TagActor)),
            added_at_ms=draw(st.integers(0, 4_000_000_000_000)),
        )
        for number, name in drawn
    )


@st.composite
def annotations(draw: st.DrawFn, numbers: Sequence[int]) -> Annotation:
    """Draw a note or a highlight of a conversation, or of one of its messages."""
    number = draw(st.sampled_from([None, *numbers]))
    passage = None
    if number is not None and draw(st.booleans()):
        passage = Passage(
            start=draw(st.integers(0, 2**40)),
            quote=draw(texts(20).filter(bool)),
            prefix=draw(texts(8))[:32],
            suffix=draw(texts(8))[:32],
        )
    return Annotation(
        number=number,
        passage=passage,
        colour=draw(st.sampled_from([None, *COLOURS])),
        text=draw(texts(20) if passage is not None else texts(20).filter(bool)),
        created_at_ms=draw(st.integers(0, 4_000_000_000_000)),
    )


def summaries() -> st.SearchStrategy[Summary]:
    """Draw a summary in a person's words, as it goes from one vault to another."""
    return st.builds(
        Summary,
        author=st.just(SummaryAuthor.PERSON),
        text=texts().filter(str.strip),
        made_at_ms=times(),
    )


@st.composite
def conversations(draw: st.DrawFn, max_messages: int = 4) -> Conversation:
    """Draw any conversation that keeps the rules of the model: branches, gaps, several roots."""
    said: list[Message] = []
    numbers: list[int] = []
    for _ in range(draw(st.integers(0, max_messages))):
        number = (numbers[-1] if numbers else 0) + draw(st.integers(1, 3))
        said.append(draw(messages(number, list(numbers))))
        numbers.append(number)
    leaves = sorted(set(numbers) - {m.parent for m in said})
    return Conversation(
        id=draw(st.none() | st.uuids(version=4)),
        kind=draw(st.sampled_from(Kind)),
        source=draw(st.sampled_from(["chatgpt", "claude", "gemini", "other"])),
        external_id=draw(texts(12)),
        account=draw(names()),
        title=draw(texts()),
        created_at_ms=draw(times()),
        updated_at_ms=draw(times()),
        model=draw(names()),
        project=draw(names()),
        is_archived=draw(st.booleans()),
        is_starred=draw(st.booleans()),
        is_missing_at_source=draw(st.booleans()),
        marks=draw(st.none() | st.builds(tuple, st.lists(set_marks(), max_size=1))),
        active=draw(st.sampled_from([None, *leaves])),
        tags=draw(taggings(numbers)),
        annotations=tuple(draw(st.lists(annotations(numbers), max_size=2))),
        summary=draw(st.none() | summaries()),
        messages=tuple(said),
        metadata=draw(mappings()),
    )


# Texts that some format takes for its own: HTML, Markdown, YAML, a spreadsheet, a file system.
_TELLING_TEXTS = [
    "",
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "![pixel](http://tracker.example/a.png)",
    "[click](javascript:alert(1))",
    "[data](data:text/html;base64,PHNjcmlwdD4=)",
    "<http://example.org/?a=1&b=2>",
    "```python\nprint('never closed')",
    "~~~~\n```\n~~~~",
    "<!-- never closed",
    "| a | b |\n|--:|:-:|\n| 1 | <b> |",
    "=cmd|' /C calc'!A0",
    "@SUM(1)",
    "---\ntitle: no\n---\n",
    "../../etc/passwd",
    "CON.txt",
    "a\x00b\x1b[31m\u2028\u202etxt.exe\ufeff\x85",
    "שלום \u2067\u0639\u0627\u0644\u0645\u2069 世界 👩‍👩‍👧 e\u0301",
]
_TELLING_URLS = [
    None,
    "",
    "https://example.org/a?b=c&d",
    "javascript:alert(1)",
    'https://x/"onmouseover="alert(1)',
    "http://",
]
_TELLING_MAPPINGS: list[Mapping[str, Json] | None] = [
    {},
    {},
    {},
    {"": [None, True, {"deep": [[]]}], "language": "python"},
    {"type": "text/html", "ünï": -0.0, "big": 2**63, "small": 5e-324},
    # Anything at all: slow to draw, so seldom drawn.
    None,
]
