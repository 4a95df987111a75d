"""Folding: what is taken for the same word, and what is not."""

# ruff: noqa: RUF001 - letters that look like others are the subject

from __future__ import annotations

import unicodedata

import pytest

from privatus.search import folding
from privatus.search.folding import flatten, fold, words


@pytest.mark.parametrize(
    "spellings",
    [
        ("Müller", "muller", "MULLER", "Mu\u0308ller"),
        ("Straße", "strasse", "STRASSE", "STRAẞE"),
        ("İstanbul", "istanbul", "ıstanbul", "ISTANBUL", "i\u0307stanbul"),
        ("Ἀθήνα", "αθηνα", "ΑΘΗΝΑ", "Αθήνα"),
        ("ΟΔΟΣ", "οδος", "οδοσ"),
        ("ᾳ", "α"),
        ("Ёлка", "елка", "е\u0308лка"),
        ("Йод", "йод", "и\u0306од"),
        ("Łódź", "lodz", "ŁÓDŹ"),
        ("Øresund", "oresund"),
        ("Æon œuvre", "aeon oeuvre"),
        ("ﬁne oﬃce", "fine office"),
        ("Ｔｏｋｙｏ１２", "tokyo12"),
        ("don’t", "don't", "don‘t"),
        ("мʼя", "м’я", "м'я"),
        ("e‑mail", "e-mail", "e–mail"),
        ("كِتَابٌ", "كتاب", "كتـاب"),
        ("أحمد", "احمد", "ٱحمد", "ا\u0654حمد"),
        ("مدرسة", "مدرسه"),
        ("على", "علي", "علی"),
        ("שָׁלוֹם", "שלום"),
        ("क़लम", "क\u093cलम", "\u0958लम"),
        ("٣٤٥", "345", "३४५", "๓๔๕"),
        ("ｶﾞｷﾞ", "ガギ", "カ\u3099ギ"),
        ("대한", "\u1103\u1162\u1112\u1161\u11ab"),
        ("⼈間", "人間"),
        ("naïve\u00adly", "naively", "na\u200bively", "\ufeffnaively", "naive\u202ely"),
        ("👍🏽", "👍", "👍\ufe0f"),
        ("👨‍👩‍👧", "👨👩👧"),
        ("x²", "x2"),
        ("5㎏", "5 kg"),
        ("№5", "No 5"),
    ],
)
def test_spellings_that_people_take_for_the_same_fold_to_the_same(
    spellings: tuple[str, ...],
) -> None:
    assert len({tuple(words(spelling)) for spelling in spellings}) == 1
    assert words(spellings[0])


@pytest.mark.parametrize(
    ("one", "other"),
    [("йод", "иод"), ("हिन्दी", "हन्द"), ("が", "か"), ("key", "kay"), ("ที่", "ทา")],
)
def test_other_words_stay_other_words(one: str, other: str) -> None:
    assert words(one) != words(other)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("東京都", ["東京", "京都"]),
        ("京", ["京"]),
        ("iPhone用ケース", ["iphone", "用ケ", "ケー", "ース"]),
        ("東京 tower", ["東京", "京", "tower"]),
        ("東京 都", ["東京", "京", "都"]),
        ("ภาษาไทย", ["ภา", "าษ", "ษา", "าไ", "ไท", "ทย"]),
        ("대한민국", ["대한", "한민", "민국"]),
        ("第3章", ["第", "3", "章"]),
        ("😀hi", ["😀", "hi"]),
        ("Privatus™ — “safe”", ["privatus", "safe"]),
        ("key_rotation", ["key", "rotation"]),
        ("!!! … ¿", []),
        ("हिन्दी भाषा", ["हिन्दी", "भाषा"]),
        ("м’я", ["м", "я"]),
    ],
)
def test_words_of_a_query_are_those_of_the_index(text: str, expected: list[str]) -> None:
    assert words(text) == expected


def test_a_run_without_spaces_ends_in_its_last_character_so_that_it_can_be_found() -> None:
    assert fold("東京都").split() == ["東京", "京都", "都"]
    assert fold("京").split() == ["京"]


def test_ascii_is_returned_as_it_is_but_for_nul() -> None:
    text = "Plain TEXT, as it is."

    assert fold(text) is text
    assert fold("a\0b") == "a b"
    assert fold("ä\0b") == "a b"


@pytest.mark.parametrize("private", ["\ue000", "\uf8ff", "\U000f0000", "\ud800", "\ufffe"])
def test_characters_that_mean_nothing_in_public_separate(private: str) -> None:
    assert words(f"a{private}b") == ["a", "b"]


def test_every_character_folds_to_words_and_spaces_that_stay_as_they_are() -> None:
    for code_point in range(0x80, 0x20000):
        folded = flatten(chr(code_point))
        assert flatten(folded).split() == folded.split(), hex(code_point)
        for character in folded:
            assert character.isascii() or unicodedata.category(character)[0] in "LMNSC"
            assert unicodedata.category(character) not in {"Co", "Cs", "Cc", "Cf"}


def test_the_body_of_an_encoded_file_is_left_out_and_the_words_around_it_are_not() -> None:
    blob = "iVBORw0KGgo" * 500
    text = f"before {'word ' * 900}data:image/png;base64,{blob} after"

    folded = fold(text)

    assert folded.endswith(" after") and folded.startswith("before ")
    assert len(folded) < len(text) - len(blob) + 100
    assert "iVBORw0KGgo" in folded


def test_long_lines_that_are_no_encoded_file_keep_their_words() -> None:
    minified = "{" + ",".join(f'"key{number}":"value"' for number in range(600)) + "}"
    chinese = "密钥" * 3000

    assert fold(minified) == minified
    assert len(fold(chinese).split()) == len(chinese)


def test_folding_looks_at_single_characters_only_where_a_script_needs_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # A million messages are folded: of these, 0.08 and 1.1 µs each.
    plain = "The user's key rotation policy says to rotate every ninety days. "
    typographic = "The user’s policy — “rotate” it; that’s every ninety days. "
    looked_at: list[str] = []
    for name in ("flatten", "_fold_characters"):
        monkeypatch.setattr(folding, name, lambda text, name=name: looked_at.append(name) or "")

    assert fold(plain) == plain
    assert looked_at == []
    assert flatten(typographic) == typographic.translate(dict.fromkeys(map(ord, "’—“”"), " "))
    assert looked_at == []


def test_a_pile_of_accents_is_cut_before_it_is_put_in_order() -> None:
    # To order them all takes the square of their number: minutes here.
    assert fold("a" + "\u0301\u0323" * 500_000 + "b c") == "ab c"


def test_only_what_no_writing_has_is_cut_off_a_pile_of_marks() -> None:
    virama = "\u0bcd"

    assert fold("\u0b95" + virama * 30) == "\u0b95" + virama * 30
    assert fold("\u0b95" + virama * 40 + "x") == "\u0b95" + virama * 30 + "x"
    assert fold("—🙂" * 40).split() == ["🙂"] * 40
