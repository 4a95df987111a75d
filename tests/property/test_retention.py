"""Whatever backups there are, and whatever the rules: what must stay stays."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from privatus.backup.retention import decide
from privatus.core.backup import Backup, KeepDecision, KeepReason, KeepRules
from support.backups import DAY_MS, HOUR_MS, at, backup

_NOW = at("2026-11-22 18:00")
_ZONES = st.sampled_from([UTC, ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Kathmandu")])
_COUNTS = st.integers(0, 5)
_FIELDS = ("last", "hourly", "daily", "weekly", "monthly", "yearly", "within_days")
_RULES = st.builds(KeepRules, **dict.fromkeys(_FIELDS, _COUNTS))
_UNTRUSTED = {KeepReason.IN_FUTURE, KeepReason.OUT_OF_SEQUENCE, KeepReason.NO_TIME}


@st.composite
def _backups(draw: st.DrawFn) -> list[Backup]:
    """Return backups in order, most of them with clocks that were right."""
    found, time_ms, sequence = [], _NOW - draw(st.integers(0, 900)) * DAY_MS, 0
    steps = st.sampled_from([0, 60_000, HOUR_MS, 7 * HOUR_MS, DAY_MS, 9 * DAY_MS, 70 * DAY_MS])
    wrong = st.one_of(st.just(0), st.just(0), st.integers(-500 * DAY_MS, 500 * DAY_MS))
    times = st.one_of(st.none(), st.integers(0, _NOW))
    for number in range(draw(st.integers(0, 25))):
        # Two machines can give the same number.
        sequence += draw(st.sampled_from([0, 1, 1, 1]))
        time_ms += draw(steps)
        found.append(
            backup(
                sequence,
                time_ms + draw(wrong),
                name=f"{number:032x}",
                is_pinned=draw(st.integers(0, 9)) == 0,
                verified_at_ms=draw(times),
            )
        )
    return draw(st.permutations(found))


def _decide(backups: list[Backup], rules: KeepRules, zone: object = UTC) -> list[KeepDecision]:
    return list(decide(backups, rules, now_ms=_NOW, timezone=zone))  # type: ignore[arg-type]


def _kept(backups: list[Backup], rules: KeepRules, zone: object = UTC) -> set[str]:
    return {d.backup_id for d in _decide(backups, rules, zone) if d.stays}


def _trusted(backups: list[Backup]) -> list[Backup]:
    untrusted = {
        d.backup_id
        for d in _decide(backups, KeepRules(last=1))
        if _UNTRUSTED.intersection(reason for reason, _ in d.because)
    }
    in_order = sorted(backups, key=lambda b: (b.sequence, b.made_at_ms, b.id))
    return [b for b in in_order if b.id not in untrusted]


@settings(max_examples=300)
@given(_backups(), _RULES, _ZONES)
def test_what_no_rule_may_drop_stays(backups: list[Backup], rules: KeepRules, zone: object) -> None:
    kept, trusted = _kept(backups, rules, zone), _trusted(backups)

    assert bool(kept) == bool(backups)
    assert {b.id for b in backups if b.is_pinned} <= kept
    assert {b.id for b in backups} - {b.id for b in trusted} <= kept
    assert {b.id for b in trusted[-1:]} <= kept
    assert {b.id for b in trusted if b.verified_at_ms is not None} == set() or {
        [b.id for b in trusted if b.verified_at_ms is not None][-1]
    } <= kept
    if backups:
        assert max(backups, key=lambda b: (b.sequence, b.made_at_ms, b.id)).id in kept


@settings(max_examples=300)
@given(_backups(), _RULES, _ZONES)
def test_who_drops_what_goes_and_asks_again_hears_that_nothing_goes(
    backups: list[Backup], rules: KeepRules, zone: object
) -> None:
    kept = _kept(backups, rules, zone)
    left = [b for b in backups if b.id in kept]

    assert _kept(left, rules, zone) == kept


@settings(max_examples=300)
@given(_backups(), _RULES, st.sampled_from(_FIELDS), st.integers(1, 5), _ZONES)
def test_more_of_a_rule_never_drops_more(
    backups: list[Backup], rules: KeepRules, field: str, more: int, zone: object
) -> None:
    stricter = replace(rules, **{field: getattr(rules, field) + more})
    # To have no rule is to keep everything; to have a first one is to want less.
    if not rules.keeps_all:
        assert _kept(backups, rules, zone) <= _kept(backups, stricter, zone)


@settings(max_examples=200)
@given(_backups(), _RULES, _ZONES)
def test_together_the_rules_keep_what_each_of_them_keeps(
    backups: list[Backup], rules: KeepRules, zone: object
) -> None:
    alone = [KeepRules(**{f: n}) for f in _FIELDS if (n := getattr(rules, f))]

    if alone:
        assert _kept(backups, rules, zone) == set().union(*(_kept(backups, r, zone) for r in alone))


@settings(max_examples=200)
@given(_backups(), _RULES, st.integers(1, 40), st.data())
def test_made_up_backups_of_the_future_or_the_past_let_no_good_one_go(
    backups: list[Backup], rules: KeepRules, count: int, data: st.DataObject
) -> None:
    good = _trusted(backups)
    last = good[-1].sequence if good else 0
    times = st.one_of(
        st.integers(_NOW + 2 * HOUR_MS, _NOW + 9000 * DAY_MS), st.integers(-(10**15), -1)
    )
    garbage = [
        backup(last + n, data.draw(times), name=f"f{n:031x}", verified_at_ms=_NOW)
        for n in range(count)
    ]

    assert _kept(good, rules) == _kept([*good, *garbage], rules) - {b.id for b in garbage}


@settings(max_examples=200)
@given(_backups(), _RULES, _ZONES)
def test_every_decision_says_why_and_their_order_is_that_of_the_backups(
    backups: list[Backup], rules: KeepRules, zone: object
) -> None:
    decided = _decide(backups, rules, zone)

    assert [d.backup_id for d in decided] == [b.id for b in backups]
    for decision in decided:
        goes = (KeepReason.NO_RULE_KEEPS_IT, "") in decision.because
        assert goes is not decision.stays
        assert decision.reasons == tuple(r.said(p) for r, p in decision.because)
        assert len(set(decision.because)) == len(decision.because) >= 1


@given(_RULES)
def test_rules_are_read_as_they_are_written(rules: KeepRules) -> None:
    assert KeepRules.parse(rules.spec) == rules
