"""The pages: each function takes an exchange and returns HTML; templates only arrange what is made here."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
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
from ldpub.serve.arrangement import Path as PropertyPath
from ldpub.serve.assets import asset_path
from ldpub.serve.comments import in_language, without_head
from ldpub.serve.describe import Describer
from ldpub.serve.described import Description
from ldpub.serve.exchange import Exchange
from ldpub.serve.frame import Crumb, Place, framed
from ldpub.serve.graph_names import graph_name
from ldpub.serve.language import choose_text, language_name
from ldpub.serve.links import to_page
from ldpub.serve.paging import Turn, open_turns
from ldpub.serve.pictures.figures import Shown
from ldpub.serve.plurals import plurals
from ldpub.serve.problems import Problem
from ldpub.serve.query_error import Told
from ldpub.serve.representations import suffixed
from ldpub.serve.schema_org import thing_schema
from ldpub.serve.shown import cells, marks, show, show_all, why_mark
from ldpub.serve.table import ROWS_SHOWN
from ldpub.store import Limits

_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_TEMPLATES.globals.update(show=show, show_all=show_all, cells=cells, marks=marks, why_mark=why_mark)
_NO_HTML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
"""What a label may hold and a document may not (HTML, 13.1.5)."""

_ANYWHERE = Place()
LISTED = 1000
"""How many things a page lists, before another page goes on."""

SCHEMA_CLASSES = (RDF, RDFS, OWL, SH, "http://rdfs.org/ns/void#", "http://www.w3.org/ns/dcat#")
"""How the classes begin that describe the data and are not its content."""


def compile_templates() -> None:
    """Read all templates, so that no visitor waits for it."""
    for name in _TEMPLATES.list_templates():
        _TEMPLATES.get_template(name)


def document_page(exchange: Exchange, document: str, things: Sequence[NamedNode]) -> str:
    """The page of the things that a hash namespace describes in one document, a thousand at once."""
    describer = describer_of(exchange)
    path = path_of(document, exchange.snapshot.iris.base)
    shown, more = _shown(exchange, things[(exchange.page - 1) * LISTED :])
    described = [describer.describe(thing, [PropertyPath(RDF + "type", is_forward=False)]) for thing in shown]
    main = next((one for one in described if not one.anchor), None)
    return render(
        exchange,
        "vocabulary.html",
        title=main.title if main else path,
        place=Place(path=page_path(exchange, path), summary=(main and main.summary) or ""),
        document=main,
        groups=_grouped([one for one in described if one is not main]),
        formats=formats(exchange, path),
        paging=paging(exchange, more),
    )


def graph_page(exchange: Exchange, graph: str) -> str:
    """The page of a named graph: how many statements, and about what."""
    describer = describer_of(exchange)
    path = path_of(graph, exchange.snapshot.iris.base)
    name = graph_name(graph, exchange.snapshot.iris.base, exchange.words)
    holds = held(exchange, describer, NamedNode(graph))
    above = Place(in_the_catalogue(exchange), page_path(exchange, path))
    return render(exchange, "graph.html", title=name, place=above, iri=graph, formats=formats(exchange, path), **holds)


def in_the_catalogue(exchange: Exchange) -> tuple[Crumb, ...]:
    """Where pages about the data stand."""
    return (Crumb(exchange.words["catalogue"], "catalog"),)


def place_of(exchange: Exchange, describer: Describer, node: NamedNode, path: str, thing: Description) -> Place:
    """The place of a thing's page: below the list of its class, or of the ontology that it is a term of."""
    page = page_path(exchange, path)
    schema = thing_schema(exchange, node, thing.title, thing.summary, page)
    return Place(_above(exchange, describer, node), page, thing.summary or "", (schema,))


def _above(exchange: Exchange, describer: Describer, node: NamedNode) -> tuple[Crumb, ...]:
    """The list of a thing's class."""
    kind = _class_of(exchange, node)
    describer.learn([NamedNode(kind)] if kind else [])
    return (Crumb(plurals(describer, [kind])[kind], "browse", (("class", kind),)),) if kind else ()


def trail_of(exchange: Exchange, describer: Describer, node: NamedNode) -> tuple[Crumb, ...]:
    """What is above a page that tells more of a thing: the list of its class, and its own page."""
    document = exchange.snapshot.iris.document(node.value)
    describer.learn([node])
    own = (Crumb(describer.name(node), path_of(document, exchange.snapshot.iris.base)),) if document else ()
    return (*_above(exchange, describer, node), *own)


