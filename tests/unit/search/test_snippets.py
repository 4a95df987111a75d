"""Snippets: which passage is shown, and what is marked in it."""

# ruff: noqa: RUF001 - letters that look like others are the subject

from __future__ import annotations

import pytest

from privatus.search import snippets
from privatus.search.folding import flatten
from privatus.search.query import parse
from privatus.search.snippets import Snippet, snippet

NOW_MS = 1_763_800_000_000
_FILLER = "Nothing of note is written in this sentence. "


def _snippet(text: str, search: str, max_chars: int = 160) -> Snippet:
    return snippet(text, parse(search, NOW_MS), max_chars=max_chars)


def _marked(found: Snippet) -> list[str]:
    return [found.text[start:end] for start, end in found.highlights]


@pytest.mark.parametrize(
    ("text", "search", "marked"),
    [
        ("The Key is here, the keys too", "key", ["Key"]),
        ("The Key is here, the keys too", "key*", ["Key", "keys"]),
        ("key rotation and rotation key", '"key rotation"', ["key rotation"]),
        ("key-rotation, key\n\nrotation", '"key rotation"', ["key-rotation", "key rotation"]),
        ("monkey keyed key_ring", "key", ["key"]),
        ("Herr MÜLLER und Mu\u0308ller", "muller", ["MÜLLER", "Mu\u0308ller"]),
        ("Die Straße, STRASSE", "strasse", ["Straße", "STRASSE"]),
        ("Ἀθήνα ΟΔΟΣ", "αθηνα οδος", ["Ἀθήνα", "ΟΔΟΣ"]),
        ("Ёлка и йод, иод", "елка йод", ["Ёлка", "йод"]),
        ("هذا كِتَابٌ جديد", "كتاب", ["كِتَابٌ"]),
        ("यह \u0958लम है", "क\u093cलम", ["\u0958लम"]),
        ("我住在東京都庁", "東京都", ["東京都"]),
        ("我住在東京都庁", "京", ["京"]),
        ("iPhone用ケース", "iphone ケース", ["iPhone", "ケース"]),
        ("iPhone用ケース", '"iPhone用"', ["iPhone用"]),
        ("ai東京 said", "ai", ["ai"]),
        ("東京 tower, 東京都 tower", '"東京 tower"', ["東京 tower"]),
        ("東京京都 東京 京都", '"東京 京都"', ["東京 京都"]),
        ("ภาษาไทยสวย", "ไทย", ["ไทย"]),
        ("ｶﾞﾗｽ ガラス", "ガラス", ["ｶﾞﾗｽ", "ガラス"]),
        ("대한민국 사람", "한민", ["한민"]),
        ("ok 👍🏽 and 👨‍👩‍👧", "👍 👩", ["👍🏽", "👨‍👩‍👧"]),
        ("don’t, don't", "don't", ["don’t", "don't"]),
        ("co\u00adoperate", "cooperate", ["co\u00adoperate"]),
        ("near a far b", "NEAR(a b) -far", ["a", "b"]),
        ("private \ue000sclaude", "source:claude", []),
        ("the lock and the key", "-key the", ["the", "the"]),
    ],
)
def test_what_was_looked_for_is_marked_as_it_was_written(
    text: str, search: str, marked: list[str]
) -> None:
    found = _snippet(text, search)

    assert _marked(found) == marked
    assert found.text == " ".join(text.split())


def test_the_passage_is_where_most_of_the_words_stand_together() -> None:
    text = f"key {_FILLER * 20} rotation {_FILLER * 20} the key rotation policy {_FILLER * 20}key"

    found = _snippet(text, "key policy rotation")

    assert _marked(found) == ["key", "rotation", "policy"]
    assert found.text.startswith("…") and found.text.endswith("…")


def test_different_words_count_for_more_than_one_word_often() -> None:
    text = f"{'key ' * 20} {_FILLER * 20} key rotation {_FILLER * 20} {'key ' * 20}"

    assert _marked(_snippet(text, "rotation key")) == ["key", "rotation"]


