"""RDF terms in the parameters of a URL: prefixed names and IRIs bare, literals as N-Triples writes them."""

from __future__ import annotations

import re
from collections.abc import Mapping

from pyoxigraph import Literal, NamedNode, RdfFormat, parse

_LOCAL = re.compile(r"[A-Za-z0-9][A-Za-z0-9._~-]*")
_NAMED = re.compile(r"([A-Za-z][\w.-]*):(.*)", re.DOTALL)


def write_term(term: object, prefixes: Mapping[str, str]) -> str:
    """A term as a parameter's value; an IRI with the longest prefix that leaves a plain name."""
    if not isinstance(term, NamedNode):
        return str(term)
    value = term.value
    fits = [(len(i), p, i) for p, i in prefixes.items() if i and value.startswith(i)]
    for _, prefix, namespace in sorted(fits, reverse=True):
        local = value.removeprefix(namespace)
        if _LOCAL.fullmatch(local):
            return f"{prefix}:{local}"
    return value


def read_term(text: str, prefixes: Mapping[str, str]) -> NamedNode | Literal:
    """The term of a parameter's value, also an IRI in angle brackets; raises ValueError where it is none."""
    if text.startswith(('"', "<")):
        try:
            (quad,) = list(parse(f"<urn:s> <urn:p> {text} .", format=RdfFormat.N_TRIPLES))
        except (SyntaxError, ValueError) as error:  # not written as a term, or more than one statement
            raise ValueError(text) from error
        assert isinstance(quad.object, NamedNode | Literal), "it begins as one of them does"
        return quad.object
    match = _NAMED.fullmatch(text)
    if match is None:
        raise ValueError(text)
    prefix, local = match.groups()
    return NamedNode(prefixes[prefix] + local if prefix in prefixes and not local.startswith("//") else text)
