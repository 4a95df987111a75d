"""What passwords, keys and tokens look like: by their prefixes, or by what stands before them.

Where a rule has a group, that is the secret; else the whole match is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple


class Rule(NamedTuple):
    """What to look for where one of the signs is in the text, whatever its case."""

    signs: tuple[str, ...]
    pattern: re.Pattern[str]


def _rule(signs: str, pattern: str) -> Rule:
    return Rule(tuple(signs.split()), re.compile(pattern))


# Before a token no letter or digit stands that could be a part of it.
_B = r"(?<![A-Za-z0-9_])"
_RULES = (
    _rule("age-secret-key-", r"AGE-SECRET-KEY-1[0-9A-Z]{58}"),
    # Models and their hosts.
    _rule("sk-", _B + r"sk-(?:ant-|proj-|svcacct-|admin-|or-v1-)?[A-Za-z0-9_-]{20,200}"),
    _rule("hf_ r8_ gsk_ pplx- xai-", _B + r"(?:hf_|r8_|gsk_|pplx-|xai-)[A-Za-z0-9]{30,200}"),
    _rule("aiza ya29.", _B + r"(?:AIza[\w-]{35}|ya29\.[\w-]{20,300})"),
    _rule("gocspx-", _B + r"GOCSPX-[\w-]{28}"),
    # Places for code and packages.
    _rule("ghp_ gho_ ghu_ ghs_ ghr_", _B + r"gh[pousr]_[A-Za-z0-9]{36,255}"),
    _rule("github_pat_", _B + r"github_pat_\w{22,255}"),
    _rule("glpat- gldt- glrt- glptt-", _B + r"gl(?:pat|dt|rt|ptt)-[\w-]{20,100}"),
    _rule("npm_", _B + r"npm_[A-Za-z0-9]{36}"),
    _rule("pypi-", _B + r"pypi-[\w-]{50,1000}"),
    _rule("dckr_pat_", _B + r"dckr_pat_[\w-]{20,100}"),
    # Clouds and services.
    _rule("akia asia abia acca", _B + r"(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}(?![A-Za-z0-9])"),
    _rule("accountkey", r"AccountKey=([A-Za-z0-9+/]{40,100}={0,2})"),
    _rule("dop_v1_ doo_v1_ dor_v1_", _B + r"do[por]_v1_[a-f0-9]{64}"),
    _rule("dapi", _B + r"dapi[a-f0-9]{32}(?:-\d)?"),
    _rule("hvs. hvb.", _B + r"hv[sb]\.[\w-]{24,300}"),
    _rule("dp.pt.", _B + r"dp\.pt\.[A-Za-z0-9]{43}"),
    _rule("lin_api_ ntn_ secret_", _B + r"(?:lin_api_|ntn_|secret_)[A-Za-z0-9]{40,60}"),
    _rule("sk_live_ sk_test_ rk_live_ rk_test_ whsec_",
          _B + r"(?:[sr]k_(?:live|test)_|whsec_)[A-Za-z0-9]{16,200}"),
    _rule("shpat_ shpca_ shppa_ shpss_", _B + r"shp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}"),
    _rule("sq0", _B + r"sq0(?:atp|csp)-[\w-]{22,60}"),
    _rule("sg.", _B + r"SG\.[\w-]{16,32}\.[\w-]{32,64}"),
    _rule("key-", _B + r"key-[a-f0-9]{32}(?![a-f0-9])"),
    _rule("xkeysib-", _B + r"xkeysib-[a-f0-9]{64}-[A-Za-z0-9]{16}"),
    _rule("eaac", _B + r"EAAC[A-Za-z0-9]{60,300}"),
    # Messengers.
    _rule("xox xapp-", _B + r"(?:xox[abeoprs]|xapp)-[\w-]{10,300}"),
    _rule("hooks.slack.com", r"https://hooks\.slack\.com/(?:services|workflows)/[\w/]{20,100}"),
    _rule("discord", r"https://(?:\w{1,10}\.)?discord(?:app)?\.com/api/webhooks/\d{5,25}/[\w-]{40,100}"),
    _rule(":aa", _B + r"\d{8,10}:AA[\w-]{32,34}"),
    _rule(".", _B + r"[MNO][A-Za-z\d_-]{23,27}\.[\w-]{6}\.[\w-]{27,40}"),
    # What is signed, and what stands where secrets stand.
    _rule("eyj", _B + r"eyJ[\w-]{10,2000}\.eyJ[\w-]{10,4000}(?:\.[\w-]{10,1000})?"),
    _rule("bearer basic", r"(?i)\b(?:bearer|basic)[ :]+([A-Za-z0-9._~+/-]{16,2000}={0,2})"),
    _rule("://", r"(?i)[a-z][a-z0-9+.-]{1,20}://[^\s:/@]{0,100}:([^\s/@]{2,200})@"),
    _rule(
        "passw passwort kennwort secret token api_key apikey api-key contrase mot_de_passe passe"
        " пароль 密码 parola senha wachtwoord pwd",
        r"(?i)(?:pass(?:word|wd|wort|phrase)|pwd|kennwort|contraseña|mot de passe|senha|parola"
        r"|wachtwoord|пароль|密码|secret|token|api[_ -]?key|access[_ -]?key|client[_ -]?secret)"
        r"[\"'`]{0,2}\s{0,3}(?:[:=]|:=|=>|\b(?:is|ist|es|est|lautet|è)\b|是|\uff1a)\s{0,3}[\"'`*]{0,3}"
        r"([^\s\"'`<>,;()\[\]{}]{6,200})",
    ),
)  # fmt: skip
# After "the password is" these say something else than a password.
_PLAIN_WORDS = re.compile(r"(?i)[a-zà-ÿа-я]{1,30}[.!?:*]{0,3}\Z")
_MASKED = re.compile(r"(?:[*x•.…-]|%s|\$\{?\w+\}?|<\w+>)+\Z", re.IGNORECASE)


# A block that was cut off goes on for as long as it looks like one.
_BLOCK = re.compile(r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY[A-Z ]{0,10}-----")
_BLOCK_END = re.compile(r"-----END [A-Z0-9 ]{0,40}PRIVATE KEY[A-Z ]{0,10}-----")
_BLOCK_BODY = re.compile(r"(?:(?:\s|\\[nr])*[A-Za-z0-9+/=]{16,200})*")
_BLOCK_CHARS = 20_000


def secrets(text: str) -> Iterator[tuple[int, int]]:
    """Yield where secrets begin and end."""
    lower = text.lower()
    if "private key" in lower:
        yield from _blocks(text)
    for rule in _RULES:
        if not any(sign in lower for sign in rule.signs):
            continue
        for match in rule.pattern.finditer(text):
            group = 1 if rule.pattern.groups else 0
            value = match.group(group)
            if group and (_PLAIN_WORDS.match(value) or _MASKED.match(value)):
                continue
            yield match.span(group)


def _blocks(text: str) -> Iterator[tuple[int, int]]:
    at = 0
    while begins := _BLOCK.search(text, at):
        ends = _BLOCK_END.search(text, begins.end(), begins.end() + _BLOCK_CHARS)
        body = ends or _BLOCK_BODY.match(text, begins.end())
        at = body.end() if body is not None else begins.end()
        yield begins.start(), at
