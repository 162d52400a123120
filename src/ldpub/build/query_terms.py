"""Which terms a SPARQL 1.1 query names, read from its tokens (Query, 19.8), not from comments or strings."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from urllib.parse import urljoin

from ldpub.namespaces import RDF
from ldpub.store.guard import declared_prefixes, iri_of
from ldpub.store.tokens import Token, resolve_codepoints, tokens


def terms_of(text: str, base: str) -> tuple[list[str], list[str]]:
    """The IRIs that a query names in its pattern, and those in the template of its CONSTRUCT, each once, in order.

    `base` is what relative IRIs are relative to, where the query has no BASE. In `CONSTRUCT WHERE` the pattern is the
    template (Query, 16.2.4). Raises MalformedQueryError at a string that does not end.
    """
    significant = [token for token in tokens(text) if token.kind != "trivia"]
    start, end = _template(significant)
    pattern = _named([*significant[:start], *significant[end:]], significant, base)
    template = _named(significant[start:end], significant, base) if end else []
    is_short = bool(start) and significant[start : start + 1] == significant[end : end + 1]
    return pattern, pattern if is_short else template


def _template(significant: Sequence[Token]) -> tuple[int, int]:
    """Where the template of a CONSTRUCT begins and ends; an empty place after the word in the short form."""
    start = next((at + 1 for at, t in enumerate(significant) if t.kind == "word" and t.text.upper() == "CONSTRUCT"), 0)
    if not start or start >= len(significant) or significant[start].text != "{":
        return start, start
    depth = 0
    for at in range(start, len(significant)):
        depth += {"{": 1, "}": -1}.get(significant[at].text, 0)
        if depth == 0:
            return start, at + 1
    return start, len(significant)


def _named(part: Sequence[Token], whole: Sequence[Token], base: str) -> list[str]:
    """The IRIs of some tokens, by the prefixes of the whole query."""
    prefixes = declared_prefixes(whole)
    found: dict[str, None] = {}
    for token in _outside_prologue(part):
        iri = RDF + "type" if (token.kind, token.text) == ("word", "a") else iri_of(token, prefixes)
        if iri is not None:
            found[iri if re.match("[A-Za-z][A-Za-z0-9+.-]*:", iri) else urljoin(_base(whole, base), iri)] = None
    return list(found)


def _outside_prologue(part: Sequence[Token]) -> Iterator[Token]:
    """The tokens without those of declarations: `PREFIX ex: <...>` and `BASE <...>` use no term."""
    skipped = 0
    for token in part:
        word = token.text.upper() if token.kind == "word" else ""
        if skipped:
            skipped -= 1
        elif word in ("PREFIX", "BASE"):
            skipped = 2 if word == "PREFIX" else 1
        else:
            yield token


def _base(whole: Sequence[Token], base: str) -> str:
    pairs = itertools.pairwise(whole)
    declared = [iri.text for word, iri in pairs if word.text.upper() == "BASE" and iri.kind == "iri"]
    return urljoin(base, resolve_codepoints(declared[-1][1:-1])) if declared else base
