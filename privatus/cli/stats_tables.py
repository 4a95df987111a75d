"""The tables of `privatus stats --by …`."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from privatus.bootstrap import Vault
from privatus.cli.output import table as aligned
from privatus.core.jobs import Job
from privatus.services.analytics_result import NO_MODEL, Analytics, Counted
from privatus.services.rendering import one_line

Value = str | int | float | None
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows under headings."""

    by: str
    columns: tuple[str, ...]
    rows: Sequence[tuple[Value, ...]]
    remark: str = ""

    def records(self) -> list[dict[str, Value]]:
        """Return the rows for JSON."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]

    def csv(self) -> str:
        """Return the rows as CSV."""
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(self.columns)
        writer.writerows(self.rows)
        return out.getvalue()

    def lines(self) -> Iterator[str]:
        """Yield the rows for a terminal."""
        if not self.rows:
            return
        heads = tuple(column.upper().replace("_", " ") for column in self.columns)
        numbers = [
            place
            for place in range(len(heads))
            if all(not isinstance(row[place], str) for row in self.rows)
        ]
        yield from aligned(
            [heads, *(tuple(map(_shown, row)) for row in self.rows)], right=tuple(numbers)
        )


def table_by(vault: Vault, by: str, query: str, job: Job) -> Table:
    """Return what the messages that *query* finds are *by* something."""
    match by:
        case "topic":
            return _topics(vault, query, job)
        case "attachment":
            counted = vault.analytics.attachments(query, job=job)
            return Table(by=by, columns=("source", "attachments", "bytes"), rows=counted.by_source)
        case "cost":
            return _cost(vault, query, job)
    found = vault.analytics.of(query, job=job)
    if by == "chat":
        return _chats(found)
    return _counts(found, by)


def _counts(found: Analytics, by: str) -> Table:
    simple: dict[str, Callable[[], Sequence[Counted]]] = {
        "month": lambda: found.by_month,
        "source": lambda: found.by_source,
        "model": lambda: found.by_model,
        "role": lambda: found.by_role,
        "language": lambda: found.languages,
    }
    if by in simple:
        rows = [(counted.key, counted.messages, counted.words) for counted in simple[by]()]
        remark = f"{found.undated} messages have no time." if by == "month" else ""
        return Table(
            by=by, columns=(by, "messages", "words"), rows=rows,
            remark=remark if found.undated else "",
        )  # fmt: skip
    columns = (by, "messages")
    if by == "day":
        return Table(
            by=by, columns=columns, rows=[(d.isoformat(), n) for d, n in found.by_day.items()]
        )
    if by == "code":
        return Table(by=by, columns=columns, rows=[(c.key, c.messages) for c in found.codes])
    hours = [
        (_WEEKDAYS[weekday], f"{hour:02}:00", messages)
        for weekday, counts in enumerate(found.week)
        for hour, messages in enumerate(counts)
        if messages
    ]
    return Table(by=by, columns=("weekday", "hour", "messages"), rows=hours)


def _chats(found: Analytics) -> Table:
    returned = {chat.id: chat.count for chat in found.returned}
    longest = {chat.id: chat.count for chat in found.longest}
    chats = {chat.id: chat for chat in (*found.longest, *found.returned)}
    rows = [
        (str(chat.id), chat.source, longest.get(i), returned.get(i), one_line(chat.title))
        for i, chat in chats.items()
    ]
    return Table(by="chat", columns=("id", "source", "messages", "days", "title"), rows=rows)


def _topics(vault: Vault, query: str, job: Job) -> Table:
    rows = [
        (said.month, said.chats, ", ".join(word for word, _ in said.terms))
        for said in vault.analytics.topics(query, job=job)
    ]
    return Table(by="topic", columns=("month", "chats", "topics"), rows=rows)


def _cost(vault: Vault, query: str, job: Job) -> Table:
    cost = vault.analytics.cost(vault.analytics.of(query, job=job))
    rows = [
        (
            one_line(model.tokens.model) if model.tokens.model != NO_MODEL else "(not said)",
            model.tokens.answers,
            model.tokens.read,
            model.tokens.written,
            None if model.dollars is None else round(model.dollars, 2),
        )
        for model in cost.models
    ]
    of = "your own prices" if cost.is_edited else f"prices as of {cost.as_of}"
    missing = f"; {cost.unpriced:,} answers are of models without a price" if cost.unpriced else ""
    return Table(
        by="cost",
        columns=("model", "answers", "tokens_read", "tokens_written", "us_dollars"),
        rows=rows,
        remark=f"An estimate: {cost.dollars:,.2f} US dollars, {of}{missing}.",
    )


def _shown(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:,.2f}"
    return f"{value:,}" if isinstance(value, int) else one_line(value)
