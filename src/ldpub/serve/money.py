"""Amounts of money as one value: what schema.org calls an amount and a currency, said of one thing, is `50.000 €`.

Properties are those of schema.org and those that an ontology puts below them (rdfs:subPropertyOf); the code is that of
ISO 4217, the form that of Unicode CLDR. Where a thing has several amounts or currencies nothing says which go together.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from pyoxigraph import Literal

from ldpub.namespaces import SCHEMA
from ldpub.serve.language import Words
from ldpub.serve.quads import Quad

_SCHEMAS = (SCHEMA, "https://schema.org/")
AMOUNTS = frozenset(schema + name for schema in _SCHEMAS for name in ("amount", "price", "value"))
CURRENCIES = frozenset(schema + name for schema in _SCHEMAS for name in ("currency", "priceCurrency"))

_NUMBER = re.compile(r"[+-]?[0-9]{1,20}(\.[0-9]{1,10})?")
_CODE = re.compile(r"[A-Z]{3}")

Above = Mapping[str, Collection[str]]
"""The properties above each."""


@dataclass(frozen=True)
class Money:
    """The properties of an amount and its currency, the statement of the amount, and both in words."""

    amount: str
    currency: str
    stated: Quad
    text: str


def money_of(said: Mapping[str, Sequence[Quad]], above: Above, words: Words) -> Money | None:
    """The one amount of money that is said of a thing, by property; None where it has none, or more of either."""
    amounts, currencies = (
        [(name, quads[0]) for name, quads in said.items() if _is_below(name, known, above, said) and len(quads) == 1]
        for known in (AMOUNTS, CURRENCIES)
    )
    if len(amounts) != 1 or len(currencies) != 1:
        return None
    ((amount, stated),), ((currency, code),) = amounts, currencies
    text = _told(stated.object, code.object, words)
    return Money(amount, currency, stated, text) if text else None


def _is_below(name: str, known: frozenset[str], above: Above, said: Collection[str]) -> bool:
    """Whether a property is one of those known, or below one; what stands above another that is said does not count."""
    is_known = name in known or not known.isdisjoint(above.get(name, ()))
    return is_known and not any(name in above.get(other, ()) for other in said)


def _told(amount: object, code: object, words: Words) -> str | None:
    if not isinstance(amount, Literal) or not isinstance(code, Literal):
        return None
    is_money = _NUMBER.fullmatch(amount.value) and _CODE.fullmatch(code.value)
    return words.money(Decimal(amount.value), code.value) if is_money else None
