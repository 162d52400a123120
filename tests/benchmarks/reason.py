"""How long reasoning takes: `python tests/benchmarks/reason.py [cities ...] [--owlrl]`, by hand, ratios in one run.

A synthetic world of cities, memberships and partnerships (about 55 triples a city) under an ontology of subclasses,
subproperties, domains, ranges, inverse, symmetric and transitive properties, hasValue, someValuesFrom and chains.
"""

from __future__ import annotations

import argparse
import random
import resource
import sys
import time
from collections.abc import Iterator

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

from ldpub.build.reason import close, close_with_owlrl

NS = "https://example.org/w/"
XSD = "http://www.w3.org/2001/XMLSchema#"

ONTOLOGY = """
@prefix : <https://example.org/w/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
:Place a owl:Class . :Actor a owl:Class . :City a owl:Class ; rdfs:subClassOf :Place , :Actor .
:Agreement a owl:Class . :Twinning a owl:Class ; rdfs:subClassOf :Agreement . :Membership a owl:Class .
:Network a owl:Class ; rdfs:subClassOf :Actor . :Capital a owl:Class ; rdfs:subClassOf :City .
:relatedTo a owl:ObjectProperty , owl:SymmetricProperty ; rdfs:domain :Actor ; rdfs:range :Actor .
:partneredWith a owl:ObjectProperty , owl:SymmetricProperty ; rdfs:subPropertyOf :relatedTo .
:twinnedWith a owl:ObjectProperty , owl:SymmetricProperty ; rdfs:subPropertyOf :partneredWith .
:participant a owl:ObjectProperty ; rdfs:domain :Agreement ; rdfs:range :Actor ; owl:inverseOf :participatesIn .
:participatesIn a owl:ObjectProperty .
:partOf a owl:ObjectProperty , owl:TransitiveProperty ; rdfs:domain :Place ; rdfs:range :Place .
:partOf owl:inverseOf :hasPart .
:hasPart a owl:ObjectProperty .
:member a owl:ObjectProperty ; rdfs:domain :Membership ; rdfs:range :Actor ; owl:inverseOf :holds .
:organisation a owl:ObjectProperty ; rdfs:domain :Membership ; rdfs:range :Network .
:memberOf a owl:ObjectProperty ; owl:propertyChainAxiom ( :holds :organisation ) .
:linkedWith a owl:ObjectProperty ; owl:propertyChainAxiom ( :participatesIn :participant ) .
:NetworkedCity owl:equivalentClass [ a owl:Restriction ; owl:onProperty :memberOf ; owl:someValuesFrom :Network ] .
:GermanThing owl:equivalentClass [ a owl:Restriction ; owl:onProperty :country ; owl:hasValue :DE ] .
:name a owl:DatatypeProperty ; rdfs:subPropertyOf rdfs:label .
"""


def world(cities: int, seed: int = 20) -> Iterator[Triple]:
    """The ontology and about 55 triples for each city."""
    yield from (quad.triple for quad in parse(ONTOLOGY, RdfFormat.TURTLE))
    draw = random.Random(seed)
    rdf_type = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")

    def node(local: str) -> NamedNode:
        return NamedNode(NS + local)

    for i in range(cities):
        city = node(f"c{i}")
        yield Triple(city, rdf_type, node("City"))
        yield Triple(city, node("country"), node(draw.choice(("DE", "FR", "PL", "TR", "UA"))))
        yield Triple(city, node("partOf"), node(f"r{i // 20}"))
        yield Triple(city, node("population"), Literal(str(draw.randrange(10**6)), datatype=NamedNode(XSD + "integer")))
        yield Triple(city, node("lat"), Literal(f"{draw.uniform(-60, 70):.4f}", datatype=NamedNode(XSD + "decimal")))
        for tag in ("de", "en", "fr", "tr"):
            yield Triple(city, node("name"), Literal(f"City {i} {tag}", language=tag))
        for k in range(25):
            yield Triple(city, node(f"note{k}"), Literal(f"note {i} {k}"))
        for k in range(2):
            treaty, other = node(f"t{i}.{k}"), node(f"c{draw.randrange(cities)}")
            yield Triple(treaty, rdf_type, node("Twinning"))
            yield Triple(treaty, node("participant"), city)
            yield Triple(treaty, node("participant"), other)
            yield Triple(
                treaty, node("since"), Literal(str(draw.randrange(1950, 2025)), datatype=NamedNode(XSD + "gYear"))
            )
            yield Triple(city, node("twinnedWith"), other)
        for k in range(2):
            membership = node(f"m{i}.{k}")
            yield Triple(membership, rdf_type, node("Membership"))
            yield Triple(membership, node("member"), city)
            yield Triple(membership, node("organisation"), node(f"n{draw.randrange(50)}"))
        if i % 20 == 0:
            yield Triple(node(f"r{i // 20}"), node("partOf"), node(f"s{i // 400}"))
            yield Triple(node(f"s{i // 400}"), node("partOf"), node(f"k{i // 8000}"))


def main() -> None:
    """Run the sizes asked for and print seconds, triples and memory."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("cities", nargs="*", type=int, default=[20, 200], help="20 are 1k triples, 20000 are 1M")
    parser.add_argument("--owlrl", action="store_true", help="run owlrl on the same graphs")
    arguments = parser.parse_args()
    for cities in arguments.cities:
        triples = list(world(cities))
        start = time.perf_counter()
        found = len(close(triples).inferred)
        own = time.perf_counter() - start
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        line = f"{len(triples):>9} triples: {found} inferred in {own:.3f} s, process at most {memory} MB"
        if arguments.owlrl:
            start = time.perf_counter()
            close_with_owlrl(triples)
            other = time.perf_counter() - start
            line += f"; owlrl {other:.2f} s, {other / own:.0f} times as long"
        sys.stdout.write(line + "\n")


if __name__ == "__main__":
    main()
