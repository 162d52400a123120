"""What someone published, as its own statements tell it (DCMI Metadata Terms; schema.org): makers, date, title, URL."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pyoxigraph import Literal, NamedNode

from ldpub.namespaces import DCAT, DCT, FOAF, SCHEMA
from ldpub.serve.dates import Bounds, read_date
from ldpub.serve.describe import Describer, Term
from ldpub.serve.exchange import Exchange
from ldpub.serve.language import choose_text

_DC = "http://purl.org/dc/elements/1.1/"
_PUBLISHERS = (DCT + "publisher", _DC + "publisher", SCHEMA + "publisher")
_CREATORS = (DCT + "creator", _DC + "creator", SCHEMA + "author", SCHEMA + "creator")
_DATES = (DCT + "issued", SCHEMA + "datePublished", DCT + "date", _DC + "date", DCT + "created", SCHEMA + "dateCreated")
_TITLES = (DCT + "title", _DC + "title", SCHEMA + "headline")
_URLS = (SCHEMA + "url", DCAT + "landingPage", FOAF + "page", FOAF + "homepage")
_LANGUAGES = (DCT + "language", SCHEMA + "inLanguage")


def published_work(exchange: Exchange, thing: NamedNode) -> dict[str, Any]:
    """The members of CSL-JSON that a work of a stated publisher has; nothing for what nobody published."""
    said: dict[str, list[Term]] = {}
    dated = (*_DATES, *exchange.snapshot.terms.dates.get("date", ()))
    names = (*_PUBLISHERS, *_CREATORS, *dated, *_TITLES, *_URLS, *_LANGUAGES)
    for quad in exchange.snapshot.statements.facts([thing], list(dict.fromkeys(names))):
        said.setdefault(quad.predicate.value, []).append(quad.object)
    publishers = _named(exchange, _found(said, _PUBLISHERS))
    if not publishers:
        return {}
    creators = _named(exchange, _found(said, _CREATORS)) or publishers
    days = [day for term in _found(said, dated) if isinstance(term, Literal) and (day := _parts(read_date(term)))]
    members = {
        "author": [{"literal": name} for name in creators],
        "publisher": ", ".join(publishers),
        "title": _title(exchange, _found(said, _TITLES)),
        "issued": {"date-parts": [days[0]]} if days else None,
        "URL": next((term.value for term in _found(said, _URLS) if isinstance(term, Literal | NamedNode)), None),
        "language": next((term.value for term in _found(said, _LANGUAGES) if isinstance(term, Literal)), None),
    }
    return {name: value for name, value in members.items() if value}


def _found(said: Mapping[str, Sequence[Term]], names: Iterable[str]) -> list[Term]:
    """The values of the first of some properties that has any, each once."""
    return list(dict.fromkeys(next((said[name] for name in names if said.get(name)), ())))


def _named(exchange: Exchange, terms: Sequence[Term]) -> list[str]:
    describer = Describer(exchange.snapshot, exchange.language, exchange.path, exchange.kept_language)
    describer.learn(terms)
    return list(dict.fromkeys(describer.name(term) for term in terms))


def _title(exchange: Exchange, terms: Sequence[Term]) -> str | None:
    """Its own title, in its own language where it has but one."""
    texts = {term.language or "": term.value for term in terms if isinstance(term, Literal)}
    return choose_text(texts, exchange.language, exchange.snapshot.manifest.languages)


def _parts(bounds: Bounds) -> list[int]:
    """Year, month and day as far as they are known."""
    first, last = bounds.first, bounds.last
    if first is None or last is None:
        return []
    same = next((number for number in (0, 1, 2) if first[number] != last[number]), 3)
    return list(first[:same])
