"""When things were: by the project's properties, schema.org, DCAT, PROV and OWL-Time; the figure of a timeline."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain

from pyoxigraph import BlankNode, Literal, NamedNode

from ldpub.serve.dates import Bounds, Day, days_told, read_date
from ldpub.serve.describe import Describer
from ldpub.serve.language import Words
from ldpub.serve.pictures.around import surroundings
from ldpub.serve.pictures.figure import Figure, cell, kind_cells, kind_name, listed, term_cell
from ldpub.serve.pictures.terms import INSTANTS, PERIODS, Terms
from ldpub.serve.pictures.timeline import Chronicle, Entry, Span
from ldpub.serve.statements import Statements

_Facts = Mapping[object, Mapping[str, Sequence[object]]]

ENTRIES_SHOWN = 60
"""How many things a timeline shows."""

_EACH = 300
_LISTED = 200
_SIGNS = ("point", "maybe", "sure", "open", "attested")


def timeline_around(
    statements: Statements, thing: NamedNode, terms: Terms, describer: Describer, words: Words, *, until: Day
) -> Figure | None:
    """The timeline of a thing and of what it is linked to; None where nothing is dated."""
    found = surroundings(statements, thing, terms, "timeline", _EACH)
    dates = spans(statements, [thing, *(one.thing for one in found.neighbours)], terms)
    kinds_of = {thing: (), **{one.thing: one.kinds for one in found.neighbours}}
    dated = [one for one in kinds_of if one in dates]
    if not dated:
        return None
    followed = {kind for one in dated for kind in kinds_of[one]}
    undated = [one for one in found.neighbours if one.thing not in dates and followed.intersection(one.kinds)]
    named = [*dated, *(one.thing for one in undated)]
    describer.learn([thing, *named, *(kind.property for one in named for kind in kinds_of[one])])
    dated.sort(key=lambda one: (_order(dates[one]), describer.name(one).casefold(), one.value))
    shown = dated[:ENTRIES_SHOWN]
    firsts = [kinds_of[one][:1] for one in shown]
    seen = {first[0] for first in firsts if first}
    kinds = [kind for kind in found.kinds if kind in seen]
    entries = tuple(
        Entry(describer.name(one), dates[one], span_told(dates[one], words), kinds.index(first[0]) if first else -1)
        for one, first in zip(shown, firsts, strict=True)
    )
    note = words.counted("undated_n", len(undated)) if undated else ""
    view = Chronicle(
        words["timeline_of"].format(name=describer.name(thing)),
        listed([f"{entry.name}: {entry.told}" for entry in entries]),
        words.tag,
        entries,
        until,
        tuple(kind_name(kind, describer, thing) for kind in kinds) if len(kinds) > 1 else (),
        {sign: words[f"timeline_{sign}"] for sign in _SIGNS},
        note,
    )
    told = [entry.told for entry in entries] + [words["undated"]] * len(undated)
    listed_things = [*shown, *sorted((one.thing for one in undated), key=lambda one: describer.name(one).casefold())]
    kind_cell = kind_cells(describer, thing)
    rows = tuple(
        (term_cell(one, describer), kind_cell(kinds_of[one]), cell(when))
        for one, when in zip(listed_things, told, strict=True)
    )
    columns = (words["thing"], words["kind"], words["time"])
    return Figure("timeline", view, columns, rows[:_LISTED], len(dated) - len(shown) + len(rows[_LISTED:]), note)


def _order(span: Span) -> tuple[Day, Day]:
    """By the first day named, of a start or a date rather than of an end; then by the last."""
    days = Span(span.date, span.start).days or span.days
    return min(days), max(days)


def spans(statements: Statements, things: Sequence[NamedNode], terms: Terms) -> dict[NamedNode, Span]:
    """When things were, of those of which something is known."""
    names = list(dict.fromkeys(chain.from_iterable(terms.dates.values())))
    facts = _read(statements, things, (*names, *PERIODS))
    periods = {thing: list(_nodes(facts[thing], PERIODS)) for thing in things if thing in facts}
    below = _read(statements, chain.from_iterable(periods.values()), names)
    instants = _read(
        statements, [node for one in (*facts.values(), *below.values()) for node in _nodes(one, names)], INSTANTS
    )
    found = {}
    for thing, nodes in periods.items():
        said: dict[str, list[object]] = defaultdict(list)
        for one in (facts[thing], *(below.get(node, {}) for node in nodes)):
            for name, values in one.items():
                said[name] += values
        if span := _span(said, instants, terms):
            found[thing] = span
    return found


def _read(statements: Statements, things: Iterable[NamedNode | BlankNode], names: Sequence[str]) -> _Facts:
    found: dict[object, dict[str, list[object]]] = defaultdict(lambda: defaultdict(list))
    for quad in statements.facts(list(things), names):
        found[quad.subject][quad.predicate.value].append(quad.object)
    return found


def _nodes(facts: Mapping[str, Sequence[object]], names: Sequence[str]) -> Iterable[NamedNode | BlankNode]:
    return (v for name in names if name in facts for v in facts[name] if isinstance(v, NamedNode | BlankNode))


def _span(said: Mapping[str, Sequence[object]], instants: _Facts, terms: Terms) -> Span:
    """What is said about when a thing was; given bounds are tighter than what a date of some precision leaves open."""

    def of(role: str) -> list[Bounds]:
        values = [value for name in terms.dates.get(role, ()) if name in said for value in said[name]]
        return [bounds for value in values for bounds in _bounds(value, instants) if bounds]

    def between(role: str) -> Bounds:
        earliest = [day for bounds in of(f"{role}_earliest") if (day := bounds.first)]
        latest = [day for bounds in of(f"{role}_latest") if (day := bounds.last)]
        if earliest or latest:
            return Bounds(max(earliest, default=None), min(latest, default=None))
        return next(iter(of(role)), Bounds())

    return Span(between("date"), between("start"), between("end"), tuple(sorted(set(of("attested")), key=str)))


def _bounds(value: object, instants: _Facts) -> Iterable[Bounds]:
    if isinstance(value, Literal):
        return [read_date(value)]
    values = chain.from_iterable(instants.get(value, {}).values())
    return [read_date(inner) for inner in values if isinstance(inner, Literal)]


def span_told(span: Span, words: Words) -> str:
    """When something was, in words."""
    start, end = days_told(span.start, words), days_told(span.end, words)
    parts = [days_told(span.date, words)] if span.date else []
    if span.start and span.end:
        parts.append(words["from_to"].format(a=start, b=end))
    elif span.start:
        parts.append(words["since"].format(d=start))
    elif span.end:
        parts.append(words["until"].format(d=end))
    if span.attested:
        parts.append(words["attested"].format(d=", ".join(days_told(one, words) for one in span.attested)))
    return "; ".join(parts)
