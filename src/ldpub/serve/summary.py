"""What a thing is, in one sentence: by the sentence that the settings have for its class, else from its key properties.

The key properties are those that the shapes for its classes give the role dash:KeyInfoRole (DASH, Property Roles).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from pyoxigraph import BlankNode, Literal, NamedNode

from ldpub.labels import choose_text
from ldpub.sentences import sentence
from ldpub.serve.arrangement import Path
from ldpub.serve.describe import Describer, Term
from ldpub.serve.page_terms import Part, Summary
from ldpub.serve.periods import ROLES, names_of, period_told, role_of
from ldpub.serve.relations import heading

_NAMED = 3
"""How many values a sentence names, before it counts the others."""

_FOLLOWED = 200
_KEYS = 4
_LONGEST = 300  # characters of a text that a sentence may hold


def summary_of(describer: Describer, thing: NamedNode, classes: Sequence[str], kinds: Sequence[str]) -> str | None:
    """The sentence about a thing of these classes; `kinds` are the names of those that it was said to be of.

    None where the settings have no sentence for it, and nothing of its key properties is known.
    """
    terms = describer.snapshot.page_terms
    summary = next((terms.summaries[name] for name in terms.summaries if name in classes), None)
    kind = describer.words.listed(kinds)
    if summary is None:
        return _of_keys(describer, thing, classes, kind)
    return _filled(describer, thing, summary, kind) or None


def _filled(describer: Describer, thing: NamedNode, summary: Summary, kind: str) -> str:
    told = {name: _told(describer, thing, part) for name, part in summary.parts.items()}
    return sentence(_own(describer, summary.text), {"type": kind, **told}, describer.words.listed)


def _of_keys(describer: Describer, thing: NamedNode, classes: Sequence[str], kind: str) -> str | None:
    """`Network membership – member: Hanover; organisation: Mayors for Peace.`"""
    told = []
    for column in describer.snapshot.arrangement.keys_of(classes):
        if values := _told(describer, thing, Part(((column.path,),))):
            told.append(f"{heading(describer, column.path, column.names)}: {values}")
        if len(told) == _KEYS:
            break
    text = "; ".join(told)
    return f"{kind} – {text}{'' if text.endswith('.') else '.'}" if told and kind else None


def _told(describer: Describer, thing: NamedNode, part: Part) -> str:
    """The values of a part by name, or how many they are; empty where there are none."""
    one, many = _own(describer, part.one), _own(describer, part.many)
    if many and all(len(path) == 1 for path in part.paths):
        count = sum(_count(describer, thing, step) for (step,) in part.paths)
        if count != 1:
            return many.format(n=describer.words.number(count), values="") if count else ""
    period = _period(describer, thing, part)
    if period is not None:
        return period
    ends = list(dict.fromkeys(end for path in part.paths for end in _ends(describer, thing, path)))
    describer.learn(ends)
    named = sorted({_name(describer, end) for end in _in_language(describer, ends)} - {""}, key=str.casefold)
    if not named:
        return ""
    others = describer.words["more_values"].format(n=describer.words.number(len(named) - _NAMED))
    values = describer.words.listed([*named[:_NAMED], *([others] if named[_NAMED:] else [])])
    counted = (many if len(named) > 1 else one or many) if many else "{values}"
    return counted.format(n=describer.words.number(len(named)), values=values)


def _count(describer: Describer, thing: NamedNode, step: Path) -> int:
    report = describer.snapshot.iris.graph("report")
    return describer.snapshot.statements.count(thing, step.name, is_forward=step.is_forward, report=report)


def _period(describer: Describer, thing: NamedNode, part: Part) -> str | None:
    """When something was, with its bounds, where the part is a date of the thing itself; else None."""
    dates = describer.snapshot.terms.dates
    steps = [path[0] for path in part.paths if len(path) == 1 and path[0].is_forward]
    role = role_of(steps[0].name, dates) if steps else None
    if role not in ROLES:
        return None
    said: dict[str, list[object]] = {}
    for quad in describer.snapshot.statements.facts([thing], names_of(role, dates)):
        said.setdefault(quad.predicate.value, []).append(quad.object)
    told = period_told(role, said, dates, describer.words) if said else None
    return told.text if told else ""


def _ends(describer: Describer, thing: NamedNode, path: Sequence[Path]) -> Iterable[Term]:
    """What a path leads to, without the thing itself and what it came from."""
    statements = describer.snapshot.statements
    reached: dict[Term, None] = {thing: None}
    for step in path:
        nodes = [node for node in reached if isinstance(node, NamedNode | BlankNode)]
        if step.is_forward:
            found = [quad.object for quad in statements.facts(nodes, [step.name])]
        else:
            found = [
                other
                for node in nodes
                if isinstance(node, NamedNode)
                for other in statements.linked(node, step.name, is_forward=False, limit=_FOLLOWED)
            ]
        reached = dict.fromkeys(term for term in found if term != thing)
    return reached


def _in_language(describer: Describer, terms: Sequence[Term]) -> list[Term]:
    """Of texts only those in the page's language, where there are any."""
    tags = {term.language.lower() for term in terms if isinstance(term, Literal) and term.language}
    own = describer.language.lower()
    return [t for t in terms if own not in tags or not isinstance(t, Literal) or (t.language or own).lower() == own]


def _name(describer: Describer, term: Term) -> str:
    if isinstance(term, BlankNode):
        return ""
    text = describer.value(term).text
    return text if len(text) <= _LONGEST else ""


def _own(describer: Describer, texts: Mapping[str, str]) -> str:
    return choose_text(texts, describer.language, describer.snapshot.manifest.languages) or ""
