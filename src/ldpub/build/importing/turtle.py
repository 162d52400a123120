"""Triples as Turtle (RDF 1.1 Turtle) that reads well in a diff: sorted, a subject a block, with the prefixes in use."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from pyoxigraph import Literal, NamedNode, Triple

from ldpub.namespaces import RDF, XSD

_LOCAL = re.compile(r"[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?")
_DECIMAL = re.compile(r"[+-]?[0-9]+\.[0-9]+")
_INTEGER = re.compile(r"[+-]?[0-9]+")
_TYPE = RDF + "type"
_WIDTH = 120


def turtle(triples: Iterable[Triple], prefixes: Mapping[str, str], head: Sequence[str]) -> str:
    """A Turtle document of triples without blank nodes, the lines of `head` as comments before it."""
    names = _Names(prefixes)
    blocks: dict[str, dict[str, list[str]]] = {}
    for triple in triples:
        subject, target = triple.subject, triple.object
        assert isinstance(subject, NamedNode)
        assert isinstance(target, NamedNode | Literal)
        predicate = "a" if triple.predicate.value == _TYPE else names.iri(triple.predicate.value)
        blocks.setdefault(names.iri(subject.value), {}).setdefault(predicate, []).append(names.term(target))
    lines = [f"# {line}\n" for line in head]
    body = [_block(subject, properties) for subject, properties in sorted(blocks.items(), key=_in_order)]
    used = [f"@prefix {name}: <{iri}> .\n" for name, iri in sorted(names.used.items())]
    return "".join((*lines, *used, *body))


def _block(subject: str, properties: Mapping[str, list[str]]) -> str:
    ordered = sorted(properties.items(), key=lambda item: (item[0] != "a", item[0]))
    parts = [_line(predicate, sorted(objects)) for predicate, objects in ordered]
    return f"\n{subject}\n" + " ;\n".join(parts) + " .\n"


def _line(predicate: str, objects: Sequence[str]) -> str:
    """A property with its objects, one on each line where they are many or long."""
    line = f"  {predicate} {', '.join(objects)}"
    return line if len(line) <= _WIDTH or len(objects) == 1 else f"  {predicate}\n    " + ",\n    ".join(objects)


def _in_order(item: tuple[str, object]) -> tuple[list[tuple[int, int, str]], str]:
    """Natural order: q9 before q10, so that a row more moves no other."""
    parts = re.findall(r"[0-9]+|[^0-9]+", item[0])
    return [(1, int(part), "") if part.isdecimal() else (0, 0, part) for part in parts], item[0]


class _Names:
    """Writes terms, and remembers the prefixes that they needed."""

    def __init__(self, prefixes: Mapping[str, str]) -> None:
        self.used: dict[str, str] = {}
        self._prefixes = {iri: name for name, iri in prefixes.items() if name}
        self._seen: dict[str, str] = {}

    def iri(self, iri: str) -> str:
        if iri not in self._seen:
            self._seen[iri] = self._written(iri)
        return self._seen[iri]

    def _written(self, iri: str) -> str:
        cut = max(iri.rfind("/"), iri.rfind("#")) + 1
        name = self._prefixes.get(iri[:cut])
        if name is None or not _LOCAL.fullmatch(iri[cut:]):
            return f"<{iri}>"
        self.used[name] = iri[:cut]
        return f"{name}:{iri[cut:]}"

    def term(self, term: NamedNode | Literal) -> str:
        if isinstance(term, NamedNode):
            return self.iri(term.value)
        datatype = term.datatype.value
        if term.language or datatype == XSD + "string":
            return str(term)
        if datatype == XSD + "decimal" and _DECIMAL.fullmatch(term.value):
            return term.value
        if datatype == XSD + "integer" and _INTEGER.fullmatch(term.value):
            return term.value
        return f"{Literal(term.value)}^^{self.iri(datatype)}"
