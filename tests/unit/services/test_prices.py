"""What tokens cost."""

from __future__ import annotations

import pytest

from privatus.core.errors import UserError
from privatus.services.analytics_result import NO_MODEL, ModelTokens
from privatus.services.prices import Price, cost_of, shipped_prices, table_of


def _tokens(model: str) -> ModelTokens:
    return ModelTokens(model=model, answers=2, written=1_000_000, read=2_000_000)


@pytest.mark.parametrize(
    ("model", "meant"),
    [
        ("gpt-4o", "gpt-4o"),
        ("GPT 4o", "gpt-4o"),
        ("openai/gpt-4o-2024-08-06", "gpt-4o"),
        ("gpt-4o-mini", "gpt-4o-mini"),
        ("gpt-5-thinking", "gpt-5"),
        ("claude-3.5-sonnet", "claude-3-5-sonnet"),
        ("claude-3-5-sonnet-20241022", "claude-3-5-sonnet"),
        ("Gemini 1.5 Pro", "gemini-1.5-pro"),
    ],
)
def test_a_model_is_known_by_how_its_name_begins(model: str, meant: str) -> None:
    price = shipped_prices().of(model)

    assert price is not None
    assert price.model == meant


@pytest.mark.parametrize("model", [NO_MODEL, "gpt-4omega", "something else"])
def test_nothing_is_made_up_for_a_model_that_nobody_knows(model: str) -> None:
    assert shipped_prices().of(model) is None


def test_a_model_on_ones_own_machine_costs_nothing() -> None:
    price = shipped_prices().of("ollama/llama3:8b")

    assert price is not None
    assert (price.read, price.written) == (0.0, 0.0)


def test_an_estimate_says_what_it_leaves_out() -> None:
    cost = cost_of([_tokens("gpt-4o"), _tokens("who knows")], shipped_prices())

    assert cost.dollars == pytest.approx(2 * 2.5 + 10)
    assert cost.unpriced == 2
    assert [model.dollars for model in cost.models] == [pytest.approx(15), None]
    assert cost.as_of == "2026-11-22"


def test_prices_of_the_person_are_kept_as_they_are() -> None:
    table = shipped_prices().with_prices([Price(model=" My Model ", read=1.5, written=0)])

    assert table_of(table.record()) == table
    assert table.is_edited
    assert table.of("my-model-2") == Price(model="My Model", read=1.5, written=0)


@pytest.mark.parametrize(
    ("prices", "reason"),
    [
        ([Price(model=" ", read=1, written=1)], "needs the name"),
        ([Price(model="a", read=-1, written=1)], "is a number from 0"),
        ([Price(model="a", read=float("nan"), written=1)], "is a number from 0"),
        ([Price(model="A b", read=1, written=1), Price(model="a-b", read=2, written=1)], "same"),
    ],
)
def test_what_is_no_price_is_refused(prices: list[Price], reason: str) -> None:
    with pytest.raises(UserError, match=reason):
        shipped_prices().with_prices(prices)
