"""Where the passage of an annotation stands when its message has changed."""

from __future__ import annotations

import pytest

from privatus.core.annotation import Fit, Place
from privatus.services.annotation_places import CONTEXT_CHARS, passage_at, place

_TEXT = (
    "First the flour, then the water. Knead it for ten minutes and let it rest under a cloth."
    " Then the oven: as hot as it gets, for forty minutes. Let it cool before you cut it."
)


def _placed(before: str, quote: str, after: str, at: int = 0) -> tuple[Fit, str | None]:
    start = before.index(quote, at)
    found = place(passage_at(before, start, start + len(quote)), after)
    return found.fit, None if found.span is None else after[slice(*found.span)]


def test_a_passage_of_the_same_text_stands_where_it_stood() -> None:
    start = _TEXT.index("oven")

    found = place(passage_at(_TEXT, start, start + 4), _TEXT)

    assert found == Place(fit=Fit.EXACT, span=(start, start + 4))


@pytest.mark.parametrize(
    ("quote", "old", "new", "expected"),
    [
        ("oven", "First the", "Take a bowl. First of all the", (Fit.MOVED, "oven")),
        ("oven", "First the flour, ", "", (Fit.MOVED, "oven")),
        ("oven", "before you cut it.", "", (Fit.EXACT, "oven")),
        ("oven", "Then the oven: as", "Then the oven, as", (Fit.EXACT, "oven")),
        ("Let it cool", " before you cut it.", "", (Fit.EXACT, "Let it cool")),
        ("Knead it for ten minutes", "ten", "twelve", (Fit.CHANGED, "Knead it for twelve minutes")),
        (
            "Knead it for ten minutes",
            "Knead it",
            "Now fold it",
            (Fit.CHANGED, "Now fold it for ten minutes"),
        ),
        ("First the flour", "First the", "Take the", (Fit.CHANGED, "Take the flour")),
        ("before you cut it.", "you cut it.", "it is cut.", (Fit.CHANGED, "before it is cut.")),
        ("Knead it for ten minutes", "Knead it for ten minutes", "Wait", (Fit.LOST, None)),
        ("oven", "Then the oven: as hot as it gets", "Bake it", (Fit.LOST, None)),
    ],
)
def test_a_passage_is_found_where_an_edit_has_left_it(
    quote: str, old: str, new: str, expected: tuple[Fit, str | None]
) -> None:
    edited = _TEXT.replace(old, new)
    assert edited != _TEXT

    assert _placed(_TEXT, quote, edited) == expected


def test_of_words_that_stand_several_times_the_ones_between_the_same_others_are_taken() -> None:
    after, at = "it it it. " + _TEXT, _TEXT.index("cut it") + 4

    found = place(passage_at(_TEXT, at, at + 2), after)

    assert found == Place(fit=Fit.MOVED, span=(at + 10, at + 12))


def test_the_same_words_between_others_at_their_place_do_not_win_over_their_own() -> None:
    before = "red tea, green tea, black tea"
    after = "black tea, green tea, red tea"
    start = before.index("tea, green")

    found = place(passage_at(before, start, start + 3), after)

    # Nothing says better which of the three it was than where it stood between which.
    assert found.fit in (Fit.MOVED, Fit.CHANGED)
    assert found.span is not None and after[slice(*found.span)] == "tea"


def test_a_short_word_elsewhere_between_strange_words_is_not_it() -> None:
    assert _placed("He drank tea then.", "tea", "Teapots steam: a tease of a kettle.") == (
        Fit.LOST,
        None,
    )


@pytest.mark.parametrize("after", ["", " ", "x", "\n\n"])
def test_nothing_is_left_of_it_in_an_emptied_message(after: str) -> None:
    for quote in ("First the flour", "oven", _TEXT):
        assert _placed(_TEXT, quote, after) == (Fit.LOST, None)


def test_a_whole_message_is_still_itself_after_a_small_change() -> None:
    after = _TEXT.replace("forty", "fifty").replace("First", "At first")

    assert _placed(_TEXT, _TEXT, after) == (Fit.CHANGED, after)


def test_positions_are_code_points() -> None:
    before, after = "👩‍👩‍👧 wrote 世界 e\u0301", "שלום 👩‍👩‍👧 wrote 世界 e\u0301"

    assert _placed(before, "世界", after) == (Fit.MOVED, "世界")


def test_what_repeats_without_end_is_placed_all_the_same() -> None:
    before = "tea " * 30_000
    passage = passage_at(before, 40_000, 50_000)

    assert place(passage, before).fit is Fit.EXACT
    assert place(passage, "tea. " + before).span == (40_001, 50_001)
    assert place(passage, "coffee " * 30_000).fit is Fit.LOST


def test_what_stands_around_a_passage_is_kept_with_it() -> None:
    passage = passage_at("x" * 50 + "QUOTE" + "y" * 50, 50, 55)

    assert (passage.prefix, passage.suffix) == ("x" * CONTEXT_CHARS, "y" * CONTEXT_CHARS)
    assert (passage.quote, passage.end) == ("QUOTE", 55)
