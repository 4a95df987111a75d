"""What people type is what they find: every filter, the order, the totals, and misspelt words."""

from __future__ import annotations

import pytest

from privatus.core.conversation import Part, PartKind
from privatus.core.errors import QueryError, UsageError
from privatus.services.search import SearchResult
from support.conversations import conversation, message
from support.search_archive import at_ms
from support.vaults import ScratchVault

_DAY_MS = 86_400_000


def _ids(vault: ScratchVault, result: SearchResult) -> list[str]:
    """Return the external ids of the hits; of a title, its conversation's in brackets."""
    found = {c.id: c for c in vault.all().values()}
    ids = []
    for hit in result:
        talk = found[hit.conversation_id]
        by_number = {m.number: m.external_id for m in talk.messages}
        ids.append(f"[{talk.external_id}]" if hit.number is None else by_number[hit.number])
    return ids


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("rotation", "q1 a1 t1 t2 q2"),
        ("ROTATION", "q1 a1 t1 t2 q2"),
        ("key rotation", "q1 a1"),
        ('"key rotation"', "q1"),
        ('"rotation of a key"', "a1"),
        ("rotation -key", "t1 t2 q2"),
        ("rotation NOT key", "t1 t2 q2"),
        ("water OR rain", "g1 g2 g4"),
        ("(water OR rain) role:user", "g1"),
        ("rot*", "q1 a1 t1 t2 q2"),
        ("gard*", "g1 g3 d1 [keys] [document]"),
        ("NEAR(new wrap)", "a1"),
        ("NEAR(means data 1)", ""),
        ("garden in:title", "[keys] [document]"),
        ("garden in:text", "g1 d1"),
        ("garden", "g1 d1 [keys] [document]"),
        ("plan in:files", "q2"),
        ("entropy in:thinking", "a2"),
        ("entropy in:text", "a2"),
        ("maybe in:text", ""),
        ("rain in:tools", "g4"),
        ("gardener", "g3"),
        ("source:claude rotation", "q1 a1 q2"),
        ("-source:claude rotation", "t1 t2"),
        ("source:chatgpt", "g1 g2 g3 g4"),
        ("source:claude OR source:grok", "q1 a1 q2 a2 t1 t2 d1"),
        ("role:system", "g3"),
        ("role:tool", "g4"),
        ("role:assistant -source:grok", "a1 a2 g2"),
        ("model:gpt-4o", "g2"),
        ("model:claude*", "a1 a2"),
        ("model:claude-opus-4 rotation", "a1"),
        ("has:file", "q2"),
        ("has:code", "a2"),
        ("has:image", "g2"),
        ("has:link", "g2"),
        ("has:thinking", "a2"),
        ("has:audio", "t2"),
        ("has:tool", "g4"),
        ("-has:file role:user source:claude", "q1 d1"),
        ("-rotation source:claude", "a2 d1"),
        ("is:starred", "q1 a1 q2 a2"),
        ("is:archived rain", "g4"),
        ("-is:archived water", ""),
        ("is:missing rotation", ""),
        ("project:garden rotation", "q1 a1 q2"),
        ("-project:garden rotation", "t1 t2"),
        ("project:other", "d1"),
        ("since:2025-01-10 until:2025-01-10", "q1 a1"),
        ("since:2025-01-11", "q2 a2"),
        ("until:2025-01-09 source:claude", ""),
        ("since:2025-02-01 until:2025-02-01", "q2 a2"),
        ("until:2025-01", "q1 a1 g1 g2 g3 g4"),
        ("since:2024-06-02 until:2024-06-02", "g3"),
        ("since:2024 until:2024 role:user", "g1"),
        ("since:1970 rotation", "q1 a1 q2"),
        ("rotation since:2025-02", "q2"),
        ("watering", "[garden] g2"),
        ("water | rain", "g1 g2 g4"),
        ("rotation after:2025-02", "q2"),
        ("rotation source:claude before:2025-01-31 ", "q1 a1"),
        ("rotation since:1d", ""),
        ("rotation source:claude source:grok", "q1 a1 q2 t1 t2"),
        ("source:chatgpt role:system role:tool", "g3 g4"),
        ('NEAR("key rotation" work, 0)', "q1"),
        ("NEAR(how work, 3)", "q1"),
        ("NEAR(how work, 2)", ""),
        ("NEAR(rotation make)", "a1"),
        ('"rotation of" k*', "a1"),
        ('"make a new" -"old data"', ""),
        ('model:"GPT 4o"', "g2"),
        ('project:"garden" key', "q1 a1"),
        ("(in:title garden) OR rain", "g4 [keys] [document]"),
        ("garden -in:title", "g1 d1"),
        ("example.org", "g2"),
        ("rain in:thinking has:tool", "g4"),
        ("wrapped", ""),
    ],
)
def test_a_search_finds_what_it_says(library: ScratchVault, query: str, expected: str) -> None:
    for order in ("relevance", "newest"):
        result = library.vault.search.find(query, order=order)

        assert sorted(_ids(library, result)) == sorted(expected.split())
        assert (result.total, result.total_is_exact) == (len(expected.split()), True)


