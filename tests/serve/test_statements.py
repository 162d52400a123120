"""Hubs: what a thing is linked to is found by property, and counted, whatever the graphs and however many links."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Quad

from ldpub.build.documents import write_documents
from ldpub.release import MANY
from ldpub.serve.statements import Statements
from small import dataset_of

HUB = NamedNode("http://example.org/hub")
REPORT = NamedNode("http://example.org/graph/report")
GRAPH = NamedNode("http://example.org/graph/data")

Links = dict[int, int]
LINKS = st.dictionaries(st.integers(0, 5), st.integers(1, 2 * MANY), max_size=5)
"""How many links there are of each property."""


def name(number: int) -> NamedNode:
    return NamedNode(f"http://example.org/p{number}")


def thing(number: int) -> NamedNode:
    return NamedNode(f"http://example.org/t{number}")


def quads(forward: Links, backward: Links) -> list[Quad]:
    """A hub with these links, one thing that has nothing to do with it, and a text."""
    return [
        *(Quad(HUB, name(p), thing(n), GRAPH) for p, count in forward.items() for n in range(count)),
        *(Quad(thing(n), name(p), HUB, GRAPH) for p, count in backward.items() for n in range(count)),
        Quad(HUB, name(9), Literal("a text"), GRAPH),
        Quad(thing(1), name(7), thing(2), GRAPH),
    ]


@settings(max_examples=60, deadline=None)
@given(forward=LINKS, backward=LINKS)
def test_links_are_counted_and_the_few_are_read(forward: Links, backward: Links) -> None:
    said = quads(forward, backward)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "documents.sqlite"
        write_documents(path, dataset_of(said), report=REPORT.value)
        with closing(Statements(path)) as statements:
            around = {(p, is_forward): n for p, is_forward, n in statements.around(HUB)}
            few = {one: set(statements.briefly(HUB, is_forward=one, limit=5000)) for one in (True, False)}
            data, report = (statements.is_said_in(HUB, graph) for graph in (GRAPH, REPORT))
    links = {True: forward, False: backward}
    assert around == {(name(p).value, way): n for way, counts in links.items() for p, n in counts.items()}
    for way, counts in links.items():
        many = {name(p) for p, n in counts.items() if n > MANY}
        ends = {q for q in said if (q.subject if way else q.object) == HUB}
        assert few[way] == {tuple(quad) for quad in ends if quad.predicate not in many}
    assert (data, report) == (True, False)
