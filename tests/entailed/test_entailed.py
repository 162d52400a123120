"""What the ontology and the project's rules entail, and what they must not: a small graph and an ASK each."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from pyoxigraph import Quad, QueryBoolean, RdfFormat, Store, Triple, parse

from ldpub.build.reason import Closure, ConstructRule, Contradiction, close

ROOT = Path(__file__).parents[2]
ENTAILED = sorted((ROOT / "tests" / "entailed").glob("*.ttl"))
NOT_ENTAILED = sorted((ROOT / "tests" / "not-entailed").glob("*.ttl"))
RULES = sorted((ROOT / "shapes" / "rules").glob("*.rq"))


def read(path: Path) -> list[Triple]:
    """The triples of a Turtle file."""
    return [quad.triple for quad in parse(path=str(path), format=RdfFormat.TURTLE)]


@cache
def ontology() -> tuple[Triple, ...]:
    """The terms of the ontology; its concept schemes and alignments infer nothing about cities."""
    return tuple(read(ROOT / "ontology" / "city-diplomacy.ttl"))


@cache
def rules() -> tuple[ConstructRule, ...]:
    """The project's rules in their order."""
    return tuple(ConstructRule(path.stem, path.read_text(encoding="utf-8")) for path in RULES)


def closure_of(asserted: list[Triple]) -> Closure:
    """The closure, also of a graph that contradicts itself: of an ill-typed value the rules must make nothing."""
    try:
        return close(asserted, rules())
    except Contradiction as contradiction:
        if any(clash.rule != "dt-not-type" for clash in contradiction.found):
            raise
        return contradiction.closure


def holds(path: Path) -> bool:
    """Whether the question beside a graph is true of the graph's closure."""
    asserted = [*ontology(), *read(path)]
    inferred = closure_of(asserted).inferred
    store = Store()
    store.bulk_extend(Quad(*triple) for triple in (*asserted, *inferred))
    answer = store.query(path.with_suffix(".rq").read_text(encoding="utf-8"))
    assert isinstance(answer, QueryBoolean)
    return bool(answer)


@pytest.mark.parametrize("path", ENTAILED, ids=lambda path: path.stem)
def test_it_is_entailed(path: Path) -> None:
    assert holds(path)


@pytest.mark.parametrize("path", NOT_ENTAILED, ids=lambda path: path.stem)
def test_it_is_not_entailed(path: Path) -> None:
    assert not holds(path)


@pytest.mark.parametrize("path", RULES, ids=lambda path: path.stem)
def test_a_rule_says_in_both_languages_what_it_derives(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("# en: ")
    assert lines[1].startswith("# de: ")


def test_every_rule_makes_something_that_is_expected() -> None:
    makers = set()
    for path in ENTAILED:
        closure = close([*ontology(), *read(path)], rules())
        derivations = (closure.explain(triple) for triple in closure.inferred)
        makers |= {derivation.rule for derivation in derivations if derivation}
    assert {path.stem for path in RULES} <= makers
