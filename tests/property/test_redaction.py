"""Whatever a conversation holds and wherever: what was to be redacted is nowhere in an export."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from privatus.core.annotation import Passage
from privatus.core.conversation import Conversation, Part, PartKind
from privatus.core.jobs import Job
from privatus.core.summary import Summary, SummaryAuthor, SummarySentence
from privatus.exporters import registry
from privatus.exporters.base import ExportOptions
from privatus.exporters.shaping import Shaper
from support.conversations import annotation, attachment, conversation, message, tagging

_VALUES = (
    "ada.lovelace@example.org", "BOB@sub.example.co.uk", "+49 30 901820", "+1 212-555-0123",
    "DE89 3704 0044 0532 0130 00", "GB82WEST12345698765432", "4111 1111 1111 1111",
    "5555555555554444", "192.168.17.23", "2001:db8::8a2e:370:7334",
    "sk-proj-abcdefghijklmnopqrstuvwxyz123456", "ghp_a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1",
    "AKIAIOSFODNN7EXAMPLE",
)  # fmt: skip
_AROUND = ("", " ", "\n", '"', "'", "(", ")", "<", ">", ", ", ": ", "; ", "|", "\t", "*", "`", "!")

_texts = st.lists(
    st.tuples(st.sampled_from(("so", "here", "ä", "—")), st.sampled_from(_VALUES)), max_size=3
).flatmap(
    lambda pairs: st.lists(st.sampled_from(_AROUND[1:]), min_size=2, max_size=2).map(
        lambda around: "".join(f"{word}{around[0]}{value}{around[1]}" for word, value in pairs)
    )
)


def _own(text: str) -> Summary:
    return Summary(author=SummaryAuthor.PERSON, text=text)


def _made(text: str) -> Summary:
    said = SummarySentence(number=1, start=0, text=text, plain=" ".join(text.split()))
    return Summary(sentences=(said,))


@st.composite
def _conversations(draw: st.DrawFn) -> Conversation:
    parts = (
        Part(kind=PartKind.TEXT, text=draw(_texts)),
        Part(
            kind=draw(st.sampled_from(list(PartKind))),
            text=draw(_texts),
            name=draw(_texts),
            url=f"https://x.example/?q={draw(st.sampled_from(_VALUES))}",
            data={draw(_texts): [draw(_texts), {"n": 5555555555554444}], "a": None},
        ),
    )
    files = (
        attachment(f"{draw(_texts)}.txt", draw(_texts).encode(), external_id=draw(_texts)),
        attachment(f"{draw(_texts)}.png", b"\x89PNG\0" + draw(_texts).encode()),
    )
    return conversation(
        message(
            1, parts=parts, attachments=files, author=draw(_texts), model=draw(_texts),
            external_id=draw(_texts), metadata={draw(_texts): draw(_texts)},
        ),
        title=draw(_texts),
        external_id=f"c {draw(_texts)}",
        account=draw(st.sampled_from(_VALUES)),
        project=draw(_texts),
        folder=draw(_texts) or None,
        metadata={"deep": {draw(_texts): [[draw(_texts)]]}},
        tags=(tagging(f"a{draw(_texts)}"), tagging(f"b{draw(_texts)}", 1)),
        annotations=(
            annotation(draw(_texts), 1, passage=Passage(start=0, quote=draw(_texts))),
            annotation(draw(_texts)),
        ),
        summary=draw(st.sampled_from([_own, _made]))(draw(_texts)),
    )  # fmt: skip


def _contents(folder: Path) -> str:
    """Return all names and contents of a folder, with what Parquet compresses."""
    found = []
    for path in folder.rglob("*"):
        found.append(path.name)
        if path.suffix == ".parquet":
            from pyarrow import parquet

            found.append(repr(parquet.read_table(path).to_pylist()))
        elif path.is_file():
            found.append(path.read_text(encoding="utf-8"))
    return "\n".join(found)


@pytest.mark.parametrize("format", [exporter.format for exporter in registry.BUILT_IN])
@given(chat=_conversations(), with_metadata=st.booleans())
@settings(max_examples=25, deadline=None)
def test_nothing_that_was_redacted_is_in_any_file_or_name(
    format: str, chat: Conversation, with_metadata: bool
) -> None:
    options = ExportOptions(redact=True, with_metadata=with_metadata)
    shaped = [Shaper(options).shaped(chat)]

    with tempfile.TemporaryDirectory() as folder:
        registry.find(format).write(shaped, Path(folder) / "out", Job())
        written = _contents(Path(folder) / "out").casefold()

    for value in _VALUES:
        assert value.casefold() not in written
        assert "".join(value.split()).casefold() not in "".join(written.split())


@given(chat=_conversations())
@settings(max_examples=25, deadline=None)
def test_an_export_without_metadata_has_titles_and_what_was_said_alone(chat: Conversation) -> None:
    shaped = Shaper(ExportOptions(with_metadata=False)).shaped(chat)

    assert [m.text for m in shaped.messages] == [m.text for m in chat.messages]
    assert shaped.title == chat.title
    assert (shaped.id, shaped.account, shaped.project, shaped.folder) == (None,) * 4
    assert (shaped.tags, shaped.annotations, shaped.metadata) == ((), (), {})
    assert shaped == Shaper(ExportOptions(with_metadata=False)).shaped(
        replace(chat, created_at_ms=5, model="other", tags=())
    )
