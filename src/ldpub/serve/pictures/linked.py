"""What a thing is linked to, as the figure of a network."""

from __future__ import annotations

from pyoxigraph import NamedNode

from ldpub.serve.describe import Describer
from ldpub.serve.language import Words
from ldpub.serve.pictures.around import Kind, Neighbour, surroundings
from ldpub.serve.pictures.figure import Figure, kind_cell, kind_name, listed, term_cell
from ldpub.serve.pictures.network import Group, Neighbourhood
from ldpub.serve.pictures.terms import Terms
from ldpub.serve.statements import Statements

NEIGHBOURS_SHOWN = 44
"""How many neighbours a network shows."""

_EACH = 60
_KINDS_SHOWN = 14
_LISTED = 200


def network_around(
    statements: Statements, thing: NamedNode, terms: Terms, describer: Describer, words: Words
) -> Figure | None:
    """The network of a thing, bounded; None where it is linked to nothing."""
    found = surroundings(statements, thing, terms, "network", _EACH)
    if not found.neighbours:
        return None
    describer.learn([thing, *(one.thing for one in found.neighbours), *(kind.property for kind in found.kinds)])
    describer.learn(kind.property for one in found.neighbours for kind in one.kinds)
    by_kind: dict[Kind, list[Neighbour]] = {}
    for one in sorted(found.neighbours, key=lambda one: describer.name(one.thing).casefold()):
        by_kind.setdefault(one.kinds[0], []).append(one)
    kinds = list(found.kinds)
    total = sum(len(ones) for ones in by_kind.values()) + sum(found.unread.values())
    quota = _quota([len(by_kind[kind]) for kind in kinds[:_KINDS_SHOWN]], NEIGHBOURS_SHOWN)
    groups = []
    for kind, most in zip(kinds, quota, strict=False):
        names = tuple(describer.name(one.thing) for one in by_kind[kind][:most])
        count = len(by_kind[kind]) + found.unread.get(kind, 0)
        more = words["and_more"].format(n=count - len(names)) if count > len(names) else ""
        groups.append(Group(f"{kind_name(kind, describer, words)} ({count})", names, more))
    name = describer.name(thing)
    described = listed([f"{one.name}: {listed(one.names, 4)}" for one in groups])
    view = Neighbourhood(words["network_of"].format(name=name), described, words.tag, name, tuple(groups))
    ordered = [one for kind in kinds for one in by_kind[kind]][:_LISTED]
    rows = tuple((kind_cell(one.kinds, describer, words), term_cell(one.thing, describer)) for one in ordered)
    return Figure("network", view, (words["kind"], words["thing"]), rows, total - len(rows))


def _quota(sizes: list[int], room: int) -> list[int]:
    """How many of each group are shown: all of the small ones, of the large ones equally many."""
    quota = [0] * len(sizes)
    while room > 0 and any(quota[place] < size for place, size in enumerate(sizes)):
        for place, size in enumerate(sizes):
            if quota[place] < size and room > 0:
                quota[place] += 1
                room -= 1
    return [max(one, 1) for one in quota]
