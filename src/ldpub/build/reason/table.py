"""The OWL 2 RL/RDF rule table (OWL 2 Profiles, 2nd edition, section 4.3, Tables 4 to 9), every rule under its name.

A line is `name  axioms | body => head`. The axioms fix what the ontology says, and each way of matching them makes
one concrete rule `body => head`; a rule without `|` is all body. `false` as head is an inconsistency. A list stands
in parentheses: `(?e)` is each element, `(?e ?f)` each pair i < j, `(?e ...)` all elements at once: the body patterns
that name ?e are then repeated once per element, with `#` for its position from 0, `#1` for the next position, and
`?n` for the last position plus one. `0` and `1` are xsd:nonNegativeInteger, matched by value.
"""

from __future__ import annotations

TABLE_4 = """
eq-ref    ?s ?p ?o => ?s owl:sameAs ?s . ?p owl:sameAs ?p . ?o owl:sameAs ?o
eq-sym    ?x owl:sameAs ?y => ?y owl:sameAs ?x
eq-trans  ?x owl:sameAs ?y . ?y owl:sameAs ?z => ?x owl:sameAs ?z
eq-rep-s  ?s owl:sameAs ?t | ?s ?p ?o => ?t ?p ?o
eq-rep-p  ?p owl:sameAs ?q | ?s ?p ?o => ?s ?q ?o
eq-rep-o  ?o owl:sameAs ?u | ?s ?p ?o => ?s ?p ?u
eq-diff1  ?x owl:sameAs ?y . ?x owl:differentFrom ?y => false
eq-diff1  ?x owl:differentFrom ?x => false
eq-diff2  ?x a owl:AllDifferent . ?x owl:members (?e ?f) | ?e owl:sameAs ?f => false
eq-diff3  ?x a owl:AllDifferent . ?x owl:distinctMembers (?e ?f) | ?e owl:sameAs ?f => false
"""
"""The semantics of equality. In the second eq-diff1 eq-ref is folded in, whose triples are made only when asked for."""

TABLE_5 = """
prp-dom   ?p rdfs:domain ?c | ?x ?p ?y => ?x a ?c
prp-rng   ?p rdfs:range ?c | ?x ?p ?y => ?y a ?c
prp-fp    ?p a owl:FunctionalProperty | ?x ?p ?y1 . ?x ?p ?y2 => ?y1 owl:sameAs ?y2
prp-ifp   ?p a owl:InverseFunctionalProperty | ?x1 ?p ?y . ?x2 ?p ?y => ?x1 owl:sameAs ?x2
prp-irp   ?p a owl:IrreflexiveProperty | ?x ?p ?x => false
prp-symp  ?p a owl:SymmetricProperty | ?x ?p ?y => ?y ?p ?x
prp-asyp  ?p a owl:AsymmetricProperty | ?x ?p ?y . ?y ?p ?x => false
prp-trp   ?p a owl:TransitiveProperty | ?x ?p ?y . ?y ?p ?z => ?x ?p ?z
prp-spo1  ?p rdfs:subPropertyOf ?q | ?x ?p ?y => ?x ?q ?y
prp-spo2  ?p owl:propertyChainAxiom (?e ...) | ?u# ?e ?u#1 => ?u0 ?p ?un
prp-eqp1  ?p owl:equivalentProperty ?q | ?x ?p ?y => ?x ?q ?y
prp-eqp2  ?p owl:equivalentProperty ?q | ?x ?q ?y => ?x ?p ?y
prp-pdw   ?p owl:propertyDisjointWith ?q | ?x ?p ?y . ?x ?q ?y => false
prp-adp   ?a a owl:AllDisjointProperties . ?a owl:members (?e ?f) | ?x ?e ?y . ?x ?f ?y => false
prp-inv1  ?p owl:inverseOf ?q | ?x ?p ?y => ?y ?q ?x
prp-inv2  ?p owl:inverseOf ?q | ?x ?q ?y => ?y ?p ?x
prp-key   ?c owl:hasKey (?e ...) | ?x a ?c . ?x ?e ?z# . ?y a ?c . ?y ?e ?z# => ?x owl:sameAs ?y
prp-npa1  ?a owl:sourceIndividual ?i . ?a owl:assertionProperty ?p . ?a owl:targetIndividual ?j | ?i ?p ?j => false
prp-npa2  ?a owl:sourceIndividual ?i . ?a owl:assertionProperty ?p . ?a owl:targetValue ?v | ?i ?p ?v => false
"""
"""The semantics of axioms about properties."""

