"""SPARQL results as plain values, read by parsers that are not the engine's, and their comparison.

A term is a tuple: ("iri", i), ("blank", label), ("literal", text, datatype, language, direction), ("triple", s, p, o),
("text", t) for a cell of CSV, None for nothing bound. Solutions are compared as multisets of rows, and as a sequence
where the expected result numbers its solutions; graphs are multisets of triples; blank nodes may be named otherwise.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pyoxigraph as ox
from sparql_suite import published

from ldpub.namespaces import RDF, XSD

Term = tuple[Any, ...] | None
Row = tuple[Term, ...]

RS = "http://www.w3.org/2001/sw/DataAccess/tests/result-set#"
SRX = "{http://www.w3.org/2005/sparql-results#}"
ITS_DIR = "{http://www.w3.org/2005/11/its}dir"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
SYNTAXES = {".ttl": ox.RdfFormat.TURTLE, ".nt": ox.RdfFormat.N_TRIPLES, ".rdf": ox.RdfFormat.RDF_XML}


@dataclass(frozen=True)
class Result:
    """A boolean, a graph (`variables` is None, rows are triples), or solutions with their variables."""

    variables: tuple[str, ...] | None = None
    rows: tuple[Row, ...] = ()
    boolean: bool | None = None
    ordered: bool = False


def solutions(variables: Iterable[str], bindings: Iterable[Mapping[str, Term]], ordered: bool = False) -> Result:
    """Solutions, with their columns in the order of the variables' names."""
    names = tuple(sorted(variables))
    return Result(names, tuple(tuple(row.get(name) for name in names) for row in bindings), None, ordered)


def literal(text: str, datatype: str | None = None, language: str | None = None, direction: str | None = None) -> Term:
    """A literal; language tags are compared in lower case (RDF 1.1 Concepts, 3.3)."""
    if language:
        return ("literal", text, RDF + ("dirLangString" if direction else "langString"), language.lower(), direction)
    return ("literal", _value(text, datatype), datatype or XSD + "string", None, None)


VALUES: dict[str, Callable[[str], object]] = {
    XSD + "integer": int,
    XSD + "decimal": lambda text: Decimal(text).normalize(),
    XSD + "float": float,
    XSD + "double": float,
    XSD + "boolean": {"true": True, "1": True, "false": False, "0": False}.__getitem__,
    XSD + "date": lambda text: re.sub(r"[+-]00:00$", "Z", text),
}


def _value(text: str, datatype: str | None) -> str:
    """A text that is the same for the same value: the suites write 11.100 where an engine may compute 11.1."""
    try:
        return repr(VALUES[datatype or ""](text))
    except (KeyError, ValueError, ArithmeticError):
        return text


def expected(path: Path) -> Result:
    """The expected result in a file: SPARQL results in XML, JSON, CSV or TSV, a result set in RDF, or a graph."""
    body = path.read_bytes()
    if reader := READERS.get(path.suffix):
        return reader(body)
    triples = [quad.triple for quad in ox.parse(body, SYNTAXES[path.suffix], base_iri=published(path))]
    if any(triple.object == ox.NamedNode(RS + "ResultSet") for triple in triples):
        return _from_result_set(triples)
    return _graph(triples)


def read_graph(body: bytes, syntax: ox.RdfFormat) -> Result:
    """A graph that the endpoint sent."""
    return _graph(quad.triple for quad in ox.parse(body, syntax))


def read_json(body: bytes) -> Result:
    """SPARQL 1.1 Query Results JSON Format, with 1.2's triple terms and directions."""
    document = json.loads(body)
    if "boolean" in document:
        return Result(boolean=document["boolean"])
    bindings = document["results"]["bindings"]
    return solutions(
        document["head"]["vars"], ({name: _from_json(value) for name, value in row.items()} for row in bindings)
    )


def _from_json(term: dict[str, Any]) -> Term:
    value = term["value"]
    match term["type"]:
        case "uri":
            return ("iri", value)
        case "bnode":
            return ("blank", value)
        case "triple":
            return ("triple", *(_from_json(value[part]) for part in ("subject", "predicate", "object")))
    assert term["type"] in ("literal", "typed-literal")
    return literal(value, term.get("datatype"), term.get("xml:lang"), term.get("its:dir"))


def read_xml(body: bytes) -> Result:
    """SPARQL Query Results XML Format, with 1.2's triple terms and directions."""
    root = ET.fromstring(body)
    boolean = root.find(SRX + "boolean")
    if boolean is not None:
        return Result(boolean={"true": True, "false": False}[(boolean.text or "").strip()])
    names = [str(variable.get("name")) for variable in root.iterfind(f"{SRX}head/{SRX}variable")]
    rows = root.iterfind(f"{SRX}results/{SRX}result")
    return solutions(names, ({str(cell.get("name")): _from_xml(cell[0]) for cell in row} for row in rows))


def _from_xml(element: ET.Element) -> Term:
    text = element.text or ""
    match element.tag.removeprefix(SRX):
        case "uri":
            return ("iri", text.strip())
        case "bnode":
            return ("blank", text.strip())
        case "triple":
            return ("triple", *(_from_xml(element.find(SRX + p)[0]) for p in ("subject", "predicate", "object")))  # type: ignore[index]
    assert element.tag == SRX + "literal"
    return literal(text, element.get("datatype"), element.get(XML_LANG), element.get(ITS_DIR))


