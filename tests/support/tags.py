"""What tags a vault has, and on what, as tests compare it."""

from __future__ import annotations

from privatus.bootstrap import Vault
from privatus.core.tag import TagCount, Tagging, TagRuleCount

# By chat's title and message number (0: the chat): the tags with all that is said of them.
Given = dict[tuple[str, int], tuple[Tagging, ...]]


def given(vault: Vault) -> Given:
    """Return every tag that a chat or a message has."""
    found: Given = {}
    for summary in vault.conversations.list():
        for number in range(summary.messages + 1):
            target = f"{summary.id}.{number}" if number else summary.id
            if taggings := tuple(vault.tags.of(target)):
                found[summary.title, number] = taggings
    return found


def names(vault: Vault) -> dict[tuple[str, int], list[str]]:
    """Return the names of the tags that each chat and message has."""
    return {place: [tagging.name for tagging in has] for place, has in given(vault).items()}


def state(vault: Vault) -> tuple[list[TagCount], Given, list[TagRuleCount]]:
    """Return all that undo must bring back."""
    return vault.tags.list(), given(vault), vault.tags.rules.list()
