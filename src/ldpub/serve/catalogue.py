"""The catalogue and the landing pages of its data sets: RDF for harvesters, HTML for people (DCAT 3, DCAT-AP 3.0).

The catalogue answers RDF to `Accept: */*` and to HEAD, for that is what harvesters send; a landing page gives HTML to
whoever names it at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response
from pyoxigraph import NamedNode

from ldpub.formats import GRAPH_FORMATS, HTML, Format, by_suffix
from ldpub.iris import path_of
from ldpub.namespaces import ADMS, DCAT, DCATAP, DCATDE, DCT, FOAF, SKOS, SPDX, VCARD
from ldpub.release import DUMPS
from ldpub.serve.describe import Describer
from ldpub.serve.described import Row, Value
from ldpub.serve.exchange import REVALIDATE, Exchange
from ldpub.serve.feed import Record, dataset_triples, is_dataset, page_count, page_triples, paging_triples
from ldpub.serve.frame import Crumb, Place
from ldpub.serve.language import choose_text
from ldpub.serve.links import to_page
from ldpub.serve.negotiate import choose_format
from ldpub.serve.pages import paging, render
from ldpub.serve.paging import Turn
from ldpub.serve.problems import Problem
from ldpub.serve.representations import NEGOTIATED
from ldpub.serve.resources import negotiated, resource
from ldpub.serve.signposts import LINKSET, described_posts, header_links, linkset, packed_as, schema_org, signposts


def catalogue(exchange: Exchange, suffix: str = "") -> Response:
    """The catalogue, a page of it where it is long (`?page=`)."""
    snapshot, number = exchange.snapshot, exchange.page
    form = _form(suffix)
    count = page_count(snapshot)
    triples = page_triples(snapshot, number)
    document = snapshot.iris.catalogue + (f".{form.suffix}" if form else "")
    view = paging_triples(document, snapshot.iris.catalogue, number, count) if count > 1 else []
    turns = paging(exchange, number < count)
    return negotiated(
        exchange,
        form,
        lambda: [*triples, *view],
        lambda: catalogue_page(exchange, Record(triples), turns),
        "catalog",
        links=[f'<{target}>; rel="{relation}"' for relation, target in turns.links],
        part=f"?page={number}",
        query=_page_query(number),
    )


def _page_query(number: int) -> str:
    """What the URL of a page ends with; the first is the catalogue itself."""
    return f"?page={number}" if number > 1 else ""


def dataset(exchange: Exchange, name: str) -> Response:
    """A data set's landing page, or its description as RDF; other things of that path by what is said of them."""
    stem, dot, suffix = name.rpartition(".")
    form = by_suffix(suffix) if dot else None
    slug, form = (stem, form) if form in NEGOTIATED and is_dataset(exchange.snapshot, stem) else (name, None)
    if not is_dataset(exchange.snapshot, slug):
        return resource(exchange)
    iri = f"{exchange.snapshot.iris.base}dataset/{slug}"
    triples = dataset_triples(exchange.snapshot, slug)
    record = Record(triples)
    posts = signposts(record, iri, exchange.snapshot.manifest.license)
    chosen = form or choose_format(exchange.request.headers.get("Accept"), NEGOTIATED)
    shown = posts if chosen is HTML else described_posts(posts, iri)
    links = [*header_links(shown, exchange), f'<{slug}/linkset>; rel="linkset"; type="{LINKSET.media_type}"']
    return negotiated(
        exchange,
        form,
        lambda: triples,
        lambda: landing_page(exchange, record, iri),
        path_of(iri, exchange.snapshot.iris.base),
        links=links,
    )


def dataset_linkset(exchange: Exchange, slug: str) -> Response:
    """The typed links of a landing page as a document of their own (RFC 9264)."""
    if not is_dataset(exchange.snapshot, slug):
        return resource(exchange)
    iri = f"{exchange.snapshot.iris.base}dataset/{slug}"
    posts = signposts(Record(dataset_triples(exchange.snapshot, slug)), iri, exchange.snapshot.manifest.license)
    etag, headers = exchange.etag("linkset", slug), {"Cache-Control": REVALIDATE}
    if exchange.unchanged(etag):
        return exchange.not_modified(etag, headers)
    return exchange.representation(linkset(posts, iri), LINKSET, etag, headers)


