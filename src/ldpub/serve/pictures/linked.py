"""What a thing is linked to, as the figure of a network; what links it to a neighbour stands in that one's row."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from pyoxigraph import NamedNode

from ldpub.serve.describe import Describer
from ldpub.serve.language import Words
from ldpub.serve.pictures.around import Kind, Neighbour, Surroundings, surroundings
from ldpub.serve.pictures.figure import Figure, kind_cells, kind_name, listed, term_cell
from ldpub.serve.pictures.network import Group, Neighbourhood, Row
from ldpub.serve.pictures.terms import Terms
from ldpub.serve.statements import Statements

NEIGHBOURS_SHOWN = 44
"""How many neighbours a network shows."""

_EACH = 60
_KINDS_SHOWN = 14
_LISTED = 200
_BRIEF = 50
"""Statements of a thing that are looked at for a link to a neighbour with a name that is part of its own."""

_PUNCTUATION = " –—-:;,·/()[]"

Joined = Mapping[NamedNode, Sequence[Neighbour]]
"""For a neighbour those others that stand in its row."""


def network_around(
    statements: Statements, thing: NamedNode, terms: Terms, describer: Describer, words: Words
) -> Figure | None:
    """The network of a thing, bounded; None where it is linked to nothing."""
    found = surroundings(statements, thing, terms, "network", _EACH)
    if not found.neighbours:
        return None
    describer.learn([thing, *(one.thing for one in found.neighbours)])
    describer.learn(kind.property for one in found.neighbours for kind in one.kinds)
    joined = _joined(statements, thing, found, terms, describer)
    inner = {one.thing for ones in joined.values() for one in ones}
    by_kind: dict[Kind, list[Neighbour]] = {}
    for one in sorted(found.neighbours, key=lambda one: describer.name(one.thing).casefold()):
        if one.thing not in inner:
            by_kind.setdefault(one.kinds[0], []).append(one)
    kinds = [kind for kind in found.kinds if kind in by_kind]
    groups = _groups(kinds, by_kind, found.unread, joined, thing=thing, describer=describer, words=words)
    name = describer.name(thing)
    described = listed([f"{one.name}: {listed([row.name for row in one.rows], 4)}" for one in groups])
    drawn = sum(len(group.rows) for group in groups)
    total = sum(map(len, by_kind.values())) + sum(found.unread.values())
    note = words.counted("undrawn_n", total - drawn) if total > drawn else ""
    view = Neighbourhood(words["network_of"].format(name=name), described, words.tag, name, groups, note)
    ordered = [one for kind in kinds for one in by_kind[kind]][:_LISTED]
    kind_cell = kind_cells(describer, thing)
    rows = tuple(
        (
            kind_cell(one.kinds),
            term_cell(one.thing, describer),
            *([tuple(describer.value(each.thing) for each in joined.get(one.thing, ()))] if joined else []),
        )
        for one in ordered
    )
    columns = (words["kind"], words["thing"], *([words["with_it"]] if joined else []))
    return Figure("network", view, columns, rows, total - len(rows), note)


def _joined(
    statements: Statements, thing: NamedNode, found: Surroundings, terms: Terms, describer: Describer
) -> dict[NamedNode, list[Neighbour]]:
    """The neighbours that stand in the row of another: what joins it to the thing, or is said as a part of it."""
    by_thing = {one.thing: one for one in found.neighbours}
    hosts = _between(statements, thing, by_thing, terms)
    hosts |= {
        part: whole for part, whole in _parts(statements, found.neighbours, describer).items() if part not in hosts
    }
    joined: dict[NamedNode, list[Neighbour]] = defaultdict(list)
    for inner, host in hosts.items():
        if host not in hosts:
            joined[host].append(by_thing[inner])
    return dict(joined)


def _between(
    statements: Statements, thing: NamedNode, by_thing: Mapping[NamedNode, Neighbour], terms: Terms
) -> dict[NamedNode, NamedNode]:
    """What has two values of a property, the thing and a neighbour that has not itself the thing as one: that one."""
    names = [name for name, is_forward, _ in statements.around(thing) if not is_forward]
    values: dict[tuple[NamedNode, str], set[NamedNode]] = defaultdict(set)
    for quad in statements.facts(list(by_thing), [name for name in names if terms.follows("network", name)]):
        if isinstance(quad.subject, NamedNode) and isinstance(quad.object, NamedNode):
            values[quad.subject, quad.predicate.value].add(quad.object)
    found = {}
    for (one, name), ends in sorted(values.items(), key=lambda item: (item[0][0].value, item[0][1])):
        others = ends - {thing}
        if len(ends) == 2 and len(others) == 1:
            other = next(iter(others))
            if other in by_thing and thing not in values.get((other, name), ()):
                found[one] = other
    return found


def _parts(statements: Statements, neighbours: Sequence[Neighbour], describer: Describer) -> dict[NamedNode, NamedNode]:
    """Neighbours of the same kind that are linked, of which one's name begins with the other's: that other."""
    named = {(one.kinds[0], describer.name(one.thing)): one.thing for one in neighbours}
    found = {}
    for (kind, name), part in named.items():
        ends = [at for at, sign in enumerate(name) if not sign.isalnum()]
        wholes = (named.get((kind, name[:at])) for at in reversed(ends))
        whole = next((one for one in wholes if one is not None), None)
        if whole is not None and _are_linked(statements, whole, part):
            found[part] = whole
    return found


def _are_linked(statements: Statements, one: NamedNode, other: NamedNode) -> bool:
    quads = [*statements.linking_to(other, _BRIEF), *statements.linking_to(one, _BRIEF)]
    return any({quad.subject, quad.object} == {one, other} for quad in quads)


def _groups(
    kinds: Sequence[Kind],
    by_kind: Mapping[Kind, Sequence[Neighbour]],
    unread: Mapping[Kind, int],
    joined: Joined,
    *,
    thing: NamedNode,
    describer: Describer,
    words: Words,
) -> tuple[Group, ...]:
    """The groups of the picture; a kind of which some stand in others' rows is not counted."""
    quota = _quota([len(by_kind[kind]) for kind in kinds[:_KINDS_SHOWN]], NEIGHBOURS_SHOWN)
    partly = {one.kinds[0] for ones in joined.values() for one in ones}
    groups = []
    for kind, most in zip(kinds, quota, strict=False):
        shown = by_kind[kind][:most]
        count = len(by_kind[kind]) + unread.get(kind, 0)
        more = words["and_more"].format(n=count - len(shown)) if count > len(shown) else ""
        name = kind_name(kind, describer, thing)
        rows = tuple(_row(one, joined.get(one.thing, ()), thing, describer) for one in shown)
        groups.append(Group(name if kind in partly else f"{name} ({count})", rows, more))
    return tuple(groups)


def _row(one: Neighbour, inner: Sequence[Neighbour], thing: NamedNode, describer: Describer) -> Row:
    """A neighbour with the other kinds of its links, and what joins it, by what its name says beside both ends'."""
    name = describer.name(one.thing)
    ends = (describer.name(thing), name)
    also = [kind_name(kind, describer, thing) for kind in one.kinds[1:]]
    also += [_rest(describer.name(each.thing), ends) or kind_name(each.kinds[0], describer, thing) for each in inner]
    return Row(name, ", ".join(dict.fromkeys(also)))


def _rest(name: str, ends: Sequence[str]) -> str:
    """A name without the names that it is made of; the whole where it is made of none."""
    for end in sorted(ends, key=len, reverse=True):
        name = name.replace(end, "", 1)
    return name.strip(_PUNCTUATION)


def _quota(sizes: list[int], room: int) -> list[int]:
    """How many of each group are shown: all of the small ones, of the large ones equally many."""
    quota = [0] * len(sizes)
    while room > 0 and any(quota[place] < size for place, size in enumerate(sizes)):
        for place, size in enumerate(sizes):
            if quota[place] < size and room > 0:
                quota[place] += 1
                room -= 1
    return [max(one, 1) for one in quota]
