"""A figure: a picture's view, still undrawn, and the same as a table of values."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

from pyoxigraph import NamedNode

from ldpub.serve.describe import Describer
from ldpub.serve.described import Value
from ldpub.serve.pictures.around import Kind
from ldpub.serve.pictures.class_diagram import Hierarchy
from ldpub.serve.pictures.network import Neighbourhood
from ldpub.serve.pictures.timeline import Chronicle
from ldpub.serve.pictures.world_map import Places

View = Places | Chronicle | Neighbourhood | Hierarchy

Cell = tuple[Value, ...]


@dataclass(frozen=True)
class Figure:
    """What there is to see, by the name of the picture, and the table: its columns, its rows, and how many are left
    out; `note` says what the table has and the picture has not."""

    name: str
    view: View
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    left_out: int = 0
    note: str = ""


def kind_name(kind: Kind, describer: Describer, thing: NamedNode) -> str:
    """The name of a kind of link to a thing; where it comes from the neighbour, as the neighbour's page says it."""
    name = describer.name(kind.property)
    return name if kind.is_forward else f"{name}: {describer.name(thing)}"


def kind_cells(describer: Describer, thing: NamedNode) -> Callable[[tuple[Kind, ...]], Cell]:
    """How a table shows the kinds of link of a neighbour to a thing; many are linked in the same few ways."""

    @cache
    def cell_of(kinds: tuple[Kind, ...]) -> Cell:
        return tuple(describer.value(kind.property)._replace(text=kind_name(kind, describer, thing)) for kind in kinds)

    return cell_of


def listed(names: Sequence[str], most: int = 12) -> str:
    """Some names as a text, for who cannot see them."""
    return ", ".join(names[:most]) + (", …" if len(names) > most else "")


def cell(text: str) -> Cell:
    """A text as a table shows it."""
    return (Value(text),)


def term_cell(term: NamedNode, describer: Describer) -> Cell:
    """A thing as a table shows it."""
    return (describer.value(term),)
