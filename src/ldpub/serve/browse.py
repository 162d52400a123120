"""The list of a class: narrowed by facets, sorted, in pages, as CSV (RFC 4180), and as a query with the same rows.

Every choice is a link: nothing of this needs a script, and each list has a URL of its own.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import Response
from pyoxigraph import Literal, NamedNode

from ldpub.folding import fold, written_out
from ldpub.formats import RESULTS_CSV
from ldpub.labels import choose_text
from ldpub.namespaces import XSD
from ldpub.serve import kinds, pages
from ldpub.serve.asked import naming_of
from ldpub.serve.describe import DESCRIPTIONS, Describer
from ldpub.serve.described import Value
from ldpub.serve.exchange import REVALIDATE, Exchange
from ldpub.serve.frame import Crumb, Place
from ldpub.serve.links import to_document, to_page
from ldpub.serve.list_dates import DateColumn, dates_of
from ldpub.serve.list_query import Asked, list_query
from ldpub.serve.lists import NONE, Count, Facet, Mask, Numbers, read_term
from ldpub.serve.paging import turns
from ldpub.serve.plurals import counted_name, plurals
from ldpub.serve.problems import Problem

ROWS = 50
"""How many things a page lists."""

COLUMNS = 5
"""How many facets are columns, too; the others would not fit beside them."""

_VALUES_SHOWN = 10
_VALUES_AT_MOST = 200
_BOOLEANS = {f'"true"^^<{XSD}boolean>': "yes", f'"false"^^<{XSD}boolean>': "no"}


@dataclass(frozen=True)
class Option:
    """A value of a facet as it is offered: how many things choosing it gives, and the list with it or without."""

    text: str
    count: int
    href: str
    is_chosen: bool


@dataclass(frozen=True)
class Offered:
    """A facet as a page offers it: the values that most things have, and the rest behind a fold."""

    label: str
    options: tuple[Option, ...]
    more: tuple[Option, ...]


@dataclass(frozen=True)
class Column:
    """The head of a column: its label, the list sorted by it, and in which direction it is sorted now."""

    label: str
    href: str
    direction: str


@dataclass(frozen=True)
class Line:
    """A thing with its values, column by column."""

    thing: Value
    cells: tuple[tuple[str, tuple[Value, ...]], ...]


class Listing:
    """One list: what the request asks for, answered."""

    def __init__(self, exchange: Exchange, class_iri: str) -> None:
        arguments = exchange.request.args
        self.exchange = exchange
        self.class_iri = class_iri
        self.lists = exchange.snapshot.lists
        self.members: Mask = self.lists.members(class_iri)
        self.chosen = {
            f.name: tuple(dict.fromkeys(arguments.getlist(f.name))) for f in self.lists.facets if f.name in arguments
        }
        self.counts: Sequence[Count] = self.lists.counts(self.members, self.chosen)
        self.sort = arguments.get("sort", "name")
        taken = {facet.name for facet in self.lists.facets}
        self.dates = [c for c in exchange.snapshot.date_columns if c.role not in taken and c.is_of(self.members)]
        self.describer = Describer(exchange.snapshot, exchange.language, exchange.path, exchange.kept_language)

    def numbers(self) -> Numbers:
        """The things that fit, in their order; raises Problem where there is no such order."""
        name = self.sort.removeprefix("-")
        dated = next((column.order for column in self.dates if column.role == name), None)
        facet = dated or next((facet for facet in self.lists.facets if facet.name == name), None)
        if facet is None and name != "name":
            raise Problem(400, f"A list is sorted by name, a facet or a date that it has, not by {name[:50]}.")
        fits = self.lists.fitting(self.members, self.chosen)
        ranks = range(len(dated.terms)) if dated else self._ranks(facet) if facet else ()
        descending = self.sort.startswith("-")
        return self.lists.ordered(fits, self.exchange.language, facet, ranks, descending=descending)

    def columns(self) -> list[Facet]:
        """The facets that are columns of the table; decades are none beside dates, which say more."""
        first = [count.facet for count in self.counts[:COLUMNS]]
        return [facet for facet in first if not (facet.by_decade and self.dates)]

    def headings(self) -> list[tuple[str, str]]:
        """The columns behind the name: what each is sorted by, and what it is called."""
        self.describer.learn(NamedNode(column.names[0]) for column in self.dates)
        facets = [(facet.name, self.label(facet)) for facet in self.columns()]
        dates = [(column.role, self.describer.name(NamedNode(column.names[0]))) for column in self.dates]
        return [*facets, *((role, text[:1].upper() + text[1:]) for role, text in dates)]

    def label(self, facet: Facet) -> str:
        """What a facet is called."""
        languages = self.exchange.snapshot.manifest.languages
        return choose_text(facet.labels, self.exchange.language, languages) or facet.name

    def shown(self, facet: Facet, number: int) -> Value:
        """A value of a facet."""
        term = facet.terms[number]
        if facet.by_decade:
            return Value(self.exchange.words["decade"].format(n=term))
        if term in _BOOLEANS:
            return Value(self.exchange.words[_BOOLEANS[term]])
        return self.describer.value(read_term(term))

    def learn(self, facets: Sequence[Facet], values: Mapping[str, Sequence[int]]) -> None:
        """Read the labels of values of facets."""
        self.describer.learn(
            NamedNode(facet.terms[number][1:-1])
            for facet in facets
            for number in values[facet.name]
            if facet.terms[number].startswith("<")
        )

    def lines(self, numbers: Numbers) -> list[Line]:
        """Rows of the table."""
        things = [NamedNode(iri) for iri in self.lists.iris(numbers)]
        columns = self.columns()
        values = {facet.name: self.lists.values_of(numbers, facet) for facet in columns}
        self.describer.learn(things)
        self.learn(
            columns, {name: sorted({v for some in found.values() for v in some}) for name, found in values.items()}
        )
        dated, heads = [self._dated(column, things) for column in self.dates], [label for _, label in self.headings()]
        return [
            Line(
                self.describer.value(thing),
                (
                    *(self._cell(facet, values[facet.name].get(number, ())) for facet in columns),
                    *zip(heads[len(columns) :], (found.get(thing, ()) for found in dated), strict=True),
                ),
            )
            for number, thing in zip(numbers.tolist(), things, strict=True)
        ]

    def _dated(self, column: DateColumn, things: Sequence[NamedNode]) -> Mapping[NamedNode, tuple[Value, ...]]:
        snapshot = self.exchange.snapshot
        return dates_of(column, things, snapshot.statements, snapshot.terms.dates, self.exchange.words)

    def _cell(self, facet: Facet, values: Sequence[int]) -> tuple[str, tuple[Value, ...]]:
        if facet.by_decade and _is_run([int(facet.terms[number]) for number in values]):
            ends = (self.shown(facet, number).text for number in (min(values), max(values)))
            return self.label(facet), (Value("–".join(ends)),)
        shown = [self.shown(facet, number) for number in values]
        return self.label(facet), tuple(sorted(shown, key=lambda value: fold(value.text)))

    def _ranks(self, facet: Facet) -> list[int]:
        """The place of each value of a facet in the order of their texts."""
        self.learn([facet], {facet.name: range(len(facet.terms))})
        texts = [(fold(self.shown(facet, number).text), number) for number in range(len(facet.terms))]
        places = {number: place for place, (_, number) in enumerate(sorted(texts))}
        return [places[number] for number in range(len(facet.terms))]

    def parameters(self, chosen: Mapping[str, Sequence[str]], sort: str, page: int = 1) -> list[tuple[str, str]]:
        """The parameters of the URL of a list."""
        found = [("class", self.class_iri)]
        found += [(name, value) for name, values in chosen.items() for value in values]
        found += [("sort", sort)] if sort != "name" else []
        return [*found, ("page", str(page))] if page > 1 else found

    def to(self, chosen: Mapping[str, Sequence[str]], sort: str, page: int = 1) -> str:
        """The list with other choices, in another order, or another page of it."""
        return to_page(self.exchange, "browse", self.parameters(chosen, sort, page))


def browse(exchange: Exchange) -> Response:
    """The list of the class that is asked for, without one all classes; raises Problem where nothing is known of it."""
    class_iri = exchange.request.args.get("class", "")
    if not class_iri:
        return kinds.index(exchange)
    if not exchange.snapshot.statements.known([class_iri]):
        raise Problem(404, f"Nothing is known about a class <{class_iri}>.")
    listing = Listing(exchange, class_iri)
    asked = exchange.request.args.get("format", "html")
    if asked not in ("html", "csv"):
        raise Problem(400, "`format` is html or csv.")
    numbers = listing.numbers()
    return _csv(listing, numbers) if asked == "csv" else _page(listing, numbers)


def _page(listing: Listing, numbers: Numbers) -> Response:
    exchange, start = listing.exchange, (listing.exchange.page - 1) * ROWS
    if start and start >= len(numbers):
        raise Problem(404, f"There is no page {exchange.page}.")
    term = NamedNode(listing.class_iri)
    listing.describer.learn([term])
    definition = _definition(exchange, term)
    offered = [_offered(listing, count) for count in listing.counts]
    csv_of = [*listing.parameters(listing.chosen, listing.sort), ("format", "csv"), ("lang", exchange.language)]
    body = pages.render(
        exchange,
        "browse.html",
        title=_title(counted_name(listing.describer, listing.class_iri, int(listing.members.sum())), offered),
        place=Place(_above(listing), summary=definition),
        term=listing.describer.value(term),
        summary=definition,
        found=len(numbers),
        members=int(listing.members.sum()),
        everything=listing.to({}, listing.sort) if listing.chosen else "",
        offered=offered,
        columns=_columns(listing),
        lines=listing.lines(numbers[start : start + ROWS]),
        paging=turns(exchange, len(numbers), ROWS),
        csv=to_document(exchange, "browse", csv_of),
        query=to_page(exchange, "sparql", [("query", _query(listing))]),
    )
    return exchange.page_response(body)


def _title(name: str, offered: Sequence[Offered]) -> str:
    """The name of the class, and what was chosen."""
    chosen = [one.text for facet in offered for one in (*facet.options, *facet.more) if one.is_chosen]
    return f"{name}: {', '.join(chosen)}" if chosen else name


def _above(listing: Listing) -> tuple[Crumb, ...]:
    """The whole list, above one that is narrowed."""
    whole = (("class", listing.class_iri),)
    name = plurals(listing.describer, [listing.class_iri])[listing.class_iri]
    return (Crumb(name, "browse", whole),) if listing.chosen else ()


def _definition(exchange: Exchange, term: NamedNode) -> str:
    """What a class is, in the page's language; nothing where the ontology does not say."""
    quads = exchange.snapshot.statements.about(term)
    for name in DESCRIPTIONS:
        texts = [quad.object for quad in quads if quad.predicate.value == name]
        found = {text.language or "": text.value for text in texts if isinstance(text, Literal)}
        if text := choose_text(found, exchange.language, exchange.snapshot.manifest.languages):
            return text
    return ""


