"""A list as a SPARQL 1.1 query that gives exactly its rows: so that whoever sees a list can go on from it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from pyoxigraph import Literal, NamedNode

from ldpub.labels import LABEL_PROPERTIES
from ldpub.serve.lists import NONE, Facet, read_term

_LOCAL = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
_IRI = re.compile(r"<[^<>]*>")


def list_query(
    class_iri: str, chosen: Sequence[tuple[Facet, Sequence[str]]], language: str, prefixes: Mapping[str, str]
) -> str:
    """The things of a class that fit the chosen values of facets, with their labels in a language."""
    names = "|".join(f"<{name}>" for name in LABEL_PROPERTIES)
    lines = [
        "SELECT ?thing (MIN(?name) AS ?label) WHERE {",
        f"  ?thing a {NamedNode(class_iri)} .",
        "  FILTER(isIRI(?thing))",
        *(f"  FILTER({_fits(facet, values, number)})" for number, (facet, values) in enumerate(chosen, 1)),
        f"  OPTIONAL {{ ?thing {names} ?name FILTER(LANGMATCHES(LANG(?name), {Literal(language)})) }}",
        "}",
        "GROUP BY ?thing",
        "ORDER BY ?label ?thing",
    ]
    used: dict[str, str] = {}
    body = _IRI.sub(lambda match: _shortened(match[0][1:-1], prefixes, used), "\n".join(lines))
    return "".join(f"PREFIX {prefix}: <{used[prefix]}>\n" for prefix in sorted(used)) + body + "\n"


def _fits(facet: Facet, values: Sequence[str], number: int) -> str:
    """That a thing has one of the values, or none at all if that is chosen."""
    variable = f"?value{number}"
    pattern = f"?thing {facet.path} {variable}"
    years = "" if not facet.by_decade else f' FILTER(REGEX(STR({variable}), "^[0-9]{{4}}([^0-9]|$)"))'
    ways = []
    if any(value != NONE for value in values):
        ways.append(f"EXISTS {{ {pattern} {_one_of(facet, values, variable)} }}")
    if NONE in values:
        ways.append(f"NOT EXISTS {{ {pattern}{years} }}")
    return " || ".join(ways)


def _one_of(facet: Facet, values: Sequence[str], variable: str) -> str:
    if facet.by_decade:
        decades = "|".join(value[:3] for value in values if value in facet.texts) or "none"
        return f'FILTER(REGEX(STR({variable}), "^({decades})[0-9]([^0-9]|$)"))'
    terms = " ".join(str(read_term(facet.terms[number])) for number in facet.numbers(values))
    return "FILTER(false)" if not terms else f"VALUES {variable} {{ {terms} }}"


def _shortened(iri: str, prefixes: Mapping[str, str], used: dict[str, str]) -> str:
    """An IRI by the longest of the prefixes, if what is left is a plain name."""
    fitting = [(len(start), prefix) for prefix, start in prefixes.items() if prefix and iri.startswith(start)]
    if fitting:
        prefix = max(fitting)[1]
        local = iri.removeprefix(prefixes[prefix])
        if _LOCAL.fullmatch(local):
            used[prefix] = prefixes[prefix]
            return f"{prefix}:{local}"
    return f"<{iri}>"
