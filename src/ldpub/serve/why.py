"""Why a statement holds: where it stands, or the rule and the premises that it was inferred from, down to the sources.

The rules are those of OWL 2 RL/RDF (OWL 2 Profiles, 4.3) by their names there, and the project's own.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from pyoxigraph import BlankNode, NamedNode, Triple

from ldpub.namespaces import RDF
from ldpub.serve.describe import Describer
from ldpub.serve.described import Value
from ldpub.serve.grounds import Ground, Grounds
from ldpub.serve.language import choose_text
from ldpub.serve.traces import Place, Step

STEPS_SHOWN = 150
"""How many statements of a derivation a page tells; each is told once."""

_OWL_RL = "https://www.w3.org/TR/owl2-profiles/#Reasoning_in_OWL_2_RL_and_RDF_Graphs_using_Rules"
_OWL_RULES = ("eq-", "prp-", "cls-", "cax-", "dt-", "scm-")


@dataclass
class Reason:
    """A statement and why it holds.

    `places` are graph, file and line of one that is asserted, `grounds` what it rests on; `rule` and `premises` are
    of one that is inferred. `is_repeated` and `is_cut` say that it goes on elsewhere, or further.
    """

    triple: Triple
    parts: tuple[Value, ...]
    href: str | None
    places: list[tuple[Value, str | None, int | None]] = field(default_factory=list)
    grounds: Grounds | None = None
    rule: Value | None = None
    premises: list[Reason] = field(default_factory=list)
    is_repeated: bool = False
    is_cut: bool = False


def reason(describer: Describer, triple: Triple) -> Reason:
    """Why a triple holds; it is one of the release."""
    steps, places = _derivation(describer, triple)
    terms = [term for one in (*steps, *places) for term in (one.subject, one.predicate, one.object)]
    named = [NamedNode(place.graph) for found in places.values() for place in found]
    describer.learn([*terms, *named])
    ground = Ground(describer)
    seen: set[Triple] = set()
    root = Reason(triple, _parts(describer, triple), None)
    pending = deque([root])
    while pending:
        one = pending.popleft()
        if one.triple in seen:
            one.is_repeated = one.triple in steps
            continue
        seen.add(one.triple)
        step = steps.get(one.triple)
        if step is not None:
            one.rule = _rule(describer, step)
            one.premises = [Reason(t, _parts(describer, t), _href(describer, t)) for t in step.premises]
            pending.extend(one.premises)
        elif one.triple in places:
            one.places = [_place(describer, place) for place in places[one.triple]]
            one.grounds = ground.of(one.triple, {place.graph for place in places[one.triple]})
        else:
            one.is_cut = len(steps) >= STEPS_SHOWN
    return root


def _derivation(describer: Describer, triple: Triple) -> tuple[dict[Triple, Step], dict[Triple, list[Place]]]:
    """The steps that lead to a triple, those nearest to it first, and the places of the asserted statements."""
    traces = describer.snapshot.traces
    inferred = describer.snapshot.iris.graph("inferred")
    steps: dict[Triple, Step] = {}
    places: dict[Triple, list[Place]] = {}
    pending = deque([triple])
    while pending and len(steps) + len(places) < STEPS_SHOWN:
        one = pending.popleft()
        if one in steps or one in places:
            continue
        step = traces.step(one)
        if step is None:
            places[one] = [place for place in traces.places(one) if place.graph != inferred]
        else:
            steps[one] = step
            pending.extend(step.premises)
    return steps, places


def _parts(describer: Describer, triple: Triple) -> tuple[Value, ...]:
    parts = [describer.value(term) for term in (triple.subject, triple.predicate, triple.object)]
    if triple.predicate.value == RDF + "type":
        parts[1] = parts[1]._replace(text=describer.words["is_a"])
    return tuple(parts)


def _href(describer: Describer, triple: Triple) -> str | None:
    """The page of a premise by itself, where the release has it as a statement."""
    if any(isinstance(term, BlankNode | Triple) for term in triple) or not describer.snapshot.statements.holds(triple):
        return None
    return describer.asking("statements", describer.pattern(*triple))


def _place(describer: Describer, place: Place) -> tuple[Value, str | None, int | None]:
    graph = NamedNode(place.graph)
    return describer.graph(graph), place.file, place.line


def _rule(describer: Describer, step: Step) -> Value:
    """A rule in words: the project's as its file says, OWL's by what it does."""
    own = choose_text(step.titles, describer.language, describer.snapshot.manifest.languages)
    if own:
        return Value(own)
    is_owl = step.rule.startswith(_OWL_RULES)
    told = describer.words.get(f"rule_{step.rule}")
    text = f"{told} ({step.rule})" if told else step.rule
    return Value(text, _OWL_RL if is_owl else None)
