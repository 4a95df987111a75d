"""Lists, hits and counts as a person reads them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from privatus.cli.output import bold, columns, counted, cut, line_width, size, table
from privatus.core.conversation import ConversationSummary, Kind
from privatus.services.rendering import inline, minute, one_line, source_label

if TYPE_CHECKING:
    from privatus.services.search import Hit, SearchResult
    from privatus.services.statistics import VaultStatistics

_ID_DIGITS = 8
_UNTITLED = "Untitled"
_MAX_MODELS = 12
_BAR_COLUMNS = 40
# A table has no room for titles below this.
_NARROW_COLUMNS = 64


def short_id(conversation_id: UUID, number: int | None = None) -> str:
    """Return the beginning of an id, which `show` understands: "1a2b3c4d", "1a2b3c4d.7"."""
    digits = conversation_id.hex[:_ID_DIGITS]
    return digits if number is None else f"{digits}.{number}"


def summary_lines(summaries: Sequence[ConversationSummary]) -> Iterator[str]:
    """Yield a table of conversations, cut to the terminal; two lines each if that is narrow."""
    width = line_width()
    if width is not None and width < _NARROW_COLUMNS:
        yield from _narrow_lines(summaries, width)
        return
    rows = [("ID", "CHANGED", "SOURCE", "MESSAGES", "TITLE")]
    rows += [
        (
            short_id(summary.id),
            minute(summary.updated_at_ms or summary.created_at_ms)[:10],
            _source(summary),
            f"{summary.messages:,}",
            one_line(summary.title) or _UNTITLED,
        )
        for summary in summaries
    ]
    first, *others = (cut(line, width) for line in table(rows, right=(3,)))
    yield bold(first)
    yield from others


def _narrow_lines(summaries: Sequence[ConversationSummary], width: int) -> Iterator[str]:
    for summary in summaries:
        facts = (
            short_id(summary.id),
            counted(summary.messages, "message"),
            minute(summary.updated_at_ms or summary.created_at_ms)[:10],
            _source(summary),
        )
        yield bold(cut(one_line(summary.title) or _UNTITLED, width))
        yield cut("  " + " · ".join(fact for fact in facts if fact), width)


def _source(summary: ConversationSummary) -> str:
    source = one_line("+".join(summary.sources) or summary.source)
    return source if summary.kind is Kind.AI else f"{source} ({summary.kind.value})"


def audit_lines(rows: Sequence[tuple[str, str, str, str]]) -> Iterator[str]:
    """Yield the entries of the log as a table; in several lines each if that is too wide."""
    width = line_width()
    lines = table(rows, right=(0,))
    if width is None or all(columns(line) <= width for line in lines):
        yield from lines
        return
    from textwrap import wrap

    for *facts, details in rows:
        yield cut("  ".join(facts), width)
        yield from wrap(details, width, initial_indent="    ", subsequent_indent="    ")


def hit_lines(hit: Hit) -> Iterator[str]:
    """Yield a hit: the title, where and when it is, and the passage with its words in bold."""
    yield bold(cut(one_line(hit.title) or _UNTITLED, line_width()))
    facts = (
        minute(hit.created_at_ms),
        source_label(one_line(hit.source)),
        hit.role.value if hit.role else "" if hit.note else "found in the title",
        short_id(hit.conversation_id, hit.number),
    )
    yield "  " + " · ".join(fact for fact in facts if fact)
    if hit.note is not None:
        yield "  note: " + _highlighted(hit.note.text, hit.note.highlights)
    if hit.role is not None:
        yield "  " + _highlighted(hit.snippet.text, hit.snippet.highlights)


def _highlighted(text: str, highlights: Sequence[tuple[int, int]]) -> str:
    pieces, position = [], 0
    for start, end in highlights:
        pieces += [inline(text[position:start]), bold(inline(text[start:end]))]
        position = end
    return "".join([*pieces, inline(text[position:])])


def result_line(result: SearchResult, *, is_best_wanted: bool) -> str:
    """Return how much was found: "20 of more than 1,000 matches, ranked …, in 3.1 ms".

    Says so if the best were wanted first, and the words are too common to tell which those are.
    """
    if not result.total:
        found = "nothing found"
    elif result.total_is_exact and result.total == len(result):
        found = counted(result.total, "match").replace("matchs", "matches")
    else:
        about = "" if result.total_is_exact else "more than "
        found = f"{len(result):,} of {about}{result.total:,} matches"
    if result.ranked_within is not None:
        found += f", ranked among the newest {result.ranked_within:,}"
    elif is_best_wanted and not result.is_ranked and len(result) > 1:
        found += ", the newest first"
    return f"{found}, in {result.milliseconds:.1f} ms"


def statistics_lines(statistics: VaultStatistics) -> Iterator[str]:
    """Yield the counts and sizes of the vault."""
    s = statistics
    yield f"{counted(s.conversations, 'conversation')}, {counted(s.messages, 'message')}"
    yield (
        f"{counted(s.attachments, 'attachment')},"
        f" {counted(s.files, 'file')} of {size(s.files_bytes)}"
    )
    yield (
        f"on disk: database {size(s.database_bytes)}, search index {size(s.index_bytes)},"
        f" files {size(s.blobs_bytes)}"
    )
    sources = [("SOURCE", "CONVERSATIONS", "MESSAGES", "GONE AT SOURCE")] + [
        (one_line(c.source), f"{c.conversations:,}", f"{c.messages:,}", f"{c.missing_at_source:,}")
        for c in s.sources
    ]
    if s.sources:
        yield from ("", *table(sources, right=(1, 2, 3)))
    yield from _count_lines("ROLE", s.by_role)
    yield from _count_lines("MODEL", s.by_model, _MAX_MODELS)
    yield from _year_lines(s.by_month)


def _count_lines(
    heading: str, counts: Mapping[str, int], limit: int | None = None
) -> Iterator[str]:
    if not counts:
        return
    rows = [(heading, "MESSAGES")]
    rows += [(one_line(name), f"{count:,}") for name, count in [*counts.items()][:limit]]
    yield from ("", *table(rows, right=(1,)))
    if limit is not None and len(counts) > limit:
        yield f"and {len(counts) - limit} more, which --json lists"


def _year_lines(by_month: Mapping[str, int]) -> Iterator[str]:
    years: dict[str, int] = {}
    for month, count in by_month.items():
        year = month[:4] or "no time"
        years[year] = years.get(year, 0) + count
    if not years:
        return
    most = max(years.values())
    rows = [("YEAR", "MESSAGES", "")]
    rows += [(y, f"{n:,}", "#" * -(-n * _BAR_COLUMNS // most)) for y, n in sorted(years.items())]
    width = line_width()
    yield from ("", *(cut(line, width) for line in table(rows, right=(1,))))
