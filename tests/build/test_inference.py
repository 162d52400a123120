"""Reasoning in the build: what contradicts itself is named with both files, and either engine publishes the same."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyoxigraph import NamedNode, Triple

from ldpub.build.catalogue import catalogue
from ldpub.build.inference import explain, reason
from ldpub.build.load import load
from ldpub.build.project import open_project
from ldpub.build.reason import close, close_with_owlrl
from ldpub.errors import InconsistentError, UsageError
from small import PREFIXES, project

E = "https://example.org/set/id/"
ONTOLOGY = PREFIXES + "e:A a owl:Class ;\n  owl:disjointWith e:B .\ne:B a owl:Class .\ne:C rdfs:subClassOf e:A .\n"


def contradiction(folder: Path, files: dict[str, str]) -> InconsistentError:
    with pytest.raises(InconsistentError) as raised:
        reason(load(project(folder, files, "")))
    return raised.value


def test_a_member_of_disjoint_classes_stops_the_build(tmp_path: Path) -> None:
    files = {
        "ontology/o.ttl": ONTOLOGY,
        "data/one.ttl": PREFIXES + "\ne:x\n  a e:C .\n",
        "data/two.ttl": PREFIXES + "e:x a e:B .\n",
    }
    error = contradiction(tmp_path, files)
    (fault,) = error.faults
    assert fault.code == "cax-dw"
    assert "cax-dw" in fault.message
    assert "disjointWith" in fault.message
    text = str(error)
    for place in ("ontology/o.ttl:7", "ontology/o.ttl:9", "data/one.ttl:8", "data/two.ttl:6"):
        assert place in text
    assert fault.line is not None


def test_the_same_and_different_stops_the_build(tmp_path: Path) -> None:
    files = {
        "ontology/o.ttl": "",
        "data/one.ttl": PREFIXES + "e:x owl:sameAs e:y .\n",
        "data/two.ttl": PREFIXES + "\ne:x owl:differentFrom e:y .\n",
    }
    text = str(contradiction(tmp_path, files))
    assert "eq-diff1" in text
    assert "data/one.ttl:6" in text
    assert "data/two.ttl:7" in text


@pytest.mark.parametrize("engine", ["ldpub", "owlrl"])
def test_members_of_a_class_that_is_not_stated_follow_all_the_same(tmp_path: Path, engine: str) -> None:
    settings = f'[build]\nengine = "{engine}"\nunstated = ["{E}A"]\n'
    ontology = PREFIXES + "e:B rdfs:subClassOf e:A . e:A rdfs:subClassOf e:Top .\n"
    files = {"ontology/o.ttl": ontology, "data/x.ttl": PREFIXES + "e:x a e:B .\n"}
    dataset = reason(load(project(tmp_path, files, settings)))
    thing, kind = NamedNode(E + "x"), NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
    inferred = dataset.graph("inferred")
    assert Triple(thing, kind, NamedNode(E + "A")) not in inferred
    assert Triple(thing, kind, NamedNode(E + "Top")) in inferred
    assert "x> " in explain(dataset, Triple(thing, kind, NamedNode(E + "A")))[0]
    with pytest.raises(UsageError, match="does not hold"):
        explain(dataset, Triple(thing, kind, NamedNode(E + "None")))


def test_owlrl_stops_at_the_same(tmp_path: Path) -> None:
    files = {"ontology/o.ttl": ONTOLOGY, "data/one.ttl": PREFIXES + "e:x a e:A, e:B ."}
    with pytest.raises(InconsistentError, match="owlrl"):
        reason(load(project(tmp_path, files, '[build]\nengine = "owlrl"\n')))


def test_without_reasoning_nothing_is_inferred_or_contradicted(tmp_path: Path) -> None:
    files = {"ontology/o.ttl": ONTOLOGY, "data/one.ttl": PREFIXES + "e:x a e:C, e:B ."}
    loaded = load(project(tmp_path, files, '[build]\nreasoning = "none"\n'))
    assert reason(loaded) is loaded
    assert f"{loaded.project.iris.base}graph/inferred" not in loaded.default_graphs


def test_each_inference_says_why(tmp_path: Path) -> None:
    files = {"ontology/o.ttl": ONTOLOGY, "data/one.ttl": PREFIXES + "e:x a e:C ."}
    dataset = reason(load(project(tmp_path, files, "")))
    (triple,) = (t for t in dataset.graph("inferred") if str(t.subject).endswith("/x>"))
    head, *premises = explain(dataset, triple)
    assert head == f"{triple} [cax-sco]"
    assert len(premises) == 2
    assert [line.rpartition(" ")[2] for line in premises if line.startswith("  <")] == [
        "[ontology/o.ttl:9]",
        "[data/one.ttl:6]",
    ]
    with pytest.raises(UsageError):
        explain(dataset, Triple(triple.subject, triple.predicate, triple.subject))


def test_an_axiom_without_effect_is_a_warning_at_its_line(tmp_path: Path) -> None:
    ontology = PREFIXES + "e:A a owl:Class ;\n  owl:disjointUnionOf ( e:B e:C ) .\n"
    dataset = reason(load(project(tmp_path, {"ontology/o.ttl": ontology}, "")))
    assert dataset.notices
    assert {notice.severity for notice in dataset.notices} == {"warning"}
    assert dataset.notices[0].file == "ontology/o.ttl"
    assert dataset.notices[0].line == 7


def test_either_engine_publishes_the_same_of_the_shipped_project(shipped_project: Path) -> None:
    """The ontology and one file of data: owlrl needs minutes for all of it. No difference is left to list."""
    dataset = load(open_project(shipped_project))
    names = {f"{dataset.project.iris.base}graph/{name}" for name in ("ontology", "data/blantyre-projects")}
    assert names <= set(dataset.graphs)
    triples = [t for name in names for t in dataset.graphs[name]]
    assert close(triples).inferred == close_with_owlrl(triples).inferred


def test_steps_add_a_graph_and_edit_none(tmp_path: Path) -> None:
    loaded = load(project(tmp_path, {"ontology/o.ttl": ONTOLOGY, "data/one.ttl": PREFIXES + "e:x a e:C ."}, ""))
    reasoned = reason(loaded)
    described = catalogue(reasoned)
    for before, after, name in ((loaded, reasoned, "inferred"), (reasoned, described, "catalogue")):
        assert set(after.graphs) - set(before.graphs) == {f"{loaded.project.iris.base}graph/{name}"}
        assert all(list(after.graphs[graph]) == list(triples) for graph, triples in before.graphs.items())
    with pytest.raises(AssertionError, match="already there"):
        reason(reasoned)