def catalogue_page(exchange: Exchange, record: Record, turns: Turn) -> str:
    """The catalogue as a page: what it is, its data sets, its services; `turns` are the links to other pages."""
    iris = exchange.snapshot.iris
    node = iris.catalogue
    listed = [
        {
            "title": _text(exchange, record.names(iri)),
            "href": _link(exchange, iri),
            "summary": _text(exchange, record.texts(iri, DCT + "description")),
        }
        for iri in record.values(node, DCAT + "dataset")
    ]
    services = [
        {
            "title": _text(exchange, record.names(iri)),
            "href": _link(exchange, iri),
            "summary": _text(exchange, record.texts(iri, DCT + "description")),
        }
        for iri in record.values(node, DCAT + "service")
    ]
    return render(
        exchange,
        "catalogue.html",
        title=f"{exchange.words['catalogue']}: {_text(exchange, record.texts(node, DCT + 'title'))}",
        place=Place(path="catalog.html", summary=_text(exchange, record.texts(node, DCT + "description"))),
        iri=node,
        summary=_text(exchange, record.texts(node, DCT + "description")),
        facts=_facts(exchange, record, node),
        datasets=listed,
        services=services,
        paging=turns,
        formats=[(form.label, f"catalog.{form.suffix}{_page_query(exchange.page)}") for form in GRAPH_FORMATS],
    )


def landing_page(exchange: Exchange, record: Record, iri: str) -> str:
    """The landing page of a data set: what it is, how to get it, how to cite it."""
    slug = iri.rsplit("/", 1)[-1]
    title = _text(exchange, record.texts(iri, DCT + "title"))
    summary = _text(exchange, record.texts(iri, DCT + "description"))
    schema = schema_org(record, iri, exchange)
    tables = f"{DUMPS}/{slug}/"
    return render(
        exchange,
        "dataset.html",
        title=title,
        place=Place((Crumb(exchange.words["catalogue"], "catalog"),), f"dataset/{slug}.html", summary, (schema,)),
        iri=iri,
        summary=summary,
        facts=_facts(exchange, record, iri),
        downloads=[
            _download(exchange, record, node)
            for node in record.values(iri, DCAT + "distribution")
            if record.value(node, DCAT + "downloadURL")
        ],
        endpoints=[
            {"title": _text(exchange, record.names(node)), "url": record.value(node, DCAT + "accessURL")}
            for node in record.values(iri, DCAT + "distribution")
            if not record.value(node, DCAT + "downloadURL")
        ],
        tables=[
            (name.removeprefix(tables), f"dump/{name.removeprefix(DUMPS + '/')}", facts["bytes"])
            for name, facts in exchange.snapshot.manifest.files.items()
            if name.startswith(tables)
        ],
        citation=citation(exchange, record, iri, title),
        formats=[(form.label, f"{slug}.{form.suffix}") for form in GRAPH_FORMATS],
    )


_FACTS = (
    ("publisher", DCT + "publisher"),
    ("contact", DCAT + "contactPoint"),
    ("licence", DCT + "license"),
    ("attribution", DCATDE + "licenseAttributionByText"),
    ("rights", DCT + "rights"),
    ("access", DCT + "accessRights"),
    ("issued", DCT + "issued"),
    ("modified", DCT + "modified"),
    ("version", DCAT + "version"),
    ("version_notes", ADMS + "versionNotes"),
    ("frequency", DCT + "accrualPeriodicity"),
    ("languages", DCT + "language"),
    ("themes", DCAT + "theme"),
    ("places", DCT + "spatial"),
    ("period", DCT + "temporal"),
    ("provenance", DCT + "provenance"),
    ("availability", DCATAP + "availability"),
    ("conforms", DCT + "conformsTo"),
)
_SAID = {DCT + "provenance", DCT + "rights"}
_OF_DISTRIBUTIONS = {DCT + "license", DCT + "rights", DCATDE + "licenseAttributionByText"}
"""What DCAT-AP says of each distribution, and a reader wants to know of the data set."""


def _facts(exchange: Exchange, record: Record, node: str) -> list[Row]:
    """What is said of a node, in words, in a fixed order."""
    rows = []
    for word, name in _FACTS:
        owner = next(iter(record.values(node, DCAT + "distribution")), node) if name in _OF_DISTRIBUTIONS else node
        if values := _values(exchange, record, owner, name):
            rows.append(Row(exchange.words[word], None, values))
    keywords = record.keywords(node)
    own = keywords.get(exchange.language) or keywords.get("") or next(iter(keywords.values()), [])
    if own:
        rows.append(Row(exchange.words["keywords"], None, (Value(", ".join(own)),)))
    return rows


