"""Which backups stay: the union of all rules, and why each stays or goes.

Nothing here reads or writes; the same backups and rules give the same answer. Whatever the rules:

- the newest stays, the newest that was verified stays, what is pinned stays;
- a backup whose time cannot be trusted counts for no rule, or a wrong clock (or somebody who makes
  backups with made-up times) would let the good ones go; and it stays, for a person to look at;
- who drops what goes and asks again is told that nothing goes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta, tzinfo

from privatus.core.backup import Backup, KeepDecision, KeepReason, KeepRules, was_read

_DAY_MS = 24 * 60 * 60 * 1000
# Clocks of two machines differ by minutes; one that is wrong is wrong by more than this.
_CLOCK_SKEW_MS = 60 * 60 * 1000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

_Reasons = list[tuple[KeepReason, str]]


def decide(
    backups: Sequence[Backup], rules: KeepRules, *, now_ms: int, timezone: tzinfo | None = None
) -> tuple[KeepDecision, ...]:
    """Say of each of *backups*, in their order, whether it stays.

    Hours, days, weeks, months and years are those of *timezone*, or else of this machine; only
    those count in which there are backups.
    """
    reasons: dict[str, _Reasons] = {backup.id: [] for backup in backups}
    trusted = _trusted(backups, now_ms, reasons)
    for backup in backups:
        if backup.is_pinned:
            reasons[backup.id].append((KeepReason.PINNED, ""))
    if rules.keeps_all:
        _add(reasons, backups, KeepReason.NO_RULES)
    newest_first = sorted(trusted, key=_order, reverse=True)
    _add(reasons, newest_first[:1], KeepReason.NEWEST)
    verified = [backup for backup in newest_first if was_read(backup)]
    _add(reasons, verified[:1], KeepReason.NEWEST_VERIFIED)
    _apply(rules, newest_first, timezone, reasons)
    return tuple(_decision(backup.id, reasons[backup.id]) for backup in backups)


def _trusted(backups: Iterable[Backup], now_ms: int, reasons: dict[str, _Reasons]) -> list[Backup]:
    """Return those whose time fits to now and to the order in which they were made.

    A backup is out of sequence if one that was made before it has a later time. That one stays,
    too: without it the other would be trusted, and who asks twice would be told two things.
    """
    trusted: list[Backup] = []
    latest: Backup | None = None  # of those that were made before
    for backup in sorted(backups, key=_order):
        if backup.made_at_ms < 0:
            _add(reasons, [backup], KeepReason.NO_TIME)
        elif backup.made_at_ms > now_ms + _CLOCK_SKEW_MS:
            _add(reasons, [backup], KeepReason.IN_FUTURE)
        elif latest is not None and backup.made_at_ms < latest.made_at_ms - _CLOCK_SKEW_MS:
            _add(reasons, [backup], KeepReason.OUT_OF_SEQUENCE)
            if (KeepReason.WITNESS, "") not in reasons[latest.id]:
                _add(reasons, [latest], KeepReason.WITNESS)
        else:
            trusted.append(backup)
            latest = max(backup, latest or backup, key=_time)
    return trusted


def _apply(
    rules: KeepRules,
    newest_first: list[Backup],
    timezone: tzinfo | None,
    reasons: dict[str, _Reasons],
) -> None:
    _add(reasons, newest_first[: rules.last], KeepReason.LAST, str(rules.last))
    for count, reason, period_of in (
        (rules.hourly, KeepReason.HOUR, _hour),
        (rules.daily, KeepReason.DAY, _day),
        (rules.weekly, KeepReason.WEEK, _week),
        (rules.monthly, KeepReason.MONTH, _month),
        (rules.yearly, KeepReason.YEAR, _year),
    ):
        _keep_newest_of_each(count, reason, period_of, newest_first, timezone, reasons)
    if rules.within_days and newest_first:
        # Not before now: a machine that was off for a year would lose all but one.
        since_ms = max(map(_time, newest_first)) - rules.within_days * _DAY_MS
        recent = [backup for backup in newest_first if backup.made_at_ms >= since_ms]
        _add(reasons, recent, KeepReason.WITHIN, str(rules.within_days))


def _keep_newest_of_each(
    count: int,
    reason: KeepReason,
    period_of: Callable[[datetime], str],
    newest_first: list[Backup],
    timezone: tzinfo | None,
    reasons: dict[str, _Reasons],
) -> None:
    seen: set[str] = set()
    for backup in newest_first:
        if len(seen) >= count:
            return
        made_at = (_EPOCH + timedelta(milliseconds=backup.made_at_ms)).astimezone(timezone)
        period = period_of(made_at)
        if period not in seen:
            seen.add(period)
            _add(reasons, [backup], reason, period)


def _hour(at: datetime) -> str:
    # With the offset: when clocks are put back, an hour comes twice.
    return f"{at:%Y-%m-%d %H:00 %z}"


def _day(at: datetime) -> str:
    return f"{at:%Y-%m-%d}"


def _week(at: datetime) -> str:
    year, week, _ = at.isocalendar()
    return f"{year}-W{week:02}"


def _month(at: datetime) -> str:
    return f"{at:%Y-%m}"


def _year(at: datetime) -> str:
    return f"{at:%Y}"


def _order(backup: Backup) -> tuple[int, int, str]:
    # By number first: two machines may not agree on the minute.
    return backup.sequence, backup.made_at_ms, backup.id


def _time(backup: Backup) -> int:
    return backup.made_at_ms


def _add(
    reasons: dict[str, _Reasons], backups: Iterable[Backup], reason: KeepReason, period: str = ""
) -> None:
    for backup in backups:
        reasons[backup.id].append((reason, period))


def _decision(backup_id: str, because: _Reasons) -> KeepDecision:
    stays = bool(because)
    because = because or [(KeepReason.NO_RULE_KEEPS_IT, "")]
    return KeepDecision(
        backup_id=backup_id,
        stays=stays,
        reasons=tuple(reason.said(period) for reason, period in because),
        because=tuple(because),
    )
