"""Documents between tags in a text."""

from __future__ import annotations

import pytest

from privatus.importers import artifact_tags
from privatus.importers.artifact_tags import Tagged

_TAGS = artifact_tags.pattern("doc", "aside")


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("plain", ["plain"]),
        ("", []),
        ('a\n<doc id="1">\nb\n</doc>\nc', ["a", Tagged("doc", {"id": "1"}, "b"), "c"]),
        (
            "<doc id='it is' n=\"&lt;x&gt;\">b</doc>",
            [Tagged("doc", {"id": "it is", "n": "<x>"}, "b")],
        ),
        ('<doc id="a > b">c</doc>', [Tagged("doc", {"id": "a > b"}, "c")]),
        ("<aside>b</aside>c", [Tagged("aside", {}, "b"), "c"]),
        # An answer that was cut off, and words about a tag.
        ('a<doc id="1">b', ["a", Tagged("doc", {"id": "1"}, "b")]),
        ("the <aside> tag", ["the <aside> tag"]),
        ('`<doc id="1">x</doc>` in code', ['`<doc id="1">x</doc>` in code']),
        ('<document id="1">x</document>', ['<document id="1">x</document>']),
    ],
)
def test_a_text_is_split_at_its_tags(text: str, pieces: list[str | Tagged]) -> None:
    assert list(artifact_tags.split(text, _TAGS)) == pieces


@pytest.mark.parametrize("hostile", ["<aside>", '<doc a="', "<doc ", '<doc a=">', "<doc a='b' "])
def test_a_text_full_of_broken_tags_is_read_once(hostile: str) -> None:
    # 0.1 s on two slow cores; reading to the end from each tag would take hours.
    assert list(artifact_tags.split(hostile * 100_000, _TAGS))
