"""The syntax rules of SHACL (W3C 2017, 1.5 and the tables of 2 to 5): what makes shapes none, said at the statement.

Validators say it each in their own words, and of a shape that has no IRI only the name of its blank node.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from ldpub.build.naming import Names, nearest
from ldpub.build.shape_terms import BUILT_IN, TERMS
from ldpub.namespaces import RDF, SH, XSD

Term = NamedNode | BlankNode | Literal | Triple


@dataclass(frozen=True)
class Slip:
    """What is wrong at one statement, and the mend; `line` and `column` (from 1) are those within its literal."""

    triple: Triple
    message: str
    mend: str
    line: int | None = None
    column: int | None = None


class Shapes:
    """The shapes graph by subject and predicate."""

    def __init__(self, triples: Iterable[Triple]) -> None:
        self.triples = tuple(triples)
        self.by: dict[Term, dict[str, list[Triple]]] = defaultdict(lambda: defaultdict(list))
        for triple in self.triples:
            self.by[triple.subject][triple.predicate.value].append(triple)
        self.inner = frozenset(t.object for t in self.triples if t.predicate.value == SH + "property")
        """The values of sh:property."""

    def said(self, subject: Term, name: str) -> Sequence[Triple]:
        """The statements of a subject with a property of SHACL."""
        return self.by[subject].get(SH + name, ()) if subject in self.by else ()

    def list_of(self, head: Term) -> list[Term] | None:
        """The members of an RDF list; None where it is none (SHACL, 1.5: well-formed lists)."""
        members: list[Term] = []
        seen: set[Term] = set()
        while head != _NIL:
            first, rest = (self.by[head].get(RDF + name, ()) if head in self.by else () for name in ("first", "rest"))
            if len(first) != 1 or len(rest) != 1 or head in seen:
                return None
            seen.add(head)
            members.append(first[0].object)
            head = rest[0].object
        return members


def slips(shapes: Shapes, names: Names) -> Iterator[Slip]:
    """Every rule of the syntax that is broken, in the order of the statements."""
    for triple in shapes.triples:
        predicate = triple.predicate.value
        if not predicate.startswith(SH):
            continue
        name = predicate.removeprefix(SH)
        if name not in TERMS:
            yield _unknown(triple, predicate, names)
            continue
        for wrong, mend in _wrong(triple, name, shapes, names):
            yield Slip(triple, wrong, mend)


def _unknown(triple: Triple, iri: str, names: Names) -> Slip:
    near = nearest(iri, (SH + term for term in TERMS))
    mend = f"did you mean {names.iri(near)}?" if near else "see https://www.w3.org/TR/shacl/ for its terms"
    return Slip(triple, f"{names.iri(iri)} is no term of SHACL", mend)


def _wrong(triple: Triple, name: str, shapes: Shapes, names: Names) -> Iterator[tuple[str, str]]:
    if name in _OF_PROPERTIES and not shapes.said(triple.subject, "path") and triple.subject not in shapes.inner:
        yield (
            f"sh:{name} stands in a shape that has no sh:path",
            f"put it into a property shape: sh:property [ sh:path ... ; sh:{name} {names.term(triple.object)} ]",
        )
    if name in _ONCE and (several := shapes.said(triple.subject, name))[0] != triple:
        values = ", ".join(names.term(one.object) for one in several)
        yield f"a shape has sh:{name} more than once: {values}", "keep one of them, or make it two shapes"
    if wrong := _value(triple.object, name, names):
        yield wrong
    if name in _LISTS and shapes.list_of(triple.object) is None:
        yield f"the value of sh:{name} is no list", f"write it in round brackets: sh:{name} ( ... )"
    if name in _LISTS_OF_SHAPES:
        yield from _members(triple, name, shapes, names)
    if name == "path":
        yield from _path(triple.object, shapes, names)
    yield from _lacking(triple, name, shapes)


def _lacking(triple: Triple, name: str, shapes: Shapes) -> Iterator[tuple[str, str]]:
    """What must stand beside a parameter, or in its value, and does not."""
    if name in ("qualifiedMinCount", "qualifiedMaxCount") and not shapes.said(triple.subject, "qualifiedValueShape"):
        yield f"sh:{name} counts nothing without sh:qualifiedValueShape", "say what is counted, or write sh:minCount"
    if name == "property" and triple.object in shapes.by and not shapes.said(triple.object, "path"):
        yield "the value of sh:property has no sh:path", "say of which property: [ sh:path ex:property ; ... ]"
    if name == "sparql" and triple.object in shapes.by and not shapes.said(triple.object, "select"):
        yield "the value of sh:sparql has no sh:select", 'give it a query: [ sh:select "SELECT $this WHERE { ... }" ]'


def _members(triple: Triple, name: str, shapes: Shapes, names: Names) -> Iterator[tuple[str, str]]:
    for member in shapes.list_of(triple.object) or ():
        if isinstance(member, Literal):
            yield f"sh:{name} lists {names.term(member)}, which is no shape", "list shapes: IRIs, or [ ... ]"


def _value(value: Term, name: str, names: Names) -> tuple[str, str] | None:
    """What is wrong with the value of a property of SHACL, and the mend."""
    check = _VALUES.get(name)
    wanted = check(value) if check else None
    if wanted is None:
        return None
    return f"sh:{name} is {names.term(value)}", f"it must be {wanted}"


def _path(path: Term, shapes: Shapes, names: Names) -> Iterator[tuple[str, str]]:
    """What keeps a term from being a well-formed property path (SHACL, 2.3.1)."""
    if isinstance(path, Literal):
        yield f"sh:path is the text {names.term(path)}", "write an IRI, without quotation marks: sh:path ex:property"
        return
    if not isinstance(path, BlankNode):
        return
    said = shapes.by.get(path, {})
    if RDF + "first" in said:
        members = shapes.list_of(path)
        if members is None or len(members) < 2:
            yield "sh:path is a sequence of fewer than two properties", "write ( ex:one ex:two ), or the one property"
        for member in members or ():
            yield from _path(member, shapes, names)
        return
    kinds = [name for name in _PATHS if SH + name in said]
    if len(kinds) != 1:
        found = ", ".join(names.iri(iri) for iri in said) or "nothing"
        yield f"sh:path is a blank node with {found}", f"give it one of {', '.join('sh:' + name for name in _PATHS)}"
        return
    for triple in said[SH + kinds[0]]:
        members = shapes.list_of(triple.object) if kinds[0] == "alternativePath" else [triple.object]
        if members is None or (kinds[0] == "alternativePath" and len(members) < 2):
            yield "sh:alternativePath is no list of two or more properties", "write ( ex:one ex:other )"
        for member in members or ():
            yield from _path(member, shapes, names)


def _integer(value: Term) -> str | None:
    good = isinstance(value, Literal) and value.datatype == _INTEGER and re.fullmatch(r"[+-]?[0-9]+", value.value)
    return None if good else "a whole number, without quotation marks: 1"


def _boolean(value: Term) -> str | None:
    good = isinstance(value, Literal) and value.datatype == _BOOLEAN and value.value in ("true", "false", "1", "0")
    return None if good else "true or false, without quotation marks"


def _string(value: Term) -> str | None:
    good = isinstance(value, Literal) and value.datatype == _STRING
    return None if good else 'a text in quotation marks, without a language: "..."'


def _text(value: Term) -> str | None:
    good = isinstance(value, Literal) and value.datatype in (_STRING, _LANG_STRING)
    return None if good else 'a text in quotation marks: "..."@en'


def _iri(value: Term) -> str | None:
    return None if isinstance(value, NamedNode) else "an IRI, without quotation marks: ex:thing"


def _shape(value: Term) -> str | None:
    return "a shape: an IRI, or [ ... ]" if isinstance(value, Literal) else None


def _literal(value: Term) -> str | None:
    return None if isinstance(value, Literal) else "a number, a date or another literal"


def _one_of(*terms: str) -> Callable[[Term], str | None]:
    known = {SH + term for term in terms}

    def check(value: Term) -> str | None:
        if isinstance(value, NamedNode) and value.value in known:
            return None
        near = nearest(value.value, known) if isinstance(value, NamedNode) else None
        return f"sh:{near.removeprefix(SH)}" if near else f"one of {', '.join('sh:' + term for term in terms)}"

    return check


def unknown_datatypes(shapes: Shapes, names: Names) -> Iterator[Slip]:
    """Datatypes that neither XML Schema 1.1 nor RDF 1.1 has, where shapes ask for them: no value is of such a one."""
    for triple in shapes.triples:
        if triple.predicate.value == SH + "datatype" and isinstance(triple.object, NamedNode):
            iri = triple.object.value
            if iri.startswith((XSD, RDF)) and iri not in BUILT_IN:
                near = nearest(iri, BUILT_IN)
                mend = (
                    f"did you mean {names.iri(near)}?"
                    if near
                    else "see https://www.w3.org/TR/rdf11-concepts/#xsd-datatypes"
                )
                yield Slip(triple, f"there is no datatype {names.iri(iri)}, so no value is of it", mend)


_NIL = NamedNode(RDF + "nil")
_INTEGER, _BOOLEAN, _STRING = (NamedNode(XSD + name) for name in ("integer", "boolean", "string"))
_LANG_STRING = NamedNode(RDF + "langString")
_PATHS = ("alternativePath", "inversePath", "zeroOrMorePath", "oneOrMorePath", "zeroOrOnePath")
_LISTS_OF_SHAPES = frozenset(("and", "or", "xone"))
_LISTS = frozenset(("and", "or", "xone", "in", "languageIn", "ignoredProperties"))
_COUNTS = ("minCount", "maxCount", "minLength", "maxLength", "qualifiedMinCount", "qualifiedMaxCount")
_BOOLEANS = ("closed", "deactivated", "uniqueLang", "qualifiedValueShapesDisjoint")
_BOUNDS = ("minExclusive", "minInclusive", "maxExclusive", "maxInclusive")
_OF_PROPERTIES = frozenset(
    (
        *("minCount", "maxCount", "uniqueLang", "lessThan", "lessThanOrEquals"),
        *("qualifiedValueShape", "qualifiedMinCount", "qualifiedMaxCount"),
    )
)
_ONCE = frozenset(
    (
        *("path", "datatype", "nodeKind", "languageIn", "in", "severity", "ignoredProperties"),
        *(*_COUNTS, *_BOOLEANS, *_BOUNDS),
    )
)
_NODE_KINDS = ("BlankNode", "IRI", "Literal", "BlankNodeOrIRI", "BlankNodeOrLiteral", "IRIOrLiteral")
_VALUES: dict[str, Callable[[Term], str | None]] = {
    **dict.fromkeys(_COUNTS, _integer),
    **dict.fromkeys(_BOOLEANS, _boolean),
    **dict.fromkeys(_BOUNDS, _literal),
    **dict.fromkeys(("pattern", "flags", "select", "ask", "prefix"), _string),
    **dict.fromkeys(("name", "description", "message"), _text),
    **dict.fromkeys(("class", "datatype", "equals", "disjoint", "lessThan", "lessThanOrEquals"), _iri),
    **dict.fromkeys(("targetClass", "targetSubjectsOf", "targetObjectsOf"), _iri),
    **dict.fromkeys(("node", "property", "not", "qualifiedValueShape", "sparql"), _shape),
    "nodeKind": _one_of(*_NODE_KINDS),
    "severity": _one_of("Violation", "Warning", "Info"),
}
