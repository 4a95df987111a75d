"""What a retention policy does at a time, whatever it says and whatever there is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from privatus.core.retention import DAY_MS, Action, Kind, Mark, Policy, step

_TIMES = st.integers(min_value=0, max_value=200 * DAY_MS)
_POLICIES = st.builds(
    Policy,
    kind=st.sampled_from(Kind),
    action=st.sampled_from(Action),
    days=st.integers(min_value=1, max_value=40),
    grace_days=st.integers(min_value=1, max_value=20),
)
# Few subjects and days, so that they meet often.
_SUBJECTS = st.dictionaries(st.integers(min_value=1, max_value=3), _TIMES)


@st.composite
def _marked(draw: st.DrawFn) -> dict[int, Mark]:
    found = {}
    for subject in draw(st.sets(st.integers(min_value=1, max_value=3))):
        at_ms = draw(_TIMES)
        found[subject] = Mark(
            kind=Kind.CHATS,
            subject=subject,
            until_ms=draw(_TIMES),
            marked_at_ms=at_ms,
            goes_at_ms=at_ms + draw(st.integers(min_value=1, max_value=20)) * DAY_MS,
            is_kept=draw(st.booleans()),
        )
    return found


@given(_POLICIES, _SUBJECTS, _marked(), _TIMES)
def test_only_what_is_old_was_marked_and_had_its_grace_goes(
    policy: Policy, there: Mapping[int, int], marks: Mapping[int, Mark], now_ms: int
) -> None:
    for mark in step(policy, there, marks, now_ms).due:
        assert policy.action is not Action.KEEP
        assert there[mark.subject] < now_ms - policy.days * DAY_MS
        assert marks[mark.subject] == mark
        assert mark.goes_at_ms <= now_ms and not mark.is_kept


@given(_POLICIES, _SUBJECTS, _marked(), _TIMES)
def test_everything_that_is_old_is_in_one_place_and_nothing_else(
    policy: Policy, there: Mapping[int, int], marks: Mapping[int, Mark], now_ms: int
) -> None:
    found = step(policy, there, marks, now_ms)
    old = {s for s, at_ms in there.items() if at_ms < policy.limit_ms(now_ms)}

    places = [m.subject for m in (*found.new, *found.due, *found.waiting, *found.kept)]

    assert len(places) == len(set(places))
    assert set(places) == (old if policy.action is not Action.KEEP else set())
    assert {m.subject for m in found.dropped} <= marks.keys() - set(places)


@given(_POLICIES, _SUBJECTS, _TIMES)
def test_nothing_goes_before_its_grace_is_over_and_all_of_it_then(
    policy: Policy, there: Mapping[int, int], now_ms: int
) -> None:
    marks = {mark.subject: mark for mark in step(policy, there, {}, now_ms).new}
    end_ms = now_ms + policy.grace_days * DAY_MS

    assert step(policy, there, {}, now_ms).due == ()
    assert step(policy, there, marks, end_ms - 1).due == ()
    assert {mark.subject for mark in step(policy, there, marks, end_ms).due} == marks.keys()


@given(_POLICIES, _SUBJECTS, _TIMES, st.integers(min_value=0, max_value=100))
def test_what_a_person_keeps_never_goes_and_stays_kept(
    policy: Policy, there: Mapping[int, int], now_ms: int, days: int
) -> None:
    first = step(policy, there, {}, now_ms).new
    marks = {mark.subject: replace(mark, is_kept=True) for mark in first}

    later = step(policy, there, marks, now_ms + days * DAY_MS)

    assert not {mark.subject for mark in later.due} & marks.keys()
    assert later.dropped == ()


@given(_SUBJECTS, _marked(), _TIMES)
def test_to_keep_everything_marks_nothing_and_lets_go_of_all_marks(
    there: Mapping[int, int], marks: Mapping[int, Mark], now_ms: int
) -> None:
    found = step(Policy(kind=Kind.CHATS), there, marks, now_ms)

    assert (found.new, found.due, found.waiting, found.kept) == ((), (), (), ())
    assert set(found.dropped) == set(marks.values())


@given(_POLICIES, _SUBJECTS, _TIMES)
def test_without_a_grace_all_that_is_old_goes_at_once_and_nothing_else(
    policy: Policy, there: Mapping[int, int], now_ms: int
) -> None:
    found = step(replace(policy, grace_days=0), there, {}, now_ms)
    old = {s for s, at_ms in there.items() if at_ms < policy.limit_ms(now_ms)}

    assert {mark.subject for mark in found.due} == (set() if policy.action is Action.KEEP else old)
    assert not (found.new or found.waiting or found.dropped)
