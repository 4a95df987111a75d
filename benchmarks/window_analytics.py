"""Analytics: counts from the service, with and without a query; and the page in the window."""

from __future__ import annotations

import time
from typing import Any

from benchmarks import ours
from benchmarks.harness import Spread, call
from benchmarks.lab import Lab
from benchmarks.report import Row, Section
from benchmarks.window_desk import opened, row, until, wait
from privatus import Vault
from privatus.core.conversation import Role

_MAX_PAGE_MS, _MAX_SERVICE_MS, _MAX_QUERY_MS = 300, 200, 1_000
_ROUNDS = 9
# More are counted with a bar that shows how far it is.
_MANY = 50_000
# What a tag, a month and a word have; and everything, which no query has to be asked for.
_QUERIES = ("since:2025-01 until:2025-01", "role:user since:2025", "source:chatgpt")


def run(lab: Lab) -> Section:
    folder = lab.vault()
    service = call(count, folder=folder).result
    pages = [call(open_page, folder=folder).result for _ in range(max(3, lab.repeat))]
    rows = [
        row("opening the page until it is painted, wall time",
            [page["wall"] for page in pages], _MAX_PAGE_MS, "median"),
        row("of that, CPU of the GUI thread", [p["cpu"] for p in pages], _MAX_PAGE_MS, "median"),
        row("painting all plots anew, CPU", [page["paint"] for page in pages], 60, "median"),
        Row(figure="until topics and attachments are there, too, wall time",
            ours=str(Spread.of([page["rest"] for page in pages]))),
        row("all counts from the service", service["all"], _MAX_SERVICE_MS, "median"),
        *(_of_query(query, found) for query, found in service["queries"].items()),
        row("after one more message", service["appended"], _MAX_SERVICE_MS, "median"),
    ]  # fmt: skip
    return Section(
        title=f"Analytics of {service['messages']:,} messages, ms (median / p95 / longest)",
        rows=rows,
        notes=[
            f"The page is opened for the first time in its process, {len(pages)} times; the service"
            f" counts {_ROUNDS} times. What a query finds is added up from the facts of its"
            " messages, which are sealed chat by chat; it can be stopped.",
            f"Counting everything anew, as `privatus check` does: {service['recount_s']:.0f} s.",
        ],
        numbers={"pages": pages, "service": service},
        columns=("figure", "Privatus", ""),
    )


def _of_query(query: str, found: dict[str, Any]) -> Row:
    figure = f"`{query}`, {found['messages']:,} messages"
    if found["messages"] <= _MANY:
        return row(figure, found["ms"], _MAX_QUERY_MS, "median")
    # It shows how far it is, and can be stopped.
    return Row(figure=figure, ours=str(Spread.of(found["ms"])))


def count(folder: str) -> dict[str, Any]:
    """Count everything, and what some queries find."""
    with Vault.open(folder, ours.PASSWORD) as vault:
        analytics = vault.analytics
        analytics.catch_up()
        found: dict[str, Any] = {"all": [_ms(analytics.of) for _ in range(_ROUNDS)]}
        found["messages"] = analytics.of().messages
        found["queries"] = {}
        for query in _QUERIES:
            times = [_ms(analytics.of, query) for _ in range(3)]
            messages = analytics.of(query).messages
            found["queries"][query] = {"ms": times, "messages": messages}
        chat = vault.conversations.list(limit=1)[0]
        found["appended"] = []
        for _ in range(3):
            vault.conversations.append(chat.id, Role.USER, "One more message")
            found["appended"].append(_ms(analytics.of))
        started_s = time.perf_counter()
        is_same = analytics.recount() == analytics.counts()
        found["recount_s"] = time.perf_counter() - started_s
        if not is_same:
            raise AssertionError("the counts are not those of a recount")
        return found


def open_page(folder: str) -> dict[str, float]:
    """Open the page in a new process, until all that is kept is painted."""
    with opened(folder, ours.PASSWORD) as window:
        wait(2_000)
        started_s, cpu_s = time.perf_counter(), time.thread_time()
        window.workspace.go("analytics")
        page = window.workspace.page("analytics")
        until(lambda: page.stack.currentWidget() is page.area)
        window.repaint()
        wall_ms = (time.perf_counter() - started_s) * 1000
        cpu_ms = (time.thread_time() - cpu_s) * 1000
        until(lambda: page.cards["attachments"].chart.plot is not None)
        rest_ms = (time.perf_counter() - started_s) * 1000
        painted_s = time.thread_time()
        page.area.widget().grab()
        paint_ms = (time.thread_time() - painted_s) * 1000
        return {"wall": wall_ms, "cpu": cpu_ms, "rest": rest_ms, "paint": paint_ms}


def _ms(work: Any, *arguments: str) -> float:
    started_s = time.perf_counter()
    work(*arguments)
    return (time.perf_counter() - started_s) * 1000
