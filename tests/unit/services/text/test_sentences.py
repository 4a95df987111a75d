"""Where sentences begin and end."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from privatus.services.text.sentences import sentences

_CASES = {
    "two sentences": ("One is here. Two is there!", ["One is here.", "Two is there!"]),
    "abbreviations": (
        "Dr. Ada, e.g. here, came. She left.",
        ["Dr. Ada, e.g. here, came.", "She left."],
    ),
    "German": ("Am 3. Mai kam z. B. Ada. Dann nicht.", ["Am 3. Mai kam z. B. Ada.", "Dann nicht."]),
    "a number": ("It costs 3.50 euros. Cheap.", ["It costs 3.50 euros.", "Cheap."]),
    "Chinese": ("今天天气很好！我们走吧。", ["今天天气很好！", "我们走吧。"]),
    "Arabic": ("كيف حالك؟ أنا بخير.", ["كيف حالك؟", "أنا بخير."]),
    "Hindi": ("यह एक है। वह दो है।", ["यह एक है।", "वह दो है।"]),
    "a list": ("- First thing\n- Second. Third.", ["First thing", "Second.", "Third."]),
    "a quote": ("> Said before.\n\nSaid now.", ["Said before.", "Said now."]),
    "code": ("Run this.\n```sh\nrm. All\n```\nThen that.", ["Run this.", "Then that."]),
    "an open fence": ("Run this.\n```\nrm. All", ["Run this."]),
    "a heading and a table": ("# Title\nText.\n\n| a | b |\n|---|---|\n", ["Text."]),
    "a formula": ("So:\n$$\na. B\n$$\nDone.", ["So:", "Done."]),
    "lines of one paragraph": ("It goes\non here. End.", ["It goes\non here.", "End."]),
    "quotation marks": ("He said “no.” She went.", ["He said “no.”", "She went."]),
    "nothing": (" \n123 ---\n", []),
}


@pytest.mark.parametrize(("text", "expected"), _CASES.values(), ids=list(_CASES))
def test_sentences_are_found_in(text: str, expected: list[str]) -> None:
    assert [sentence.text for sentence in sentences(text)] == expected


@given(st.text(alphabet="ab .!?\n-*`>|#1)。", max_size=80))
def test_every_sentence_stands_where_it_says(text: str) -> None:
    end = 0
    for sentence in sentences(text):
        assert text[sentence.start : sentence.start + len(sentence.text)] == sentence.text
        assert sentence.start >= end
        end = sentence.start + len(sentence.text)