def licence(exchange: Exchange, record: Record, iri: str) -> Value | None:
    """The licence of a data set, by its name and with its page."""
    node = next(iter(record.values(iri, DCAT + "distribution")), iri)
    return next(iter(_values(exchange, record, node, DCT + "license")), None)


def _values(exchange: Exchange, record: Record, node: str, name: str) -> tuple[Value, ...]:
    if name in (DCT + "issued", DCT + "modified") and (day := record.value(node, name)):
        return (Value(exchange.words.date(day), datetime=day),)
    if texts := record.texts(node, name):
        return (Value(_text(exchange, texts)),)
    return tuple(_value(exchange, record, iri, name) for iri in record.values(node, name))


def _value(exchange: Exchange, record: Record, iri: str, name: str) -> Value:
    if name in _SAID:
        return Value(_text(exchange, record.texts(iri, DCT + "description")))
    if name == DCT + "temporal":
        ends = (exchange.words.date(record.value(iri, DCAT + end)) or "…" for end in ("startDate", "endDate"))
        return Value(" – ".join(ends))
    pages = (record.value(iri, name) for name in (FOAF + "homepage", VCARD + "hasURL", SKOS + "exactMatch"))
    page = next((page for page in pages if page), iri)
    is_here = page in (exchange.snapshot.manifest.base, exchange.snapshot.manifest.url)
    return Value(_name(exchange, record, iri), to_page(exchange, "imprint") if is_here else _link(exchange, page))


def _download(exchange: Exchange, record: Record, node: str) -> dict[str, Any]:
    url = record.value(node, DCAT + "downloadURL")
    return {
        "title": _text(exchange, record.names(node)),
        "path": path_of(url, exchange.snapshot.iris.base),
        "name": url.rsplit("/", 1)[-1],
        "type": packed_as(record, node),
        "bytes": int(record.value(node, DCAT + "byteSize")),
        "sha256": record.value(record.value(node, SPDX + "checksum"), SPDX + "checksumValue"),
    }


def citation(exchange: Exchange, record: Record, iri: str, title: str) -> str:
    """How to cite the data set: who, when, what, which version, where (DataCite 4, 2.2)."""
    publisher = next((_text(exchange, record.names(a)) for a in record.values(iri, DCT + "publisher")), "")
    publisher = exchange.snapshot.manifest.creator.get("name", "") or publisher
    year = record.value(iri, DCT + "modified")[:4] or record.value(iri, DCT + "issued")[:4]
    version = record.value(iri, DCAT + "version")
    who = f"{publisher} ({year}): " if publisher and year else f"{publisher}: " if publisher else ""
    return f"{who}{title}." + (f" {exchange.words['version']} {version}." if version else "") + f" {iri}"


def _form(suffix: str) -> Format | None:
    """The format of a suffix of the catalogue's URL; raises Problem where it is none."""
    if not suffix:
        return None
    form = by_suffix(suffix)
    if form not in NEGOTIATED:
        raise Problem(404, f"The catalogue comes as {', '.join(f.suffix for f in NEGOTIATED)}.")
    return form


def _text(exchange: Exchange, texts: Mapping[str, str]) -> str:
    return choose_text(texts, exchange.language, exchange.snapshot.manifest.languages) or ""


def _name(exchange: Exchange, record: Record, iri: str) -> str:
    """What a node is called: the interface's word for a code of the EU's tables, its name here, or that in the data."""
    table, _, code = iri.rpartition("/")
    if word := exchange.words.get(f"{table.rsplit('/', 1)[-1]}_{code}"):
        return word
    if named := _text(exchange, record.names(iri)):
        return named
    describer = _describer(exchange)
    describer.learn([NamedNode(iri)])
    return describer.name(NamedNode(iri))


def _describer(exchange: Exchange) -> Describer:
    return Describer(exchange.snapshot, exchange.language, exchange.path, exchange.kept_language)


def _link(exchange: Exchange, iri: str) -> str | None:
    """A link to an IRI: within the site to its page in the language asked for, else to itself."""
    return _describer(exchange).href(NamedNode(iri))
