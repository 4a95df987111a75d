"""However a message is edited, a passage keeps its place where its words are, or is lost."""

from __future__ import annotations

from hypothesis import assume, given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import Indel

from privatus.core.annotation import Fit
from privatus.services.annotation_places import passage_at, place

# Few letters: what repeats is where a place goes wrong.
_TEXTS = st.text("ab \n", max_size=120) | st.text(max_size=60)
_PROSE = st.lists(
    st.sampled_from(["the", "key", "door", "is", "in", "a", "drawer", "twice", "Zürich", "世界"]),
    max_size=60,
).map(" ".join)
_ANY = _TEXTS | _PROSE
# Words that the texts above do not have.
_NEW = st.text("0123456789\n", max_size=50)


@st.composite
def _passages(draw: st.DrawFn) -> tuple[str, int, int]:
    text = draw(_ANY.filter(bool))
    start = draw(st.integers(0, len(text) - 1))
    return text, start, draw(st.integers(start + 1, len(text)))


@given(_passages())
def test_in_the_same_text_every_passage_stands_where_it_stood(drawn: tuple[str, int, int]) -> None:
    text, start, end = drawn

    found = place(passage_at(text, start, end), text)

    assert (found.fit, found.span) == (Fit.EXACT, (start, end))


@given(_passages(), _ANY)
def test_a_place_is_within_the_text_and_holds_what_its_fit_says(
    drawn: tuple[str, int, int], after: str
) -> None:
    text, start, end = drawn
    passage = passage_at(text, start, end)

    found = place(passage, after)

    if found.span is None:
        assert found.fit is Fit.LOST
        return
    first, last = found.span
    assert 0 <= first <= last <= len(after)
    held = after[first:last]
    match found.fit:
        case Fit.EXACT:
            assert (first, held) == (start, passage.quote)
        case Fit.MOVED:
            assert held == passage.quote and first != start
        case Fit.CHANGED:
            assert held != passage.quote
            assert Indel.normalized_similarity(passage.quote, held) >= 0.6
        case fit:
            raise AssertionError(fit)


@st.composite
def _edited(draw: st.DrawFn, text: str) -> str:
    """Draw *text* with a piece of it replaced."""
    at = draw(st.integers(0, len(text)))
    return text[:at] + draw(_NEW) + text[draw(st.integers(at, len(text))) :]


@given(st.text("ab \n"), st.text("cdefgh", min_size=8), st.text("ab \n"), st.data())
def test_edits_before_and_after_a_passage_move_it_along(
    before: str, quote: str, after: str, data: st.DataObject
) -> None:
    start = len(before)
    passage = passage_at(before + quote + after, start, start + len(quote))
    new_before, new_after = data.draw(_edited(before)), data.draw(_edited(after))

    found = place(passage, new_before + quote + new_after)

    assert found.span == (len(new_before), len(new_before) + len(quote))
    assert found.fit is (Fit.EXACT if len(new_before) == start else Fit.MOVED)


@given(_PROSE, st.text("cdefgh", min_size=1, max_size=200), st.data())
def test_an_edit_inside_a_passage_keeps_it_while_most_of_it_stays(
    around: str, quote: str, data: st.DataObject
) -> None:
    text = f"{around} (before) {quote} (after) {around}"
    start = len(around) + len(" (before) ")
    at = data.draw(st.integers(0, len(quote)))
    cut = data.draw(st.integers(0, len(quote) - at))
    new = quote[:at] + data.draw(_NEW) + quote[at + cut :]
    edited = text[:start] + new + text[start + len(quote) :]
    shift = data.draw(_NEW)

    found = place(passage_at(text, start, start + len(quote)), shift + edited)

    if quote in new or Indel.normalized_similarity(quote, new) > 0.6:
        assert found.span is not None
        first, last = found.span
        assert len(shift) + start <= first <= last <= len(shift) + start + len(new)
    else:
        assert found.span is None or (shift + edited)[slice(*found.span)] in new


@settings(max_examples=50)
@given(_passages(), _NEW)
def test_a_passage_whose_words_are_all_gone_is_lost(drawn: tuple[str, int, int], new: str) -> None:
    text, start, end = drawn
    assume(not set(new) & set(text))

    assert place(passage_at(text, start, end), new).fit is Fit.LOST
