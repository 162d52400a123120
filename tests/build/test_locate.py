"""Places: a triple stands on the line on which its object ends, in each syntax, however the file is laid out."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, serialize

from generated_rdf import graphs
from ldpub.build import locate as locate_room
from ldpub.build.load import load, numbered
from ldpub.build.locate import Locator
from small import BASE, project, source

P = NamedNode("https://example.org/ns#p")

objects = st.sampled_from(
    [
        '"plain"',
        '"tagged"@de',
        '"typed"^^<http://e/t>',
        "5",
        "1.5",
        "true",
        "<http://e/o>",
        '"""long\n; . , \n# no\n."""',
    ]
)
# What may stand between two tokens; a comment never stands where it would hide a token.
gaps = st.lists(st.sampled_from([" ", "\n", "\t", " # said; here .\n", "\n\n", "\r\n"]), max_size=3).map("".join)


@st.composite
def laid_out(draw: st.DrawFn) -> tuple[str, dict[int, int]]:
    """Turtle in any layout, and for each object, numbered by its predicate, the line on which it ends."""
    text, lines, count = "", {}, 0
    for subject in range(draw(st.integers(1, 3))):
        text += draw(gaps) + f"<http://e/s{subject}> "
        for n in range(draw(st.integers(1, 3))):
            text += (draw(gaps) + ";" if n else "") + draw(gaps) + f" <http://e/p{count}> " + draw(gaps) + draw(objects)
            lines[count] = text.count("\n") + 1
            count += 1
        text += draw(gaps) + " ."
    return text + draw(gaps), lines


@settings(max_examples=200, deadline=None)
@given(laid_out())
@pytest.mark.parametrize("name", ["x.ttl", "x.trig"])
def test_the_line_is_right_in_any_layout(name: str, text_and_lines: tuple[str, dict[int, int]]) -> None:
    text, lines = text_and_lines
    with tempfile.TemporaryDirectory() as folder:
        found = {quad.predicate.value: line for quad, line in numbered(source(Path(folder), name, text))}
    assert found == {f"http://e/p{n}": line for n, line in lines.items()}


@settings(max_examples=60, deadline=None)
@given(graphs)
@pytest.mark.parametrize(("name", "form"), [("x.nt", RdfFormat.N_TRIPLES), ("x.nq", RdfFormat.N_QUADS)])
def test_the_line_is_right_in_lines(name: str, form: RdfFormat, graph: list[Triple]) -> None:
    content = serialize(graph, format=form) or b""
    with tempfile.TemporaryDirectory() as folder:
        found = [line for _, line in numbered(source(Path(folder), name, content))]
    assert found == list(range(1, len(graph) + 1))


def test_the_line_is_right_in_rdf_xml(tmp_path: Path) -> None:
    text = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="http://e/">
<rdf:Description rdf:about="http://e/s">
  <e:a>one</e:a>
  <e:b
    rdf:resource="http://e/o"/>
  <e:c>two
lines</e:c>

</rdf:Description></rdf:RDF>"""
    found = {quad.predicate.value[-1]: line for quad, line in numbered(source(tmp_path, "x.rdf", text))}
    assert found == {"a": 3, "b": 5, "c": 7}


def test_json_ld_has_files_but_no_lines(tmp_path: Path) -> None:
    dataset = load(project(tmp_path, {"data/x.jsonld": '{"@id": "http://e/s", "https://example.org/ns#p": 1}'}))
    file, line = Locator(dataset).find(NamedNode("http://e/s")) or (None, 0)
    assert file is not None
    assert (file.name, line) == ("data/x.jsonld", None)


def test_the_closest_match(tmp_path: Path) -> None:
    files = {
        "data/one.ttl": "<s> <a> 1 .\n<s> <b> 2,\n 3 .\n",
        "data/two.trig": "\n<http://e/g> { <s> <c> 4 }\n",
        "data/zero.ttl": "<other> <a> 1 .\n",
    }
    locator = Locator(load(project(tmp_path, files)))
    s, a, b, c, d = (NamedNode(BASE + name) for name in "sabcd")

    def place(*about: object) -> tuple[str, int | None] | None:
        found = locator.find(*about)  # type: ignore[arg-type]
        return found and (found[0].name, found[1])

    xsd_integer = NamedNode("http://www.w3.org/2001/XMLSchema#integer")
    assert place(s, b, Literal("3", datatype=xsd_integer)) == ("data/one.ttl", 3)
    assert place(s, b, Literal("9")) == ("data/one.ttl", 2)
    assert place(s, b) == ("data/one.ttl", 2)
    assert place(s, c) == ("data/two.trig", 2)
    assert place(s, d) == ("data/one.ttl", 1)
    assert place(s) == ("data/one.ttl", 1)
    assert place(a) is None
    fault = locator.fault(Triple(s, a, Literal("1", datatype=xsd_integer)), "wrong", "code")
    assert (fault.place, fault.excerpt, fault.code) == ("data/one.ttl:1", "<s> <a> 1 .", "code")
    assert locator.fault(Triple(a, a, a), "nowhere").place == ""


@settings(max_examples=60, deadline=None)
@given(graphs)
def test_every_asserted_triple_has_a_place(graph: list[Triple]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        content = serialize(graph, format=RdfFormat.TURTLE) or b""
        dataset = load(project(Path(folder), {"data/x.ttl": content}))
        locator = Locator(dataset)
        for triple in dataset.asserted:
            assert (locator.find(*triple) or (None, None))[1] is not None


def test_blank_nodes_are_found_or_nothing_is(tmp_path: Path) -> None:
    dataset = load(project(tmp_path, {"data/x.ttl": '<s> <p> [ <q> "x" ;\n <r> ( [] ) ] .\n'}))
    locator = Locator(dataset)
    for triple in dataset.asserted:
        assert locator.find(*triple) is not None
    assert locator.find(BlankNode("elsewhere"), P, BlankNode()) is None


def test_a_file_is_read_again_once_and_only_if_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = "".join(f"<s{n}> <p> {n} .\n" for n in range(1000))
    dataset = load(project(tmp_path, {"data/x.ttl": lines, "data/y.ttl": "<y> <p> 1 ."}))
    asked = []

    def reading(file: object) -> object:
        asked.append(file)
        return numbered(file)  # type: ignore[arg-type]

    monkeypatch.setattr(locate_room, "numbered", reading)
    locator = Locator(dataset)
    assert not asked
    for n in range(1000):
        assert (locator.find(NamedNode(f"{BASE}s{n}")) or ("", 0))[1] == n + 1
    assert [file.name for file in asked] == ["data/x.ttl"]  # type: ignore[attr-defined]


def test_lines_longer_than_a_parser_reads_at_once(tmp_path: Path) -> None:
    many = ", ".join(f'"{number:06}"' for number in range(2000))
    file = source(
        tmp_path, "long.ttl", f"@prefix e: <https://example.org/set/id/> .\ne:a\n  e:b {many} ;\n  e:c e:d .\n"
    )
    places = [line for _, line in numbered(file)]
    assert places == [3] * 2000 + [4]