TABLE_6 = """
cls-nothing2  ?x a owl:Nothing => false
cls-int1   ?c owl:intersectionOf (?e ...) | ?y a ?e => ?y a ?c
cls-int2   ?c owl:intersectionOf (?e) | ?y a ?c => ?y a ?e
cls-uni    ?c owl:unionOf (?e) | ?y a ?e => ?y a ?c
cls-com    ?c owl:complementOf ?d | ?x a ?c . ?x a ?d => false
cls-svf1   ?r owl:someValuesFrom ?c . ?r owl:onProperty ?p | ?u ?p ?v . ?v a ?c => ?u a ?r
cls-svf2   ?r owl:someValuesFrom owl:Thing . ?r owl:onProperty ?p | ?u ?p ?v => ?u a ?r
cls-avf    ?r owl:allValuesFrom ?c . ?r owl:onProperty ?p | ?u a ?r . ?u ?p ?v => ?v a ?c
cls-hv1    ?r owl:hasValue ?y . ?r owl:onProperty ?p | ?u a ?r => ?u ?p ?y
cls-hv2    ?r owl:hasValue ?y . ?r owl:onProperty ?p | ?u ?p ?y => ?u a ?r
cls-maxc1  ?r owl:maxCardinality 0 . ?r owl:onProperty ?p | ?u a ?r . ?u ?p ?y => false
cls-maxc2  ?r owl:maxCardinality 1 . ?r owl:onProperty ?p | ?u a ?r . ?u ?p ?x . ?u ?p ?y => ?x owl:sameAs ?y
cls-maxqc1 ?r owl:maxQualifiedCardinality 0 . ?r owl:onProperty ?p . ?r owl:onClass ?c | ?u a ?r . ?u ?p ?y . ?y a ?c => false
cls-maxqc2 ?r owl:maxQualifiedCardinality 0 . ?r owl:onProperty ?p . ?r owl:onClass owl:Thing | ?u a ?r . ?u ?p ?y => false
cls-maxqc3 ?r owl:maxQualifiedCardinality 1 . ?r owl:onProperty ?p . ?r owl:onClass ?c | ?u a ?r . ?u ?p ?x . ?x a ?c . ?u ?p ?y . ?y a ?c => ?x owl:sameAs ?y
cls-maxqc4 ?r owl:maxQualifiedCardinality 1 . ?r owl:onProperty ?p . ?r owl:onClass owl:Thing | ?u a ?r . ?u ?p ?x . ?u ?p ?y => ?x owl:sameAs ?y
cls-oo     ?c owl:oneOf (?e) | => ?e a ?c
"""  # noqa: E501  a rule is one line
"""The semantics of classes."""

TABLE_7 = """
cax-sco   ?c rdfs:subClassOf ?d | ?x a ?c => ?x a ?d
cax-eqc1  ?c owl:equivalentClass ?d | ?x a ?c => ?x a ?d
cax-eqc2  ?c owl:equivalentClass ?d | ?x a ?d => ?x a ?c
cax-dw    ?c owl:disjointWith ?d | ?x a ?c . ?x a ?d => false
cax-adc   ?a a owl:AllDisjointClasses . ?a owl:members (?e ?f) | ?z a ?e . ?z a ?f => false
"""
"""The semantics of class axioms."""

