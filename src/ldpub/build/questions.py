"""Questions: what the comments before a query say about it, read and written into the release.

`# en: In which {network} is {city}?` is a title, with places for values. `# theme: en="Networks" de="Netzwerke"` says
where it belongs. `# param: city iri class=ex:City en="City" de="Stadt"` makes ?city a parameter, whose default
stands in the query as `VALUES ?city { ... }`; `scheme=` in place of `class=` offers the concepts of a SKOS scheme.
`# param: language language` is bound to the language of the page. Comments on columns are read by `columns`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pyoxigraph import Literal, NamedNode

from ldpub.build.columns import Column, described, read_columns
from ldpub.build.facets import Graph
from ldpub.labels import LABEL_PROPERTIES, choose_text
from ldpub.store.guard import declared_prefixes
from ldpub.store.parameters import KINDS, Block, Parameter, Value, blocks, iri_of, read_value
from ldpub.store.tokens import significant_tokens

TITLE = re.compile(r"#\s*([a-z]{2,3}(?:-[A-Za-z0-9]+)*):\s*(\S.*)")
PLACE = re.compile(r"\{([A-Za-z_][A-Za-z0-9_]*)\}")
"""The place of a parameter's value in a title."""

_PARAMETER = re.compile(r"#\s*param:\s*([A-Za-z_][A-Za-z0-9_]*)\s+([a-z]+)((?:\s+\S+=(?:\"[^\"]*\"|\S+))*)\s*")
_THEME = re.compile(r"#\s*theme:((?:\s+\S+=\"[^\"]*\")+)\s*")
_PAIR = re.compile(r"([^\s=]+)=(?:\"([^\"]*)\"|(\S+))")
_TAKEN = frozenset(("lang", "format", "page"))


@dataclass(frozen=True)
class Head:
    """What the comments before a query say: its titles and theme by language, its parameters, its columns."""

    titles: Mapping[str, str] = field(default_factory=dict)
    theme: Mapping[str, str] = field(default_factory=dict)
    parameters: tuple[Parameter, ...] = ()
    columns: tuple[Column, ...] = ()


def read_head(text: str, head: Sequence[str], variables: Sequence[str]) -> Head:
    """What the comments before a query say; `variables` are those of its solutions, none where it is no SELECT.

    Raises ValueError saying what is wrong in the comments.
    """
    titles = {match[1]: match[2].strip() for line in head if (match := TITLE.match(line))}
    theme: dict[str, str] = {}
    parameters: list[Parameter] = []
    known = blocks(text)
    prefixes = declared_prefixes(significant_tokens(text))
    for line in head:
        if re.match(r"#\s*theme:", line):
            theme = _theme(line)
        elif re.match(r"#\s*param:", line):
            parameters.append(_parameter(line, prefixes, known))
    names = [parameter.name for parameter in parameters]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice:
        raise ValueError(f"the parameter {twice} comes twice")
    asked = {name for title in titles.values() for name in PLACE.findall(title)} if names else set()
    if asked - set(names):
        raise ValueError(f"a title has a place for {', '.join(sorted(asked - set(names)))}, which is no parameter")
    return Head(titles, theme, tuple(parameters), read_columns(head, variables))


def _theme(line: str) -> dict[str, str]:
    if not (match := _THEME.fullmatch(line)):
        raise ValueError('a theme is written # theme: en="..." de="..."')
    return {pair[1]: pair[2] for pair in _PAIR.finditer(match[1])}


def _parameter(line: str, prefixes: Mapping[str, str | None], known: Mapping[str, Block]) -> Parameter:
    match = _PARAMETER.fullmatch(line)
    if match is None:
        raise ValueError('a parameter is written # param: name kind class=IRI en="..." de="..."')
    name, kind = match[1], match[2]
    if kind not in KINDS:
        raise ValueError(f"the parameter {name} is of no kind {kind}; kinds are {', '.join(KINDS)}")
    if name in _TAKEN:
        raise ValueError(f"{name} cannot be the name of a parameter")
    if name not in known:
        raise ValueError(f"the parameter {name} needs VALUES ?{name} {{ ... }}, once, with its default or UNDEF")
    given = {pair[1]: pair[2] if pair[2] is not None else pair[3] for pair in _PAIR.finditer(match[3])}
    class_iri, scheme = (iri_of(given.pop(of), prefixes) if of in given else "" for of in ("class", "scheme"))
    if (class_iri or scheme) and kind != "iri":
        raise ValueError(f"the parameter {name} has a class or scheme, so it must be of kind iri")
    _check_default(name, kind, known[name].value)
    return Parameter(name, kind, class_iri, scheme, given)


def _check_default(name: str, kind: str, value: Value) -> None:
    if value is None:
        return
    try:
        fits = read_value(kind, value.value) == value
    except ValueError:
        fits = False
    if not fits:
        raise ValueError(f"the default of the parameter {name}, {value}, is not of the kind {kind}")


def write_questions(path: Path, questions: Iterable[Any], graph: Graph, languages: Sequence[str]) -> None:
    """Write the questions (QueryFile) of a release as JSON; titles have the labels of the defaults in their places."""
    listed = []
    for question in questions:
        known = blocks(question.text)
        defaults = {parameter.name: known[parameter.name].value for parameter in question.parameters}
        listed.append(
            {
                "name": question.name,
                "titles": {
                    tag: _filled(title, tag, defaults, graph, languages) for tag, title in question.titles.items()
                },
                "templates": dict(question.titles),
                "theme": dict(question.theme),
                "parameters": [_described(parameter) for parameter in question.parameters],
                "columns": [described(column) for column in question.columns],
                "query": question.text,
            }
        )
    path.write_text(json.dumps(listed, ensure_ascii=False, indent=1), encoding="utf-8")


def _described(parameter: Parameter) -> dict[str, Any]:
    return {
        "name": parameter.name,
        "kind": parameter.kind,
        "class": parameter.class_iri,
        "scheme": parameter.scheme,
        "labels": dict(parameter.labels),
    }


def _filled(title: str, language: str, values: Mapping[str, Value], graph: Graph, languages: Sequence[str]) -> str:
    def text(match: re.Match[str]) -> str:
        value = values.get(match[1])
        if not isinstance(value, NamedNode):
            return value.value if value is not None else "…" if match[1] in values else match[0]
        labels: dict[str, str] = {}
        for name in LABEL_PROPERTIES:
            for label in sorted(
                (x for x in graph.objects(value, name) if isinstance(x, Literal)), key=lambda x: x.value
            ):
                labels.setdefault(label.language or "", label.value)
        return choose_text(labels, language, languages) or value.value

    return PLACE.sub(text, title)
