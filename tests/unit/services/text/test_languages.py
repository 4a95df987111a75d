"""Which language a text is in."""

from __future__ import annotations

import pytest

from privatus.services.text.languages import language_of
from privatus.services.text.stop_words import LANGUAGES, stop_words

_TEXTS = {
    "en": "How do I bake a bread with sourdough at home?",
    "de": "Wie backe ich zu Hause ein Brot mit Sauerteig?",
    "fr": "Comment faire du pain au levain avec de la farine?",
    "es": "¿Cómo se hace el pan con masa madre en casa?",
    "it": "Come faccio a fare il pane con il lievito madre?",
    "pt": "Como posso fazer um pão com fermento natural em casa?",
    "nl": "Ik wil graag weten hoe ik een brood kan bakken.",
    "sv": "Hur kan jag baka ett bröd med surdeg hemma hos mig?",
    "da": "Hvordan kan jeg bage et brød med surdej hjemme hos mig?",
    "pl": "Jak mogę upiec chleb na zakwasie i co jest do tego potrzebne?",
    "cs": "Jak můžu doma upéct chleba a co je k tomu potřeba?",
    "tr": "Evde ekmek yapmak için ne gerekli ve bu nasıl olur?",
    "ru": "Как мне испечь дома хлеб на закваске, и что для этого надо?",
    "uk": "Як мені спекти вдома хліб на заквасці, і що для цього треба?",
    "ar": "كيف أخبز الخبز في المنزل وما هو الوقت الذي أحتاجه من أجل ذلك",
    "fa": "چگونه می توانم در خانه نان بپزم و برای آن چه باید کرد",
    "id": "Bagaimana saya bisa membuat roti di rumah dan apa yang harus ada?",
    "zh": "怎么在家里做面包？",
    "ja": "家でパンを焼くにはどうすればいいですか。",
    "ko": "집에서 빵을 어떻게 굽나요?",
    "th": "ฉันจะอบขนมปังที่บ้านได้อย่างไร",
    "el": "Πώς φτιάχνω ψωμί στο σπίτι;",
    "he": "איך אופים לחם בבית?",
    "hi": "घर पर रोटी कैसे बनाते हैं?",
}


@pytest.mark.parametrize("language", _TEXTS)
def test_a_sentence_is_enough_to_tell_the_language(language: str) -> None:
    assert language_of(_TEXTS[language]) == language


@pytest.mark.parametrize("text", ["", "ok", "123 456", "def f(x): return x", "Zürich Hauptbahnhof"])
def test_what_says_too_little_is_of_no_language(text: str) -> None:
    assert language_of(text) is None


def test_names_of_another_script_do_not_decide() -> None:
    text = "The word 東京 is the name of the city that we call Tokyo, and it is the capital."

    assert language_of(text) == "en"


def test_every_language_has_words_that_say_nothing() -> None:
    assert all(len(stop_words(language)) > 20 for language in LANGUAGES)
    assert stop_words("xx") == frozenset()
