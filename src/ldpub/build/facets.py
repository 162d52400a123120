"""Facets: by which properties the lists of things are narrowed, from SHACL shapes and from the settings.

A property shape whose values are of a closed list makes a facet: sh:in, xsd:boolean, or concepts of a scheme (sh:class
skos:Concept, or sh:node with a shape that says so). The settings add facets over SPARQL property paths, and decades.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

from pyoxigraph import BlankNode, Literal, NamedNode

from ldpub.build.numbered import Term, Triples
from ldpub.labels import LABEL_PROPERTIES
from ldpub.namespaces import SH, SKOS, XSD

Subject = NamedNode | BlankNode
Objects = Mapping[Subject, Sequence[Term]]

RESERVED = frozenset(("class", "sort", "page", "lang", "format", "name", "thing"))
"""What parameters of the list's page and columns of its table are called anyway."""

_YEAR = re.compile(r"([0-9]{3})[0-9X](?![0-9])")
_TARGETS = ("targetClass", "targetSubjectsOf", "targetObjectsOf", "targetNode")


@dataclass(frozen=True)
class Step:
    """One property of a path, in its direction or against it."""

    iri: str
    is_inverse: bool = False


@dataclass(frozen=True)
class Facet:
    """By what things are narrowed: its name in URLs, its labels, and the paths (alternatives) that lead to its values.

    Where it goes by decade the values are the decades ("1960") of dates; with `until`, as many paths as `paths`, those
    from the decade of the first day that a path leads to, to that of the last that its partner leads to.
    """

    name: str
    labels: Mapping[str, str]
    paths: tuple[tuple[Step, ...], ...]
    by_decade: bool = False
    until: tuple[tuple[Step, ...], ...] = ()

    @property
    def path(self) -> str:
        """The paths as one SPARQL 1.1 property path with whole IRIs (Query, 9.1)."""
        return "|".join(map(_written, self.paths))

    @property
    def spans(self) -> tuple[tuple[str, str], ...]:
        """The same of each pair of paths to a first and a last day."""
        return tuple((_written(a), _written(b)) for a, b in zip(self.paths, self.until, strict=False))


def _written(steps: Sequence[Step]) -> str:
    return "/".join(f"{'^' * step.is_inverse}<{step.iri}>" for step in steps)


class Graph:
    """Triples by predicate and subject; a predicate's are put together when it is first asked for."""

    def __init__(self, triples: Triples) -> None:
        self._triples = triples
        self._by: dict[str, dict[Subject, list[Term]]] = {}

    def _of(self, predicate: str) -> dict[Subject, list[Term]]:
        found = self._by.get(predicate)
        if found is None:
            found = self._by[predicate] = {}
            terms = self._triples.terms
            for s, group in groupby(self._triples.of(predicate), key=itemgetter(0)):
                subject = terms[s]
                assert not isinstance(subject, Literal), "literals are no subjects"
                found[subject] = [terms[o] for _, o in group]
        return found

    def pairs(self, step: Step) -> Objects:
        """What a property leads to from each thing."""
        forward = self._of(step.iri)
        if not step.is_inverse:
            return forward
        inverse: dict[Subject, list[Term]] = defaultdict(list)
        for subject, targets in forward.items():
            for target in targets:
                if isinstance(target, NamedNode | BlankNode):
                    inverse[target].append(subject)
        return inverse

    def objects(self, subject: Term, predicate: str) -> Sequence[Term]:
        """The values of a property of a thing."""
        return () if isinstance(subject, Literal) else self._of(predicate).get(subject, ())

    def subjects(self, predicate: str) -> Iterable[Subject]:
        """What has a property."""
        return self._of(predicate).keys()


def facets(
    shapes: Triples, content: Graph, settings: Sequence[Mapping[str, object]], prefixes: Mapping[str, str]
) -> list[Facet]:
    """The facets of a project, those of the settings first; a name that the settings give is theirs alone."""
    configured = configured_facets(settings, prefixes)
    taken = {facet.name for facet in configured} | {facet.path for facet in configured if not facet.by_decade}
    derived = [facet for facet in _derived(Graph(shapes), content) if not taken & {facet.name, facet.path}]
    return [*configured, *derived]


