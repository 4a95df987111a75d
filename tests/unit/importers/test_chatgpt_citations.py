"""Citation marks of three generations."""

from __future__ import annotations

from typing import Any

import pytest

from privatus.core.conversation import Json
from privatus.importers.chatgpt_citations import has_marks, resolve

MARK = "\ue200cite\ue202turn0search1\ue201"
PAGE = {"title": "News", "url": "https://n.example/"}


def reference(**fields: Any) -> dict[str, Json]:
    return {"content_references": [{"matched_text": MARK, "type": "grouped_webpages", **fields}]}


@pytest.mark.parametrize(
    ("text", "metadata", "resolved"),
    [
        (f"a {MARK}.", {}, "a."),
        (f"a {MARK} b", {}, "a b"),
        (f"a{MARK}", reference(items=[PAGE]), "a([News](https://n.example/))"),
        (f"a {MARK}", reference(alt="([N](https://n.example/))"), "a ([N](https://n.example/))"),
        (f"a {MARK}.", reference(alt="x", type="hidden"), "a."),
        (f"a {MARK}.", reference(alt="x", invalid=True), "a."),
        (f"a {MARK}", reference(fallback_items=[PAGE]), "a ([News](https://n.example/))"),
        (f"a {MARK}", reference(type="webpage", **PAGE), "a ([News](https://n.example/))"),
        (f"a {MARK}", reference(type="file", name="plan.pdf"), "a (plan.pdf)"),
        (f"a {MARK}", reference(items=None), "a"),
        (
            f"a {MARK}",
            reference(
                items=[{"attribution": "A [b]", "url": "https://x.y/(z) w"}, {"url": "ftp:x"}]
            ),
            r"a ([A \[b\]](https://x.y/%28z%29%20w))",
        ),
        (f"a {MARK}", reference(items=[{"url": "https://x.y/z"}]), "a ([x.y](https://x.y/z))"),
        (f"a {MARK}", reference(items=[{"title": "T", "url": "javascript:x"}]), "a (T)"),
        ("a \ue200cite\ue202turn0sea", {}, "a"),
        ('in \ue200entity\ue202["city","Zurich","…"]\ue201!', {}, "in Zurich!"),
        ("in \ue200entity\ue202broken\ue201!", {}, "in!"),
        ("\ue200url\ue202Docs\ue202https://d.e/\ue201", {}, "[Docs](https://d.e/)"),
        ('a \ue200image_group\ue202{"query":["cats"]}\ue201\n\nb', {}, "a\n\nb"),
        ("a\ue201b\ue206c", {}, "abc"),
        ("\ue203A claim.\ue204\n\n\ue203```\ncode\n```\ue204", {}, "A claim.\n\n```\ncode\n```"),
        ("a :contentReference[oaicite:3]{index=3}.", {}, "a."),
        ("a【4†source】b【5†L1-L9】c", {}, "abc"),
        ("a【4:0†plan.pdf】", {}, "a(plan.pdf)"),
        ("【日本】 stays, 5†x stays", {}, "【日本】 stays, 5†x stays"),
    ],
)
def test_marks_become_links_or_go(text: str, metadata: dict[str, Json], resolved: str) -> None:
    assert has_marks(text)
    assert resolve(text, metadata) == resolved


def test_old_marks_are_found_by_place_or_by_number() -> None:
    text = "x【4†source】 y【7†source】"
    by_place = {"start_ix": 1, "end_ix": 11, "metadata": {"title": "A", "url": "https://a/"}}
    by_number = {"metadata": {"name": "B", "url": "https://b/", "extra": {"cited_message_idx": 7}}}

    resolved = resolve(text, {"citations": [by_place, by_number, None, {"metadata": 3}]})

    assert resolved == "x([A](https://a/)) y([B](https://b/))"


def test_several_marks_in_one_reference_become_one_link() -> None:
    marks = MARK + "\ue200cite\ue202turn0news2\ue201"
    metadata = {"content_references": [{"matched_text": f" {marks}", "items": [PAGE]}, "odd"]}

    assert resolve(f"a {marks}.", metadata) == "a ([News](https://n.example/))."


def test_plain_text_has_no_marks() -> None:
    assert not has_marks("A [link](https://a/) and 【日本】: done")


@pytest.mark.parametrize(
    "text",
    ["\ue200" * 200_000, "\ue200a" * 200_000, "【1†" * 200_000, ":contentReference[" * 50_000],
)
def test_endless_marks_end(text: str) -> None:
    references = [{"matched_text": f"{MARK}{n}", "alt": "x"} for n in range(5_000)]

    # Looked for again from each mark, this takes hours.
    assert len(resolve(text, {"content_references": references})) <= len(text)
