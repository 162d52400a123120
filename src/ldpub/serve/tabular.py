"""The parts of SPARQL 1.1 queries that give what a page shows as a table: a solution for each row, a variable for each
heading, labels in the page's language, prefixes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pyoxigraph import Literal

from ldpub.folding import fold
from ldpub.labels import LABEL_PROPERTIES

_LOCAL = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
_IRI = re.compile(r"<[^<>]*>")


@dataclass(frozen=True)
class Naming:
    """What names things: languages, the first that is wanted first, and the properties by which they are named."""

    languages: Sequence[str] = ()
    properties: Sequence[str] = LABEL_PROPERTIES


def variables(headings: Iterable[str], taken: Iterable[str]) -> list[str]:
    """A variable for each heading (`kind of relation` is ?kindOfRelation), apart from each other and from the taken."""
    used, found = set(taken), []
    for number, heading in enumerate(headings, 1):
        first, *others = [word for word in fold(heading).split() if word.isascii()] or [f"column{number}"]
        name = stem = first + "".join(word.capitalize() for word in others)
        count = 1
        while name in used:
            count += 1
            name = f"{stem}{count}"
        used.add(name)
        found.append(name)
    return found


def joined(row: str, variable: str, where: Sequence[str], naming: Naming, order: str = "") -> list[str]:
    """A column: the labels of what ?value is bound to in `where`, as one text for each row.

    `order`, MIN or MAX, adds ?first, by which rows are sorted.
    """
    told = f'GROUP_CONCAT(DISTINCT STR(?text); SEPARATOR=", ") AS ?{variable}'
    key = f"({order}(LCASE(STR(?text))) AS ?first)" if order else ""
    return column(row, [told, key], [*where, *labelled("?value", naming)])


def named(row: str, variable: str, where: Sequence[str], naming: Naming) -> list[str]:
    """The column of the rows' own names."""
    return column(row, [f"MIN(STR(?text)) AS ?{variable}"], [*where, *labelled(row, naming)])


def column(row: str, told: Sequence[str], where: Sequence[str]) -> list[str]:
    """What is told of each row, where there is anything, by expressions over all that the patterns give for it."""
    head = " ".join(one if one.startswith("(") else f"({one})" for one in told if one)
    return [
        "  OPTIONAL {",
        f"    SELECT {row} {head} WHERE {{",
        *(f"      {line}" for line in where),
        f"    }} GROUP BY {row}",
        "  }",
    ]


def labelled(term: str, naming: Naming) -> list[str]:
    """?text, what a term is called: in the first language that names it, else the term itself."""
    path = "|".join(f"<{name}>" for name in naming.properties)
    names = [f"?name{number}" for number, _ in enumerate(naming.languages, 1)] or ["?name"]
    wanted = [
        f" FILTER(LANGMATCHES(LANG({n}), {Literal(tag)}))" for n, tag in zip(names, naming.languages, strict=False)
    ]
    lines = [f"OPTIONAL {{ {term} {path} {name}{only} }}" for name, only in zip(names, wanted or [""], strict=True)]
    return [*lines, f"BIND(COALESCE({', '.join([*names, term])}) AS ?text)"]


def with_prefixes(query: str, prefixes: Mapping[str, str]) -> str:
    """A query with its IRIs shortened, and the PREFIX lines for that."""
    names = {start: prefix for prefix, start in sorted(prefixes.items()) if prefix}
    used: dict[str, str] = {}
    body = _IRI.sub(lambda match: _shortened(match[0][1:-1], names, used), query)
    return "".join(f"PREFIX {prefix}: <{used[prefix]}>\n" for prefix in sorted(used)) + body.rstrip() + "\n"


def _shortened(iri: str, names: Mapping[str, str], used: dict[str, str]) -> str:
    """An IRI by the prefix of its namespace, if what is left is a plain name."""
    cut = max(iri.rfind("#"), iri.rfind("/")) + 1
    start, local = iri[:cut], iri[cut:]
    if start in names and _LOCAL.fullmatch(local):
        used[names[start]] = start
        return f"{names[start]}:{local}"
    return f"<{iri}>"