def _query(listing: Listing) -> str:
    chosen = [(facet, listing.chosen[facet.name]) for facet in listing.lists.facets if facet.name in listing.chosen]
    snapshot = listing.exchange.snapshot
    shown: list[Facet | DateColumn] = [*listing.columns(), *listing.dates]
    columns = list(zip(shown, (label for _, label in listing.headings()), strict=True))
    return list_query(
        Asked(
            listing.class_iri,
            listing.exchange.words["name"],
            chosen,
            columns,
            listing.sort,
            naming_of(listing.describer),
            snapshot.manifest.prefixes,
        )
    )


def _columns(listing: Listing) -> list[Column]:
    heads = [("name", listing.exchange.words["name"]), *listing.headings()]
    return [
        Column(
            label,
            listing.to(listing.chosen, f"-{name}" if listing.sort == name else name),
            {name: "ascending", f"-{name}": "descending"}.get(listing.sort, ""),
        )
        for name, label in heads
    ]


def _offered(listing: Listing, count: Count) -> Offered:
    facet = count.facet
    chosen = listing.chosen.get(facet.name, ())
    numbers = dict.fromkeys((*facet.numbers(chosen), *count.values))
    best = sorted(numbers, key=lambda number: -count.values.get(number, 0))[:_VALUES_AT_MOST]
    listing.learn([facet], {facet.name: best})
    options = [
        _option(listing, facet, facet.texts[n], listing.shown(facet, n).text, count.values.get(n, 0)) for n in best
    ]
    order = (lambda o: (o.text,)) if facet.by_decade else (lambda o: (not o.is_chosen, -o.count, fold(o.text)))
    options.sort(key=order)
    if count.without or NONE in chosen:
        options.append(_option(listing, facet, NONE, listing.exchange.words["none_stated"], count.without))
    shown = max(_VALUES_SHOWN, sum(option.is_chosen for option in options))
    return Offered(listing.label(facet), tuple(options[:shown]), tuple(options[shown:]))


