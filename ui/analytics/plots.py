"""From the analytics to plots: what is called how, and which search finds what is behind a mark."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta

from PySide6.QtCore import QLocale

from privatus.services.analytics_result import (
    NO_MODEL,
    Analytics,
    AttachmentCounts,
    ChatCount,
    Counted,
    MonthTopics,
)
from privatus.services.prices import Cost
from privatus.services.wording import MONTH, is_narrowed, narrowed
from ui.analytics.plot import Plot, Point
from ui.i18n import _, day, locale, ngettext, number, size
from ui.search.labels import ROLES
from ui.sources import label_of

# More bars than this nobody compares; the table has all.
_BARS = 12
_PARTS = 8
_TOPICS = 12
_FILES = "(has:file OR has:image OR has:audio)"
_SHORT = QLocale.FormatType.ShortFormat


def messages_text(count: int) -> str:
    """Return "1,234 messages"."""
    return ngettext("{n} message", "{n} messages", count)


def words_text(count: int) -> str:
    """Return "1,234 words"."""
    return ngettext("{n} word", "{n} words", count)


def _with(query: str, *said: tuple[str, str]) -> str:
    """Return *query* narrowed further; what it says already stays."""
    for name, value in said:
        # Narrowed to what it is narrowed to already, it would be wide again.
        query = query if is_narrowed(query, name, value) else narrowed(query, name, value)
    return query


def days(found: Analytics) -> Plot:
    """Return the days of all years that have a message."""
    headers = (_("Day (UTC)"), _("Messages"))
    rows = tuple((at.isoformat(), count) for at, count in found.by_day.items())
    years = sorted({at.year for at in found.by_day}, reverse=True)
    points = []
    for place, year in enumerate(years):
        first = date(year, 1, 1)
        for past in range((date(year + 1, 1, 1) - first).days if year < 9999 else 365):
            at = first + timedelta(past)
            count, text = found.by_day.get(at, 0), at.isoformat()
            query = f"{found.query} since:{text} until:{text}".strip()
            week = (past + first.weekday()) // 7
            points.append(
                Point(label=day(at), value=count, shown=messages_text(count),
                      query=query if count else None, row=7 * place + at.weekday(), column=week)
            )  # fmt: skip
    return Plot(
        name="activity",
        title=_("Activity by day"),
        hint=_("A day is as dark as it has messages. Days begin at midnight UTC, as in searches."),
        points=tuple(points),
        headers=headers,
        rows=rows,
        row_labels=tuple(map(str, years)),
        column_labels=tuple(locale().standaloneMonthName(m, _SHORT) for m in range(1, 13)),
    )


def hours(found: Analytics) -> Plot:
    """Return the hours of the week."""
    names = [locale().standaloneDayName(weekday) for weekday in range(1, 8)]
    points = [
        Point(
            label=_("{weekday}, {hour}").format(weekday=names[row], hour=_hour(hour)),
            value=count, shown=messages_text(count), row=row, column=hour,
        )
        for row, counts in enumerate(found.week)
        for hour, count in enumerate(counts)
    ]  # fmt: skip
    return Plot(
        name="hours",
        title=_("Hours of the week"),
        hint=_("By the clock of this computer, summer time as it was."),
        points=tuple(points),
        headers=(_("Weekday"), _("Hour"), _("Messages")),
        rows=tuple((names[p.row], _hour(p.column), int(p.value)) for p in points if p.value),
        row_labels=tuple(locale().standaloneDayName(d, _SHORT) for d in range(1, 8)),
        column_labels=tuple(_hour(hour) if hour % 3 == 0 else "" for hour in range(24)),
    )


def _hour(hour: int) -> str:
    return f"{hour:02}:00"


def months(found: Analytics) -> Plot:
    """Return the messages of each month, by source."""
    sources = [counted.key for counted in found.by_source]
    named, others = sources[:_PARTS], sources[_PARTS:]
    counts = {counted.key: counted for counted in found.by_month}
    points, labels = [], []
    for place, key in enumerate(_all_months(counts)):
        by_source = found.sources_by_month.get(key, {})
        parts = [(label_of(source), by_source.get(source, 0)) for source in named]
        if others:
            parts.append((_("Others"), sum(by_source.get(source, 0) for source in others)))
        counted = counts.get(key, Counted(key=key, messages=0))
        detail = ", ".join(f"{name} {number(n)}" for name, n in parts if n)
        points.append(
            Point(label=month_name(key), value=counted.messages, detail=detail,
                  shown=f"{messages_text(counted.messages)}, {words_text(counted.words)}",
                  parts=tuple(parts), column=place,
                  query=_with(found.query, (MONTH, key)) if counted.messages else None)
        )  # fmt: skip
        labels.append(key[:4] if key.endswith("-01") or not place else "")
    return Plot(
        name="months",
        title=_("Messages by month"),
        points=tuple(points),
        headers=(_("Month (UTC)"), _("Messages"), _("Words"), *map(label_of, sources)),
        rows=tuple(
            (c.key, c.messages, c.words,
             *(found.sources_by_month[c.key].get(source, 0) for source in sources))
            for c in found.by_month
        ),
        parts=(*map(label_of, named), *([_("Others")] if others else [])),
        column_labels=tuple(labels),
    )  # fmt: skip


def _all_months(counts: Mapping[str, Counted]) -> Iterable[str]:
    """Yield the months from the first to the last, those without messages, too."""
    if not counts:
        return
    year, month = map(int, min(counts).split("-"))
    while (key := f"{year:04}-{month:02}") <= max(counts):
        yield key
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)


def month_name(key: str) -> str:
    """Return what people call a month such as "2025-03"."""
    year, month = key.split("-")
    return f"{locale().standaloneMonthName(int(month))} {int(year)}"


def _bars(
    name: str,
    title: str,
    header: str,
    counted: Sequence[Counted],
    found: Analytics,
    label: Callable[[str], str] = str,
    *,
    facet: str = "",
    by_words: bool = False,
    has_words: bool = True,
    hint: str = "",
) -> Plot:
    """Return one bar a value, the largest first."""
    ordered = sorted(counted, key=lambda c: -c.words) if by_words else list(counted)
    points = [
        Point(
            label=label(c.key), value=c.words if by_words else c.messages,
            shown=number(c.words if by_words else c.messages),
            detail=f"{messages_text(c.messages)}, {words_text(c.words)}" if has_words else "",
            query=_with(found.query, (facet, c.key)) if facet else None,
        )
        for c in ordered[:_BARS]
    ]  # fmt: skip
    more = len(ordered) - _BARS
    if more > 0:
        hint = ngettext("One more is in the table.", "{n} more are in the table.", more)
    words = (_("Words"),) if has_words else ()
    return Plot(
        name=name, title=title, points=tuple(points), hint=hint,
        headers=(header, _("Messages"), *words),
        rows=tuple((label(c.key), c.messages, *((c.words,) if has_words else ())) for c in ordered),
    )  # fmt: skip


def sources(found: Analytics, *, by_words: bool = False) -> Plot:
    """Return the messages or words of each source."""
    return _bars("sources", _("By source"), _("Source"), found.by_source, found, label_of,
                 facet="source", by_words=by_words)  # fmt: skip


def models(found: Analytics, *, by_words: bool = False) -> Plot:
    """Return the messages or words of each model."""
    return _bars("models", _("By model"), _("Model"), found.by_model, found, facet="model",
                 by_words=by_words)  # fmt: skip


def roles(found: Analytics, *, by_words: bool = False) -> Plot:
    """Return the messages or words of each who speaks."""
    return _bars("roles", _("Who speaks"), _("Said by"), found.by_role, found,
                 lambda role: _(ROLES[role]), facet="role", by_words=by_words)  # fmt: skip


def languages(found: Analytics, *, by_words: bool = False) -> Plot:
    """Return the messages or words of each language."""
    return _bars("languages", _("By language"), _("Language"), found.languages, found,
                 language_name, by_words=by_words,
                 hint=_("The language in which a chat begins."))  # fmt: skip


def language_name(code: str) -> str:
    """Return what people who speak a language call it."""
    # English without a country would be that of America.
    name = "English" if code == "en" else QLocale(code).nativeLanguageName()
    return name[:1].upper() + name[1:] if name else code


def codes(found: Analytics) -> Plot:
    """Return the messages with code of each programming language."""
    return _bars("code", _("Code by language"), _("Code language"), found.codes, found,
                 has_words=False)  # fmt: skip


def _chats(
    name: str, title: str, header: str, chats: Sequence[ChatCount], text: Callable[[int], str]
) -> Plot:
    points = [
        Point(label=chat.title or _("Untitled"), value=chat.count, shown=number(chat.count),
              detail=f"{text(chat.count)}, {label_of(chat.source)}", chat=chat.id)
        for chat in chats[:_BARS]
    ]  # fmt: skip
    return Plot(
        name=name, title=title, points=tuple(points), headers=(_("Chat"), _("Source"), header),
        rows=tuple((chat.title, label_of(chat.source), chat.count) for chat in chats),
    )  # fmt: skip


def longest(found: Analytics) -> Plot:
    """Return the chats with the most messages."""
    return _chats("longest", _("Longest chats"), _("Messages"), found.longest, messages_text)


def returned(found: Analytics) -> Plot:
    """Return the chats that somebody came back to on the most days."""
    return _chats(
        "returned", _("Chats you came back to"), _("Days"), found.returned,
        lambda days: ngettext("{n} day", "{n} days", days),
    )  # fmt: skip


def topics(found: Sequence[MonthTopics], query: str) -> Plot:
    """Return the words that stand out in the titles of a month, by month."""
    totals: dict[str, int] = {}
    for said in found:
        for word, chats in said.terms:
            totals[word] = totals.get(word, 0) + chats
    words = sorted(totals, key=lambda word: (-totals[word], word))[:_TOPICS]
    points = []
    for column, said in enumerate(found):
        for word, chats in said.terms:
            if word in words:
                points.append(
                    Point(label=f"{word}, {month_name(said.month)}", value=chats,
                          shown=ngettext("{n} chat", "{n} chats", chats),
                          query=_with(f"in:title {word} {query}".strip(), (MONTH, said.month)),
                          row=words.index(word), column=column)
                )  # fmt: skip
    return Plot(
        name="topics",
        title=_("Topics over time"),
        hint=_("Words that the titles of a month's chats have more than those of other months."),
        points=tuple(points),
        headers=(_("Month (UTC)"), _("Word"), _("Chats")),
        rows=tuple((said.month, word, chats) for said in found for word, chats in said.terms),
        row_labels=tuple(words),
        column_labels=tuple(
            said.month if not place or said.month.endswith("-01") else ""
            for place, said in enumerate(found)
        ),
    )


def cost(found: Analytics, estimate: Cost) -> Plot:
    """Return what the answers of each model would have cost."""
    ordered = sorted(estimate.models, key=lambda m: -(m.dollars or 0))
    points = []
    for model in ordered[:_BARS]:
        tokens = model.tokens
        detail = _("about {read} tokens read, {written} written").format(
            read=number(tokens.read), written=number(tokens.written)
        )
        name = tokens.model
        points.append(
            Point(label=name if name != NO_MODEL else _("Model not known"),
                  value=model.dollars or 0.0, detail=detail, shown=_dollars(model.dollars),
                  query=_with(found.query, ("model", name)) if name != NO_MODEL else None)
        )  # fmt: skip
    return Plot(
        name="cost",
        title=_("Estimated tokens and cost"),
        hint=_cost_hint(estimate),
        points=tuple(points),
        headers=(_("Model"), _("Answers"), _("Tokens read"), _("Tokens written"), _("US dollars")),
        rows=tuple(
            (m.tokens.model, m.tokens.answers, m.tokens.read, m.tokens.written,
             "" if m.dollars is None else round(m.dollars, 2))
            for m in ordered
        ),
    )  # fmt: skip


def _cost_hint(estimate: Cost) -> str:
    said = _("{sum} in all, at your own prices.") if estimate.is_edited else _(
        "{sum} in all, at prices as of {day}."
    )  # fmt: skip
    hint = said.format(sum=_dollars(estimate.dollars), day=day(date.fromisoformat(estimate.as_of)))
    if estimate.unpriced:
        hint += " " + ngettext(
            "{n} answer is of a model without a price.",
            "{n} answers are of models without a price.",
            estimate.unpriced,
        )
    return hint


def _dollars(dollars: float | None) -> str:
    if dollars is None:
        return _("no price")
    return _("US${sum}").format(sum=number(dollars, 2))


def attachments(found: AttachmentCounts, query: str) -> Plot:
    """Return the files of each source."""
    points = [
        Point(label=label_of(source), value=count, shown=number(count), detail=size(size_bytes),
              query=_with(f"{_FILES} {query}".strip(), ("source", source)))
        for source, count, size_bytes in found.by_source
    ]  # fmt: skip
    files = ngettext("{n} file", "{n} files", found.files)
    return Plot(
        name="attachments",
        title=_("Attachments"),
        hint=_("{files} are stored, {size} in all.").format(
            files=files, size=size(found.size_bytes)
        ),
        points=tuple(points),
        headers=(_("Source"), _("Attachments"), _("Bytes")),
        rows=tuple((label_of(s), count, size_bytes) for s, count, size_bytes in found.by_source),
    )
