"""The pages: each function takes an exchange and returns HTML; templates only arrange what is made here."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from pyoxigraph import NamedNode

from ldpub import __version__
from ldpub.formats import HTML
from ldpub.iris import path_of, relative
from ldpub.namespaces import OWL, RDF, RDFS, SH
from ldpub.release import QUESTIONS
from ldpub.serve.answers import KeptAnswer
from ldpub.serve.arrangement import Path as PropertyPath
from ldpub.serve.assets import asset_path
from ldpub.serve.comments import without_head
from ldpub.serve.describe import Describer
from ldpub.serve.described import Description
from ldpub.serve.exchange import Exchange
from ldpub.serve.language import choose_text, language_name
from ldpub.serve.links import to_page
from ldpub.serve.ontology.page import ontology_values
from ldpub.serve.ontology.shapes_page import shapes_values
from ldpub.serve.ontology.versions import canonical_of
from ldpub.serve.ontology.vocabulary import Vocabulary
from ldpub.serve.pictures.figures import Shown
from ldpub.serve.problems import Problem
from ldpub.serve.query_error import Told
from ldpub.serve.representations import suffixed
from ldpub.serve.snapshot import Snapshot
from ldpub.serve.table import ROWS_SHOWN
from ldpub.store import Limits

_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
LISTED = 1000
"""How many things a page lists, before another page goes on."""

SHAPES_LISTED = 300
"""The same for shapes."""

_SCHEMA_CLASSES = (RDF, RDFS, OWL, SH, "http://rdfs.org/ns/void#", "http://www.w3.org/ns/dcat#")


def document_page(exchange: Exchange, document: str, things: Sequence[NamedNode]) -> str:
    """The page of the things that a hash namespace describes in one document, a thousand at once."""
    describer = _describer(exchange)
    path = path_of(document, exchange.snapshot.iris.base)
    shown, more = _shown(exchange, things[(exchange.page - 1) * LISTED :])
    described = [describer.describe(thing, [PropertyPath(RDF + "type", is_forward=False)]) for thing in shown]
    main = next((one for one in described if not one.anchor), None)
    return render(
        exchange,
        "vocabulary.html",
        title=main.title if main else path,
        document=main,
        groups=_grouped([one for one in described if one is not main]),
        formats=formats(exchange, path),
        paging=paging(exchange, more),
    )


def documented(exchange: Exchange, thing: NamedNode) -> str | None:
    """Where a shape is told in words."""
    shapes = exchange.snapshot.schema.shapes
    anchor = shapes.anchors.get(thing)
    page = _describer(exchange).link(path_of(shapes.iri, exchange.snapshot.iris.base))
    return f"{page}#{anchor}" if anchor else None


def ontology_page(exchange: Exchange, document: str, vocabulary: Vocabulary, served: Snapshot) -> str:
    """The page of an ontology, a thousand terms at once; `served` is the release that is served as the current one."""
    first = (exchange.page - 1) * LISTED
    if first and first >= len(vocabulary.terms):
        raise Problem(404, f"There is no page {exchange.page}.")
    return _kept(exchange, served, lambda: _made_ontology_page(exchange, document, vocabulary, served))


def _made_ontology_page(exchange: Exchange, document: str, vocabulary: Vocabulary, served: Snapshot) -> str:
    path = path_of(document or vocabulary.document, exchange.snapshot.iris.base)
    first = (exchange.page - 1) * LISTED
    values = ontology_values(exchange, vocabulary, served, first, LISTED)
    size = {"wide": {}, "narrow": {"size": "narrow"}}
    return render(
        exchange,
        "ontology.html",
        **values,
        canonical=_describer(exchange).page(path_of(canonical_of(vocabulary, document), served.iris.base)),
        picture=lambda name: _asking(exchange, "picture/classes", size[name]),
        has_shapes=exchange.snapshot.statements.is_graph(exchange.snapshot.schema.shapes.iri),
        formats=formats(exchange, path),
        paging=paging(exchange, len(vocabulary.terms) > first + LISTED),
    )


def graph_page(exchange: Exchange, graph: str) -> str:
    """The page of a named graph: how many statements, and about what; that of the shapes says what they ask."""
    if graph == exchange.snapshot.schema.shapes.iri and exchange.snapshot.schema.shapes.node_shapes:
        return shapes_page(exchange)
    describer = _describer(exchange)
    path = path_of(graph, exchange.snapshot.iris.base)
    name = graph.removeprefix(exchange.snapshot.iris.base + "graph/")
    holds = held(exchange, describer, NamedNode(graph))
    return render(exchange, "graph.html", title=name, iri=graph, formats=formats(exchange, path), **holds)


def shapes_page(exchange: Exchange) -> str:
    """The page of the graph of shapes, three hundred shapes at once."""
    shapes = exchange.snapshot.schema.shapes
    path, first = path_of(shapes.iri, exchange.snapshot.iris.base), (exchange.page - 1) * SHAPES_LISTED
    if first and first >= len(shapes.node_shapes):
        raise Problem(404, f"There is no page {exchange.page}.")
    return _kept(exchange, exchange.snapshot, lambda: _made_shapes_page(exchange, path, first))


def _kept(exchange: Exchange, served: Snapshot, make: Callable[[], str]) -> str:
    """A long page of the release, kept for the next who asks, unless the request says what others will not."""
    if exchange.request.args.keys() - {"lang", "page"}:
        return make()
    variant = (served.manifest.id, exchange.request.root_path, exchange.path, str(exchange.page))
    key = exchange.etag(*variant, exchange.language, exchange.request.query_string.decode("latin-1"))
    pages = exchange.snapshot.schema.pages
    kept = pages.get(key)
    if kept is None:
        kept = KeptAnswer((), make().encode())
        pages.keep(key, kept)
    return kept.body.decode()


def _made_shapes_page(exchange: Exchange, path: str, first: int) -> str:
    shapes = exchange.snapshot.schema.shapes
    return render(
        exchange,
        "shapes.html",
        **shapes_values(exchange, first, SHAPES_LISTED),
        iri=shapes.iri,
        count=exchange.snapshot.statements.graph_size(NamedNode(shapes.iri))[0],
        canonical=_describer(exchange).page(path),
        formats=formats(exchange, path),
        paging=paging(exchange, len(shapes.node_shapes) > first + SHAPES_LISTED),
    )


def held(exchange: Exchange, describer: Describer, graph: NamedNode) -> dict[str, Any]:
    """What a named graph holds, a thousand things at a time; nothing where the IRI names no graph."""
    statements = exchange.snapshot.statements
    count, subjects = statements.graph_size(graph)
    things, more = _shown(exchange, statements.graph_subjects(graph, LISTED + 1, (exchange.page - 1) * LISTED))
    describer.learn(things)
    values = sorted((describer.value(thing) for thing in things), key=lambda value: value.text.casefold())
    return {"count": count, "subjects": subjects, "things": values, "paging": paging(exchange, more)}


def _shown(exchange: Exchange, things: Sequence[NamedNode]) -> tuple[Sequence[NamedNode], bool]:
    """One page's things, and whether more follow; raises Problem where a page after the first has none."""
    if not things and exchange.page > 1:
        raise Problem(404, f"There is no page {exchange.page}.")
    return things[:LISTED], len(things) > LISTED


