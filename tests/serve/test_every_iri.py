"""Every URI answers: each IRI under the base that occurs anywhere in a release leads to a document, in every format."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient

from ldpub.formats import GRAPH_FORMATS, HTML, RDF_XML
from ldpub.iris import path_of
from ldpub.namespaces import OWL
from ldpub.release import QUADS, open_release

FORMATS = (*GRAPH_FORMATS, HTML)


def own_iris(release: Path) -> dict[str, set[ox.Quad]]:
    """Each IRI under the base, in any position of any quad, with the quads it is the subject of."""
    base = open_release(release).manifest.base
    found: dict[str, set[ox.Quad]] = {}
    for quad in ox.parse(path=str(release / QUADS), format=ox.RdfFormat.N_QUADS):
        for term in (quad.subject, quad.predicate, quad.object, quad.graph_name):
            if isinstance(term, ox.NamedNode) and term.value.startswith(base):
                found.setdefault(term.value, set()).update([quad] if term == quad.subject else [])
    return found


def documents(client: FlaskClient, release: Path) -> dict[str, list[str]]:
    """The paths of the documents to which the IRIs lead, each with its IRIs; every other answer is checked here."""
    base = open_release(release).manifest.base
    found: dict[str, list[str]] = {}
    for iri, quads in sorted(own_iris(release).items()):
        path, _, _ = path_of(iri, base).partition("#")
        if path.startswith(("dump/", "release/")):
            assert client.get(f"/{path}", follow_redirects=True, buffered=True).status_code == 200, iri
            continue
        is_landing_page = path.startswith("dataset/") and path.endswith(".html")
        if is_landing_page or path == "imprint":  # these are HTML, whatever is asked for
            assert client.get(f"/{path}", headers={"Accept": "*/*"}).content_type == HTML.content_type, iri
            continue
        if path == "reconcile":  # a service whose standard knows its manifest only
            assert client.get(f"/{path}", headers={"Accept": "*/*"}).content_type == "application/json", iri
            continue
        if path not in found:
            answer = client.head(f"/{path}", headers={"Accept": "text/turtle"})
            if any(q.predicate.value == OWL + "deprecated" for q in quads):
                assert answer.status_code == 410, iri
                continue
            if answer.status_code == 303 and path:
                assert answer.headers["Vary"] == "Accept", iri
                path = answer.headers["Location"].removeprefix("/")
        found.setdefault(path, []).append(iri)
    return found


@pytest.mark.parametrize("name", ["foreign_release", "shipped_release"])
def test_every_iri_of_a_release_answers_in_every_format(
    name: str, request: pytest.FixtureRequest, app_of: object
) -> None:
    release: Path = request.getfixturevalue(name)
    assert callable(app_of)
    client: FlaskClient = app_of(release).test_client()
    found = documents(client, release)
    assert len(found) > 50
    for path in found:
        for form in FORMATS:
            answer = client.get(
                f"/{path}", headers={"Accept": form.media_type}, follow_redirects=not path, buffered=True
            )
            if answer.status_code == 406 and form is RDF_XML:
                assert "cannot say" in answer.text
                continue
            assert answer.status_code == 200, (path, form.name, answer.text[:300])
            assert answer.content_type == form.content_type, path


def test_a_document_of_triples_says_something_of_each_of_its_things(library_app: object, foreign_release: Path) -> None:
    client: FlaskClient = library_app.test_client()  # type: ignore[attr-defined]
    for path, iris in documents(client, foreign_release).items():
        if path and path != "sparql":
            text = client.get(f"/{path}", headers={"Accept": "application/n-triples"}).text
            for iri in (iri for iri in iris if not iri.endswith("#")):
                is_graph = f"<{iri}>" not in text
                assert not is_graph or path == "ratings" or path.startswith("graph/"), (path, iri)