def _option(listing: Listing, facet: Facet, value: str, text: str, count: int) -> Option:
    chosen = listing.chosen.get(facet.name, ())
    is_chosen = value in chosen
    values = [one for one in chosen if one != value] if is_chosen else [*chosen, value]
    others = {name: some for name, some in listing.chosen.items() if name != facet.name}
    return Option(text, count, listing.to({**others, facet.name: values}, listing.sort), is_chosen)


def _is_run(decades: Sequence[int]) -> bool:
    """Whether decades follow each other without a gap, so that the first and the last say them all."""
    return len(decades) > 1 and max(decades) - min(decades) == 10 * (len(decades) - 1)


def _file_name(listing: Listing) -> str:
    """The name of the class in ASCII; `list` where it has none of that."""
    term = NamedNode(listing.class_iri)
    listing.describer.learn([term])
    name = written_out(listing.describer.label(term) or "").replace(" ", "-")
    return name if name.isascii() and name else "list"


def _csv(listing: Listing, numbers: Numbers) -> Response:
    """All rows: the IRI, the label, and per column the labels of the values, with ` | ` between several."""
    exchange = listing.exchange
    headers = {"Vary": "Accept-Language", "Cache-Control": REVALIDATE, "Content-Language": exchange.language}
    headers["Content-Disposition"] = f'attachment; filename="{_file_name(listing)}.csv"'
    etag = exchange.etag("list", exchange.language, repr(listing.parameters(listing.chosen, listing.sort)))
    if exchange.unchanged(etag):
        return exchange.not_modified(etag, headers)
    text = io.StringIO()
    rows = csv.writer(text)
    heads = (exchange.words["identifier"], exchange.words["name"])
    rows.writerow([*heads, *(label for _, label in listing.headings())])
    iris = listing.lists.iris(numbers)
    for iri, line in zip(iris, listing.lines(numbers), strict=True):
        cells = (" | ".join(value.text for value in values) for _, values in line.cells)
        rows.writerow([iri, line.thing.text, *cells])
    return exchange.representation(text.getvalue().encode(), RESULTS_CSV, etag, headers)
