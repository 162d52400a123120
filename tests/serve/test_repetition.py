"""What is said once is not said again: super-properties, texts, identifiers, links that tables have."""

from __future__ import annotations

from pyoxigraph import NamedNode

from ldpub.serve.described import Row, Value
from ldpub.serve.quads import Quad
from ldpub.serve.repetition import folded, without_said_texts, without_super_properties

INFERRED = NamedNode("urn:inferred")
ABOVE = {"urn:twinned": frozenset(["urn:partnered", "urn:related"]), "urn:partnered": frozenset(["urn:related"])}


def quads(name: str, *ends: str, graph: NamedNode = INFERRED) -> list[Quad]:
    return [Quad(NamedNode("urn:s"), NamedNode(name), NamedNode(end), graph) for end in ends]


def is_inferred(quad: Quad) -> bool:
    return quad.graph_name == INFERRED


def test_an_inferred_super_property_with_the_same_values_is_left_out() -> None:
    found = {
        "urn:twinned": quads("urn:twinned", "urn:a"),
        "urn:partnered": quads("urn:partnered", "urn:a"),
        "urn:related": quads("urn:related", "urn:a", "urn:b"),
        "urn:other": quads("urn:other", "urn:a"),
    }
    assert list(without_super_properties(found, ABOVE, is_inferred)) == ["urn:twinned", "urn:related", "urn:other"]
    stated = {**found, "urn:partnered": quads("urn:partnered", "urn:a", graph=NamedNode("urn:file"))}
    assert "urn:partnered" in without_super_properties(stated, ABOVE, is_inferred)


def text(*texts: str) -> Row:
    return Row("name", None, tuple(Value(one, language="en") for one in texts))


def test_a_text_that_was_said_is_left_out_and_a_number_is_not() -> None:
    number = Row("count", None, (Value("7"),))
    rows = [text("Title"), text("Other", "Title"), text("Other"), number, number]
    assert without_said_texts(rows, ["Title"]) == [rows[1], number, number]


def test_a_number_that_a_link_to_another_data_set_names_is_left_out() -> None:
    link = Row("same as", None, (Value("GND 4023349-2", "https://d-nb.info/gnd/4023349-2"),))
    gnd, other = Row("GND", None, (Value("4023349-2"),)), Row("AGS", None, (Value("03241001"),))
    assert without_said_texts([gnd, link, other], []) == [link, other]


def test_inferred_links_that_stand_in_a_table_are_folded() -> None:
    def row(*values: Value) -> Row:
        return Row("x", None, values)

    linked = row(Value("A", "a", is_inferred=True), Value("B", "b", is_inferred=True))
    named = row(Value("Town twinning", "kind", is_inferred=True))
    more, stated = row(Value("C", "c", is_inferred=True)), row(Value("A", "a"))
    assert folded([linked, named, more, stated], {"a", "b"}, {"Town twinning"}) == ([more, stated], [linked, named])