def paging(exchange: Exchange, more: bool) -> dict[str, str]:
    """The links to the pages before and after: relation to reference."""
    page = exchange.page
    numbers = ([("prev", page - 1)] if page > 1 else []) + ([("next", page + 1)] if more else [])
    return {name: "?" + encoded({**exchange.request.args, "page": str(number)}) for name, number in numbers}


def formats(exchange: Exchange, path: str) -> list[tuple[str, str]]:
    """The documents in RDF beside a page: label and reference."""
    stem = path.rsplit("/", 1)[-1]
    stem = f"./{stem}" if ":" in stem else stem
    return [(form.label, f"{stem}.{form.suffix}") for form in suffixed(exchange.snapshot, path) if form is not HTML]


def home_page(exchange: Exchange) -> str:
    """The home page is about the data: what is in it, where its doors are."""
    describer = _describer(exchange)
    counts = [
        (NamedNode(iri), count)
        for iri, count in exchange.snapshot.statements.class_counts()
        if not iri.startswith(_SCHEMA_CLASSES)
    ]
    examples = [NamedNode(iri) for iri in exchange.snapshot.manifest.examples]
    ontologies = exchange.snapshot.statements.instances(OWL + "Ontology", LISTED)
    describer.learn([*(iri for iri, _ in counts), *examples, *ontologies])
    own = [c for c in counts if c[0].value.startswith(exchange.snapshot.iris.base)] or counts
    classes = [(describer.name(iri), _asking(exchange, "browse", {"class": iri.value}), n) for iri, n in own]
    manifest = exchange.snapshot.manifest
    return render(
        exchange,
        "home.html",
        title=_site_text(exchange, manifest.title),
        description=_site_text(exchange, manifest.description),
        classes=classes,
        ontologies=[v for v in map(describer.value, ontologies) if v.href],
        examples=[describer.value(example) for example in examples],
        questions=questions(exchange),
    )


def changes_page(exchange: Exchange, told: Sequence[object], *, more: bool) -> str:
    """What changed with each release."""
    turns = paging(exchange, more)
    return render(exchange, "changes.html", title=exchange.words["changes"], told=told, paging=turns)


def picture_page(exchange: Exchange, shown: Shown, thing: NamedNode | None) -> str:
    """A picture with its table, and a link to the thing that it is about."""
    describer = _describer(exchange)
    describer.learn([thing] if thing else [])
    about = describer.value(thing) if thing else None
    return render(exchange, "picture.html", title=shown.figure.view.title, one=shown, about=about)


