"""W3C OWL 2 test cases of the RL profile (approved): one case per test and kind of verdict.

They stand in the folder `owl2-rl` of $LDPUB_CONFORMANCE. A conclusion is entailed if the closure holds it, its blank
nodes read as variables (simple entailment, RDF 1.1 Semantics, 5.2). What the rules have no triples for is asked as
one asks a rule engine: the graph with the conclusion's negation must be inconsistent (x differs from y, if x same as
y contradicts; x is in a complement, if x in the class contradicts), or a fresh instance of the conclusion's condition
must get its consequence (p is transitive, if p(a,b) and p(b,c) give p(a,c) for new a, b, c).
"""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

import pytest
import rdflib
from pyoxigraph import BlankNode, NamedNode, Quad, QueryBoolean, RdfFormat, Store, Triple, parse

from ldpub.build.reason import Closure, Contradiction, close
from ldpub.namespaces import OWL, RDF

HERE = Path(__file__).parent
TESTS = Path(os.environ.get("LDPUB_CONFORMANCE", HERE.parents[1] / "../shared/conformance")) / "owl2-rl"

pytestmark = pytest.mark.conformance


def rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)


def verdicts() -> list[tuple[str, str]]:
    if not TESTS.is_dir():
        return []
    return [(row["id"], kind) for row in rows(TESTS / "manifest.tsv") for kind in row["kinds"].split()]


VERDICTS = verdicts()
DEVIATIONS = {(row["id"], row["kind"]): row["reason"] for row in rows(HERE / "owl2_rl_deviations.tsv")}


def document(test: str, part: str) -> rdflib.Graph:
    """A document of a test: RDF/XML with a document type, which rdflib reads."""
    return rdflib.Graph().parse(TESTS / f"{test}.{part}.rdf", format="xml")


def triples(graph: rdflib.Graph) -> list[Triple]:
    return [quad.triple for quad in parse(graph.serialize(format="nt"), RdfFormat.N_TRIPLES)]


def statements(conclusion: rdflib.Graph) -> list[Triple]:
    """What a conclusion says, less its header, which only says that it is one; AllDifferent written out in pairs."""
    for header in set(conclusion.subjects(rdflib.RDF.type, rdflib.OWL.Ontology)):
        if isinstance(header, rdflib.BNode):
            conclusion.remove((header, None, None))
    for axiom in set(conclusion.subjects(rdflib.RDF.type, rdflib.OWL.AllDifferent)):
        for members in set(conclusion.objects(axiom, rdflib.OWL.members)):
            for one, other in combinations(conclusion.items(members), 2):
                conclusion.add((one, rdflib.OWL.differentFrom, other))
            for cell in list(conclusion.transitive_objects(members, rdflib.RDF.rest)):
                conclusion.remove((cell, None, None))
        conclusion.remove((axiom, None, None))
    return triples(conclusion)


def owl(name: str) -> NamedNode:
    return NamedNode(OWL + name)


A = NamedNode(RDF + "type")


def holds(closure: Closure, premise: list[Triple], conclusion: list[Triple]) -> bool:
    store = Store()
    for triple in {*premise, *closure.inferred}:
        store.add(Quad(*triple))
    pattern = " . ".join(" ".join(map(str, triple)) for triple in conclusion)
    answer = store.query(f"ASK {{ {pattern} }}")
    assert isinstance(answer, QueryBoolean)
    return bool(answer)


def inconsistent(graph: list[Triple]) -> bool:
    try:
        close(graph, publish="all")
    except Contradiction:
        return True
    return False


def negation(triple: Triple, conclusion: list[Triple]) -> Triple | None:
    """What contradicts a conclusion, where that can be said in one triple."""
    if triple.predicate == owl("differentFrom"):
        return Triple(triple.subject, owl("sameAs"), triple.object)
    if triple.predicate == A:
        for other in conclusion:
            if other.predicate == owl("complementOf") and other.subject == triple.object:
                return Triple(triple.subject, A, other.object)
    return None


def is_entailed(premise: list[Triple], conclusion: list[Triple]) -> bool:
    closure = close(premise, publish="all")
    remaining, settled = [], set()
    for triple in conclusion:
        denied = negation(triple, conclusion)
        if denied is not None and inconsistent([*premise, denied]):
            settled.add(triple.object)
        elif not (triple.object == owl("TransitiveProperty") and is_transitive(premise, triple)):
            remaining.append(triple)
    remaining = [t for t in remaining if not (isinstance(t.subject, BlankNode) and t.subject in settled)]
    return holds(closure, premise, remaining)


def is_transitive(premise: list[Triple], triple: Triple) -> bool:
    a, b, c = (BlankNode() for _ in range(3))
    p = triple.subject
    assert isinstance(p, NamedNode)
    return Triple(a, p, c) in close([*premise, Triple(a, p, b), Triple(b, p, c)], publish="all").inferred


def verdict(test: str, kind: str) -> bool:
    premise = triples(document(test, "premise"))
    match kind:
        case "ConsistencyTest":
            return not inconsistent(premise)
        case "InconsistencyTest":
            return inconsistent(premise)
        case "PositiveEntailmentTest":
            return is_entailed(premise, statements(document(test, "conclusion")))
        case "NegativeEntailmentTest":
            return not is_entailed(premise, statements(document(test, "nonconclusion")))
    raise AssertionError(f"unknown kind {kind}")


@pytest.mark.skipif(not VERDICTS, reason=f"the W3C OWL 2 tests are not at {TESTS}: set LDPUB_CONFORMANCE")
@pytest.mark.parametrize(("test", "kind"), VERDICTS or [("none", "none")])
def test_verdict(test: str, kind: str) -> None:
    passed = verdict(test, kind)
    if (test, kind) in DEVIATIONS:
        assert not passed, f"{test} {kind} passes now: strike it from owl2_rl_deviations.tsv"
        return
    assert passed


@pytest.mark.skipif(not VERDICTS, reason=f"the W3C OWL 2 tests are not at {TESTS}: set LDPUB_CONFORMANCE")
def test_deviations_are_of_known_verdicts() -> None:
    assert DEVIATIONS.keys() <= set(VERDICTS)
    assert all(DEVIATIONS.values())
