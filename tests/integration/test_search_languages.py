# ruff: noqa: RUF001 - letters that look like others are what this is about
"""A search finds what a reader of the language would call the same."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from support.conversations import conversation
from support.vaults import ScratchVault

# A text of each language, with searches that find it, and searches that do not.
_TEXTS: dict[str, tuple[str, tuple[str, ...], tuple[str, ...]]] = {
    "german": (
        "Die Straßenbahn fährt über die Brücke nach Köln.",
        ("straßenbahn", "STRASSENBAHN", "strassenbahn", "fahrt", "Brücke", "bruck*", '"über die"'),
        ("strassen", "koeln"),
    ),
    "turkish": (
        "ISPARTA'da ılık bir İSTANBUL akşamı",
        ("ısparta", "isparta", "istanbul", "İstanbul", "ılık", "ilik", "aksami"),
        ("ankara",),
    ),
    "french": (
        "L\u2019œuvre de l\u2019été : « garçon », naïve",
        ("oeuvre", "œuvre", "ete", "ÉTÉ", "garcon", "naive", '"l\'oeuvre de"'),
        ("hiver",),
    ),
    "greek": (
        "Ο Οδυσσέας γύρισε στην Ιθάκη",
        ("οδυσσεας", "ΟΔΥΣΣΈΑΣ", "οδυσσέας", "ιθακη", "γυρισ*"),
        ("τροια",),
    ),
    "russian": (
        "Ёжик и мой чай остались в тумане",
        ("ежик", "ёжик", "ЁЖИК", "чай", "туман*", '"мой чай"'),
        ("чаи", "слон"),
    ),
    "arabic": (
        "ذَهَبَ الوَلَدُ إِلى المَدرَسة",
        ("ذهب", "الولد", "الى", "المدرسه", "إلى"),
        ("البيت",),
    ),
    "hebrew": ("שָׁלוֹם עוֹלָם", ("שלום", "עולם", '"שלום עולם"'), ("לילה",)),
    "hindi": (
        "हिन्दी भाषा में लिखा हुआ पाठ",
        ("हिन्दी", "भाषा", '"हिन्दी भाषा"', "पाठ"),
        ("संस्कृत",),
    ),
    "thai": ("วันนี้อากาศดีมาก", ("อากาศ", "วันนี้", "ดีมาก"), ("ฝนตก",)),
    "chinese": (
        "我们昨天去了东京都美术馆。",
        ("东京", "京都", "美术馆", "昨天", '"东京都"', "馆", "我"),
        ("北京", "京东"),
    ),
    "japanese": (
        "吾輩は猫である。ﾅﾏｴはまだ無い。",
        ("猫", "吾輩", "猫である", "ナマエ", "まだ無い"),
        ("犬", "名前"),
    ),
    "korean": ("한국어 문장을 검색합니다", ("한국어", "문장", "검색", "한국"), ("일본어",)),
    "vietnamese": (
        "Tiếng Việt rất đẹp",
        ("tieng", "việt", "Viet", "dep", '"tiếng việt"'),
        ("xau",),
    ),
    "digits": ("رقم ٤٢ und ４２０ und x²", ("42", "٤٢", "420", "x2"), ("43",)),
    "width": ("ＦＵＬＬ　ｗｉｄｔｈ ﬁle ㎏", ("full", "width", "file", "kg"), ("wide",)),
    "invisible": (
        "soft\u00adhyphen zero\u200bwidth join\u2060er",
        ("softhyphen", "zerowidth", "joiner"),
        ("soft", "zero"),
    ),
    "emoji": ("well done 👍🏽 👩\u200d👩\u200d👧 🎉!", ("👍", "👍🏿", "🎉", "done 🎉"), ("🐙",)),
    "nul": ("before\0after nul\0", ("before", "after", '"before after"'), ("beforeafter",)),
    "mixed": (
        "Das iPhone13 vs. 東京タワー2024",
        ("iphone13", "東京", "タワー", "2024"),
        ("iphone14",),
    ),
    "code": (
        "def foo_bar(x): return x.baz[0]  # TODO",
        ("foo_bar", "foo", "baz", "todo"),
        ("qux",),
    ),
}


@pytest.fixture(scope="module")
def vault(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ScratchVault]:
    scratch = ScratchVault.create(tmp_path_factory.mktemp("languages") / "vault")
    scratch.bring(
        *(
            conversation(text, external_id=language, title=f"{language} title")
            for language, (text, _, _) in _TEXTS.items()
        )
    )
    yield scratch
    scratch.vault.lock()


def _found(vault: ScratchVault, query: str) -> set[str]:
    return {hit.title.split()[0] for hit in vault.vault.search.find(f"{query} in:text")}


@pytest.mark.parametrize("language", _TEXTS)
def test_a_text_is_found_by_every_spelling_of_its_words(vault: ScratchVault, language: str) -> None:
    _, queries, _ = _TEXTS[language]

    assert [query for query in queries if language not in _found(vault, query)] == []


@pytest.mark.parametrize("language", _TEXTS)
def test_a_text_is_not_found_by_other_words(vault: ScratchVault, language: str) -> None:
    _, _, others = _TEXTS[language]

    assert [query for query in others if language in _found(vault, query)] == []


@pytest.mark.parametrize("language", _TEXTS)
def test_a_snippet_shows_the_text_as_it_was_written(vault: ScratchVault, language: str) -> None:
    text, (query, *_), _ = _TEXTS[language]

    [snippet] = [
        hit.snippet
        for hit in vault.vault.search.find(f"{query} in:text")
        if hit.title.split()[0] == language
    ]

    assert snippet.text.strip("…") in " ".join(text.split())
    assert snippet.highlights


def test_a_title_is_found_in_every_language(tmp_path: Path) -> None:
    scratch = ScratchVault.create(tmp_path / "vault")
    scratch.bring(
        *(
            conversation("text", external_id=language, title=text)
            for language, (text, _, _) in _TEXTS.items()
        )
    )

    for language, (text, (query, *_), _) in _TEXTS.items():
        titles = {hit.title for hit in scratch.vault.search.find(f"{query} in:title")}
        assert text in titles, language
    scratch.vault.lock()
