"""Backups in plain words: when one was made, when the next one is, what is kept."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from privatus.core.backup import (
    Backup,
    BackupKind,
    DestinationStatus,
    Frequency,
    Health,
    KeepReason,
    KeepRules,
    Schedule,
)
from ui.backups.kinds import kind_of
from ui.i18n import _, day, mark, moment, ngettext, number, time_of_day

_HOW_OFTEN = {
    Frequency.NEVER: mark("Only when I say so"),
    Frequency.HOURLY: mark("Every hour while the vault is open"),
    Frequency.DAILY: mark("Every day"),
    Frequency.WEEKLY: mark("Every week"),
}
_HEALTH = {
    Health.NEW: (mark("No backup yet"), "circle-dot", "muted"),
    Health.GOOD: (mark("All is well"), "circle-check", "ok"),
    Health.OVERDUE: (mark("Overdue"), "clock", "warn"),
    Health.FAILING: (mark("The last attempt failed"), "circle-alert", "danger"),
    Health.AWAY: (mark("Not there now"), "cloud-off", "muted"),
    Health.MANUAL: (mark("Made by hand"), "circle-check", "muted"),
}
# Of a place where a check found damage, and of a backup that it harms.
_DAMAGED = (mark("Damaged"), "circle-alert", "danger")
_KINDS = {BackupKind.FULL: mark("Full"), BackupKind.INCREMENTAL: mark("Only what is new")}
_REASONS = {
    KeepReason.NO_RULES: mark("nothing is dropped without rules"),
    KeepReason.PINNED: mark("it is pinned"),
    KeepReason.NEWEST: mark("the newest"),
    KeepReason.NEWEST_VERIFIED: mark("the newest that was read back without a fault"),
    KeepReason.LAST: mark("one of the last {of}"),
    KeepReason.HOUR: mark("the newest of the hour {of}"),
    KeepReason.DAY: mark("the newest of the day {of}"),
    KeepReason.WEEK: mark("the newest of the week {of}"),
    KeepReason.MONTH: mark("the newest of the month {of}"),
    KeepReason.YEAR: mark("the newest of the year {of}"),
    KeepReason.WITHIN: mark("not older than {of} days, seen from the newest"),
    KeepReason.IN_FUTURE: mark("its time is in the future; look at the clock"),
    KeepReason.OUT_OF_SEQUENCE: mark("its time is before that of earlier backups"),
    KeepReason.NO_TIME: mark("its time cannot be right"),
    KeepReason.WITNESS: mark("the time of later backups is before its own"),
    KeepReason.NO_RULE_KEEPS_IT: mark("no rule keeps it"),
}
# What is proposed: it goes back far, and no place becomes too small for it.
USUAL = KeepRules(last=3, hourly=24, daily=14, weekly=8, monthly=12, yearly=10)
_ABOUT_A_DAY = timedelta(hours=22)


def how_often(frequency: Frequency) -> str:
    """Return how often backups are made."""
    return _(_HOW_OFTEN[frequency])


def schedule(wanted: Schedule) -> str:
    """Return when backups are made, as one line."""
    text = how_often(wanted.frequency)
    if wanted.full_days:
        full = ngettext("a full one each day", "a full one every {n} days", wanted.full_days)
        return f"{text}, {full}"
    return text


def damaged() -> tuple[str, str]:
    """Return the word for a backup that is damaged, and its colour."""
    text, _drawing, colour = _DAMAGED
    return _(text), colour


def kind(of: BackupKind) -> str:
    """Return what a backup has written."""
    return _(_KINDS[of])


def health(status: DestinationStatus) -> tuple[str, str, str]:
    """Return how a destination is: the words, the drawing, and its colour."""
    text, drawing, colour = _DAMAGED if status.is_damaged else _HEALTH[status.health]
    return _(text), drawing, colour


def tone(colour: str) -> str:
    """Return the kind of label that says something in the colour of a health."""
    return {"ok": "good", "warn": "warn", "danger": "error"}.get(colour, "muted")


def at(at_ms: int | None, now: datetime) -> str:
    """Return when something was or will be: “today 03:00”, “3 May 2026, 14:12”."""
    value = moment(at_ms)
    if value is None:
        return _("never")
    days = (now.astimezone().date() - value.astimezone().date()).days
    clock = time_of_day(value)
    if days == 0:
        return _("today {time}").format(time=clock)
    if days == 1:
        return _("yesterday {time}").format(time=clock)
    if days == -1:
        return _("tomorrow {time}").format(time=clock)
    return f"{day(value)}, {clock}"


def ago(at_ms: int, now: datetime) -> str:
    """Return how long something is ago, in the largest unit that says enough."""
    value = moment(at_ms)
    if value is None:
        return ""
    passed = max(timedelta(), now - value)
    if passed >= _ABOUT_A_DAY:
        days = round(passed / timedelta(days=1))
        return ngettext("{n} day ago", "{n} days ago", days)
    hours = passed // timedelta(hours=1)
    if hours:
        return ngettext("{n} hour ago", "{n} hours ago", hours)
    minutes = max(1, passed // timedelta(minutes=1))
    return ngettext("{n} minute ago", "{n} minutes ago", minutes)


def span(duration_ms: int) -> str:
    """Return a time that passed in days, hours or minutes."""
    passed = timedelta(milliseconds=duration_ms)
    if passed >= timedelta(days=2):
        return ngettext("{n} day", "{n} days", round(passed / timedelta(days=1)))
    if passed >= timedelta(hours=1):
        return ngettext("{n} hour", "{n} hours", round(passed / timedelta(hours=1)))
    return ngettext("{n} minute", "{n} minutes", max(1, round(passed / timedelta(minutes=1))))


def lasted(duration_ms: int) -> str:
    """Return how long something took."""
    seconds = duration_ms / 1000
    if seconds < 10:
        return _("{n} s").format(n=number(seconds, 1))
    if seconds < 120:
        return _("{n} s").format(n=number(seconds))
    return _("{n} min").format(n=number(seconds / 60))


def next_one(status: DestinationStatus, now: datetime) -> str:
    """Return when the next backup is made."""
    if status.health is Health.AWAY:
        if kind_of(status.destination.location).is_folder:
            return _("The disk is not plugged in; next backup when it is back")
        return _("The server does not answer; next backup when it does")
    if status.next_at_ms is None:
        return _("Next backup: when you say so")
    due = moment(status.next_at_ms)
    if due is None or due <= now:
        return _("Next backup: as soon as possible")
    return _("Next backup: {time}").format(time=at(status.next_at_ms, now))


def keep_rules(rules: KeepRules) -> str:
    """Return what is kept, as one line."""
    if rules.keeps_all:
        return _("Keeps every backup")
    last, within = rules.last, rules.within_days
    hours, days, weeks = rules.hourly, rules.daily, rules.weekly
    months, years = rules.monthly, rules.yearly
    said = (
        (last, ngettext("the last one", "the last {n}", last)),
        (hours, ngettext("one of the last hour", "one an hour for {n} hours", hours)),
        (days, ngettext("one of the last day", "one a day for {n} days", days)),
        (weeks, ngettext("one of the last week", "one a week for {n} weeks", weeks)),
        (months, ngettext("one of the last month", "one a month for {n} months", months)),
        (years, ngettext("one of the last year", "one a year for {n} years", years)),
        (within, ngettext("all of the last day", "all of the last {n} days", within)),
    )
    return _("Keeps {what}").format(what=", ".join(text for count, text in said if count))


def reason(why: KeepReason, of: str) -> str:
    """Return why a backup stays or goes; *of* is the number or the period it is about."""
    return _(_REASONS[why]).format(of=of)


def proof(backup: Backup, now: datetime) -> str:
    """Return what is known of a backup beside that it was made."""
    parts = []
    if backup.is_damaged:
        parts.append(_("damaged"))
    if backup.is_pinned:
        parts.append(_("pinned"))
    if backup.verified_at_ms is not None and not backup.is_damaged:
        parts.append(_("verified {time}").format(time=at(backup.verified_at_ms, now)))
    if backup.proven_at_ms is not None:
        parts.append(_("restored as a proof {time}").format(time=at(backup.proven_at_ms, now)))
    return ", ".join(parts)


def now() -> datetime:
    """Return the time that it is."""
    return datetime.now(UTC)
