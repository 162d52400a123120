"""Entities that have a property with a value, for queries without a name: by the index of statements, not by search."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pyoxigraph import Literal, NamedNode

from ldpub.folding import fold, written_out
from ldpub.namespaces import XSD
from ldpub.serve.reconcile.index import ReconciliationIndex
from ldpub.serve.reconcile.queries import Condition
from ldpub.serve.reconcile.vocabulary import Vocabulary
from ldpub.serve.statements import Statements

_EACH = 200
_TYPES = ("integer", "decimal", "double", "gYear", "gYearMonth", "date", "anyURI", "boolean")


def with_property(
    statements: Statements,
    index: ReconciliationIndex,
    vocabulary: Vocabulary,
    condition: Condition,
    languages: Sequence[str],
) -> set[int]:
    """The entities that the statements of a property link to one of the values; some hundreds for each at most."""
    found: set[str] = set()
    for value, _ in condition.values:
        text = f"{value:.15g}" if isinstance(value, float) else str(value).strip()
        for term in _terms(text, index, vocabulary, languages):
            found.update(statements.subjects_of(condition.property, term, _EACH))
    return set(index.numbers(found).values())


def _terms(
    text: str, index: ReconciliationIndex, vocabulary: Vocabulary, languages: Sequence[str]
) -> Iterator[NamedNode | Literal]:
    """What a text may mean as the value of a property: a thing by IRI, identifier or name, or a literal."""
    named = [form.entity for form in index.same((fold(text[:200]), written_out(text[:200])))]
    numbers = dict.fromkeys([*index.identified(text), *named])
    things = [entity.iri for entity in index.entities(list(numbers)[:20]).values()]
    for iri in (*things, vocabulary.iri(text), text):
        try:
            yield NamedNode(iri)
        except ValueError:
            continue
    yield Literal(text)
    for language in languages:
        yield Literal(text, language=language)
    for name in _TYPES:
        yield Literal(text, datatype=NamedNode(XSD + name))