def test_words_are_whole_and_the_passage_is_as_long_as_asked_for() -> None:
    text = f"{_FILLER * 30}needle {_FILLER * 30}"

    for max_chars in range(20, 200, 7):
        found = _snippet(text, "needle", max_chars)
        assert len(found.text) <= max_chars
        assert "needle" in found.text
        assert set(found.text.strip("….").replace(".", "").split()) <= set(
            f"{_FILLER} needle".replace(".", "").split()
        )


def test_a_short_text_is_shown_whole_with_its_white_space_collapsed() -> None:
    assert _snippet("  a\n\n key \t here ", "key") == Snippet("a key here", ((2, 5),))


def test_without_a_match_it_is_the_beginning() -> None:
    for search in ("missing", "tag:work", "-missing source:claude", ""):
        found = _snippet(_FILLER * 20, search)
        assert found.text.startswith("Nothing of note") and found.text.endswith("…")
        assert len(found.text) <= 160 and not found.highlights
    assert _snippet("", "key") == Snippet("")
    assert _snippet(" \n ", "key") == Snippet("")


def test_text_without_spaces_is_cut_between_characters() -> None:
    flags = _snippet("🇩🇪" * 100 + "key" + "🇩🇪" * 100, "key", 30)
    family = _snippet("👨‍👩‍👧" * 60, "", 50)
    accents = _snippet("e\u0301" * 100, "", 50)

    assert set(flags.text.strip("…").replace("key", "|").split("|")) <= {
        "🇩🇪" * count for count in range(15)
    }
    assert family.text.removesuffix("…").count("👨") == family.text.count("👧")
    assert accents.text.endswith("e\u0301…")


def test_a_sign_of_two_consonants_is_not_cut() -> None:
    for max_chars in range(20, 40):
        found = _snippet("क्षत्रिय" * 60, "", max_chars)
        assert not found.text.removesuffix("…").endswith("\u094d")


def test_a_match_longer_than_the_passage_is_shown_from_its_beginning() -> None:
    phrase = "one two three four five six seven eight nine ten"

    found = _snippet(f"{_FILLER} {phrase} {_FILLER}", f'"{phrase}"', 20)

    assert len(found.text) <= 20
    assert found.text.startswith("…one two")
    assert found.highlights and found.highlights[-1][1] <= len(found.text) - 1


def test_overlapping_matches_are_marked_once() -> None:
    found = _snippet("the key rotation policy", '"key rotation" rotation "rotation policy"')

    assert _marked(found) == ["key rotation policy"]


def test_a_match_far_into_a_long_text_is_found() -> None:
    for filler in (_FILLER, "Ничего важного здесь не написано. "):
        found = _snippet(filler * 4000 + "needle and hay" + filler * 4000, "needle")
        assert _marked(found) == ["needle"]


def test_a_phrase_is_found_wherever_the_text_is_taken_apart() -> None:
    for before in (*range(120, 136), *range(15_980, 16_004)):
        text = "\u00e9" * (before - 1) + " key rotation " + "word " * 4000
        assert _marked(_snippet(text, '"key rotation"')) == ["key rotation"]


def test_a_text_is_folded_once_and_in_large_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    # 0.1 ms and 0.4 ms for 10 KB, which a search takes twenty times.
    english = _FILLER * 220 + "the needle"
    russian = "Ключ хранится в архиве, его нужно менять. " * 135 + "иголка"
    folded: list[str] = []
    monkeypatch.setattr(snippets, "flatten", lambda text: folded.append(text) or flatten(text))

    assert _marked(_snippet(english, "needle key")) == ["needle"]
    assert folded == ["needle", "key"]
    folded.clear()
    assert _marked(_snippet(russian, "иголка")) == ["иголка"]
    pieces = [text for text in folded if len(text) > 100]
    # What is folded letter by letter lies in the two blocks that the match may touch.
    letters = folded[1 + len(pieces) :]
    assert "".join(pieces) == russian[: len("".join(pieces))]
    assert len(russian) - 200 < sum(map(len, pieces)) <= len(russian)
    assert sum(map(len, letters)) < 400