TABLE_9 = """
scm-cls   ?c a owl:Class => ?c rdfs:subClassOf ?c . ?c owl:equivalentClass ?c . ?c rdfs:subClassOf owl:Thing . owl:Nothing rdfs:subClassOf ?c
scm-sco   ?c rdfs:subClassOf ?d . ?d rdfs:subClassOf ?e => ?c rdfs:subClassOf ?e
scm-eqc1  ?c owl:equivalentClass ?d => ?c rdfs:subClassOf ?d . ?d rdfs:subClassOf ?c
scm-eqc2  ?c rdfs:subClassOf ?d . ?d rdfs:subClassOf ?c => ?c owl:equivalentClass ?d
scm-op    ?p a owl:ObjectProperty => ?p rdfs:subPropertyOf ?p . ?p owl:equivalentProperty ?p
scm-dp    ?p a owl:DatatypeProperty => ?p rdfs:subPropertyOf ?p . ?p owl:equivalentProperty ?p
scm-spo   ?p rdfs:subPropertyOf ?q . ?q rdfs:subPropertyOf ?r => ?p rdfs:subPropertyOf ?r
scm-eqp1  ?p owl:equivalentProperty ?q => ?p rdfs:subPropertyOf ?q . ?q rdfs:subPropertyOf ?p
scm-eqp2  ?p rdfs:subPropertyOf ?q . ?q rdfs:subPropertyOf ?p => ?p owl:equivalentProperty ?q
scm-dom1  ?p rdfs:domain ?c . ?c rdfs:subClassOf ?d => ?p rdfs:domain ?d
scm-dom2  ?q rdfs:domain ?c . ?p rdfs:subPropertyOf ?q => ?p rdfs:domain ?c
scm-rng1  ?p rdfs:range ?c . ?c rdfs:subClassOf ?d => ?p rdfs:range ?d
scm-rng2  ?q rdfs:range ?c . ?p rdfs:subPropertyOf ?q => ?p rdfs:range ?c
scm-hv    ?c owl:hasValue ?i . ?c owl:onProperty ?p . ?d owl:hasValue ?i . ?d owl:onProperty ?q . ?p rdfs:subPropertyOf ?q => ?c rdfs:subClassOf ?d
scm-svf1  ?c owl:someValuesFrom ?y . ?c owl:onProperty ?p . ?d owl:someValuesFrom ?z . ?d owl:onProperty ?p . ?y rdfs:subClassOf ?z => ?c rdfs:subClassOf ?d
scm-svf2  ?c owl:someValuesFrom ?y . ?c owl:onProperty ?p . ?d owl:someValuesFrom ?y . ?d owl:onProperty ?q . ?p rdfs:subPropertyOf ?q => ?c rdfs:subClassOf ?d
scm-avf1  ?c owl:allValuesFrom ?y . ?c owl:onProperty ?p . ?d owl:allValuesFrom ?z . ?d owl:onProperty ?p . ?y rdfs:subClassOf ?z => ?c rdfs:subClassOf ?d
scm-avf2  ?c owl:allValuesFrom ?y . ?c owl:onProperty ?p . ?d owl:allValuesFrom ?y . ?d owl:onProperty ?q . ?p rdfs:subPropertyOf ?q => ?d rdfs:subClassOf ?c
scm-int   ?c owl:intersectionOf (?e) | => ?c rdfs:subClassOf ?e
scm-uni   ?c owl:unionOf (?e) | => ?e rdfs:subClassOf ?c
"""  # noqa: E501  a rule is one line
"""The semantics of schema vocabulary."""

EQUALITY_RULES = frozenset({"eq-ref", "eq-rep-s", "eq-rep-p", "eq-rep-o", "eq-diff2", "eq-diff3"})
"""Rules of Table 4 that are not compiled: `equality` and `distinct` run them, set at a time."""

AXIOM_RULES = frozenset({"prp-ap", "cls-thing", "cls-nothing1", "dt-type1"})
"""Rules without premises (Tables 5, 6 and 8): what they say of RDF and OWL's own terms, see `axiomatic`."""

DATATYPE_RULES = frozenset({"dt-type2", "dt-eq", "dt-diff", "dt-not-type"})
"""Rules of Table 8 about literals and their values: `datatypes` runs them where another rule asks."""
