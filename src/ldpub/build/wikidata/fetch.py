"""Statements of Wikidata, fetched from its SPARQL endpoint (SPARQL 1.1 Protocol) as triples in its own RDF form."""

from __future__ import annotations

import urllib.parse
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, serialize

from ldpub.build.asking import AnswerError, Asker
from ldpub.build.linking.items import IDENTIFIER
from ldpub.build.wikidata.statements import (
    DERIVED,
    DIRECT,
    END,
    PROPERTY,
    QUALIFIER,
    QUALIFIER_VALUE,
    REFERENCE,
    REFERENCE_URL,
    START,
    STATED_IN,
    VALUE,
    WIKIBASE,
)
from ldpub.errors import UsageError
from ldpub.formats import RESULTS_JSON
from ldpub.namespaces import OWL, RDFS, SKOS

_BATCH = 50
_OF_ITEM = (RDFS + "label", SKOS + "altLabel", OWL + "sameAs", *(DIRECT + name for name in ("P31", "P17", "P625")))


def fetch(asker: Asker, ids: Sequence[str], numbers: Sequence[str], target: str) -> list[Triple]:
    """What the endpoint says of items, and of statements of these properties from or to them; raises AnswerError.

    The same answer gives the same triples in the same order.
    """
    found: set[Triple] = set()
    good = [id_ for id_ in ids if IDENTIFIER.fullmatch(id_)]
    for start in range(0, len(good), _BATCH):
        values = " ".join(f"<{target}{id_}>" for id_ in good[start : start + _BATCH])
        for pattern in _patterns(values, numbers):
            found.update(_triples(asker, f"SELECT DISTINCT ?s ?p ?o WHERE {{ {pattern} }}"))
    return sorted(found, key=str)


def _patterns(values: str, numbers: Sequence[str]) -> Iterator[str]:
    """The group graph patterns of the queries for a batch of items."""
    yield f"VALUES ?s {{ {values} }} {_among(_OF_ITEM)}"
    yield f"VALUES ?item {{ {values} }} ?item <{DIRECT}P31> ?s . ?s <{RDFS}label> ?o . {_label()}"
    for number in numbers:
        items = f"VALUES ?item {{ {values} }}"
        forth, back = f"?item <{PROPERTY}{number}> ?st .", f"?st <{VALUE}{number}> ?item ."
        either = f"{items} {{ {forth} }} UNION {{ {back} }}"
        yield f"{either} ?s <{PROPERTY}{number}> ?st . BIND(<{PROPERTY}{number}> AS ?p) BIND(?st AS ?o)"
        qualifiers = [space + name for space in (QUALIFIER, QUALIFIER_VALUE) for name in (START, END)]
        yield f"{either} BIND(?st AS ?s) {_among((VALUE + number, WIKIBASE + 'rank', DERIVED, *qualifiers))}"
        times = f"<{QUALIFIER_VALUE}{START}>|<{QUALIFIER_VALUE}{END}>"
        yield f"{either} ?st {times} ?s . {_among((WIKIBASE + 'timeValue', WIKIBASE + 'timePrecision'))}"
        yield f"{either} ?st <{DERIVED}> ?s . {_among((REFERENCE + REFERENCE_URL, REFERENCE + STATED_IN))}"
        yield f"{items} {forth} ?st <{VALUE}{number}> ?s . ?s <{RDFS}label> ?o . {_label()}"
        yield f"{items} {back} ?s <{PROPERTY}{number}> ?st ; <{RDFS}label> ?o . {_label()}"


def _among(predicates: Iterable[str]) -> str:
    return f"VALUES ?p {{ {' '.join(f'<{iri}>' for iri in predicates)} }} ?s ?p ?o ."


def _label() -> str:
    return f"BIND(<{RDFS}label> AS ?p) FILTER(LANG(?o) IN ('en', 'de'))"


def _triples(asker: Asker, query: str) -> Iterator[Triple]:
    document = asker.post_form(urllib.parse.urlencode({"query": query}).encode(), accept=RESULTS_JSON.media_type)
    try:
        for row in document["results"]["bindings"]:
            subject, predicate, value = (_term(row[name]) for name in "spo")
            if isinstance(subject, NamedNode) and isinstance(predicate, NamedNode) and value is not None:
                yield Triple(subject, predicate, value)
    except (KeyError, TypeError, ValueError) as error:
        raise AnswerError(f"{asker.url}: its answer has no solutions as SPARQL JSON has them: {error!r}.") from error


def _term(cell: Any) -> NamedNode | Literal | None:
    """A term of SPARQL 1.1 Query Results JSON (3.2.2); None for a blank node, which stands for an unknown value."""
    match cell["type"]:
        case "uri":
            return NamedNode(cell["value"])
        case "literal" | "typed-literal" if "xml:lang" in cell:
            return Literal(cell["value"], language=cell["xml:lang"])
        case "literal" | "typed-literal":
            datatype = cell.get("datatype")
            return Literal(cell["value"], datatype=NamedNode(datatype)) if datatype else Literal(cell["value"])
    return None


def save_triples(path: Path, triples: Sequence[Triple]) -> None:
    """Write triples as N-Triples; raises UsageError where the file cannot be written."""
    try:
        path.write_bytes(serialize(triples, format=RdfFormat.N_TRIPLES) or b"")
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror or error}.") from error
