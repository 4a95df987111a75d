"""HTML of chat answers becomes Markdown."""

from __future__ import annotations

import pytest

from privatus.importers.html_text import fence, to_markdown, to_plain


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("", ""),
        ("no tags &amp; an entity &lt;div&gt;", "no tags & an entity <div>"),
        ("<p>one</p>\n<p>two</p>", "one\n\ntwo"),
        ("line one<br>line two<br/>line three", "line one  \nline two  \nline three"),
        ("<h2>Head<br>line</h2>text", "## Head line\n\ntext"),
        ("a<hr>b", "a\n\n---\n\nb"),
        ("<p>Hello <b>bold </b>and <em>soft</em></p>", "Hello **bold** and *soft*"),
        ("<b><b>twice</b></b> <del>gone</del>", "**twice** ~~gone~~"),
        ("<b><p>one</p><p>two</p></b>", "**one**\n\n**two**"),
        ("use <code>a `b`</code>", "use `` a `b` ``"),
        ("x<sup>2</sup>, H<sub>2</sub>O", "x^2, H2O"),
        ("<blockquote><p>q</p><p>r</p></blockquote>s", "> q\n>\n> r\n\ns"),
        ("a\u00a0 b\n\tc", "a b c"),
    ],
)
def test_markup_of_answers_becomes_markdown(source: str, expected: str) -> None:
    assert to_markdown(source) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("<ul><li>a</li><li>b<ul><li>c</li></ul></li></ul><p>d</p>", "- a\n- b\n  - c\n\nd"),
        ('<ol start="3"><li>c</li><li>d</li></ol>', "3. c\n4. d"),
        ("<ol><li><p>one</p><p>two</p></li></ol>", "1. one\n\n   two"),
        ("<ul><li>a<li>b</ul>", "- a\n- b"),
        ("<li>no list</li>", "- no list"),
        ("<ul><li>x<pre>y\n\nz</pre></li></ul>", "- x\n\n  ```\n  y\n\n  z\n  ```"),
    ],
)
def test_lists_keep_their_numbers_and_depth(source: str, expected: str) -> None:
    assert to_markdown(source) == expected


def test_code_keeps_its_lines_and_its_language() -> None:
    source = '<pre><code class="language-python">if x &lt; 5:\n    y = "```"</code></pre>'

    assert to_markdown(source) == '````python\nif x < 5:\n    y = "```"\n````'


def test_a_fence_is_longer_than_the_backticks_inside() -> None:
    assert fence("````", "md") == "`````md\n````\n`````"


def test_a_table_becomes_a_table_as_wide_as_its_widest_row() -> None:
    source = (
        "<table><thead><tr><th>a</th><th>b|c</th></tr></thead><tbody>"
        "<tr><td>1</td><td><b>2</b><br>3</td><td>4</td></tr></tbody></table>after"
    )

    assert to_markdown(source) == (
        "| a | b\\|c |  |\n| --- | --- | --- |\n| 1 | **2** 3 | 4 |\n\nafter"
    )


def test_a_table_in_a_cell_becomes_text_of_that_cell() -> None:
    source = "<table><tr><td>x<table><tr><td>y</td></tr></table></td><td>z</td></tr></table>"

    assert to_markdown(source) == "| x y | z |\n| --- | --- |"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('<a href="https://e.org/x">there</a>', "[there](https://e.org/x)"),
        ('<a href="https://e.org/a_(b)">c</a>', "[c](<https://e.org/a_(b)>)"),
        ('<a href="https://e.org">https://e.org</a>', "https://e.org"),
        ('<a href="javascript:alert(1)">bad</a>', "bad"),
        ('<img alt="a [b]" src="https://e.org/i.png">', "![a (b)](https://e.org/i.png)"),
        ('<img alt="dot" src="data:image/png;base64,AAAA">', "dot"),
    ],
)
def test_links_and_images_keep_their_address_if_it_is_harmless(source: str, expected: str) -> None:
    assert to_markdown(source) == expected


def test_formulas_become_their_source() -> None:
    drawn = '<span class="math" data-math="x^2">x<i>2</i></span>'
    mathml = '<math><mi>x</mi><annotation encoding="application/x-tex">\\xi</annotation></math>'

    assert to_markdown(f"{drawn} or {mathml} or \\(y\\)") == "$x^2$ or x or \\(y\\)"


def test_scripts_and_styles_are_dropped() -> None:
    source = (
        "a<script>evil('</p>')</script>b<style>p{}</style>c<template>d<template>e</template>f"
        "</template>g<noscript>h</noscript><!-- i --><svg><text>j</text></svg>k"
    )

    assert to_markdown(source) == "abcgk"


@pytest.mark.parametrize(
    ("source", "expected"),
    [("<p># one</p>", "\\# one"), ("<p>1. two</p>", "1\\. two"), ("<p>- three</p>", "\\- three")],
)
def test_a_text_does_not_turn_into_a_list_or_heading(source: str, expected: str) -> None:
    assert to_markdown(source) == expected


@pytest.mark.parametrize(
    "source",
    ["<b>open", "</p></ul></li>stray", "<a b='", "1 < 2 > 0", "<!-- open", "<![x", "<table><td>y"],
)
def test_broken_markup_loses_no_text(source: str) -> None:
    words = "".join(c for c in source if c.isdigit() or c in "xy")

    assert all(c in to_markdown(source) for c in words)


@pytest.mark.parametrize(
    "piece",
    [
        *("<ul><li>x", "<blockquote>x", "<b>x", "<b>x<p>", "<table><tr><td>x", "<template>"),
        *("<!--", "<", "<a ", "<a b='", '<a href="', "</", "<![", "<?", "&", "<script>", "<pre>"),
        *("<![CDATA[", "<div class='x' ", "<li>", "<code>`</code>", "[", "**", "<sup>2"),
    ],
)
def test_ten_thousand_of_anything_take_no_stack(piece: str) -> None:
    result = to_markdown(piece * 10_000)

    # Each takes less than a quarter of a second; what is quadratic takes minutes.
    assert len(result) < 60 * len(piece) * 10_000


@pytest.mark.parametrize("piece", ["<!--", "<![CDATA[", "<?", "</p ", "<script>"])
def test_what_never_ends_is_looked_for_once(piece: str) -> None:
    # A second here; looked for each time, it took more than a minute.
    assert len(to_markdown(piece * 300_000)) <= len(piece) * 300_000


def test_plain_text_keeps_line_breaks_and_reads_entities() -> None:
    assert to_plain("Prompted&nbsp;a &lt;b&gt;<br>c <i>d</i>") == "Prompted\u00a0a <b>\nc d"