def _class_of(exchange: Exchange, node: NamedNode) -> str:
    """The class that a thing is said to be of, of the site's own the first; empty where there is none."""
    base, inferred = exchange.snapshot.iris.base, exchange.snapshot.iris.graph("inferred")
    quads = exchange.snapshot.statements.facts([node], [RDF + "type"])
    kinds = [
        (not q.object.value.startswith(base), q.graph_name == NamedNode(inferred), q.object.value)
        for q in quads
        if isinstance(q.object, NamedNode) and not q.object.value.startswith(SCHEMA_CLASSES)
    ]
    return min(kinds)[2] if kinds else ""


def page_path(exchange: Exchange, path: str) -> str:
    """The path of a document's page: with its suffix, where that names it."""
    return f"{path}.{HTML.suffix}" if HTML in suffixed(exchange.snapshot, path) else path


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


def paging(exchange: Exchange, more: bool) -> Turn:
    """The pages before and after this one, where more may follow."""
    return open_turns(exchange, more=more)


def formats(exchange: Exchange, path: str) -> list[tuple[str, str]]:
    """The documents in RDF beside a page: label and reference."""
    stem = path.rsplit("/", 1)[-1]
    stem = f"./{stem}" if ":" in stem else stem
    return [(form.label, f"{stem}.{form.suffix}") for form in suffixed(exchange.snapshot, path) if form is not HTML]


def changes_page(exchange: Exchange, told: Sequence[object], *, more: bool) -> str:
    """What changed with each release."""
    turns = paging(exchange, more)
    return render(exchange, "changes.html", title=exchange.words["changes"], told=told, paging=turns)


def picture_page(exchange: Exchange, shown: Shown, thing: NamedNode | None) -> str:
    """A picture with its table, and a link to the thing that it is about."""
    describer = describer_of(exchange)
    describer.learn([thing] if thing else [])
    about = describer.value(thing) if thing else None
    document = exchange.snapshot.iris.document(thing.value) if thing else None
    trail = (Crumb(about.text, path_of(document, exchange.snapshot.iris.base)),) if about and document else ()
    place = Place(trail, summary=shown.figure.view.description)
    return render(exchange, "picture.html", title=shown.figure.view.title, place=place, one=shown, about=about)


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


def questions(exchange: Exchange) -> list[dict[str, str]]:
    """The competency questions in the page's language, each with a link that asks it, and its page."""
    listed = json.loads(exchange.snapshot.release.file(QUESTIONS).read_text(encoding="utf-8"))
    languages = exchange.snapshot.manifest.languages
    return [
        {
            "title": choose_text(q["titles"], exchange.language, languages) or q["name"],
            "href": asking(exchange, "sparql", {"query": in_language(q, exchange.language)}),
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
        query = without_head(in_language(q, exchange.language))
        themes.setdefault(theme, []).append((title, asking(exchange, "sparql", {"query": query})))
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


def render(
    exchange: Exchange,
    template: str,
    *,
    title: str,
    place: Place = _ANYWHERE,
    formats: Sequence[tuple[str, str]] = (),
    **values: Any,
) -> str:
    """A template as a page of the site; the switch of languages keeps every other parameter.

    `place` says where the page stands, `formats` are the labels and references of the same as data.
    """
    manifest = exchange.snapshot.manifest
    others = [(k, v) for k, v in exchange.request.args.items(multi=True) if k != "lang"]
    switch = [(code, language_name(code), "?" + encoded([*others, ("lang", code)])) for code in manifest.languages]
    describer = describer_of(exchange)
    page = _TEMPLATES.get_template(template).render(
        title=title,
        site=site_text(exchange, manifest.title),
        language=exchange.language,
        switch=switch,
        w=exchange.words,
        manifest=manifest,
        link=describer.link,
        asset=lambda name: relative(asset_path(name), exchange.path),
        asking=partial(asking, exchange),
        asked_language=exchange.language if exchange.kept_language else None,
        software=f"ldpub {__version__}",
        formats=formats,
        **framed(exchange, title, place, formats),
        **values,
    )
    return _NO_HTML.sub("\ufffd", page)


def bare(template: str, **values: Any) -> str:
    """A template that is a page of its own, without the site around it."""
    return _TEMPLATES.get_template(template).render(**values)


def site_text(exchange: Exchange, texts: Mapping[str, str]) -> str:
    """A text of the project in the page's language; empty where there is none."""
    return choose_text(texts, exchange.language, exchange.snapshot.manifest.languages) or ""


def describer_of(exchange: Exchange) -> Describer:
    """What describes things for this page."""
    return Describer(exchange.snapshot, exchange.language, exchange.path, exchange.kept_language)


def asking(exchange: Exchange, path: str, values: Mapping[str, str]) -> str:
    """A reference to a page of the site with parameters, in the language that was asked for."""
    kept = {"lang": exchange.language} if exchange.kept_language else {}
    return f"{relative(path, exchange.path)}?{encoded({**values, **kept})}"


def encoded(values: Mapping[str, str] | Sequence[tuple[str, str]]) -> str:
    """Values as a query string."""
    return urlencode(values)
