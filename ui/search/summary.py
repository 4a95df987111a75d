"""What is said of a search as a whole: how many, how long, in which order, and what was nothing."""

from __future__ import annotations

from privatus.services.wording import spoken_filters, without_filters
from ui.i18n import _, ngettext, number
from ui.search.faults import said
from ui.search.labels import filter_label
from ui.search.searcher import Answer

_SECOND_MS = 1000
_PLACES = ("source", "project", "in", "is", "tag", "folder", "with")


def count_line(answer: Answer) -> str:
    """Return how many were found, how long it took, and what comes first."""
    result = answer.result
    count = ngettext("{n} result", "{n} results", result.total)
    if not result.total_is_exact:
        count = _("more than {n} results").format(n=number(result.total))
    parts = [_("{count} in {time}").format(count=count, time=_duration(result.milliseconds))]
    if answer.asked.order == "relevance" and result.total > 1:
        if result.ranked_within is not None:
            parts.append(
                _("the best of the newest {n} first").format(n=number(result.ranked_within))
            )
        elif not result.is_ranked:
            parts.append(_("newest first: these cannot be ranked"))
    return "  ·  ".join(parts)


def notes_line(answer: Answer) -> str:
    """Return how the search was read, where that is not plain."""
    notes = [said(note) for note in answer.result.notes]
    if answer.fault:
        notes.insert(0, said(answer.fault))
    if answer.is_begun:
        notes.insert(0, _("Nothing has the last word itself: these have words that begin so."))
    return " ".join(notes)


def nothing_line(query: str) -> str:
    """Return that nothing was found, for what and in what."""
    words, names = _words_and_filters(query)
    if not names:
        return _("Nothing for “{words}”").format(words=words)
    filters = ", ".join(names)
    if not words:
        return _("Nothing with {filters}").format(filters=filters)
    return _("Nothing for “{words}” with {filters}").format(words=words, filters=filters)


def without_source(query: str) -> str:
    """Return *query* without what it says of sources, projects and places."""
    return without_filters(query, lambda said_of: said_of.name in _PLACES)


def _words_and_filters(query: str) -> tuple[str, list[str]]:
    found = spoken_filters(query)
    words = query
    for each in reversed(found):
        words = words[: each.start] + words[each.end :]
    return " ".join(words.split()), [filter_label(each) for each in found]


def _duration(milliseconds: float) -> str:
    if milliseconds < _SECOND_MS:
        return _("{n} ms").format(n=number(max(1, milliseconds)))
    return _("{n} s").format(n=number(milliseconds / _SECOND_MS, 1))
