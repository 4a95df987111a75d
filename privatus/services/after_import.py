"""What is done once exports are in: merged chats take over what came, and rules give tags."""

from __future__ import annotations

from dataclasses import replace

from privatus.core.errors import JobCancelled, TamperedError
from privatus.core.import_report import ImportReport
from privatus.core.jobs import Job
from privatus.services.merge_refresh import MergeRefresh
from privatus.services.tag_rules import RuleRun, TagRuleService


class AfterImport:
    """Follows an import that came to its end; after a stop the next one does it."""

    def __init__(self, rules: TagRuleService, merges: MergeRefresh) -> None:
        self._rules = rules
        self._merges = merges

    def run(self, report: ImportReport, job: Job) -> ImportReport:
        """Let merged chats and rules follow; return *report* with what came of it.

        A damaged one of them is told, and stops nothing.
        """
        if any(file.is_cancelled for file in report.files):
            return report
        try:
            # Before the rules: these may tag what a merged chat takes over.
            merged = self._merges.run(job)
        except JobCancelled:
            return report
        ran = self._run_rules(report, job)
        return replace(
            report,
            merged=merged.hybrids,
            merge_problems=merged.problems,
            tagged=ran.conversations,
            rule_problems=ran.problems,
        )

    def _run_rules(self, report: ImportReport, job: Job) -> RuleRun:
        counts = report.total
        if not (counts.conversations_new or counts.conversations_updated):
            return RuleRun(conversations=0)
        try:
            return self._rules.run(job)
        except TamperedError as error:
            return RuleRun(conversations=0, problems=(f"{error}; run `privatus check`",))