def read_csv(body: bytes) -> Result:
    """SPARQL 1.1 Query Results CSV: terms as bare text, blank nodes with `_:`."""
    names, *rows = csv.reader(io.StringIO(body.decode(), newline=""))
    cells = ([_from_csv(cell) for cell in row] for row in rows)
    return solutions(names, (dict(zip(names, row, strict=True)) for row in cells))


def _from_csv(cell: str) -> Term:
    if cell.startswith("_:"):
        return ("blank", cell[2:])
    return ("text", _value(cell, XSD + "double"))


def read_tsv(body: bytes) -> Result:
    """SPARQL 1.1 Query Results TSV: terms in Turtle, nothing where nothing is bound."""
    head, *lines = body.decode().splitlines()
    names = [name.removeprefix("?") for name in head.split("\t")]
    rows = [line.split("\t") for line in lines]
    return solutions(names, ({n: _from_turtle(c) for n, c in zip(names, row, strict=True)} for row in rows))


def _from_turtle(cell: str) -> Term:
    if not cell:
        return None
    (quad,) = ox.parse(f"<x:s> <x:p> {cell} .", ox.RdfFormat.TURTLE)
    return _term(quad.object)


READERS = {".srx": read_xml, ".srj": read_json, ".csv": read_csv, ".tsv": read_tsv}


def _term(term: object) -> Term:
    if isinstance(term, ox.NamedNode):
        return ("iri", term.value)
    if isinstance(term, ox.BlankNode):
        return ("blank", term.value)
    if isinstance(term, ox.Triple):
        return ("triple", *map(_term, (term.subject, term.predicate, term.object)))
    assert isinstance(term, ox.Literal)
    direction = str(term.direction) if term.direction else None
    return literal(term.value, term.datatype.value, term.language, direction)


def _graph(triples: Iterable[ox.Triple]) -> Result:
    return Result(rows=tuple(dict.fromkeys((_term(t.subject), _term(t.predicate), _term(t.object)) for t in triples)))


def _from_result_set(triples: Sequence[ox.Triple]) -> Result:
    """A result in the vocabulary of the Data Access Working Group's tests."""

    def objects(subject: object, name: str) -> list[Any]:
        predicate = ox.NamedNode(RS + name)
        return [t.object for t in triples if t.predicate == predicate and subject in (None, t.subject)]

    booleans = objects(None, "boolean")
    if booleans:
        return Result(boolean=booleans[0].value == "true")
    found = objects(None, "solution")
    ordered = any(objects(solution, "index") for solution in found)
    if ordered:
        found.sort(key=lambda solution: int(objects(solution, "index")[0].value))
    rows = [
        {
            objects(binding, "variable")[0].value: _term(objects(binding, "value")[0])
            for binding in objects(solution, "binding")
        }
        for solution in found
    ]
    return solutions((name.value for name in objects(None, "resultVariable")), rows, ordered)


def same(wanted: Result, given: Result, lax: bool = False) -> bool:
    """Whether two results say the same; `lax` lets each solution come less often than wanted, but once (REDUCED)."""
    if (wanted.boolean, wanted.variables) != (given.boolean, given.variables):
        return False
    if lax:
        often, seldom = Counter(wanted.rows), Counter(given.rows)
        return often.keys() == seldom.keys() and seldom <= often
    rows = [list(result.rows) for result in (wanted, given)]
    if wanted.ordered:
        rows = [[(("place", place), *row) for place, row in enumerate(found)] for found in rows]
    return _isomorphic(rows[0], rows[1], {}, {})


Colours = dict[str, Any]
"""What is known of each blank node, by its label."""


def _isomorphic(wanted: list[Row], given: list[Row], these: Colours, those: Colours) -> bool:
    """Whether a renaming of blank nodes makes the rows the same: refine their colours, then try."""
    these, those = _refined(wanted, these), _refined(given, those)
    if _painted(wanted, these) != _painted(given, those):
        return False
    often = Counter(these.values())
    label = next((label for label, colour in these.items() if often[colour] > 1), None)
    if label is None:
        return True
    chosen = object()
    return any(
        _isomorphic(wanted, given, {**these, label: chosen}, {**those, other: chosen})
        for other, colour in those.items()
        if colour == these[label]
    )


def _refined(rows: list[Row], colours: Colours) -> Colours:
    """Colour each blank node by the rows it stands in, until no more of them differ."""
    labels = {label for row in rows for term in row for label in _blanks(term)}
    colours = {label: colours.get(label) for label in sorted(labels)}
    while True:
        places: dict[str, Counter[Any]] = {label: Counter() for label in colours}
        for row in rows:
            for label in {label for term in row for label in _blanks(term)}:
                places[label][tuple(_paint(term, colours, label) for term in row)] += 1
        finer = {label: hash((colours[label], frozenset(found.items()))) for label, found in places.items()}
        if len(set(finer.values())) == len(set(colours.values())):
            return finer
        colours = finer


def _painted(rows: list[Row], colours: Colours) -> Counter[Any]:
    return Counter(tuple(_paint(term, colours) for term in row) for row in rows)


def _paint(term: Term, colours: Colours, own: str | None = None) -> Any:
    if term is None or term[0] not in ("blank", "triple"):
        return term
    if term[0] == "triple":
        return ("triple", *(_paint(part, colours, own) for part in term[1:]))
    return ("own",) if term[1] == own else ("blank", colours[term[1]])


def _blanks(term: Term) -> Iterator[str]:
    if term is not None and term[0] == "blank":
        yield term[1]
    if term is not None and term[0] == "triple":
        for part in term[1:]:
            yield from _blanks(part)