def configured_facets(settings: Sequence[Mapping[str, object]], prefixes: Mapping[str, str]) -> list[Facet]:
    """The facets of the settings; raises ValueError saying what is wrong with which."""
    found = []
    for setting in settings:
        name, label = str(setting["name"]), setting["label"]
        if name in RESERVED:
            raise ValueError(f"{name}: this name is taken; others that are: {', '.join(sorted(RESERVED - {name}))}")
        try:
            paths, until = _paths(setting, prefixes)
        except ValueError as error:
            raise ValueError(f"{name}: {error}") from error
        labels = dict(label) if isinstance(label, dict) else {"": str(label)}
        found.append(Facet(name, labels, paths, bool(setting.get("decade")), until))
    return found


def _paths(
    setting: Mapping[str, object], prefixes: Mapping[str, str]
) -> tuple[tuple[tuple[Step, ...], ...], tuple[tuple[Step, ...], ...]]:
    """The paths of a facet, and those to the last days."""
    paths = read_path(str(setting["path"]), prefixes)
    until = read_path(str(setting["until"]), prefixes) if setting.get("until") else ()
    if until and (len(until) != len(paths) or not setting.get("decade")):
        raise ValueError("`until` is for decades, and has as many ways as `path`: to each first day the last")
    return paths, until


def values(facet: Facet, graph: Graph) -> dict[NamedNode, set[str]]:
    """The values of each thing with an IRI: terms in N-Triples syntax, or decades."""
    found: dict[NamedNode, set[str]] = defaultdict(set)
    for first, last in zip(facet.paths, facet.until, strict=False):
        after = _along(last, graph)
        for thing, targets in _along(first, graph).items():
            if isinstance(thing, NamedNode):
                found[thing] |= _decades(targets, after.get(thing, ()))
    for steps in () if facet.until else facet.paths:
        for thing, targets in _along(steps, graph).items():
            if isinstance(thing, NamedNode):
                texts = map(_decade if facet.by_decade else _text, targets)
                found[thing].update(text for text in texts if text)
    return {thing: texts for thing, texts in found.items() if texts}


def read_path(text: str, prefixes: Mapping[str, str]) -> tuple[tuple[Step, ...], ...]:
    """A property path of the settings: prefixed names or <IRIs>, `^` against the direction, `/` then, `|` or.

    Raises ValueError saying what is wrong.
    """
    return tuple(tuple(_step(step.strip(), prefixes) for step in _split("/", way)) for way in _split("|", text))


def _split(mark: str, text: str) -> list[str]:
    """The parts of a path between marks that are not within an IRI."""
    return re.split(rf"\{mark}(?![^<]*>)", text)


def _step(text: str, prefixes: Mapping[str, str]) -> Step:
    name = text.removeprefix("^").strip()
    prefix, colon, local = name.partition(":")
    if name.startswith("<") and name.endswith(">"):
        iri = name[1:-1]
    elif colon and prefix in prefixes:
        iri = prefixes[prefix] + local
    else:
        raise ValueError(f"{name or text!r} is neither <IRI> nor a name with a known prefix")
    return Step(NamedNode(iri).value, text.startswith("^"))


def _derived(shapes: Graph, content: Graph) -> list[Facet]:
    """The facets of the property shapes of shapes with a target, by order of group and shape; each path once."""
    targeted = {shape for target in _TARGETS for shape in shapes.subjects(SH + target)}
    found: dict[str, tuple[tuple[float, float, str], Facet]] = {}
    for shape in targeted:
        for part in shapes.objects(shape, SH + "property"):
            path = next(iter(shapes.objects(part, SH + "path")), None)
            if not isinstance(path, NamedNode) or not _is_closed(part, shapes):
                continue
            place = (*_order(part, shapes), str(part))
            if path.value not in found or place < found[path.value][0]:
                found[path.value] = place, _facet(part, path, shapes, content)
    return _apart([facet for _, facet in sorted(found.values(), key=lambda entry: entry[0])])


