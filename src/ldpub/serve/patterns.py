"""The pages of triple patterns: all values of a property, all that links to a thing by one, and why a statement holds.

`/statements?s=&p=`, `?p=&o=` and `?s=&p=&o=`: terms are prefixed names, IRIs, or literals as N-Triples writes them.
With `as=query` the first two lead to the query that gives what they show.
"""

from __future__ import annotations

from dataclasses import replace

from flask import Response
from pyoxigraph import Literal, NamedNode, Triple

from ldpub.namespaces import RDF
from ldpub.serve.arrangement import Path
from ldpub.serve.asked import naming_of, table_query, values_query
from ldpub.serve.describe import Describer
from ldpub.serve.described import Value
from ldpub.serve.exchange import Exchange, redirect
from ldpub.serve.frame import Place
from ldpub.serve.links import to_page
from ldpub.serve.pages import paging, render, trail_of
from ldpub.serve.problems import Problem
from ldpub.serve.quads import distinct_triples
from ldpub.serve.relations import Relation, heading, relation
from ldpub.serve.terms import read_term
from ldpub.serve.why import reason

LISTED = 100
"""How many things a page lists, before another page goes on."""

AS_QUERY = ("as", "query")
"""The parameter that asks for the query, which would be most of a page with a few tables."""

_NEEDED = "Give `s` and `p`, `p` and `o`, or all three; each is a prefixed name, an IRI, or in `o` a literal."


def statements(exchange: Exchange) -> Response:
    """The page of the pattern that the parameters give."""
    s, p, o = (_term(exchange, name) for name in ("s", "p", "o"))
    if not isinstance(p, NamedNode) or isinstance(s, Literal) or (s is None and not isinstance(o, NamedNode)):
        raise Problem(400, _NEEDED)
    if s is not None and o is not None:
        return exchange.page_response(_why(exchange, Triple(s, p, o)))
    thing = o if s is None else s
    assert isinstance(thing, NamedNode), "a subject is an IRI, and an object without one, too"
    path = Path(p.value, is_forward=o is None)
    if exchange.request.args.get(AS_QUERY[0]) == AS_QUERY[1]:
        return redirect(303, to_page(exchange, "sparql", [("query", _query(exchange, thing, path))]), "Accept-Language")
    return exchange.page_response(_values(exchange, thing, path))


def _term(exchange: Exchange, name: str) -> NamedNode | Literal | None:
    text = exchange.request.args.get(name, "")
    try:
        return read_term(text, exchange.snapshot.manifest.prefixes) if text else None
    except ValueError as error:
        raise Problem(400, f"`{name}` is no term: {text[:200]}. {_NEEDED}") from error


def _describer(exchange: Exchange) -> Describer:
    return Describer(exchange.snapshot, exchange.language, exchange.path, exchange.kept_language)


def _why(exchange: Exchange, triple: Triple) -> str:
    if not exchange.snapshot.statements.holds(triple):
        raise Problem(404, "The release does not have this statement.")
    describer = _describer(exchange)
    root = reason(describer, triple)
    about, name, value = root.parts
    title = f"{about.text}: {name.text} {value.text}"
    trail = trail_of(exchange, describer, triple.subject) if isinstance(triple.subject, NamedNode) else ()
    summary = f"{exchange.words['why_heading']}: {title}"
    return render(exchange, "why.html", title=title, place=Place(trail, summary=summary), root=root)


def _values(exchange: Exchange, thing: NamedNode, path: Path) -> str:
    """Everything that a property leads to or from, a page at a time; as a table where the shapes have one for it."""
    describer, snapshot = _describer(exchange), exchange.snapshot
    report = snapshot.iris.graph("report")
    count = snapshot.statements.count(thing, path.name, is_forward=path.is_forward, report=report)
    offset = (exchange.page - 1) * LISTED
    if offset >= count:
        raise Problem(404, f"There is no page {exchange.page}.")
    found = _relation(describer, thing, path, offset)
    describer.learn([thing])
    shown = replace(found, count=count) if found else None
    name = shown.title if shown else heading(describer, path, {})
    return render(
        exchange,
        "statements.html",
        place=Place(trail_of(exchange, describer, thing)),
        title=f"{describer.name(thing)}: {name}" if path.is_forward or shown else f"{name}: {describer.name(thing)}",
        about=describer.value(thing),
        path=path,
        name=name,
        property=describer.value(NamedNode(path.name)),
        relation=shown,
        values=[] if shown else _listed(describer, thing, path, offset, report),
        count=count,
        first=offset + 1,
        last=min(offset + LISTED, count),
        query=describer.asking("sparql", [("query", _asked(describer, thing, path, found))]),
        paging=paging(exchange, offset + LISTED < count),
    )


def _query(exchange: Exchange, thing: NamedNode, path: Path) -> str:
    """The query that gives what the pages of a property show."""
    describer = _describer(exchange)
    return _asked(describer, thing, path, _relation(describer, thing, path, 0))


def _asked(describer: Describer, thing: NamedNode, path: Path, found: Relation | None) -> str:
    if found is None:
        return values_query(thing, path, describer.snapshot.iris.graph("report"))
    return table_query(thing, found, describer, naming_of(describer))


def _relation(describer: Describer, thing: NamedNode, path: Path, offset: int) -> Relation | None:
    """What a property leads to or from as a table, from one row on, where the shapes have one for it."""
    types = describer.snapshot.statements.facts([thing], [RDF + "type"])
    classes = dict.fromkeys(quad.object.value for quad in types if isinstance(quad.object, NamedNode))
    tables = describer.snapshot.arrangement.tables_of(classes)
    table = next((table for table in tables if table.path == path), None)
    return relation(describer, thing, table, limit=LISTED, offset=offset) if table else None


def _listed(describer: Describer, thing: NamedNode, path: Path, offset: int, report: str) -> list[Value]:
    quads = describer.snapshot.statements.values(
        thing, path.name, is_forward=path.is_forward, limit=LISTED, offset=offset, report=report
    )
    quads = list(distinct_triples(describer.asserted_first(quads)))
    describer.learn(term for quad in quads for term in (quad.subject, quad.object))
    values = [describer.stated(quad, is_forward=path.is_forward) for quad in quads]
    return sorted(values, key=lambda value: value.text.casefold())