def test_a_day_begins_and_ends_at_its_edges(vault: ScratchVault) -> None:
    edge = at_ms("2023-03-01")
    times = {"before": edge - 1, "first": edge, "last": edge + _DAY_MS - 1, "after": edge + _DAY_MS}
    vault.bring(
        conversation(
            *(
                message(n, "edge", external_id=name, created_at_ms=at_ms)
                for n, (name, at_ms) in enumerate(times.items(), start=1)
            ),
            external_id="edges",
        )
    )

    def found(query: str) -> list[str]:
        return sorted(_ids(vault, vault.vault.search.find(f"edge {query}")))

    assert found("since:2023-03-01 until:2023-03-01") == ["first", "last"]
    assert found("until:2023-02") == ["before"]
    assert found("since:2023-03-02") == ["after"]


def test_a_search_that_does_not_parse_is_answered_with_one_that_does(library: ScratchVault) -> None:
    with pytest.raises(QueryError) as caught:
        library.vault.search.find("rotation sorce:claude")

    assert caught.value.nearest == "rotation source:claude"
    assert library.vault.search.find(caught.value.nearest).total > 0


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("rotatoin", "rotation"),
        ("gardn in:title", "in:title garden"),
        ('"rotaton of a"', '"rotation of a"'),
        ("entrpy source:claude", "entropy source:claude"),
        ("Rotatoin", "rotation"),
        # The word is replaced, and nothing else that looks like it or has it inside.
        ("rötatoin source:claude", "rotation source:claude"),
        ("İ OR watr", "İ OR water"),
        ("watrfall OR watr", "watrfall OR water"),
        ("gardn project:gardn", None),
        ("gardn project:garden", "garden project:garden"),
        ("wter -wter", "water -wter"),
        ("NEAR(haw wrok, 3)", None),
        ("NEAR(how wrok, 3)", "NEAR(how work, 3)"),
        ("gardn*", "garden*"),
        ("(watr OR ran) role:user", "(water OR ran) role:user"),
        # Nothing is suggested that finds as little.
        ("rotatoin source:mistral", None),
        ("rotation", None),
        ("zzzzzz", None),
        ("qqq", None),
    ],
)
def test_a_misspelt_word_is_suggested_as_the_archive_has_it(
    library: ScratchVault, query: str, expected: str | None
) -> None:
    suggestions = library.vault.search.find(query).suggestions

    assert suggestions == (() if expected is None else (expected,))
    if expected is not None:
        assert library.vault.search.find(expected).total > 0


def test_every_hit_says_where_it_is_and_shows_why(library: ScratchVault) -> None:
    [hit] = library.vault.search.find('"rotation of a key"')

    talk = library.vault.conversations.get(hit.conversation_id)
    assert (hit.title, hit.source, hit.role, hit.number) == (
        "Garden keys",
        "claude",
        "assistant",
        2,
    )
    assert hit.created_at_ms == talk.messages[1].created_at_ms
    assert hit.message_id == f"{talk.id}.2"
    shown = [hit.snippet.text[start:end] for start, end in hit.snippet.highlights]
    assert shown == ["Rotation of a key"]


@pytest.mark.parametrize(
    ("search", "shown", "marked"),
    [
        ("sauerteig", "Knead the Sauerteig twice", ["Sauerteig"]),
        ("mehl", "web_search query: Mehl Type 550 · count: 3", ["Mehl"]),
        ("example.org", "[Sauerteig](https://example.org/)", ["example.org"]),
        ("python", "python print(1)", ["python"]),
    ],
)
def test_a_passage_reads_as_plain_words(
    vault: ScratchVault, search: str, shown: str, marked: list[str]
) -> None:
    called = '{"query": "Mehl Type 550", "count": 3}'
    vault.bring(
        conversation(
            "# Bread\n\nKnead the **[Sauerteig](https://example.org/)** _twice_",
            message(2, parts=(Part(kind=PartKind.TOOL_CALL, name="web_search", text=called),)),
            "```python\nprint(1)\n```",
            title="A loaf",
        )
    )

    [hit] = vault.vault.search.find(search)

    assert shown in hit.snippet.text
    assert [hit.snippet.text[start:end] for start, end in hit.snippet.highlights] == marked


@pytest.mark.parametrize("limit", [0, -1, 10_001])
def test_a_limit_that_makes_no_sense_is_refused(library: ScratchVault, limit: int) -> None:
    with pytest.raises(UsageError):
        library.vault.search.find("rotation", limit=limit)


def test_a_word_near_the_end_of_a_large_message_is_found(vault: ScratchVault) -> None:
    text = "filler words of no weight " * 140_000 + "needleword " + "more of it " * 20_000
    assert len(text) > 3_800_000
    vault.bring(conversation(text, external_id="large", title="Large"))

    result = vault.vault.search.find("needleword")

    assert [hit.title for hit in result] == ["Large"]
    assert result.hits[0].snippet.text


def test_a_word_near_the_end_of_five_megabytes_is_found(vault: ScratchVault) -> None:
    text = "filler words of no weight " * 200_000 + " lastneedle"
    assert len(text) > 5_000_000
    vault.bring(conversation(text, external_id="larger", title="Larger"))

    assert vault.vault.search.find("lastneedle").total == 1
