"""What the project says in terms of Wikidata: statements between linked items, and why some are not for export."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations

from pyoxigraph import Literal, NamedNode, Triple

from ldpub.build.linking.paths import Paths, Ways
from ldpub.build.linking.things import Linking, identifiers
from ldpub.build.numbered import Term
from ldpub.build.wikidata.dates import Span, When, hull, when_of
from ldpub.build.wikidata.mapping import Dating, Denial, Exchange, Filter, Rule
from ldpub.build.wikidata.statements import END, Reference
from ldpub.labels import LABEL_PROPERTIES


@dataclass(frozen=True)
class Party:
    """A thing of the project at one end of a statement, the item that it is linked to ("" if none), and its label."""

    iri: str
    item: str
    label: str


@dataclass(frozen=True)
class Claim:
    """A statement of ours. `held` says why it is not for Wikidata; `sources` are the references that can be given.

    `qualifiers` are the dates that we know; `spans` say of each qualifier that we could have which days it can be.
    """

    thing: str
    number: str
    subject: Party
    value: Party
    is_symmetric: bool
    qualifiers: tuple[tuple[str, When], ...] = ()
    spans: tuple[tuple[str, Span], ...] = ()
    has_ended: bool = False
    sources: tuple[Reference, ...] = ()
    held: tuple[str, ...] = ()

    @property
    def key(self) -> tuple[str, str, str]:
        """Property and items, in one order if it is symmetric."""
        ends = (self.subject.item, self.value.item)
        one, other = sorted(ends) if self.is_symmetric else ends
        return self.number, one, other


@dataclass(frozen=True)
class Ours:
    """Our statements; things between the same ends that are of another kind, and those that deny a statement."""

    claims: tuple[Claim, ...]
    others: tuple[Claim, ...]
    denied: tuple[Claim, ...]
    subjects: tuple[str, ...]
    """The items that Wikidata is asked about."""

    names: Mapping[str, str] = field(default_factory=dict)
    """Our labels of the items that we link to."""


def our_statements(triples: Iterable[Triple], exchange: Exchange, linking: Linking) -> Ours:
    """What the rules make of a graph, inferred statements included."""
    reader = _Reader(Ways(triples), exchange, linking)
    claims = _merged([claim for rule in exchange.rules for claim in reader.claims(rule)])
    others = [claim for rule in exchange.rules for claim in reader.others(rule)]
    denied = [claim for rule in exchange.rules if rule.denied for claim in reader.denied(rule, rule.denied)]
    ends = {end.item for claim in (*claims, *others, *denied) for end in _ends(claim) if end.item}
    subjects = tuple(sorted(ends, key=lambda id_: (len(id_), id_)))
    return Ours(tuple(claims), tuple(others), tuple(denied), subjects, reader.names())


def _ends(claim: Claim) -> tuple[Party, ...]:
    return (claim.subject, claim.value) if claim.is_symmetric else (claim.subject,)


class _Reader:
    """Rules, applied to a graph."""

    def __init__(self, ways: Ways, exchange: Exchange, linking: Linking) -> None:
        self._ways = ways
        self._exchange = exchange
        self._linking = linking

    def claims(self, rule: Rule) -> Iterator[Claim]:
        """The statements of a rule."""
        for node in self._ways.of_class(rule.iri):
            if all(self._meets(node, one) for one in rule.only):
                for claim in self._between(node, rule):
                    made = replace(
                        claim,
                        qualifiers=tuple(self._dates(node, rule)),
                        spans=tuple((one.number, self._span(node, one)) for one in rule.qualifiers),
                        has_ended=any(self._meets(node, one) for one in rule.ended),
                        sources=tuple(self._sources(node, rule.evidence)),
                    )
                    yield replace(made, held=tuple(self._held(node, made, rule)))

    def others(self, rule: Rule) -> Iterator[Claim]:
        """Things with the same ends that are no such statement, and say of which kind they are."""
        if rule.among:
            ours = set(self._ways.of_class(rule.iri))
            for node in self._ways.of_class(rule.among):
                if node not in ours:
                    for claim in self._between(node, rule):
                        yield replace(claim, held=(self._label(node),))

    def denied(self, rule: Rule, denial: Denial) -> Iterator[Claim]:
        """What is said not to hold."""
        for node in self._ways.of_class(denial.iri):
            if all(self._meets(node, one) for one in denial.only):
                for claim in self._from_to(node, rule, denial.subject, denial.value):
                    yield replace(claim, held=(self._label(node),))

    def names(self) -> dict[str, str]:
        """Our labels of linked items, by item; of two of ours that are linked to the same the first by IRI."""
        found: dict[str, str] = {}
        nodes = (node for node in self._ways.subjects(self._linking.property) if isinstance(node, NamedNode))
        for node in sorted(nodes, key=lambda one: one.value):
            for item in identifiers(node, self._ways, self._linking):
                found.setdefault(item, self._label(node))
        return found

    def _between(self, node: NamedNode, rule: Rule) -> Iterator[Claim]:
        if not rule.is_symmetric:
            yield from self._from_to(node, rule, rule.subject, rule.value)
            return
        ends = sorted(self._parties(node, rule.participants), key=lambda party: party.iri)
        for one, other in combinations(ends, 2):
            yield Claim(node.value, rule.number, one, other, is_symmetric=True)

    def _from_to(self, node: NamedNode, rule: Rule, subject: Paths, value: Paths) -> Iterator[Claim]:
        for one in self._parties(node, subject):
            for other in self._parties(node, value):
                yield Claim(node.value, rule.number, one, other, rule.is_symmetric)

    def _parties(self, node: NamedNode, paths: Paths) -> list[Party]:
        ends = [term for term in self._ways.reach(node, paths) if isinstance(term, NamedNode)]
        return [Party(end.value, self._item(end), self._label(end)) for end in ends]

    def _item(self, node: NamedNode) -> str:
        return next(iter(identifiers(node, self._ways, self._linking)), "")

    def _label(self, node: NamedNode) -> str:
        texts = [text for name in LABEL_PROPERTIES for text in self._ways.texts(node, name)]
        return min(texts, key=lambda text: (text.language != "en", str(text))).value if texts else node.value

    def _meets(self, node: NamedNode, wanted: Filter) -> bool:
        path, values = wanted
        return any(isinstance(term, NamedNode) and term.value in values for term in self._ways.reach(node, path))

    def _dates(self, node: NamedNode, rule: Rule) -> Iterator[tuple[str, When]]:
        """The dates of the qualifiers, where there is just one."""
        for one in rule.qualifiers:
            whens = self._whens(node, one.date)
            if len(whens) == 1:
                yield one.number, whens.pop()

    def _span(self, node: NamedNode, dating: Dating) -> Span:
        """The days that a date can be: what the dates say, or else the bounds."""
        if dates := self._whens(node, dating.date):
            return hull(when.span for when in dates)
        first = hull(when.span for when in self._whens(node, dating.earliest)).first
        last = hull(when.span for when in self._whens(node, dating.latest)).last
        return Span(first, last)

    def _whens(self, node: NamedNode, path: Paths) -> set[When]:
        return {when for term in self._ways.reach(node, path) if (when := _when(term))}

    def _sources(self, node: NamedNode, evidence: Paths) -> Iterator[Reference]:
        """The references that Wikidata can take: sources with an item or a web address."""
        found = [source for source in self._ways.reach(node, evidence) if isinstance(source, NamedNode)]
        for source in sorted(found, key=lambda term: term.value):
            urls = sorted(filter(None, map(_url, self._ways.reach(source, self._exchange.reference_url))))
            reference = Reference(self._item(source), urls[0] if urls else "")
            if reference != Reference():
                yield reference

    def _held(self, node: NamedNode, claim: Claim, rule: Rule) -> Iterator[str]:
        for end in (claim.subject, claim.value):
            if not end.item:
                yield f"no item is known of {end.label}"
        for path, values in rule.hold:
            found = [term for term in self._ways.reach(node, path) if isinstance(term, NamedNode)]
            yield from (f"it is {self._label(term)}" for term in found if term.value in values)
        if claim.has_ended and END not in dict(claim.qualifiers):
            yield "it has ended, but not known when"
        if rule.evidence and not claim.sources:
            yield "none of its sources has an item or a web address"


def _when(term: Term) -> When | None:
    return when_of(term) if isinstance(term, Literal) else None


def _url(term: Term) -> str:
    return term.value if isinstance(term, NamedNode | Literal) and term.value.startswith("http") else ""


def _merged(claims: Sequence[Claim]) -> list[Claim]:
    """One statement where several things say the same; where they give different dates it is held back."""
    found: dict[tuple[str, ...], Claim] = {}
    for claim in claims:
        key = (
            claim.key if claim.subject.item and claim.value.item else (claim.thing, claim.subject.iri, claim.value.iri)
        )
        found[key] = _merge(found[key], claim) if key in found else claim
    return list(found.values())


def _merge(one: Claim, other: Claim) -> Claim:
    ours, more = dict(one.qualifiers), dict(other.qualifiers)
    apart = [name for name in ours if name in more and not ours[name].agrees(more[name])]
    held = [*one.held, *other.held] if one.held and other.held else []
    held += [f"<{one.thing}> and <{other.thing}> differ in {name}" for name in apart]
    precise = {name: max((ours.get(name), more.get(name)), key=_precision) for name in (*ours, *more)}
    known, known_too = dict(one.spans), dict(other.spans)
    spans = {name: _narrower(known.get(name, Span()), known_too.get(name, Span())) for name in (*known, *known_too)}
    return replace(
        one,
        qualifiers=tuple((name, when) for name, when in precise.items() if when),
        spans=tuple(spans.items()),
        has_ended=one.has_ended or other.has_ended,
        sources=tuple(dict.fromkeys((*one.sources, *other.sources))),
        held=tuple(dict.fromkeys(held)),
    )


def _narrower(one: Span, other: Span) -> Span:
    """What two of ours say together of a date: what both allow, or either where they exclude each other."""
    if not one.meets(other):
        return hull((one, other))
    firsts = [span.first for span in (one, other) if span.first is not None]
    lasts = [span.last for span in (one, other) if span.last is not None]
    return Span(max(firsts, default=None), min(lasts, default=None))


def _precision(when: When | None) -> int:
    return when.precision if when else 0