def _is_closed(part: Term, shapes: Graph) -> bool:
    """Whether a property shape has values of a closed list."""
    if shapes.objects(part, SH + "in") or NamedNode(XSD + "boolean") in shapes.objects(part, SH + "datatype"):
        return True
    nodes = [part, *shapes.objects(part, SH + "node")]
    return any(_of_scheme(node, shapes) for node in nodes)


def _of_scheme(node: Term, shapes: Graph) -> bool:
    inside = [p for p in shapes.objects(node, SH + "property") if shapes.objects(p, SH + "hasValue")]
    in_scheme = NamedNode(SKOS + "inScheme")
    return NamedNode(SKOS + "Concept") in shapes.objects(node, SH + "class") or any(
        in_scheme in shapes.objects(p, SH + "path") for p in inside
    )


def _order(part: Term, shapes: Graph) -> tuple[float, float]:
    """The sh:order of its group, and its own (SHACL, 2.3.2)."""
    group = next(iter(shapes.objects(part, SH + "group")), part)
    return tuple(_number(node, shapes) for node in (group, part))  # type: ignore[return-value]


def _number(node: Term, shapes: Graph) -> float:
    texts = [term.value for term in shapes.objects(node, SH + "order") if isinstance(term, Literal)]
    return float(texts[0]) if texts and re.fullmatch(r"-?[0-9.]+", texts[0]) else 1e9


def _facet(part: Term, path: NamedNode, shapes: Graph, content: Graph) -> Facet:
    texts = [term for term in shapes.objects(part, SH + "name") if isinstance(term, Literal)]
    if not texts:
        texts = [t for name in LABEL_PROPERTIES[::-1] for t in content.objects(path, name) if isinstance(t, Literal)]
    local = re.sub(r"[^A-Za-z0-9_-]", "", re.split("[#/]", path.value)[-1]) or "value"
    labels = {text.language or "": text.value for text in texts} or {"": local}
    return Facet(f"{local}-value" if local in RESERVED else local, labels, ((Step(path.value),),))


def _apart(listed: Sequence[Facet]) -> list[Facet]:
    """The facets with a number after the names that would come twice."""
    seen: dict[str, int] = defaultdict(int)
    apart = []
    for facet in listed:
        seen[facet.name] += 1
        name = facet.name if seen[facet.name] == 1 else f"{facet.name}-{seen[facet.name]}"
        apart.append(Facet(name, facet.labels, facet.paths, facet.by_decade, facet.until))
    return apart


def _along(steps: Sequence[Step], graph: Graph) -> Objects:
    first, *others = steps
    reached = graph.pairs(first)
    for step in others:
        after = graph.pairs(step)
        reached = {
            start: [
                end for middle in middles if isinstance(middle, NamedNode | BlankNode) for end in after.get(middle, ())
            ]
            for start, middles in reached.items()
        }
    return reached


def _text(term: Term) -> str:
    """A value in N-Triples syntax; blank nodes are none, and a boolean is true or false (XML Schema 1.1-2, 3.3.2.2)."""
    if isinstance(term, Literal) and term.datatype.value == XSD + "boolean":
        return str(Literal(term.value in ("true", "1")))
    return str(term) if isinstance(term, NamedNode | Literal) else ""


def _decades(firsts: Iterable[Term], lasts: Iterable[Term]) -> set[str]:
    """The decades from that of the earliest first day to that of the latest last one; none where an end is open."""
    begins, ends = ([decade for term in terms if (decade := _decade(term))] for terms in (firsts, lasts))
    if not begins or not ends:
        return set()
    return {f"{year:04}" for year in range(int(min(begins)), int(max(ends)) + 1, 10)}


def _decade(term: Term) -> str:
    """The first year of the decade of a date that begins with a year of four digits, the last perhaps open (EDTF)."""
    match = _YEAR.match(term.value) if isinstance(term, Literal) else None
    return f"{match[1]}0" if match else ""
