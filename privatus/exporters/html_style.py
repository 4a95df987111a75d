"""How the HTML pages look, and the policy that lets nothing but this style and images act."""

from __future__ import annotations

import base64
import hashlib

_CSS = """
:root {
  color-scheme: light dark;
  --page: #fcfbf9; --ink: #24221f; --soft: #6a665f; --line: #e3ded5; --card: #f3f0ea;
  --code: #f6f4ef; --link: #1d5f8f; --mark: #8a5a12;
  --keyword: #8a2c6d; --string: #2f6b34; --comment: #6f6a61; --number: #0f5f8a;
  --name: #7a4a00; --added: #e2f2dd; --removed: #fbe3df;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #191a1c; --ink: #dedcd7; --soft: #9c988f; --line: #33353a; --card: #232529;
    --code: #1f2124; --link: #8cc0ea; --mark: #e0b36a;
    --keyword: #e39ac9; --string: #a3cf93; --comment: #928d84; --number: #8fc4e8;
    --name: #e6c07b; --added: #1f3a26; --removed: #43241f;
  }
}
* { box-sizing: border-box; }
html { font: 17px/1.6 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif;
  background: var(--page); color: var(--ink); text-size-adjust: 100%; }
body { margin: 0 auto; max-width: 48rem; padding: 2.5rem 1.25rem 5rem;
  overflow-wrap: break-word; }
a { color: var(--link); text-decoration-thickness: 1px; text-underline-offset: .16em; }
nav { font-size: .85rem; margin-bottom: 1.5rem; }
nav a, .facts a { text-decoration: none; }
nav a:hover, .facts a:hover { text-decoration: underline; }
h1 { font-size: 1.75rem; line-height: 1.25; margin: 0 0 .4rem; text-wrap: balance; }
.facts { color: var(--soft); font-size: .85rem; margin: 0; }
.facts > * + *::before { content: " · "; color: var(--soft); }
.facts.tags { margin-top: .5rem; } .facts.tags > * + *::before { content: none; }
.tags span, span.tag { background: var(--card); border-radius: 1rem; padding: .1rem .6rem; }
.tags span { margin-inline-end: .35rem; }
body > header { border-bottom: 1px solid var(--line); margin-bottom: 2rem;
  padding-bottom: 1.25rem; }

.message { margin: 0 0 2rem; scroll-margin-top: 1rem; }
.message > header { display: flex; flex-wrap: wrap; gap: .2rem .7rem; align-items: baseline;
  font-size: .85rem; margin-bottom: .35rem; }
.message > header b { font-weight: 650; }
.message > header time, .message > header span { color: var(--soft); }
.message > header a { color: inherit; text-decoration: none; }
.user { background: var(--card); border-radius: .75rem; padding: .9rem 1.15rem; }
.user .code pre { background: var(--page); }
.message:target { outline: 2px solid var(--link); outline-offset: .5rem; border-radius: .25rem; }
.body > :first-child { margin-top: 0; }
.body > :last-child { margin-bottom: 0; }
.body h1, .body h2, .body h3, .body h4, .body h5, .body h6 {
  line-height: 1.3; margin: 1.6em 0 .5em; }
.body h1 { font-size: 1.35rem; } .body h2 { font-size: 1.2rem; } .body h3 { font-size: 1.08rem; }
.body h4, .body h5, .body h6 { font-size: 1rem; }
p, ul, ol, blockquote, figure, .table, .plain { margin: .85em 0; }
ul, ol { padding-inline-start: 1.6em; } li > p { margin: .4em 0; } li + li { margin-top: .2em; }
li > ul, li > ol { margin: .2em 0; } .aside + .aside { margin-top: -.35em; }
blockquote { border-inline-start: 3px solid var(--line); color: var(--soft);
  padding-inline-start: 1em; margin-inline: 0; }
hr { border: 0; border-top: 1px solid var(--line); margin: 1.8em 0; }
code, pre { font-family: ui-monospace, "SF Mono", "Cascadia Code", Menlo, Consolas,
  "DejaVu Sans Mono", monospace; font-size: .86em; }
:not(pre) > code { background: var(--code); border: 1px solid var(--line); border-radius: .3em;
  padding: .08em .32em; }
.code { border: 1px solid var(--line); border-radius: .5rem; overflow: hidden;
  margin-inline: 0; }
.code figcaption { background: var(--card); border-bottom: 1px solid var(--line);
  color: var(--soft); font-size: .75rem; padding: .25rem .9rem; }
.code pre { background: var(--code); direction: ltr; line-height: 1.5; margin: 0;
  overflow-x: auto; padding: .8rem .9rem; tab-size: 4; text-align: left; }
pre.plain { overflow-x: auto; white-space: pre-wrap; }
.table { overflow-x: auto; }
table { border-collapse: collapse; font-size: .93em; }
th, td { border: 1px solid var(--line); padding: .35em .75em; text-align: start;
  vertical-align: top; }
th { background: var(--card); font-weight: 600; }
.right { text-align: right; } .center { text-align: center; } .left { text-align: left; }
img { border-radius: .5rem; display: block; height: auto; max-width: 100%; }
figure.image { margin-inline: 0; }
figure.image figcaption { color: var(--soft); font-size: .85rem; margin-top: .4rem; }
.file, .remote { background: var(--card); border: 1px solid var(--line); border-radius: .4rem;
  display: inline-block; font-size: .88rem; padding: .15rem .6rem; text-decoration: none; }
.user .file, .user .remote { background: var(--page); }
.file small { color: var(--soft); }
.notice { color: var(--soft); font-size: .9rem; font-style: italic; }
details { border-inline-start: 3px solid var(--line); margin: .85em 0;
  padding-inline-start: .9rem; }
details > summary { color: var(--soft); cursor: pointer; font-size: .88rem; padding: .1rem 0; }
details[open] > summary { margin-bottom: .5rem; }
details .body, details.aside { font-size: .94em; }
mark { background: none; border-bottom: 2px solid var(--mark); color: inherit; }
.note { border-inline-start: 3px solid var(--mark); font-size: .94em; margin: .85em 0;
  padding-inline-start: .9rem; }
.note > * { margin: .3em 0; } .note blockquote { border: 0; padding: 0; }
.summary { border: 1px solid var(--line); border-radius: .5rem; font-size: .94em;
  margin: .85em 0; padding: .3em 1em; }
.summary > h2 { color: var(--soft); font-size: .88rem; margin: .3em 0; }
.summary > p { margin: .3em 0; }
.fork { font-size: .82rem; margin: -1.4rem 0 2rem; }
.branches > h2 { border-top: 1px solid var(--line); font-size: 1.2rem; margin-top: 3rem;
  padding-top: 1.5rem; }
.branch { margin: 1rem 0; } .branch .message { margin: 1rem 0 1.5rem; }
.branch > summary { color: var(--link); }

.list { list-style: none; margin: 0 0 2rem; padding: 0; content-visibility: auto;
  contain-intrinsic-height: auto 40rem; }
.list li { border-bottom: 1px solid var(--line); margin: 0; padding: .65rem 0; }
.list a { font-weight: 600; text-decoration: none; } .list a:hover { text-decoration: underline; }
.year { font-size: 1.05rem; margin: 2rem 0 .25rem; }

.k, .kd, .kn, .kr, .kc, .kt, .ow, .nt { color: var(--keyword); }
.s, .s1, .s2, .sa, .sb, .sc, .dl, .sd, .se, .sh, .si, .sx, .sr, .ss { color: var(--string); }
.c, .c1, .ch, .cm, .cp, .cpf, .cs { color: var(--comment); font-style: italic; }
.m, .mb, .mf, .mh, .mi, .mo, .il, .bp, .nb { color: var(--number); }
.nf, .fm, .nc, .nd, .na, .nn, .ne { color: var(--name); }
.gi { background: var(--added); } .gd { background: var(--removed); }
.gh, .gu, .gp { color: var(--mark); font-weight: 600; }

@media (max-width: 34rem) { html { font-size: 16px; } body { padding-top: 1.25rem; } }
@media print {
  :root { --page: #fff; --ink: #000; --soft: #444; --line: #bbb; --card: #f2f2f2; --code: #f7f7f7;
    --link: #000; --keyword: #000; --string: #000; --comment: #444; --number: #000;
    --name: #000; --mark: #000; --added: #eee; --removed: #eee; }
  html { font-size: 10.5pt; } body { max-width: none; padding: 0; } nav { display: none; }
  details::details-content { content-visibility: visible; block-size: auto; }
  .code pre { white-space: pre-wrap; } .message > header { break-after: avoid; }
  tr, img, .list li { break-inside: avoid; }
}
"""

_HASH = base64.b64encode(hashlib.sha256(_CSS.encode()).digest()).decode()

# Nothing loads, nothing runs, nothing is sent: only this style, and images that the page holds.
POLICY = (
    f"default-src 'none'; style-src 'sha256-{_HASH}'; img-src data:; "
    "base-uri 'none'; form-action 'none'"
)


def head(title: str) -> str:
    """Return the beginning of a page up to its body; *title* is escaped already."""
    return f"""<!DOCTYPE html>
<html>
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>{title}</title>
<style>{_CSS}</style>
</head>
"""
