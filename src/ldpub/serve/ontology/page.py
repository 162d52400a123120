"""The page of an ontology: what it says of itself, its hierarchy, and every term, in the language of the exchange."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup
from pyoxigraph import NamedNode

from ldpub.iris import path_of
from ldpub.namespaces import OWL, RDF, RDFS
from ldpub.serve.describe import Describer
from ldpub.serve.exchange import Exchange
from ldpub.serve.language import choose_text
from ldpub.serve.ontology.entries import Entries
from ldpub.serve.ontology.graph import Graph, Term
from ldpub.serve.ontology.head import ABSTRACTS, citation, head_rows
from ldpub.serve.ontology.hierarchy import hierarchy
from ldpub.serve.ontology.names import Names, away
from ldpub.serve.ontology.phrase import html_of
from ldpub.serve.ontology.rows import Group, facts
from ldpub.serve.ontology.usage import rule_anchor
from ldpub.serve.ontology.versions import Difference, difference, former, known_versions, prior_of, version_of
from ldpub.serve.ontology.vocabulary import Vocabulary
from ldpub.serve.snapshot import Snapshot

_TREES = (("classes", RDFS + "subClassOf"), ("object_properties", RDFS + "subPropertyOf"))
_SCHEMA = (RDF, RDFS, OWL)


@dataclass(frozen=True)
class Rule:
    """A rule as the page shows it."""

    anchor: str
    title: str
    name: str
    text: str
    makes: Markup
    uses: Markup


@dataclass(frozen=True)
class Change:
    """What a version changed: links to terms, and to those that are gone their IRIs."""

    prior: Markup
    added: Sequence[Markup]
    removed: Sequence[Markup]
    changed: Sequence[tuple[Markup, Markup]]


def ontology_values(
    exchange: Exchange, vocabulary: Vocabulary, current: Snapshot, start: int, shown: int
) -> dict[str, Any]:
    """What the template of an ontology's page shows: of its terms `shown` from number `start` on.

    `current` is the release being served, where that of the exchange is an older one.
    """
    describer = Describer(exchange.snapshot, exchange.language, exchange.path, exchange.kept_language)
    describer.know(exchange.snapshot.schema.labels_of(vocabulary))
    sections = _part(_sorted(vocabulary, describer), start, shown)
    anchors = _anchors(vocabulary, sections, exchange.snapshot.iris.base)
    versions = known_versions(current, vocabulary.ontology) if vocabulary.ontology else []
    elsewhere: dict[Term, str] = {
        NamedNode(version): describer.page(path_of(version, current.iris.base)) for version, _ in versions
    }
    names = Names(exchange, describer, anchors, {**away(exchange, describer), **elsewhere})
    entries = Entries(exchange, vocabulary, names, anchors)
    words, ontology = exchange.words, vocabulary.ontology
    groups = [
        Group(section, words[f"onto_{section}"], [entries.entry(section, term) for term in terms])
        for section, terms in sections.items()
    ]
    return {
        "title": describer.name(ontology) if ontology else path_of(vocabulary.document, exchange.snapshot.iris.base),
        "ontology": ontology.value if ontology else None,
        "summary": html_of(names.text(vocabulary.graph, ontology, ABSTRACTS)) if ontology else Markup(),
        "facts": facts(head_rows(exchange, vocabulary, ontology, names)) if ontology else Markup(),
        "citation": citation(exchange, vocabulary, ontology, names) if ontology else "",
        "groups": groups,
        "trees": list(_trees(exchange, vocabulary.graph, sections, names)),
        "rules": rules_naming(exchange, {term.value for term in vocabulary.terms}, names),
        "versions": _versions(versions, path_of(vocabulary.document, current.iris.base), names),
        "change": _change(current, vocabulary, names),
        "has_diagram": "classes" in vocabulary.sections and exchange.snapshot is current,
        "is_former": exchange.snapshot is not current,
        "latest": describer.link(path_of(vocabulary.document, exchange.snapshot.iris.base)),
        "release": exchange.snapshot.manifest.id,
    }


def _sorted(vocabulary: Vocabulary, describer: Describer) -> dict[str, list[NamedNode]]:
    """The terms of each section in the order of their names."""
    return {
        section: sorted(terms, key=lambda term: (describer.name(term).casefold(), term.value))
        for section, terms in vocabulary.sections.items()
    }


def _part(sections: Mapping[str, Sequence[NamedNode]], start: int, shown: int) -> dict[str, list[NamedNode]]:
    """The terms of one page, the sections one after the other."""
    found: dict[str, list[NamedNode]] = {}
    at = 0
    for section, terms in sections.items():
        part = list(terms[max(0, start - at) : max(0, start + shown - at)])
        at += len(terms)
        if part:
            found[section] = part
    return found


def _anchors(vocabulary: Vocabulary, sections: Mapping[str, Sequence[NamedNode]], base: str) -> dict[Term, str]:
    """The fragment of each term: its own in the document, else what follows the base and `id/`, else its IRI."""
    taken = {term.value.partition("#")[2] for term in vocabulary.own}
    anchors: dict[Term, str] = {}
    for terms in sections.values():
        for term in terms:
            if term in vocabulary.own:
                anchors[term] = term.value.partition("#")[2]
                continue
            short = term.value.removeprefix(base)
            is_free = short and short != term.value and short not in taken and not short.startswith("page-")
            anchors[term] = short.removeprefix("id/") if is_free else term.value
    return anchors


def _trees(
    exchange: Exchange, graph: Graph, sections: Mapping[str, Sequence[NamedNode]], names: Names
) -> Iterable[tuple[str, str, Markup]]:
    """The hierarchies that have more than one level: key, heading, nested lists."""
    words, schema = exchange.words, exchange.snapshot.schema

    def item(term: NamedNode) -> Markup:
        count = schema.count(term.value)
        counted = Markup(' <span class="count">{}</span>').format(count) if count else Markup()
        return html_of(names(term)) + counted

    for section, above in _TREES:
        terms = sections.get(section, ())
        if any(up in set(terms) for term in terms for up in graph.objects(term, above)):
            yield section, words[f"onto_tree_{section}"], hierarchy(graph, terms, above, item)


def rules_naming(exchange: Exchange, own: AbstractSet[str], names: Names) -> list[Rule]:
    """The rules that name one of some terms, with the terms that they make and use."""
    found = []
    for rule in exchange.snapshot.schema.rules:
        if not own & {*rule["makes"], *rule["uses"]}:
            continue
        makes, uses = (
            Markup(", ").join(html_of(names(NamedNode(iri))) for iri in rule[role] if not iri.startswith(_SCHEMA))
            for role in ("makes", "uses")
        )
        title = choose_text(rule["titles"], exchange.language, exchange.snapshot.manifest.languages)
        found.append(Rule(rule_anchor(rule), title or rule["name"], rule["name"], rule["text"], makes, uses))
    return found


def _versions(versions: Sequence[tuple[str, str]], path: str, names: Names) -> list[tuple[str, str | None, str, str]]:
    """The versions that releases hold: IRI, reference, release, and where the release has its documentation."""
    return [
        (version, names.href(NamedNode(version)), release, names.describer.page(f"release/{release}/{path}"))
        for version, release in versions
    ]


def _change(current: Snapshot, vocabulary: Vocabulary, names: Names) -> Change | None:
    before = former(current, vocabulary)
    if before is None:
        return None
    found: Difference = difference(before, vocabulary)
    prior = NamedNode(prior_of(vocabulary) or version_of(before) or before.document)
    return Change(
        html_of(names(prior)),
        [html_of(names(term)) for term in found.added],
        [Markup("<code>{}</code>").format(names.describer.short(term)) for term in found.removed],
        [
            (html_of(names(term)), Markup(", ").join(html_of(names(one)) for one in properties))
            for term, properties in found.changed
        ],
    )