def query_page(
    exchange: Exchange,
    limits: Limits,
    query: str = "",
    *,
    result: Mapping[str, Any] | None = None,
    error: Told | None = None,
) -> str:
    """The query editor with the competency questions beside it, and the answer if there is one, or what went wrong."""
    own = {"lang": exchange.language}
    return render(
        exchange,
        "sparql.html",
        title="SPARQL",
        query=query,
        result=result,
        error=error,
        themes=_themes(exchange),
        seconds=f"{limits.seconds:g}",
        rows=ROWS_SHOWN,
        prefixes=_default_query(exchange),
        terms=f"{relative('sparql/terms', exchange.path)}?{encoded(own)}",
        suggest=f"{relative('search/suggest', exchange.path)}?{encoded({**own, 'format': 'json'})}",
    )


def problem_page(exchange: Exchange, status: int, title: str, detail: str) -> str:
    """An error as a page."""
    return render(exchange, "problem.html", title=title, status=status, detail=detail)


def questions(exchange: Exchange) -> list[dict[str, str]]:
    """The competency questions in the page's language, each with a link that asks it, and its page."""
    listed = json.loads(exchange.snapshot.release.file(QUESTIONS).read_text(encoding="utf-8"))
    languages = exchange.snapshot.manifest.languages
    return [
        {
            "title": choose_text(q["titles"], exchange.language, languages) or q["name"],
            "href": _asking(exchange, "sparql", {"query": q["query"]}),
            "page": to_page(exchange, f"questions/{quote(q['name'])}"),
        }
        for q in listed
    ]


def _themes(exchange: Exchange) -> dict[str, list[tuple[str, str]]]:
    """The competency questions by theme: what each asks, and where the editor has its query."""
    listed = json.loads(exchange.snapshot.release.file(QUESTIONS).read_text(encoding="utf-8"))
    languages = exchange.snapshot.manifest.languages
    themes: dict[str, list[tuple[str, str]]] = {}
    for q in listed:
        theme = choose_text(q["theme"], exchange.language, languages) or exchange.words["questions_other"]
        title = choose_text(q["titles"], exchange.language, languages) or q["name"]
        themes.setdefault(theme, []).append((title, _asking(exchange, "sparql", {"query": without_head(q["query"])})))
    return themes


def _default_query(exchange: Exchange) -> str:
    """A first query, with the prefixes of the project's vocabularies."""
    base = exchange.snapshot.iris.base
    used = {
        "rdfs": RDFS,
        **{p: i for p, i in exchange.snapshot.manifest.prefixes.items() if i.startswith(base) and i.endswith("#")},
    }
    lines = [f"PREFIX {prefix}: <{iri}>" for prefix, iri in used.items()]
    return "\n".join([*lines, "", "SELECT ?thing ?label", "WHERE { ?thing rdfs:label ?label }", "LIMIT 20"])


def _grouped(described: Sequence[Description]) -> dict[str, list[Description]]:
    """The things of a vocabulary by kind, in the order of their labels."""
    kinds = {"class": "classes", "property": "properties", "individual": "individuals", "ontology": "individuals"}
    groups: dict[str, list[Description]] = {"classes": [], "properties": [], "individuals": []}
    for one in described:
        groups[kinds[one.kind]].append(one)
    return {name: sorted(ones, key=lambda one: one.title.casefold()) for name, ones in groups.items() if ones}


def render(exchange: Exchange, template: str, *, title: str, **values: Any) -> str:
    """A template as a page of the site; the switch of languages keeps every other parameter."""
    manifest = exchange.snapshot.manifest
    others = [(k, v) for k, v in exchange.request.args.items(multi=True) if k != "lang"]
    switch = [(code, language_name(code), "?" + encoded([*others, ("lang", code)])) for code in manifest.languages]
    return _TEMPLATES.get_template(template).render(
        title=title,
        site=_site_text(exchange, manifest.title),
        language=exchange.language,
        switch=switch,
        w=exchange.words,
        manifest=manifest,
        link=_describer(exchange).link,
        asking=partial(_asking, exchange),
        asset=lambda name: relative(asset_path(name), exchange.path),
        asked_language=exchange.language if exchange.kept_language else None,
        software=f"ldpub {__version__}",
        **values,
    )


def bare(template: str, **values: Any) -> str:
    """A template that is a page of its own, without the site around it."""
    return _TEMPLATES.get_template(template).render(**values)


def _site_text(exchange: Exchange, texts: Mapping[str, str]) -> str:
    return choose_text(texts, exchange.language, exchange.snapshot.manifest.languages) or ""


def _describer(exchange: Exchange) -> Describer:
    return Describer(exchange.snapshot, exchange.language, exchange.path, exchange.kept_language)


def _asking(exchange: Exchange, path: str, values: Mapping[str, str]) -> str:
    """A reference to a page of the site with parameters, in the language that was asked for."""
    kept = {"lang": exchange.language} if exchange.kept_language else {}
    return f"{relative(path, exchange.path)}?{encoded({**values, **kept})}"


def encoded(values: Mapping[str, str] | Sequence[tuple[str, str]]) -> str:
    """Values as a query string."""
    return urlencode(values)
