"""The pages: each function takes an exchange and returns HTML; templates only arrange what is made here."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from pyoxigraph import NamedNode

from ldpub import __version__
from ldpub.formats import GRAPH_FORMATS
from ldpub.iris import path_of, relative
from ldpub.namespaces import OWL, RDF, RDFS, SH
from ldpub.release import QUESTIONS
from ldpub.serve.describe import Describer, Description
from ldpub.serve.exchange import Exchange
from ldpub.serve.language import NAMES, choose_text

_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_FRAGMENTS_IN_FULL = 1000
_BROWSED = 100
_SCHEMA_CLASSES = (RDF, RDFS, OWL, SH, "http://rdfs.org/ns/void#", "http://www.w3.org/ns/dcat#")


def document_page(exchange: Exchange, document: str, things: Sequence[NamedNode]) -> str:
    """The page of one thing, or of the several that a hash namespace describes in one document."""
    describer = Describer(exchange.snapshot, exchange.language, exchange.path)
    described = [describer.describe(thing) for thing in things[:_FRAGMENTS_IN_FULL]]
    path = path_of(document, exchange.snapshot.iris.base)
    stem = path.rsplit("/", 1)[-1]
    formats = [(form.label, f"{stem}.{form.suffix}") for form in GRAPH_FORMATS]
    main = described[0]
    if len(described) == 1:
        return _render(exchange, "resource.html", title=main.title, thing=main, formats=formats)
    document_thing = main if main.iri == document else None
    return _render(
        exchange,
        "vocabulary.html",
        title=document_thing.title if document_thing else path,
        document=document_thing,
        groups=_grouped(described, document),
        formats=formats,
    )


def graph_page(exchange: Exchange, graph: str) -> str:
    """The page of a named graph: how many statements, and about what."""
    quads = exchange.snapshot.statements.of_graph(NamedNode(graph))
    subjects = sorted({q.subject for q in quads if isinstance(q.subject, NamedNode)}, key=str)
    describer = Describer(exchange.snapshot, exchange.language, exchange.path)
    describer.learn(subjects)
    values = sorted((describer.value(subject) for subject in subjects), key=lambda value: value.text.casefold())
    stem = path_of(graph, exchange.snapshot.iris.base).rsplit("/", 1)[-1]
    formats = [(form.label, f"{stem}.{form.suffix}") for form in GRAPH_FORMATS]
    name = graph.removeprefix(exchange.snapshot.iris.base + "graph/")
    return _render(exchange, "graph.html", title=name, iri=graph, count=len(quads), things=values, formats=formats)


def home_page(exchange: Exchange) -> str:
    """The home page is about the data: what is in it, where its doors are."""
    describer = Describer(exchange.snapshot, exchange.language, "")
    counts = [
        (NamedNode(iri), count)
        for iri, count in exchange.snapshot.statements.class_counts()
        if not iri.startswith(_SCHEMA_CLASSES)
    ]
    examples = [NamedNode(iri) for iri in exchange.snapshot.manifest.examples]
    describer.learn([*(iri for iri, _ in counts), *examples])
    own = [c for c in counts if c[0].value.startswith(exchange.snapshot.iris.base)] or counts
    classes = [(describer.name(iri), relative("browse", "") + f"?class={_quoted(iri.value)}", n) for iri, n in own]
    manifest = exchange.snapshot.manifest
    return _render(
        exchange,
        "home.html",
        title=_site_text(exchange, manifest.title),
        description=_site_text(exchange, manifest.description),
        classes=classes,
        examples=[describer.value(example) for example in examples],
        questions=questions(exchange),
    )


def browse_page(exchange: Exchange, class_iri: str, page: int) -> str:
    """The instances of a class, a hundred at a time."""
    describer = Describer(exchange.snapshot, exchange.language, "browse")
    things = exchange.snapshot.statements.instances(class_iri, _BROWSED + 1, (page - 1) * _BROWSED)
    describer.learn([NamedNode(class_iri), *things])
    values = sorted((describer.value(thing) for thing in things[:_BROWSED]), key=lambda value: value.text.casefold())
    return _render(
        exchange,
        "browse.html",
        title=describer.name(NamedNode(class_iri)),
        term=describer.value(NamedNode(class_iri)),
        things=values,
        query=f"class={_quoted(class_iri)}",
        page=page,
        more=len(things) > _BROWSED,
    )


def query_page(exchange: Exchange, query: str, result: Mapping[str, Any] | None, seconds: float) -> str:
    """The query form with the competency questions beside it, and the answer if there is one."""
    return _render(
        exchange,
        "sparql.html",
        title="SPARQL",
        query=query,
        result=result,
        questions=questions(exchange),
        seconds=f"{seconds:g}",
        prefixes=_default_query(exchange),
    )


def problem_page(exchange: Exchange, status: int, title: str, detail: str) -> str:
    """An error as a page."""
    return _render(exchange, "problem.html", title=title, status=status, detail=detail)


def questions(exchange: Exchange) -> list[dict[str, str]]:
    """The competency questions in the page's language, each with a link that asks it."""
    listed = json.loads(exchange.snapshot.release.file(QUESTIONS).read_text(encoding="utf-8"))
    languages = exchange.snapshot.manifest.languages
    return [
        {
            "title": choose_text(q["titles"], exchange.language, languages) or q["name"],
            "href": relative("sparql", exchange.path) + f"?query={_quoted(q['query'])}",
        }
        for q in listed
    ]


def _default_query(exchange: Exchange) -> str:
    used = {
        "rdfs": RDFS,
        **{p: i for p, i in exchange.snapshot.manifest.prefixes.items() if i.startswith(exchange.snapshot.iris.base)},
    }
    lines = [f"PREFIX {prefix}: <{iri}>" for prefix, iri in used.items()]
    return "\n".join([*lines, "", "SELECT ?thing ?label", "WHERE { ?thing rdfs:label ?label }", "LIMIT 20"])


def _grouped(described: Sequence[Description], document: str) -> dict[str, list[Description]]:
    """The things of a vocabulary by kind, in the order of their labels."""
    kinds = {"class": "classes", "property": "properties", "individual": "individuals", "ontology": "individuals"}
    groups: dict[str, list[Description]] = {"classes": [], "properties": [], "individuals": []}
    for one in described:
        if one.iri != document:
            groups[kinds[one.kind]].append(one)
    return {name: sorted(ones, key=lambda one: one.title.casefold()) for name, ones in groups.items() if ones}


def _render(exchange: Exchange, template: str, *, title: str, **values: Any) -> str:
    manifest = exchange.snapshot.manifest
    here = exchange.path

    def link(path: str) -> str:
        return relative(path, here)

    kept = {k: v for k, v in exchange.request.args.items() if k != "lang"}
    switch = [(code, NAMES.get(code, code), "?" + encoded({**kept, "lang": code})) for code in manifest.languages]
    return _TEMPLATES.get_template(template).render(
        title=title,
        site=_site_text(exchange, manifest.title),
        language=exchange.language,
        switch=switch,
        w=exchange.words,
        manifest=manifest,
        link=link,
        software=f"ldpub {__version__}",
        **values,
    )


def _site_text(exchange: Exchange, texts: Mapping[str, str]) -> str:
    return choose_text(texts, exchange.language, exchange.snapshot.manifest.languages) or ""


def _quoted(text: str) -> str:
    return quote(text, safe="")


def encoded(values: Mapping[str, str]) -> str:
    """Values as a query string."""
    return urlencode(values)
