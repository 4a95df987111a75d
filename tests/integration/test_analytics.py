"""What the archive adds up to."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from privatus.bootstrap import Vault
from privatus.core.conversation import Conversation, Role
from privatus.core.errors import JobCancelled, QueryError
from privatus.core.jobs import Job
from privatus.services.prices import Price
from support.conversations import attachment, conversation, message
from support.vaults import PASSWORD, ScratchVault

_NEW_YEAR = 1_704_063_600_000  # 2023-12-31T23:00:00Z, and 2024 in Berlin
_HOUR, _DAY = 3_600_000, 86_400_000


def _chat(name: str, *days: int, source: str = "claude", model: str = "m1") -> Conversation:
    """Return a chat with a question and an answer on each of *days* after New Year."""
    messages = []
    for place, day in enumerate(days):
        at_ms = _NEW_YEAR + day * _DAY
        number = 2 * place + 1
        asked = message(number, "What is it that you would like?", created_at_ms=at_ms)
        files = (attachment("a.txt", b"1234"),) if day == 0 else ()
        said = message(
            number + 1, "A tea", created_at_ms=at_ms + _HOUR, model=model, attachments=files
        )
        messages += [asked, said]
    return conversation(
        *messages, external_id=name, source=source, title=f"{name} garden", created_at_ms=_NEW_YEAR
    )


@pytest.fixture
def scratch(tmp_path: Path) -> Iterator[ScratchVault]:
    found = ScratchVault.create(tmp_path / "vault")
    found.bring(
        _chat("one", 0),
        _chat("two", 0, 1, 40),
        _chat("three", 40, source="chatgpt", model="m2"),
    )
    yield found
    found.vault.lock()


@pytest.fixture
def vault(scratch: ScratchVault) -> Vault:
    return scratch.vault


def test_an_import_leaves_nothing_to_count(scratch: ScratchVault) -> None:
    assert scratch.query("SELECT count(*) FROM usage_queue") == [(0,)]


def test_messages_are_counted_by_all_that_is_known_of_them(vault: Vault) -> None:
    found = vault.analytics.of()

    assert (found.chats, found.messages, found.undated) == (3, 10, 0)
    assert [(c.key, c.messages) for c in found.by_source] == [("claude", 8), ("chatgpt", 2)]
    assert [(c.key, c.messages) for c in found.by_model] == [("m1", 4), ("m2", 1)]
    assert [(c.key, c.messages, c.words) for c in found.by_role] == [
        ("assistant", 5, 10),
        ("user", 5, 35),
    ]
    assert [(c.key, c.messages) for c in found.by_month] == [
        ("2023-12", 2), ("2024-01", 4), ("2024-02", 4),
    ]  # fmt: skip
    assert found.by_day[date(2023, 12, 31)] == 2
    assert found.sources_by_month["2024-02"] == {"claude": 2, "chatgpt": 2}
    assert [(c.key, c.messages) for c in found.languages] == [("en", 10)]


def test_the_hours_of_the_week_are_those_of_the_persons_clock(vault: Vault) -> None:
    berlin = vault.analytics.of(zone=ZoneInfo("Europe/Berlin")).week
    utc = vault.analytics.of(zone=ZoneInfo("UTC")).week

    assert (utc[6][23], utc[0][0]) == (2, 2)
    assert (berlin[0][0], berlin[0][1]) == (2, 2)
    assert sum(map(sum, berlin)) == sum(map(sum, utc)) == 10


def test_the_longest_chats_and_those_returned_to_are_named(vault: Vault) -> None:
    found = vault.analytics.of()

    assert (found.longest[0].title, found.longest[0].count) == ("two garden", 6)
    assert (found.returned[0].title, found.returned[0].count) == ("two garden", 5)
    assert all(chat.count > 1 for chat in found.returned)


@pytest.mark.parametrize(
    ("query", "messages", "chats"),
    [
        ("source:claude", 8, 2),
        ("role:assistant", 5, 3),
        ("tea", 5, 3),
        ("since:2024-02", 4, 2),
        ("tag:work", 2, 1),
        ("tea source:chatgpt", 1, 1),
        ("nothingofthat", 0, 0),
    ],
)
def test_a_query_counts_what_a_search_for_it_finds(
    vault: Vault, query: str, messages: int, chats: int
) -> None:
    summary = next(c for c in vault.conversations.list() if c.title == "one garden")
    vault.tags.add("work", str(summary.id))

    found = vault.analytics.of(query)

    assert (found.messages, found.chats) == (messages, chats)
    assert found.messages == sum(found.by_day.values()) == sum(map(sum, found.week))
    assert found.messages == len(
        {h.message_id for h in vault.search.find(query, limit=99) if h.number}
    )


def test_a_query_that_finds_everything_counts_as_none_does(vault: Vault) -> None:
    every, found = vault.analytics.of(), vault.analytics.of("since:1990")

    for name in ("by_day", "week", "by_source", "by_model", "by_role", "by_month", "languages",
                 "model_tokens", "words", "tokens"):  # fmt: skip
        assert getattr(found, name) == getattr(every, name), name


def test_a_query_that_does_not_parse_is_refused(vault: Vault) -> None:
    with pytest.raises(QueryError):
        vault.analytics.of("(tea")


def test_counting_can_be_stopped(vault: Vault) -> None:
    job = Job()
    job.cancel()

    with pytest.raises(JobCancelled):
        vault.analytics.of("tea", job=job)


def test_what_is_in_the_trash_does_not_count(vault: Vault) -> None:
    row_id = next(c.row_id for c in vault.analytics.of().longest if c.title == "two garden")

    change = vault.trash.put([row_id])
    assert (vault.analytics.of().messages, vault.analytics.of().chats) == (4, 2)
    assert vault.statistics.get().by_role == {"user": 2, "assistant": 2}

    vault.trash.undo(change)
    assert vault.analytics.of().messages == 10


def test_what_is_written_counts_at_once(vault: Vault) -> None:
    vault.conversations.append(vault.conversations.list()[0].id, Role.USER, "One more thing")

    found = vault.analytics.of()

    assert (found.messages, found.words) == (11, 45 + 3)


def test_who_only_reads_counts_what_nobody_took_over(scratch: ScratchVault) -> None:
    vault = scratch.vault
    vault.conversations.append(vault.conversations.list()[0].id, Role.USER, "One more thing")
    vault.lock()

    with Vault.open(scratch.folder, PASSWORD, read_only=True) as reader:
        assert reader.analytics.of().messages == 11
    assert scratch.query("SELECT count(*) FROM usage_queue") == [(1,)]


def test_a_vault_without_counts_is_counted_when_somebody_looks(scratch: ScratchVault) -> None:
    before = scratch.vault.analytics.counts()
    scratch.attack(
        "DELETE FROM chat_usage",
        "DELETE FROM usage_statistics",
        "DELETE FROM usage_hours",
        "DELETE FROM usage_details",
        "INSERT INTO usage_queue SELECT id, 1 FROM conversations",
    )

    assert scratch.reopen().analytics.of().messages == 10
    assert scratch.vault.analytics.counts() == before


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE usage_statistics SET messages = messages + 1",
        "UPDATE usage_statistics SET words = words + 1 WHERE role = 1",
        "DELETE FROM usage_hours",
        "DELETE FROM usage_details WHERE id = 1",
        "DELETE FROM chat_usage WHERE conversation_id = 1",
        "UPDATE chat_usage SET is_counted = 0 WHERE conversation_id = 1",
        "UPDATE chat_usage SET days = days + 1 WHERE conversation_id = 1",
        "UPDATE usage_details SET details_sealed = x'00' WHERE id = 1",
    ],
)
def test_a_check_names_counts_that_are_not_those_of_the_messages(
    scratch: ScratchVault, statement: str
) -> None:
    assert scratch.attack(statement) > 0

    (problem,) = scratch.problems()
    assert problem.startswith("analytics: ")

    scratch.vault.analytics.begin_anew()
    assert scratch.problems() == []


def test_counts_that_were_tampered_with_mend_themselves_when_they_matter(
    scratch: ScratchVault,
) -> None:
    scratch.attack("UPDATE chat_usage SET days = days + 1")
    vault = scratch.reopen()

    vault.conversations.append(vault.conversations.list()[0].id, Role.USER, "One more thing")

    assert vault.analytics.of().messages == 11
    assert scratch.problems() == []


def test_attachments_count_once_where_they_are_the_same_file(vault: Vault) -> None:
    found = vault.analytics.attachments()

    assert (found.attachments, found.files, found.size_bytes) == (2, 1, 4)
    assert found.by_source == (("claude", 2, 4),)
    assert vault.analytics.attachments("source:chatgpt").attachments == 0


def test_topics_are_the_words_of_titles_month_by_month(vault: Vault) -> None:
    (month,) = vault.analytics.topics()

    assert (month.month, month.chats) == ("2023-12", 3)
    assert month.terms[0] == ("garden", 3)
    assert vault.analytics.topics("source:chatgpt")[0].chats == 1


def test_prices_of_the_person_are_sealed_and_count(scratch: ScratchVault) -> None:
    vault = scratch.vault
    assert vault.analytics.cost(vault.analytics.of()).unpriced == 5

    vault.analytics.set_prices([Price(model="m1", read=0, written=1_000_000)])
    vault = scratch.reopen()
    cost = vault.analytics.cost(vault.analytics.of())

    assert cost.is_edited
    assert cost.dollars == sum(
        t.written for t in vault.analytics.of().model_tokens if t.model == "m1"
    )
    assert cost.unpriced == 1
    assert not vault.analytics.set_prices(None).is_edited
    assert vault.analytics.prices().of("gpt-4o") is not None


def test_languages_and_facts_are_sealed(scratch: ScratchVault) -> None:
    rows = scratch.query("SELECT details_sealed FROM usage_details UNION ALL"
                         " SELECT details_sealed FROM chat_usage")  # fmt: skip

    assert len(rows) == 4
    assert not any(b"en" in sealed and b"m1" in sealed for (sealed,) in rows)
