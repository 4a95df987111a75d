"""The query language: what is understood, and what is said where nothing is."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest

from privatus.core.errors import QueryError
from privatus.search.query import MAX_CHARS, Query, parse
from privatus.search.syntax import Facet, Near, Not, Or, Phrase, Within

NOW_MS = 1_763_800_000_000  # Saturday, 2025-11-22, 08:26 UTC


def _parse(text: str) -> Query:
    return parse(text, NOW_MS)


def _ms(year: int, month: int, day: int) -> int:
    return int(datetime(year, month, day, tzinfo=UTC).timestamp() * 1000)


@pytest.mark.parametrize(
    ("typed", "canonical"),
    [
        ("key  rotation", "key rotation"),
        ("key AND rotation", "key rotation"),
        ('"key   rotation"', '"key rotation"'),
        ("“key rotation”", '"key rotation"'),
        ("key -rotation", "key -rotation"),
        ("key NOT rotation", "key -rotation"),
        ("key -(a b)", "key -(a b)"),
        ("key -(a OR b)", "key -(a OR b)"),
        ("key | lock", "key OR lock"),
        ("a b OR c d", "a (b OR c) d"),
        ("(a b) OR c", "(a b) OR c"),
        ("((a))", "a"),
        ("(-a -b) c", "-a -b c"),
        ("NOT -a", "a"),
        ("rota*", "rota*"),
        ('"key rota"*', '"key rota"*'),
        ('"OR"', '"OR"'),
        ('x "NOT"', 'x "NOT"'),
        ("or", "or"),
        ("NEAR(a b)", "NEAR(a b)"),
        ("NEAR(a, b, 10)", "NEAR(a b)"),
        ('NEAR("a b" c*,5)', 'NEAR("a b" c*, 5)'),
        ("NEAR(a b, 999999)", "NEAR(a b, 1000)"),
        ("NEAR(a)", "a"),
        ("near(a b)", '"near(a" b'),
        ("foo.bar(baz qux) x", '"foo.bar(baz" qux x'),
        ("(see f(x) OR g(y z))", 'see ("f(x)" OR "g(y") z'),
        ("x --verbose", 'x "--verbose"'),
        ("a - b", "a b"),
        ("Source:Claude", "source:Claude"),
        ('model:"gpt 4o"', 'model:"gpt 4o"'),
        ("model:gpt-4*", "model:gpt-4*"),
        ("role:USER", "role:user"),
        ("source:a source:b x", "(source:a OR source:b) x"),
        ("source:a source:a x", "source:a x"),
        ("in:title key", "in:title key"),
        ("key in:title", "in:title key"),
        ("a OR b in:title", "in:title (a OR b)"),
        ("(in:title a) OR b", "(in:title a) OR b"),
        ("in:tools x", "in:thinking x"),
        ("-in:thinking x", "in:title in:text in:files x"),
        ("tag:work x", "x tag:work"),
        ("(x tag:work) y", "x y tag:work"),
        ("x -tag:'a", "x -tag:'a"),
        ('x project:"my garden" -project:old', 'x project:"my garden" -project:old'),
        ("is:starred -is:archived x", "x is:starred -is:archived"),
        ("a OR b since:2025", "a OR b since:2025-01-01"),
        ("after:2025-03 before:2025-04", "since:2025-03-01 until:2025-04-30"),
        ("https://x.y/z", '"https://x.y/z"'),
        ("std::vector", '"std::vector"'),
        ("localhost:8080", '"localhost:8080"'),
        ("hash:abc", '"hash:abc"'),
        ("tab:strict", '"tab:strict"'),
        ("rule:strict", '"rule:strict"'),
        ('-foo:"a b" x', '-"foo:a b" x'),
        ("", ""),
        ("   ", ""),
    ],
)
def test_searches_are_understood(typed: str, canonical: str) -> None:
    query = _parse(typed)

    assert str(query) == canonical
    assert _parse(canonical) == query


def test_a_word_with_punctuation_inside_is_a_phrase_of_its_words() -> None:
    for typed, tokens in {
        "key_rotation": ("key", "rotation"),
        "don't": ("don", "t"),
        "foo.bar(baz)": ("foo", "bar", "baz"),
        "https://x.y/z": ("https", "x", "y", "z"),
        "user@example.com": ("user", "example", "com"),
        "c++": ("c",),
    }.items():
        assert _parse(typed).root == Phrase(text=typed, tokens=tokens)


def test_the_tree_is_what_the_search_says() -> None:
    query = _parse('in:title (Key OR "lock box"*) -NEAR(a b, 3) has:code -source:grok')

    assert isinstance(query.root, Within)
    assert query.root.columns == ("title",)
    words, near, code, grok = query.root.item.items  # type: ignore[union-attr]
    assert words == Or(
        items=(
            Phrase(text="Key", tokens=("key",)),
            Phrase(text="lock box", tokens=("lock", "box"), is_prefix=True, is_open=True),
        )
    )
    assert isinstance(near, Not) and isinstance(near.item, Near) and near.item.distance == 3
    assert code == Facet(kind="has", value="code")
    assert grok == Not(item=Facet(kind="source", value="grok"))


def test_terms_are_what_is_looked_for_and_not_what_is_left_out() -> None:
    query = _parse('Key -lock (a OR "b c") NEAR(d e) in:title source:claude key')

    assert [term.text for term in query.terms] == ["Key", "a", "b c", "d", "e", "key"]
    assert query.tokens == ("key", "a", "b", "c", "d", "e")


def test_a_single_character_of_a_script_without_spaces_is_open() -> None:
    assert _parse("京").terms[0].is_open and not _parse("京").terms[0].is_prefix
    assert not _parse("東京").terms[0].is_open
    assert not _parse("a").terms[0].is_open


@pytest.mark.parametrize(
    ("typed", "first", "last"),
    [
        ("since:2025", (2025, 1, 1), None),
        ("since:2025-03", (2025, 3, 1), None),
        ("since:2025/3/7", (2025, 3, 7), None),
        ("until:2024", None, (2024, 12, 31)),
        ("until:2024-02", None, (2024, 2, 29)),
        ("until:2025-03-07", None, (2025, 3, 7)),
        ("since:today", (2025, 11, 22), None),
        ("since:yesterday until:yesterday", (2025, 11, 21), (2025, 11, 21)),
        ("since:7d", (2025, 11, 15), None),
        ("since:3w", (2025, 11, 1), None),
        ("since:9m", (2025, 2, 22), None),
        ("since:12m", (2024, 11, 22), None),
        ("since:1y", (2024, 11, 22), None),
        ("since:2024 since:2025-02 until:2026 until:2025-06", (2025, 2, 1), (2025, 6, 30)),
    ],
)
def test_dates_are_whole_periods_with_both_ends(
    typed: str, first: tuple[int, int, int] | None, last: tuple[int, int, int] | None
) -> None:
    found = _parse(typed).filters

    assert found.since_ms == (_ms(*first) if first else None)
    day_ms = 24 * 60 * 60 * 1000
    assert found.until_ms == (_ms(*last) + day_ms - 1 if last else None)


def test_the_31st_of_a_shorter_month_is_its_last_day() -> None:
    march_31_ms = _ms(2025, 3, 31)

    assert parse("since:1m", march_31_ms).filters.since == date(2025, 2, 28)
    assert parse("since:2m", march_31_ms).filters.since == date(2025, 1, 31)
    assert parse("since:4m", march_31_ms).filters.since == date(2024, 11, 30)


def test_days_begin_in_the_zone_that_was_asked_for() -> None:
    zone = timezone(timedelta(hours=9))
    late_ms = _ms(2025, 11, 22) + 20 * 3600 * 1000  # the 23rd in that zone

    found = parse("since:today until:today", late_ms, zone).filters

    assert found.since == date(2025, 11, 23)
    assert found.since_ms == _ms(2025, 11, 23) - 9 * 3600 * 1000
    assert found.until_ms == _ms(2025, 11, 24) - 9 * 3600 * 1000 - 1


@pytest.mark.parametrize(
    ("typed", "nearest"),
    [
        ('"key rotation', '"key rotation"'),
        ('key "', "key"),
        ("(key (lock", "(key (lock))"),
        ("key) lock", "key lock"),
        ("OR key", "key"),
        ("key OR", "key"),
        ("key OR OR lock", "key OR lock"),
        ("key AND", "key"),
        ("key NOT", "key"),
        ("NEAR()", ""),
        ("x NEAR()", "x"),
        ("NEAR(a b", "NEAR(a b)"),
        ('NEAR("a b', 'NEAR("a b")'),
        ("sorce:claude x", "source:claude x"),
        ("x -sicne:2025", "x until:2024-12-31"),
        ("tags:work", "tag:work"),
        ("source: claude x", "source:claude x"),
        ("x source:", ""),
        ('x tag:""', ""),
        ("x model:!!!", ""),
        ("role:asistant", "role:assistant"),
        ("role:xyz x", ""),
        ("role:human x", "role:user x"),
        ("role:ai x", "role:assistant x"),
        ("has:images", "has:image"),
        ("tag:wo*", "tag:wo"),
        ("since:2025-13", "since:2025"),
        ("since:2025-02-30", "since:2025-02"),
        ("since:soon x", ""),
        ("since:tomorrow", ""),
        ("since:99999y x", ""),
        ("-until:2025 x", "since:2026-01-01 x"),
        ("-key", ""),
        ("-key -lock", ""),
        ("-source:claude", ""),
        ("key OR -lock", ""),
        ("x -(-a -b)", ""),
        ("in:title", ""),
        ("in:title source:claude", ""),
        ("in:title -key tag:a", ""),
        ("in:title -in:title x", ""),
        ("key OR tag:work", "key tag:work"),
        ("tag:a OR tag:b", "tag:b tag:a"),
        ("x -(key tag:work)", ""),
        ("in:title OR x", "in:title x"),
    ],
)
def test_what_does_not_parse_is_answered_with_the_nearest_that_asks_for_no_more(
    typed: str, nearest: str
) -> None:
    with pytest.raises(QueryError) as error:
        _parse(typed)

    assert error.value.nearest == nearest
    _parse(nearest)
    _parse(error.value.repaired)
    assert not str(error.value).endswith(".")


def test_too_long_and_too_deep_searches_are_refused() -> None:
    with pytest.raises(QueryError) as too_long:
        _parse("word " * (MAX_CHARS // 5 + 1))
    with pytest.raises(QueryError) as too_deep:
        _parse("(" * 51 + "a b" + ")" * 51)

    assert "2,000" in str(too_long.value)
    assert len(too_long.value.repaired) <= MAX_CHARS
    assert too_deep.value.repaired == "a b"
    assert too_long.value.nearest == too_deep.value.nearest == ""
    _parse("(" * 50 + "a b" + ")" * 50)


@pytest.mark.parametrize(
    ("typed", "note"),
    [
        ("key !!!", '"!!!" was left out: it has no letters and no digits'),
        ("*", '"*" was left out: it has no letters and no digits'),
        ("c++", '"c++" was searched as "c"'),
        ("fo*o", "a star counts only at the end of a word"),
        ('"key rotat*"', "a star inside quotes does not count, write it after them"),
        ("a b OR c", "OR joins only the words beside it; this was read as a (b OR c)"),
        ("source:a source:b", "a message has one source; any of those named was taken"),
        ("foo:bar", "foo: is not a filter, and was searched as words"),
        ("before:2025", "before: includes the day that it names, as until: does"),
        ("in:thinking x", "thinking and tools are searched together"),
        ("since:2025 until:2024", "since: is later than until:, so that nothing can be found"),
        ("is:starred -is:starred", "of two is: that contradict one another the last was taken"),
    ],
)
def test_what_was_left_out_or_assumed_is_said(typed: str, note: str) -> None:
    assert _parse(typed).notes == (note,)


@pytest.mark.parametrize(
    "typed",
    ["key rotation", '"a b" -c', "(a OR b) c", "in:title x", '""', "std::vector", "https://x.y/z"],
)
def test_plain_searches_have_no_notes(typed: str) -> None:
    assert _parse(typed).notes == ()


def test_what_the_database_answers_is_in_the_filters() -> None:
    found = _parse(
        'x tag:work tag:"two words" -tag:home project:a project:b -project:c '
        "is:starred -is:archived is:missing"
    ).filters

    assert found.tags == ("work", "two words")
    assert found.without_tags == ("home",)
    assert (found.projects, found.without_projects) == (("a", "b"), ("c",))
    assert (found.is_starred, found.is_archived, found.is_missing) == (True, False, True)
    assert found and not _parse("x source:claude").filters


def test_leaving_out_is_enough_where_a_filter_finds() -> None:
    assert str(_parse("-key tag:work")) == "-key tag:work"
    assert str(_parse("-role:tool since:2025-01-01")) == "-role:tool since:2025-01-01"


def test_the_examples_of_the_documentation_are_understood() -> None:
    page = Path(__file__).parents[3] / "docs" / "search.md"
    examples = re.findall(r"^\| `([^`]+)`", page.read_text(encoding="utf-8"), re.MULTILINE)

    for example in examples:
        query = _parse(f"{example} x")
        assert str(query) != f'"{example}" x'
        assert not any("is not a filter" in note for note in query.notes)
    assert len(examples) >= 16
