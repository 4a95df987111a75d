"""Rules for backups, as a person types and reads them."""

from __future__ import annotations

import pytest

from privatus.core.backup import KeepRules
from privatus.core.errors import UsageError


def test_rules_are_read_from_words() -> None:
    found = KeepRules.parse("last=3 daily=7, Weekly=4 within=30 yearly=0")

    assert found == KeepRules(last=3, daily=7, weekly=4, within_days=30)
    assert KeepRules.parse("") == KeepRules.parse("all") == KeepRules()


@pytest.mark.parametrize(
    "text",
    ["lost=3", "last", "last=", "last=-1", "last=x", "last=3 last=4", "last=1000000", "last=²",
     "within_days=3", "=3", "all last=3", "last=" + "9" * 5000],
)  # fmt: skip
def test_what_is_no_rule_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(UsageError, match="="):
        KeepRules.parse(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("all", "all backups"),
        ("last=3", "the last 3"),
        ("daily=1", "the newest of each of 1 day"),
        ("daily=7 weekly=4", "the newest of each of 7 days and 4 weeks"),
        (
            "last=3 hourly=24 daily=7 monthly=12 within=30",
            "the last 3; the newest of each of 24 hours, 7 days and 12 months;"
            " all of the last 30 days before the newest",
        ),
        ("within=1", "all of the last day before the newest"),
    ],
)
def test_rules_are_said_in_words(text: str, said: str) -> None:
    assert KeepRules.parse(text).words == said
