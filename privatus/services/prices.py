"""What tokens cost: prices that came with the program, and those that the person gave instead.

Prices are in US dollars a million tokens. prices.json says of when and from where they are; a
provider may have changed them since, and none is looked up.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Any

import msgspec

from privatus.core.errors import UserError
from privatus.services.analytics_result import ModelTokens

_MILLION = 1_000_000
_MOST = 1_000_000.0
# Models that run on one's own machine cost nothing. Their names say so in few places only.
_LOCAL = re.compile(r"\b(?:local|ollama|llama\.?cpp|gguf|lm-?studio)\b|\.gguf$|:\d+b\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """Of a model and of all whose names begin like it, unless one of them has its own."""

    model: str
    read: float  # US dollars a million tokens
    written: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceTable:
    """All prices; `as_of` is the day of those that came with the program."""

    as_of: str
    source: str
    prices: tuple[Price, ...]
    is_edited: bool = False

    def of(self, model: str) -> Price | None:
        """Return the price of *model*; None: nobody knows."""
        name = _folded(model)
        if not name:
            return None
        found = [price for price in self.prices if _begins(name, _folded(price.model))]
        if found:
            return max(found, key=lambda price: len(_folded(price.model)))
        return Price(model=model, read=0.0, written=0.0) if _LOCAL.search(name) else None

    def with_prices(self, prices: Iterable[Price]) -> PriceTable:
        """Return a table with other prices.

        Raises:
            UserError: one of them has no model or is no price, or two are of one model.
        """
        found = tuple(_checked(price) for price in prices)
        names = [_folded(price.model) for price in found]
        if len(set(names)) < len(names):
            raise UserError("two prices are of the same model; leave one of them out")
        return replace(self, prices=found, is_edited=True)

    def record(self) -> dict[str, list[float]]:
        """Return the prices as they are kept."""
        return {price.model: [price.read, price.written] for price in self.prices}


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelCost:
    """What the answers of a model would have cost, in US dollars; None: nobody knows its price."""

    tokens: ModelTokens
    price: Price | None
    dollars: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """An estimate; `unpriced` answers are of models without a price."""

    models: tuple[ModelCost, ...]
    dollars: float
    unpriced: int
    as_of: str
    is_edited: bool


@cache
def shipped_prices() -> PriceTable:
    """Return the prices that came with the program."""
    said = msgspec.json.decode((files("privatus.services") / "prices.json").read_bytes())
    return PriceTable(as_of=said["as_of"], source=said["source"], prices=_prices(said["models"]))


def table_of(record: Any) -> PriceTable | None:
    """Return the table that the person made, from what was kept of it."""
    if record is None:
        return None
    return replace(shipped_prices(), prices=_prices(record), is_edited=True)


def cost_of(tokens: Sequence[ModelTokens], table: PriceTable) -> Cost:
    """Estimate what models would have cost, by the tokens that they read and wrote."""
    models = []
    for each in tokens:
        price = table.of(each.model)
        dollars = None
        if price is not None:
            dollars = (each.read * price.read + each.written * price.written) / _MILLION
        models.append(ModelCost(tokens=each, price=price, dollars=dollars))
    return Cost(
        models=tuple(models),
        dollars=sum(model.dollars or 0.0 for model in models),
        unpriced=sum(model.tokens.answers for model in models if model.price is None),
        as_of=table.as_of,
        is_edited=table.is_edited,
    )


def _prices(record: dict[str, list[float]]) -> tuple[Price, ...]:
    return tuple(
        Price(model=model, read=read, written=written)
        for model, (read, written) in sorted(record.items())
    )


def _checked(price: Price) -> Price:
    name = price.model.strip()
    if not _folded(name):
        raise UserError("a price needs the name of a model")
    if not (0 <= price.read <= _MOST and 0 <= price.written <= _MOST):
        raise UserError("a price is a number from 0 to 1,000,000 dollars a million tokens")
    return replace(price, model=name)


def _folded(name: str) -> str:
    """Return "gpt-4o" for "GPT 4o" and "openai/gpt-4o"."""
    last = name.strip().lower().rpartition("/")[2]
    return re.sub(r"[\s_.]+", "-", last)


def _begins(name: str, model: str) -> bool:
    """Say whether *name* is *model* or goes on after it with something else than a letter."""
    return name.startswith(model) and not name[len(model) : len(model) + 1].isalnum()
