"""The versions of an ontology that releases hold (OWL 2, 3.1), and what changed from one to the other, term by term."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pyoxigraph import BlankNode, Literal, NamedNode

from ldpub.iris import uri_of
from ldpub.namespaces import OWL
from ldpub.serve.ontology.expressions import Expressions
from ldpub.serve.ontology.graph import Graph, Term
from ldpub.serve.ontology.phrase import Phrase, plain, text_of
from ldpub.serve.ontology.vocabulary import Vocabulary
from ldpub.serve.snapshot import Snapshot


@dataclass(frozen=True)
class Difference:
    """The terms that a version added and removed, and those of which it says something else, with the properties."""

    added: Sequence[NamedNode]
    removed: Sequence[NamedNode]
    changed: Sequence[tuple[NamedNode, Sequence[NamedNode]]]


def version_of(vocabulary: Vocabulary) -> str | None:
    """The version IRI of an ontology, None where it has none."""
    found = [value for value in _said(vocabulary, "versionIRI") if isinstance(value, NamedNode)]
    return found[0].value if found else None


def prior_of(vocabulary: Vocabulary) -> str | None:
    """The IRI of the version before, as the ontology names it."""
    found = [value for value in _said(vocabulary, "priorVersion") if isinstance(value, NamedNode)]
    return found[0].value if found else None


def canonical_of(vocabulary: Vocabulary, document: str) -> str:
    """The address that stands for a document of an ontology: its own, or that of the version for the copy of a release.

    `document` is the IRI by which it was asked for, empty for the copy of a release.
    """
    return document or version_of(vocabulary) or vocabulary.document


def version_links(vocabulary: Vocabulary, document: str) -> list[str]:
    """Values of the Link field: the canonical address (RFC 6596), the latest version and the one before (RFC 5829)."""
    canonical = canonical_of(vocabulary, document)
    found = [("canonical", canonical)]
    if canonical != vocabulary.document:
        found.append(("latest-version", vocabulary.document))
    if prior := prior_of(vocabulary):
        found.append(("predecessor-version", prior))
    return [f'<{uri_of(iri)}>; rel="{relation}"' for relation, iri in found]


def known_versions(snapshot: Snapshot, ontology: NamedNode) -> list[tuple[str, str]]:
    """The versions of an ontology that can be read: version IRI and release, the newest release first."""
    found = {version: path.name for version, path in snapshot.versions.items()}
    found |= dict.fromkeys(snapshot.manifest.versions, snapshot.manifest.id)
    own = [(version, name) for version, name in found.items() if _ontology_of(snapshot, version) == ontology.value]
    return sorted(own, key=lambda one: (one[1], one[0]), reverse=True)


def _ontology_of(snapshot: Snapshot, version: str) -> str | None:
    holder = snapshot.with_version(version)
    return holder.manifest.versions[version] if holder else None


def former(snapshot: Snapshot, vocabulary: Vocabulary) -> Vocabulary | None:
    """The version before, where a release has it."""
    prior = prior_of(vocabulary)
    holder = snapshot.with_version(prior) if prior else None
    if prior is None or holder is None:
        return None
    document = holder.manifest.versions[prior]
    return holder.schema.vocabulary([NamedNode(document), *holder.statements.fragments(document)])


def difference(before: Vocabulary, after: Vocabulary) -> Difference:
    """What is asserted of one version's terms and not of the other's."""
    old, new = set(before.terms), set(after.terms)
    changed = [(term, names) for term in after.terms if term in old and (names := _differing(before, after, term))]
    return Difference(
        [term for term in after.terms if term not in old], [term for term in before.terms if term not in new], changed
    )


def _differing(before: Vocabulary, after: Vocabulary, term: NamedNode) -> list[NamedNode]:
    """The properties of which a term has other values."""
    one, other = (_values(vocabulary.graph, term) for vocabulary in (before, after))
    return [NamedNode(name) for name in sorted(one.keys() | other.keys()) if one.get(name) != other.get(name)]


def _values(graph: Graph, term: NamedNode) -> dict[str, set[str]]:
    tell = Expressions(graph, _as_written, _WORDS)
    return {
        name: {
            text_of(tell.chain(value) if graph.is_list(value) else tell.class_expression(value))
            if isinstance(value, BlankNode)
            else str(value)
            for value in values
        }
        for name, values in graph.about(term).items()
    }


class _Keys(dict[str, str]):
    """A language whose words are their keys, so that expressions compare whatever the page's language is."""

    def __missing__(self, key: str) -> str:
        return f"{key} {{property}} {{x}} {{n}} {{list}}"


_WORDS = _Keys()


def _as_written(term: Term) -> Phrase:
    return plain("…" if isinstance(term, BlankNode) else str(term))


def _said(vocabulary: Vocabulary, name: str) -> Iterable[Term | Literal]:
    return vocabulary.graph.objects(vocabulary.ontology, OWL + name) if vocabulary.ontology else ()
