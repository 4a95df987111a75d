"""Markdown as HTML: rendered, harmless, and never slow."""

from __future__ import annotations

import re

import pytest

from privatus.exporters import markdown_html
from privatus.exporters.markdown_html import _LEXERS, code, rendered

# Each is quadratic, or worse, for some parser of Markdown.
_BOMBS = {
    "asterisks": "*" * 50_000,
    "emphasis": "*a **b " * 12_000,
    "brackets": "[" * 50_000,
    "images": "![a](" * 18_000,
    "closings": "[" * 20_000 + "](x)" * 20_000,
    "backticks": "".join("`" * n + " " for n in range(400)),
    "quotes": ">" * 90_000,
    "nested lists": "".join(" " * n + "- a\n" for n in range(400)),
    "wide table": "|a" * 2000 + "|\n|" + "-|" * 2000 + "\n" + "a\n" * 2000,
    "many tables": ("|a" * 300 + "|\n|" + "-|" * 300 + "\n" + "a\n" * 100 + "\n") * 80,
    "entities": "&a;" * 30_000,
    "references": "[a\n" * 30_000,
    "autolinks": "<http://" * 12_000,
    "paragraph": "a\n" * 49_000,
    "open tags": "<a " * 33_000,
    "strikes": "~~a " * 25_000,
}


def test_markdown_is_rendered() -> None:
    assert rendered("*a* **b** ~~c~~ `d`") == (
        '<p dir="auto"><em>a</em> <strong>b</strong> <s>c</s> <code>d</code></p>\n'
    )
    assert '<ol start="3" dir="auto">' in rendered("3. x")
    assert rendered("# T") == '<h1 dir="auto">T</h1>\n'


def test_line_ends_are_kept_where_people_typed_them() -> None:
    assert "a<br>\nb" in rendered("a\r\nb", keeps_lines=True)
    assert "<br" not in rendered("a\nb")


def test_html_is_shown_and_not_obeyed() -> None:
    assert rendered("<script>alert(1)</script>\n\n<b>x</b>") == (
        '<p dir="auto">&lt;script&gt;alert(1)&lt;/script&gt;</p>\n'
        '<p dir="auto">&lt;b&gt;x&lt;/b&gt;</p>\n'
    )


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "java&#10;script:alert(1)",
        "&#106;avascript:alert(1)",
        "vbscript:x",
        "data:text/html;base64,PHNjcmlwdD4=",
        "data:image/svg+xml;base64,PHN2Zz4=",
        "data:image/png;base64,iVBORw0KGgo=",
        "file:///etc/passwd",
        "//example.org/x",
        "../../other.html",
        "sandbox:/mnt/data/x.csv",
        "#m1",
    ],
)
def test_links_lead_to_the_web_or_to_mail_only(address: str) -> None:
    for text in (f"[x]({address})", f"![x]({address})", f"<{address}>", f"[x]\n\n[x]: {address}"):
        html = rendered(text)
        assert "href" not in html and "src" not in html


def test_links_to_the_web_tell_nobody_where_they_stand() -> None:
    assert rendered('[x](https://example.org/?a=1&b="2" "t")') == (
        '<p dir="auto"><a href="https://example.org/?a=1&amp;b=%222%22" title="t" '
        'rel="noreferrer noopener">x</a></p>\n'
    )
    assert "rel=" in rendered("<mailto:a@example.org>")
    assert "href" not in rendered("www.example.org https://example.org")


def test_images_on_the_web_become_links() -> None:
    html = rendered('![a *b* "c"](http://tracker.example/p.png?"x)')

    assert "<img" not in html
    assert 'href="http://tracker.example/p.png?%22x" rel="noreferrer noopener"' in html
    assert "a b &quot;c&quot; (image on the web)</a>" in html


def test_an_image_in_a_link_is_no_link_in_a_link() -> None:
    html = rendered("[![a](https://example.org/i.png)](https://example.org) ![b](http://x.org/i)")

    assert html.count("<a ") == html.count("</a>") == 2
    assert '<span class="remote">a (image on the web)</span></a>' in html


def test_cells_are_aligned_by_class() -> None:
    html = rendered("|a|b|c|d|\n|:-|-:|:-:|-|\n|1|2|3|4|")

    assert "style" not in html
    for side in ("left", "right", "center"):
        assert f'<td dir="auto" class="{side}">' in html
    assert '<td dir="auto">4</td>' in html


def test_code_is_coloured_if_its_language_is_known() -> None:
    assert '<span class="k">def</span>' in rendered("```python title=x\ndef f(): pass\n```")
    assert "<figcaption>brainfudge &lt;b&gt;</figcaption>" in code("+<", "brainfudge <b>")
    assert "<pre><code>+&lt;</code></pre>" in code("+<", "brainfudge <b>")
    assert "<figcaption" not in code("x", "")
    assert "style=" not in code("x = '<b>'  # c", "python")


@pytest.mark.parametrize("language", sorted(_LEXERS))
def test_every_language_that_we_list_has_its_lexer(language: str) -> None:
    assert f"<figcaption>{language}</figcaption>" in code("x = 1 # <b>\n", language)
    assert "<b>" not in code("x = 1 # <b>\n", language)


@pytest.mark.parametrize("language", ["java", "c", "csharp", "hcl", "make", "markdown"])
@pytest.mark.parametrize("text", ["x\n" * 10_000, "\n" * 20_000, "a" * 20_000, "a b " * 5000])
def test_code_that_is_hard_to_colour_comes_out_whole(language: str, text: str) -> None:
    html = re.sub(r"<[^>]*>", "", code(text, language))

    assert html.count("x") >= text.count("x")
    assert html.count("a") >= text.count("a")


def test_code_that_takes_too_long_is_shown_plain(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(markdown_html, "_MAX_LEXING_S", -1.0)

    assert "<pre><code>def f(): pass</code></pre>" in code("def f(): pass", "python")


def test_code_in_a_language_with_a_slow_lexer_is_coloured_by_another() -> None:
    assert '<span class="kd">function</span>' in code("function f() {}", "java")


def test_code_too_long_to_colour_is_shown_plain() -> None:
    assert "<span" in code("x = 1\n" * 3000, "python")
    assert "<span" not in code("x = 1\n" * 10_000, "python")


def test_code_that_no_person_wrote_is_shown_plain() -> None:
    for oddity in ("\n" * 100, "a b " * 100, "-" * 100):
        assert "<span" not in code(f"x = 1\n{oddity}\n", "python")


@pytest.mark.parametrize("bomb", _BOMBS.values(), ids=_BOMBS.keys())
def test_text_that_is_hard_to_render_comes_out(bomb: str) -> None:
    # That it ends is the promise: each of these is quadratic, or worse, for some parser.
    assert rendered(bomb).strip()


def test_what_is_too_much_to_render_is_shown_as_it_stands() -> None:
    assert rendered("<b>" + "*" * 50_000) == (
        f'<pre class="plain" dir="auto">&lt;b&gt;{"*" * 50_000}</pre>\n'
    )
    assert rendered("# x\n" * 30_000).startswith("<pre")
    assert rendered(_BOMBS["wide table"]).startswith("<pre")


def test_the_rule_of_a_table_is_found_in_time_in_proportion_to_the_text() -> None:
    # Two repeats of the same characters took the square of their number: minutes here.
    text = "|" * 15_000 + "-" * 84_000 + "x"

    assert rendered(text).startswith("<p")
